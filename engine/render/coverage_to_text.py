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
            for place, lines in _untried(measure, points):
                page.fixed(Piece(f"{place.source.name}:{place.line}", "quiet"), indent=2)
                for line in lines:
                    page.line(*line, indent=4, hang=8)
    _by_row(page, coverage)
    _impossible(page, coverage)


def _untried(measure: Measure, points: list[Point]) -> Iterator[tuple[Place, list[tuple[Piece | str, ...]]]]:
    if measure == "conditions":
        yield from _terms(points)
        return
    for point in points:
        lines: list[tuple[Piece | str, ...]] = [(Piece(point.part, "strong"), f" {NEVER[measure]}")]
        lines += [(line,) for line in needs(point)]
        yield point.place, lines


def _terms(points: list[Point]) -> Iterator[tuple[Place, list[tuple[Piece | str, ...]]]]:
    """Each term once: never true, never false, or never asked."""
    values: dict[tuple[Place, str], list[Point]] = {}
    for point in points:
        values.setdefault((point.place, point.term), []).append(point)
    for (place, term), found in values.items():
        yield place, [(Piece(term, "strong"), f" {never(found)}", Piece(f"  in {found[0].part}", "quiet"))]


def never(points: list[Point]) -> str:
    """What a term never was, by the points of it that are untried."""
    return "was never asked" if len(points) > 1 else f"was never {'true' if points[0].value else 'false'}"


def needs(point: Point) -> Iterator[str]:
    """What a case needs in order to try it."""
    if point.needs:
        yield f"needs: {point.needs}"
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
