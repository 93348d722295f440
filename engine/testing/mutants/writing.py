"""A formula as policy staff write it: brackets only where they are needed."""

from __future__ import annotations

import ast
from typing import Final

from engine.expr.parse import dotted_name

SIGNS: Final[dict[type[ast.cmpop], str]] = {
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=",
    ast.In: "in", ast.NotIn: "not in",
}  # fmt: skip
LEVELS: Final[dict[type[ast.AST], int]] = {ast.Or: 1, ast.And: 2, ast.UnaryOp: 3, ast.Compare: 4}


def written(node: ast.expr) -> str:
    """The text of a formula, or of a part of one."""
    match node:
        case ast.BoolOp():
            return (" and " if isinstance(node.op, ast.And) else " or ").join(_in(node, term) for term in node.values)
        case ast.UnaryOp():
            return f"not {_in(node, node.operand)}"
        case ast.Compare():
            return f"{_in(node, node.left)} {SIGNS[type(node.ops[0])]} {_in(node, node.comparators[0])}"
        case ast.Call():
            return f"{written(node.func)}({', '.join(map(written, node.args))})"
        case ast.List():
            return f"[{', '.join(map(written, node.elts))}]"
        case _:
            return dotted_name(node) or ast.unparse(node)


def _in(outer: ast.expr, inner: ast.expr) -> str:
    text = written(inner)
    return f"({text})" if _level(inner) < _level(outer) else text


def _level(node: ast.expr) -> int:
    return LEVELS.get(type(node.op if isinstance(node, ast.BoolOp) else node), 5)
