"""How long it takes to find what would change a decision: the pack's tests, and the worst of them."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.cases import VERSION, pack, version
from benchmarks.harness import Figures, Size
from benchmarks.report import duration
from engine.analysis.what_if import what_would_change
from engine.clock import parse_instant
from engine.diagnostics import Report
from engine.testing.suite import policy_tests


def contests(size: Size) -> Iterator[Figures]:
    tests = [test for test in policy_tests(pack().folder, Report()) if test.holds_for(VERSION)]
    times: list[tuple[float, int, str]] = []
    said = 0
    for test in tests[:: 100 if size.quick else 5]:
        case = version().read_case(test.case)
        if case.scenario is None:
            continue
        begin = time.perf_counter()
        found = what_would_change(version(), case, parse_instant(test.as_of))
        times.append((time.perf_counter() - begin, found.decided, f"{Path(test.file).name}: {test.name}"))
        said += bool(found.cannot)
    seconds = [took for took, _, _ in times]
    rows = [("median", duration(statistics.median(seconds)), "", "")]
    worst = sorted(times, reverse=True)[:3]
    rows += [(name, duration(took), f"{took / decided * 1e6:.0f} us", f"{decided:,}") for took, decided, name in worst]
    yield Figures(
        "what_if",
        "What would change a decision",
        ("case", "time", "a set", "sets decided"),
        tuple(rows),
        f"{len(times)} of the pack's tests; in {said} some party is proven unable to change the outcome.",
    )
