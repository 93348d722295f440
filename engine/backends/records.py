"""What was received: who submitted in time, what is proven, what is still owed, and when the record is complete."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from engine.backends.compiled.known import not_authentic
from engine.case.model import Submission
from engine.expr.unknown import Unknown, waiting
from engine.expr.words import PROVEN

if TYPE_CHECKING:
    from engine.backends.interpreter import Interpreter
    from engine.link.program import Owed, PartyPart, PartyRecord, Proof, RecordPart, Window

Truth = bool | Unknown


class Received(NamedTuple):
    """One party's part. `in_time` is Unknown while nobody can say what came in time."""

    involved: Truth
    in_time: tuple[Submission, ...] | Unknown
    late: Truth
    submitted: Truth
    awaited: Truth
    ends: datetime | Unknown | None


def all_of(*parts: Truth) -> Truth:
    return _joined(parts, False)


def negation(value: Truth) -> Truth:
    return value if isinstance(value, Unknown) else not value


def any_of(*parts: Truth) -> Truth:
    return _joined(parts, True)


def _joined(parts: tuple[Truth, ...], settles: bool) -> Truth:
    """Parts of which one that is this settles the whole."""
    still_open: Unknown | None = None
    for part in parts:
        if part is settles:
            return settles
        if isinstance(part, Unknown):
            still_open = part if still_open is None else still_open.and_also(part)
    return (not settles) if still_open is None else still_open


def received(
    materials: tuple[Submission, ...],
    as_of: datetime,
    involved: Truth,
    ends: datetime | Unknown | None,
    ended: Truth,
) -> Received:
    """The part of a party of which the materials are known."""
    so_far = tuple([one for one in materials if one.at <= as_of])
    if not so_far:
        return Received(involved, (), False, False, all_of(involved, negation(ended)), ends)
    if isinstance(ends, Unknown):
        return Received(involved, ends, ends, ends, all_of(involved, ends, negation(ended)), ends)
    in_time = so_far if ends is None else tuple([one for one in so_far if one.at <= ends])
    late = len(in_time) < len(so_far)
    awaited: Truth = False if in_time else all_of(involved, negation(ended))
    return Received(involved, in_time, late, bool(in_time), awaited, ends)


def shown_by(in_time: Iterable[Submission], proposition: str, may_prove: bool) -> bool | None:
    """Whether materials prove something; None while that hangs on a finding."""
    not_made = False
    for one in in_time:
        if one.authentic is False:
            continue
        if one.proves is None:
            not_made = not_made or may_prove
        elif proposition in one.proves:
            if one.authentic is True:
                return True
            not_made = True
    return None if not_made else False


def surely_shown(in_time: Iterable[Submission], proposition: str) -> bool:
    """Whether materials are found to prove something."""
    return any(one.authentic is True and proposition in (one.proves or ()) for one in in_time)


def complete_at(of: Iterable[Received]) -> datetime | None:
    """When the record is complete, of the parties that take part when none is awaited; None where it never is."""
    moments = [one.in_time[0].at if one.in_time and isinstance(one.in_time, tuple) else one.ends for one in of]
    return max([moment for moment in moments if isinstance(moment, datetime)], default=None)


