"""What happens to a case if nobody acts: decided at each coming instant, until nothing runs any more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Final

from engine.analysis.clock_ledger import clock_ledger
from engine.analysis.clock_model import ClockEntry, ClockLedger
from engine.case.model import Case, Submission
from engine.clock import parse_instant
from engine.decision import Decision, Reason, Value
from engine.evaluation.moment import LAST_MOMENT
from engine.pack import Version

TICK: Final = timedelta(microseconds=1)  # the least time there is: a period is over that much after its last instant


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field of the decision, under its outward name, before and after a step."""

    name: str
    before: Value
    after: Value


@dataclass(frozen=True, slots=True)
class ClockChange:
    """A clock before and after a step."""

    before: ClockEntry
    after: ClockEntry


@dataclass(frozen=True, slots=True)
class Step:
    """A moment from which on something is otherwise, as the decision at that moment says.

    `at` is the moment that was decided (UTC). `last_instant` is that of the periods that ended just before it, or
    None where it is an event or a start that lies ahead. `events` are the facts that happen then. `decides` are the
    rules that count from then on and did not before, `no_longer` those that did.
    """

    at: datetime
    last_instant: datetime | None
    events: tuple[str, ...]
    fields: tuple[FieldChange, ...]
    clocks: tuple[ClockChange, ...]
    decides: tuple[Reason, ...]
    no_longer: tuple[Reason, ...]
    ledger: ClockLedger


@dataclass(frozen=True, slots=True)
class Forecast:
    """What comes if nobody acts. `now` is how the case stands; `case` is the case as it was supposed.

    When the last step is over nothing runs that ends: the dispute waits for the events in `waits_for`, and hangs on the
    facts and findings in `missing`; with neither it has come to its end. `reaches` is the end of time that was looked
    at, where a period ends later than any moment that can be decided; else None.
    """

    now: ClockLedger
    case: Case
    steps: tuple[Step, ...]
    waits_for: tuple[str, ...]
    missing: tuple[str, ...]
    reaches: datetime | None = None

    @property
    def ledgers(self) -> tuple[ClockLedger, ...]:
        """How the case stands now and after each step."""
        return (self.now, *(step.ledger for step in self.steps))

    def next_moment(self, fact: str) -> datetime:
        """When an event is due next: from when on a period runs that it meets, or else when nothing runs any more.

        In whole seconds, and never before `now`.
        """
        for ledger in self.ledgers:
            for entry in ledger.entries:
                if entry.counts and entry.state == "running" and entry.met_by and fact in entry.met_by.names:
                    return _whole(ledger.decision.as_of)
        return _whole(self.ledgers[-1].decision.as_of)


def forecast(
    version: Version, case: Case, as_of: datetime | str, suppose: Mapping[str, object] = MappingProxyType({})
) -> Forecast:
    """What happens to a case after a moment if nobody acts. `suppose` gives facts other values, as a Case has them.

    Between two steps the decision stays as it is: it can change only when a period ends or begins, or when something
    happens that the case already dates. Raises ValueError as `Version.decide` does.
    """
    moment = (parse_instant(as_of) if isinstance(as_of, str) else as_of).astimezone(UTC)
    if suppose:
        case = replace(case, values=MappingProxyType({**case.values, **suppose}))
    now = ledger = clock_ledger(version, case, moment)
    steps: list[Step] = []
    reaches = None
    while (coming := min(_coming(version, case, ledger), default=None)) is not None:
        if coming >= LAST_MOMENT:
            reaches = coming
            break
        after = clock_ledger(version, case, coming)
        step = _step(version, case, ledger, after)
        if step is not None:
            steps.append(step)
        ledger = after
    waits = (name for entry in ledger.entries if entry.counts for name in entry.would_start)
    missing = (*ledger.decision.missing_facts, *ledger.decision.unassessed)
    return Forecast(now, case, tuple(steps), tuple(dict.fromkeys(waits)), missing, reaches)


def _coming(version: Version, case: Case, ledger: ClockLedger) -> Iterator[datetime]:
    """Every later moment at which something may be otherwise."""
    as_of = ledger.decision.as_of
    yield from (at for at in ledger.starts if at > as_of)
    yield from (at + TICK for at in ledger.ends if at >= as_of)
    yield from (at for _, at in _dated(version, case) if at > as_of)


def _dated(version: Version, case: Case) -> Iterator[tuple[str, datetime]]:
    """Every event of a case with its instant, materials that come in among them."""
    for name, fact in version.policy.facts.items():
        value = case.values.get(name)
        if fact.kind == "event" and isinstance(value, datetime):
            yield name, value
        elif isinstance(value, tuple):
            yield from ((name, one.at) for one in value if isinstance(one, Submission))


def _step(version: Version, case: Case, before: ClockLedger, after: ClockLedger) -> Step | None:
    """What is otherwise from one decision to the next; None for nothing."""
    at = after.decision.as_of
    last_instant = at - TICK if at - TICK in before.ends else None
    events = tuple(dict.fromkeys(name for name, moment in _dated(version, case) if moment == at))
    fields = tuple(
        FieldChange(name, value, after.decision.fields[name])
        for name, value in before.decision.fields.items()
        if value != after.decision.fields[name]
    )
    entries = {entry.window: entry for entry in after.entries}
    clocks = tuple(
        ClockChange(entry, entries[entry.window])
        for entry in before.entries
        if entry.window in entries and _differs(entry, entries[entry.window])
    )
    old, new = _deciding(before.decision), _deciding(after.decision)
    decides = tuple(reason for key, reason in new.items() if key not in old)
    no_longer = tuple(reason for key, reason in old.items() if key not in new)
    missing = before.decision.missing_facts != after.decision.missing_facts
    unassessed = before.decision.unassessed != after.decision.unassessed
    if not (events or fields or clocks or decides or no_longer or missing or unassessed):
        return None
    return Step(at, last_instant, events, fields, clocks, decides, no_longer, after)


def _differs(before: ClockEntry, after: ClockEntry) -> bool:
    if not (before.counts or after.counts):
        return False
    return (before.state, before.counts, before.ends) != (after.state, after.counts, after.ends)


def _deciding(decision: Decision) -> dict[tuple[str, str], Reason]:
    return {(reason.table, reason.rule): reason for reason in decision.reasons if reason.state == "held"}


def _whole(moment: datetime) -> datetime:
    """The moment, or the first whole second after it."""
    return moment if not moment.microsecond else moment.replace(microsecond=0) + timedelta(seconds=1)
