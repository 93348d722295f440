"""A fact that the explanation does not mention may be anything: the decision stays as it is."""

from __future__ import annotations

import random
from typing import Any

from engine import Decision, Version
from tests import strategies
from tests.strategies import Dispute

TRIED = 3  # of the facts that are not mentioned, alone; and all of them together


def check(version: Version, found: Dispute, chance: random.Random) -> int:
    """How many changes were tried. Raises AssertionError."""
    decision = version.decide(version.read_case(found.document), found.as_of)
    mentioned = set(decision.explain().facts)
    others = [name for name in version.policy.facts if name not in mentioned]
    picked = chance.sample(others, min(TRIED, len(others)))
    for names in (others, *([name] for name in picked)):
        document = changed(version, found.document, names, chance)
        other = version.decide(version.read_case(document), found.as_of)
        assert says(other) == says(decision), f"{names}: {_values(document, names)}"
    return len(others)


def says(decision: Decision) -> dict[str, object]:
    """All that a decision says, reasons among it, but for the digest of the case."""
    data = decision.to_dict()
    del data["case_digest"]
    return data


def changed(version: Version, document: dict[str, Any], names: list[str], chance: random.Random) -> dict[str, Any]:
    """The case with other values of some facts; now and then unknown."""
    facts, before = version.policy.facts, _values(document, names)
    values = {
        name: "unknown"
        if chance.random() < 0.1
        else another(before[name], facts[name].kind, sorted(facts[name].values), chance)
        for name in names
    }
    return strategies.with_facts(document, values)


def _values(document: dict[str, Any], names: list[str]) -> dict[str, Any]:
    parts = {name: name.partition(".") for name in names}
    return {name: document["facts"].get(group, {}).get(key) for name, (group, _, key) in parts.items()}


def another(value: object, kind: str, options: list[str], chance: random.Random) -> object:
    """A value that a fact may have; mostly not the one that it has."""
    match kind:
        case "bool":
            return not value if isinstance(value, bool) else chance.choice([True, False])
        case "enum":
            return chance.choice(options)
        case "integer":
            return chance.randint(0, 3)
        case "zone":
            return chance.choice(strategies.ZONES)
        case "propositions":
            return chance.sample(options, 2)
        case "submissions":
            return [{"submitted_at": chance.choice(strategies.LATER), "proves": chance.sample(options, 2)}]
        case _:
            return chance.choice(strategies.LATER)
