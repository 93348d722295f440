"""Checked expressions as Python expressions, two-valued, with everything put in that the row itself settles."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from typing import Any, Final

from engine.backends.compiled.writing import Module
from engine.backends.compiled.writing import happened as written_happened
from engine.backends.interpreter import COMPARISONS
from engine.link.program import Choice, Constant, FactName, Formula, Meaning, Program, RecordPart, WindowPart

_NEGATED: Final[dict[type[ast.cmpop], type[ast.cmpop]]] = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
_NEVER: Final = ast.Constant(None)


class Expressions:
    """Turns the expressions of one row into Python. `name` gives what a name is read by, `zone` what gives the zone."""

    def __init__(
        self, program: Program, module: Module, name: Callable[[str], ast.expr], zone: Callable[[], ast.expr]
    ) -> None:
        self._program = program
        self._module = module
        self._name = name
        self._zone = zone

    def python(self, node: ast.AST) -> ast.expr:
        """A checked tree in Python; a constant where the row settles it. What it reads raises when it is not known."""
        match node:
            case ast.Constant(value):
                return self._constant(value)
            case ast.Name(name):
                return self._name(name)
            case ast.BoolOp(operator, parts):
                return self._logic(operator, parts)
            case ast.UnaryOp(_, operand):
                return negated(self.python(operand))
            case ast.Compare(left, [operator], [right]):
                return self._compared(operator, left, right)
            case ast.Call(ast.Name(function), arguments):
                return self._called(function, [self.python(argument) for argument in arguments])
            case _:
                raise TypeError(f"a checked tree has no {type(node).__name__}")

    def _constant(self, value: Any) -> ast.expr:
        if isinstance(value, date | Decimal):
            return ast.Name(self._module.constant(f"{type(value).__name__}_{value}", value))
        return ast.Constant(value)

    def _logic(self, operator: ast.boolop, parts: list[ast.expr]) -> ast.expr:
        return logic(operator, map(self.python, parts))

    def _compared(self, operator: ast.cmpop, left: ast.expr, right: ast.expr) -> ast.expr:
        a, b = self.python(left), self.python(right)
        if isinstance(a, ast.Constant) and isinstance(b, ast.Constant):
            return ast.Constant(COMPARISONS[type(operator)](a.value, b.value))
        ordered = isinstance(operator, ast.Lt | ast.LtE | ast.Gt | ast.GtE)
        if not ordered or not (self._may_be_never(left) or self._may_be_never(right)):
            return ast.Compare(a, [operator], [b])
        first, second = (a, b) if isinstance(operator, ast.Lt | ast.GtE) else (b, a)
        found = ast.Call(ast.Name("before"), [first, second], [])
        return found if isinstance(operator, ast.Lt | ast.Gt) else ast.UnaryOp(ast.Not(), found)

    def _called(self, function: str, values: list[ast.expr]) -> ast.expr:
        if function in ("happened", "given"):
            [value] = values
            if isinstance(value, ast.Constant):
                return ast.Constant(value.value is not None)
            if function == "happened" or (isinstance(value, ast.Name) and value.id in self._module.events):
                return written_happened(value)
            return ast.Compare(value, [ast.IsNot()], [_NEVER])
        if function == "day":
            return ast.Call(ast.Name("day_in"), [values[0], self._zone()], [])
        return ast.Call(ast.Name(function), values, [])

    def _may_be_never(self, node: ast.AST) -> bool:
        """Whether an ordered value may be null: an instant that never happened, or a fact that is absent."""
        match node:
            case ast.Constant(value):
                return value is None
            case ast.Name(name):
                return self._means_never(self._program.names[name])
            case _:
                return True

    def _means_never(self, meaning: Meaning) -> bool:
        match meaning:
            case FactName(name):
                fact = self._program.policy.facts[name]
                return fact.nullable or fact.kind in ("instant", "event")
            case Formula(expression):
                return self._may_be_never(expression.tree)
            case Constant(value):
                return value is None
            case Choice() | RecordPart() | WindowPart():
                return True
            case _:
                return True


def logic(operator: ast.boolop, parts: Iterable[ast.expr]) -> ast.expr:
    """Parts joined; constants are gone."""
    settles = isinstance(operator, ast.Or)
    found: list[ast.expr] = []
    for part in parts:
        if isinstance(part, ast.Constant):
            if part.value is settles:
                return part
        elif isinstance(part, ast.BoolOp) and type(part.op) is type(operator):
            found += part.values
        else:
            found.append(part)
    if not found:
        return ast.Constant(not settles)
    return found[0] if len(found) == 1 else ast.BoolOp(operator, found)


def negated(value: ast.expr) -> ast.expr:
    """The opposite of a truth value."""
    match value:
        case ast.Constant(truth):
            return ast.Constant(not truth)
        case ast.UnaryOp(ast.Not(), ast.UnaryOp(ast.Not(), inner)) if not isinstance(inner, ast.UnaryOp):
            return ast.UnaryOp(ast.Not(), value)  # `happened` gives true or false: only the outer `not` goes again
        case ast.UnaryOp(ast.Not(), inner):
            return inner
        case ast.Compare(left, [operator], [right]) if type(operator) in _NEGATED:
            return ast.Compare(left, [_NEGATED[type(operator)]()], [right])
        case _:
            return ast.UnaryOp(ast.Not(), value)


def size(tree: ast.expr) -> int:
    """How much there is to an expression."""
    return sum(1 for node in ast.walk(tree) if isinstance(node, ast.Name | ast.Constant | ast.Call | ast.Not))


def truth(value: ast.expr) -> bool | None:
    """What a condition is whatever the case; None when it hangs on the case."""
    return bool(value.value) if isinstance(value, ast.Constant) else None
