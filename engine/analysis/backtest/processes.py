"""A large table under two versions, part by part in several processes. What comes out does not hang on how many."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet

from engine.analysis.backtest.model import Backtest
from engine.analysis.backtest.run import Asked, Counted, counted, told
from engine.columns.gathered import gathered
from engine.columns.layout import AT_ONCE
from engine.pack import Pack, load_pack

PART: Final = AT_ONCE  # rows of a part, at least


@dataclass(frozen=True, slots=True)
class Part:
    """Row groups of a Parquet file that follow each other: their numbers, the number of the first row, and the rows."""

    groups: tuple[int, ...]
    first: int
    rows: int


@dataclass(frozen=True, slots=True)
class Work:
    """What every process is told: the pack's folder, the versions, the table and what is asked of it."""

    folder: Path
    before: str
    after: str
    table: Path
    asked: Asked


def parts_of(table: Path, least: int = PART) -> list[Part]:
    """The parts of a Parquet file, each with at least so many rows, but for the last one."""
    about = pyarrow.parquet.ParquetFile(table).metadata
    parts: list[Part] = []
    groups: list[int] = []
    first = rows = 0
    for group in range(about.num_row_groups):
        groups.append(group)
        rows += about.row_group(group).num_rows
        if rows >= least or group == about.num_row_groups - 1:
            parts.append(Part(tuple(groups), first, rows))
            first, rows, groups = first + rows, 0, []
    return parts


def backtest_in_parts(
    pack: Pack, work: Work, parts: Sequence[Part], jobs: int, done: Callable[[int, int], None]
) -> Backtest:
    """The backtest of a table, as `engine.analysis.backtest.run.backtest` has it. `done` is told of each part how many
    rows it had, and how many of them cannot be decided. Raises what that raises, and pyarrow's errors for a table that
    cannot be read."""
    schema = pyarrow.parquet.ParquetFile(work.table).schema_arrow
    found = counted(pack, work.before, work.after, schema, [], work.asked)
    for part, own in zip(parts, _counted(work, parts, jobs), strict=True):
        done(part.rows, own.tally.errors.all)
        found.merge(own)
    return told(pack, work.before, work.after, work.asked, found)


def _counted(work: Work, parts: Sequence[Part], jobs: int) -> Iterator[Counted]:
    # Spawned, not forked: the threads of pyarrow do not survive a fork.
    with ProcessPoolExecutor(jobs, get_context("spawn"), _prepare, (work,)) as pool:
        try:
            yield from pool.map(_count, parts)
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


_ready: tuple[Work, Pack] | None = None  # of this process


def _prepare(work: Work) -> None:
    global _ready
    _ready = work, load_pack(work.folder)
    pa.set_cpu_count(1)


def _count(part: Part) -> Counted:
    assert _ready is not None
    work, pack = _ready
    file = pyarrow.parquet.ParquetFile(work.table)
    batches = gathered(file.iter_batches(AT_ONCE, row_groups=list(part.groups)))
    return counted(pack, work.before, work.after, file.schema_arrow, batches, work.asked, first=part.first)
