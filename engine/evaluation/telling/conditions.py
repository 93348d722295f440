"""Checked expressions in generated tellings: what they come to, and what is told of that."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Final

from engine.backends.compiled.expressions import Expressions
from engine.backends.compiled.writing import Module, python, tuple_of
from engine.evaluation.telling.parts import in_place
from engine.expr.check import Expression
from engine.expr.terms import Term, names_in, terms, written
from engine.link.names import shown
from engine.link.program import Constant, FactName, Program

NOTHING: Final = "()"


class Conditions(Expressions):
    """Writes the expressions of a row as Python that reads just what the reference meaning reads, in its order."""

    def __init__(self, program: Program, module: Module) -> None:
        super().__init__(program, module, self._read, lambda: python("V['the zone']"))
        self._terms: dict[int, Mapping[ast.expr, Term]] = {}

    # -------------------------------------------------------------------------------------------- what they come to

    def value(self, expression: Expression) -> str:
        """What gives the value of an expression."""
        return self._value(expression.tree)

    def truth(self, condition: Expression | None) -> str:
        """What gives the truth of a condition; one that is not there always holds."""
        return "True" if condition is None else self._value(condition.tree)

    def literal(self, value: object) -> str:
        """A value that is the same in every case."""
        if value is None or isinstance(value, bool | int | str):
            return repr(value)
        if isinstance(value, tuple):
            return tuple_of(map(self.literal, value))
        return self._module.constant(type(value).__name__, value)

    def read(self, name: str) -> str:
        """What reads a name."""
        return ast.unparse(self._read(name))

    def _read(self, name: str) -> ast.expr:
        meaning = self._program.names[name]
        if isinstance(meaning, Constant):
            return self._constant(meaning.value)
        return python(in_place(self._program, meaning) or f"V[{name!r}]")

    def _value(self, tree: ast.expr) -> str:
        return ast.unparse(self.python(tree))

    def _logic(self, operator: ast.boolop, parts: list[ast.expr]) -> ast.expr:
        # All parts stay, also those that the row settles: they are read, and told.
        return ast.BoolOp(operator, [self.python(part) for part in parts])

    def _called(self, function: str, values: list[ast.expr]) -> ast.expr:
        if function == "day":  # which asks for no zone where there is no instant
            return ast.Call(ast.Name("day_of"), [ast.Name("V"), *values], [])
        return super()._called(function, values)

    # ------------------------------------------------------------------------------------------- what is told of them

    def why(self, condition: Expression | None, value: bool) -> str:
        """A tuple with the terms that made a condition true or false."""
        if condition is None:
            return NOTHING
        known = self._terms.get(id(condition))
        if known is None:
            known = self._terms[id(condition)] = {term.tree: term for term in terms(condition)}
        return _tuple(self._why(condition.tree, value, known))

    def told(self, expression: Expression) -> tuple[str, str]:
        """What reads an expression that is no condition, and what is told of it, as one term."""
        return self._value(expression.tree), self._term(written(expression, expression.tree), None)

    def _why(self, tree: ast.expr, value: bool, known: Mapping[ast.expr, Term]) -> list[str]:
        """What is told of a part, as it stands in a tuple display."""
        match tree:
            case ast.UnaryOp(_, operand):
                return self._why(operand, not value, known)
            case ast.BoolOp(operator, parts) if value is isinstance(operator, ast.Or):
                return self._first(parts, value, known)
            case ast.BoolOp(_, parts):
                return [told for part in parts for told in self._why(part, value, known)]
            case _:
                return [self._term(known[tree], value)] if tree in known else []

    def _first(self, parts: list[ast.expr], value: bool, known: Mapping[ast.expr, Term]) -> list[str]:
        """What is told of the first part that has this value; one of them has."""
        found: list[tuple[str, list[str]]] = []
        for part in parts:
            read = self._value(part)
            if read != str(not value):  # as the row settles it
                found.append((read, self._why(part, value, known)))
            if read == str(value):
                break
        if not found:  # the row settles that this is never told
            return []
        *others, (_, last) = found
        if not others:
            return last
        texts = [f"{_tuple(told)} if {'' if value else 'not '}({read}) else " for read, told in others]
        return [f"*({''.join(texts)}{_tuple(last)})"]

    def _term(self, term: Term, value: bool | None) -> str:
        tree, text = term.tree, term.text
        names = tuple(dict.fromkeys(names_in(tree)))
        if len(names) == 1 and isinstance(tree, ast.Name):
            found = self.of_name(names[0])
            return found if text == shown(names[0]) else f"{found}._replace(text={text!r})"
        says = repr(value) if value is not None else self._value(tree)
        below = tuple_of(map(self.of_name, names))
        return f"made(Seen, ({text!r}, {says}, 'term', None, '', {below}, None))"

    def of_name(self, name: str) -> str:
        """What is told of a name."""
        match self._program.names[name]:
            case FactName(fact):
                return f"S[{fact!r}]"
            case Constant(value):
                return f"made(Seen, ({shown(name)!r}, {self.literal(value)}, 'name', None, '', (), None))"
            case _:
                return f"T[{name!r}]"


def _tuple(items: list[str]) -> str:
    """A tuple display; what it would only copy is left as it is."""
    if len(items) == 1 and items[0].startswith("*"):
        return items[0][1:]
    return tuple_of(items)
