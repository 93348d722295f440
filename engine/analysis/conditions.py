"""The conditions of one row as formulas of logic: definitions put in place, what the row settles already settled.

A formula says no more than its condition, fact by fact: what is not taken apart here (an instant, a proof, what a party
submitted) is a variable of its own. So what cannot hold as a formula can never hold in a case.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Set
from typing import Final

from engine.analysis.logic import Formula, Values, all_of, any_of, is_in, negation, truth
from engine.expr.check import PROVEN, Expression
from engine.expr.scope import PRESENT
from engine.expr.types import NUMBERS
from engine.link.parts import expressions, of_table
from engine.link.program import (
    IS,
    Choice,
    Constant,
    FactName,
    Meaning,
    PartyPart,
    PartyRecord,
    Program,
    RecordPart,
    Table,
    TablePart,
    Window,
    WindowPart,
)
from engine.link.program import Formula as Defined
from engine.policy.model import Fact
from engine.policy.words import SCENARIO

_BEFORE, _SAME, _AFTER = "before", "same", "after"
_ORDER: Final[Values] = frozenset({_BEFORE, _SAME, _AFTER})
_HOLDS: Final[dict[type[ast.cmpop], frozenset[object]]] = {
    ast.Lt: frozenset({_BEFORE}),
    ast.LtE: frozenset({_BEFORE, _SAME}),
    ast.Gt: frozenset({_AFTER}),
    ast.GtE: frozenset({_SAME, _AFTER}),
    ast.Eq: frozenset({_SAME}),
    ast.NotEq: frozenset({_BEFORE, _AFTER}),
}
_ABSENT: Final = "absent"  # the value of a variable for what is not there
_OTHER: Final = ""  # the value of a variable for every text that no condition names


class Conditions:
    """The formulas of a row. Each name is put in place once; those in `closed` are not looked into."""

    def __init__(self, program: Program, closed: Set[str] = frozenset()) -> None:
        self.program = program
        self._closed = closed
        self._names: dict[str, Formula] = {}
        self._limits: dict[str, list[object]] | None = None

    def holds(self, condition: Expression | None) -> Formula:
        """When a condition holds; no condition always does."""
        return True if condition is None else self._truth(condition.tree)

    def asked(self, table: Table) -> Formula:
        """When a table is asked."""
        return self.holds(table.asked_if)

    def part(self, tree: ast.expr) -> Formula:
        """When a part of a condition holds."""
        return self._truth(tree)

    def meaning(self, name: str) -> Formula:
        """When a name holds, by what it means, even if it is closed."""
        return self._meant(name, self.program.names[name])

    # ------------------------------------------------------------------------------------------------------- logic

    def _truth(self, tree: ast.expr) -> Formula:
        match tree:
            case ast.BoolOp(op=ast.And()):
                return all_of(map(self._truth, tree.values))
            case ast.BoolOp():
                return any_of(map(self._truth, tree.values))
            case ast.UnaryOp():
                return negation(self._truth(tree.operand))
            case ast.Compare():
                return self._comparison(tree.left, tree.ops[0], tree.comparators[0])
            case ast.Call(func=ast.Name(id=function)) if function in PRESENT:
                return self._present(tree.args[0])
            case ast.Name(id=name):
                return self._name(name)
            case ast.Constant(value=bool(value)):
                return value
            case _:
                return truth(ast.unparse(tree))

    def _name(self, name: str) -> Formula:
        if name not in self._names:
            self._names[name] = truth(name) if name in self._closed else self.meaning(name)
        return self._names[name]

    def _meant(self, name: str, meaning: Meaning) -> Formula:
        match meaning:
            case Defined(expression):
                return self._truth(expression.tree)
            case Constant(value):
                return value is True
            case Choice(table):
                return self._says(table, lambda tree: self._truth(tree))
            case WindowPart(window, part):
                return self._window(window, part)
            case PartyPart(record, part):
                return self._party(record, part)
            case RecordPart("awaits"):
                return any_of(self._awaited(record) for record in self.program.records)
            case TablePart(table, ""):
                return all_of((self.asked(table), any_of(self.holds(rule.when) for rule in table.rules)))
            case _:
                return truth(name)

    # ------------------------------------------------------------------------------------------ windows and records

    def _window(self, window: Window, part: str) -> Formula:
        asked, name = self.holds(window.asked_if), window.name
        ends = any(span.amount is not None or span.until is not None for span in window.spans)
        ended = all_of((asked, truth(f"{name}.ended"))) if ends else False
        paused = truth(f"{name}.paused") if window.paused_by is not None else False
        match part:
            case "ended":
                return ended
            case "running":
                return all_of((asked, negation(ended), truth(f"{name}.begun")))
            case "met":
                return self._met(window, asked)
            case "missed":
                return all_of((ended, negation(self._met(window, asked)), negation(paused)))
            case "paused":
                return paused
            case _:
                return truth(f"{name}.{part}")

    def _met(self, window: Window, asked: Formula) -> Formula:
        for record in self.program.records:
            if record.window is not None and record.window.name == window.name:
                return truth(f"{record.party}.submitted")
        return all_of((asked, truth(f"{window.name}.met"))) if window.met_by is not None else False

    def _involved(self, record: PartyRecord) -> Formula:
        return False if record.window is None else self.holds(record.window.asked_if)

    def _awaited(self, record: PartyRecord) -> Formula:
        if record.window is None:
            return False
        ended, submitted = self._window(record.window, "ended"), truth(f"{record.party}.submitted")
        return all_of((self._involved(record), negation(ended), negation(submitted)))

    def _party(self, record: PartyRecord, part: str) -> Formula:
        submitted = truth(f"{record.party}.submitted")
        match part:
            case "silent":
                return all_of((self._involved(record), negation(submitted)))
            case "late" if record.window is None:
                return False
            case "evidence_insufficient":
                lacking = (
                    all_of((self.holds(owed.when), negation(self._name(PROVEN + owed.proposition))))
                    for owed in record.owes
                )
                return all_of((self._involved(record), any_of(lacking)))
            case _:
                return truth(f"{record.party}.{part}")

    # ------------------------------------------------------------------------------------------------- comparisons

    def _present(self, tree: ast.expr) -> Formula:
        """Whether there is a value."""
        tree = self._resolved(tree)
        if isinstance(tree, ast.Constant):
            return tree.value is not None
        fact = self._fact(tree)
        if fact is None:
            return truth(f"present {ast.unparse(tree)}")
        if not fact.nullable:
            return True
        if fact.kind in ("enum", "integer", "decimal", "date", "text"):
            every = self._values(fact, ast.unparse(tree))
            return is_in(fact.name, every - {_ABSENT}, every)
        return truth(f"present {fact.name}")

    def _comparison(self, left: ast.expr, op: ast.cmpop, right: ast.expr) -> Formula:
        left, right = self._resolved(left), self._resolved(right)
        if isinstance(op, ast.In | ast.NotIn):
            inside = self._membership(left, right)
            return negation(inside) if isinstance(op, ast.NotIn) else inside
        if isinstance(left, ast.Constant) and not isinstance(right, ast.Constant):
            return self._with_constant(right, _turned(op), left.value)
        if isinstance(right, ast.Constant):
            return self._with_constant(left, op, right.value)
        first, second = ast.unparse(left), ast.unparse(right)
        if first == second:
            return _SAME in _HOLDS[type(op)]
        op = op if first < second else _turned(op)
        return is_in(f"{min(first, second)} against {max(first, second)}", _HOLDS[type(op)], _ORDER)

    def _with_constant(self, tree: ast.expr, op: ast.cmpop, value: object) -> Formula:
        if isinstance(op, ast.NotEq):
            return negation(self._with_constant(tree, ast.Eq(), value))
        if value is None:
            return self._with_nothing(tree, op)
        if isinstance(tree, ast.Constant):
            return tree.value == value if isinstance(op, ast.Eq) else truth(f"{ast.dump(tree)} {op} {value}")
        if isinstance(value, bool):
            return self._truth(tree) if value else negation(self._truth(tree))
        if isinstance(value, str):
            return self._equals(tree, value)
        return self._limited(tree, op, value)

    def _with_nothing(self, tree: ast.expr, op: ast.cmpop) -> Formula:
        """A comparison with what never happens: it comes after everything, and with nothing else at the same time."""
        present = self._present(tree)
        match op:
            case ast.Lt():
                return present
            case ast.LtE():
                return True
            case ast.Gt():
                return False
            case _:
                return negation(present)

    def _equals(self, tree: ast.expr, value: str) -> Formula:
        """Whether a text or a word is this one."""
        tree = self._resolved(tree)
        if isinstance(tree, ast.Constant):
            return tree.value == value
        name = tree.id if isinstance(tree, ast.Name) else ""
        match self.program.names.get(name):
            case Choice(table):
                return self._says(table, lambda said: self._equals(said, value))
            case FactName(fact):
                every = self._values(self.program.policy.facts[fact], fact)
                return is_in(fact, {value}, every) if value in every else truth(f"{fact} is {value}")
            case TablePart(table, field) if not self.program.policy.fields[field].many:
                return is_in(name, {value}, self.sayable(table, field))
            case _:
                return truth(f"{ast.unparse(tree)} is {value}")

    def asks_in_vain(self, tree: ast.expr) -> bool:
        """Whether a part of a condition compares a field that a table says, or asks of a period that a party lacks."""
        names = [node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id in self.program.names]
        for name in names:
            match self.program.names[name]:
                case TablePart(_, field) if field:
                    return True
                case PartyPart(record, _) if record.window is None:
                    return True
                case Constant(_) if name != SCENARIO:
                    return True
        return False

    def sayable(self, table: Table, field: str) -> Values:
        """What a field can be after a table, in this row: what its rules say, and what it is when none does."""
        said = {value for rule in table.rules if field in rule.says for value in rule.says[field].type.values}
        return frozenset(said | {self.program.policy.fields[field].otherwise})

    def _membership(self, left: ast.expr, right: ast.expr) -> Formula:
        if isinstance(right, ast.Constant):
            listed: object = right.value
            values: tuple[object, ...] = listed if isinstance(listed, tuple) else ()
            return any_of(self._with_constant(left, ast.Eq(), one) for one in values)
        value = str(left.value) if isinstance(left, ast.Constant) else None
        match self.program.names.get(right.id if isinstance(right, ast.Name) else ""):
            case Choice(table):
                return self._says(table, lambda said: self._membership(left, self._resolved(said)))
            case TablePart(table, field) if value is not None and value not in self.sayable(table, field):
                return False
            case _:
                return truth(f"{ast.unparse(left)} in {ast.unparse(right)}")

    def _limited(self, tree: ast.expr, op: ast.cmpop, limit: object) -> Formula:
        """A number or a day against a fixed one: the variable has a value for each limit and for what lies between."""
        text = ast.unparse(tree)
        limits = self._all_limits().get(text, [])
        if limit not in limits:  # compared by way of a name that stands for it
            return truth(f"{text} {type(op).__name__} {limit}")
        fact = self._fact(tree)
        every = self._values(fact, text) if fact is not None else _positions(limits, whole=False) | {_ABSENT}
        at = 2 * limits.index(limit) + 1
        where = {_BEFORE: lambda n: n < at, _SAME: lambda n: n == at, _AFTER: lambda n: n > at}
        holds = {n for n in every if isinstance(n, int) and any(where[str(w)](n) for w in _HOLDS[type(op)])}
        after = {_ABSENT} if _AFTER in _HOLDS[type(op)] else set()
        return is_in(fact.name if fact is not None else text, holds | after, every)

    def _says(self, table: Table, holds: Callable[[ast.expr], Formula]) -> Formula:
        """Whether what a choice gives is such that this holds of it."""
        before: list[Formula] = []
        found: list[Formula] = []
        for rule in table.rules:
            when = self.holds(rule.when)
            found.append(all_of((*map(negation, before), when, holds(rule.says[IS].tree))))
            before.append(when)
        return any_of(found)

    # ------------------------------------------------------------------------------------------ what can be compared

    def _resolved(self, tree: ast.expr) -> ast.expr:
        """The expression, or what the name means that it is."""
        while isinstance(tree, ast.Name):
            meaning = self.program.names.get(tree.id)
            if isinstance(meaning, Defined):
                tree = meaning.expression.tree
            elif isinstance(meaning, Constant):
                return ast.Constant(meaning.value)  # type: ignore[arg-type]
            else:
                return tree
        return tree

    def _fact(self, tree: ast.expr) -> Fact | None:
        meaning = self.program.names.get(tree.id) if isinstance(tree, ast.Name) else None
        return self.program.policy.facts[meaning.fact] if isinstance(meaning, FactName) else None

    def _values(self, fact: Fact, text: str) -> Values:
        """The values of the variable of a fact."""
        absent: Values = frozenset({_ABSENT} if fact.nullable else ())
        if fact.kind == "enum":
            return frozenset(fact.values) | absent
        limits = self._all_limits().get(text, [])
        if fact.type.kind in (*NUMBERS, "date"):
            return _positions(limits, whole=fact.kind == "integer") | absent
        return frozenset({*limits, _OTHER}) | absent

    def _all_limits(self) -> dict[str, list[object]]:
        """What each number, day or text of the row is compared with, in order."""
        if self._limits is None:
            found: dict[str, set[object]] = {}
            for tree in self._trees():
                for node in ast.walk(tree):
                    if isinstance(node, ast.Compare):
                        self._note(node, found)
            self._limits = {text: sorted(limits, key=_in_order) for text, limits in found.items()}
        return self._limits

    def _note(self, node: ast.Compare, found: dict[str, set[object]]) -> None:
        sides = self._resolved(node.left), self._resolved(node.comparators[0])
        for one, other in (sides, sides[::-1]):
            if isinstance(one, ast.Constant) and not isinstance(other, ast.Constant):
                value: object = one.value
                values: tuple[object, ...] = value if isinstance(value, tuple) else (value,)
                kept = {value for value in values if not isinstance(value, bool) and value is not None}
                found.setdefault(ast.unparse(other), set()).update(kept)

    def _trees(self) -> Iterator[ast.expr]:
        yield from (expression.tree for expression in expressions(self.program))
        for meaning in self.program.names.values():
            if isinstance(meaning, Defined):
                yield meaning.expression.tree
            elif isinstance(meaning, Choice):
                yield from (expression.tree for expression in of_table(meaning.table))


def _turned(op: ast.cmpop) -> ast.cmpop:
    """The comparison read from the other side."""
    turned: dict[type[ast.cmpop], ast.cmpop] = {
        ast.Lt: ast.Gt(),
        ast.LtE: ast.GtE(),
        ast.Gt: ast.Lt(),
        ast.GtE: ast.LtE(),
    }
    return turned.get(type(op), op)


def _positions(limits: list[object], whole: bool) -> Values:
    """Places on the line of numbers: the limits themselves (odd), and what lies below, between and above (even)."""
    every = set(range(2 * len(limits) + 1))
    if whole:
        every -= {2 * n for n in range(1, len(limits)) if limits[n] == limits[n - 1] + 1}  # type: ignore[operator]
    return frozenset(every)


def _in_order(limit: object) -> tuple[str, object]:
    return ("text" if isinstance(limit, str) else "", limit)
