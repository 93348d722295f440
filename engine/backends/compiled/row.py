"""A row under way in Python: each thing that it reads is worked out once, in variables, before the first line that
needs it.

An event, a period, what a party handed in and what a table says are put where the function goes straight through, so
that they are there for every line below. They may be worked out in vain, and then ask for a fact that does not matter:
if it is not known, the reference meaning decides. Conditions ask facts as late as ever, and a definition that asks one
that may be missing is worked out when it is first read.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Callable
from typing import Final

from engine.backends.compiled.expressions import Expressions, size
from engine.backends.compiled.writing import GIVEN, Lines, Module, at, local, python
from engine.expr.check import Expression
from engine.link.parts import expressions, names_below, names_of, of_table
from engine.link.program import (
    Choice,
    Constant,
    FactName,
    Formula,
    PartyPart,
    Program,
    Proof,
    RecordPart,
    Table,
    TablePart,
    Unsettled,
    WindowPart,
)
from engine.policy.model import Fact
from engine.source import Place

SMALL: Final = 4  # a definition of this size is put in place wherever it is read
PROOF: Final = ("proved", "proven", "unsure")  # by materials alone; by whatever there is; what may yet be found
LATE: Final = frozenset({"facts", "proven", "unsure", "sure"})  # what reads these may ask something that is not known

Work = Callable[[], None]


class Row:
    """A row, or one table of it if `alone` is given. `straight` are the lines of the function that is being written:
    what is worked out for all lines below is put there."""

    def __init__(self, program: Program, alone: Table | None = None) -> None:
        self.program = program
        self.module = Module()
        self.expressions = Expressions(program, self.module, self.name, self.zone)
        self._uses = _uses(program, list(expressions(program) if alone is None else of_table(alone)))
        self.named = _uses(program, list(expressions(program))) if alone is not None else self._uses
        self._formulas: dict[str, ast.expr] = {}
        self._facts = {
            fact.name: self.local("fact", fact.name)
            for fact in program.policy.facts.values()
            if fact.kind != "event" and self._uses[fact.name] > 1
        }
        self._done: set[tuple[str, str]] = set()
        self._places: dict[str, Place] = {}
        self.variables: dict[str, Work | None] = {}  # those on the straight way, with what sets them
        self.calls: dict[str, str] = {}  # how functions are called that are written already
        self.events: list[str] = []  # those that are read
        self.straight = self.lines()

    def lines(self) -> Lines:
        """The lines of a function that is written here."""
        return Lines(self.module, self._facts)

    def python(self, expression: Expression) -> ast.expr:
        return self.expressions.python(expression.tree)

    def condition(self, expression: Expression | None) -> ast.expr:
        """A condition; none always holds."""
        return ast.Constant(True) if expression is None else self.python(expression)

    def local(self, kind: str, *words: str) -> str:
        """The name of a variable."""
        return self.module.name("/".join((kind, *words)), "_".join(words).lower())

    def variable(self, kind: str, *words: str, by: Work | None = None) -> str:
        """The name of a variable on the straight way; `by` sets it."""
        name = self.local(kind, *words)
        self.variables.setdefault(name, by)
        return name

    def first_time(self, kind: str, name: str) -> bool:
        """Whether something is asked for the first time."""
        new = (kind, name) not in self._done
        self._done.add((kind, name))
        return new

    def is_there(self, kind: str, name: str) -> bool:
        """Whether something was asked for the first time before."""
        return (kind, name) in self._done

    def apart(self, function: str, write: Callable[[Lines], None]) -> str:
        """Write a function that is given what it reads. What to give it."""
        start, lines = len(self.module.functions), self.lines()
        with lines.inside(f"def {function}({GIVEN}):"):
            write(lines)
        self.module.write(lines)
        return self.given(start)

    def given(self, start: int, lines: Lines | None = None) -> str:
        """What the functions from this place on are given, with which it is put into them and into the lines."""
        written = self.module.functions[start:] + (lines.lines if lines is not None else [])
        words = set(re.findall(r"\w+", "\n".join(written)))
        given = ", ".join(("facts", "as_of", *(name for name in self.variables if name in words)))
        self.module.functions[start:] = [text.replace(GIVEN, given) for text in self.module.functions[start:]]
        if lines is not None:
            lines.lines[:] = [text.replace(GIVEN, given) for text in lines.lines]
        return given

    # ------------------------------------------------------------------------------------------------------ names

    def name(self, name: str) -> ast.expr:
        """What a name is read by."""
        from engine.backends.compiled import parties, periods, tables

        match self.program.names[name]:
            case Constant(value):
                return ast.Constant(value)  # type: ignore[arg-type]
            case FactName(fact):
                return self.fact(fact)
            case Formula(expression):
                return self._formula(name, expression)
            case Choice(table):
                return tables.choice(self, table)
            case WindowPart(window, which):
                return periods.part(self, window, which)
            case PartyPart(record, which):
                return parties.party_part(self, record, which)
            case RecordPart(which):
                return parties.record_part(self, which)
            case Proof(proposition):
                return python(f"({proposition!r} in proven or ({proposition!r} in unsure and not_found_yet()))")
            case TablePart(table, field):
                return ast.Name(tables.said(self, table, tables.field(field) if field else "any"))
            case Unsettled():
                return ast.Constant(False)  # what waits for findings has raised

    def fact(self, name: str) -> ast.expr:
        """A fact as known at the moment: an event that is later has not happened yet."""
        fact = self.program.policy.facts[name]
        if fact.kind == "event":
            variable = self.variable("fact", name, by=lambda: self._event(fact))
            self.module.events.add(variable)
            return ast.Name(variable)
        return python(f"facts[{name!r}]")

    def _event(self, fact: Fact) -> None:
        if self.first_time("event", fact.name):
            name = self.local("fact", fact.name)
            self.straight.add(f"{name} = facts[{fact.name!r}]")
            later = f"{name} is not None and {name} is not UNKNOWN and {name} > as_of"
            self.straight.add(f"if {later}:", f"    {name} = None")
            self.events.append(fact.name)

    def zone(self) -> ast.expr:
        """What gives the zone in which calendar days are counted."""
        return ast.Name(self.variable("", "the_zone", by=self._zone))

    def _zone(self) -> None:
        if self.first_time("zone", ""):
            self.straight.add(f"{self.local('', 'the_zone')} = {self.zone_named()}")

    def zone_named(self) -> str:
        return f"zone_named(str(facts[{self.program.policy.zone_fact!r}]))"

    def _formula(self, name: str, expression: Expression) -> ast.expr:
        if name not in self._formulas:
            value = self.python(expression)
            if self._uses[name] > 1 and size(value) > SMALL:
                variable = self.local("formula", name)
                self._places[variable] = expression.place
                value = local(variable, value)
            self._formulas[name] = value
        return self._formulas[name]

    # ----------------------------------------------------------------------------------------- what has to be there

    def need(self, *found: Expression | None) -> None:
        """Work out what expressions read, as far as it belongs on the straight way."""
        for expression in found:
            if expression is not None:
                self.need_for(self.python(expression))

    def need_for(self, tree: ast.expr) -> None:
        """Work out what Python reads, as far as it belongs on the straight way."""
        from engine.backends.compiled import parties

        nodes = list(ast.walk(tree))
        for node in nodes:
            if isinstance(node, ast.Name):
                if node.id in PROOF:
                    parties.parties(self)
                elif (work := self.variables.get(node.id)) is not None:
                    work()
        for node in nodes:
            if isinstance(node, ast.IfExp) and isinstance(node.orelse, ast.NamedExpr):
                self._formula_now(node, node.orelse)

    def _formula_now(self, reading: ast.expr, named: ast.NamedExpr) -> None:
        """Work a definition out, unless it asks what may not be known."""
        place = self._places.get(named.target.id)
        late = not LATE.isdisjoint(node.id for node in ast.walk(named.value) if isinstance(node, ast.Name))
        if place is not None and not late and self.first_time("formula", named.target.id):
            self.straight.comment(at(place))
            self.straight.text(reading)


def _uses(program: Program, whole: list[Expression]) -> Counter[str]:
    """How often each name is written in expressions and the definitions that they read."""
    found: Counter[str] = Counter()
    for name in names_below(program, names_of(whole)):
        match program.names[name]:
            case Formula(expression):
                whole.append(expression)
            case Choice(table):
                whole += of_table(table)
            case _:
                pass
    for expression in whole:
        found.update(node.id for node in ast.walk(expression.tree) if isinstance(node, ast.Name))
    return found
