"""Tests for the ends of all periods of a version, made from the cases of its pack.

What the tests expect is what the engine says; a person approves them by reading.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from engine.link.program import PartyRecord, Program, Span, Window
from engine.pack import Version
from engine.testing.boundaries.period import Boundary, Period, title
from engine.testing.model import PolicyTest


@dataclass(frozen=True, slots=True)
class Boundaries:
    """The tests that were made, and the periods that no case of the pack runs, as `row: window`."""

    tests: tuple[Boundary, ...]
    without: tuple[str, ...]


def boundary_tests(version: Version, cases: Iterable[PolicyTest]) -> Boundaries:
    """Tests for every period of a version: each alternative of it, in the first row in which it is the same.

    `cases` are those of the pack; for each period one is taken that runs it, and moved to days on which time is odd.
    """
    made = _Made(version, [case for case in cases if case.holds_for(version.name)])
    tests = tuple(made.all())
    return Boundaries(tests, tuple(made.without.values()))


class _Made:
    def __init__(self, version: Version, cases: list[PolicyTest]) -> None:
        self.version = version
        self.cases = cases
        self.without: dict[object, str] = {}  # the periods that have no test yet, by what they are

    def all(self) -> Iterator[Boundary]:
        done: set[object] = set()
        for row, program in self.version.programs.items():
            own = [case for case in self.cases if case.scenario == row]
            for window, record in _windows(program):
                for span in window.spans:
                    same = _identity(window, span)
                    if same in done or (span.amount is None and span.until is None):
                        continue
                    found = list(Period(self.version, program, window, span, record).tests(own))
                    if found:
                        done.add(same)
                        self.without.pop(same, None)
                        yield from found
                    else:
                        self.without.setdefault(same, f"{row}: {title(window, span)}")


def _windows(program: Program) -> Iterator[tuple[Window, PartyRecord | None]]:
    yield from ((window, None) for window in program.windows)
    yield from ((record.window, record) for record in program.records if record.window is not None)


def _identity(window: Window, span: Span) -> object:
    """What a period is, whatever the row: two that are the same need one test."""
    conditions = (span.when, span.after, span.until, window.asked_if, window.met_by)
    texts = tuple(condition.text if condition is not None else "" for condition in conditions)
    return window.name, span.amount, texts, window.latest, window.paused_by
