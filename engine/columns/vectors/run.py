"""The names and expressions of a program, for many cases at once. `engine.backends.interpreter` says what they mean."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from functools import cached_property, reduce
from typing import Any, Final

import numpy as np

from engine.columns.answers import Words
from engine.columns.vectors.clocks import Clocks
from engine.columns.vectors.facts import FactArrays, Handed, WordLists
from engine.columns.vectors.outcomes import Outcomes
from engine.columns.vectors.records import Records
from engine.columns.vectors.values import (
    KNOWN,
    NO_WORD,
    NOTHING,
    SCALE,
    TRUE,
    Array,
    Lists,
    NotInColumns,
    Values,
    all_of,
    any_of,
    compared,
    negation,
    settled,
    spread,
    waiting,
)
from engine.columns.vectors.zones import EPOCH_DAY, ZoneClock, zone_clock
from engine.expr.check import Expression
from engine.link.program import (
    IS,
    Choice,
    Constant,
    FactName,
    Formula,
    PartyPart,
    Program,
    Proof,
    RecordPart,
    TablePart,
    Unsettled,
    WindowPart,
)


class Run:
    """A program on some rows of a batch (None: all of them), each as of its moment (microseconds, UTC). `told` are
    names that mean something else in each row.

    `doubt` are rows in which a fact is wrong, or something was met that only the reference can tell.
    """

    def __init__(
        self,
        program: Program,
        facts: FactArrays,
        rows: Array | None,
        as_of: Array,
        words: Words,
        lists: Lists,
        told: Mapping[str, Values] | None = None,
    ) -> None:
        self.program = program
        self.rows = facts.rows if rows is None else len(rows)
        self.as_of = as_of
        self.words = words
        self.lists = lists
        self.doubt = facts.wrong.copy() if rows is None else facts.wrong[rows]
        self._facts = facts
        self._own = rows
        self._memo = {name: one if rows is None else one.taken(rows) for name, one in (told or {}).items()}
        self._sets: dict[str, WordLists | Handed | None] = {}
        self.clocks = Clocks(self)
        self.records = Records(self)
        self.outcomes = Outcomes(self)
        self._parts: dict[int, Values] = {}
        self._nodes: dict[type, Callable[[Any], Values]] = {
            ast.BoolOp: self._logic,
            ast.UnaryOp: lambda node: negation(self.evaluate_tree(node.operand)),
            ast.Compare: self._comparison,
            ast.Call: self._call,
            ast.Constant: lambda node: self._constant(node.value),
        }
        self._meanings: dict[type, Callable[[Any], Values]] = {
            FactName: lambda meaning: self._fact(meaning.fact),
            Formula: lambda meaning: self.evaluate(meaning.expression),
            Constant: lambda meaning: self._constant(meaning.value),
            Choice: lambda meaning: self.outcomes.field(meaning.table, IS),
            WindowPart: self.clocks.part,
            PartyPart: self.records.party_part,
            RecordPart: self.records.part,
            Proof: lambda meaning: self.records.proven(meaning.proposition),
            TablePart: self.outcomes.part,
            Unsettled: lambda meaning: self.outcomes.unsettled(meaning.table),
        }

    def close(self) -> None:
        """Let go of all values. The parts of a run know each other, so that they would stay until they are collected as
        garbage, and the arrays of many scenarios with them."""
        for part in (self.clocks, self.records, self.outcomes, self):
            part.__dict__.clear()

    # ------------------------------------------------------------------------------------------------------ names

    def value(self, name: str) -> Values:
        """What a name means in these cases."""
        found = self._memo.get(name)
        if found is None:
            meaning = self.program.names[name]
            found = self._memo[name] = self._meanings[type(meaning)](meaning)
        return found

    def evaluate(self, expression: Expression) -> Values:
        return self.evaluate_tree(expression.tree)

    def holds(self, condition: Expression | None) -> Values:
        """Whether a condition holds; no condition always does."""
        return TRUE if condition is None else self.evaluate(condition)

    def _fact(self, name: str) -> Values:
        """A fact as known at the moment of each row."""
        found = self._facts.values[name]
        if found.kind == "set":
            unknown = None if found.u is None else found.u if self._own is None else found.u[self._own]
            return Values(name, unknown if unknown is not None and np.count_nonzero(unknown) else None, "set")
        if self._own is not None:
            found = found.taken(self._own)
        if self.program.policy.facts[name].kind == "event":
            return Values(np.where(found.v > self.as_of, NOTHING, found.v), found.u, found.kind)
        return found

    def list_of(self, name: str) -> WordLists | Handed | None:
        """The lists of a fact; None where all are empty."""
        if name not in self._sets:
            found = self._facts.values[name].v
            self._sets[name] = found if found is None or self._own is None else found.taken(self._own)
        return self._sets[name]

    def has(self, values: Values, code: int) -> Array:
        """Whether lists of words have one."""
        if values.kind == "tuple":
            return self.lists.has(values.v, code)
        found = self.list_of(str(values.v))
        there = np.zeros(self.rows, np.bool_)
        if isinstance(found, WordLists):
            there[found.rows[found.codes == code]] = True
        return there

    # ------------------------------------------------------------------------------------------------------- zones

    @cached_property
    def zone(self) -> Values:
        """The zones in which calendar days are counted."""
        return self.value(self.program.policy.zone_fact)

    @cached_property
    def zones(self) -> list[tuple[ZoneClock, Array | None]]:
        """Every zone that there is, with its rows; None: all of them."""
        codes = spread(self.zone.v, self.rows)
        there = np.unique(codes).tolist()
        found = [(zone_clock(self.words.word(code)), codes == code) for code in there if code != NO_WORD]
        return [(found[0][0], None)] if len(there) == 1 and found else [(z, rows.nonzero()[0]) for z, rows in found]

    def by_zone(self, numbers: Array, verb: Callable[[ZoneClock, Array], Array]) -> Array:
        """What the clock of its zone says of the number of each row; nothing stays nothing."""
        numbers = spread(numbers, self.rows)
        found = np.full(self.rows, NOTHING)
        for clock, rows in self.zones:
            some = (numbers != NOTHING).nonzero()[0] if rows is None else rows[numbers[rows] != NOTHING]
            found[some] = verb(clock, numbers[some])
        return found

    # ------------------------------------------------------------------------------------------------- expressions

    def evaluate_tree(self, node: ast.AST) -> Values:
        """The value of a part of an expression; each part is evaluated once."""
        if type(node) is ast.Name:
            return self.value(node.id)
        found = self._parts.get(id(node))
        if found is None:
            found = self._parts[id(node)] = self._nodes[type(node)](node)
        return found

    def _logic(self, node: ast.BoolOp) -> Values:
        found = [self.evaluate_tree(part) for part in node.values]
        return any_of(found) if type(node.op) is ast.Or else all_of(found)

    def _comparison(self, node: ast.Compare) -> Values:
        operator_, left, right = node.ops[0], self.evaluate_tree(node.left), node.comparators[0]
        if isinstance(operator_, ast.In | ast.NotIn):
            found = self._member(left, right)
            return negation(found) if isinstance(operator_, ast.NotIn) else found
        return self._compare(left, self.evaluate_tree(right), _COMPARISONS[type(operator_)])

    def _constant(self, value: object) -> Values:
        match value:
            case None:
                return Values(NOTHING, kind="instant")  # of a window that this row does not have
            case bool():
                return Values(np.bool_(value))
            case int():
                return Values(np.int64(value), kind="integer")
            case Decimal():
                if value * SCALE != int(value * SCALE) or abs(value) * SCALE >= 2**62:
                    raise NotInColumns("a decimal with more than nine places")
                return Values(np.int64(int(value * SCALE)), kind="decimal")
            case date():
                return Values(np.int64(value.toordinal() - EPOCH_DAY), kind="date")
            case str():
                return Values(np.int32(self.words.code(value)), kind="word")
            case tuple() if all(isinstance(item, str) for item in value):
                return Values(np.int32(self.lists.id([self.words.code(str(item)) for item in value])), kind="tuple")
            case _:
                raise NotInColumns(f"the constant {value!r}")

    def _compare(self, left: Values, right: Values, verb: Callable[[Array, Array], Array]) -> Values:
        if "set" in (left.kind, right.kind) or "tuple" in (left.kind, right.kind):
            raise NotInColumns("a comparison of lists")
        return compared(left, right, verb)

    def _member(self, value: Values, node: ast.expr) -> Values:
        """Whether a value is in a list: one that is written out, or that of a name."""
        if isinstance(node, ast.Constant) and isinstance(node.value, tuple):
            items = [self._constant(item) for item in node.value]
            equal = (compared(value, item, operator.eq).v for item in items)
            return settled(reduce(operator.or_, equal, np.bool_(False)), value.u)
        lists = self.evaluate_tree(node)
        if value.kind != "word" or lists.kind not in ("set", "tuple"):
            raise NotInColumns("a list of other things than words")
        unknown = waiting(value.u, lists.u)
        if value.single:
            return settled(self.has(lists, int(value.v)), unknown)
        found = np.zeros(self.rows, np.bool_)
        for code in np.unique(value.v).tolist():
            found |= (value.v == code) & self.has(lists, code)
        return settled(found, unknown)

    def _call(self, node: ast.Call) -> Values:
        values = [self.evaluate_tree(argument) for argument in node.args]
        function, first = getattr(node.func, "id", ""), values[0]
        match function:
            case "happened" | "given":
                return self._present(first)
            case "latest":
                latest = reduce(np.maximum, (one.v for one in values))
                unknown = waiting(*(one.u for one in values))
                if unknown is not None:  # what never happens is the latest, whatever else is
                    never = reduce(operator.or_, (_known_nothing(one) for one in values))
                    unknown, latest = np.where(never, KNOWN, unknown), np.where(never, NOTHING, latest)
                return Values(latest, unknown, "instant")
            case "earliest":
                earliest = reduce(np.minimum, (one.v for one in values))
                return Values(earliest, waiting(*(one.u for one in values)), "instant")
            case "day":
                return self._day(first)
            case _:
                raise NotInColumns(function)

    def _present(self, value: Values) -> Values:
        if value.kind in ("set", "tuple"):
            return settled(np.ones(self.rows, np.bool_), value.u)
        if value.kind == "bool":
            raise NotInColumns("given() of a truth value")
        return settled(value.v != (NO_WORD if value.kind == "word" else NOTHING), value.u)

    def _day(self, instant: Values) -> Values:
        """The local day of an instant. What never happens has none, whatever the zone is."""
        days = self.by_zone(instant.v, lambda clock, numbers: clock.days(numbers))
        unknown = waiting(instant.u, self.zone.u)
        if unknown is not None:
            unknown = np.where(_known_nothing(instant), KNOWN, unknown)
        return Values(days, unknown, "date")


def _known_nothing(value: Values) -> Array:
    """Where it is known that there is no such thing."""
    return value.v == NOTHING if value.u is None else (value.v == NOTHING) & (value.u == 0)


_COMPARISONS: Final[dict[type[ast.cmpop], Callable[[Array, Array], Array]]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.Gt: operator.gt,
    ast.LtE: operator.le,
    ast.GtE: operator.ge,
}
