"""Reasons of many cases as lists: rows with the same reasons share one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from engine.columns.answers import Words
from engine.columns.patterns import Lists, distinct
from engine.columns.vectors.bits import BYTE, Array, Bits, from_planes, numbered, some

Section = Sequence[tuple[str, Bits]]  # reasons, of which each row has one at most
Marks = tuple[Array, Array]  # by row what it has, as a number; and by number the codes of its words (none: negative)
NOTHING: Final = -1


def reason_lists(sections: Sequence[Section], words: Words, rows: int) -> tuple[Array, Lists]:
    """By row the number of its list of reasons, and the lists: codes of words."""
    columns: list[Marks] = []
    alone: list[tuple[int, Bits]] = []
    for section in sections:
        there = [(words.code(text), mask) for text, mask in section if some(mask)]
        if len(there) == 1:
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
    marks = [own for own, _ in columns]
    if len(columns) == 1:
        there = np.bincount(marks[0], minlength=1).nonzero()[0]
        number = np.zeros(len(columns[0][1]), np.int32)
        number[there] = np.arange(len(there))
        lines, ids = there.reshape(-1, 1), number.take(marks[0])
    else:
        wide = np.uint16 if any(own.dtype == np.uint16 for own in marks) else np.uint8
        table = np.empty((rows, len(columns)), wide)
        for place, own in enumerate(marks):
            table[:, place] = own
        lines, ids = distinct(table)
    told = np.concatenate(
        [codes[lines[:, at]] for at, (_, codes) in enumerate(columns)] or [np.zeros((1, 0), np.int32)], 1
    )
    held = told != NOTHING
    return ids, (held.sum(axis=1, dtype=np.int32), told[held])
