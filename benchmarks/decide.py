"""How long a decision takes, beside the work around it. Ratios from one interleaved run; times are of this machine.

python benchmarks/decide.py [--rounds 30]
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from engine import load_pack
from engine.clock import parse_instant
from engine.diagnostics import Report
from engine.document import plain, read_document
from engine.testing.suite import policy_tests

MOST = 400  # tests; more of them make the run longer and the figures no better


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=30)
    rounds: int = parser.parse_args().rounds
    begin = time.perf_counter()
    pack = load_pack()
    loading = time.perf_counter() - begin
    version = list(pack.versions.values())[-1]
    found = policy_tests(pack.folder, Report())
    tests = [test for test in found if test.holds_for(version.name)][:MOST]
    texts = [json.dumps(test.case, default=dict) for test in tests]
    moments = [parse_instant(test.as_of) for test in tests]
    cases = [version.read_case(test.case) for test in tests]
    decisions = [version.decide(case, moment) for case, moment in zip(cases, moments, strict=True)]
    work: dict[str, Callable[[], object]] = {
        "json.loads of the case": lambda: [json.loads(text) for text in texts],
        "read_case": lambda: [version.read_case(test.case) for test in tests],
        "decide": lambda: [version.decide(c, m) for c, m in zip(cases, moments, strict=True)],
        "explain": lambda: [version.explain(c, m) for c, m in zip(cases, moments, strict=True)],
        "to_dict": lambda: [d.to_dict() for d in decisions],
        "json.dumps of the decision": lambda: [json.dumps(d.to_dict()) for d in decisions],
    }
    times: dict[str, list[float]] = {name: [] for name in work}
    for _ in range(rounds):
        for name, run in work.items():
            begin = time.perf_counter()
            run()
            times[name].append((time.perf_counter() - begin) / len(tests))
    base = statistics.median(times["json.loads of the case"])
    ratio = statistics.median(a / b for a, b in zip(times["explain"], times["decide"], strict=True))
    print(f"{len(tests)} cases, {rounds} rounds, version {version.name}; loading the pack took {1e3 * loading:.0f} ms")
    print(f"{'':28} {'median us':>10} {'x json.loads':>13}")
    for name, measured in times.items():
        median = statistics.median(measured)
        print(f"{name:28} {1e6 * median:10.1f} {median / base:13.1f}")
    print(f"explaining a decision takes {ratio:.1f} times as long as making it")
    document = pack.folder / f"{version.name}.yaml"
    begin = time.perf_counter()
    plain(read_document(document))
    print(f"reading {document.name} takes {1e3 * (time.perf_counter() - begin):.0f} ms")


if __name__ == "__main__":
    main()
