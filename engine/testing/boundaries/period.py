"""One period of a row: a case that runs it, moved to odd days, one second before, at and after its last instant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from engine.backends.interpreter import Interpreter
from engine.clock import BadTime, end_of, end_of_day, local_day, parse_instant, zone
from engine.decision import Decision
from engine.diagnostics import InvalidDocument
from engine.evaluation.one_row import run
from engine.link.program import FactName, PartyRecord, Program, Span, Window
from engine.pack import Version
from engine.testing.boundaries.days import Day, days
from engine.testing.boundaries.moved import AT, Facts, Moving, fact_of, instant, with_fact
from engine.testing.model import PolicyTest

SECOND: Final = timedelta(seconds=1)
MOMENTS: Final = {
    "one second before its end": -SECOND,
    "at its last instant": timedelta(),
    "one second after its end": SECOND,
}
TRIES: Final = 4  # to let a period end on a certain day: moving a case over a clock change may move the end by one


@dataclass(frozen=True, slots=True)
class Boundary:
    """A test that was made: as plain data, with the window and the last instant (UTC) that it is about."""

    data: Mapping[str, Any]
    window: str
    span: Span
    ends: datetime


@dataclass(frozen=True, slots=True)
class _Case:
    """A case in one row as plain data, and the moment at which it is decided."""

    facts: Facts
    as_of: datetime


def title(window: Window, span: Span) -> str:
    """The window, with its length where it has several alternatives."""
    if len(window.spans) == 1:
        return window.name
    length = str(span.amount) if span.amount is not None else f"until {span.until.text}" if span.until else ""
    return f"{window.name} ({length}{', else' if span.when is None else f', if {span.when.text}'})"


class Period:
    """One alternative of one window in one row."""

    def __init__(
        self, version: Version, program: Program, window: Window, span: Span, record: PartyRecord | None
    ) -> None:
        self.version = version
        self.program = program
        self.window = window
        self.span = span
        self.record = record

    def tests(self, cases: Iterable[PolicyTest]) -> Iterator[Boundary]:
        """The tests for the days of the year in which the best of the cases lies; nothing when none runs the period."""
        best: tuple[tuple[int, ...], _Case, int] | None = None
        for test in cases:
            case = _Case({g: dict(m) for g, m in test.case["facts"].items()}, parse_instant(test.as_of))
            ends = self.ends(case)
            if ends is None:
                continue
            zone_name = str(fact_of(case.facts, self.version.policy.zone_fact))
            ordinary = next(days(ends.year, zone_name))
            score = self.score(self.on(case, ordinary))
            if score is not None and (best is None or score > best[0]):
                best = (score, case, ends.year)
        if best is None:
            return
        _, case, year = best
        for day in days(year, str(fact_of(case.facts, self.version.policy.zone_fact))):
            found = self.on(case, day)
            if found is None and day.following is not None:
                day = day.following
                found = self.on(case, day)
            if found is not None:
                yield from self.written(found, day)

    # -------------------------------------------------------------------------------------------- when the end is

    def ends(self, case: _Case) -> datetime | None:
        """The last instant of the period in a case; None when it does not run, or another alternative holds."""
        read = self.read(case)
        if read is None:
            return None
        clock = read.clocks.clock(self.window)
        if clock.asked is not True or not isinstance(clock.ends, datetime):
            return None
        return clock.ends if self.holds(read, clock.ends) else None

    def holds(self, read: Interpreter, ends: datetime) -> bool:
        """Whether it is this alternative that the end comes from."""
        for span in self.window.spans:
            holds = read.holds(span.when)
            if span is self.span:
                return holds is True and (not self.window.latest or _own_end(read, span) == ends)
            if holds is not False and not self.window.latest:
                return False
        return False

    def read(self, case: _Case) -> Interpreter | None:
        """The program for a case, ready to be asked; None when the case cannot be read."""
        try:
            return Interpreter(self.program, self.version.read_case(self.data(case)), case.as_of)
        except InvalidDocument:
            return None

    def data(self, case: _Case) -> dict[str, Any]:
        return {"scenario": self.program.scenario, "facts": case.facts}

    # ------------------------------------------------------------------------------------------------ three moments

    def on(self, case: _Case, day: Day) -> list[tuple[_Case, Decision]] | None:
        """The case at the three moments, with the period ending on a day; None when it cannot be brought there."""
        policy = self.version.policy
        if day.zone != fact_of(case.facts, policy.zone_fact):
            case = replace(case, facts=with_fact(case.facts, policy.zone_fact, day.zone))
        try:
            placed = self.placed(case, day.day, zone(day.zone))
            return None if placed is None else self.moments(placed, Moving(policy, zone(day.zone)))
        except (BadTime, InvalidDocument, ValueError):
            return None

    def placed(self, case: _Case, day: date, tz: ZoneInfo) -> _Case | None:
        """The case moved by whole days, so that the period ends on a day."""
        for _ in range(TRIES):
            ends = self.ends(case)
            if ends is None:
                return None
            delta = day - local_day(ends, tz)
            if not delta:
                return case
            facts = Moving(self.version.policy, tz).all_by(case.facts, delta)
            case = _Case(facts, case.as_of + delta)
        return None

    def moments(self, case: _Case, moving: Moving) -> list[tuple[_Case, Decision]] | None:
        ends = self.ends(case)
        assert ends is not None
        for following in (True, False):
            found = [self.at(case, ends, offset, moving, following) for offset in MOMENTS.values()]
            if all(self.ends(one) == ends for one in found):
                return [(one, self.decide(one)) for one in found]
        return None

    def at(self, case: _Case, ends: datetime, offset: timedelta, moving: Moving, following: bool) -> _Case:
        """The case with what meets the period at a moment; where nothing meets it, decided at that moment.

        What came after it in the case still does, when `following`, and the case is decided when all three are over.
        """
        moment = ends + offset
        name = self.met_by
        if name is None:
            return _Case(case.facts, moment)
        facts, as_of = case.facts, max(case.as_of, ends + SECOND)
        was = self.met_at(facts)
        if was is not None and following:
            delta = ends + SECOND - was
            facts = moving.after(facts, was, delta, self.starting)
            as_of = max(as_of, case.as_of + delta)
        value = moving.text(moment) if self.record is None else self.materials(case.facts, moving.text(moment))
        return _Case(with_fact(facts, name, value), as_of)

    @property
    def met_by(self) -> str | None:
        """The fact that meets the period; None when none does by itself."""
        if self.record is not None:
            return self.record.fact
        if self.window.met_by is None:
            return None
        meaning = self.program.names.get(self.window.met_by.text)
        return meaning.fact if isinstance(meaning, FactName) else None

    @property
    def starting(self) -> frozenset[str]:
        """The facts from which the period counts."""
        said = self.span.until if self.span.after is None else self.span.after
        return frozenset(said.names if said is not None else ())

    def met_at(self, facts: Facts) -> datetime | None:
        value = fact_of(facts, self.met_by or "")
        if self.record is None:
            return instant(value)
        moments = [at for one in value or () if isinstance(one, Mapping) and (at := instant(one.get(AT)))]
        return min(moments, default=None)

    def materials(self, facts: Facts, at: str) -> list[dict[str, Any]]:
        """What the party handed in first, or all that it owes, handed in at a moment and nothing besides."""
        assert self.record is not None
        value = fact_of(facts, self.record.fact)
        if isinstance(value, list) and value:
            return [{**min(value, key=lambda one: parse_instant(str(one[AT]))), AT: at}]
        return [{AT: at, "proves": [owed.proposition for owed in self.record.owes]}]

    def decide(self, case: _Case) -> Decision:
        return run(self.program, self.version.read_case(self.data(case)), case.as_of)

    # ------------------------------------------------------------------------------------------------------ writing

    def score(self, found: list[tuple[_Case, Decision]] | None) -> tuple[int, ...] | None:
        """How well a case shows the period: more is better. None when the decision never shows the deadline."""
        if found is None or not any(self.shown(decision) for _, decision in found):
            return None
        decisions = [decision for _, decision in found]
        shown = sum(map(self.shown, decisions))
        return (sum(d.determined for d in decisions), shown, len(self.differing(decisions)))

    def shown(self, decision: Decision) -> bool:
        return any(deadline.window == self.window.name for deadline in decision.deadlines)

    @staticmethod
    def differing(decisions: list[Decision]) -> list[str]:
        """The fields that are not the same at the three moments."""
        first, *rest = decisions
        return [name for name in first.fields if any(other.fields[name] != first.fields[name] for other in rest)]

    def written(self, found: list[tuple[_Case, Decision]], day: Day) -> Iterator[Boundary]:
        decisions = [decision for _, decision in found]
        fields = {self.program.standing_field.written_as: None} | dict.fromkeys(self.differing(decisions))
        missing = any(d.missing_facts != decisions[0].missing_facts for d in decisions)
        for moment, (case, decision) in zip(MOMENTS, found, strict=True):
            ends = self.ends(case)
            assert ends is not None
            said = decision.to_dict()
            names = {deadline.name for deadline in decision.deadlines if deadline.window == self.window.name}
            yield Boundary(
                {
                    "name": f"{self.program.scenario}: {title(self.window, self.span)}, {moment}, {day.what}",
                    "scenario": self.program.scenario,
                    "facts": case.facts,
                    "as_of": Moving(self.version.policy, zone(day.zone)).text(case.as_of),
                    "expect": {
                        **{name: said[name] for name in fields},
                        **({"missing_facts": said["missing_facts"]} if missing else {}),
                        **_deadlines(said["deadlines"], names),
                    },
                },
                self.window.name,
                self.span,
                ends,
            )


def _deadlines(deadlines: Any, own: set[str]) -> dict[str, Any]:
    """All deadlines of a decision as a test expects them, and what became of those of the period itself."""
    ends = {one["name"]: "paused" if one["state"] == "paused" else one["at"] for one in deadlines}
    states = {one["name"]: one["state"] for one in deadlines if one["name"] in own}
    return {"deadlines": ends} | ({"deadline_states": states} if states else {})


def _own_end(read: Interpreter, span: Span) -> datetime | None:
    """The end that one alternative has by itself."""
    tz = read.zone()
    if span.until is not None:
        day = read.evaluate(span.until)
        return end_of_day(day, tz) if isinstance(day, date) and isinstance(tz, ZoneInfo) else None
    start = read.evaluate(span.after) if span.after is not None else None
    if not isinstance(start, datetime) or span.amount is None:
        return None
    return end_of(start, span.amount, tz if isinstance(tz, ZoneInfo) else None)
