"""What can still change in a case at a moment, from the declarations alone: by whom, and until when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Final, Literal

from engine.analysis.reading import live_expressions
from engine.backends.interpreter import Interpreter
from engine.case.canonical import digest_of
from engine.case.model import Case, Submission
from engine.expr.scope import PROVEN
from engine.link.program import PartyRecord, Program, Window
from engine.policy.model import Fact

ChangeKind = Literal["evidence", "assessment", "authenticity", "finding", "event", "fact"]
TRIED: Final = ("bool", "enum", "propositions")  # the kinds of facts whose values can all be tried


@dataclass(frozen=True, slots=True)
class Possible:
    """One change that can still be made in a case.

    `evidence`: the party `by` submits now what proves `proposition`, or (None) something that proves nothing.
    `assessment`: the material received as number `index` of the fact is found to prove `proposition`, or (`value` is
    False) not to; None: it proves nothing. `authenticity`: it is found authentic or not (`value`). `finding`, `fact`:
    the fact is `value`; of a list of propositions, `proposition` is in it or not. `event`: it happens now (`value`).

    `by` is the party, or who supplies the fact. `until` is the last instant that is in time (UTC), None where no period
    limits it. `touches` are the names of which one must be read for the change to matter, beside that the party hands
    in anything at all.
    """

    kind: ChangeKind
    fact: str
    by: str | None
    value: object = None
    proposition: str | None = None
    index: int = -1
    until: datetime | None = None
    touches: frozenset[str] = frozenset()

    def clashes(self, other: Possible) -> bool:
        """Whether the two cannot be made together, or say the same twice."""
        if (self.kind, self.fact, self.index) != (other.kind, other.fact, other.index):
            return False
        return None in (self.proposition, other.proposition) or self.proposition == other.proposition

    @property
    def is_bare(self) -> bool:
        """Whether something is handed in that proves nothing."""
        return self.kind == "evidence" and self.proposition is None


def changed(case: Case, changes: Iterable[Possible], as_of: datetime) -> Case:
    """The case with some changes made at a moment (UTC)."""
    values = dict(case.values)
    for change in changes:
        known = values.get(change.fact)
        items = known if isinstance(known, tuple) else ()
        match change.kind:
            case "evidence":
                values[change.fact] = _submitted(case.values.get(change.fact), items, change.proposition, as_of)
            case "assessment":
                values[change.fact] = _at(items, change.index, _assessed(items[change.index], change))
            case "authenticity":
                values[change.fact] = _at(items, change.index, replace(items[change.index], authentic=change.value))
            case _ if change.proposition is not None:
                listed = known if isinstance(known, frozenset) else frozenset()
                one = frozenset((change.proposition,))
                values[change.fact] = listed | one if change.value else listed - one
            case _:
                values[change.fact] = change.value
    return replace(case, values=MappingProxyType(values), digest="", assumed=case.assumed - {c.fact for c in changes})


def sealed(case: Case) -> Case:
    """A changed case with the digest of what it holds now."""
    return replace(case, digest=digest_of(case.scenario, case.values))


def _submitted(
    before: object, items: tuple[Submission, ...], proposition: str | None, as_of: datetime
) -> tuple[Submission, ...]:
    """With what is submitted now, after all that came until now: one submission, whatever it proves."""
    received = before if isinstance(before, tuple) else ()
    place = sum(one.at <= as_of for one in received)
    proves = frozenset(() if proposition is None else (proposition,))
    if len(items) > len(received):
        return _at(items, place, replace(items[place], proves=(items[place].proves or frozenset()) | proves))
    return (*items[:place], Submission(as_of, proves, True), *items[place:])


def _assessed(item: Submission, change: Possible) -> Submission:
    if change.proposition is None:
        return replace(item, proves=frozenset())
    one, proves = frozenset((change.proposition,)), item.proves or frozenset()
    return replace(item, proves=proves | one if change.value else proves - one)


def _at(items: tuple[Submission, ...], index: int, item: Submission) -> tuple[Submission, ...]:
    return (*items[:index], item, *items[index + 1 :])


def possible(program: Program, case: Case, as_of: datetime, also: Iterable[str] = ()) -> tuple[Possible, ...]:
    """Every single change that can still be made in a case of the program's row at a moment (UTC), nothing late among
    them: evidence, assessments of what was received, findings, and events that have not happened.

    Facts of the past stay as they are; those named in `also` may be otherwise.
    """
    return tuple(_Possible(program, case, as_of).all(also))


class _Possible:
    def __init__(self, program: Program, case: Case, as_of: datetime) -> None:
        self.program, self.case, self.as_of = program, case, as_of
        self.run = Interpreter(program, case, as_of)
        self.asked_to_prove = tuple(n.removeprefix(PROVEN) for n in program.names if n.startswith(PROVEN))
        self.proving = frozenset(one.fact for one in program.policy.evidence.also)
        self.named = {name for one in live_expressions(program) for name in one.names}

    def all(self, also: Iterable[str]) -> Iterator[Possible]:
        for record in self.program.records:
            yield from self._evidence(record)
            yield from self._assessments(record)
        wanted = frozenset(also)
        for name, fact in self.program.policy.facts.items():
            if name not in self.program.names:
                continue
            if fact.finding or name in wanted:
                yield from self._values(fact)
            elif fact.kind == "event" and name in self.case.values and self.case.values[name] is None:
                yield from self._event(fact)

    # --------------------------------------------------------------------------------------------------- materials

    def _evidence(self, record: PartyRecord) -> Iterator[Possible]:
        ends, known = self._ends(record.window), self.case.values.get(record.fact)
        if ends is not None and self.as_of > ends:
            return
        received = isinstance(known, tuple) and any(one.at <= self.as_of for one in known)
        if not received:
            yield Possible("evidence", record.fact, record.party, until=ends, touches=frozenset((record.fact,)))
        for proposition in self._provable(record):
            touches = self._touches(record.fact, proposition)
            yield Possible("evidence", record.fact, record.party, None, proposition, -1, ends, touches)

    def _assessments(self, record: PartyRecord) -> Iterator[Possible]:
        ends, known = self._ends(record.window), self.case.values.get(record.fact)
        by = next((f.supplied_by for f in self.program.policy.facts.values() if f.finding and f.supplied_by), None)
        provable = tuple(self._provable(record))
        every = frozenset((f"{record.party}.not_authentic",)).union(*(self._touches(record.fact, p) for p in provable))
        for index, one in enumerate(known if isinstance(known, tuple) else ()):
            if one.at > self.as_of or (ends is not None and one.at > ends):
                continue
            if one.proves is None:
                yield Possible("assessment", record.fact, by, True, None, index, None, every)
            for proposition in provable:
                value = one.proves is None or proposition not in one.proves
                touches = every if one.proves is None else self._touches(record.fact, proposition)
                yield Possible("assessment", record.fact, by, value, proposition, index, None, touches)
            for authentic in (True, False):
                if one.authentic is not authentic:
                    yield Possible("authenticity", record.fact, by, authentic, None, index, None, every)

    def _touches(self, fact: str, proposition: str) -> frozenset[str]:
        """What reads whether materials prove a proposition: the fact itself only where an expression names it."""
        return frozenset((f"{PROVEN}{proposition}", *((fact,) if fact in self.named else ())))

    def _provable(self, record: PartyRecord) -> Iterator[str]:
        return (one for one in self.asked_to_prove if one in record.may_prove)

    def _ends(self, window: Window | None) -> datetime | None:
        ends = self.run.clocks.clock(window).ends if window is not None else None
        return ends if isinstance(ends, datetime) else None

    # ------------------------------------------------------------------------------------------------------- facts

    def _values(self, fact: Fact) -> Iterator[Possible]:
        """Every other value of a fact, where they can be listed."""
        touches, known = frozenset((fact.name,)), self.case.values.get(fact.name, ...)
        kind: ChangeKind = "finding" if fact.finding else "fact"
        if fact.kind == "propositions":
            listed = known if isinstance(known, frozenset) else frozenset()
            for one in self.asked_to_prove:
                touches = self._touches(fact.name, one) if fact.name in self.proving else touches
                yield Possible(kind, fact.name, fact.supplied_by, one not in listed, one, -1, None, touches)
        values: tuple[object, ...] = (True, False) if fact.kind == "bool" else ()
        if fact.kind == "enum":
            values = (*fact.values, None) if fact.nullable else tuple(fact.values)
        for value in values:
            if value != known:
                yield Possible(kind, fact.name, fact.supplied_by, value, touches=touches)

    def _event(self, fact: Fact) -> Iterator[Possible]:
        """That an event happens now. Where it meets periods, one of them must run."""
        windows = [w for w in self.program.windows if w.met_by is not None and fact.name in w.met_by.names]
        until = None
        if windows:
            running = [w for w in windows if self._runs(w)]
            if not running:
                return
            ends = [end for w in running if (end := self._ends(w)) is not None]
            until = max(ends) if len(ends) == len(running) else None
        yield Possible("event", fact.name, fact.supplied_by, self.as_of, None, -1, until, frozenset((fact.name,)))

    def _runs(self, window: Window) -> bool:
        clock = self.run.clocks.clock(window)
        if clock.asked is not True or (clock.starts is None and clock.ends is None):
            return False
        begun = not isinstance(clock.starts, datetime) or clock.starts <= self.as_of
        return begun and not (isinstance(clock.ends, datetime) and self.as_of > clock.ends)
