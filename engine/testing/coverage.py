"""What the tests of a version try: its rules, its conditions both ways, its clauses and the cells of its table."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from engine.backends.clocks import Clock
from engine.evaluation.watching import Watching
from engine.link.parts import windows
from engine.link.program import Window
from engine.pack import Version
from engine.testing.claims import Impossible, impossible, untrue, why_impossible
from engine.testing.coverage_model import MEASURES, Coverage, Point
from engine.testing.coverage_points import Key, Points, points_of
from engine.testing.model import Claim, PolicyTest
from engine.testing.neighbours import neighbours
from engine.testing.run import Result, VersionRun
from engine.testing.watch import watch


def coverage(version: Version, tests: Iterable[PolicyTest], claims: Iterable[Claim] = ()) -> Coverage:
    """What those of the tests try that hold for the version; `claims` say what cannot happen.

    Whether the tests pass does not matter."""
    points, results = _tried(version, tests)
    return _coverage(version, len(results), points, impossible(points, claims))


def run_watched(
    version: Version,
    tests: Iterable[PolicyTest],
    claims: Iterable[Claim] = (),
    examples: Iterable[PolicyTest] = (),
    search: bool = True,
) -> VersionRun:
    """The results of the tests that hold for a version, what they try of it, and the claims that are not true.

    A claim is not true when what cannot happen happens: in a test, in an example, or, where that is to be searched, in
    one of these with a fact changed."""
    own = [test for test in tests if test.holds_for(version.name)]
    points, results = _tried(version, own)
    claimed = impossible(points, claims)
    cases = [points]
    if claimed:
        others = list(examples)
        cases.append(_tried(version, others)[0])
        if search:
            cases.append(_tried(version, neighbours(version, [*own, *others]))[0])
    found = _coverage(version, len(results), points, claimed)
    return VersionRun(version, results, found, tuple(untrue(claimed, cases)))


def _tried(version: Version, tests: Iterable[PolicyTest]) -> tuple[Points, tuple[Result, ...]]:
    points, results = points_of(version), []
    for test in tests:
        if test.holds_for(version.name):
            result, watching = watch(version, test)
            results.append(result)
            if watching is not None and result.decision is not None:
                _mark(points, watching, test)
    return points, tuple(results)


# -------------------------------------------------------------------------------------------------------- what is tried


def _mark(points: Points, watching: Watching, test: PolicyTest) -> None:
    """Mark everything that the decision of a test came through."""
    for node, value in watching.seen.items():
        if (value is True or value is False) and (node, value) in points.entries:
            points.tried(((node, value),), test)
    for table, outcome in watching.outcomes.read.values():
        if outcome.hold:
            points.tried(points.of_part.get(id(table), ()), test)
    for rule in watching.rules_that_decided():
        _used(points, rule, test)
    for window in windows(watching.program):
        clock = watching.clocks.read.get(window.name)
        if clock is not None and _runs(clock, window):
            _used(points, window, test)
            for span in watching.spans_that_hold(window):
                _used(points, span, test)
    _mark_evidence(points, watching, test)


def _mark_evidence(points: Points, watching: Watching, test: PolicyTest) -> None:
    evidence = watching.program.policy.evidence
    owing = {owed for owed, owes in watching.records.owed.items() if owes is True}
    for record in watching.program.records:
        for owed in record.owes:
            if owed.id in owing:
                _used(points, owed, test)
    if owing:
        points.tried(points.cited_by[id(evidence)], test)
    for also in evidence.also:
        if also.fact in watching.records.proven_also_by:
            _used(points, also, test)


def _used(points: Points, part: object, test: PolicyTest) -> None:
    points.tried(points.of_part.get(id(part), ()), test)
    points.tried(points.cited_by.get(id(part), ()), test)


def _runs(clock: Clock, window: Window) -> bool:
    """Whether a window is asked for and has begun, so that its end is known, or that it has none."""
    never = clock.ends is None and any(span.amount is None and span.until is None for span in window.spans)
    return clock.asked is True and (isinstance(clock.ends, datetime) or (never and isinstance(clock.starts, datetime)))


# ---------------------------------------------------------------------------------------------------------- as data


def _coverage(version: Version, tests: int, points: Points, claimed: Impossible) -> Coverage:
    found = sorted((_point(points, key, claimed) for key in points.entries), key=_order)
    return Coverage(version.policy.name, version.name, tests, tuple(found))


def _point(points: Points, key: Key, claimed: Impossible) -> Point:
    entry = points.entries[key]
    reason = why_impossible(points, key, claimed)
    elsewhere = claimed.get(key, {}) if reason is None else {}
    return Point(
        measure=entry.measure,
        part=entry.part,
        place=entry.place,
        rows=tuple(row for row in entry.rows if row not in elsewhere),
        term=entry.term,
        value=entry.value,
        needs=entry.needs,
        behind=entry.behind,
        general=entry.general,
        cited_by=tuple(sorted({points.entries[other].part for other in entry.rests_on})),
        tests=tuple(entry.tests),
        impossible=reason,
    )


def _order(point: Point) -> tuple[int, int, int, bool]:
    return list(MEASURES).index(point.measure), point.place.line, point.place.column, point.value is False
