"""What the names of a row are read by: facts in place, formulas in place or by a function, everything else by one."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Final

from engine.backends.compiled.expressions import Expressions, size
from engine.backends.compiled.writing import Lines, Module, at, local, python
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

SMALL: Final = 4  # a formula of this size is put in place wherever it is read
ONCE: Final = 24  # one that is read once, up to this size
IN_PLACE: Final = 8  # lines of a function that stand wherever they are surely needed


class Row:
    """A row under way. A name that is worked out by a function is kept in an attribute of `k`, so that it is worked
    out once; the function gives it, too."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.module = Module()
        self.expressions = Expressions(program, self.module, self.name, self.zone)
        self._done: set[tuple[str, str]] = set()
        self._formulas: dict[str, ast.expr] = {}
        self.named = _uses(program)
        self._uses = self.named  # where it is written: in the row, or in one table of it
        self._variables: dict[str, str] | None = None

    def in_variables(self, facts: Iterable[str], uses: Counter[str]) -> None:
        """From now on, outside of functions that keep what they give, names and these facts are put into variables.
        `uses` is how often each name is written there."""
        self._variables = {fact: self.module.name("variable", fact) for fact in facts}
        self._uses = uses

    def lines(self) -> Lines:
        """The lines of a function that is written here."""
        return Lines(self.module, self._variables)

    def python(self, expression: Expression) -> ast.expr:
        return self.expressions.python(expression.tree)

    def condition(self, expression: Expression | None) -> ast.expr:
        """A condition; none always holds."""
        return ast.Constant(True) if expression is None else self.python(expression)

    def once(self, kind: str, name: str, write: Callable[[Lines, str], None], parameters: str = "k, facts") -> str:
        """The function of something, written when it is first asked for. `write` gets its lines and its name."""
        function = self.module.name(kind, name)
        if (kind, name) not in self._done:
            self._done.add((kind, name))
            variables, formulas = self._variables, self._formulas
            if variables is not None:
                self._variables, self._formulas = None, {}
            lines = self.lines()
            with lines.inside(f"def {function}({parameters}):"):
                write(lines, function)
            self.module.write(function, lines)
            self._variables, self._formulas = variables, formulas
        return function

    def kept(self, kind: str, name: str, write: Callable[[Lines, str], None]) -> ast.expr:
        """What reads a value that a function works out once. `write` sets `k.NAME` to it and returns it."""
        function = self.once(kind, name, write)
        return self.read(function)

    def read(self, function: str, which: str = "") -> ast.expr:
        """What reads what a function gives; `which` where it is kept under that."""
        place = self.module.attribute(function, which)
        return python(f"{place} if {place} is not UNREAD else {function}(k, facts)")

    def beside(self, function: str, which: str) -> ast.expr:
        """What reads something that a function keeps beside what it gives."""
        place = self.module.attribute(function, which)
        return python(f"{place} if {place} is not UNREAD else ({function}(k, facts), {place})[1]")

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
            case WindowPart(window, part):
                return periods.part(self, window, part)
            case PartyPart(record, part):
                return parties.party_part(self, record, part)
            case RecordPart(part):
                return parties.part(self, part)
            case Proof(proposition):
                return parties.proven(self, proposition)
            case TablePart(table, field):
                return tables.part(self, table, field)
            case Unsettled(table):
                return tables.unsettled(self, table)

    def fact(self, name: str) -> ast.expr:
        """A fact as known at the moment: an event that is later has not happened yet."""
        fact = self.program.policy.facts[name]
        if fact.kind != "event":
            return python(f"facts[{name!r}]")
        if self._variables is not None:
            value = python(f"by_then(facts[{name!r}], as_of)")
            return value if self._uses[name] == 1 else local(self.module.name("variable", name), value)

        def write(lines: Lines, own: str) -> None:
            lines.comment(at(fact.place))
            lines.add(f"found = facts[{name!r}]")
            with lines.inside("if found is not None and found > k.as_of:"):
                lines.add("found = None")
            lines.give(own, "found")
            kept = self.module.attribute(own)
            later = "if event is not None and event > k.as_of:"
            self.module.in_place[own] = [f"{kept} = event = facts[{name!r}]", later, f"    {kept} = None"]

        return self.kept("event", name, write)

    def zone(self) -> ast.expr:
        """What gives the zone in which calendar days are counted."""

        def write(lines: Lines, own: str) -> None:
            value = f"zone_named(str(facts[{self.program.policy.zone_fact!r}]))"
            lines.give(own, python(value))
            self.module.in_place[own] = [f"{self.module.attribute(own)} = {value}"]

        return self.kept("zone", "the_zone", write)

    def _formula(self, name: str, expression: Expression) -> ast.expr:
        if name not in self._formulas:
            self._formulas[name] = self._placed(name, expression)
        return self._formulas[name]

    def _placed(self, name: str, expression: Expression) -> ast.expr:
        value = self.python(expression)
        much = size(value)
        if much <= SMALL or (self._uses[name] == 1 and much <= ONCE):
            return value
        if self._variables is not None:
            return local(self.module.name("variable", name), value)

        def write(lines: Lines, own: str) -> None:
            lines.comment(at(expression.place))
            lines.give(own, value)
            body = [line[4:].replace(" = found = ", " = ", 1) for line in lines.lines[1:-1]]
            if len(body) <= IN_PLACE:
                self.module.in_place[own] = body

        return self.kept("name", name, write)


def _uses(program: Program) -> Counter[str]:
    """How often each name is written in what is read of a row."""
    return _counted(program, list(expressions(program)))


def uses_of(program: Program, table: Table) -> Counter[str]:
    """How often each name is written in a table and the definitions that it reads."""
    return _counted(program, list(of_table(table)))


def _counted(program: Program, whole: list[Expression]) -> Counter[str]:
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
