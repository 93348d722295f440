"""Conditions that may be open without harm, in Python: a rule that is left out while its condition is open.

Most conditions are not such: where one is open, the reference meaning decides the case. But a remark that hangs on
something unknown is left out, and many cases have one. It is said only where its condition holds whatever the unknown
may be, so each part that is not known counts against it: as false, or as true where the opposite is asked.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from engine.backends.compiled import parties
from engine.backends.compiled.expressions import logic, negated
from engine.backends.compiled.row import Row
from engine.backends.compiled.writing import python
from engine.link.program import Constant, FactName, Formula, PartyPart, Proof, Rule, Table
from engine.policy.words import ANY, LEFT_OUT


def condition(row: Row, table: Table, rule: Rule) -> ast.expr:
    """The condition of a rule in Python: false where it is open, if the rule is left out then."""
    if rule.when is None or not _may_be_left_open(row, table, rule):
        return row.condition(rule.when)
    return _surely(row, rule.when.tree, True)


def _surely(row: Row, tree: ast.AST, wanted: bool) -> ast.expr:
    """A condition in which what is not known counts as the opposite of `wanted`."""
    match tree:
        case ast.BoolOp(operator, parts):
            return logic(operator, [_surely(row, part, wanted) for part in parts])
        case ast.UnaryOp(_, operand):
            return negated(_surely(row, operand, not wanted))
        case ast.Name(name):
            match row.program.names[name]:
                case Formula(expression) if not isinstance(row.name(name), ast.IfExp):  # it has no variable
                    return _surely(row, expression.tree, wanted)
                case Proof(proposition):
                    unsure = "" if wanted else f" or {proposition!r} in unsure"
                    return python(f"({proposition!r} in proven{unsure})")
                case PartyPart(record, "not_authentic"):
                    in_time, found = parties.came(row, record, "in_time"), "is True" if wanted else "is not False"
                    return python(f"({in_time} != () and not_authentic({in_time}) {found})")
                case _:
                    pass
    value = row.expressions.python(tree)
    if isinstance(value, ast.Constant) or not _asks_facts_alone(row, tree):
        return value
    known = list(_known(row, value))
    if wanted:
        return logic(ast.And(), [*known, value])
    return logic(ast.Or(), [*map(negated, known), value])


def _may_be_left_open(row: Row, table: Table, rule: Rule) -> bool:
    """Whether a rule says nothing while its condition is open, and nothing else hangs on that."""
    if rule.not_owed_by:
        return False
    if rule.if_unknown == "leave_out":
        return table.hit == "all" or not rule.hangs_on_proof
    if table.hit != "all" or rule.if_unknown != "open" or _is_read(row, table):
        return False
    fields = [row.program.policy.fields[name] for name in rule.says]
    return all(field.if_unknown == LEFT_OUT and not field.must_be_known for field in fields)


def _is_read(row: Row, table: Table) -> bool:
    return any(f"{table.name}.{part}" in row.named for part in (ANY, *table.fields))


def _asks_facts_alone(row: Row, tree: ast.AST) -> bool:
    """Whether a part is surely open when a fact that it names is not known."""
    match tree:
        case ast.Constant():
            return True
        case ast.Name(name):
            return isinstance(row.program.names[name], FactName | Constant)
        case ast.Compare(left, _, [right]):
            return _asks_facts_alone(row, left) and _asks_facts_alone(row, right)
        case ast.Call(ast.Name(function), arguments):
            return function in ("happened", "given") and all(_asks_facts_alone(row, one) for one in arguments)
        case _:
            return False


def _known(row: Row, value: ast.expr) -> Iterator[ast.expr]:
    """What asks whether the facts of a part are known."""
    for node in ast.walk(value):
        match node:
            case ast.Subscript(ast.Name("facts"), ast.Constant(fact)):
                yield python(f"{fact!r} in facts")
            case ast.Name(name) if name in row.module.events:
                yield python(f"{name} is not UNKNOWN")
