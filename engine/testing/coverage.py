"""What the tests of a version try: its rules, its conditions both ways, its clauses and the cells of its table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from engine.backends.clocks import Clock
from engine.diagnostics import Diagnostic, Report, quoted
from engine.link.parts import windows
from engine.link.program import Window
from engine.pack import Version
from engine.testing.coverage_model import MEASURES, Coverage, Point
from engine.testing.coverage_points import Entry, Key, Points, points_of
from engine.testing.model import Claim, PolicyTest
from engine.testing.run import Result, VersionRun
from engine.testing.watch import Watching, watch

Impossible = Mapping[Key, Mapping[str, Claim]]  # the points that cannot happen, with the claim for each scenario


def coverage(version: Version, tests: Iterable[PolicyTest], claims: Iterable[Claim] = ()) -> Coverage:
    """What those of the tests try that hold for the version; `claims` say what cannot happen.

    Whether the tests pass does not matter."""
    points, results = _tried(version, tests)
    return _coverage(version, len(results), points, _impossible(points, claims))


def run_watched(
    version: Version,
    tests: Iterable[PolicyTest],
    claims: Iterable[Claim] = (),
    examples: Iterable[PolicyTest] = (),
) -> VersionRun:
    """The results of the tests that hold for a version, what they try of it, and the claims that are not true.

    A claim is not true when what cannot happen happens in one of the tests or examples."""
    own_claims = [claim for claim in claims if claim.holds_for(version.name)]
    points, results = _tried(version, tests)
    impossible = _impossible(points, own_claims)
    cases = [points, _tried(version, examples)[0]] if own_claims else []
    return VersionRun(
        version, results, _coverage(version, len(results), points, impossible), tuple(_untrue(impossible, cases))
    )


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
    owing = [owed for owed, owes in watching.records.owed.items() if owes is True]
    for record in watching.program.records:
        for owed in record.owes:
            if owed in owing:
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


# ------------------------------------------------------------------------------------------------- what cannot happen


def _impossible(points: Points, claims: Iterable[Claim]) -> Impossible:
    found: dict[Key, dict[str, Claim]] = {}
    for claim in claims:
        if claim.holds_for(points.version.name):
            for key, entry in points.entries.items():
                if _is_about(claim, entry):
                    rows = [row for row in entry.rows if claim.scenario in (None, row)]
                    found.setdefault(key, {}).update(dict.fromkeys(rows, claim))
    return found


def _is_about(claim: Claim, entry: Entry) -> bool:
    cited = entry.measure in ("clauses", "readings")
    same = not cited and entry.part == claim.at and entry.term == claim.term
    return same and claim.value in (None, entry.value)


def _untrue(impossible: Impossible, cases: Iterable[Points]) -> Iterator[Diagnostic]:
    report = Report()
    seen: dict[Claim, PolicyTest] = {}
    for points in cases:
        for key, rows in impossible.items():
            for test in points.entries[key].tests:
                if test.scenario in rows:
                    seen.setdefault(rows[test.scenario], test)
    for claim, test in seen.items():
        report.error(
            "test/happens",
            f"{quoted(claim)} happens, and is said not to",
            claim.place,
            related=[("it happens in this case", test.place)],
            help="take it out of `cannot_happen`, or correct what is wrong in the policy",
        )
    return iter(report.found)


# ---------------------------------------------------------------------------------------------------------- as data


def _coverage(version: Version, tests: int, points: Points, impossible: Impossible) -> Coverage:
    reasons = {key: reason for key in points.entries if (reason := _reason(points, key, impossible)) is not None}
    found = [_point(points, key, impossible, reasons.get(key)) for key in points.entries]
    return Coverage(version.policy.name, version.name, tests, tuple(sorted(found, key=_order)))


def _reason(points: Points, key: Key, impossible: Impossible) -> str | None:
    """Why something cannot happen in any scenario. A clause cannot be carried out when nothing that cites it can be."""
    entry = points.entries[key]
    if entry.rests_on:
        lost = all(_reason(points, other, impossible) is not None for other in entry.rests_on)
        return "nothing that rests on it can happen" if lost else None
    claims = impossible.get(key, {})
    return next(iter(claims.values())).because if claims and len(claims) == len(entry.rows) else None


def _point(points: Points, key: Key, impossible: Impossible, reason: str | None) -> Point:
    entry = points.entries[key]
    claimed = impossible.get(key, {}) if reason is None else {}
    return Point(
        measure=entry.measure,
        part=entry.part,
        place=entry.place,
        rows=tuple(row for row in entry.rows if row not in claimed),
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
