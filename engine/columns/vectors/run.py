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

from engine.columns.vectors.clocks import Clocks
from engine.columns.vectors.ordered import Ordered
from engine.columns.vectors.outcomes import Outcomes
from engine.columns.vectors.records import Records
from engine.columns.vectors.sets import Handed, Sets
from engine.columns.vectors.trees import trees_of
from engine.columns.vectors.values import (
    KNOWN,
    NO_WORD,
    NOTHING,
    SCALE,
    TRUE,
    Array,
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
from engine.columns.vectors.word_lists import WordLists
from engine.columns.vectors.zones import EPOCH_DAY, Zones
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
    """A program on the rows of its scenario, those from the `first` to the `last`. `told` are names that mean something
    else in each row.

    `doubt` are rows in which a fact is wrong, or something was met that only the reference can tell.
    """

    def __init__(
        self,
        program: Program,
        facts: Ordered,
        first: int,
        last: int,
        lists: WordLists,
        told: Mapping[str, Values] | None = None,
    ) -> None:
        self.program = program
        self.rows = last - first
        self._own = slice(first, last)
        self.as_of = facts.as_of[self._own]
        self.words = facts.words
        self.lists = lists
        self.doubt = facts.wrong[self._own].copy()
        self._facts = facts
        self._memo = {name: self._part(values) for name, values in (told or {}).items()}
        self._sets: dict[str, Sets | Handed | None] = {}
        self.clocks = Clocks(self)
        self.records = Records(self)
        self.outcomes = Outcomes(self)
        self._trees = trees_of(program)
        self._numbers = self._trees.of_node
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
        found = self._facts.fact(name)
        if found.kind == "set":
            return Values(name, None if found.u is None else found.waiting(self._own), "set")
        return self._part(found)

    def _part(self, values: Values) -> Values:
        """Of values of all rows those of the own ones."""
        return values if self.rows == self._facts.rows else values.taken(self._own)

    def list_of(self, name: str) -> Sets | Handed | None:
        """The lists of a fact; None where all are empty."""
        if name not in self._sets:
            found = self._facts.fact(name).v
            whole = found is None or self.rows == self._facts.rows
            if not whole:
                found = (
                    found.part(self._own.start, self._own.stop) if isinstance(found, Handed) else found.taken(self._own)
                )
            self._sets[name] = found
        return self._sets[name]

    def has(self, values: Values, code: int) -> Array:
        """Whether lists of words have one."""
        if values.kind == "tuple":
            return self.lists.has(values.v, code)
        found = self.list_of(str(values.v))
        if isinstance(found, Sets) and code >= 0:
            return found.has(self.words.word(code))
        return np.zeros(self.rows, np.bool_)

    # ------------------------------------------------------------------------------------------------------- zones

    @cached_property
    def zone(self) -> Values:
        """The zones in which calendar days are counted."""
        return self.value(self.program.policy.zone_fact)

    @cached_property
    def _zones(self) -> Array:
        """The numbers of the zones, or the one of all rows."""
        found = self._facts.zone_numbers
        return found[self._own] if np.ndim(found) else found

    def by_zone(self, numbers: Array, verb: Callable[[Zones, Array, Array], Array]) -> Array:
        """What the clock of its zone says of the number of each row; nothing stays nothing."""
        numbers, zones = spread(numbers, self.rows), self._zones
        there = (numbers != NOTHING) & (zones >= 0)
        if there.all():
            return verb(self._facts.zones, zones, numbers)
        found = np.full(self.rows, NOTHING)
        some = there.nonzero()[0]
        if len(some):
            found[some] = verb(self._facts.zones, zones[some] if np.ndim(zones) else zones, numbers[some])
        return found

    # ------------------------------------------------------------------------------------------------- expressions

    def evaluate_tree(self, node: ast.AST) -> Values:
        """The value of a part of an expression; parts that say the same are evaluated once."""
        if type(node) is ast.Name:
            return self.value(node.id)
        number = self._numbers.get(id(node))
        if number is None:
            number = self._trees.number(node)
        found = self._parts.get(number)
        if found is None:
            found = self._parts[number] = self._nodes[type(node)](node)
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

    def _compare(self, left: Values, right: Values, verb: Callable[..., Array]) -> Values:
        if "set" in (left.kind, right.kind) or "tuple" in (left.kind, right.kind):
            raise NotInColumns("a comparison of lists")
        return compared(left, right, verb)

    def _member(self, value: Values, node: ast.expr) -> Values:
        """Whether a value is in a list: one that is written out, or that of a name."""
        if isinstance(node, ast.Constant) and isinstance(node.value, tuple):
            items = [self._constant(item) for item in node.value]
            equal = [compared(value, item, np.equal) for item in items]
            if value.u is None:
                return any_of(equal)
            return settled(reduce(operator.or_, (one.v for one in equal)), value.u)
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
        days = self.by_zone(instant.v, lambda zones, own, numbers: zones.days(own, numbers))
        unknown = waiting(instant.u, self.zone.u)
        if unknown is not None:
            unknown = np.where(_known_nothing(instant), KNOWN, unknown)
        return Values(days, unknown, "date")


def _known_nothing(value: Values) -> Array:
    """Where it is known that there is no such thing."""
    return value.v == NOTHING if value.u is None else (value.v == NOTHING) & (value.u == 0)


_COMPARISONS: Final[dict[type[ast.cmpop], Callable[..., Array]]] = {
    ast.Eq: np.equal,
    ast.NotEq: np.not_equal,
    ast.Lt: np.less,
    ast.Gt: np.greater,
    ast.LtE: np.less_equal,
    ast.GtE: np.greater_equal,
}
