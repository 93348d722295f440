"""What is said to matter does, for some values of the rest; and what is not named changes nothing."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from engine import Decision, Version
from engine.analysis.missing import Missing, may_matter
from engine.analysis.outcome_tree import Trial
from engine.case.model import Case, Submission
from engine.clock import parse_instant
from engine.policy.from_document import LEFT_OUT
from engine.policy.model import Fact
from tests import strategies
from tests.strategies import Dispute, wholly_known

OTHERS = 30  # cases whose values the facts take that are not named
TURNS = 400  # pairs of cases of any values that are decided to find out that a fact matters
PAIRS = 3_000  # decisions that are spent on finding two cases that differ in one fact
Says = tuple[dict[str, Any], list[tuple[str, datetime, str]]]


def check(version: Version, found: Dispute, chance: random.Random) -> int:
    """How many facts were forgotten of a whole case. Raises AssertionError."""
    if not wholly_known(found):
        return 0
    case = version.read_case(found.document)
    forgotten = set(chance.sample(sorted(case.values), chance.randint(1, 6)))
    listing = may_matter(version, without(case, forgotten), found.as_of)
    nothing_else_matters(version, case, found.as_of, forgotten, listing, chance)
    those_named_do(version, case, forgotten, found.as_of, listing, chance)
    return len(forgotten)


def nothing_else_matters(
    version: Version, case: Case, as_of: str, forgotten: set[str], listing: Missing, chance: random.Random
) -> None:
    """Facts that were forgotten and are not named have the values of any other case: the decision stays."""
    outside = sorted(forgotten - set(listing.may_matter))
    before = says(version, version.decide(case, as_of))
    for _ in range(OTHERS if outside else 0):
        other = version.read_case(strategies.dispute(chance.randrange(10_000)).document)
        values = {name: other.values[name] for name in outside if name in other.values}
        assert says(version, version.decide(given(case, values), as_of)) == before, (listing.may_matter, values)


def those_named_do(
    version: Version, case: Case, forgotten: set[str], as_of: str, listing: Missing, chance: random.Random
) -> None:
    """Two whole cases that differ in a fact alone are decided otherwise, for each fact that is named: they have any
    values; where that finds none, by going down in what can come of the case."""
    named = {m.fact for m in (*listing.facts, *listing.findings) if m.changes in ("outcome", "details", "deadlines")}
    seen = {name for name in sorted(named) if _turns(version, case, forgotten, as_of, name, chance)}
    if listing.complete or named - seen:
        partial, programs = without(case, forgotten), {str(case.scenario): version.programs[str(case.scenario)]}
        for name, one, other in Trial(programs, partial, parse_instant(as_of)).pairs(PAIRS):
            if name not in seen:
                whole = [says(version, version.decide(given(partial, node.given), as_of)) for node in (one, other)]
                if whole[0] != whole[1]:
                    seen.add(name)
    assert not listing.complete or seen <= named, f"not named: {sorted(seen - named)}"
    assert named <= seen, f"no two cases were found for {sorted(named - seen)}"


def _turns(version: Version, case: Case, forgotten: set[str], as_of: str, name: str, chance: random.Random) -> bool:
    """Whether another value of a fact was found to change a decision, the others that were forgotten being anything."""
    facts = version.policy.facts
    for _ in range(TURNS):
        rest = {key: _any(facts[key], as_of, chance) for key in sorted(forgotten) if chance.random() < 0.4}
        one = given(case, {**rest, name: _any(facts[name], as_of, chance)})
        other = given(one, {name: _any(facts[name], as_of, chance)})
        if says(version, version.decide(one, as_of)) != says(version, version.decide(other, as_of)):
            return True
    return False


def _any(fact: Fact, as_of: str, chance: random.Random) -> object:
    """A value of a fact; of moments one before the decision, when it has not been long."""
    ago = timedelta(seconds=int(10 ** chance.uniform(0, 6.9)))
    words = frozenset(chance.sample(sorted(fact.values), chance.randint(0, len(fact.values))))
    match fact.kind:
        case "bool":
            return chance.random() < 0.5
        case "enum":
            return chance.choice([*fact.values, *([None] if fact.nullable else [])])
        case "integer":
            return chance.randint(0, 3)
        case "zone":
            return chance.choice(strategies.ZONES)
        case "propositions":
            return words
        case "submissions":
            return chance.choice([(), (Submission(parse_instant(as_of) - ago, words, True),)])
        case _:
            return chance.choice([None, parse_instant(as_of) - ago]) if fact.nullable else parse_instant(as_of) - ago


def says(version: Version, decision: Decision) -> Says:
    """Everything but remarks."""
    remarks = {field.written_as for field in version.policy.fields.values() if field.if_unknown == LEFT_OUT}
    fields = {name: value for name, value in decision.fields.items() if name not in remarks}
    return fields, [(one.window, one.at, one.state) for one in decision.deadlines]


def without(case: Case, names: set[str]) -> Case:
    """The case with some facts forgotten."""
    values = {name: value for name, value in case.values.items() if name not in names}
    return replace(case, values=MappingProxyType(values))


def given(case: Case, values: Mapping[str, object]) -> Case:
    """The case with some facts more, or others."""
    return replace(case, values=MappingProxyType({**case.values, **values}))
