"""What a value means in one row: conditions with what the row itself settles taken out."""

from __future__ import annotations

import ast

from engine.analysis.canonical import canonical
from engine.analysis.reach import Reach
from engine.expr.check import Expression
from engine.link.program import Program, Rule, Span
from engine.link.settled import settled_tree


def residual(value: object, reach: Reach) -> object:
    """A value as it can be compared within a row: two that are equal there make no difference to any of its cases."""
    match value:
        case Expression(type=kind) if kind.kind == "bool":
            return ast.unparse(ast.fix_missing_locations(_folded(value.tree, reach.program)))
        case Span():
            return (residual(value.when, reach), canonical(value)[1:])  # type: ignore[index]
        case Rule():
            return (residual(value.when, reach), residual(dict(value.says), reach), value.basis, value.if_unknown)
        case dict():
            return tuple(sorted((key, residual(inner, reach)) for key, inner in value.items()))
        case tuple():
            there = [one for one in value if not (isinstance(one, Span | Rule) and reach.settled(one.when) is False)]
            return tuple(residual(one, reach) for one in there)
        case _:
            return canonical(value)


def _folded(tree: ast.expr, program: Program) -> ast.expr:
    """The tree without the parts that are true or false in every case of the row."""
    settled = settled_tree(program, tree)
    if settled is not None:
        return ast.Constant(settled)
    match tree:
        case ast.BoolOp(op, parts):
            left: list[ast.expr] = []
            for part in parts:
                match _folded(part, program):
                    case ast.Constant(bool()):
                        pass
                    case ast.BoolOp(inner, several) if type(inner) is type(op):
                        left += several
                    case one:
                        left.append(one)
            return left[0] if len(left) == 1 else ast.BoolOp(op, left)
        case ast.UnaryOp(op, operand):
            return ast.UnaryOp(op, _folded(operand, program))
        case _:
            return tree
