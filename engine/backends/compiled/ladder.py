"""The rules of a table one below the other, or in groups where many of them ask the same fact for different values.

A rule that asks `fact == value` beside whatever else it asks cannot hold for another value. So rules that do are put
into groups by that value, and a case goes through the rules of its own group: what a decision costs grows with the
rules that can apply to the case, not with all of them.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeGuard

from engine.backends.compiled.expressions import truth
from engine.backends.compiled.row import Row
from engine.backends.compiled.writing import Lines, at
from engine.link.program import Rule

MANY: Final = 12  # rules that make groups worth it
COPIES: Final = 2  # a rule that asks for no value stands in every group: this many times the rules at most in all


Value = str | int  # what a fact may be asked to be


@dataclass(frozen=True, slots=True)
class Step:
    """A rule with what is left to ask of it; constants are gone."""

    number: int
    rule: Rule
    condition: ast.expr


@dataclass(frozen=True, slots=True)
class Group:
    """Steps by the value of a fact, each list in order; `others` are for any other value."""

    fact: str
    by_value: dict[Value, list[Step]]
    others: list[Step]


Plan = list["Step | Group"]


def plan(found: list[Step], asked: tuple[str, ...] = ()) -> Plan:
    """The steps in groups where that is worth it. `asked` are facts that are settled already."""
    count: dict[str, int] = {}
    for step in found:
        for fact in _tests(step.condition):
            if fact not in asked:
                count[fact] = count.get(fact, 0) + 1
    best = max(count, key=lambda fact: count[fact], default=None)
    if best is None or count[best] < MANY:
        return list(found)
    group = _group(found, best)
    if len(found) - count[best] == 0 or _size(group) <= COPIES * len(found):
        return [group]
    return _by_stretches(found, best)


def _by_stretches(found: list[Step], fact: str) -> Plan:
    """Groups for the stretches of steps that ask for a value of the fact, the others as they are."""
    result: Plan = []
    stretch: list[Step] = []
    for step in [*found, None]:
        if step is not None and fact in _tests(step.condition):
            stretch.append(step)
            continue
        result += [_group(stretch, fact)] if len(stretch) >= MANY else stretch
        stretch = []
        if step is not None:
            result.append(step)
    return result


def _group(found: list[Step], fact: str) -> Group:
    values = dict.fromkeys(value for step in found for value in sorted(_tests(step.condition).get(fact, ()), key=str))
    by_value: dict[Value, list[Step]] = {value: [] for value in values}
    others: list[Step] = []
    for step in found:
        wanted = _tests(step.condition).get(fact)
        rest = step if wanted is None else Step(step.number, step.rule, _without(step.condition, fact))
        for value in values if wanted is None else wanted:
            by_value[value].append(rest)
        if wanted is None:
            others.append(step)
    return Group(fact, by_value, others)


def _size(group: Group) -> int:
    return sum(map(len, group.by_value.values())) + len(group.others)


# ------------------------------------------------------------------------------------------------- what a rule tests


def _parts(condition: ast.expr) -> list[ast.expr]:
    return condition.values if isinstance(condition, ast.BoolOp) and isinstance(condition.op, ast.And) else [condition]


def _tests(condition: ast.expr) -> dict[str, frozenset[Value]]:
    """The facts that must have one of some values for a condition to hold."""
    found: dict[str, frozenset[Value]] = {}
    for part in _parts(condition):
        test = _test(part)
        if test is not None:
            found.setdefault(*test)
    return found


def _test(part: ast.expr) -> tuple[str, frozenset[Value]] | None:
    match part:
        case ast.Compare(
            ast.Subscript(ast.Name("facts"), ast.Constant(str() as fact)), [ast.Eq()], [ast.Constant(value)]
        ) if _can_be_looked_up(value):
            return fact, frozenset({value})
        case ast.Compare(
            ast.Subscript(ast.Name("facts"), ast.Constant(str() as fact)), [ast.In()], [ast.Constant(values)]
        ) if isinstance(values, tuple) and all(map(_can_be_looked_up, values)):
            return fact, frozenset(values)
    return None


def _can_be_looked_up(value: object) -> TypeGuard[Value]:
    return isinstance(value, str | int) and not isinstance(value, bool)


def _without(condition: ast.expr, fact: str) -> ast.expr:
    """What is left to ask when the fact has one of the values that are asked for."""
    parts = list(_parts(condition))
    parts.remove(next(part for part in parts if (test := _test(part)) is not None and test[0] == fact))
    if not parts:
        return ast.Constant(True)
    return parts[0] if len(parts) == 1 else ast.BoolOp(ast.And(), parts)


# -------------------------------------------------------------------------------------------------------- in Python


class Ladder:
    """Writes a plan. `holds` writes what follows when a rule does: of a `first` table it returns something.

    `parameters` are those of the functions of groups.
    """

    def __init__(
        self, row: Row, called: str, first: bool, holds: Callable[[Step, Lines], None], parameters: str
    ) -> None:
        self._row = row
        self._called = called
        self._first = first
        self._holds = holds
        self._parameters = parameters

    def write(self, whole: Plan, lines: Lines, asked: tuple[str, ...] = ()) -> bool:
        """Write the steps. Whether one of them always holds, and ends a `first` table."""
        for item in whole:
            if isinstance(item, Group):
                self._group(item, lines, asked)
                continue
            lines.comment(item.rule.id, at(item.rule.place))
            if truth(item.condition) is True:
                self._holds(item, lines)
                if self._first:
                    return True
                continue
            lines.expression("if ", item.condition, ":")
            with lines.under():
                self._holds(item, lines)
        return False

    def _group(self, group: Group, lines: Lines, asked: tuple[str, ...]) -> None:
        module, settled = self._row.module, (*asked, group.fact)
        functions = {
            value: self._function(f"{self._called}_{value}", found, settled) for value, found in group.by_value.items()
        }
        others = self._function(f"{self._called}_other", group.others, settled) if group.others else "nothing"
        name = module.name(f"group {self._called} {len(module.functions)}", f"{self._called}_by_value")
        listed = "".join(f"    {value!r}: {function},\n" for value, function in functions.items())
        module.functions.append(f"{name} = {{\n{listed}}}")
        call = f"{name}.get(facts[{group.fact!r}], {others})({self._parameters})"
        if not self._first:
            lines.add(call)
            return
        lines.add(f"found = {call}")
        with lines.inside("if found is not None:"):
            lines.add("return found")

    def _function(self, called: str, found: list[Step], asked: tuple[str, ...]) -> str:
        row = self._row
        function = row.module.name(f"group {called} {len(row.module.functions)}", called)
        lines = row.lines()
        with lines.inside(f"def {function}({self._parameters}):"):
            below = Ladder(row, called, self._first, self._holds, self._parameters)
            if not below.write(plan(found, asked), lines, asked):
                lines.add("return None")
        row.module.write(lines)
        return function


def grouped(whole: Plan) -> bool:
    """Whether a plan has groups."""
    return any(isinstance(item, Group) for item in whole)
