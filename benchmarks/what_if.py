"""How long it takes to find what would change a decision: all examples and many made-up disputes, the worst of them.

python benchmarks/what_if.py [--cases 300]
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from datetime import datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from engine import load_pack
from engine.analysis.what_if import what_would_change
from engine.diagnostics import Report
from engine.testing.suite import policy_tests


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=300)
    most: int = parser.parse_args().cases
    pack = load_pack()
    version = pack.version(list(pack.versions)[-1])
    tests = [test for test in policy_tests(pack.folder, Report()) if test.holds_for(version.name)][:most]
    times: list[tuple[float, int, str]] = []
    complete = said = 0
    for test in tests:
        case = version.read_case(test.case)
        if case.scenario is None:
            continue
        begin = time.perf_counter()
        found = what_would_change(version, case, datetime.fromisoformat(test.as_of))
        times.append((time.perf_counter() - begin, found.decided, f"{test.file}: {test.name}"))
        complete += found.searched >= 2 or found.complete
        said += bool(found.cannot)
    seconds = [took for took, _, _ in times]
    print(f"{len(times)} cases: median {statistics.median(seconds):.3f} s, worst {max(seconds):.3f} s")
    for took, decided, name in sorted(times, reverse=True)[:5]:
        print(f"  {took:.3f} s, {decided} sets decided: {name}")
    print(f"all pairs looked at in {complete}; some party proven unable to change the outcome in {said}")


if __name__ == "__main__":
    main()
