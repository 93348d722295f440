"""The memory of Arrow's columns as arrays, without a copy where that can be, and the other way round."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

Array = np.ndarray[Any, Any]
LARGEST: Final = 2**25 - 2**16  # bytes: the most that the C library can be told, and something for its own use
WHOLE: Final = {4: np.uint32, 8: np.uint64}  # lines of so many bytes as one number


def keep_memory() -> None:
    """Let the C library keep what it frees: it gives memory back to the system above twice the size of the largest
    piece that it has freed, and batches would ask for the same pages again and again."""
    np.empty(LARGEST, np.uint8)  # never written to, and freed at once


def chosen(values: Array, places: Array) -> Array:
    """The values at these places, which are right. Not to be written to. Arrow does it in half of the time."""
    if values.ndim == 1:
        found: Array = pc.take(pa.array(values), pa.array(places), boundscheck=False).to_numpy()
        return found
    width = values.itemsize * values.shape[1]
    if width not in WHOLE:
        return values.take(places, axis=0, mode="clip")
    lines = np.ascontiguousarray(values).view(WHOLE[width])[:, 0]
    return chosen(lines, places).view(values.dtype).reshape(-1, values.shape[1])


@lru_cache(maxsize=8)
def row_numbers(rows: int) -> Array:
    """The numbers of so many rows. Not to be written to."""
    found = np.arange(rows)
    found.flags.writeable = False
    return found


def given(column: pa.Array) -> Array | None:
    """Where a column has a value; None: everywhere."""
    if not column.null_count:
        return None
    if pa.types.is_null(column.type):
        return np.zeros(len(column), np.bool_)
    return _bits(column.buffers()[0], column.offset, len(column))


def truths(column: pa.Array) -> Array:
    """The truth values of a column; anything where it has none."""
    return _bits(column.buffers()[1], column.offset, len(column))


def numbers(column: pa.Array, type_: Any) -> Array:
    """The numbers of a column that are laid out like this; anything where it has none. Not to be written to."""
    start, rows = column.offset, len(column)
    return np.frombuffer(column.buffers()[1], type_)[start : start + rows] if rows else np.zeros(0, type_)


def filled(column: pa.Array, value: int) -> Array:
    """The numbers (int32) of a column, this where it has none. Not to be written to."""
    there, found = given(column), numbers(column, np.int32)
    return found if there is None else np.where(there, found, np.int32(value))


def offsets(column: pa.Array) -> Array:
    """Where each list of a column starts in its items, and where the last one ends."""
    start, rows = column.offset, len(column)
    return np.frombuffer(column.buffers()[1], np.int32)[start : start + rows + 1] if rows else np.zeros(1, np.int32)


def _bits(buffer: pa.Buffer, start: int, rows: int) -> Array:
    if not rows:
        return np.zeros(0, np.bool_)
    first, skipped = divmod(start, 8)
    own = np.frombuffer(buffer, np.uint8, (skipped + rows + 7) // 8, first)
    return np.unpackbits(own, count=skipped + rows, bitorder="little")[skipped:].view(np.bool_)


def bools(values: Array, absent: Array | None = None) -> pa.Array:
    """Truth values as a column, null where they are absent."""
    bits = [None if absent is None else ~absent, values]
    packed = [None if own is None else pa.py_buffer(np.packbits(own, bitorder="little")) for own in bits]
    return pa.Array.from_buffers(pa.bool_(), len(values), packed)
