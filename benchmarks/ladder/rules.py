"""The ladder as every engine takes it: its rules as syntax trees, translated from the YAML, and random cases."""

from __future__ import annotations

import ast
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from engine import Case, Version, load_pack
from engine.link.program import Program

TABLE = "outcome"
MOMENT = datetime(2025, 6, 10, tzinfo=UTC)
NOT_READ = ("case.zone", "case.filed_at")


@cache
def version() -> Version:
    found = load_pack(Path(__file__).parent / "pack").version("1.0.0")
    found.compile(explanations=True)
    return found


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule with its condition in plain Python: names as `group_key`, words as texts, derived facts put in place."""

    name: str
    condition: ast.expr
    says: tuple[str, str, str]
    clauses: tuple[str, ...]


def rules_of(version: Version) -> list[Rule]:
    """The rules of the ladder in their order, from the checked policy."""
    policy = version.policy
    program = version.programs[next(iter(policy.rows))]
    to_plain = _Plain(program, set(policy.facts))
    return [
        Rule(
            rule.id,
            to_plain.condition(rule.when.text) if rule.when is not None else ast.Constant(True),
            tuple(_word(rule.says[field].text) for field in ("winner", "payer", "remedy")),  # type: ignore[arg-type]
            rule.basis.clauses,
        )
        for rule in program.tables[TABLE].rules
    ]


def _word(text: str) -> str:
    return text.strip()


class _Plain(ast.NodeTransformer):
    """Expressions of the policy as plain Python."""

    def __init__(self, program: Program, facts: set[str]) -> None:
        self.facts = facts
        self.derived = {
            name: meaning.expression.text for name, meaning in program.names.items() if hasattr(meaning, "expression")
        }

    def condition(self, text: str) -> ast.expr:
        found = self.visit(ast.parse(" ".join(text.split()), mode="eval").body)
        assert isinstance(found, ast.expr)
        return found

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        name = ast.unparse(node)
        assert name in self.facts, name
        return ast.Name(name.replace(".", "_"), ast.Load())

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if node.id in self.derived:
            return self.condition(self.derived[node.id])
        return node if node.id == "scenario" else ast.Constant(node.id)


@cache
def rules() -> list[Rule]:
    return rules_of(version())


Facts = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Sample:
    """A random case in the forms that contestants take."""

    scenario: str
    facts: Facts  # by dotted name
    flat: Facts  # by name with `_`, the scenario among them
    case: Case


@cache
def samples(count: int) -> list[Sample]:
    """Random cases, the same on every run; what closes the first rungs is rare, so that all rules are reached."""
    rng = random.Random("ladder")
    return [sample(rng, version()) for _ in range(count)]


RARELY: Mapping[str, Callable[[random.Random], object]] = {
    "request.on_platform": lambda rng: rng.random() < 0.98,
    "request.by_buyer": lambda rng: rng.random() < 0.98,
    "request.withdrawn": lambda rng: rng.random() < 0.02,
    "request.earlier": lambda rng: rng.choice((0, 0, 0, 0, 1, 1, 2)),
    "request.with_seller": lambda rng: rng.choice(("nothing", "unresolved", "unresolved", "unresolved", "in_process")),
    "request.hours_since_delivery": lambda rng: rng.randrange(800),
    "request.hours_since_update": lambda rng: rng.randrange(800),
    "request.amount": lambda rng: rng.choice((5, 15, 30, 45, 80, 200, 600)),
    "order.hours_late": lambda rng: rng.randrange(-48, 400),
    "product.hazardous": lambda rng: rng.random() < 0.05,
    "product.recalled": lambda rng: rng.random() < 0.05,
    "seller.known_for_it": lambda rng: rng.random() < 0.2,
}


def sample(rng: random.Random, version: Version) -> Sample:
    scenario = rng.choice(list(version.policy.rows))
    facts: Facts = {}
    for name, fact in version.policy.facts.items():
        if name in RARELY:
            facts[name] = RARELY[name](rng)
        elif name not in NOT_READ:
            facts[name] = rng.choice(list(fact.values)) if fact.kind == "enum" else rng.random() < 0.5
    grouped: dict[str, Facts] = {}
    for name, value in facts.items():
        group, _, key = name.partition(".")
        grouped.setdefault(group, {})[key] = value
    case = version.read_case({"scenario": scenario, "facts": grouped})
    flat = {name.replace(".", "_"): value for name, value in facts.items()} | {"scenario": scenario}
    return Sample(scenario, facts, flat, case)
