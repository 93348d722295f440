"""What a service pays around a decision: a case read from JSON and checked, and the decision written as JSON.

python benchmarks/case.py [--rounds 30]

Every line is measured in the same interleaved run, on the cases of the pack's tests, and is shown beside `json.loads`.
Checks by other tools are made from the version's JSON Schema for cases; they build no typed values and no digest.
"""

from __future__ import annotations

import argparse
import importlib
import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from engine import load_pack
from engine.case import from_data
from engine.case.compiled import check_of
from engine.clock import parse_instant
from engine.decision.to_json import decision_to_json
from engine.diagnostics import Report
from engine.document import json_quick, parse_json_line
from engine.policy.schemas import case_schema
from engine.testing.suite import policy_tests

Work = Callable[[int], object]


def optional(name: str) -> Any:
    """A module that may not be installed."""
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


def compact(data: object) -> bytes:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()


def contestants() -> tuple[int, dict[str, Work]]:
    """How many cases there are, and what is done with the one of a number."""
    pack = load_pack()
    version = pack.version("1.0.0")
    tests = [test for test in policy_tests(pack.folder, Report()) if test.holds_for("1.0.0")]
    texts = [json.dumps(test.case, default=dict, separators=(",", ":")).encode() for test in tests]
    moments = [parse_instant(test.as_of) for test in tests]
    data = [json.loads(text) for text in texts]
    cases = [version.read_case(one) for one in data]
    decisions = [version.decide(case, moment) for case, moment in zip(cases, moments, strict=True)]
    check, standard, orjson = check_of(version.policy), json_quick._standard(), optional("orjson")
    work: dict[str, Work] = {
        "json.loads": lambda i: json.loads(texts[i]),
        "strict reader": lambda i: parse_json_line(texts[i].decode()),
        "quick reader, standard library": lambda i: (standard(texts[i]), texts[i].count(b",")),
    }
    if orjson is not None:
        work["quick reader, orjson"] = lambda i: json_quick.quick_json(texts[i])
    work |= {
        "check, values and digest": lambda i: check(data[i]),
        "the same by the plain reader": lambda i: from_data.read(data[i], version.policy),
    }
    schema = json.loads(json.dumps(case_schema(version.policy), default=dict))
    if (rust := optional("jsonschema_rs")) is not None:
        valid = rust.validator_for(schema).is_valid
        work["jsonschema-rs, yes or no"] = lambda i: valid(data[i])
    if (fast := optional("fastjsonschema")) is not None:
        validate = fast.compile(schema)
        work["fastjsonschema"] = lambda i: validate(data[i])
    work |= {
        "decide": lambda i: version.decide(cases[i], moments[i]),
        "write the decision": lambda i: decision_to_json(decisions[i]).encode(),
        "to_dict and json.dumps": lambda i: compact(decisions[i].to_dict()),
    }
    if orjson is not None:
        work["to_dict and orjson.dumps"] = lambda i: orjson.dumps(decisions[i].to_dict())
    work |= {
        "bytes to bytes, by version": lambda i: version.decide_json(texts[i], moments[i]),
        "bytes to bytes, governing version": lambda i: pack.decide_json(texts[i], moments[i]),
        "the slow way: strict, plain, to_dict": lambda i: compact(
            version.decide(
                from_data.read_case(parse_json_line(texts[i].decode()), version.policy), moments[i]
            ).to_dict()
        ),
    }
    return len(texts), work


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    rounds: int = parser.parse_args().rounds
    count, work = contestants()
    times: dict[str, list[float]] = {name: [] for name in work}
    for number in range(rounds + 1):
        for name, run in work.items():
            begin = time.perf_counter()
            for i in range(count):
                run(i)
            if number:  # the first round is for what is made once
                times[name].append((time.perf_counter() - begin) / count)
    base = statistics.median(times["json.loads"])
    print(f"{count} cases, {rounds} rounds, Python {sys.version.split()[0]}")
    print(f"{'':40} {'median us':>10} {'least us':>10} {'x json.loads':>13}")
    for name, measured in times.items():
        median = statistics.median(measured)
        print(f"{name:40} {1e6 * median:10.1f} {1e6 * min(measured):10.1f} {median / base:13.1f}")


if __name__ == "__main__":
    main()
