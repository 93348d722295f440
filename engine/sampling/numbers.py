"""Chance that depends on the seed, the number of the case and what is drawn, and on nothing else.

So a case is the same whatever is drawn with it, in whichever order and in however many batches. Everything is computed
in whole numbers or by single multiplications, which give the same bits on every machine.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Final

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Words = npt.NDArray[np.uint64]
Flags = npt.NDArray[np.bool_]

BITS: Final = 53
WHOLE: Final = 2**BITS
_STEP: Final = np.uint64(0x9E3779B97F4A7C15)  # 2**64 divided by the golden ratio, odd
_FIRST: Final = np.uint64(0xBF58476D1CE4E5B9)
_SECOND: Final = np.uint64(0x94D049BB133111EB)


class Chance:
    """Numbers by lot for cases of one seed. `stream` names what is drawn; `cases` are the numbers of the cases."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._keys: dict[str, np.uint64] = {}

    def words(self, stream: str, cases: Ints) -> Ints:
        """A number from 0 to 2**53 - 1 for each case: the finisher of SplitMix64 on a sequence of its own."""
        word = cases.astype(np.uint64) * _STEP + self._key(stream)
        word ^= word >> np.uint64(30)
        word *= _FIRST
        word ^= word >> np.uint64(27)
        word *= _SECOND
        word ^= word >> np.uint64(31)
        return (word >> np.uint64(64 - BITS)).astype(np.int64)

    def below(self, percent: Decimal, stream: str, cases: Ints) -> Flags:
        """Whether the lot falls on it, in so many of a hundred cases."""
        limit = threshold(Fraction(percent) / 100)
        if limit in (0, WHOLE):
            return np.full(len(cases), limit == WHOLE)
        return self.words(stream, cases) < limit

    def choice(self, weights: Sequence[Decimal], stream: str, cases: Ints) -> Ints:
        """The position of one of the weights, each as often as it says in relation to the others."""
        if len(weights) == 1:
            return np.zeros(len(cases), np.int64)
        whole, sums = sum(map(Fraction, weights)), Fraction(0)
        limits = []
        for weight in weights[:-1]:
            sums += Fraction(weight)
            limits.append(threshold(sums / whole))
        return np.searchsorted(np.array(limits, np.int64), self.words(stream, cases), side="right").astype(np.int64)

    def between(self, least: int, most: int, mostly: str, stream: str, cases: Ints) -> Ints:
        """A whole number from the least to the most, both included; small or large ones more often, if so asked."""
        if least == most:
            return np.full(len(cases), least, np.int64)
        share = self.words(stream, cases) / float(WHOLE)
        if mostly == "small":
            share = share * share * share
        elif mostly == "large":
            rest = 1.0 - share
            share = 1.0 - rest * rest * rest
        return np.minimum(least + (share * float(most - least + 1)).astype(np.int64), most)

    def _key(self, stream: str) -> np.uint64:
        if stream not in self._keys:
            digest = hashlib.sha256(f"{self._seed}/{stream}".encode()).digest()
            self._keys[stream] = np.uint64(int.from_bytes(digest[:8], "big"))
        return self._keys[stream]


def threshold(share: Fraction) -> int:
    """The number below which a share of all numbers lies."""
    return int(share * WHOLE)
