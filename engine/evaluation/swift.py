"""The reference meaning, watched, without going through the trees of a program again and again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from engine.backends.clocks import Clocks
from engine.backends.outcomes import Outcomes
from engine.backends.records import Records
from engine.case.model import Case
from engine.evaluation.closures import Code, code_of, reader_of
from engine.evaluation.texts import Texts
from engine.evaluation.watching import Watching
from engine.expr.check import Expression
from engine.expr.unknown import Unknown
from engine.link.program import Formula, Program, Rule, Table


class Codes:
    """The expressions and names of a program as closures, each made when it is first needed. May be shared by threads:
    who is late makes one twice, which does no harm."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.texts = Texts(program)
        self.names: dict[str, Code] = {}
        self.tables: dict[str, tuple[tuple[Rule, Code], ...]] = {}
        self.trees: dict[int, Code] = {}  # by the identity of a tree, which the program keeps

    def name(self, name: str) -> Code:
        meaning = self.program.names[name]
        if isinstance(meaning, Formula):
            found = self.expression(meaning.expression)
        else:
            found = reader_of(self.program, meaning)
        self.names[name] = found
        return found

    def expression(self, expression: Expression) -> Code:
        found = self.trees.get(id(expression.tree))
        if found is None:
            found = self.trees.setdefault(id(expression.tree), code_of(self.program, expression.tree))
        return found

    def table(self, table: Table) -> tuple[tuple[Rule, Code], ...]:
        found = tuple((r, _always if r.when is None else self.expression(r.when)) for r in table.rules)
        self.tables[table.name] = found
        return found

    def run(self, program: Program, case: Case, as_of: datetime) -> Swift:
        """The run of a case at a moment."""
        return Swift(self, case, as_of)


def _always(run: Swift) -> bool:
    return True


class Swift(Watching):
    """As Watching, but what an operand comes to is not kept: only conditions and their parts, down to the terms."""

    def __init__(self, codes: Codes, case: Case, as_of: datetime) -> None:
        # As the base classes do, without what only going through trees needs.
        self.program = codes.program
        self.case = case
        self.as_of = as_of
        self.memo = {}
        self.clocks = Clocks(self)
        self.records = Records(self)
        self.outcomes = Outcomes(self)
        self.seen = {}
        self.facts_read = {}
        self.codes = codes
        self.readers = codes.names
        self._trees = codes.trees

    def value(self, name: str) -> object:
        memo = self.memo
        if name in memo:
            return memo[name]
        readers = self.readers
        read = readers[name] if name in readers else self.codes.name(name)
        found = memo[name] = read(self)
        return found

    def evaluate(self, expression: Expression) -> Any:
        code = self._trees.get(id(expression.tree)) or self.codes.expression(expression)
        return code(self)

    def holds(self, condition: Expression | None) -> bool | Unknown:
        if condition is None:
            return True
        code = self._trees.get(id(condition.tree)) or self.codes.expression(condition)
        found: bool | Unknown = code(self)
        return found

    def tried(self, table: Table) -> Iterator[tuple[Rule, bool | Unknown]]:
        for rule, code in self.codes.tables.get(table.name) or self.codes.table(table):
            yield rule, code(self)

    def as_known(self, name: str) -> object:
        return self.memo[name] if name in self.memo else super().as_known(name)
