"""Columns of decisions as numbers: one for each word or set of words, the same for both versions."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Codes = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
NOTHING: Final = -1  # the code of a null
FEW: Final = 2**18  # so many kinds of rows are counted in a table of them all, more are sorted


class Numbering:
    """Numbers for values as they come up. The values of lists are sets: their order means nothing."""

    def __init__(self) -> None:
        self._codes: dict[Any, int] = {}
        self.values: list[Any] = []

    def __getstate__(self) -> dict[str, object]:
        return {"values": self.values}  # all that a copy is asked for

    def words(self, column: pa.Array) -> Codes:
        """The numbers of a column of words."""
        return self._encoded(column, self.code)

    def sets(self, column: pa.Array) -> Codes:
        """The numbers of a column of lists of words."""
        (lists,), words = numbered([column])
        return self._encoded(lists, lambda numbers: self.code(tuple(sorted(words_of(numbers, words)))))

    def code(self, value: Any) -> int:
        if value not in self._codes:
            self._codes[value] = len(self.values)
            self.values.append(value)
        return self._codes[value]

    def _encoded(self, column: pa.Array, number: Any) -> Codes:
        coded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
        texts = coded.dictionary.to_pylist()
        places = coded.indices.cast(pa.int64()).fill_null(len(texts)).to_numpy(zero_copy_only=False)
        there = np.bincount(places, minlength=len(texts) + 1)
        own = [
            number(text) if count and text is not None else NOTHING
            for text, count in zip(texts, there.tolist(), strict=False)
        ]
        codes: Codes = np.array([*own, NOTHING], np.int64)[places]
        return codes


def numbered(columns: list[pa.Array]) -> tuple[list[pa.Array], list[str]]:
    """Each list of words as the numbers of its words, four bytes for each; and the words by their numbers, which are
    the same in all columns."""
    of: dict[str, int] = {}
    found = []
    for column in columns:
        flat = column.flatten()
        coded = flat if pa.types.is_dictionary(flat.type) else flat.dictionary_encode()
        own = np.array([of.setdefault(text, len(of)) for text in coded.dictionary.to_pylist()], np.int32)
        words = own[coded.indices.to_numpy(zero_copy_only=False)] if len(flat) else np.zeros(0, np.int32)
        ends = np.zeros(len(column) + 1, np.int32)
        np.cumsum(pc.list_value_length(column).fill_null(0).to_numpy(), dtype=np.int32, out=ends[1:])
        there = np.packbits(column.is_valid().to_numpy(zero_copy_only=False), bitorder="little")
        buffers = [pa.py_buffer(one) for one in (there, ends * np.int32(words.itemsize), words)]
        found.append(pa.Array.from_buffers(pa.binary(), len(column), buffers))
    return found, list(of)


def words_of(numbers: bytes, words: list[str]) -> frozenset[str]:
    """The words of a list of `numbered`."""
    return frozenset(map(words.__getitem__, memoryview(numbers).cast("i")))


def is_list(column: pa.Array) -> bool:
    return bool(pa.types.is_list(column.type) or pa.types.is_large_list(column.type))


def distinct(columns: list[Codes]) -> tuple[Codes, Codes, Codes]:
    """The distinct rows of some columns: where each stands first, which of them every row is, and how often each is."""
    key, size = np.zeros(len(columns[0]), np.int64), 1
    for column in columns:
        width = int(column.max(initial=0)) + 2
        if size * width > FEW:
            values, key = np.unique(key, return_inverse=True)
            size = len(values)
        key = key * width + column + 1
        size *= width
    if size > FEW:
        _, first, inverse, counts = np.unique(key, return_index=True, return_inverse=True, return_counts=True)
        return first, inverse, counts
    numbers = np.bincount(key, minlength=size)
    there = np.flatnonzero(numbers)
    places = np.zeros(size, np.int64)
    places[key[::-1]] = np.arange(len(key) - 1, -1, -1)  # the first one is written last
    of = np.zeros(size, np.int64)
    of[there] = np.arange(len(there))
    return places[there], of[key], numbers[there]
