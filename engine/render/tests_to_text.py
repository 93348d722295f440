"""What became of policy tests, for people."""

from __future__ import annotations

from collections.abc import Sequence

from engine.pack import Version
from engine.render.coverage_to_text import coverage_on_page
from engine.render.diagnostics import diagnostics_to_page
from engine.render.page import Page, Piece
from engine.render.trace_to_text import traces_on_page
from engine.testing.failures import explain
from engine.testing.run import Result, VersionRun


def runs_to_page(runs: Sequence[VersionRun], threshold: int | None = None) -> Page:
    """The tests that failed, with what was expected and what came out; then what is untried; then one line each."""
    page = Page()
    for run in runs:
        for result in run.failed:
            place = result.test.place
            page.gap()
            page.line(Piece("FAILED", "bad"), f" {run.version.name}: ", Piece(result.test.name, "strong"), hang=7)
            page.fixed(Piece(f"{place.source.name}:{place.line}", "quiet"), indent=2)
            page.lines += failure_to_page(run.version, result).lines
        if run.untrue:
            page.gap()
            page.lines += diagnostics_to_page(run.untrue).lines
    for run in runs:
        if run.coverage is not None:
            coverage_on_page(page, run.coverage, threshold)
    page.gap()
    for run in runs:
        _summary(page, run, threshold)
    return page


def failure_to_page(version: Version, result: Result) -> Page:
    """What was expected and what came out, and what became of the rules that should have decided."""
    page = Page()
    if result.problem is not None:
        page.lines += diagnostics_to_page(result.problem.diagnostics).lines
    for one in result.mismatches:
        page.item(Piece(one.field, "name"), "expected ", Piece(one.expected, "good"), column=24)
        page.line("found    ", Piece(one.actual, "bad"), indent=24)
    traces_on_page(page, explain(version, result), result.decision.zone if result.decision else None)
    return page


def below_threshold(run: VersionRun, threshold: int) -> str:
    """Which figures are below the threshold; empty for none."""
    figures = run.coverage.figures.items() if run.coverage is not None else ()
    below = [f"{measure} {figure.percent} %" for measure, figure in figures if figure.percent < threshold]
    return f"below {threshold} %: {', '.join(below)}" if below else ""


def _summary(page: Page, run: VersionRun, threshold: int | None) -> None:
    total, failed = len(run.results), len(run.failed)
    tests = f"{total} test{'' if total == 1 else 's'}"
    passed = Piece(f"{tests} passed", "good") if total else Piece("no tests", "warn")
    found: list[Piece | str] = [Piece(f"{failed} of {tests} failed", "bad") if failed else passed]
    if run.untrue:
        found += [", ", Piece(f"{len(run.untrue)} of what cannot happen happened", "bad")]
    if threshold is not None and (below := below_threshold(run, threshold)):
        found += [", ", Piece(f"coverage {below}", "bad")]
    page.line(f"{run.version.name}: ", *found, hang=4)
