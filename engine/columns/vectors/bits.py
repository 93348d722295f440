"""Truths of many rows as bits: 64 rows in a word, as Arrow has them. What is behind the last row is never set."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, Final

import numpy as np

Array = Any  # of NumPy, or one of its scalars where all rows have the same
Bits = Any  # an array of uint64
WORD: Final = 64
BYTE: Final = 8


def packed(truths: Array) -> Bits:
    """Truth values, a byte for each row, as bits."""
    own = np.packbits(truths, bitorder="little")
    if not len(own) % 8:
        return own.view(np.uint64)
    found = np.zeros(-(-len(own) // 8) * 8, np.uint8)
    found[: len(own)] = own
    return found.view(np.uint64)


def from_arrow(buffer: Any, offset: int, rows: int) -> Bits:
    """A bitmap of Arrow, from a place on."""
    if rows == 0:
        return nowhere(0)
    held = np.frombuffer(buffer, np.uint8)
    if offset % 8:
        first = offset // 8
        part = np.unpackbits(held[first : (offset + rows + 7) // 8], bitorder="little")
        return packed(part[offset % 8 : offset % 8 + rows])
    found = np.zeros(-(-rows // WORD) * 8, np.uint8)
    there = (rows + 7) // 8
    found[:there] = held[offset // 8 : offset // 8 + there]
    if rows % 8:
        found[there - 1] &= (1 << rows % 8) - 1
    return found.view(np.uint64)


def nowhere(rows: int) -> Bits:
    return np.zeros(-(-rows // WORD), np.uint64)


@lru_cache(maxsize=64)
def everywhere(rows: int) -> Bits:
    """Not to be written to."""
    found = np.full(-(-rows // WORD), 2**64 - 1, np.uint64)
    if rows % WORD:
        found[-1] = (1 << rows % WORD) - 1
    found.flags.writeable = False
    return found


def inverse(bits: Bits, rows: int) -> Bits:
    """Where it is not so."""
    found = ~bits
    if rows % WORD:
        found[-1] &= np.uint64((1 << rows % WORD) - 1)
    return found


def truths(bits: Bits, rows: int) -> Array:
    """Bits as truth values, a byte for each row."""
    return np.unpackbits(bits.view(np.uint8), count=rows, bitorder="little").view(np.bool_)


def some(bits: Bits) -> bool:
    """Whether it is so anywhere."""
    return bool(np.count_nonzero(bits))


def places(bits: Bits) -> Array:
    """The numbers of the rows in which it is so."""
    words = bits.nonzero()[0]
    if 2 * len(words) > len(bits):
        return np.unpackbits(bits.view(np.uint8), bitorder="little").view(np.bool_).nonzero()[0]
    which, at = np.unpackbits(bits[words].view(np.uint8).reshape(-1, 8), axis=1, bitorder="little").nonzero()
    return words[which] * WORD + at


def any_of_bits(found: Iterable[Bits], rows: int) -> Bits:
    """Where any of them is so."""
    whole: Bits = nowhere(rows)
    for one in found:
        whole = whole | one
    return whole


def numbered(masks: Iterable[tuple[int, Bits]], rows: int) -> Array:
    """By row the number of the mask that it lies in, 0 for none. It lies in one at most; numbers are below 65,536."""
    planes: list[Bits | None] = []
    for number, mask in masks:
        for plane in range(number.bit_length()):
            if plane >= len(planes):
                planes.extend([None] * (plane + 1 - len(planes)))
            if number >> plane & 1:
                held = planes[plane]
                if held is None:
                    planes[plane] = mask.copy()
                else:
                    np.bitwise_or(held, mask, out=held)
    if len(planes) <= BYTE:
        return from_planes(planes, rows)
    return from_planes(planes[:BYTE], rows) | from_planes(planes[BYTE:], rows).astype(np.uint16) << np.uint16(BYTE)


def from_planes(planes: Sequence[Bits | None], rows: int) -> Array:
    """By row the number that has these bits, up to eight. Eight rows are shifted at once: none reaches the next one."""
    there = [plane for plane, held in enumerate(planes) if held is not None]
    if not there:
        return np.zeros(rows, np.uint8)
    held = np.array([planes[plane] for plane in there]).view(np.uint8)
    own = np.unpackbits(held, axis=1, bitorder="little").view(np.uint64)
    own <<= np.array(there, np.uint64).reshape(-1, 1)
    found: Array = np.bitwise_or.reduce(own, axis=0).view(np.uint8)[:rows]
    return found
