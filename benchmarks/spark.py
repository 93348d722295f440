"""What a case costs on Spark: time of the processor, of the JVM and of all Python processes together. Linux only."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyspark  # noqa: F401 - without it the piece is left out

from benchmarks.cases import VERSION
from benchmarks.harness import Contest, Contestant, Size, agree
from engine import load_pack
from engine.analysis.backtest.run import Asked
from engine.analysis.backtest.run import backtest as backtest_of_a_table
from engine.columns import decide_batches, open_table
from engine.spark import backtest
from engine.spark.deciding import planned
from engine.spark.session import session

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

ROOT = Path(__file__).resolve().parent.parent
TICKS = os.sysconf("SC_CLK_TCK")
ALONE, READ, CARRIED, DECIDED = "one machine", "Spark reads", "Spark, to Python and back", "Spark decides"
TWICE, TWICE_ON_SPARK = "backtest on one machine", "backtest on Spark"
AS_IT_IS: Any = {"as_of": None, "version": VERSION, "keep": (), "empty": "unknown"}


def contests(size: Size) -> Iterator[Contest]:
    rows = 2_000 if size.quick else 100_000
    with tempfile.TemporaryDirectory() as folder:
        cases = _sample(Path(folder) / "cases.parquet", rows)
        settings = {"spark.driver.memory": "2g", "spark.sql.execution.arrow.maxRecordsPerBatch": "20000"}
        with session("local[1]", settings) as spark:
            yield _contest(cases, rows, spark.read.parquet(str(cases)))


def _contest(cases: Path, rows: int, df: DataFrame) -> Contest:
    pack = load_pack()
    plan = planned(df, pack, **AS_IT_IS)
    drafts = [name for name, version in pack.versions.items() if version.publication is None]
    asked, names = Asked(per_cell=3), (VERSION, drafts[-1])

    def alone() -> pa.Table:
        return pa.Table.from_batches(decide_batches(pack, open_table(cases).batches, **AS_IT_IS))

    def backtest_alone() -> object:
        table = open_table(cases)
        return backtest_of_a_table(pack, *names, table.schema, table.batches, asked)

    decided = plan.cases.mapInArrow(plan.work, plan.schema)
    agree(DECIDED, decided.toArrow().to_pylist(), ALONE, alone().to_pylist())
    agree(TWICE_ON_SPARK, [backtest(df.coalesce(1), pack, *names, asked)], TWICE, [backtest_alone()])
    work: dict[str, tuple[Callable[[], object], str]] = {
        ALONE: (alone, "Parquet to decisions in memory, no Spark"),
        READ: (lambda: _nothing(plan.cases), "the columns of the facts, and nothing is done with them"),
        CARRIED: (lambda: _nothing(plan.cases.mapInArrow(_unchanged, plan.cases.schema)), "no decision between"),
        DECIDED: (lambda: _nothing(decided), "`engine.spark.decide`"),
        TWICE: (backtest_alone, "two decisions of each case, compared and added up"),
        TWICE_ON_SPARK: (lambda: backtest(df, pack, *names, asked), "`engine.spark.backtest`"),
    }
    return Contest(
        "spark",
        f"Made-up cases on Spark: {rows:,} of them, one task at a time",
        ALONE,
        [Contestant(name, _whole(run), note, least=rows) for name, (run, note) in work.items()],
        rows,
        says="Decisions and backtests were first compared with those of one machine. What Spark takes besides is"
        " the way of rows into Arrow, through a pipe to Python, and back.",
        clock=processor_time,
    )


def _whole(run: Callable[[], object]) -> Callable[[int], object]:
    """The whole table each time: a job has a fixed cost."""
    return lambda n: run()


def _sample(path: Path, rows: int) -> Path:
    command = [sys.executable, "cli.py", "sample", str(rows), "--seed", "1", "--output", str(path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=600)
    return path


def _unchanged(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    yield from batches


def _nothing(df: DataFrame) -> None:
    """Make every row and keep none."""
    df.write.format("noop").mode("overwrite").save()


def processor_time() -> float:
    """Seconds of processor that this process and all below it have used so far."""
    own = resource.getrusage(resource.RUSAGE_SELF)
    return own.ru_utime + own.ru_stime + sum(map(_used, _below(os.getpid())))


def _below(process: int) -> Iterator[int]:
    """All processes that descend from one. Any of them may end while they are looked for."""
    for task in Path(f"/proc/{process}/task").glob("*"):
        with suppress(OSError):
            for child in (task / "children").read_text().split():
                yield int(child)
                yield from _below(int(child))


def _used(process: int) -> float:
    """Its own time and that of its children that have ended; nothing once it has itself, as its parent has it then."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return 0.0
    return sum(map(int, fields[11:15])) / TICKS
