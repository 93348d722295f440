"""Compiled rows beside the reference meaning: the same decisions, for made-up cases at moments around every deadline.

Every case is also decided as one that was left once many were, and what a compiled row leaves to the reference by the
row as a cold command reads it back, in plain parts.

    python -m tests.agreeing 20000

decides so many cases both ways, under every version and row, and says where they differ and how often a case had to
be left to the reference.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any, Final

from engine import Decision, InvalidDocument, Version, load_pack
from engine.backends.compiled.building import Decide, build
from engine.backends.compiled.generating import generate
from engine.cache.parts import program_in_parts
from engine.cache.pickles import loads
from engine.case.model import Case
from engine.clock import parse_instant
from engine.evaluation.one_row import run
from engine.evaluation.open_cases import OpenCases
from engine.link.program import Program
from engine.policy.model import Fact, Policy
from tests.strategies import EDGES, LEFT_OUT, STEPS, ZONES, dispute

MOMENTS: Final = 6  # at which a case is decided, at most
BESIDE: Final = (timedelta(0), timedelta(microseconds=1), timedelta(seconds=-1))


class Both:
    """A version whose rows are compiled beside the reference. It counts what it decides, and what it leaves."""

    def __init__(self, version: Version) -> None:
        self.version = version
        self.rows: dict[str, Decide] = {
            name: build(generate(program), name) for name, program in version.programs.items()
        }
        self.parts: dict[str, Program] = {
            name: loads(program_in_parts(program)) for name, program in version.programs.items()
        }
        self.left_before = {name: OpenCases(program) for name, program in version.programs.items()}
        self.decided: Counter[str] = Counter()
        self.left: Counter[str] = Counter()

    def check(self, case: Case, as_of: datetime) -> Decision:
        """The decision of a case with a row; fails when another way to it gives another."""
        assert case.scenario is not None
        reference = run(self.version.programs[case.scenario], case, as_of)
        same(self.left_before[case.scenario].decide(case, reference.as_of), reference)
        self.decided[case.scenario] += 1
        try:
            found = self.rows[case.scenario](case, reference.as_of)
        except KeyError:
            self.left[case.scenario] += 1
            found = run(self.parts[case.scenario], case, as_of)
        same(found, reference)
        return reference

    def check_around(self, case: Case, as_of: datetime, chance: random.Random) -> None:
        """The same at a moment and beside some of the deadlines that are shown then."""
        first = self.check(case, as_of)
        beside = [deadline.at + step for deadline in first.deadlines for step in BESIDE]
        for moment in chance.sample(beside, min(len(beside), MOMENTS - 1)):
            self.check(case, moment)


def same(found: Decision, reference: Decision) -> None:
    """Fails when a decision is another than that of the interpreter."""
    assert found == reference, differing(found, reference)
    assert found.to_dict() == reference.to_dict()


def differing(found: Decision, reference: Decision) -> str:
    """What differs between two decisions."""
    mine, other = found.to_dict(), reference.to_dict()
    lines = [f"{key}: found {mine[key]!r}, reference {other[key]!r}" for key in other if mine[key] != other[key]]
    return "\n".join(lines) or "equal as data"


# ------------------------------------------------------------------------------------------------------- raw cases


def raw_case(policy: Policy, scenario: str, chance: random.Random, gaps: float) -> dict[str, Any]:
    """Any case that a version reads. Each fact is left out with the chance of `gaps`."""
    facts: dict[str, dict[str, Any]] = {}
    for fact in policy.facts.values():
        value = LEFT_OUT if chance.random() < gaps else _value(fact, chance)
        if value is not LEFT_OUT:
            group, _, name = fact.name.partition(".")
            facts.setdefault(group, {})[name] = value
    return {"scenario": scenario, "facts": facts}


def _value(fact: Fact, chance: random.Random) -> Any:
    if fact.nullable and chance.random() < 0.3:
        return None
    match fact.kind:
        case "bool":
            return chance.random() < 0.5
        case "enum":
            return chance.choice(list(fact.values))
        case "integer" | "decimal":
            return chance.choice((0, 1, 2, 3, 5, 7, 20))
        case "zone":
            return chance.choice(ZONES)
        case "date":
            return (date(2024, 12, 30) + timedelta(days=chance.randrange(120))).isoformat()
        case "instant" | "event":
            return _instant(chance)
        case "propositions":
            return chance.sample(sorted(fact.values), chance.randrange(min(4, len(fact.values) + 1)))
        case "submissions":
            return [_submission(fact, chance) for _ in range(chance.choice((0, 1, 1, 2)))]
        case _:
            return chance.choice(("", "K-77"))


def _instant(chance: random.Random) -> str:
    return (chance.choice(EDGES) + chance.choice((1, -1)) * chance.choice(STEPS)).isoformat()


def _submission(fact: Fact, chance: random.Random) -> dict[str, Any]:
    proves = chance.sample(sorted(fact.values), chance.randrange(min(4, len(fact.values) + 1)))
    found: dict[str, Any] = {"submitted_at": _instant(chance), "proves": proves}
    if chance.random() < 0.1:
        found["proves"] = "unknown"
    if chance.random() < 0.2:
        found["authentic"] = chance.choice((True, False, "unknown"))
    return found


def raw_cases(both: Both, many: int, seed: str) -> Iterator[tuple[Case, datetime]]:
    """Raw cases of every row of a version, each with a moment."""
    chance = random.Random(seed)
    rows = list(both.version.programs)
    for number in range(many):
        document = raw_case(both.version.policy, rows[number % len(rows)], chance, chance.choice((0, 0, 0.05, 0.3)))
        yield both.version.read_case(document), parse_instant(_instant(chance))


def check_raw(version: Version, many: int, seed: str) -> Both:
    """Decide raw cases of a version both ways."""
    both, chance = Both(version), random.Random(seed)
    for case, as_of in raw_cases(both, many, seed):
        both.check_around(case, as_of, chance)
    return both


def check_disputes(version: Version, numbers: range) -> Both:
    """Decide made-up disputes of the shipped pack both ways."""
    both, chance = Both(version), random.Random(numbers.start)
    for number in numbers:
        found = dispute(number)
        try:
            case = version.read_case(found.document)
        except InvalidDocument:  # of another version
            continue
        if case.scenario is not None:
            both.check_around(case, parse_instant(found.as_of), chance)
    return both


def main() -> None:
    many = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000
    for version in load_pack().versions.values():
        for kind, both in (
            ("plausible", check_disputes(version, range(many))),
            ("raw", check_raw(version, many, "many")),
        ):
            decided, left = both.decided.total(), both.left.total()
            print(f"{version.name}, {kind}: {decided} decisions equal, {left / decided:.1%} left to the reference")


if __name__ == "__main__":
    main()
