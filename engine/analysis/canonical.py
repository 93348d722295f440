"""When two values say the same: spacing, brackets that change nothing and the order of a list do not count."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from functools import lru_cache

from engine.document.nodes import Mapping as MappingNode
from engine.document.nodes import Node, Scalar, Sequence, plain
from engine.expr.check import Expression
from engine.link.program import Rule, Span


def same(before: object, after: object) -> bool:
    """Whether two values of a part say the same."""
    return canonical(before) == canonical(after)


def canonical(value: object) -> object:
    """A value as it can be compared. Expressions are compared as they are written: what a name in them stands for is
    another part, and a change of that is told there."""
    match value:
        case Expression(tree=ast.Constant(value=tuple() as words)):
            return ("words", tuple(sorted(map(str, words))))
        case Expression(text=text, tree=tree):
            return ("constant" if isinstance(tree, ast.Constant) else "formula", formula(text))
        case Span():
            return (canonical(value.when), value.amount, canonical(value.until), canonical(value.after))
        case Rule():
            return (canonical(value.when), canonical(dict(value.says)), value.basis, value.if_unknown)
        case tuple() | list():
            return tuple(map(canonical, value))
        case Scalar() | Sequence() | MappingNode():
            return written(value)
        case Mapping():
            return tuple(sorted((key, canonical(inner)) for key, inner in value.items()))
        case _:
            return value


def written(node: Node | None) -> object:
    """What a document says at a place; texts that are formulas of their own spacing count as the same."""
    value = None if node is None else plain(node)
    return formula(value) if isinstance(value, str) else value


@lru_cache(maxsize=4096)
def formula(text: str) -> str:
    """A formula in one way of writing it; what is none, with single spaces."""
    flat = " ".join(text.removeprefix("=").split())
    try:
        return ast.unparse(ast.parse(flat, mode="eval"))
    except (SyntaxError, ValueError, RecursionError):
        return flat
