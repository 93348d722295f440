"""Generated tests for the ends of periods: they hold, they end where they say, and the oracle finds the same ends."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from engine import load_pack
from engine.clock import parse_instant
from engine.diagnostics import Report
from engine.testing.boundaries import MOMENTS, Boundaries, boundary_tests
from engine.testing.suite import examples, policy_tests
from tests.import_cases import BACK, BASELINE, MATERIALS
from tests.oracle.clock import parse
from tests.oracle.rules import decide

PACK = load_pack()
VERSION = PACK.version("1.0.0")
DAYS = 6  # an ordinary one, two on which the clocks change, the end of a month, 29 February, the end of the year


def cases() -> Iterator[Any]:
    report = Report()
    yield from policy_tests(PACK.folder, report)
    yield from examples(PACK.folder, report)


@pytest.fixture(scope="module")
def made() -> Boundaries:
    return boundary_tests(VERSION, cases())


def flat(test: Any) -> dict[str, Any]:
    """The facts of a test as the oracle takes them."""
    found: dict[str, Any] = {**BASELINE, "scenario": test["scenario"]}
    for group, members in test["facts"].items():
        for key, value in members.items():
            name = BACK[f"{group}.{key}"]
            found[name] = _flat(name, value)
    return found


def _flat(name: str, value: Any) -> Any:
    if name in MATERIALS and isinstance(value, list):
        first = min(value, key=lambda one: parse(one["submitted_at"]), default=None)  # the oracle knows one paper each
        return "none" if first is None else {"proves": "not_assessed", **first}
    return "none" if value is None else value


def test_every_period_of_the_shipped_version_has_its_tests(made: Boundaries) -> None:
    assert not made.without
    names = [test.data["name"] for test in made.tests]
    assert len(set(names)) == len(names)
    assert len(names) % (DAYS * len(MOMENTS)) == 0
    windows = {test.window for test in made.tests}
    assert windows >= set(VERSION.policy.windows)
    lengths = {(test.window, str(test.span.amount)) for test in made.tests}
    written = {
        (window.name, str(span.amount))
        for program in VERSION.programs.values()
        for window in (*program.windows, *(r.window for r in program.records if r.window))
        for span in window.spans
    }
    assert lengths == written


def test_the_oracle_finds_the_same_ends(made: Boundaries) -> None:
    compared = 0
    for test in made.tests:
        expect = test.data["expect"]
        answer = decide(flat(test.data), test.data["as_of"])
        theirs = {k: v if v == "paused" else parse_instant(v) for k, v in answer["deadlines"].items()}  # type: ignore[attr-defined]
        ours = {k: v if v == "paused" else parse_instant(v) for k, v in expect["deadlines"].items()}
        assert theirs == ours, test.data["name"]
        assert answer["status"] == expect["status"]
        compared += len(ours)
    assert compared > 1_000
