"""The terms of a condition: what it asks, one by one, below its `and`, `or` and `not`."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from engine.expr.scope import Expression
from engine.source import Place


@dataclass(frozen=True, slots=True)
class Term:
    """A part of a condition that is true or false by itself: as it is written, and in what. `at` are its first
    character there and the one behind its last, None for the whole of it."""

    tree: ast.expr
    text: str
    inside: Expression
    at: tuple[int, int] | None = None

    @property
    def place(self) -> Place:
        """Where it is written."""
        if self.at is None or self.inside.span is None:
            return self.inside.place
        return self.inside.span(*self.at)


def terms(condition: Expression | None) -> Iterator[Term]:
    """The terms of a condition in the order in which they are read; none for what is no condition, or a constant."""
    if condition is None or condition.type.kind != "bool":
        return
    for part in condition.parts:
        yield from terms(part)
    if not condition.parts:
        yield from (written(condition, leaf) for leaf in _leaves(condition.tree))


def written(expression: Expression, node: ast.expr) -> Term:
    """A part of an expression that was written in one piece, as it is written, on one line."""
    start, end = getattr(node, "col_offset", None), getattr(node, "end_col_offset", None)
    if expression.span is None or start is None or end is None:
        return Term(node, " ".join(expression.text.split()), expression)
    return Term(node, " ".join(expression.text[start:end].split()), expression, (start, end))


def _leaves(tree: ast.expr) -> Iterator[ast.expr]:
    match tree:
        case ast.BoolOp():
            for value in tree.values:
                yield from _leaves(value)
        case ast.UnaryOp():
            yield from _leaves(tree.operand)
        case ast.Constant():
            return
        case _:
            yield tree
