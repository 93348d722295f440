"""Every name declared, every comparison possible: a checked expression, its names resolved and its type known."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Final

from engine.clock import BadTime, parse_date
from engine.diagnostics import Report, did_you_mean, quoted
from engine.expr.parse import Text, dotted_name, parse
from engine.expr.types import (
    BOOL,
    DATE,
    DECIMAL,
    INSTANT,
    INTEGER,
    NUMBERS,
    ORDERED,
    TEXT,
    Type,
    comparable,
    joined,
    word,
)
from engine.source import Place

PROVEN: Final = "proven:"
UNSETTLED: Final = "unsettled:"
PRESENT: Final = ("given", "happened")  # the functions that test whether there is a value
FUNCTIONS: Final = {
    "proven": "proven(proposition)",
    "happened": "happened(event)",
    "given": "given(fact)",
    "contains": "contains(list, value)",
    "latest": "latest(instant, instant, ...)",
    "earliest": "earliest(instant, instant, ...)",
    "day": "day(instant)",
    "date": "date('2025-01-31')",
    "unsettled": "unsettled(table)",
}


@dataclass(frozen=True, slots=True)
class Scope:
    """What an expression may speak of.

    `type_of` gives the type of a declared name, None for another. `groups` are sets of words that stand after `in`.
    `tables` are the tables that `unsettled` may be asked about here.
    """

    type_of: Callable[[str], Type | None]
    names: Callable[[], set[str]]
    propositions: frozenset[str]
    groups: Mapping[str, frozenset[str]]
    grouped: str
    tables: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Expression:
    """A checked expression. `tree` holds only resolved names, constants, logic, comparisons and calls.

    `names` are the names it reads, in order; `place` is where it was written.
    """

    text: str
    place: Place
    tree: ast.expr = field(compare=False, repr=False)
    type: Type
    names: tuple[str, ...]


def constant(value: object, type_: Type, place: Place, text: str) -> Expression:
    """An expression that is a plain value."""
    return Expression(text, place, ast.Constant(value), type_, ())  # type: ignore[arg-type]


def check(source: Text, scope: Scope, report: Report, expected: Type | None = None) -> Expression | None:
    """Parse and check. None when it was refused; the report then says why.

    `expected` is what the place wants: a bare word is looked up among its values.
    """
    tree = parse(source, report)
    if tree is None:
        return None
    checker = _Checker(source, scope, report)
    result = checker.visit(tree, expected)
    if result is None:
        return None
    resolved, found = result
    if expected is not None and not fits(found, expected):
        report.error("expr/type", f"{expected} is expected here, and {quoted(source.text)} is {found}", source.at(tree))
        return None
    return Expression(source.text, source.place, resolved, found, tuple(dict.fromkeys(checker.read)))


def fits(found: Type, expected: Type) -> bool:
    """Whether a value of the one type can stand where the other is wanted."""
    if expected.kind == "list" and found.kind in ("list", "word"):
        return found.values <= expected.values or not expected.values
    if expected.kind == "word" and found.kind == "word":
        return found.values <= expected.values or not expected.values
    return found.kind == expected.kind or (expected.kind == "decimal" and found.kind == "integer")


_Checked = tuple[ast.expr, Type]


class _Checker:
    def __init__(self, source: Text, scope: Scope, report: Report) -> None:
        self.source = source
        self.scope = scope
        self.report = report
        self.read: list[str] = []
        self.given: set[str] = set()

    def wrong(self, code: str, message: str, node: ast.AST, help: str | None = None) -> None:
        self.report.error(code, message, self.source.at(node), help=help)

    def visit(self, node: ast.expr, expected: Type | None = None) -> _Checked | None:
        match node:
            case ast.BoolOp():
                return self.logic(node)
            case ast.UnaryOp():
                inner = self.truth(node.operand)
                return None if inner is None else (ast.UnaryOp(ast.Not(), inner), BOOL)
            case ast.Compare():
                return self.comparison(node)
            case ast.Call():
                return self.call(node)
            case ast.List():
                return self.list(node, expected)
            case ast.Constant():
                return self.literal(node, expected)
            case _:
                return self.name(node, expected)

    def truth(self, node: ast.expr) -> ast.expr | None:
        result = self.visit(node, BOOL)
        if result is None:
            return None
        if result[1].kind != "bool":
            self.wrong("expr/type", f"{self.quote(node)} is {result[1]}; true or false is needed here", node)
            return None
        return result[0]

    def logic(self, node: ast.BoolOp) -> _Checked | None:
        outer = set(self.given)
        parts = []
        for value in node.values:
            parts.append(self.truth(value))
            if isinstance(node.op, ast.And) and isinstance(value, ast.Call) and _called(value) in PRESENT and value.args:
                self.given.add(ast.unparse(value.args[0]))
        self.given = outer
        good = [p for p in parts if p is not None]
        return (ast.BoolOp(node.op, good), BOOL) if len(good) == len(parts) else None

    def quote(self, node: ast.AST) -> str:
        return quoted(ast.unparse(node))

    # ------------------------------------------------------------------------------------------ names and values

    def name(self, node: ast.expr, expected: Type | None) -> _Checked | None:
        name = dotted_name(node)
        if name is None:  # pragma: no cover - the parser lets no other node through
            return None
        found = self.scope.type_of(name)
        if found is not None:
            self.read.append(name)
            return ast.Name(name, ast.Load()), found
        if "." not in name and expected is not None and (expected.kind in ("word", "list")):
            if name in expected.values:
                return ast.Constant(name), word(name)
            if not expected.values:
                return ast.Constant(name), word(name)
            self.unknown(name, node, expected)
            return None
        self.unknown(name, node, expected)
        return None

    def unknown(self, name: str, node: ast.expr, expected: Type | None) -> None:
        options = set(self.scope.names())
        if expected is not None and expected.values:
            near = did_you_mean(name, expected.values) or did_you_mean(name, options)
            listed = "it can be " + ", ".join(sorted(expected.values)[:12])
            self.wrong("expr/unknown-value", f"no such value here: {quoted(name)}", node, near or listed)
            return
        hint = did_you_mean(name, options)
        if hint is None and name in self.scope.groups:
            hint = f"a group stands only after `{self.scope.grouped} in`"
        self.wrong("expr/unknown-name", f"unknown name {quoted(name)}", node, hint)

    def literal(self, node: ast.Constant, expected: Type | None) -> _Checked | None:
        value = node.value
        if isinstance(value, bool):
            return node, BOOL
        if isinstance(value, int):
            return node, INTEGER
        text = str(value)
        if expected is not None and expected.kind in NUMBERS:
            try:
                return ast.Constant(Decimal(text)), DECIMAL  # type: ignore[arg-type]
            except InvalidOperation:
                self.wrong("expr/type", f"{quoted(text)} is not a decimal number", node)
                return None
        if expected is not None and expected.kind in ("word", "list"):
            if text in expected.values or not expected.values:
                return ast.Constant(text), word(text)
            self.unknown(text, node, expected)
            return None
        return ast.Constant(text), TEXT

    def list(self, node: ast.List, expected: Type | None) -> _Checked | None:
        results = [self.visit(item, expected) for item in node.elts]
        good = [r for r in results if r is not None]
        if len(good) != len(results):
            return None
        if not good:
            return ast.Constant(()), Type("list")  # type: ignore[arg-type]
        if any(not isinstance(item, ast.Constant) for item, _ in good):
            self.wrong("expr/type", "a list holds plain values", node)
            return None
        whole = joined([t for _, t in good])
        if whole is None:
            self.wrong("expr/type", "the values of this list are of different kinds", node)
            return None
        values = tuple(item.value for item, _ in good if isinstance(item, ast.Constant))
        return ast.Constant(values), Type("list", whole.values)  # type: ignore[arg-type]

    # ----------------------------------------------------------------------------------------------- comparisons

    def comparison(self, node: ast.Compare) -> _Checked | None:
        left, right, op = node.left, node.comparators[0], node.ops[0]
        if isinstance(op, ast.In | ast.NotIn):
            return self.membership(node, left, right, op)
        first = self.side(left, right)
        second = self.side(right, left)
        if first is None or second is None:
            return None
        (a, ta), (b, tb) = first, second
        if not comparable(ta, tb):
            help = (
                f"`contains({self.quote(left).strip('`')}, ...)` looks into a list"
                if "list" in (ta.kind, tb.kind)
                else None
            )
            self.wrong(
                "expr/type", f"{self.quote(left)} is {ta}, {self.quote(right)} is {tb}; they never compare", node, help
            )
            return None
        if not isinstance(op, ast.Eq | ast.NotEq) and not self.may_order(node, left, ta, right, tb):
            return None
        return ast.Compare(a, [op], [b]), BOOL

    def side(self, node: ast.expr, other: ast.expr) -> _Checked | None:
        """One side of a comparison; a bare word or a quoted number takes the type of the other side."""
        name = dotted_name(node)
        bare = (name is not None and self.scope.type_of(name) is None) or isinstance(node, ast.Constant)
        if not bare:
            return self.visit(node)
        other_name = dotted_name(other)
        wanted = self.scope.type_of(other_name) if other_name else None
        return self.visit(node, wanted if wanted and wanted.kind in ("word", "list", "decimal", "integer") else None)

    def may_order(self, node: ast.Compare, left: ast.expr, a: Type, right: ast.expr, b: Type) -> bool:
        if a.kind not in ORDERED or b.kind not in ORDERED:
            self.wrong("expr/type", f"{a if a.kind not in ORDERED else b} has no order; use `==` or `in`", node)
            return False
        for side, type_ in ((left, a), (right, b)):
            name = ast.unparse(side.args[0] if isinstance(side, ast.Call) and side.args else side)
            if type_.nullable and type_.kind != "instant" and name not in self.given:
                self.wrong(
                    "expr/may-be-absent",
                    f"{quoted(name)} may be absent, and an absent number has no order",
                    side,
                    f"write `given({name}) and ...` before it",
                )
                return False
        return True

    def membership(self, node: ast.Compare, left: ast.expr, right: ast.expr, op: ast.cmpop) -> _Checked | None:
        first = self.visit(left)
        if first is None:
            return None
        group = dotted_name(right)
        if group is not None and group in self.scope.groups:
            if dotted_name(left) != self.scope.grouped:
                self.wrong("expr/type", f"a group stands only after `{self.scope.grouped} in`", right)
                return None
            members = tuple(sorted(self.scope.groups[group]))
            return ast.Compare(first[0], [op], [ast.Constant(members)]), BOOL  # type: ignore[arg-type]
        if group is not None and self.scope.type_of(group) is None:
            near = did_you_mean(group, set(self.scope.groups) | self.scope.names())
            self.wrong("expr/unknown-name", f"unknown group or list {quoted(group)}", right, near)
            return None
        second = self.visit(right, first[1] if first[1].kind == "word" else None)
        if second is None:
            return None
        if second[1].kind != "list":
            self.wrong("expr/type", f"`in` looks into a list, and {self.quote(right)} is {second[1]}", right)
            return None
        if first[1].kind == "word" and not first[1].values & second[1].values:
            self.wrong("expr/type", f"{self.quote(left)} is never in this list", node)
            return None
        return ast.Compare(first[0], [op], [second[0]]), BOOL

    # ------------------------------------------------------------------------------------------------- functions

    def call(self, node: ast.Call) -> _Checked | None:
        function = _called(node)
        if function not in FUNCTIONS:
            self.wrong(
                "expr/unknown-function", f"unknown function {quoted(function)}", node, did_you_mean(function, FUNCTIONS)
            )
            return None
        many = function in ("latest", "earliest")
        wanted = 2 if function == "contains" else 1
        if len(node.args) < (2 if many else wanted) or (not many and len(node.args) > wanted):
            self.wrong("expr/arguments", f"it is written {quoted(FUNCTIONS[function])}", node)
            return None
        match function:
            case "proven":
                return self.reference(node, PROVEN, self.scope.propositions, "proposition")
            case "unsettled":
                return self.reference(node, UNSETTLED, self.scope.tables, "table that may be asked about here")
            case "date":
                return self.date(node)
            case "contains":
                return self.contains(node)
            case "given":
                return self.apply(node, function, None, BOOL)
            case "happened":
                return self.apply(node, function, "instant", BOOL)
            case "day":
                return self.apply(node, function, "instant", Type("date", nullable=True))
            case _:
                return self.apply(node, function, "instant", INSTANT)

    def reference(self, node: ast.Call, prefix: str, options: frozenset[str], what: str) -> _Checked | None:
        name = dotted_name(node.args[0])
        if name not in options:
            self.wrong(
                "expr/unknown-value",
                f"no such {what}: {self.quote(node.args[0])}",
                node.args[0],
                did_you_mean(name or "", options),
            )
            return None
        self.read.append(prefix + name)
        return ast.Name(prefix + name, ast.Load()), BOOL

    def date(self, node: ast.Call) -> _Checked | None:
        value = node.args[0]
        text = value.value if isinstance(value, ast.Constant) else None
        try:
            day: date = parse_date(str(text))
        except BadTime as problem:
            self.wrong("expr/date", str(problem), node, "write `date('2025-01-31')`")
            return None
        return ast.Constant(day), DATE  # type: ignore[arg-type]

    def contains(self, node: ast.Call) -> _Checked | None:
        first = self.visit(node.args[0])
        if first is None:
            return None
        if first[1].kind != "list":
            self.wrong(
                "expr/type", f"`contains` looks into a list, and {self.quote(node.args[0])} is {first[1]}", node.args[0]
            )
            return None
        second = self.visit(node.args[1], Type("word", first[1].values))
        if second is None:
            return None
        if second[1].kind != "word":
            self.wrong(
                "expr/type", f"{self.quote(node.args[1])} is {second[1]}, and cannot be in the list", node.args[1]
            )
            return None
        return ast.Compare(second[0], [ast.In()], [first[0]]), BOOL

    def apply(self, node: ast.Call, function: str, kind: str | None, result: Type) -> _Checked | None:
        arguments: list[ast.expr] = []
        for argument in node.args:
            checked = self.visit(argument)
            if checked is None:
                return None
            if kind is not None and checked[1].kind != kind:
                self.wrong(
                    "expr/type",
                    f"`{FUNCTIONS[function]}` needs an instant, and {self.quote(argument)} is {checked[1]}",
                    argument,
                )
                return None
            arguments.append(checked[0])
        return ast.Call(ast.Name(function, ast.Load()), arguments, []), result


def _called(node: ast.Call) -> str:
    return node.func.id if isinstance(node.func, ast.Name) else ""
