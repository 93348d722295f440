"""The reference meaning of a program: names evaluated when first needed, three-valued where facts are missing.

simpleeval walks the checked trees; what each node means is said here. Every decision has an instance of its own.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from simpleeval import SimpleEval

from engine.backends.as_reasons import Reasons
from engine.backends.clocks import Clocks
from engine.backends.outcomes import Outcomes
from engine.backends.records import Records
from engine.case.model import Case
from engine.clock import local_day, zone
from engine.expr.unknown import Unknown, waiting
from engine.policy.words import IS

if TYPE_CHECKING:
    from engine.expr.scope import Expression
    from engine.link.program import Choice, Constant, FactName, Formula, Program, Rule, Table


class Interpreter(SimpleEval):  # type: ignore[misc]
    """Evaluates the names and expressions of a program for one case at one moment (`as_of`, UTC)."""

    def __init__(self, program: Program, case: Case, as_of: datetime) -> None:
        # The base class would copy its own operators, functions and names; none of them is used here.
        self.expr = ""
        self.program = program
        self.case = case
        self.as_of = as_of
        self.nodes = {
            ast.BoolOp: self._logic,
            ast.UnaryOp: self._not,
            ast.Compare: self._compare,
            ast.Call: self._call,
            ast.Name: self._name,
            ast.Constant: self._constant,
        }
        self.memo: dict[str, object] = {}
        self.clocks = Clocks(self)
        self.records = Records(self)
        self.outcomes = Outcomes(self)
        self._meanings: dict[str, Callable[[Any], object]] = {  # by name: a program may be of plain parts
            "FactName": self._fact,
            "Formula": self._formula,
            "Constant": self._value,
            "Choice": self._choice,
            "WindowPart": self.clocks.part,
            "PartyPart": self.records.party_part,
            "RecordPart": self.records.part,
            "Proof": self.records.proven,
            "TablePart": self.outcomes.part,
            "Unsettled": self.outcomes.unsettled,
        }

    @staticmethod
    def _check_disallowed_items(item: object) -> None:
        """Nothing to look for: the checked trees hold only what the checker let in."""

    # ------------------------------------------------------------------------------------------------------ names

    def value(self, name: str) -> object:
        """What a name means for this case; Unknown when that hangs on missing facts."""
        try:
            return self.memo[name]
        except KeyError:
            meaning = self.program.names[name]
            result = self.memo[name] = self._meanings[type(meaning).__name__](meaning)
            return result

    def evaluate(self, expression: Expression) -> Any:
        """The value of an expression; Unknown when that hangs on missing facts."""
        return self._eval(expression.tree)

    def holds(self, condition: Expression | None) -> bool | Unknown:
        """Whether a condition holds; no condition always does."""
        found: bool | Unknown = True if condition is None else self.evaluate(condition)
        return found

    def tried(self, table: Table) -> Iterator[tuple[Rule, bool | Unknown]]:
        """The rules of a table with whether each holds, one by one: who goes no further asks no more."""
        for rule in table.rules:
            yield rule, self.holds(rule.when)

    def fact(self, name: str) -> object:
        """A fact as known at `as_of`: an event that is later has not happened yet."""
        fact = self.program.policy.facts[name]
        if name not in self.case.values:
            return Unknown((), (name,)) if fact.finding else Unknown((name,))
        value = self.case.values[name]
        if fact.kind == "event" and isinstance(value, datetime) and value > self.as_of:
            return None
        return value

    @cached_property
    def reasons(self) -> Reasons:
        """The reasons of its row, each made once."""
        return Reasons()

    def zone(self) -> ZoneInfo | Unknown:
        """The zone in which calendar days are counted."""
        name = self.value(self.program.policy.zone_fact)
        return name if isinstance(name, Unknown) else zone(str(name))

    def _fact(self, meaning: FactName) -> object:
        return self.fact(meaning.fact)

    def _formula(self, meaning: Formula) -> object:
        return self._eval(meaning.expression.tree)

    def _value(self, meaning: Constant) -> object:
        return meaning.value

    def _choice(self, meaning: Choice) -> object:
        return self.outcomes.field(meaning.table, IS)

    # ------------------------------------------------------------------------------------------------- expressions

    def _name(self, node: ast.Name) -> object:
        return self.value(node.id)

    def _constant(self, node: ast.Constant) -> object:
        return node.value

    def _logic(self, node: ast.BoolOp) -> bool | Unknown:
        settles = isinstance(node.op, ast.Or)
        still_open: Unknown | None = None
        for part in node.values:
            value: bool | Unknown = self._eval(part)
            if value is settles:
                return settles
            if isinstance(value, Unknown):
                still_open = value if still_open is None else still_open.and_also(value)
        return (not settles) if still_open is None else still_open

    def _not(self, node: ast.UnaryOp) -> bool | Unknown:
        value = self._eval(node.operand)
        return value if isinstance(value, Unknown) else not value

    def _compare(self, node: ast.Compare) -> bool | Unknown:
        left, right = self._eval(node.left), self._eval(node.comparators[0])
        still_open = waiting(left, right)
        return COMPARISONS[type(node.ops[0])](left, right) if still_open is None else still_open

    def _call(self, node: ast.Call) -> object:
        return FUNCTIONS[node.func.id](self, [self._eval(argument) for argument in node.args])  # type: ignore[attr-defined]


NewInterpreter = Callable[["Program", Case, datetime], Interpreter]


def _before(left: Any, right: Any) -> bool:
    """Whether one comes strictly before the other; what never happens comes after everything."""
    return left is not None and (right is None or left < right)


COMPARISONS: Final[dict[type[ast.cmpop], Callable[[Any, Any], bool]]] = {
    ast.Eq: lambda a, b: a == b,
    ast.NotEq: lambda a, b: a != b,
    ast.Lt: _before,
    ast.Gt: lambda a, b: _before(b, a),
    ast.LtE: lambda a, b: not _before(b, a),
    ast.GtE: lambda a, b: not _before(a, b),
    ast.In: lambda a, b: a in b,
    ast.NotIn: lambda a, b: a not in b,
}


def _present(_: Interpreter, values: list[object]) -> object:
    return values[0] if isinstance(values[0], Unknown) else values[0] is not None


def _latest(_: Interpreter, values: list[Any]) -> object:
    if None in values:
        return None
    still_open = waiting(*values)
    return max(values) if still_open is None else still_open


def _earliest(_: Interpreter, values: list[Any]) -> object:
    still_open = waiting(*values)
    return min((v for v in values if v is not None), default=None) if still_open is None else still_open


def _day(interpreter: Interpreter, values: list[Any]) -> date | Unknown | None:
    instant = values[0]
    if instant is None:
        return None
    tz = interpreter.zone()
    if isinstance(instant, Unknown) or isinstance(tz, Unknown):
        return waiting(instant, tz)
    return local_day(instant, tz)


FUNCTIONS: Final[dict[str, Callable[[Interpreter, list[Any]], object]]] = {
    "happened": _present,
    "given": _present,
    "latest": _latest,
    "earliest": _earliest,
    "day": _day,
}
