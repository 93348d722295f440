"""Lists of many rows, made of what each row has: rows that have the same share one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from engine.columns.patterns import Lists, distinct, lines
from engine.columns.vectors.bits import BYTE, Array, Bits, from_planes

Marks = tuple[Array | None, Array]  # by row what it has, as a number (None: the same in all); and by number its codes
NO_CODE: Final = -1


def always(code: int) -> Marks:
    """What all rows have."""
    return None, np.array([[code]], np.int32)


def one_of(numbers: Array, codes: Sequence[int]) -> Marks:
    """What each row has one of at most, by its number."""
    return numbers, np.array(codes, np.int32).reshape(-1, 1)


def each(told: Sequence[tuple[int, Bits]], rows: int) -> list[Marks]:
    """What rows have or not: codes with their rows, eight to a number."""
    found: list[Marks] = []
    for first in range(0, len(told), BYTE):
        some = told[first : first + BYTE]
        held = np.unpackbits(np.arange(1 << len(some), dtype=np.uint8).reshape(-1, 1), axis=1, bitorder="little")
        codes = np.where(held[:, : len(some)], np.array([code for code, _ in some], np.int32), np.int32(NO_CODE))
        found.append((from_planes([mask for _, mask in some], rows), codes))
    return found


def lists_of(columns: Sequence[Marks], rows: int) -> tuple[Array, Lists]:
    """By row the number of its list, and the lists: the codes of what it has, column by column."""
    varying = [(own, codes) for own, codes in columns if own is not None]
    if len(varying) == 1:
        found, ids = _of_one(*varying[0])
    else:
        wide = np.uint16 if any(own.dtype == np.uint16 for own, _ in varying) else np.uint8
        table = lines(rows, len(varying), wide)
        for place, (own, _) in enumerate(varying):
            table[:, place] = own
        found, ids = distinct(table)
    of_lines = iter(found.T)
    parts = [np.repeat(codes, len(found), 0) if own is None else codes[next(of_lines)] for own, codes in columns]
    told = np.concatenate([np.zeros((len(found), 0), np.int32), *parts], 1)
    held = told != NO_CODE
    return ids, (held.sum(axis=1, dtype=np.int32), told[held])


def _of_one(numbers: Array, codes: Array) -> tuple[Array, Array]:
    if codes.shape[1] == 1:  # few, so that it does not matter which of them occur
        least = int(numbers.min())
        return np.arange(least, len(codes)).reshape(-1, 1), numbers - numbers.dtype.type(least) if least else numbers
    there = np.bincount(numbers, minlength=1).nonzero()[0]
    ids = np.zeros(len(codes), np.int32)
    ids[there] = np.arange(len(there))
    return there.reshape(-1, 1), ids.take(numbers)
