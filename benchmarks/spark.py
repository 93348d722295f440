"""What a case costs on Spark: the decision alone, the way to Python and back alone, and both.

Ratios from one interleaved run. The figures are processor time, of the JVM and all Python processes together, so other
work on the machine does not count. Linux only.

python benchmarks/spark.py [--rows 200000] [--rounds 3] [--cases FILE.parquet]
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import pyarrow as pa

from engine import load_pack
from engine.columns import Counts, decide_batches, open_table
from engine.spark.deciding import planned
from engine.spark.session import session

ROOT = Path(__file__).resolve().parent.parent
TICKS = os.sysconf("SC_CLK_TCK")
AS_OF = "2025-12-31T00:00:00Z"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--cases", type=Path)
    parser.add_argument("--batch", type=int, default=10_000, help="spark.sql.execution.arrow.maxRecordsPerBatch")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        cases = options.cases or sample(Path(folder) / "cases.parquet", options.rows)
        measure(cases, options.rounds, options.batch)


def sample(path: Path, rows: int) -> Path:
    command = [sys.executable, "cli.py", "sample", str(rows), "--seed", "1", "--output", str(path)]
    subprocess.run(command, cwd=ROOT, check=True, timeout=600)
    return path


def measure(cases: Path, rounds: int, batch: int) -> None:
    pack = load_pack()
    version = next(iter(pack.versions))
    begin = time.perf_counter()
    with session("local[1]", {"spark.sql.execution.arrow.maxRecordsPerBatch": str(batch)}) as spark:
        started = time.perf_counter() - begin
        df = spark.read.parquet(str(cases))
        rows = df.count()
        plan = planned(df, pack, as_of=AS_OF, version=version, keep=(), empty="unknown")
        counts = Counts()

        def alone() -> None:
            for _ in decide_batches(
                pack, open_table(cases).batches, as_of=AS_OF, version=version, keep=(), counts=counts
            ):
                pass

        def carried() -> None:
            nothing(plan.cases.mapInArrow(unchanged, plan.cases.schema))

        def decided() -> None:
            nothing(plan.cases.mapInArrow(plan.work, plan.schema))

        work: dict[str, Callable[[], None]] = {
            "one machine, no Spark": alone,
            "carried to Python and back": carried,
            "decided on Spark": decided,
        }
        taken: dict[str, list[tuple[float, float]]] = {name: [] for name in work}
        for number in range(rounds + 1):
            for name, run in work.items():
                wall, processor = time.perf_counter(), processor_time()
                run()
                if number:  # the first round starts workers and warms the JVM
                    taken[name].append((time.perf_counter() - wall, processor_time() - processor))
    print(f"{rows} cases, {rounds} rounds, version {version}, batches of {batch}; the session took {started:.1f} s")
    print(f"decided one by one: {100 * counts.one_by_one / counts.rows:.1f} %")
    print(f"{'':28} {'us of processor a case':>24} {'cases a second, wall':>22} {'x no Spark':>11}")
    base = [processor for _, processor in taken["one machine, no Spark"]]
    for name, measured in taken.items():
        wall = statistics.median(seconds for seconds, _ in measured)
        processor = statistics.median(seconds for _, seconds in measured)
        ratio = statistics.median(own / other for (_, own), other in zip(measured, base, strict=True))
        print(f"{name:28} {1e6 * processor / rows:24.2f} {rows / wall:22,.0f} {ratio:11.2f}")


def unchanged(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    yield from batches


def nothing(df: object) -> None:
    """Make every row and keep none."""
    df.write.format("noop").mode("overwrite").save()  # type: ignore[attr-defined]


def processor_time() -> float:
    """Seconds of processor that this process and all below it have used so far."""
    own = resource.getrusage(resource.RUSAGE_SELF)
    return own.ru_utime + own.ru_stime + sum(map(_used, _below(os.getpid())))


def _below(process: int) -> Iterator[int]:
    for task in Path(f"/proc/{process}/task").glob("*"):
        for child in map(int, (task / "children").read_text().split()):
            yield child
            yield from _below(child)


def _used(process: int) -> float:
    """Its own time and that of its children that have ended."""
    fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    return sum(map(int, fields[11:15])) / TICKS


if __name__ == "__main__":
    main()
