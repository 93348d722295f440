"""Lists of facts, of many rows: words as bits of whole numbers, materials one behind the other with their rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np

Array = np.ndarray[Any, Any]
Part = Array | slice
BITS: Final = 64


@dataclass(frozen=True)
class Sets:
    """Sets of words. `places` numbers the words; of each row, bit n % 64 of the whole number n // 64 says whether it
    has the word n."""

    places: Mapping[str, int]
    bits: tuple[Array, ...]

    def has(self, word: str) -> Array:
        """Where a word is among them."""
        place = self.places.get(word)
        if place is None:
            return np.zeros(len(self.bits[0]), np.bool_)
        found: Array = self.bits[place // BITS] & np.uint64(1 << place % BITS) != 0
        return found

    def taken(self, rows: Part) -> Sets:
        """The sets of some rows."""
        return Sets(self.places, tuple(own[rows] for own in self.bits))

    def filled(self, rows: Array, words: Iterable[str]) -> Sets:
        """These words in some rows."""
        own = [0] * len(self.bits)
        for word in words:
            own[self.places[word] // BITS] |= 1 << self.places[word] % BITS
        return Sets(self.places, tuple(np.where(rows, np.uint64(n), b) for n, b in zip(own, self.bits, strict=True)))


def sets_of(words: tuple[str, ...], starts: Array, codes: Array) -> Sets:
    """The sets whose words are these codes, one behind the other; `starts` are those of the sets, and the end. A
    negative code is no word."""
    filled = (starts[1:] > starts[:-1]).nonzero()[0]
    first = starts[filled] - starts[0]
    bits = []
    for own in range(max(1, -(-len(words) // BITS))):
        found = np.zeros(len(starts) - 1, np.uint64)
        if len(filled):
            of_word = np.zeros(len(words) + 1, np.uint64)  # the last one is that of a negative code
            some = range(own * BITS, min((own + 1) * BITS, len(words)))
            of_word[some.start : some.stop] = np.uint64(1) << np.arange(len(some), dtype=np.uint64)
            found[filled] = np.bitwise_or.reduceat(of_word.take(codes), first)
        bits.append(found)
    return Sets({word: number for number, word in enumerate(words)}, tuple(bits))


@dataclass(frozen=True)
class Handed:
    """Materials handed in: the `row` of each (in ascending order), its instant `at`, whether somebody said what it
    proves (`assessed`), whether it is known to be `genuine` or `forged`, and what it `proves`."""

    row: Array
    at: Array
    assessed: Array
    genuine: Array
    forged: Array
    proves: Sets

    def _taken(self, items: Part, row: Array) -> Handed:
        own = (self.at[items], self.assessed[items], self.genuine[items], self.forged[items])
        return Handed(row, *own, self.proves.taken(items))

    def ordered(self, places: Array, parts: Array) -> Handed:
        """With the rows in another order: `places` says where each goes (negative: nowhere), and `parts` by place the
        number of a part in which the order stays."""
        row = places.take(self.row)
        if (row < 0).any():
            there = (row >= 0).nonzero()[0]
            return self._taken(there, self.row[there]).ordered(places, parts)
        items = np.argsort(parts.take(row), kind="stable")  # short numbers are sorted in a fraction of the time
        return self._taken(items, row.take(items))

    def part(self, first: int, last: int) -> Handed:
        """The materials of the rows from one to another, which are numbered anew."""
        start, end = np.searchsorted(self.row, (first, last))
        return self._taken(slice(start, end), self.row[start:end] - first)

    @cached_property
    def nobody_said(self) -> Array:
        """Which of them may be genuine or not."""
        return ~(self.genuine | self.forged)
