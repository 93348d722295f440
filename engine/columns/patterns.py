"""Lists that many rows share: every one once, and which one each row has."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pyarrow as pa

from engine.columns.buffers import chosen, numbers

Array = np.ndarray[Any, Any]
NUMBER: Final = 8  # bytes that are looked at as one number
Lists = tuple[Array, Array]  # how many items each list has, and the items one behind the other


class Patterns:
    """The lists of the rows of a batch, as they are found part by part. A row of no part has an empty one."""

    def __init__(self, rows: int) -> None:
        self._rows = rows
        self._ids: Array | None = None
        self._lists: list[Lists] = [(np.zeros(1, np.int32), np.zeros(0, np.int32))]
        self._many = 1

    def add(self, rows: Array | None, ids: Array, lists: Lists) -> None:
        """These rows (None: all) have lists of these, by their numbers."""
        ids = ids + np.int32(self._many)
        if rows is None:
            self._ids = ids
        else:
            if self._ids is None:
                self._ids = np.zeros(self._rows, np.int32)
            self._ids[rows] = ids
        self._lists.append(lists)
        self._many += len(lists[0])

    def put_together(self) -> Lists:
        """Where the list of each row starts and the last one ends; and the items, one behind the other."""
        counts, items = (np.concatenate(column) for column in zip(*self._lists, strict=True))
        return repeated(np.zeros(self._rows, np.int32) if self._ids is None else self._ids, counts, items)


def repeated(ids: Array, counts: Array, items: Array) -> Lists:
    """The lists with these numbers: where each starts and the last one ends; and the items, one behind the other."""
    if not len(items) or (not np.count_nonzero(ids) and not counts[0]):
        return np.zeros(len(ids) + 1, np.int32), items[:0]
    ends = np.zeros(len(counts) + 1, np.int32)
    np.cumsum(counts, dtype=np.int32, out=ends[1:])
    alike = (counts[1:] == counts[-1]).all() and ids.min() > 0  # so that it does not matter which of them occur
    own = counts[-1:] if alike else counts.take(ids)
    length = int(own.max())
    if own.min() == length:
        there = (counts == length).nonzero()[0]
        lists = np.zeros((len(counts), length), items.dtype)
        lists[there] = items[ends[there, None] + np.arange(length)]
        return np.arange(len(ids) + 1, dtype=np.int32) * np.int32(length), chosen(lists, ids).reshape(-1)
    starts = np.zeros(len(ids) + 1, np.int32)
    np.cumsum(own, dtype=np.int32, out=starts[1:])
    # Arrow copies a text at once, whatever it says, and a list item by item.
    buffers = [None, pa.py_buffer(ends * np.int32(items.itemsize)), pa.py_buffer(np.ascontiguousarray(items))]
    texts = pa.Array.from_buffers(pa.binary(), len(counts), buffers)
    found = texts.take(pa.array(ids if own.all() else ids.compress(own > 0))).buffers()[2]
    return starts, np.frombuffer(found, items.dtype)[: starts[-1]] if starts[-1] else items[:0]


def lines(rows: int, columns: int, type_: Any) -> Array:
    """A table of marks to be filled. What is left of the eight bytes of a short line is nothing."""
    width = NUMBER // np.dtype(type_).itemsize
    if not 0 < columns < width:
        return np.empty((rows, columns), type_)
    found = np.empty((rows, width), type_)
    found[:, columns:] = 0
    return found


def distinct(marks: Array) -> tuple[Array, Array]:
    """The different lines of a table, and by line the number of the one that it is."""
    rows, width = len(marks), marks.shape[1] * marks.itemsize
    if not width:
        return marks[:1], np.zeros(rows, np.int32)
    if width == NUMBER:  # in two thirds of the time that texts take
        encoded = pa.array(np.ascontiguousarray(marks).view(np.uint64)[:, 0]).dictionary_encode()
        different = numbers(encoded.dictionary, np.uint64).view(marks.dtype)
        return different.reshape(-1, marks.shape[1]), numbers(encoded.indices, np.int32)
    column = pa.Array.from_buffers(pa.binary(width), rows, [None, pa.py_buffer(np.ascontiguousarray(marks))])
    encoded = column.dictionary_encode()
    found = np.frombuffer(encoded.dictionary.buffers()[1], marks.dtype)[: len(encoded.dictionary) * marks.shape[1]]
    return found.reshape(-1, marks.shape[1]), numbers(encoded.indices, np.int32)
