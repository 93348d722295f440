"""The terms of a condition: what it asks, one by one, below its `and`, `or` and `not`."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from engine.expr.scope import Expression
from engine.expr.unknown import Unknown
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


def deciding(tree: ast.expr, value: Callable[[ast.expr], object]) -> Iterator[ast.expr]:
    """The parts, below `and`, `or` and `not`, that make a condition what it came to: the first that settles it; of an
    open one those that are open; else all. `value` says what a part came to."""
    match tree:
        case ast.BoolOp(operator, parts):
            found, settles = value(tree), isinstance(operator, ast.Or)
            if found is settles:
                parts = [next(part for part in parts if value(part) is settles)]
            elif isinstance(found, Unknown):
                parts = [part for part in parts if isinstance(value(part), Unknown)]
            for part in parts:
                yield from deciding(part, value)
        case ast.UnaryOp(_, operand):
            yield from deciding(operand, value)
        case _:
            yield tree


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


def names_in(tree: ast.expr) -> Iterator[str]:
    """The names that a term reads, in order, without those of functions."""
    match tree:
        case ast.Name(name):
            yield name
        case ast.Compare(left, _, [right]):
            yield from names_in(left)
            yield from names_in(right)
        case ast.Call(_, arguments):
            for argument in arguments:
                yield from names_in(argument)
        case ast.BoolOp(_, parts):
            for part in parts:
                yield from names_in(part)
        case ast.UnaryOp(_, operand):
            yield from names_in(operand)
