"""Lists of words, each with a number: what fields and names of many cases are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from engine.columns.vectors.bits import Array, Bits
from engine.columns.vectors.marks import each, lists_of
from engine.columns.vectors.values import NO_WORD


class WordLists:
    """Lists of words, each with an id; 0 is the empty one. What lists joined or asked for a word give is remembered."""

    MOST: Final = 2_000  # lists for which all pairs are remembered

    def __init__(self) -> None:
        self.lists: list[tuple[int, ...]] = [()]
        self._ids: dict[tuple[int, ...], int] = {(): 0}
        self._pairs = np.full((64, 64), -1, np.int16)
        self._joins: dict[tuple[int, ...], int] = {}
        self._has: dict[int, Array] = {}
        self._all: tuple[Array, Array] = (np.zeros(0, np.int32), np.zeros(0, np.int32))

    def id(self, codes: Sequence[int]) -> int:
        """The id of a list; of codes that come twice, the first counts."""
        key = tuple(dict.fromkeys(codes))
        found = self._ids.get(key)
        if found is None:
            found = self._ids[key] = len(self.lists)
            self.lists.append(key)
        return found

    def ones(self, codes: Array) -> Array:
        """The ids of lists of one word each; the empty one for what is no word."""
        places = np.maximum(codes, NO_WORD) - NO_WORD
        there = np.bincount(places).nonzero()[0]
        ids = np.zeros(int(there[-1]) + 1 if len(there) else 0, np.int32)
        ids[there] = [self.id([code]) if code >= 0 else 0 for code in (there + NO_WORD).tolist()]
        return ids.take(places)

    def joined(self, left: Array, right: Array) -> Array:
        """Lists one behind the other, row by row, without repetitions."""
        if not np.count_nonzero(right):
            return left
        if np.shape(left) != np.shape(right):
            left, right = np.broadcast_arrays(left, right)
        if not np.count_nonzero(left):
            return right
        size = len(self._pairs)
        if len(self.lists) > size and size < self.MOST:
            grown = np.full((min(max(2 * size, len(self.lists)), self.MOST),) * 2, -1, np.int16)
            grown[:size, :size] = self._pairs
            self._pairs = grown
        size = len(self._pairs)
        if len(self.lists) > size:
            return self._joined_anew(left, right)
        places = left * np.int32(size) + right
        found = self._pairs.take(places)
        missing = found < 0
        if np.count_nonzero(missing):
            asked = np.zeros(size * size, np.bool_)
            asked[places[missing]] = True
            for a, b in zip(*(one.tolist() for one in np.divmod(asked.nonzero()[0], size)), strict=True):
                self._pairs[a, b] = self.id((*self.lists[a], *self.lists[b]))
            found = self._pairs.take(places)
        return found

    def together(self, rows: int, told: Sequence[tuple[Array, Bits]]) -> Array:
        """By row the lists that it has, one behind the other: pairs of the id of a list and the rows that have it."""
        own, lists = lists_of(each([(int(one), mask) for one, mask in told], rows), rows)
        ends = np.cumsum(lists[0]).tolist()
        ids = lists[1].tolist()
        found = [self._of(tuple(ids[end - count : end])) for count, end in zip(lists[0].tolist(), ends, strict=True)]
        return np.array(found, np.int32).take(own)

    def _of(self, ids: tuple[int, ...]) -> int:
        """Some lists one behind the other."""
        found = self._joins.get(ids)
        if found is None:
            found = self._joins[ids] = self.id([code for one in ids for code in self.lists[one]])
        return found

    def _joined_anew(self, left: Array, right: Array) -> Array:
        keys, places = np.unique(left.astype(np.int64) << 32 | right, return_inverse=True)
        pairs = [(int(key >> 32), int(key & 0xFFFFFFFF)) for key in keys]
        return np.array([self.id((*self.lists[a], *self.lists[b])) for a, b in pairs], np.int32)[places]

    def has(self, ids: Array, code: int) -> Array:
        """Whether lists have a word."""
        known = self._has.get(code)
        if known is None or len(known) < len(self.lists):
            before = () if known is None else known
            own = [code in one for one in self.lists[len(before) :]]
            known = self._has[code] = np.concatenate([np.asarray(before, np.bool_), np.array(own, np.bool_)])
        return known.take(ids)

    def all(self) -> tuple[Array, Array]:
        """How many words each list has, and all of them one behind the other."""
        if len(self._all[0]) < len(self.lists):
            lengths = np.array([len(one) for one in self.lists], np.int32)
            self._all = (lengths, np.array([code for one in self.lists for code in one], np.int32))
        return self._all
