"""What tests leave untried, for people: figures, then each thing with the place where it stands and what it needs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from engine.render.page import Page, Piece
from engine.source import Place
from engine.testing.coverage_model import MEASURES, Coverage, Measure, Point

NAMES: Final[dict[Measure, str]] = {
    "rules": "rules",
    "alternatives": "alternatives",
    "conditions": "conditions, both ways",
    "clauses": "clauses",
    "readings": "readings",
    "cells": "table cells",
}
NEVER: Final[dict[Measure, str]] = {
    "rules": "never decided",
    "alternatives": "never taken",
    "clauses": "never carried out",
    "readings": "never taken",
    "cells": "never used",
}


def coverage_on_page(page: Page, coverage: Coverage, threshold: int | None = None) -> None:
    """The figures of a version, what is untried, and which general rules not every scenario tries."""
    page.heading(f"What the tests try of {coverage.policy} {coverage.version}")
    for measure, figure in coverage.figures.items():
        bad = figure.percent < (100 if threshold is None else threshold)
        shown = Piece(f"{figure.percent:>3} %", "warn" if bad else "good")
        page.item(NAMES[measure], shown, f"  {figure.tried} of {figure.possible}", column=26)
    for measure in MEASURES:
        points = [point for point in coverage.untried if point.measure == measure]
        if points:
            page.heading(f"Untried: {NAMES[measure]}")
            _untried(page, measure, points)
    _by_row(page, coverage)
    _impossible(page, coverage)


def _untried(page: Page, measure: Measure, points: list[Point]) -> None:
    if measure == "conditions":
        for found in terms_untried(points):
            _place(page, found[0])
            part = Piece(f"  in {found[0].part}", "quiet")
            page.line(Piece(found[0].term, "strong"), f" {never(found)}", part, indent=4, hang=8)
        return
    for point in points:
        _place(page, point)
        rows = f" in {point.rows[0]}" if measure == "cells" and len(point.rows) == 1 else ""
        page.line(Piece(point.part, "strong"), f"{rows} {NEVER[measure]}", indent=4, hang=8)
        for line in needs(point):
            page.line(line, indent=4, hang=8)


def _place(page: Page, point: Point) -> None:
    page.fixed(Piece(f"{point.place.source.name}:{point.place.line}", "quiet"), indent=2)


def terms_untried(points: Iterable[Point]) -> list[list[Point]]:
    """The points of conditions that are untried, those of one term together."""
    found: dict[tuple[Place, str], list[Point]] = {}
    for point in points:
        found.setdefault((point.place, point.term), []).append(point)
    return list(found.values())


def never(points: list[Point]) -> str:
    """What a term never was, by the points of it that are untried."""
    return "was never asked" if len(points) > 1 else f"was never {'true' if points[0].value else 'false'}"


def needs(point: Point) -> Iterator[str]:
    """What a case needs in order to try it."""
    if point.needs:
        yield f"needs: {point.needs}"
    if point.cited_by:
        yield f"cited by {', '.join(point.cited_by)}"
    if point.behind:
        yield f"and none of these before it: {', '.join(point.behind)}"


def _by_row(page: Page, coverage: Coverage) -> None:
    found = [p for p in coverage.points if p.general and p.tried and p.rows_untried]
    if found:
        page.heading("General rules that not every scenario tries (they count as tried)")
    for point in found:
        page.line(Piece(point.part, "strong"), f" not in {', '.join(point.rows_untried)}", indent=2, hang=6)


def _impossible(page: Page, coverage: Coverage) -> None:
    found: Iterable[Point] = [point for point in coverage.points if point.impossible is not None]
    if found:
        page.heading("Said not to happen")
    for point in found:
        value = "" if point.value is None else f" is {'true' if point.value else 'false'}"
        what = f"{point.term}{value} in {point.part}" if point.term else point.part
        page.line(Piece(what, "strong"), f": {point.impossible}", indent=2, hang=6)
