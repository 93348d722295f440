"""Run policy tests under a version."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from engine.backends.interpreter import Interpreter, NewInterpreter
from engine.clock import parse_instant
from engine.decision import Decision
from engine.diagnostics import Diagnostic, InvalidDocument
from engine.evaluation.one_row import run
from engine.pack import Version
from engine.testing.compare import mismatches
from engine.testing.coverage_model import Coverage
from engine.testing.model import Mismatch, PolicyTest


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a test under a version: its decision and what differs, or why its case cannot be decided."""

    test: PolicyTest
    version: str
    decision: Decision | None
    mismatches: tuple[Mismatch, ...] = ()
    problem: InvalidDocument | None = None

    @property
    def passed(self) -> bool:
        return self.problem is None and not self.mismatches


@dataclass(frozen=True, slots=True)
class VersionRun:
    """The tests of one version: what became of each, and what they try of it, where that was asked for.

    `untrue` tells what was said to be impossible and happened all the same."""

    version: Version
    results: tuple[Result, ...]
    coverage: Coverage | None = None
    untrue: tuple[Diagnostic, ...] = ()

    @property
    def failed(self) -> tuple[Result, ...]:
        return tuple(result for result in self.results if not result.passed)

    @property
    def passed(self) -> bool:
        return not self.failed and not self.untrue


def run_tests(version: Version, tests: Iterable[PolicyTest]) -> Iterator[Result]:
    """The results of the tests that hold for a version, in their order."""
    return (run_test(version, test) for test in tests if test.holds_for(version.name))


def run_test(version: Version, test: PolicyTest, interpreter: NewInterpreter = Interpreter) -> Result:
    """The result of a test under a version. `interpreter` may be one that watches what is read."""
    try:
        case = version.read_case(test.case)
    except InvalidDocument as problem:
        return Result(test, version.name, None, problem=problem)
    if case.scenario is None:
        decision = version.decide(case, test.as_of)
    else:
        decision = run(version.programs[case.scenario], case, parse_instant(test.as_of), interpreter)
    return Result(test, version.name, decision, mismatches(decision, test.expect))
