"""Cases drawn from a plan, a batch of columns at a time, in the column layout of a table of cases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Final

import numpy as np

from engine.policy.from_document import SCENARIO
from engine.policy.model import Fact
from engine.sampling.model import ALWAYS, Draw, Said
from engine.sampling.numbers import Chance, Flags, Ints
from engine.sampling.plan import DAY, Plan, Planned
from engine.sampling.read import MOST_SUBMISSIONS, TRUTH

BATCH: Final = 65_536
GIVEN, LEFT_OUT, UNKNOWN, ABSENT = range(4)
SECOND: Final = 1_000_000  # microseconds
PER_CASE: Final = 128  # numbers for the submissions of a case: more than there may be
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST, _LAST = (
    (datetime(year, month, day, tzinfo=UTC) - _EPOCH) // timedelta(microseconds=1)
    for year, month, day in ((2000, 1, 2), (2100, 12, 30))
)


@dataclass(slots=True)
class Drawn:
    """What was drawn for a fact in a batch: how it stands in each case, and the values.

    `values` are flags for true or false; positions in `words` for words; whole numbers (for decimals with the point
    moved by `places`); days or microseconds since 1970. `happened` tells of times whether they are there at all, be
    it said in the case or not. `proven` has a column for each proposition that the fact knows.
    """

    state: Ints
    values: Ints | Flags
    happened: Flags
    words: tuple[str, ...] = ()
    places: int = 0
    proven: Flags | None = None
    handed_in: HandedIn | None = None


@dataclass(slots=True)
class HandedIn:
    """The submissions of a batch, one after the other. `case` is the position of its case in the batch.

    `authentic` is 1 for yes, 0 for no, and -1 while it is not known."""

    case: Ints
    at: Ints
    assessed: Flags
    proven: Flags
    authentic: Ints

    def only(self, chosen: Flags) -> HandedIn:
        return HandedIn(
            self.case[chosen], self.at[chosen], self.assessed[chosen], self.proven[chosen], self.authentic[chosen]
        )


@dataclass(slots=True)
class Batch:
    """A batch of cases: the numbers of the cases, their rows, their moments, and every fact that was drawn."""

    cases: Ints
    rows: tuple[str, ...]
    scenario: Ints
    as_of: Ints
    facts: dict[str, Drawn]


def batches(plan: Plan, seed: int, count: int, size: int = BATCH, first: int = 0) -> Iterator[Batch]:
    """`count` cases of a seed from number `first` on. A case is the same in every batch."""
    chance = Chance(seed)
    for begin in range(first, first + count, size):
        yield _Maker(plan, chance, np.arange(begin, min(begin + size, first + count), dtype=np.int64)).batch()


class _Maker:
    def __init__(self, plan: Plan, chance: Chance, cases: Ints) -> None:
        self.plan, self.chance, self.cases = plan, chance, cases
        self.rows = tuple(plan.scenarios)
        self.scenario = chance.choice(list(plan.scenarios.values()), SCENARIO, cases)
        self.facts: dict[str, Drawn] = {}
        self._of_rows: dict[frozenset[str], Flags] = {}

    def batch(self) -> Batch:
        for planned in self.plan.facts:
            if planned.drawn_in:
                self.facts[planned.fact.name] = self._drawn(planned)
        as_of = np.zeros(len(self.cases), np.int64)
        for draw, chosen in self._alternatives("as_of", self.plan.as_of):
            as_of[chosen] = self._times("as_of", draw, chosen)[0]
        as_of = np.clip(as_of, _FIRST, _LAST)
        for planned in self.plan.facts:
            if planned.fact.name in self.facts:
                self._as_known(planned.fact, self.facts[planned.fact.name], as_of)
        return Batch(self.cases, self.rows, self.scenario, as_of, self.facts)

    # ------------------------------------------------------------------------------------------------------ where

    def _in_rows(self, names: frozenset[str]) -> Flags:
        """Whether each case is of one of these rows; the answer is kept, and not to be changed."""
        if names not in self._of_rows:
            self._of_rows[names] = np.array([row in names for row in self.rows], bool)[self.scenario]
        return self._of_rows[names]

    def _alternatives(self, name: str, said: Said) -> Iterator[tuple[Draw, Ints]]:
        """Each way in which something is drawn, with the positions of the cases in which it is drawn so."""
        rest = np.ones(len(self.cases), bool)
        for number, other in enumerate(said.otherwise):
            fits = rest.copy()
            for asked, values in other.where.items():
                fits &= self._has(asked, values)
            if other.share < ALWAYS:
                fits &= self.chance.below(other.share, f"{name}/but {number}", self.cases)
            if fits.any():
                yield other.draw, np.flatnonzero(fits)
                rest &= ~fits
        if rest.any():
            yield said.draw, np.flatnonzero(rest)

    def _has(self, name: str, values: frozenset[str]) -> Flags:
        if name == SCENARIO:
            groups = self.plan.policy.groups
            return self._in_rows(values.union(*(groups[value].scenarios for value in values if value in groups)))
        drawn = self.facts.get(name)
        if drawn is None:
            return np.zeros(len(self.cases), bool)
        if drawn.words:
            found = np.isin(drawn.values, [number for number, word in enumerate(drawn.words) if word in values])
        elif drawn.values.dtype == bool:
            found = np.isin(drawn.values, [TRUTH.index(value) == 1 for value in values if value in TRUTH])
        else:
            found = np.isin(drawn.values, [int(value) for value in values if value.lstrip("-").isdecimal()])
        return found & drawn.happened

    # ------------------------------------------------------------------------------------------------------ facts

    def _drawn(self, planned: Planned) -> Drawn:
        fact, size = planned.fact, len(self.cases)
        flags = fact.kind in ("bool", "propositions", "submissions")
        drawn = Drawn(np.zeros(size, np.int64), np.zeros(size, bool if flags else np.int64), np.ones(size, bool))
        drawn.words = _words(fact, planned.said)
        drawn.places = planned.places
        if fact.kind == "propositions":
            drawn.proven = np.zeros((size, len(fact.values)), bool)
        parts: list[HandedIn] = []
        inside = self._in_rows(planned.drawn_in)
        for draw, chosen in self._alternatives(fact.name, planned.said):
            chosen = chosen[inside[chosen]]
            if not len(chosen):
                continue
            self._fill(planned, draw, chosen, drawn, parts)
            cases = self.cases[chosen]
            drawn.state[chosen] = np.where(drawn.happened[chosen], GIVEN, ABSENT)
            drawn.state[chosen[self.chance.below(draw.absent, f"{fact.name}/absent", cases)]] = ABSENT
            drawn.state[chosen[self.chance.below(draw.unknown, f"{fact.name}/unknown", cases)]] = UNKNOWN
        if fact.kind == "submissions":
            drawn.handed_in = _together(parts, len(fact.values))
        drawn.happened &= inside
        drawn.state[~self._in_rows(planned.rows)] = LEFT_OUT
        return drawn

    def _fill(self, planned: Planned, draw: Draw, chosen: Ints, drawn: Drawn, parts: list[HandedIn]) -> None:
        fact, cases = planned.fact, self.cases[chosen]
        match fact.kind:
            case "bool":
                chance = draw.chance if draw.chance is not None else Decimal(50)
                drawn.values[chosen] = self.chance.below(chance, fact.name, cases)
            case "event" | "instant":
                drawn.values[chosen], drawn.happened[chosen] = self._times(fact.name, draw, chosen)
            case "date":
                drawn.values[chosen], drawn.happened[chosen] = self._days(fact, draw, chosen)
            case "integer" | "decimal":
                drawn.values[chosen] = self._numbers(fact, draw, drawn.places, cases)
            case "propositions":
                assert drawn.proven is not None
                drawn.proven[chosen] = self._proven(planned, draw, fact.name, chosen, cases)
            case "submissions":
                parts.append(self._handed_in(planned, draw, chosen))
            case _:
                weights = draw.values or dict.fromkeys(drawn.words, Decimal(1))
                places = np.array([drawn.words.index(word) for word in weights], np.int64)
                drawn.values[chosen] = places[self.chance.choice(list(weights.values()), fact.name, cases)]

    def _numbers(self, fact: Fact, draw: Draw, places: int, cases: Ints) -> Ints:
        scale = 10**places
        if draw.values:
            numbers = np.array([int(Decimal(value) * scale) for value in draw.values], np.int64)
            return numbers[self.chance.choice(list(draw.values.values()), fact.name, cases)]
        low, high = draw.between or (Decimal(0), Decimal(10))
        return self.chance.between(int(low * scale), int(high * scale), draw.mostly, fact.name, cases)

    # ------------------------------------------------------------------------------------------------------- time

    def _times(self, name: str, draw: Draw, chosen: Ints) -> tuple[Ints, Flags]:
        """When something happens in the chosen cases, in microseconds, and whether it does."""
        cases = self.cases[chosen]
        if draw.after:
            drawn = self.facts.get(draw.after)
            start = drawn.values[chosen].astype(np.int64) if drawn is not None else np.zeros(len(chosen), np.int64)
            happens = drawn.happened[chosen].copy() if drawn is not None else np.zeros(len(chosen), bool)
            least, most = draw.by or (0, 0)
            distance = self.chance.between(least, most, draw.mostly, name, cases) * SECOND
            at = start - distance if draw.before else start + distance
        else:
            first, last = (_day_number(day) for day in self.plan.days)
            seconds = (last - first + 1) * DAY
            at = (first * DAY + self.chance.between(0, seconds - 1, draw.mostly, name, cases)) * SECOND
            happens = np.ones(len(chosen), bool)
        if draw.chance is not None:
            happens &= self.chance.below(draw.chance, f"{name}/chance", cases)
        return np.clip(at, _FIRST, _LAST), happens

    def _days(self, fact: Fact, draw: Draw, chosen: Ints) -> tuple[Ints, Flags]:
        if draw.values:
            days = np.array([_day_number(date.fromisoformat(value)) for value in draw.values], np.int64)
            drawn = days[self.chance.choice(list(draw.values.values()), fact.name, self.cases[chosen])]
            return drawn, np.ones(len(chosen), bool)
        at, happens = self._times(fact.name, draw, chosen)
        return at // (DAY * SECOND), happens

    def _as_known(self, fact: Fact, drawn: Drawn, as_of: Ints) -> None:
        """What comes after the moment of the decision is not known in the case."""
        if fact.kind == "event":
            later = (drawn.values > as_of) & (drawn.state == GIVEN)
            drawn.state[later] = ABSENT
        if drawn.handed_in is not None:
            drawn.handed_in = drawn.handed_in.only(drawn.handed_in.at <= as_of[drawn.handed_in.case])

    # --------------------------------------------------------------------------------------------------- evidence

    def _proven(self, planned: Planned, draw: Draw, stream: str, chosen: Ints, numbers: Ints) -> Flags:
        """What is proven, in a column for each proposition; `chosen` are places of cases, `numbers` those of lots."""
        found = np.zeros((len(chosen), len(planned.fact.values)), bool)
        for column, proposition in enumerate(planned.fact.values):
            if proposition not in planned.provable:
                continue
            owing = frozenset(row for row, names in planned.owed.items() if proposition in names)
            owed = self._in_rows(owing)[chosen]
            name = f"{stream}/{proposition}"
            if owed.any():
                found[owed, column] = self.chance.below(draw.owed, name, numbers[owed])
            if draw.beside and not owed.all():
                found[~owed, column] = self.chance.below(draw.beside, name, numbers[~owed])
        return found

    def _handed_in(self, planned: Planned, draw: Draw, chosen: Ints) -> HandedIn:
        name, cases = planned.fact.name, self.cases[chosen]
        counts = draw.count or {"1": Decimal(1)}
        numbers = np.array([min(int(count), MOST_SUBMISSIONS) for count in counts], np.int64)
        many = numbers[self.chance.choice(list(counts.values()), f"{name}/count", cases)]
        happens = self._times(name, draw, chosen)[1]  # not, where that after which it comes does not happen
        many = np.where(happens, many, 0)
        case = np.repeat(chosen, many)
        place = np.arange(len(case), dtype=np.int64) - np.repeat(np.cumsum(many) - many, many)
        lots = self.cases[case] * PER_CASE + place
        least, most = draw.by or (0, 0)
        distance = self.chance.between(least, most, draw.mostly, f"{name}/at", lots) * SECOND
        anchor = self.facts[draw.after].values[case].astype(np.int64) if draw.after in self.facts else 0 * distance
        at = np.clip(anchor - distance if draw.before else anchor + distance, _FIRST, _LAST)
        assessed = ~self.chance.below(draw.not_assessed, f"{name}/not assessed", lots)
        proven = self._proven(planned, draw, f"{name}/proves", case, lots)
        authentic = np.ones(len(case), np.int64)
        authentic[self.chance.below(draw.forged, f"{name}/forged", lots)] = 0
        authentic[self.chance.below(draw.doubted, f"{name}/doubted", lots)] = -1
        return HandedIn(case, at, assessed, proven, authentic)


def _together(parts: list[HandedIn], propositions: int) -> HandedIn:
    """The submissions of all parts in the order of the cases."""
    if not parts:
        none = np.zeros(0, np.int64)
        return HandedIn(none, none, none.astype(bool), np.zeros((0, propositions), bool), none)
    columns = ("case", "at", "assessed", "proven", "authentic")
    whole = HandedIn(*(np.concatenate([getattr(part, column) for part in parts]) for column in columns))
    order = np.argsort(whole.case, kind="stable")
    return HandedIn(*(getattr(whole, column)[order] for column in columns))


def _words(fact: Fact, said: Said) -> tuple[str, ...]:
    if fact.kind == "enum":
        return tuple(fact.values)
    if fact.kind in ("text", "zone"):
        return tuple(dict.fromkeys(word for draw in said.draws for word in draw.values))
    return ()


def _day_number(day: date) -> int:
    return (day - _EPOCH.date()).days
