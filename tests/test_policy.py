"""The policy tests of the shipped pack are there, and all of its documents are as they should be.

pytest collects each of them itself: `pytest policies`."""

from __future__ import annotations

from engine import load_pack
from engine.diagnostics import Report
from engine.testing.check import checked_suite
from engine.testing.suite import examples

PACK = load_pack()


def test_the_worked_cases_are_there() -> None:
    report = Report()
    tests = checked_suite(PACK, report).tests
    assert not report.found
    assert sum(test.file.endswith("worked.yaml") for test in tests) >= 60


def test_the_examples_are_there() -> None:
    report = Report()
    assert len(examples(PACK.folder, report)) >= 10
    assert not report.found
