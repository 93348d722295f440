"""The reference meaning, watched, without going through the trees of a program again and again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from engine.backends.clocks import Clocks
from engine.backends.outcomes import Outcomes
from engine.backends.records import Records
from engine.case.model import Case
from engine.evaluation.closures import Code, code_of, reader_of
from engine.evaluation.shared import facts_of, sharing
from engine.evaluation.texts import Assumed, Texts
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
        self.assumed: dict[str, Assumed] = {}  # the last token of a fact that a case leaves out
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
            found, facts = code_of(self.program, expression.tree), facts_of(self.program, expression)
            if facts is not None:
                found = sharing(self, expression, facts, found)
            found = self.trees.setdefault(id(expression.tree), found)
        return found

    def table(self, table: Table) -> tuple[tuple[Rule, Code], ...]:
        found = tuple((r, _always if r.when is None else self.expression(r.when)) for r in table.rules)
        self.tables[table.name] = found
        return found

    def tokens(self, case: Case) -> Mapping[str, object]:
        """The values of the facts of a case as keys: of those that a declaration assumed, that they were."""
        tokens, known = {**case.values}, self.assumed
        for name in case.assumed:
            if name in tokens:
                value, token = tokens[name], known.get(name)
                if token is None or token.value is not value:
                    token = known[name] = Assumed(value)
                tokens[name] = token
        return tokens

    def run(self, program: Program, case: Case, as_of: datetime, shares: bool = True) -> Swift:
        """The run of a case at a moment, which takes what is shared with other cases or not."""
        return Swift(self, case, as_of, shares)


def _always(run: Swift) -> bool:
    return True


class Swift(Watching):
    """As Watching, but what an operand comes to is not kept: only conditions and their parts, down to the terms."""

    def __init__(self, codes: Codes, case: Case, as_of: datetime, shares: bool) -> None:
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
        self.formulas_read = {}
        self.shared = {}
        self.codes = codes
        self.readers = codes.names
        self._trees = codes.trees
        self.tokens = codes.tokens(case) if shares else None

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
