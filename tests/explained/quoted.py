"""Every rule that is quoted held, and the terms that are named are enough to make a rule what it is said to be."""

from __future__ import annotations

import ast
import random
from collections.abc import Mapping
from typing import Any

from engine import Decision, Version
from engine.backends.interpreter import Interpreter
from engine.case.model import Case
from engine.explanation.model import Missing, PartTrace, RowTrace, Seen
from engine.expr.check import Expression
from engine.expr.terms import terms
from engine.link.program import Choice, Program
from tests.strategies import Dispute


def check(version: Version, found: Dispute, chance: random.Random) -> int:
    """How many rules were looked at. Raises AssertionError."""
    case = version.read_case(found.document)
    decision = version.decide(case, found.as_of)
    rows = decision.explain().rows
    for row in rows:
        holds_together(version, row, decision if len(rows) == 1 else None)
    if case.scenario is not None:
        _held(version, case, decision)
    return sum(1 for row in rows for _ in row.rules())


def _held(version: Version, case: Case, decision: Decision) -> None:
    """The condition of each rule that is quoted, asked of nothing but the case."""
    program = version.programs[decision.scenario]
    conditions = _conditions(program)
    for reason in decision.reasons:
        if reason.state == "held":
            when = conditions[f"{reason.table}/{reason.rule}"]
            assert when is None or Interpreter(program, case, decision.as_of).evaluate(when) is True, reason


def holds_together(version: Version, row: RowTrace, decision: Decision | None) -> None:
    """Whether a row's explanation bears out the decision, and its own terms. Raises AssertionError."""
    program = version.programs[row.scenario]
    by_part = {rule.part: rule for rule in row.rules()}
    conditions = _conditions(program)
    for rule in by_part.values():
        _enough(rule, conditions[rule.part], by_part, conditions)
    if decision is None:
        return
    for reason in decision.reasons:
        part = f"{reason.table}/{reason.rule}"
        if reason.state == "held":
            told = by_part[part]
            assert (told.tells or (told.state == "open" and told.by)) and told.clauses == reason.clauses
        elif reason.state == "failed":
            assert by_part[part].state == "failed", reason
        elif reason.state == "open" and reason.table:
            told = by_part[part]  # one that holds is open, too, while one before it is
            assert told.state in ("open", "set_aside") or (told.state == "held" and told.by), reason
    windows = {window.name: window for window in row.windows}
    for deadline in decision.deadlines:
        window = windows[deadline.window]
        assert (window.ends, window.deadline, window.party) == (deadline.at, deadline.name, deadline.party)
        assert window.ended is deadline.passed and (window.met is True or deadline.state != "met")


def _conditions(program: Program) -> dict[str, Expression | None]:
    tables = [*program.tables.values(), *(m.table for m in program.names.values() if isinstance(m, Choice))]
    return {f"{table.name}/{rule.id}": rule.when for table in tables for rule in table.rules}


def _enough(
    rule: PartTrace,
    when: Expression | None,
    by_part: Mapping[str, PartTrace],
    conditions: Mapping[str, Expression | None],
) -> None:
    """With nothing known but the terms that are named, the condition comes to what is said."""
    match rule.state:
        case "failed":
            assert _came_to(when, rule.why) is False, rule
        case "decides" | "held":
            assert _came_to(when, rule.why) is True, rule
        case "unreached":
            before = by_part[rule.by]
            assert before.tells or before.state == "open"
            in_doubt = before.state == "open" and not before.by  # with `by` it holds, and another one is in doubt
            assert _came_to(conditions[rule.by], rule.why or before.why) is (None if in_doubt else True)
            assert not (rule.why and before.state == "decides")
        case _:
            assert _came_to(conditions[rule.by] if rule.by else when, rule.why) is None
            assert rule.waits_for is not None and (rule.waits_for.facts or rule.waits_for.findings)


def _came_to(when: Expression | None, why: tuple[Seen, ...]) -> bool | None:
    """What a condition is when only some of its terms are known; None: that cannot be said."""
    if when is None:
        return True
    known = {seen.text: seen.value for seen in why if not isinstance(seen.value, Missing)}
    leaf = {term.tree: known.get(term.text) for term in terms(when)}

    def value(tree: ast.expr) -> Any:
        match tree:
            case ast.BoolOp(operator, parts):
                values, settles = [value(part) for part in parts], isinstance(operator, ast.Or)
                return settles if settles in values else None if None in values else not settles
            case ast.UnaryOp(_, operand):
                inner = value(operand)
                return None if inner is None else not inner
            case ast.Constant(constant):
                return constant
        return leaf[tree]

    found: bool | None = value(when.tree)
    return found
