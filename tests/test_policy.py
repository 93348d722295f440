"""Every policy test of the shipped pack, under every version it holds for."""

from __future__ import annotations

import pytest

from engine import Version, load_pack
from engine.diagnostics import Report
from engine.document import read_document
from engine.document.schema import check
from engine.policy.schemas import shipped
from tests.policy_tests import PolicyTest, differences, policy_tests_of

PACK = load_pack()
TESTS = [(version, test) for version in PACK.versions.values() for test in policy_tests_of(PACK, version)]


@pytest.mark.parametrize(("version", "test"), TESTS, ids=[f"{version.name}: {test}" for version, test in TESTS])
def test_decides_as_expected(version: Version, test: PolicyTest) -> None:
    decision = version.decide(version.read_case(test.case), test.as_of)
    assert not differences(decision, test.expect), "\n".join(differences(decision, test.expect))


def test_the_worked_cases_are_there() -> None:
    assert sum(test.file.name == "worked.yaml" for _, test in TESTS) >= 60


@pytest.mark.parametrize("file", sorted((PACK.folder / "tests").glob("*.yaml")), ids=lambda file: file.name)
def test_documents_are_as_their_schema_says(file) -> None:  # type: ignore[no-untyped-def]
    report = Report()
    check(read_document(file), shipped("tests"), report)
    assert not report.found
