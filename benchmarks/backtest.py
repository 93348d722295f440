"""Many cases: making them up, and what they cost under two versions beside deciding them twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pyarrow as pa

from benchmarks.cases import VERSION, pack
from benchmarks.harness import Contest, Contestant, Size, agree
from engine.analysis.backtest.run import Asked, backtest
from engine.columns import decide_batches
from engine.diagnostics import Report
from engine.sampling.plan import Plan, plan
from engine.sampling.read import load_profile
from engine.sampling.to_arrow import record_batches
from engine.sampling.to_lines import lines

ROWS = 262_144
DRAFT = "1.1.0"
TWICE, BACKTEST, MAKING, WRITING = "deciding twice", "backtest", "making them up", "making them up as JSON Lines"


def contests(size: Size) -> Iterator[Contest]:
    rows = 2_000 if size.quick else ROWS
    made = sample_plan()
    table = pa.Table.from_batches(record_batches(made, 1, rows))
    asked = Asked(per_cell=3)
    found = backtest(pack(), VERSION, DRAFT, table.schema, table.to_batches(), asked)
    determined = [_determined(decide_batches(pack(), table.to_batches(), version=name)) for name in (VERSION, DRAFT)]
    agree(BACKTEST, [found.rows - number for number in found.total.undetermined], TWICE, determined)
    yield Contest(
        "backtest",
        "Made-up cases under two versions",
        TWICE,
        [
            Contestant(TWICE, _twice(table), "`decide_batches`, both versions, nothing kept", rows),
            Contestant(
                BACKTEST,
                lambda n: backtest(pack(), VERSION, DRAFT, table.schema, table.slice(0, n).to_batches(), asked),
                "compared, added up, three cases of each cell",
                rows,
            ),
            Contestant(
                MAKING, lambda n: sum(b.num_rows for b in record_batches(made, 1, n)), "`sample` to Arrow", rows
            ),
            Contestant(
                WRITING,
                lambda n: sum(len(lines(made, b)) for b in record_batches(made, 1, n)),
                "`sample` to text",
                rows,
            ),
        ],
        rows,
        says="As many cases are determined under each version as the backtest says.",
    )


def sample_plan() -> Plan:
    policies = [version.policy for version in pack().versions.values()]
    report = Report()
    profile = load_profile(pack().folder, policies, report)
    report.stop_if_wrong()
    return plan(pack(), pack().version(VERSION), profile)


def _determined(decisions: Iterator[pa.RecordBatch]) -> int:
    return sum(batch.column("determined").true_count for batch in decisions)


def _twice(table: pa.Table) -> Callable[[int], int]:
    def run(n: int) -> int:
        batches = table.slice(0, n).to_batches(max_chunksize=ROWS)
        return sum(
            batch.num_rows for name in (VERSION, DRAFT) for batch in decide_batches(pack(), batches, version=name)
        )

    return run
