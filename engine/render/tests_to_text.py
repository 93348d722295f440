"""What became of policy tests, for people."""

from __future__ import annotations

from collections.abc import Sequence

from engine.pack import Version
from engine.render.coverage_to_text import coverage_on_page
from engine.render.diagnostics import diagnostics_to_page
from engine.render.page import Page, Piece
from engine.render.trace_to_text import trace_on_page
from engine.testing.failures import explain
from engine.testing.run import Result, VersionRun


def runs_to_page(runs: Sequence[VersionRun], threshold: int | None = None) -> Page:
    """The tests that failed, with what was expected and what came out; then what is untried; then one line each."""
    page = Page()
    for run in runs:
        for result in run.failed:
            _failure(page, run.version, result)
        for found in run.untrue:
            page.gap()
            page.lines += diagnostics_to_page([found]).lines
    for run in runs:
        if run.coverage is not None:
            coverage_on_page(page, run.coverage, threshold)
    page.gap()
    for run in runs:
        _summary(page, run)
    return page


def _failure(page: Page, version: Version, result: Result) -> None:
    page.gap()
    page.line(Piece("FAILED", "bad"), f" {result.version}: ", Piece(result.test.name, "strong"), hang=7)
    place = result.test.place
    page.fixed(Piece(f"{place.source.name}:{place.line}", "quiet"), indent=2)
    if result.problem is not None:
        for found in result.problem.diagnostics:
            page.line(str(found), indent=2)
    for one in result.mismatches:
        page.item(Piece(one.field, "name"), "expected ", Piece(one.expected, "good"), column=24)
        page.line("found    ", Piece(one.actual, "bad"), indent=24)
    for trace in explain(version, result):
        trace_on_page(page, trace, result.decision.zone if result.decision else None)


def _summary(page: Page, run: VersionRun) -> None:
    total, failed = len(run.results), len(run.failed)
    tests = f"{total} test{'' if total == 1 else 's'}"
    result = Piece(f"{failed} of {tests} failed", "bad") if failed else Piece(f"{tests} passed", "good")
    if run.untrue:
        page.line(f"{run.version.name}: ", Piece(f"{len(run.untrue)} that cannot happen happened", "bad"))
    page.line(f"{run.version.name}: ", result if total else Piece("no tests", "warn"))
