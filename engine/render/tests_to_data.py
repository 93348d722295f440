"""What became of policy tests, and what they try, as plain data for programs."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from engine.explanation.model import PartTrace, Seen
from engine.pack import Version
from engine.render.trace_to_text import value_text
from engine.testing.coverage_model import Coverage, Figure, Point
from engine.testing.failures import explain
from engine.testing.run import Result, VersionRun


def runs_to_data(runs: Sequence[VersionRun]) -> dict[str, object]:
    """Every version with its tests, and its coverage where that was asked for."""
    return {
        "tests": sum(len(run.results) for run in runs),
        "failed": sum(len(run.failed) for run in runs),
        "versions": [
            {
                "policy": run.version.policy.name,
                "version": run.version.name,
                "results": [_result(run.version, result) for result in run.results],
                "untrue": [found.to_dict() for found in run.untrue],
                "coverage": coverage_to_data(run.coverage) if run.coverage is not None else None,
            }
            for run in runs
        ],
    }


def _result(version: Version, result: Result) -> dict[str, object]:
    problems = result.problem.diagnostics if result.problem is not None else ()
    return {
        "name": result.test.name,
        "scenario": result.test.scenario,
        "file": result.test.place.source.name,
        "line": result.test.place.line,
        "passed": result.passed,
        "mismatches": [{"field": m.field, "expected": m.expected, "found": m.actual} for m in result.mismatches],
        "problems": [found.to_dict() for found in problems],
        "trace": [_trace(trace, result) for trace in explain(version, result)],
    }


def _trace(trace: PartTrace, result: Result) -> dict[str, object]:
    zone = result.decision.zone if result.decision else None
    return {
        "part": trace.part,
        "state": trace.state,
        "by": trace.by or None,
        "file": trace.place.source.name,
        "line": trace.place.line,
        "why": [_seen(seen, zone) for seen in trace.why],
    }


def _seen(seen: Seen, zone: ZoneInfo | None) -> dict[str, object]:
    return {
        "text": seen.text,
        "kind": seen.kind,
        "value": value_text(seen.value, zone),
        "origin": seen.origin or None,
        "below": [_seen(one, zone) for one in seen.below],
    }


def coverage_to_data(coverage: Coverage) -> dict[str, object]:
    """The figures, in whole percent rounded down, and every point with the number of tests that try it."""
    return {
        "percent": coverage.lowest,
        "figures": {measure: _figure(figure) for measure, figure in coverage.figures.items()},
        "points": [_point(point) for point in coverage.points],
    }


def _figure(figure: Figure) -> dict[str, int]:
    return {"tried": figure.tried, "possible": figure.possible, "percent": figure.percent}


def _point(point: Point) -> dict[str, object]:
    return {
        "measure": point.measure,
        "part": point.part,
        "term": point.term or None,
        "value": point.value,
        "file": point.place.source.name,
        "line": point.place.line,
        "column": point.place.column,
        "scenarios": list(point.rows),
        "untried_in": list(point.rows_untried),
        "needs": point.needs or None,
        "behind": list(point.behind),
        "cited_by": list(point.cited_by),
        "tests": len(point.tests),
        "cannot_happen": point.impossible,
    }
