"""What became of policy tests, for CI systems: JUnit XML, and annotations for GitHub."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from engine.diagnostics import Diagnostic
from engine.pack import Version
from engine.render.annotations import annotation
from engine.render.junit import Failure, TestCase, TestSuite, junit
from engine.render.page import in_columns
from engine.render.tests_to_text import below_threshold, failure_to_page
from engine.testing.run import Result, VersionRun

COLUMNS: Final = 100


def runs_to_junit(runs: Sequence[VersionRun], threshold: int | None = None) -> str:
    """One suite for each version, one test case for each test, for each claim that is not true, and for coverage."""
    return junit(TestSuite(_name(run), tuple(_cases(run, threshold))) for run in runs)


def runs_to_github(runs: Sequence[VersionRun], threshold: int | None = None) -> str:
    """An error at the place of each test that failed, and of each claim that is not true."""
    return "".join(line for run in runs for line in _annotations(run, threshold))


def _cases(run: VersionRun, threshold: int | None) -> Iterator[TestCase]:
    for result in run.results:
        place = result.test.place
        failure = None
        if not result.passed:
            where = f"{place.source.name}:{place.line}\n"
            failure = Failure(differences(result), where + failure_text(run.version, result), "expectation")
        yield TestCase(result.test.name, place.source.name, failure)
    for found in run.untrue:
        where = f"{found.place}: {found.message}"
        file = found.place.source.name if found.place else ""
        yield TestCase(found.message, file, Failure(found.message, "\n".join([where, *_notes(found)]), found.code))
    if run.coverage is not None and threshold is not None:
        below = below_threshold(run, threshold)
        failure = Failure(below, below, "coverage") if below else None
        yield TestCase(f"coverage of at least {threshold} %", "coverage", failure)


def _annotations(run: VersionRun, threshold: int | None) -> Iterator[str]:
    for result in run.failed:
        title = f"{_name(run)}: {result.test.name}"
        yield annotation("error", failure_text(run.version, result), title, result.test.place)
    for found in run.untrue:
        yield annotation("error", "\n".join([found.message, *_notes(found)]), found.code, found.place)
    if threshold is not None and (below := below_threshold(run, threshold)):
        yield annotation("error", below, f"{_name(run)}: coverage")


def failure_text(version: Version, result: Result) -> str:
    """A failure as `aftersale test` shows it, in so many columns wherever it is shown."""
    return in_columns(failure_to_page(version, result), COLUMNS)


def differences(result: Result) -> str:
    """What differs, in one line."""
    problems: Iterable[object] = result.problem.diagnostics if result.problem is not None else ()
    return "; ".join(map(str, (*result.mismatches, *problems)))


def _notes(found: Diagnostic) -> list[str]:
    return [f"{place}: {message}" for message, place in found.related]


def _name(run: VersionRun) -> str:
    return f"{run.version.policy.name} {run.version.name}"