class Records:
    def __init__(self, interpreter: Interpreter) -> None:
        self._in = interpreter
        self.read: dict[str, Received] = {}
        self.owed: dict[str, Truth] = {}  # by id
        self.proven_also_by: dict[str, set[str]] = {}

    def of(self, window: Window) -> PartyRecord | None:
        """The record of the party whose own period a window is."""
        return self._in.program.record_of.get(window.name)

    def received(self, record: PartyRecord) -> Received:
        found = self.read.get(record.party)
        if found is None:
            found = self.read[record.party] = self._receive(record)
        return found

    def _receive(self, record: PartyRecord) -> Received:
        involved: Truth = False
        ends: datetime | Unknown | None = None
        ended: Truth = False
        if record.window is not None:
            clock = self._in.clocks.clock(record.window)
            involved, ends, ended = clock.asked, clock.ends, self._in.clocks.ended(clock)
        known: Any = self._in.value(record.fact)
        if isinstance(known, Unknown):
            return Received(involved, known, known, known, all_of(involved, known, negation(ended)), ends)
        return received(known, self._in.as_of, involved, ends, ended)

    # ------------------------------------------------------------------------------------------------ one party

    def party_part(self, meaning: PartyPart) -> Truth:
        record = meaning.record
        received = self.received(record)
        match meaning.part:
            case "submitted":
                return received.submitted
            case "silent":
                return all_of(received.involved, negation(received.submitted))
            case "late":
                return received.late
            case "not_authentic":
                return self._not_authentic(received, record)
            case _:
                return any_of(*[all_of(self.owes(record, o), negation(self.is_proven(o))) for o in record.owes])

    def _not_authentic(self, received: Received, record: PartyRecord) -> Truth:
        if isinstance(received.in_time, Unknown):
            return received.in_time
        found = not_authentic(received.in_time)
        return Unknown((), (record.fact,)) if found is None else found

    def owes(self, record: PartyRecord, owed: Owed) -> Truth:
        """Whether a party owes a proposition in this case."""
        found = self.owed.get(owed.id)
        if found is None:
            found = self.owed[owed.id] = all_of(self.received(record).involved, self._in.holds(owed.when))
        return found

    def is_proven(self, owed: Owed) -> Truth:
        return self._in.value(PROVEN + owed.proposition)  # type: ignore[return-value]

    # ---------------------------------------------------------------------------------------------------- proof

    def proven(self, meaning: Proof) -> Truth:
        """Whether a proposition is proven, whoever's material in time proves it."""
        proposition = meaning.proposition
        still_open: Unknown | None = None
        for record in self._in.program.records:
            found = self._shown_by(record, proposition)
            if found is True:
                return True
            if isinstance(found, Unknown):
                still_open = found if still_open is None else still_open.and_also(found)
        for also in self._in.program.policy.evidence.also:
            shown = self._in.value(also.fact)
            if isinstance(shown, Unknown):
                still_open = shown if still_open is None else still_open.and_also(shown)
            elif proposition in shown:  # type: ignore[operator]
                self.proven_also_by.setdefault(also.fact, set()).add(proposition)
                return True
        return False if still_open is None else still_open

    def _shown_by(self, record: PartyRecord, proposition: str) -> Truth:
        in_time = self.received(record).in_time
        possible = proposition in record.may_prove
        if isinstance(in_time, Unknown):
            return in_time if possible else False
        found = shown_by(in_time, proposition, possible)
        return Unknown((), (record.fact,)) if found is None else found

    # ---------------------------------------------------------------------------------------------- all parties

    def part(self, meaning: RecordPart) -> object:
        match meaning.part:
            case "awaits":
                return any_of(*[self.received(r).awaited for r in self._in.program.records])
            case "awaited":
                return self._awaited()
            case "complete_at":
                return self._complete_at()
            case "awaited_evidence":
                return self._awaited_evidence()
            case _:
                return self._lacking()

    def _awaited(self) -> tuple[str, ...] | Unknown:
        awaited = {record.party: self.received(record).awaited for record in self._in.program.records}
        still_open = waiting(*awaited.values())
        return tuple(party for party, awaits in awaited.items() if awaits) if still_open is None else still_open

    def _complete_at(self) -> datetime | Unknown | None:
        found_of = [found for found in map(self.received, self._in.program.records) if found.involved is not False]
        if True in [found.awaited for found in found_of]:
            return None
        still_open = waiting(*[part for found in found_of for part in (found.involved, found.awaited, found.submitted)])
        if still_open is not None:
            return still_open
        return complete_at(found_of)

    def _awaited_evidence(self) -> tuple[str, ...] | Unknown:
        """All that the awaited parties owe."""
        listed = [
            (owed, all_of(self.received(record).awaited, self.owes(record, owed)))
            for record in self._in.program.records
            for owed in record.owes
        ]
        return _list_of(listed)

    def _lacking(self) -> tuple[str, ...] | Unknown:
        """What is owed, still matters and was found not to be proven; nothing that only waits to be assessed."""
        dropped = self._in.outcomes.not_owed()
        listed = [
            (owed, all_of(self.owes(record, owed), negation(dropped.get(record.party, False)), self._unproven(owed)))
            for record in self._in.program.records
            for owed in record.owes
        ]
        return _list_of(listed)

    def _unproven(self, owed: Owed) -> Truth:
        proven = self.is_proven(owed)
        return False if isinstance(proven, Unknown) and proven.waits_for_findings_only else negation(proven)


def _list_of(listed: list[tuple[Owed, Truth]]) -> tuple[str, ...] | Unknown:
    """The ids of what holds; Unknown, with the sure ones, while some of it is open."""
    sure = tuple([owed.id for owed, holds in listed if holds is True])
    still_open = waiting(*[holds for _, holds in listed])
    return sure if still_open is None else still_open.knowing(sure)
