"""A general rule by itself, before any row takes it."""

from __future__ import annotations

from dataclasses import dataclass

from engine.document.nodes import Mapping, Scalar
from engine.document.read import entries, items, numbers, text, texts, under
from engine.link.compile import Citable, Compiler
from engine.link.findings import Findings
from engine.link.program import Basis, Rule
from engine.link.rules import if_unknown
from engine.policy.model import Policy
from engine.policy.words import REQUIRED_IN, RULE_KEYS


@dataclass(frozen=True, slots=True)
class GeneralRule:
    """A general rule: what it says by itself, and which rows take it.

    `rule` has no table; its basis leaves out `own`, the clauses that are those of each row (`.x`). `required_in` is
    `all`, a group, or empty. `not_used` gives the reasons of the rows in which it takes no part.
    """

    rule: Rule
    own: tuple[str, ...]
    required_in: str
    not_used: dict[str, str]


def general_rules(policy: Policy) -> dict[str, GeneralRule]:
    """The general rules of a policy that has been linked without an error."""
    compiler = Compiler(policy, Citable(), Findings())
    return {name: _general(name, node, compiler) for name, node in policy.general_rules.items()}


def _general(name: str, node: Mapping, compiler: Compiler) -> GeneralRule:
    policy = compiler.policy
    keys = {key: value for key, value in entries(node) if key != REQUIRED_IN}
    values = {key: compiler.output(key, value) for key, value in keys.items() if key not in RULE_KEYS}
    cited = texts(keys.get("cites"))
    shown = keys.get("deadlines")
    rule = Rule(
        id=name,
        table="",
        when=compiler.condition(keys.get("when")),
        says={key: value for key, value in values.items() if value is not None},
        basis=Basis(tuple(c for c in cited if not c.startswith(".")), numbers(keys.get("readings"))),
        place=node.place,
        general=name,
        deadlines=None if shown is None else texts(shown),
        not_owed_by=texts(keys.get("no_longer_owed_by")),
        if_unknown=if_unknown(keys),
    )
    not_used = {row: why for row in policy.rows if (why := _not_used(name, row, policy))}
    return GeneralRule(rule, tuple(c for c in cited if c.startswith(".")), text(node, REQUIRED_IN), not_used)


def _not_used(name: str, row: str, policy: Policy) -> str:
    """Why a row does not take a general rule; empty when it says nothing of the kind."""
    for _, block in entries(policy.rows[row].entries):
        for rule in items(block):
            why = under(rule, "not_used")
            if isinstance(why, Scalar) and text(rule, "use") == name:
                return str(why.value)
    return ""
