"""Reasons of many cases as lists: rows with the same reasons share one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np

from engine.columns.answers import Words
from engine.columns.patterns import Lists, distinct
from engine.columns.vectors.bits import BYTE, Array, Bits, everywhere, from_planes, some

Reason = tuple[str, Bits]  # and the rows that have it
Marks = tuple[Array | None, Array]  # by row what it has, as a number; by number the codes of its words (none: negative)
NOTHING: Final = -1


class OneOf(NamedTuple):
    """Reasons of which each row has one at most: by row its number (0: none of them), and the texts by number."""

    numbers: Array
    texts: Mapping[int, str]


def reason_lists(told: Iterable[Reason | OneOf], words: Words, rows: int) -> tuple[Array, Lists]:
    """By row the number of its list of reasons, and the lists: codes of words."""
    columns: list[Marks] = []
    alone: list[tuple[int, Bits]] = []
    for one in told:
        mask: Bits = one[1]
        if isinstance(one, OneOf):
            codes = np.full((max(one.texts) + 1, 1), NOTHING, np.int32)
            for number, text in one.texts.items():
                codes[number] = words.code(text)
            columns += [*_each(alone, rows), (one.numbers, codes)]
            alone = []
            continue
        if np.array_equal(mask, everywhere(rows)):
            columns += [*_each(alone, rows), (None, np.array([[words.code(one[0])]], np.int32))]
            alone = []
        elif some(mask):
            alone.append((words.code(one[0]), mask))
    return _lists([*columns, *_each(alone, rows)], rows)


def _each(alone: Sequence[tuple[int, Bits]], rows: int) -> list[Marks]:
    """Reasons that rows have or not, eight to a number."""
    found = []
    for first in range(0, len(alone), BYTE):
        told = alone[first : first + BYTE]
        held = np.unpackbits(np.arange(1 << len(told), dtype=np.uint8).reshape(-1, 1), axis=1, bitorder="little")
        codes = np.where(held[:, : len(told)], np.array([code for code, _ in told], np.int32), np.int32(NOTHING))
        found.append((from_planes([mask for _, mask in told], rows), codes))
    return found


def _lists(columns: Sequence[Marks], rows: int) -> tuple[Array, Lists]:
    """Every combination that occurs is a list."""
    marks = [own for own, _ in columns if own is not None]
    if len(marks) == 1:
        least = int(marks[0].min())
        ids = marks[0] - marks[0].dtype.type(least) if least else marks[0]
        lines = np.arange(least, max(len(codes) for own, codes in columns if own is not None)).reshape(-1, 1)
    else:
        wide = np.uint16 if any(own.dtype == np.uint16 for own in marks) else np.uint8
        table = np.empty((rows, len(marks)), wide)
        for place, own in enumerate(marks):
            table[:, place] = own
        lines, ids = distinct(table)
    of_lines = iter(lines.T)
    parts = [np.repeat(codes, len(lines), 0) if own is None else codes[next(of_lines)] for own, codes in columns]
    told = np.concatenate([np.zeros((len(lines), 0), np.int32), *parts], 1)
    held = told != NOTHING
    return ids, (held.sum(axis=1, dtype=np.int32), told[held])
