"""Each change that is proposed does what it says, none is too large, none too late, and none is missing."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from itertools import combinations
from typing import Any

from engine import Version
from engine.analysis.clock_ledger import clock_ledger
from engine.analysis.forecast import TICK
from engine.analysis.possible import Possible, changed, possible
from engine.analysis.what_if import Changes, what_would_change
from engine.case.model import Case
from engine.evaluation.one_row import empty_fields
from engine.render.what_if_to_data import what_if_to_data
from tests.conforming import conforms
from tests.strategies import Dispute


def check(version: Version, found: Dispute, chance: random.Random) -> int:
    """How many ways were looked at. Raises AssertionError."""
    case, as_of = version.read_case(found.document), datetime.fromisoformat(found.as_of).astimezone(UTC)
    return 0 if case.scenario is None else hold_good(version, case, as_of, 2, 1)


Fields = tuple[Any, ...]


class Plainly:
    """The same questions, answered by deciding every set: no pruning, no memory but of what was decided."""

    def __init__(self, version: Version, case: Case, as_of: datetime, fields: tuple[str, ...]) -> None:
        self.version, self.case, self.as_of, self.fields = version, case, as_of, fields
        self.turns = cache(self._turns)

    def says(self, case: Case, at: datetime) -> tuple[Fields, bool]:
        decision = self.version.decide(case, at)
        return tuple(decision.fields[name] for name in self.fields), bool(decision.missing_facts or decision.unassessed)

    def over(self, case: Case) -> datetime:
        """When all periods that run at the moment are over, by the ledger of clocks."""
        entries = clock_ledger(self.version, case, self.as_of).entries
        ends = [e.ends for e in entries if e.state != "not asked" and e.ends is not None and e.ends >= self.as_of]
        return max(ends) + TICK if ends else self.as_of

    def _turns(self, members: frozenset[Possible]) -> Fields | None:
        """What the fields become, if the set turns them to something settled."""
        case = changed(self.case, members, self.as_of)
        at = max(self.over(self.case), self.over(case))
        before, _ = self.says(self.case, at)
        after, is_open = self.says(case, at)
        empty = self.nothing()
        return after if after != before and not (after == empty and is_open) else None

    def nothing(self) -> Fields:
        empty = empty_fields(self.version.programs[self.case.scenario or ""])
        return tuple(empty[name] for name in self.fields)

    def sets(self, pool: list[Possible], size: int) -> Iterator[frozenset[Possible]]:
        for members in combinations(pool, size):
            if not any(one.clashes(other) for one, other in combinations(members, 2)):
                yield frozenset(members)


def pool_of(version: Version, case: Case, as_of: datetime, found: Changes) -> list[Possible]:
    ends = {way.changes[0] for way in found.ends}
    return [one for one in possible(version.programs[case.scenario or ""], case, as_of) if one not in ends]


def weaker(way: frozenset[Possible]) -> Iterator[frozenset[Possible]]:
    """The set with material that proves nothing in the place of proof."""
    for change in way:
        if change.kind == "evidence" and change.proposition is not None:
            bare = Possible("evidence", change.fact, change.by, until=change.until, touches=frozenset((change.fact,)))
            yield way - {change} | {bare}


def hold_good(version: Version, case: Case, as_of: datetime, size: int, by_hand: int) -> int:
    """How many ways there are; for it, all sets of up to `by_hand` changes are tried. Raises AssertionError."""
    found = what_would_change(version, case, as_of, max_size=size, budget=2_000)
    plainly = Plainly(version, case, as_of, found.fields)
    conforms("what-if", what_if_to_data(found, case, version.policy), version)
    pool = pool_of(version, case, as_of, found)
    assert all(change.until is None or change.until >= as_of for change in pool)  # nothing is late
    ways = [frozenset(way.changes) for way in found.ways]
    for way, members in zip(found.ways, ways, strict=True):
        assert plainly.turns(members) is not None  # it does what it says
        assert way.decision == version.decide(way.case, way.decision.as_of)
        before = version.decide(case, way.decision.as_of)
        assert {c.name: c.after for c in way.fields} == {
            name: value for name, value in way.decision.fields.items() if value != before.fields[name]
        }
        assert all(
            plainly.turns(frozenset(part)) is None
            for less in range(1, len(members))
            for part in combinations(members, less)
        )  # not too large
    for number in range(1, min(found.searched, by_hand) + 1):  # none is missing
        for members in plainly.sets(pool, number):
            turned = plainly.turns(members)
            if turned is None or any(way <= members for way in ways):
                continue
            assert any(plainly.turns(less) == turned for less in weaker(members)), members
    for party in (*found.cannot, *found.leaves_open):
        own = [one for one in pool if one.by == party]
        for number in range(1, min(len(own), 3) + 1):
            for members in plainly.sets(own, number):
                assert plainly.turns(members) is None, (party, members)
    for way in found.ends:
        assert way.decision == version.decide(way.case, way.decision.as_of)
        assert tuple(way.decision.fields[name] for name in found.fields) == plainly.nothing()
    return len(found.ways) + len(found.ends)
