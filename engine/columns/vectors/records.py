"""What was received in many cases: who submitted in time, what is proven, what is still owed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.columns.vectors.sets import Handed
from engine.columns.vectors.values import (
    FALSE,
    KNOWN,
    NOTHING,
    UNKNOWNS,
    Array,
    Values,
    all_of,
    any_of,
    level,
    negation,
    same,
    settled,
    spread,
    waiting,
)
from engine.expr.scope import PROVEN
from engine.expr.unknown import Unknown
from engine.link.program import Owed, PartyPart, PartyRecord, RecordPart, Window

if TYPE_CHECKING:
    from engine.columns.vectors.run import Run

NEVER: Final = Values(NOTHING, None, "instant")


@dataclass(frozen=True, slots=True)
class Received:
    """One party's part. `handed` are its materials and `in_time` which of them came in time; `first` is when the first
    of these came. `submitted.u` is that of all that hangs on what came in time, and `unassessed` what waits for the
    assessment of these materials."""

    involved: Values
    handed: Handed | None
    in_time: Array
    late: Values
    submitted: Values
    awaited: Values
    ends: Values
    first: Array
    unassessed: Array


class Records:
    def __init__(self, run: Run) -> None:
        self._in = run
        self._read: dict[str, Received] = {}
        self._owed: dict[tuple[str, str], Values] = {}
        self._also: dict[tuple[str, str], Array] = {}

    def of(self, window: Window) -> PartyRecord | None:
        """The record of the party whose own period a window is."""
        return next((r for r in self._in.program.records if r.window and r.window.name == window.name), None)

    def received(self, record: PartyRecord) -> Received:
        found = self._read.get(record.party)
        if found is None:
            found = self._read[record.party] = self._receive(record)
        return found

    def _receive(self, record: PartyRecord) -> Received:
        run = self._in
        involved, ends, ended = FALSE, NEVER, FALSE
        if record.window is not None:
            clock = run.clocks.clock(record.window)
            involved, ends, ended = clock.asked, clock.ends, run.clocks.ended(clock)
        unknown = run.value(record.fact).u
        found = run.list_of(record.fact)
        handed = found if isinstance(found, Handed) and len(found.row) else None
        unassessed = UNKNOWNS.id(Unknown((), (record.fact,)))
        if handed is None:
            nothing = settled(np.zeros(run.rows, np.bool_), unknown)
            awaited = all_of([involved, negation(nothing), negation(ended)])
            never = np.full(run.rows, NOTHING)
            return Received(involved, None, np.zeros(0, np.bool_), nothing, nothing, awaited, ends, never, unassessed)
        so_far = handed.at <= run.as_of.take(handed.row)
        in_time = so_far & (handed.at <= (ends.v if ends.single else ends.v.take(handed.row)))
        waits: Array | None = unknown
        if ends.u is not None:
            of_ends = np.where(_rows(run.rows, handed, so_far), ends.u, KNOWN)
            waits = of_ends if unknown is None else np.where(level(unknown, run.rows) != KNOWN, unknown, of_ends)
        submitted = settled(_rows(run.rows, handed, in_time), waits)
        late = settled(_rows(run.rows, handed, so_far & ~in_time), waits)
        awaited = all_of([involved, negation(submitted), negation(ended)])
        first = np.full(run.rows, NOTHING)
        np.minimum.at(first, handed.row.compress(in_time), handed.at.compress(in_time))
        return Received(involved, handed, in_time, late, submitted, awaited, ends, first, unassessed)

    # ------------------------------------------------------------------------------------------------ one party

    def party_part(self, meaning: PartyPart) -> Values:
        record = meaning.record
        received = self.received(record)
        match meaning.part:
            case "submitted":
                return received.submitted
            case "silent":
                return all_of([received.involved, negation(received.submitted)])
            case "late":
                return received.late
            case "not_authentic":
                return self._not_authentic(received)
            case _:
                return any_of([all_of([self.owes(record, o), negation(self.is_proven(o))]) for o in record.owes])

    def _not_authentic(self, received: Received) -> Values:
        handed, rows = received.handed, self._in.rows
        if handed is None:
            return received.submitted  # false, and not known where the materials are not
        forged = _rows(rows, handed, received.in_time & handed.forged)
        nobody_said = _rows(rows, handed, received.in_time & handed.nobody_said)
        return self._where_received(received, forged, nobody_said & ~forged)

    def _where_received(self, received: Received, true: Array, not_made: Array) -> Values:
        """True, or waiting for the assessment of materials; all of it hangs on what was received in time."""
        unknown: Array | None = np.where(not_made, received.unassessed, KNOWN) if np.count_nonzero(not_made) else None
        if received.submitted.u is not None:
            unknown = np.where(received.submitted.u != KNOWN, received.submitted.u, level(unknown, self._in.rows))
        return settled(true, unknown)

    def owes(self, record: PartyRecord, owed: Owed) -> Values:
        """Whether a party owes a proposition."""
        key = (owed.party, owed.proposition)
        found = self._owed.get(key)
        if found is None:
            found = self._owed[key] = all_of([self.received(record).involved, self._in.holds(owed.when)])
        return found

    def is_proven(self, owed: Owed) -> Values:
        return self._in.value(PROVEN + owed.proposition)

    # ---------------------------------------------------------------------------------------------------- proof

    def proven(self, proposition: str) -> Values:
        """Whether a proposition is proven, whoever's material in time proves it."""
        found = [self.shown_by(record, proposition) for record in self._in.program.records]
        by_materials = any_of(found)
        code = self._in.words.code(proposition)
        earlier = by_materials.v
        parts = [by_materials]
        for also in self._in.program.policy.evidence.also:
            shown = self._in.value(also.fact)
            has = settled(self._in.has(shown, code), shown.u)
            self._also[proposition, also.fact] = has.v & ~earlier
            earlier = earlier | has.v
            parts.append(has)
        return any_of(parts)

    def proven_by(self, proposition: str, fact: str) -> Array:
        """Where it is a fact beside the materials that proves a proposition."""
        self._in.value(PROVEN + proposition)
        return spread(self._also[proposition, fact], self._in.rows)

    def shown_by(self, record: PartyRecord, proposition: str) -> Values:
        """Whether a party's own materials prove a proposition."""
        received = self.received(record)
        possible = proposition in record.may_prove
        handed, rows = received.handed, self._in.rows
        if handed is None:
            return received.submitted if possible else FALSE
        proving = received.in_time & handed.proves.has(proposition)
        shown = _rows(rows, handed, proving & handed.genuine)
        not_made = _rows(rows, handed, proving & handed.nobody_said)
        if possible:
            not_made |= _rows(rows, handed, received.in_time & ~handed.assessed & ~handed.forged)
        not_made &= ~shown
        if possible:
            return self._where_received(received, shown, not_made)
        if received.submitted.u is not None:  # while nobody can say what came in time, it proves what it may alone
            there = received.submitted.u == KNOWN
            shown, not_made = shown & there, not_made & there
        return settled(shown, np.where(not_made, received.unassessed, KNOWN) if np.count_nonzero(not_made) else None)

    # ---------------------------------------------------------------------------------------------- all parties

    def part(self, meaning: RecordPart) -> Values:
        records = self._in.program.records
        match meaning.part:
            case "awaits":
                return any_of([self.received(record).awaited for record in records])
            case "awaited":
                listed = self._list([(record.party, self.received(record).awaited) for record in records])
                return Values(listed.v, listed.u, "tuple")  # of parties, none is told before all are known
            case "complete_at":
                return self._complete_at()
            case "awaited_evidence":
                owed = [(o, all_of([self.received(r).awaited, self.owes(r, o)])) for r in records for o in r.owes]
                return self._list([(one.id, holds) for one, holds in owed])
            case _:
                return self._lacking()

    def _complete_at(self) -> Values:
        rows = self._in.rows
        awaited = np.zeros(rows, np.bool_)
        waits: list[Array | None] = []
        latest = np.full(rows, np.iinfo(np.int64).min)
        for record in self._in.program.records:
            found = self.received(record)
            counts = spread(~negation(found.involved).v, rows)
            awaited |= counts & found.awaited.v
            for part in (found.involved, found.awaited, found.submitted):
                waits.append(None if part.u is None else np.where(counts, part.u, KNOWN))
            came = spread(found.submitted.v, rows)
            moment = np.where(came, found.first, found.ends.v)
            there = counts & (moment != NOTHING)
            if found.ends.u is not None:
                there &= came | (found.ends.u == KNOWN)
            latest = np.where(there, np.maximum(latest, moment), latest)
        latest = np.where(awaited | (latest == np.iinfo(np.int64).min), NOTHING, latest)
        unknown = waiting(*waits)
        return Values(latest, None if unknown is None else np.where(awaited, KNOWN, unknown), "instant")

    def _lacking(self) -> Values:
        """What is owed, still matters and was found not to be proven; nothing that only waits to be assessed."""
        dropped = self._in.outcomes.not_owed()
        listed = []
        for record in self._in.program.records:
            for owed in record.owes:
                matters = negation(dropped.get(record.party, FALSE))
                listed.append((owed.id, all_of([self.owes(record, owed), matters, self._unproven(owed)])))
        return self._list(listed)

    def _unproven(self, owed: Owed) -> Values:
        proven = self.is_proven(owed)
        if proven.u is None:
            return negation(proven)
        waits = np.where(UNKNOWNS.findings_only(proven.u), KNOWN, proven.u)
        return settled(~proven.v & (proven.u == KNOWN), waits if np.count_nonzero(waits) else None)

    def _list(self, listed: Sequence[tuple[str, Values]]) -> Values:
        """The words of what holds; not known while some of it is open."""
        run = self._in
        told = [
            (np.int32(run.lists.id([run.words.code(word)])), holds.bits(run.rows))
            for word, holds in listed
            if not same(holds, False)
        ]
        ids = run.lists.together(run.rows, told)
        return Values(ids, waiting(*(holds.u for _, holds in listed)), "tuple", ids)


def _rows(count: int, handed: Handed, items: Array) -> Array:
    """Of so many rows those that have one of these materials."""
    mask = np.zeros(count, np.bool_)
    mask[handed.row.compress(items)] = True
    return mask
