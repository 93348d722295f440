"""What the tests of a version try and what they leave untried, as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from engine.source import Place
from engine.testing.model import PolicyTest

Measure = Literal["rules", "alternatives", "conditions", "clauses", "readings", "cells"]
MEASURES: Final[Mapping[Measure, str]] = {
    "rules": "a rule decided (in a table where all count: it held)",
    "alternatives": "an alternative of a name or a window was taken",
    "conditions": "a term of a condition was true, and was false",
    "clauses": "a clause that a part of the policy cites was carried out",
    "readings": "a reading that a part of the policy names was taken",
    "cells": "a cell of the framework table was used in a case",
}


@dataclass(frozen=True, slots=True)
class Point:
    """Something that tests can try.

    `part` is where it stands: `table/rule`, a name, a window, `party.proposition`, a clause or a reading. A condition
    has the `term` and its `value` besides. `needs` is the condition under which it happens, and `behind` are the rules
    of its table that are read before it; `general` tells a general rule. `cited_by` are the parts that rest on a clause
    or a reading. `rows` are the scenarios in which it can be tried, `tests` the tests that do. `impossible` is the
    reason why it cannot happen, where somebody gave one.
    """

    measure: Measure
    part: str
    place: Place
    rows: tuple[str, ...]
    term: str = ""
    value: bool | None = None
    needs: str = ""
    behind: tuple[str, ...] = ()
    general: bool = False
    cited_by: tuple[str, ...] = ()
    tests: tuple[PolicyTest, ...] = ()
    impossible: str | None = None

    @property
    def tried(self) -> bool:
        return bool(self.tests)

    @property
    def rows_untried(self) -> tuple[str, ...]:
        """The scenarios in which no test tries it."""
        tried = {test.scenario for test in self.tests}
        return tuple(row for row in self.rows if row not in tried)


@dataclass(frozen=True, slots=True)
class Figure:
    """How many points of a measure are tried, out of those that can happen."""

    tried: int
    possible: int

    @property
    def percent(self) -> int:
        """In whole percent, rounded down: only all of them are 100."""
        return 100 * self.tried // self.possible if self.possible else 100


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the tests of one version try. `points` are in the order of the measures and of the document."""

    policy: str
    version: str
    tests: int
    points: tuple[Point, ...]

    def of(self, measure: Measure) -> tuple[Point, ...]:
        return tuple(point for point in self.points if point.measure == measure)

    def figure(self, measure: Measure | None = None) -> Figure:
        """The figure of one measure, or of all together."""
        counted = [p for p in self.points if p.impossible is None and (measure is None or p.measure == measure)]
        return Figure(sum(point.tried for point in counted), len(counted))

    @property
    def figures(self) -> Mapping[Measure, Figure]:
        return {measure: self.figure(measure) for measure in MEASURES}

    @property
    def lowest(self) -> int:
        """The lowest figure of all measures, in whole percent."""
        return min(figure.percent for figure in self.figures.values())

    @property
    def untried(self) -> tuple[Point, ...]:
        """What can happen and no test tries."""
        return tuple(point for point in self.points if not point.tried and point.impossible is None)

    def tests_that_read(self, place: Place) -> tuple[PolicyTest, ...]:
        """The tests that try anything that stands within a place."""
        found = (test for point in self.points if _within(point.place, place) for test in point.tests)
        return tuple(dict.fromkeys(found))


def _within(inner: Place, outer: Place) -> bool:
    first, last = (outer.line, outer.column), (outer.end_line, outer.end_column)
    start, end = (inner.line, inner.column), (inner.end_line, inner.end_column)
    return inner.source.name == outer.source.name and first <= start and end <= last
