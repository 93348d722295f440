"""What a condition is in every case of a row, because the row itself settles it."""

from __future__ import annotations

import ast
from typing import Final

from engine.expr.check import Expression
from engine.link.program import Constant, Formula, Program

EQUAL: Final = {ast.Eq: True, ast.NotEq: False}
INSIDE: Final = {ast.In: True, ast.NotIn: False}


def settled(program: Program, condition: Expression | None) -> bool | None:
    """What a condition is in every case of the row; None when that hangs on the case."""
    return True if condition is None else settled_tree(program, condition.tree)


def settled_tree(program: Program, tree: ast.AST) -> bool | None:
    """The same of a checked tree."""
    match tree:
        case ast.BoolOp(operator, parts):
            absorbing = isinstance(operator, ast.Or)
            values = [settled_tree(program, part) for part in parts]
            if absorbing in values:
                return absorbing
            return None if None in values else not absorbing
        case ast.UnaryOp(_, operand):
            inner = settled_tree(program, operand)
            return None if inner is None else not inner
        case ast.Compare(ast.Name(name), [operator], [ast.Constant(value)]):
            return _compared(program, name, operator, value)
        case ast.Name(name):
            match program.names.get(name):
                case Constant(bool() as value):
                    return value
                case Formula(expression):
                    return settled_tree(program, expression.tree)
    return None


def _compared(program: Program, name: str, operator: ast.cmpop, value: object) -> bool | None:
    meaning = program.names.get(name)
    if not isinstance(meaning, Constant):
        return None
    if type(operator) in EQUAL:
        return (meaning.value == value) is EQUAL[type(operator)]
    if type(operator) in INSIDE and isinstance(value, tuple):
        return (meaning.value in value) is INSIDE[type(operator)]
    return None
