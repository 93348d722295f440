"""What would change a decision: the smallest sets of changes that still can be made, each verified by deciding."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from engine.analysis.forecast import TICK, FieldChange
from engine.analysis.possible import TRIED, Possible, changed, possible, sealed
from engine.case.model import Case
from engine.clock import parse_instant
from engine.decision import Decision, Value
from engine.evaluation.moment import LAST_MOMENT
from engine.evaluation.one_row import empty_fields, run
from engine.evaluation.swift import Codes, Swift
from engine.link.program import Program
from engine.pack import Version

MAX_SIZE: Final = 3
BUDGET: Final = 400  # sets of changes that are decided in one search


@dataclass(frozen=True, slots=True)
class Way:
    """A set of changes, and the decision that follows from it; `case` is the changed case.

    `decision` is that at the moment itself, if the change shows at once; otherwise that at the moment when the periods
    that run then are over. `fields` are those that differ from the decision at that moment without the changes.
    """

    changes: tuple[Possible, ...]
    case: Case
    decision: Decision
    fields: tuple[FieldChange, ...]

    @property
    def until(self) -> datetime | None:
        """The last instant at which all of it is in time; None where no period limits it."""
        return min((change.until for change in self.changes if change.until is not None), default=None)


@dataclass(frozen=True, slots=True)
class Changes:
    """What would change a decision.

    `fields` are those that are looked at, under their outward names. `now` is the decision at the moment; `later` that
    when the periods that run now are over, if nobody acts, or None where none runs. `ways` stand in the order of size;
    none is part of another. `ends` are events that end the dispute: after them no outcome is asked for.

    `searched` is the size up to which all sets were looked at; `complete` that there are no others of any size.
    `cannot` are the parties that cannot change the fields any more, whatever they still do, except to end the dispute:
    all that they can do was tried. `leaves_open` are those that can at most open a question for a finding. `undecided`
    are the parties for which the search was cut. `untried` are findings whose values cannot be listed.
    """

    fields: tuple[str, ...]
    now: Decision
    later: Decision | None
    ways: tuple[Way, ...]
    ends: tuple[Way, ...]
    searched: int
    complete: bool
    cannot: tuple[str, ...]
    leaves_open: tuple[str, ...]
    undecided: tuple[str, ...]
    untried: tuple[str, ...]
    decided: int


def outcome_fields(program: Program) -> tuple[str, ...]:
    """The fields of the outcome, under their outward names: those that must be known and that a table says beside the
    one that tells where the case stands; all fields of such tables where the policy declares none of them so."""
    beside = [
        field
        for field in program.policy.fields.values()
        if any(table is not program.standing for table in program.tables_of[field.name])
    ]
    found = [f for f in beside if f.must_be_known] or beside or [program.standing_field]
    return tuple(field.written_as for field in found)


def what_would_change(
    version: Version,
    case: Case,
    as_of: datetime | str,
    field: str | None = None,
    by: str | None = None,
    max_size: int = MAX_SIZE,
    also: Iterable[str] = (),
    budget: int = BUDGET,
) -> Changes:
    """The smallest sets of changes that would change the outcome of a case at a moment, or one `field` of its decision.

    A set counts only where it leads to another settled outcome. The outcome is looked at when the periods that run now
    are over; a single field at the moment itself, too. `by` keeps to what one party can do, or one supplier of facts.
    Facts in `also` may be otherwise, too. No more than `budget` sets are decided in each search.

    Raises ValueError for a case whose row is not known, and as `Version.decide` does.
    """
    if case.scenario is None:
        raise ValueError("the scenario of the case is not known")
    moment = (parse_instant(as_of) if isinstance(as_of, str) else as_of).astimezone(UTC)
    now = version.decide(case, moment)
    program = version.programs[case.scenario]
    search = _Search(program, case, moment, outcome_fields(program) if field is None else (field,), field is not None)
    pool = possible(program, case, moment, also)
    ending = [one for one in pool if one.kind == "event" and search.is_over((one,))]
    pool = tuple(one for one in pool if one not in ending)
    wanted = [one for one in pool if by is None or one.by == by]
    found = search.run(wanted, max_size, budget)
    untried = tuple(
        name
        for name, fact in program.policy.facts.items()
        if fact.finding and name in program.names and fact.kind not in (*TRIED, "submissions")
    )
    cannot: list[str] = []
    leaves_open: list[str] = []
    undecided: list[str] = []
    acting = {one.by for one in pool} | {record.party for record in program.records}
    for party in (name for name in program.policy.parties if by in (None, name) and name in acting):
        own = [one for one in pool if one.by == party]
        unlisted = any(program.policy.facts[name].supplied_by == party for name in untried)
        tried = search.run(own, len(own), budget, first=True)
        if tried.ways:
            continue
        (undecided if unlisted or not tried.complete else leaves_open if tried.opened else cannot).append(party)
    return Changes(
        fields=search.fields,
        now=now,
        later=version.decide(case, search.later) if search.later is not None else None,
        ways=tuple(search.way(version, one, pool) for one in _without_stronger(found.ways, search)),
        ends=tuple(search.way(version, (one,), ending) for one in ending if by in (None, one.by)),
        searched=found.searched,
        complete=found.complete,
        cannot=tuple(cannot),
        leaves_open=tuple(leaves_open),
        undecided=tuple(undecided),
        untried=untried,
        decided=len(search.decided),
    )


@dataclass(slots=True)
class _Found:
    ways: list[frozenset[Possible]]
    searched: int
    complete: bool
    opened: bool


@dataclass(frozen=True, slots=True)
class _Seen:
    """What became of a set of changes: the moments looked at, the fields at each, and the names that were read."""

    moments: tuple[datetime, ...]
    values: tuple[tuple[Value, ...], ...]
    differs: bool
    is_open: bool
    reads: frozenset[str]


class _Search:
    """Sets of changes of one case, each decided once."""

    def __init__(self, program: Program, case: Case, as_of: datetime, fields: tuple[str, ...], at_once: bool) -> None:
        self.program, self.case, self.as_of, self.fields, self.at_once = program, case, as_of, fields, at_once
        self.codes = Codes(program)
        empty = empty_fields(program)
        self.nothing = tuple(empty[name] for name in fields)
        self.decided: dict[frozenset[Possible], _Seen] = {}
        self.unchanged: dict[datetime, tuple[Value, ...]] = {}
        self.later = self.settles(case)[0]

    def settles(self, case: Case) -> tuple[datetime | None, frozenset[str]]:
        """When the periods of a case that run now are over, None if none runs; and the names read for that."""
        reading = self.codes.run(self.program, case, self.as_of)
        own = (record.window for record in self.program.records)
        windows = [reading.clocks.clock(w) for w in (*own, *self.program.windows) if w is not None]
        ends = [c.ends for c in windows if c.asked is True and isinstance(c.ends, datetime) and c.ends >= self.as_of]
        over = max(ends) + TICK if ends else LAST_MOMENT
        return (over if over < LAST_MOMENT else None), frozenset(reading.memo)

    def moments(self, case: Case) -> tuple[tuple[datetime, ...], frozenset[str]]:
        """The moments at which a changed case is looked at, and the names that were read for that."""
        own, reads = self.settles(case)
        last = max(moment for moment in (self.as_of, self.later, own) if moment is not None)
        return ((self.as_of, last) if self.at_once and last != self.as_of else (last,)), reads

    def seen(self, changes: Iterable[Possible]) -> _Seen:
        key = frozenset(changes)
        found = self.decided.get(key)
        if found is None:
            found = self.decided[key] = self._decide(changed(self.case, key, self.as_of))
        return found

    def _decide(self, case: Case) -> _Seen:
        moments, reads = self.moments(case)
        values, differs, is_open = [], False, False
        for moment in moments:
            decision, names = self._watched(case, moment)
            value = self._values(decision)
            values.append(value)
            reads |= names
            if value != self._without(moment):
                differs = True
            if value == self.nothing and (decision.missing_facts or decision.unassessed):
                is_open = True
        return _Seen(moments, tuple(values), differs, is_open, reads)

    def _values(self, decision: Decision) -> tuple[Value, ...]:
        return tuple(decision.fields[name] for name in self.fields)

    def _without(self, moment: datetime) -> tuple[Value, ...]:
        """The fields at a moment without any change."""
        found = self.unchanged.get(moment)
        if found is None:
            found = self.unchanged[moment] = self._values(run(self.program, self.case, moment))
        return found

    def run(self, pool: Sequence[Possible], max_size: int, budget: int, first: bool = False) -> _Found:
        """The smallest sets that change the fields, up to a size; with `first` no more than one.

        A set is enlarged only by what its decision reads: what is not read cannot matter. So every smallest set is
        reached, one change after the other, through smaller sets that do not change the fields.
        """
        found = _Found([], 0, False, False)
        level: list[frozenset[Possible]] = [frozenset()]
        tried = 0
        for size in range(1, max_size + 1):
            waiting = list(dict.fromkeys(s for smaller in level for s in self._enlarged(smaller, pool)))
            known = set(waiting)
            level = []
            for members in waiting:  # which grows
                if any(members.issuperset(way) for way in found.ways):
                    continue
                if tried == budget:
                    return found
                tried += 1
                seen = self.seen(members)
                if seen.differs and not seen.is_open:
                    found.ways.append(members)
                    if first:
                        return found
                else:
                    found.opened = found.opened or seen.differs
                    level.append(members)
                for better in self._proven_better(members, pool):
                    if better not in known:
                        known.add(better)
                        waiting.append(better)
            found.searched = size
            if not level:
                break
        found.complete = not any(
            not any(larger.issuperset(way) for way in found.ways)
            for smaller in level
            for larger in self._enlarged(smaller, pool)
        )
        return found

    def _enlarged(self, smaller: frozenset[Possible], pool: Sequence[Possible]) -> Iterator[frozenset[Possible]]:
        """The set with one change more of which something is read. Where a party has handed in nothing, that it hands
        in something comes first, and what this proves after that."""
        reads = self.seen(smaller).reads
        hands_in = {one.fact for one in smaller if one.kind == "evidence"}
        bare = {one.fact for one in pool if one.is_bare}
        for change in pool:
            first = change.kind != "evidence" or change.is_bare
            if not first and change.fact in bare and change.fact not in hands_in:
                continue
            if change.touches & reads and not any(change.clashes(one) for one in smaller):
                yield smaller | {change}

    def _proven_better(self, members: frozenset[Possible], pool: Sequence[Possible]) -> Iterator[frozenset[Possible]]:
        """The set with proof in the place of material that proves nothing."""
        for bare in pool:
            if bare.is_bare and bare in members:
                reads = self.seen(members).reads
                for change in pool:
                    same = change.kind == "evidence" and change.fact == bare.fact and not change.is_bare
                    if same and change.touches & reads:
                        yield members - {bare} | {change}

    # ------------------------------------------------------------------------------------------------- what follows

    def _watched(self, case: Case, moment: datetime) -> tuple[Decision, frozenset[str]]:
        """A decision, and the names that were read for it."""
        made: list[Swift] = []

        def new(program: Program, case: Case, as_of: datetime) -> Swift:
            made.append(self.codes.run(program, case, as_of))
            return made[0]

        decision = run(self.program, case, moment, new)
        return decision, frozenset(made[0].memo)

    def is_over(self, changes: tuple[Possible, ...]) -> bool:
        """Whether no outcome is asked for any more after some changes, and one is without them."""
        return not any(self._asked(changed(self.case, changes, self.as_of))) and any(self._asked(self.case))

    def _asked(self, case: Case) -> Iterator[bool]:
        """Whether the tables of the outcome are asked, now and later; an open question counts."""
        outcome = outcome_fields(self.program)
        fields = [field for field in self.program.policy.fields.values() if field.written_as in outcome]
        tables = {t.name: t for f in fields for t in self.program.tables_of[f.name] if t is not self.program.standing}
        moments, _ = self.moments(case)
        for moment in dict.fromkeys((self.as_of, *moments)):
            interpreter = self.codes.run(self.program, case, moment)
            yield from (interpreter.holds(table.asked_if) is not False for table in tables.values())

    def way(self, version: Version, members: Iterable[Possible], pool: Sequence[Possible]) -> Way:
        """The changes with the decision that follows: at once, if it shows at once."""
        changes = tuple(sorted(members, key=pool.index))
        case = sealed(changed(self.case, changes, self.as_of))
        ways = [_way(version, self.case, case, changes, moment) for moment in (self.as_of, self.moments(case)[0][-1])]
        if any(change.kind == "event" for change in changes) and self.is_over(changes):
            return ways[0]
        return next((way for way in ways if any(change.name in self.fields for change in way.fields)), ways[0])


def _way(version: Version, before: Case, after: Case, changes: tuple[Possible, ...], moment: datetime) -> Way:
    old, new = version.decide(before, moment), version.decide(after, moment)
    fields = tuple(
        FieldChange(name, value, new.fields[name]) for name, value in old.fields.items() if value != new.fields[name]
    )
    return Way(changes, after, new, fields)


def _without_stronger(ways: list[frozenset[Possible]], search: _Search) -> Iterator[frozenset[Possible]]:
    """The ways without those that ask for proof where handing in anything leads to the same."""
    for way in ways:
        weaker = (
            way - {change} | {replace(change, proposition=None, touches=frozenset((change.fact,)))}
            for change in way
            if change.kind == "evidence" and not change.is_bare
        )
        values = search.seen(way).values
        if not any(less in search.decided and search.seen(less).values == values for less in weaker):
            yield way
