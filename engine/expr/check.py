"""Every name declared, every comparison possible: a checked expression, its names resolved and its type known."""

from __future__ import annotations

import ast
from datetime import date
from decimal import Decimal, InvalidOperation

from engine.clock import BadTime, parse_date
from engine.diagnostics import Report, did_you_mean, quoted
from engine.expr.hints import counted, how_to_ask, how_to_compare, nearest_name, unfit
from engine.expr.parse import Text, dotted_name, parse
from engine.expr.scope import FUNCTIONS, PRESENT, PROVEN, UNSETTLED, Expression, Scope, constant
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

__all__ = ["FUNCTIONS", "PRESENT", "PROVEN", "UNSETTLED", "Expression", "Scope", "check", "constant", "fits"]


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
        name = dotted_name(tree)
        defined = scope.defined(name, found.values - expected.values) if name else None
        related = [(f"{quoted(name)} is defined here", defined)] if defined else []
        help = how_to_ask(ast.unparse(tree), found) if expected.kind == "bool" else None
        report.error("expr/type", unfit(source.text, found, expected), source.at(tree), help=help, related=related)
        return None
    return Expression(source.text, source.place, resolved, found, tuple(dict.fromkeys(checker.read)), source.span)


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
        """The checked node with its type, at the characters where the node stands."""
        checked = self.resolved(node, expected)
        if checked is not None:
            checked[0].col_offset, checked[0].end_col_offset = node.col_offset, node.end_col_offset
        return checked

    def resolved(self, node: ast.expr, expected: Type | None) -> _Checked | None:
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
            self.wrong("expr/type", f"{self.quote(node)} is {result[1]}; true or false is needed here", node,
                       how_to_ask(ast.unparse(node), result[1]))  # fmt: skip
            return None
        return result[0]

    def logic(self, node: ast.BoolOp) -> _Checked | None:
        outer = set(self.given)
        parts = []
        for value in node.values:
            parts.append(self.truth(value))
            if (
                isinstance(node.op, ast.And)
                and isinstance(value, ast.Call)
                and _called(value) in PRESENT
                and value.args
            ):
                self.given.add(ast.unparse(value.args[0]))
        self.given = outer
        good = [p for p in parts if p is not None]
        return (ast.BoolOp(node.op, good), BOOL) if len(good) == len(parts) else None

    def quote(self, node: ast.AST) -> str:
        return quoted(ast.unparse(node))

    # ------------------------------------------------------------------------------------------ names and values

    def name(self, node: ast.expr, expected: Type | None) -> _Checked | None:
        name = dotted_name(node)
        if name is None or self.scope.refused(name):  # the parser lets no other node through than names
            return None
        found = self.scope.type_of(name)
        if found is None and name in ("true", "false"):
            return ast.Constant(name == "true"), BOOL
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
            if name in self.scope.groups:
                near = f"a group stands only after `{self.scope.grouped} in`"
            listed = "it can be " + ", ".join(sorted(expected.values)[:12])
            self.wrong("expr/unknown-value", f"no such value here: {quoted(name)}", node, near or listed)
            return
        self.wrong("expr/unknown-name", f"unknown name {quoted(name)}", node, nearest_name(name, options, self.scope))

    def literal(self, node: ast.Constant, expected: Type | None) -> _Checked | None:
        value = node.value
        if isinstance(value, bool):
            return node, BOOL
        if isinstance(value, int):
            return node, INTEGER
        text = str(value)
        if expected is not None and expected.kind in NUMBERS:
            if expected.kind == "integer":
                self.wrong("expr/type", f"{quoted(text)} is a text; a whole number is written without quotes", node)
                return None
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
        if any(self.scope.refused(dotted_name(side) or "") for side in (left, right)):
            return None
        if isinstance(op, ast.In | ast.NotIn):
            return self.membership(node, left, right, op)
        first = self.side(left, right)
        second = self.side(right, left)
        if first is None or second is None:
            return None
        (a, ta), (b, tb) = first, second
        if "list" in (ta.kind, tb.kind) or not comparable(ta, tb):
            message = f"{self.quote(left)} ({ta}) and {self.quote(right)} ({tb}) never compare"
            self.wrong("expr/type", message, node, how_to_compare(ast.unparse(left), ta, ast.unparse(right), tb))
            return None
        if not isinstance(op, ast.Eq | ast.NotEq) and not self.may_order(node, left, ta, right, tb):
            return None
        return ast.Compare(a, [op], [b]), BOOL

    def side(self, node: ast.expr, other: ast.expr) -> _Checked | None:
        """One side of a comparison; a bare word or a quoted number takes the type of the other side."""
        name = dotted_name(node)
        bare = (name is not None and self.scope.type_of(name) is None) or isinstance(node, ast.Constant | ast.List)
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
                    f"{quoted(name)} may be absent, and what is absent has no order",
                    side,
                    f"write `{'happened' if isinstance(side, ast.Call) else 'given'}({name}) and ...` before it",
                )
                return False
        return True

    def membership(self, node: ast.Compare, left: ast.expr, right: ast.expr, op: ast.cmpop) -> _Checked | None:
        first = self.visit(left)
        if first is None:
            return None
        group = dotted_name(right)
        if first[1].kind == "list":
            self.wrong("expr/type", f"`in` asks of one value, and {self.quote(left)} is {first[1]}", node,
                       f"`contains({ast.unparse(left)}, ...)` looks into a list")  # fmt: skip
            return None
        if group is not None and group in self.scope.groups:
            if dotted_name(left) != self.scope.grouped:
                self.wrong("expr/type", f"a group stands only after `{self.scope.grouped} in`", right)
                return None
            members = tuple(sorted(self.scope.groups[group]))
            return ast.Compare(first[0], [op], [ast.Constant(members)]), BOOL  # type: ignore[arg-type]
        if group is not None and self.scope.type_of(group) is None:
            near = did_you_mean(group, set(self.scope.groups) | self.scope.names())
            if group in first[1].values:
                near = f"write `== {group}`, or `in [{group}, ...]`"
            self.wrong("expr/unknown-name", f"unknown group or list {quoted(group)}", right, near)
            return None
        second = self.visit(right, first[1] if first[1].kind == "word" else None)
        if second is None:
            return None
        if second[1].kind != "list":
            message = f"`in` looks into a list, and {self.quote(right)} is {second[1]}"
            self.wrong("expr/type", message, right, "write a list in square brackets")
            return None
        if first[1].kind == "word" and not first[1].values & second[1].values:
            self.wrong("expr/type", f"{self.quote(left)} is never in this list", node)
            return None
        return ast.Compare(first[0], [op], [second[0]]), BOOL

    # ------------------------------------------------------------------------------------------------- functions

    def call(self, node: ast.Call) -> _Checked | None:
        function = _called(node)
        if function not in FUNCTIONS:
            near = did_you_mean(function, FUNCTIONS) or "there are " + ", ".join(FUNCTIONS)
            self.wrong("expr/unknown-function", f"unknown function {quoted(function)}", node, near)
            return None
        many = function in ("latest", "earliest")
        wanted = 2 if function == "contains" else 1
        if len(node.args) < (2 if many else wanted) or (not many and len(node.args) > wanted):
            message = f"{quoted(function)} is given {counted(len(node.args))}"
            self.wrong("expr/arguments", message, node, f"it is written `{FUNCTIONS[function]}`")
            return None
        match function:
            case "proven":
                return self.reference(node, PROVEN, self.scope.propositions, "proposition")
            case "unsettled":
                if not self.scope.tables:
                    message = "`unsettled` is asked only in the table that says where a case stands"
                    self.wrong("expr/not-here", message, node)
                    return None
                return self.reference(node, UNSETTLED, self.scope.tables, "table")
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
            quotes = isinstance(node.args[0], ast.Constant) and node.args[0].value in options
            near = "write it without quotes" if quotes else did_you_mean(name or "", options)
            listed = "it can be " + ", ".join(sorted(options)[:12]) if options else "nothing of the kind is known here"
            self.wrong(
                "expr/unknown-value", f"no such {what}: {self.quote(node.args[0])}", node.args[0], near or listed
            )
            return None
        self.read.append(prefix + name)
        return ast.Name(prefix + name, ast.Load()), BOOL

    def date(self, node: ast.Call) -> _Checked | None:
        value = node.args[0]
        text = str(value.value) if isinstance(value, ast.Constant) else ast.unparse(value)
        try:
            day: date = parse_date(text)
        except BadTime as problem:
            help = (
                "write `date('2025-01-31')`"
                if isinstance(value, ast.Constant)
                else f"the day of an instant is `day({text})`"
            )
            self.wrong("expr/date", str(problem), node, help)
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
        if not first[1].values:
            self.wrong("expr/type", f"nothing can be in the list {self.quote(node.args[0])}", node.args[0])
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
            if function == "given" and dotted_name(argument) is None:
                self.wrong("expr/type", f"`given` asks of a fact, and {self.quote(argument)} is none", argument)
                return None
            if function == "given" and checked[1].kind == "bool":
                self.wrong(
                    "expr/type",
                    f"{self.quote(argument)} is true or false, and `null` counts as false",
                    argument,
                    "write it without `given`",
                )
                return None
            arguments.append(checked[0])
        return ast.Call(ast.Name(function, ast.Load()), arguments, []), result


def _called(node: ast.Call) -> str:
    return node.func.id if isinstance(node.func, ast.Name) else ""
