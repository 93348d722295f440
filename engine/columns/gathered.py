"""Small batches as larger ones: a batch has its cost, whatever is in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import pyarrow as pa

ROWS: Final = 131_072  # what is gathered is copied: more would take much memory and save little time


def gathered(batches: Iterable[pa.RecordBatch], rows: int = ROWS) -> Iterator[pa.RecordBatch]:
    """The same rows in the same order: batches of the same columns together, as many as have no more than `rows`."""
    waiting: list[pa.RecordBatch] = []
    for batch in batches:
        if waiting and (sum(one.num_rows for one in (*waiting, batch)) > rows or batch.schema != waiting[0].schema):
            yield _together(waiting)
        waiting.append(batch)
        del batch
    if waiting:
        yield _together(waiting)


def _together(waiting: list[pa.RecordBatch]) -> pa.RecordBatch:
    """What was waiting, of which nothing waits any more."""
    found = waiting[0] if len(waiting) == 1 else pa.concat_batches(waiting)
    waiting.clear()
    return found
