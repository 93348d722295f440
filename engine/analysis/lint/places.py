"""Where declarations stand, and warnings about them."""

from __future__ import annotations

from collections.abc import Sequence

from engine.diagnostics import Diagnostic
from engine.document.nodes import Node, key_place_of
from engine.document.read import items, key_place, under
from engine.expr.check import Expression
from engine.link.program import Program, Rule
from engine.policy.model import Policy
from engine.source import Place


def block(policy: Policy, part: str) -> Node | None:
    """A block of the document, as written."""
    return under(policy.document, part)


def declared_at(policy: Policy, part: str, name: str) -> Place:
    """The key under which something is declared."""
    return key_place_of(policy.document, (part, name))


def value_at(policy: Policy, field: str, value: str) -> Place:
    """Where a value of a field of the decision is declared."""
    listed = "list_of" if under(under(block(policy, "decision"), field), "list_of") is not None else "one_of"
    return key_place_of(policy.document, ("decision", field, listed, value))


def key_of_rule(program: Program, rule: Rule, key: str) -> Place:
    """Where a key of a rule stands: in the row or the table, or in the general rule that the rule uses."""
    policy = program.policy
    own = under(policy.rows[program.scenario].entries, rule.table)
    for item in items(own if own is not None else policy.tables[rule.table].rules):
        if item.place == rule.place:
            general = policy.general_rules.get(rule.general or "")
            return key_place(item, key) or key_place(general, key) or rule.place
    return rule.place


def part_at(expression: Expression, text: str) -> Place:
    """Where a part of an expression stands, if it stands there once and on one line; else the whole expression."""
    whole = expression.place
    for number in range(whole.line, whole.end_line + 1):
        line = whole.source.line(number)
        start = whole.column - 1 if number == whole.line else 0
        end = whole.end_column - 1 if number == whole.end_line else len(line)
        at = line.find(text, start, end)
        if at >= 0:
            return Place(whole.source, number, at + 1, number, at + 1 + len(text))
    return whole


def warning(
    code: str, message: str, place: Place, *, help: str | None = None, related: Sequence[tuple[str, Place]] = ()
) -> Diagnostic:
    return Diagnostic(code, message, place, help, "warning", tuple(related))
