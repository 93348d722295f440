"""Documents' nodes to checked expressions, rules and windows, with everything wrong in them reported."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.clock import Amount, BadTime, parse_amount, parse_date
from engine.diagnostics import did_you_mean, quoted
from engine.document.nodes import Node, Scalar, Sequence
from engine.document.read import items
from engine.document.text_places import SpanOf, trailing_comment
from engine.expr.check import Expression, Scope, check, constant
from engine.expr.parse import Text
from engine.expr.types import BOOL, INSTANT, Type, word
from engine.link.findings import Findings
from engine.link.names import Names, field_type
from engine.link.program import Basis
from engine.policy.model import Policy, Row


@dataclass(frozen=True, slots=True)
class Citable:
    """What rules may cite. None where the pack has no such register: then nothing is checked against it.

    `new` are the clauses that only the version itself has; something rests on each of them.
    """

    clauses: frozenset[str] | None = None
    readings: frozenset[int] | None = None
    new: frozenset[str] = frozenset()


class Compiler:
    """Turns parts of one policy into checked parts; each node is checked once, however many rows use it.

    `faulty` are the ids of the nodes in which the schema found something wrong: they are left alone.
    """

    def __init__(
        self, policy: Policy, citable: Citable, report: Findings, faulty: frozenset[int] = frozenset()
    ) -> None:
        self.policy = policy
        self.citable = citable
        self.report = report
        self.cited: set[str] = set()
        self.without_clauses: set[str] = set()  # rows whose prefix of clauses is wrong, which is told once
        self._faulty = faulty
        self._done: dict[tuple[int, Type | None], Expression | None] = {}
        self.names = Names(policy, report, self._infer, faulty)

    def leave(self, node: Node | None) -> bool:
        """Whether a node must be left alone, since what is wrong in it has been told."""
        if id(node) not in self._faulty:
            return False
        self.report.refusals += 1
        return True

    # ----------------------------------------------------------------------------------------------- expressions

    def expression(self, node: Node, scope: Scope | None = None, expected: Type | None = None) -> Expression | None:
        """A checked expression; None when it was refused and reported."""
        key = (id(node), expected)
        if key not in self._done:
            left = self.leave(node)
            self._done[key] = None if left else self._expression(node, scope or self.names.scope, expected)
        if self._done[key] is None:
            self.report.refusals += 1
        return self._done[key]

    def condition(self, node: Node | None, scope: Scope | None = None) -> Expression | None:
        return None if node is None else self.expression(node, scope, BOOL)

    def _infer(self, node: Node, scope: Scope) -> Type | None:
        """The type of a definition's formula; a bare word that is no name is a value."""
        found = self.expression(node, scope, self.bare(node))
        return found.type if found else None

    def bare(self, node: Node) -> Type | None:
        """What a formula may be that stands alone: a bare word, or a list in brackets, is a value or values."""
        if isinstance(node, Sequence):
            return Type("list")
        text = str(node.value) if isinstance(node, Scalar) else ""
        return word() if text.isidentifier() and self.names.type_of(text) is None else None

    def _expression(self, node: Node, scope: Scope, expected: Type | None) -> Expression | None:
        if isinstance(node, Sequence):
            return self._list(node, expected or Type("list"))
        if not isinstance(node, Scalar) or not isinstance(node.value, str):
            self.report.error("expr/text", "an expression is expected here, as a text", node.place)
            return None
        if comment := trailing_comment(node.place.source, node):
            self.report.error(
                "expr/comment",
                "YAML cut this expression at the `#`",
                comment,
                help="put the comment on a line of its own, or the expression in quotes",
            )
        text = node.value.rstrip()
        bare = text.removeprefix("=").lstrip()
        offset = len(text) - len(bare)

        span = SpanOf(node, offset)
        return check(Text(bare, span(0, len(bare)), span), scope, self.report, expected)

    def _list(self, node: Sequence, expected: Type) -> Expression | None:
        values: list[str] = []
        for item in node.items:
            value = str(item.value) if isinstance(item, Scalar) else ""
            if expected.values and value not in expected.values:
                self._no_value(value, expected, item)
                return None
            values.append(value)
        text = "[" + ", ".join(values) + "]"
        return constant(tuple(values), Type("list", frozenset(values)), node.place, text)

    def _no_value(self, value: object, expected: Type, node: Node) -> None:
        hint = did_you_mean(str(value), expected.values) or "it can be " + ", ".join(sorted(expected.values)[:12])
        if self.names.type_of(str(value)) is not None:
            hint = f"write `={value}` for what the name stands for"
        self.report.error("link/unknown-value", f"no such value here: {quoted(value)}", node.place, help=hint)

    def output(self, field: str, node: Node) -> Expression | None:
        """The value that a rule gives to a field: a literal, or a formula that begins with `=`."""
        expected = field_type(self.policy.fields[field], self.policy)
        if not expected.values:  # the field is told to have none
            self.report.refusals += 1
            return None
        if isinstance(node, Scalar) and isinstance(node.value, str) and not node.value.startswith("="):
            if node.value not in expected.values:
                self._no_value(node.value, expected, node)
                return None
            if self.policy.fields[field].many:
                return constant((node.value,), Type("list", frozenset({node.value})), node.place, node.value)
            return constant(node.value, word(node.value), node.place, node.value)
        return self.expression(node, None, expected)

    # ------------------------------------------------------------------------------------------------------ bases

    def basis(self, keys: Mapping[str, Node], row: Row | None) -> Basis:
        """The clauses and readings under `cites` and `readings`; `.x` is the row's own clause x."""
        clauses = tuple(self._clause(item, row) for item in items(keys.get("cites")))
        self.cited.update(clauses)
        return Basis(clauses, tuple(self._reading(item) for item in items(keys.get("readings"))))

    def _clause(self, node: Node, row: Row | None) -> str:
        text = str(getattr(node, "value", ""))
        known = self.citable.clauses
        if text.startswith("."):
            return self._own_clause(text, node, row, known)
        if known is not None and text not in known:
            message, near = f"no such clause in the register: {quoted(text)}", did_you_mean(text, known)
            self.report.error("link/unknown-clause", message, node.place, help=near)
        return text

    def _own_clause(self, text: str, node: Node, row: Row | None, known: frozenset[str] | None) -> str:
        if row is None:
            message = f"{quoted(text)} is a clause of a row, and this is in none"
            self.report.error("link/unknown-clause", message, node.place)
            return text
        name = row.clauses + text
        if row.clauses and (known is None or name in known or row.name in self.without_clauses):
            return name
        help: str | None = "say under `clauses:` of the row what its clauses begin with, or write the id out"
        if row.clauses:
            own = (other.removeprefix(row.clauses) for other in known or () if other.startswith(f"{row.clauses}."))
            help = did_you_mean(text, own)
        before = f"there is no clause {quoted(text)}"
        self.report.error_in(row.name, "link/unknown-clause", before, "", node.place, help=help)
        return name

    def _reading(self, node: Node) -> int:
        number = node.value if isinstance(node, Scalar) and type(node.value) is int else 0
        known = self.citable.readings
        if known is not None and number not in known:
            message = f"no such reading in the register: {quoted(number)}"
            help = f"it has the readings {min(known)} to {max(known)}"
            self.report.error("link/unknown-reading", message, node.place, help=help)
        return number

    # ---------------------------------------------------------------------------------------------------- periods

    def amount(self, node: Node) -> Amount | None:
        """`48 hours`, `15 calendar days`; None for `never` and for what was refused."""
        try:
            return parse_amount(str(getattr(node, "value", "")))
        except BadTime as problem:
            self.report.error("link/amount", str(problem), node.place)
            return None

    def until(self, node: Node) -> Expression | None:
        """A date: written out, or the name of a fact of that type."""
        text = str(getattr(node, "value", ""))
        if text[:1].isdigit():
            try:
                return constant(parse_date(text), Type("date"), node.place, text)
            except BadTime as problem:
                self.report.error("link/date", str(problem), node.place)
                return None
        return self.expression(node, None, Type("date"))

    def instant(self, node: Node | None) -> Expression | None:
        return None if node is None else self.expression(node, None, INSTANT)
