"""Every policy test of the shipped pack, under every version it holds for."""

from __future__ import annotations

import pytest

from engine import Version, load_pack
from engine.diagnostics import Report
from engine.testing.model import PolicyTest
from engine.testing.run import run_test
from engine.testing.suite import policy_tests

PACK = load_pack()
REPORT = Report()
SUITE = policy_tests(PACK.folder, REPORT)
TESTS = [(version, test) for version in PACK.versions.values() for test in SUITE if test.holds_for(version.name)]


@pytest.mark.parametrize(("version", "test"), TESTS, ids=[f"{version.name}: {test.name}" for version, test in TESTS])
def test_decides_as_expected(version: Version, test: PolicyTest) -> None:
    result = run_test(version, test)
    assert result.passed, "\n".join(map(str, result.mismatches)) or str(result.problem)


def test_the_worked_cases_are_there() -> None:
    assert sum(test.file.endswith("worked.yaml") for _, test in TESTS) >= 60


def test_documents_are_as_their_schema_says() -> None:
    assert not REPORT.found
