"""What is drawn for each fact, and in which order: what a register says, completed from what the policy declares."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from engine.analysis.reach import Reach
from engine.link.program import Program
from engine.pack import Pack, Version
from engine.policy.from_document import SCENARIO
from engine.policy.model import ABSENT, Fact, Policy
from engine.sampling.model import Draw, Profile, Said

DAY: Final = 86_400
MONTH: Final = (0, 30 * DAY)
FIRST_DAY: Final = date(2025, 1, 1)  # where neither the register nor the version says a day
YEAR: Final = timedelta(days=364)
HALF: Final = Decimal(50)
EVEN: Final[Mapping[str, Decimal]] = MappingProxyType({"0": Decimal(1), "1": Decimal(1)})


@dataclass(frozen=True, slots=True)
class Planned:
    """How a fact is drawn. `rows` are the scenarios in whose cases it stands, `drawn_in` those in which it is drawn.

    Of facts that prove something: `owed` are the propositions that are owed in each row, `provable` all that may be
    proven.
    """

    fact: Fact
    said: Said
    rows: frozenset[str]
    drawn_in: frozenset[str]
    owed: Mapping[str, frozenset[str]]
    provable: frozenset[str]

    @property
    def may_be_said(self) -> bool:
        """Whether a case may have to say that the fact is absent or unknown, because leaving it out means something
        else."""
        draws = self.said.draws
        null = any(draw.absent for draw in draws) or self.fact.kind in ("event", "instant")
        if self.fact.if_absent is ABSENT:
            return null and self.fact.nullable
        return (null and self.fact.if_absent is not None) or any(draw.unknown for draw in draws)

    @property
    def places(self) -> int:
        """How many decimals its numbers have."""
        if self.fact.kind != "decimal":
            return 0
        written = [Decimal(value) for draw in self.said.draws for value in draw.values]
        written += [number for draw in self.said.draws for number in draw.between or ()]
        return max((max(0, -int(number.as_tuple().exponent)) for number in written), default=0)


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that cases are drawn from: the scenarios with their weights, the days of filing (both included), the
    moment of the decision, and the facts in the order in which they are drawn."""

    policy: Policy
    scenarios: Mapping[str, Decimal]
    days: tuple[date, date]
    as_of: Said
    facts: tuple[Planned, ...]

    @property
    def columns(self) -> tuple[Planned, ...]:
        """The facts that stand in cases, in the order of the policy."""
        by_name = {planned.fact.name: planned for planned in self.facts}
        return tuple(by_name[name] for name in self.policy.facts if by_name[name].rows)


def plan(pack: Pack, version: Version, profile: Profile, days: tuple[date | None, date | None] = (None, None)) -> Plan:
    """What cases of a version are drawn from. `days` are the first and the last of filing, where they are asked for."""
    policy = version.policy
    said = {name: profile.facts.get(name) or _of_itself(fact, policy) for name, fact in policy.facts.items()}
    first = _before_filing(said, policy.filed_fact)
    said = {name: one if name in first else _dated(one, policy.facts[name], policy) for name, one in said.items()}
    needed = _needed(pack, version)
    planned = {name: _planned(fact, said[name], name in profile.facts, needed, pack, version)
               for name, fact in policy.facts.items()}  # fmt: skip
    weights = {row: profile.scenarios.get(row, Decimal(0)) for row in policy.rows}
    if not any(weights.values()):
        weights = dict.fromkeys(policy.rows, Decimal(1))
    moment = profile.as_of or Said(Draw(after=policy.filed_fact, by=MONTH))
    return Plan(
        policy,
        MappingProxyType({row: weight for row, weight in weights.items() if weight}),
        _days(profile, version, days),
        _after_filing(moment, policy),
        tuple(planned[name] for name in _in_order(said)),
    )


def _days(profile: Profile, version: Version, asked: tuple[date | None, date | None]) -> tuple[date, date]:
    own = profile.days
    if own is None:
        begin = version.first_day or FIRST_DAY
        own = (begin, begin + YEAR)
    first, last = asked
    if first is None and last is None:
        return own
    if first is None:
        assert last is not None
        return (min(own[0], last), last)
    return (first, last if last is not None else max(own[1], first))


# ------------------------------------------------------------------------------------------------------------- defaults


