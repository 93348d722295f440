"""Conditions that may be open without harm, in Python: true, false, or None while that is not known.

Most conditions need no such form: where one is open, the reference meaning decides the case. But a remark that hangs on
something unknown is left out, and many cases have one. So such a condition is asked again, part by part, when something
that it read is not known. What cannot be taken apart raises as before.
"""

from __future__ import annotations

import ast

from engine.backends.compiled import parties
from engine.backends.compiled.row import Row
from engine.backends.compiled.writing import Lines, at
from engine.expr.check import Expression
from engine.link.program import Constant, FactName, Formula, PartyPart, Proof, Rule, Table
from engine.policy.words import ANY, LEFT_OUT


def may_be_left_open(row: Row, table: Table, rule: Rule) -> bool:
    """Whether a rule says nothing while its condition is open, and nothing else hangs on that."""
    if rule.when is None or rule.not_owed_by:
        return False
    if rule.if_unknown == "leave_out":
        return table.hit == "all" or not rule.hangs_on_proof
    if table.hit != "all" or rule.if_unknown != "open" or _is_read(row, table):
        return False
    fields = [row.program.policy.fields[name] for name in rule.says]
    return all(field.if_unknown == LEFT_OUT and not field.must_be_known for field in fields)


def _is_read(row: Row, table: Table) -> bool:
    return any(f"{table.name}.{part}" in row.named for part in (ANY, *table.fields))


def again(row: Row, called: str, condition: Expression) -> str:
    """The function that asks a condition again, part by part. It gives None while that is open."""
    return row.once("again", f"{called}_again", lambda lines, own: _ask(row, condition.tree, lines, own))


def _ask(row: Row, tree: ast.AST, lines: Lines, own: str) -> None:
    match tree:
        case ast.BoolOp(operator, parts):
            settles = isinstance(operator, ast.Or)
            lines.add("unsure = False")
            for number, part in enumerate(parts, 1):
                _part(row, part, lines, f"{own}_{number}")
                with lines.inside(f"if part is {settles}:"):
                    lines.add(f"return {settles}")
                lines.add("unsure = unsure or part is None")
            lines.add(f"return None if unsure else {not settles}")
        case _:
            _part(row, tree, lines, own)
            lines.add("return part")


def _part(row: Row, tree: ast.AST, lines: Lines, own: str) -> None:
    """Sets `part` to what a part of a condition is."""
    match tree:
        case ast.UnaryOp(_, operand):
            _part(row, operand, lines, own)
            lines.add("part = None if part is None else not part")
        case ast.BoolOp():
            function = row.once("part again", own, lambda inside, name: _ask(row, tree, inside, name))
            lines.add(f"part = {function}(k, facts)")
        case ast.Name(name) if isinstance(meaning := row.program.names[name], Formula):
            lines.add(f"part = {_formula(row, name, meaning.expression)}(k, facts)")
        case ast.Name(name) if isinstance(meaning := row.program.names[name], Proof):
            lines.add(f"part = {parties.proof(row, meaning.proposition)}(k, facts)")
        case ast.Name(name) if isinstance(meaning := row.program.names[name], PartyPart):
            lines.expression("part = ", parties.party_part_or_none(row, meaning.record, meaning.part))
        case _ if _reads_facts_alone(row, tree):
            with lines.inside("try:"):
                lines.expression("part = ", row.expressions.python(tree))
            with lines.inside("except KeyError:"):
                lines.add("part = None")
        case _:
            lines.expression("part = ", row.expressions.python(tree))


def _formula(row: Row, name: str, expression: Expression) -> str:
    def write(lines: Lines, own: str) -> None:
        lines.comment(at(expression.place))
        _ask(row, expression.tree, lines, own)

    return row.once("again", f"{name}_again", write)


def _reads_facts_alone(row: Row, tree: ast.AST) -> bool:
    """Whether a part is surely open when it cannot be worked out: it asks facts, and whatever they are."""
    match tree:
        case ast.Constant():
            return True
        case ast.Name(name):
            return isinstance(row.program.names[name], FactName | Constant)
        case ast.Compare(left, _, [right]):
            return _reads_facts_alone(row, left) and _reads_facts_alone(row, right)
        case ast.Call(ast.Name(function), arguments):
            return function in ("happened", "given") and all(_reads_facts_alone(row, a) for a in arguments)
        case _:
            return False
