"""Reasons of many cases as lists: rows with the same reasons share one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.columns.vectors.bits import Array, Bits, everywhere, numbered, some, truths

if TYPE_CHECKING:
    from engine.columns.vectors.run import Run

MOST: Final = 4_096  # combinations that a key may tell apart
FEW: Final = 64  # of which a list is made without asking whether it occurs
Section = Sequence[tuple[str, Bits]]  # of which each row has one at most


def reason_lists(sections: Sequence[Section], run: Run) -> list[Array]:
    """Ids of lists by row; a row's reasons are those of its lists, one behind the other."""
    key = _Key(run)
    found: list[Array] = []
    for section in sections:
        there = [(run.words.code(text), mask) for text, mask in section if some(mask)]
        if not there:
            continue
        if not key.takes(len(there) + 1):
            found.append(key.ids())
            key = _Key(run)
        key.add(there)
    return [*found, key.ids()] if key.sections else found


class _Key:
    """Sections as digits of one number for each row."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._key: Array | None = None
        self._size = 1
        self.sections: list[tuple[int, list[int]]] = []  # how far its digit counts (1: all rows have the same), words

    def takes(self, digits: int) -> bool:
        return self._size * digits <= MOST

    def add(self, section: Sequence[tuple[int, Bits]]) -> None:
        codes = [code for code, _ in section]
        rows = self._run.rows
        if len(section) == 1 and np.array_equal(section[0][1], everywhere(rows)):
            self.sections.append((1, codes))
            return
        if len(section) == 1:
            digit = truths(section[0][1], rows).view(np.uint8)
        else:
            digit = numbered(((number, mask) for number, (_, mask) in enumerate(section, 1)), rows)
        if self._key is None:
            self._key = digit
        else:
            if self._key.dtype == np.uint8 and self._size * (len(codes) + 1) > 256:
                self._key = self._key.astype(np.uint16)
            self._key = self._key * self._key.dtype.type(len(codes) + 1) + digit
        self._size *= len(codes) + 1
        self.sections.append((len(codes) + 1, codes))

    def ids(self) -> Array:
        """The list of each row."""
        if self._key is None:
            return np.full(self._run.rows, self._list_of(0), np.int32)
        by_key = np.zeros(self._size, np.int32)
        if self._size <= FEW:
            occurring: Sequence[int] = range(self._size)
        else:
            occurring = np.bincount(self._key, minlength=self._size).nonzero()[0].tolist()
        for key in occurring:
            by_key[key] = self._list_of(key)
        return by_key.take(self._key)

    def _list_of(self, key: int) -> int:
        told: list[int] = []
        for size, codes in reversed(self.sections):
            key, digit = divmod(key, size)
            if size == 1:
                told.append(codes[0])
            elif digit:
                told.append(codes[digit - 1])
        return self._run.lists.id(told[::-1])
