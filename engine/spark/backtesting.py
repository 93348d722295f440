"""A backtest on Spark: every partition is added up where it is, and what was counted is put together here."""

from __future__ import annotations

import pickle
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Final

import pyarrow as pa

from engine.analysis.backtest.model import Backtest
from engine.analysis.backtest.run import Asked, counted, told
from engine.columns.gathered import gathered
from engine.pack import Pack
from engine.spark.deciding import AT_ONCE, handed_over, renamed
from engine.spark.parcel import Parcel, packed, unpacked
from engine.spark.types import arrow_schema

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

EVERYTHING: Final = Asked()
_PART: Final = 2**40  # rows of a partition: each row has another number to draw lots by


@dataclass(frozen=True, slots=True)
class Backtesting:
    """What a worker does with a partition: batches of cases in, one row out with what was counted, pickled and packed.

    `columns` are the names of what comes in, in its order.
    """

    parcel: Parcel
    columns: tuple[str, ...]
    before: str
    after: str
    asked: Asked

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        from pyspark import TaskContext

        named = gathered(renamed(batches, self.columns), AT_ONCE)
        first = next(named, None)
        if first is None:
            return
        task = TaskContext.get()
        part = task.partitionId() if task is not None else 0
        every = chain([first], named)
        pack = unpacked(self.parcel)
        found = counted(pack, self.before, self.after, first.schema, every, self.asked, first=part * _PART)
        yield pa.RecordBatch.from_pydict({"part": [part], "counted": [zlib.compress(pickle.dumps(found))]})


def backtest(df: DataFrame, pack: Pack, before: str, after: str, asked: Asked = EVERYTHING) -> Backtest:
    """What becomes of the cases of a DataFrame under two versions of a pack, as `engine.analysis.backtest.run.backtest`
    has it of a table; one job.

    The same counts come out however the cases are spread. A row has the number that it has in the order of partitions;
    which cases of a cell are kept depends on how they are spread. What it raises, it raises before the job begins.
    """
    nothing = counted(pack, before, after, arrow_schema(df.schema), [], asked)
    columns = tuple(df.columns)
    work = Backtesting(packed(pack, before, after), columns, before, after, asked)
    parts = handed_over(df, columns).mapInArrow(work, "part long, counted binary").collect()
    for row in sorted(parts, key=lambda row: row.part):
        nothing.merge(pickle.loads(zlib.decompress(row.counted)))
    return told(pack, before, after, asked, nothing)
