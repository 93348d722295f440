"""What the rules of one row read in the end, through definitions; conditions that the row itself settles left out."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from engine.expr.check import Expression
from engine.link.program import IS, Choice, FactName, Formula, Program, Window
from engine.link.settled import settled, settled_tree


class Reach:
    """The names that a program reads, in the order in which they are met."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self._names: dict[str, None] = {}
        for expression in self._expressions():
            self._follow(expression)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._names)

    def facts(self) -> tuple[str, ...]:
        """The facts that the row can need, in the order in which the policy declares them."""
        policy = self.program.policy
        read = {meaning.fact for name in self._names if isinstance(meaning := self.program.names[name], FactName)}
        read |= {policy.zone_fact, policy.filed_fact, *(record.fact for record in self.program.records)}
        read |= {also.fact for also in policy.evidence.also}
        return tuple(name for name in policy.facts if name in read)

    def settled(self, condition: Expression | None) -> bool | None:
        """What a condition is in every case of this row; None when that hangs on the case."""
        return settled(self.program, condition)

    # ------------------------------------------------------------------------------------------------------ reading

    def _expressions(self) -> Iterator[Expression | None]:
        for table in self.program.tables.values():
            yield table.asked_if
            for rule in table.rules:
                if self.settled(rule.when) is not False:
                    yield from (rule.when, *rule.says.values())
        for window in (*self.program.windows, *(r.window for r in self.program.records if r.window)):
            yield from self._of_window(window)
        for record in self.program.records:
            yield from (owed.when for owed in record.owes)

    @staticmethod
    def _of_window(window: Window) -> Iterator[Expression | None]:
        yield from (window.asked_if, window.met_by)
        for span in window.spans:
            yield from (span.when, span.after, span.until)

    def _follow(self, expression: Expression | None) -> None:
        for name in self._read(expression.tree) if expression else ():
            if name in self._names:
                continue
            self._names[name] = None
            match self.program.names[name]:
                case Formula(inner):
                    self._follow(inner)
                case Choice(table):
                    for rule in table.rules:
                        if self.settled(rule.when) is not False:
                            self._follow(rule.when)
                            self._follow(rule.says[IS])
                case _:
                    pass

    def _read(self, tree: ast.AST) -> Iterator[str]:
        if settled_tree(self.program, tree) is not None:
            return
        match tree:
            case ast.Name(name):
                yield name
            case ast.Call(_, arguments):
                for argument in arguments:
                    yield from self._read(argument)
            case _:
                for part in ast.iter_child_nodes(tree):
                    yield from self._read(part)
