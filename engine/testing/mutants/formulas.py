"""Formulas with one part changed: a comparison flipped, a term negated or dropped, a value or a party exchanged."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from engine.expr.parse import dotted_name
from engine.testing.mutants.words import Words, others
from engine.testing.mutants.writing import written as text

FLIPPED: Final[dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]]] = {
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
OPPOSITE: Final[dict[type[ast.cmpop], type[ast.cmpop]]] = {op: flips[-1] for op, flips in FLIPPED.items()}
_Rebuilt = Callable[[ast.expr], ast.expr]
SWITCHED: Final = {"latest": "earliest", "earliest": "latest"}


@dataclass(frozen=True, slots=True)
class Change:
    """A formula after a change, the change in words, and what a case must be like so that it matters."""

    formula: str
    said: str
    needs: str


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of a formula after a change inside it. `was` and `now` differ; `now` is empty where one is dropped.

    `inside` is where they stand, when they do not say it themselves; `needs` as in a Change.
    """

    node: ast.expr
    was: str
    now: str
    needs: str
    inside: str = ""

    @property
    def said(self) -> str:
        where = f" in `{self.inside}`" if self.inside else ""
        return f"`{self.was}` becomes `{self.now}`{where}" if self.now else f"`{self.was}` is dropped"


def changes(formula: str, words: Words) -> Iterator[Change]:
    """Every change to a formula, each result once. `formula` is one that the checks have passed."""
    tree = ast.parse(formula.replace("\n", " ").strip(), mode="eval").body
    seen = {text(tree)}
    for part in _Formulas(words).parts(tree):
        formula = text(part.node)
        if formula not in seen:
            seen.add(formula)
            yield Change(formula, part.said, part.needs)


class _Formulas:
    def __init__(self, words: Words) -> None:
        self.words = words

    def parts(self, node: ast.expr, negated: bool = False) -> Iterator[_Part]:
        """The node after each change to it or inside it. `negated`: a `not` stands before it, so it gets no second."""
        match node:
            case ast.BoolOp():
                yield from self.logic(node)
            case ast.UnaryOp():
                yield _Part(node.operand, text(node), text(node.operand), f"`{text(node.operand)}` decides")
                yield from _inside(self.parts(node.operand, True), lambda inner: ast.UnaryOp(node.op, inner))
            case ast.Compare():
                yield from self.comparison(node)
            case ast.Call():
                yield from self.call(node, negated)
            case ast.Name() | ast.Attribute():
                yield from self.name(node, negated)

    def logic(self, node: ast.BoolOp) -> Iterator[_Part]:
        both = isinstance(node.op, ast.And)
        terms = node.values
        exchanged = ast.BoolOp(ast.Or() if both else ast.And(), terms)
        words = ("and", "or") if both else ("or", "and")
        yield _Part(exchanged, *words, "one of the terms holds and another does not", text(node))
        for number, term in enumerate(terms):
            rest = [*terms[:number], *terms[number + 1 :]]
            whole = rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest)
            wanted = f"`{text(term)}` does not hold and the rest of it does" if both else f"only `{text(term)}` holds"
            yield _Part(whole, text(term), "", wanted)
            yield from _inside(self.parts(term), lambda inner, n=number: _with(node, n, inner))  # type: ignore[misc]

    def comparison(self, node: ast.Compare) -> Iterator[_Part]:
        left, op, right = node.left, node.ops[0], node.comparators[0]
        count = right.value if isinstance(right, ast.Constant) and type(right.value) is int else None
        for flipped in FLIPPED[type(op)]:
            if count is not None and flipped is not OPPOSITE[type(op)]:
                continue  # the numbers beside it say the same
            edge = flipped is not OPPOSITE[type(op)]
            needs = f"`{text(left)}` and `{text(right)}` are exactly equal" if edge else f"`{text(node)}` decides"
            new = ast.Compare(left, [flipped()], [right])
            yield _Part(new, text(node), text(new), needs)
        if count is not None:
            for number in (count - 1, count + 1):
                if number >= 0:
                    telling = max(count, number) if isinstance(op, ast.Gt | ast.LtE) else min(count, number)
                    yield self._compared(node, left, ast.Constant(number), f"`{text(left)}` is {telling}")
        if isinstance(right, ast.List) and len(right.elts) > 1:
            for number, item in enumerate(right.elts):
                shorter = ast.List([*right.elts[:number], *right.elts[number + 1 :]])
                yield self._compared(node, left, shorter, f"`{text(left)}` is `{text(item)}`")
        yield from self.sides(node, left, right, lambda new: ast.Compare(new, [op], [right]))
        yield from self.sides(node, right, left, lambda new: ast.Compare(left, [op], [new]))

    def sides(self, node: ast.Compare, one: ast.expr, other: ast.expr, rebuilt: _Rebuilt) -> Iterator[_Part]:
        """The changes to one side of a comparison."""
        for value in self.words.instead(one, other):
            new = rebuilt(ast.Name(value))
            yield _Part(new, text(node), text(new), f"`{text(other)}` is `{text(one)}` or `{value}`")
        if not isinstance(one, ast.Name | ast.Attribute) or self.words.party_of(dotted_name(one) or ""):
            yield from _inside(self.parts(one, True), rebuilt)

    def _compared(self, node: ast.Compare, left: ast.expr, right: ast.expr, needs: str) -> _Part:
        new = ast.Compare(left, node.ops, [right])
        return _Part(new, text(node), text(new), needs)

    def call(self, node: ast.Call, negated: bool) -> Iterator[_Part]:
        function = node.func.id if isinstance(node.func, ast.Name) else ""
        if function in SWITCHED:
            new = _called(SWITCHED[function], node.args)
            yield _Part(new, text(node), text(new), "the instants differ")
            for number, argument in enumerate(node.args):
                rest = [*node.args[:number], *node.args[number + 1 :]]
                shorter = rest[0] if len(rest) == 1 else _called(function, rest)
                yield _Part(shorter, text(argument), "", f"`{text(argument)}` is the {function}")
            return
        if not negated:
            yield _Part(
                ast.UnaryOp(ast.Not(), node), text(node), text(ast.UnaryOp(ast.Not(), node)), f"`{text(node)}` decides"
            )
        if function == "contains":
            for value in self.words.instead(node.args[1], node.args[0]):
                new = _called(function, [node.args[0], ast.Name(value)])
                yield _Part(new, text(node), text(new), f"`{text(node.args[0])}` holds only one of the two")
        elif function == "proven":
            own = dotted_name(node.args[0]) or ""
            for value in others(own, list(self.words.propositions), most=1):
                new = _called(function, [ast.Name(value)])
                yield _Part(new, text(node), text(new), f"`{own}` is proven and `{value}` is not")

    def name(self, node: ast.expr, negated: bool) -> Iterator[_Part]:
        own = text(node)
        if not negated and self.words.is_condition(own):
            yield _Part(ast.UnaryOp(ast.Not(), node), own, f"not {own}", f"`{own}` decides")
        for other in self.words.same_of_others(own):
            yield _Part(ast.Name(other), own, other, f"`{own}` and `{other}` differ")


def _called(function: str, arguments: Sequence[ast.expr]) -> ast.Call:
    return ast.Call(ast.Name(function), list(arguments), [])


def _with(node: ast.BoolOp, number: int, term: ast.expr) -> ast.BoolOp:
    return ast.BoolOp(node.op, [*node.values[:number], term, *node.values[number + 1 :]])


def _inside(parts: Iterator[_Part], rebuilt: _Rebuilt) -> Iterator[_Part]:
    return (replace(part, node=rebuilt(part.node)) for part in parts)