def _of_itself(fact: Fact, policy: Policy) -> Said:
    """How a fact is drawn of which nothing is said: evenly; where it may be left out, it is."""
    match fact.kind:
        case "bool":
            return Said(Draw(chance=HALF))
        case "enum":
            return Said(Draw(values=dict.fromkeys(fact.values, Decimal(1))))
        case "integer":
            return Said(Draw(between=(Decimal(0), Decimal(10))))
        case "decimal":
            return Said(Draw(between=(Decimal(0), Decimal("1000.00"))))
        case "zone":
            return Said(Draw(values={fact.example or str(_word(fact.if_absent) or "UTC"): Decimal(1)}))
        case "text":
            return Said(Draw(values={fact.example or "text": Decimal(1)}))
        case "propositions":
            return Said(Draw(owed=HALF))
        case "submissions":
            return Said(Draw(count=EVEN, after=policy.filed_fact, by=(0, 3 * DAY), owed=HALF))
        case _:
            return Said(Draw())


def _before_filing(said: Mapping[str, Said], filed: str) -> frozenset[str]:
    """The filing and what it is counted from, if it is: these lie on the days of filing where nothing else is said."""
    found = {filed}
    rest = [filed]
    while rest:
        more = [name for name in said[rest.pop()].waits_for() if name in said and name not in found]
        found.update(more)
        rest += more
    return frozenset(found)


def _word(value: object) -> str:
    return value if isinstance(value, str) else ""


def _dated(said: Said, fact: Fact, policy: Policy) -> Said:
    """What is said of a time, with a distance from the filing where none is said: afterwards for what need not happen.

    Submissions come after it."""
    if fact.kind not in ("event", "instant", "date", "submissions"):
        return said
    before = fact.kind != "submissions" and fact.if_absent is ABSENT

    def dated(draw: Draw) -> Draw:
        return draw if draw.after or draw.values else replace(draw, after=policy.filed_fact, before=before, by=MONTH)

    others = tuple(replace(other, draw=dated(other.draw)) for other in said.otherwise)
    return replace(said, draw=dated(said.draw), otherwise=others)


def _after_filing(said: Said, policy: Policy) -> Said:
    def dated(draw: Draw) -> Draw:
        return draw if draw.after else replace(draw, after=policy.filed_fact, by=MONTH)

    others = tuple(replace(other, draw=dated(other.draw)) for other in said.otherwise)
    return replace(said, draw=dated(said.draw), otherwise=others)


# ----------------------------------------------------------------------------------------------------------- what rows


def _needed(pack: Pack, version: Version) -> dict[str, frozenset[str]]:
    """The rows in which each fact can be needed, by any version of the pack: so that two of them can be compared."""
    found: dict[str, set[str]] = {}
    for program in _programs(pack, version):
        for name in Reach(program).facts():
            found.setdefault(name, set()).add(program.scenario)
    return {name: frozenset(rows) for name, rows in found.items()}


def _programs(pack: Pack, version: Version) -> Iterator[Program]:
    for one in {**pack.versions, version.name: version}.values():
        yield from one.programs.values()


def _planned(
    fact: Fact, said: Said, mentioned: bool, needed: Mapping[str, frozenset[str]], pack: Pack, version: Version
) -> Planned:
    policy = version.policy
    drawn = frozenset(policy.rows)
    rows = needed.get(fact.name) or (drawn if mentioned else frozenset())  # one that no rule reads may be an amount
    if said.only_in:
        drawn = frozenset(_rows_named(said.only_in, pack, version))
        rows = rows & drawn
    if not mentioned and fact.if_absent is not ABSENT:
        rows = drawn = frozenset()
    owed: dict[str, set[str]] = {}
    provable: set[str] = set()
    for program in _programs(pack, version):
        for record in program.records:
            if fact.kind == "submissions" and record.fact == fact.name:
                owed.setdefault(program.scenario, set()).update(owed.proposition for owed in record.owes)
                provable |= record.may_prove
            elif fact.kind == "propositions":
                owed.setdefault(program.scenario, set()).update(owed.proposition for owed in record.owes)
                provable |= set(fact.values)
    return Planned(
        fact,
        said,
        rows,
        drawn,
        MappingProxyType({row: frozenset(names & set(fact.values)) for row, names in owed.items()}),
        frozenset(provable & set(fact.values)),
    )


def _rows_named(names: Iterable[str], pack: Pack, version: Version) -> set[str]:
    """The rows of the version among scenarios and groups, by the groups of any version."""
    groups: dict[str, set[str]] = {}
    for one in {**pack.versions, version.name: version}.values():
        for group in one.policy.groups.values():
            groups.setdefault(group.name, set()).update(group.scenarios)
    found: set[str] = set()
    for name in names:
        found |= groups.get(name, {name})
    return found & set(version.policy.rows)


def _in_order(said: Mapping[str, Said]) -> tuple[str, ...]:
    """The facts in an order in which each comes after those that it waits for. The register has no circles."""
    order: dict[str, None] = {}

    def add(name: str) -> None:
        if name in order or name not in said:
            return
        for other in sorted(said[name].waits_for() - {SCENARIO}):
            add(other)
        order[name] = None

    for name in said:
        add(name)
    return tuple(order)
