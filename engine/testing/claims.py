"""What is said not to happen: which points that leaves out, and whether it happens all the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from engine.diagnostics import Diagnostic, Report, quoted
from engine.testing.coverage_points import Entry, Key, Points
from engine.testing.model import Claim, PolicyTest

CITED: Final = ("clauses", "readings")
Impossible = Mapping[Key, Mapping[str, Claim]]  # the points that cannot happen, with the claim for each scenario


def impossible(points: Points, claims: Iterable[Claim]) -> Impossible:
    """The points that the claims are about, in the scenarios that they are about."""
    found: dict[Key, dict[str, Claim]] = {}
    for claim in claims:
        if claim.holds_for(points.version.name):
            for key, entry in points.entries.items():
                if _is_about(claim, entry):
                    rows = [row for row in entry.rows if claim.scenario in (None, row)]
                    found.setdefault(key, {}).update(dict.fromkeys(rows, claim))
    return found


def _is_about(claim: Claim, entry: Entry) -> bool:
    same = entry.measure not in CITED and entry.part == claim.at and entry.term == claim.term
    return same and claim.value in (None, entry.value)


def why_impossible(points: Points, key: Key, claimed: Impossible) -> str | None:
    """Why something cannot happen in any scenario. A clause cannot be carried out when nothing that cites it can be."""
    entry = points.entries[key]
    if entry.rests_on:
        lost = all(why_impossible(points, other, claimed) is not None for other in entry.rests_on)
        return "nothing that rests on it can happen" if lost else None
    claims = claimed.get(key, {})
    return next(iter(claims.values())).because if claims and len(claims) == len(entry.rows) else None


def untrue(claimed: Impossible, tried: Iterable[Points]) -> Iterator[Diagnostic]:
    """The claims about what one of the cases tried, each with the first case that does."""
    seen: dict[Claim, PolicyTest] = {}
    for points in tried:
        for key, rows in claimed.items():
            for test in points.entries[key].tests:
                if test.scenario in rows:
                    seen.setdefault(rows[test.scenario], test)
    report = Report()
    for claim, test in seen.items():
        report.error(
            "test/happens",
            f"{quoted(claim)} happens, and is said not to",
            claim.place,
            related=[(f"it happens in this case: {test.name}", test.place)],
            help="take it out of `cannot_happen`, or correct what is wrong in the policy",
        )
    return iter(report.found)
