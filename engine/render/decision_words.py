"""Parts of a decision in words, as every page about a decision says them."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from engine.decision import Deadline, Decision
from engine.expr.scope import Expression
from engine.link.program import Choice, Formula, Program, Table
from engine.policy.model import Fact, Field, Policy
from engine.render.moments import relative
from engine.render.words import in_words


def values_said(decision: Decision, field: Field) -> list[str]:
    """What the decision says under a field, without what a field says when nothing is said."""
    value = decision.fields[field.written_as]
    values = (value,) if isinstance(value, str) else value
    return [word for word in values if word != field.otherwise or word in field.values]


def answer_to(fact: Fact, policy: Policy) -> str:
    """What an answer to the question of a fact looks like, and who can give it."""
    kind = "a finding" if fact.finding else "a fact"
    values = f": {' | '.join(fact.values)}" if fact.kind == "enum" else " (yes or no)" if fact.kind == "bool" else ""
    supplier = fact.supplied_by or ""
    title = policy.parties[supplier].title if supplier in policy.parties else supplier
    return f"{kind}{values}{f'; from: {title}' if title else ''}"


def state_of(deadline: Deadline, decision: Decision) -> str:
    """What became of a deadline, and how long ago or how long there is left."""
    match deadline.state:
        case "running":
            return f"running, {relative(deadline.at, decision.as_of)}"
        case "missed":
            return f"missed {relative(deadline.at, decision.as_of)}"
        case "ended":
            return relative(deadline.at, decision.as_of)
        case state:
            return state


def condition_of(condition: Expression, program: Program) -> str:
    """A condition in words; a name that stands alone gives way to what it means."""
    policy = program.policy
    while isinstance(condition.tree, ast.Name) and condition.tree.id in policy.define:
        meaning = program.names[condition.tree.id]
        if not isinstance(meaning, Formula):
            break
        condition = meaning.expression
    return in_words(condition, policy)


def tables_of(program: Program) -> Iterator[tuple[str, Table]]:
    """The tables of a program, and its choices."""
    yield from program.tables.items()
    for meaning in program.names.values():
        if isinstance(meaning, Choice):
            yield meaning.table.name, meaning.table
