"""One table alone, in Python: facts to the answer of the table."""

from __future__ import annotations

import ast

from engine.backends.compiled.expressions import negated, truth
from engine.backends.compiled.ladder import Ladder, Step, plan
from engine.backends.compiled.parties import weigh
from engine.backends.compiled.row import Row
from engine.backends.compiled.tables import Out, steps
from engine.backends.compiled.writing import GIVEN, Lines, tuple_of
from engine.link.parts import of_table
from engine.link.program import Rule, Table

ENTRY = "rules"


def write(row: Row, table: Table) -> str:
    """The function that answers for a table, of a row that is written for it alone; its name. Where something is not
    known it asks `not_known`."""
    name = row.module.name("alone", ENTRY)
    lines, start = row.straight, len(row.module.functions)
    with lines.inside(f"def {name}(facts, as_of):"):
        with lines.inside("try:"):
            _Alone(row, table, name).write(lines)
        with lines.inside("except KeyError:"):
            lines.add("return not_known(facts, as_of)")
    row.given(start, lines)
    row.module.write(lines)
    return name


class _Alone:
    def __init__(self, row: Row, table: Table, called: str) -> None:
        self.row = row
        self.table = table
        self.called = called
        self.out = Out(row, table)
        fields = row.program.policy.fields
        self.outward = {name: fields[name].written_as for name in table.fields}

    def write(self, lines: Lines) -> None:
        self.row.need(*of_table(self.table))
        weigh(self.row, lines, *of_table(self.table))
        asked = self.row.condition(self.table.asked_if)
        if truth(asked) is not True:
            lines.expression("if ", negated(asked), ":")
            with lines.under():
                lines.add(f"return {self._constant_answer('not_asked', None, False)}")
        if truth(asked) is False:
            return
        found = steps(self.row, self.table, openly=True)
        if self.table.hit == "first":
            ladder = Ladder(self.row, self.called, True, self._decides, GIVEN)
            if not ladder.write(plan(found), lines):
                lines.add(f"return {self._constant_answer('no_rule', None, True)}")
        else:
            self._all(found, lines)

    # ------------------------------------------------------------------------------------------------ the first rule

    def _decides(self, step: Step, lines: Lines) -> None:
        says = {name: self.out.says(step.rule, name, lines) for name in self.table.fields}
        if all(self._is_constant(step.rule, name) for name in self.table.fields):
            lines.add(f"return {self._constant_answer(step.rule.id, step.rule, True)}")
        else:
            lines.add(f"return {self._answer(step.rule, says, True)}")

    def _is_constant(self, rule: Rule, name: str) -> bool:
        return name not in rule.says or isinstance(self.row.python(rule.says[name]), ast.Constant)

    def _constant_answer(self, called: str, rule: Rule | None, asked: bool) -> str:
        """The name of an answer that is the same in every case."""
        name = self.row.module.name("answer", f"ANSWER_{called.upper()}")
        text = f"{name} = {self._answer(rule, {n: self._plain(rule, n) for n in self.table.fields}, asked)}"
        if text not in self.row.module.functions:
            self.row.module.functions.append(text)
        return name

    def _plain(self, rule: Rule | None, name: str) -> str:
        return self.out.nothing(name) if rule is None else self.out.says(rule, name, self.row.lines())

    def _answer(self, rule: Rule | None, says: dict[str, str], asked: bool) -> str:
        fields = ", ".join(f"{self.outward[name]!r}: {value}" for name, value in says.items())
        if rule is None:
            return f"Answer({asked}, (), {{{fields}}})"
        basis = rule.basis
        return f"Answer({asked}, ({rule.id!r},), {{{fields}}}, {basis.clauses!r}, {basis.readings!r})"

    # --------------------------------------------------------------------------------------------------- all that hold

    def _all(self, found: list[Step], lines: Lines) -> None:
        constant = all(self._is_constant(step.rule, name) for step in found for name in self.table.fields)
        lines.add("hold = []")
        said = {name: f"said_{number}" for number, name in enumerate(self.table.fields)}
        if not constant:
            lines.add(*(f"{local} = ()" for local in said.values()))

        def holds(step: Step, inside: Lines) -> None:
            inside.add(f"hold.append({step.number})")
            for name in step.rule.says if not constant else ():
                inside.add(f"{said[name]} += {self.out.says(step.rule, name, inside)}")

        parameters = f"{GIVEN}, hold"
        Ladder(self.row, self.called, False, holds, parameters).write(plan(found) if constant else list(found), lines)
        rules = self._rules(found, constant)
        if constant:
            lines.add(f"return {rules}(tuple(hold))")
            return
        fields = ", ".join(f"{self.outward[name]!r}: once({local})" for name, local in said.items())
        lines.add(f"held = {rules}(tuple(hold))")
        lines.add(f"return Answer(True, held.rules, {{{fields}}}, held.clauses, held.readings)")

    def _rules(self, found: list[Step], constant: bool) -> str:
        """The name of what gives the answer for the numbers of the rules that hold."""
        name = self.row.module.name("answers", f"{self.called}_together")
        fields = self.table.fields if constant else ()
        listed = ""
        for step in found:
            rule = step.rule
            says = tuple_of(self._plain(rule, field) if field in rule.says else "()" for field in fields)
            listed += f"    {step.number}: ({rule.id!r}, {says}, {rule.basis.clauses!r}, {rule.basis.readings!r}),\n"
        outward = tuple_of(repr(self.outward[field]) for field in fields)
        self.row.module.functions.append(f"{name} = answers({{\n{listed}}}, {outward})")
        return name
