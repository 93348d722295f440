"""Reasons of many cases as lists: rows with the same reasons share one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from engine.columns.answers import Words
from engine.columns.buffers import chosen
from engine.columns.patterns import Lists, distinct
from engine.columns.vectors.bits import BYTE, Array, Bits, everywhere, from_planes, numbered, some

Section = Sequence[tuple[str, Bits]]  # reasons, of which each row has one at most
Marks = tuple[Array | None, Array]  # by row what it has, as a number; by number the codes of its words (none: negative)
NOTHING: Final = -1


def reason_lists(sections: Sequence[Section], words: Words, rows: int) -> tuple[Array, Lists]:
    """By row the number of its list of reasons, and the lists: codes of words."""
    columns: list[Marks] = []
    alone: list[tuple[int, Bits]] = []
    for section in sections:
        there = [(words.code(text), mask) for text, mask in section if some(mask)]
        if len(there) == 1 and np.array_equal(there[0][1], everywhere(rows)):
            columns += [*_each(alone, rows), (None, np.array([[there[0][0]]], np.int32))]
            alone = []
        elif len(there) == 1:
            alone += there
        elif there:
            columns += [*_each(alone, rows), _one_of(there, rows)]
            alone = []
    return _lists([*columns, *_each(alone, rows)], rows)


def _one_of(section: Sequence[tuple[int, Bits]], rows: int) -> Marks:
    codes = np.array([[NOTHING], *([code] for code, _ in section)], np.int32)
    return numbered(((number, mask) for number, (_, mask) in enumerate(section, 1)), rows), codes


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
        there = np.bincount(marks[0], minlength=1).nonzero()[0]
        number = np.zeros(int(there[-1]) + 1, np.int32)
        number[there] = np.arange(len(there))
        lines, ids = there.reshape(-1, 1), chosen(number, marks[0])
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
