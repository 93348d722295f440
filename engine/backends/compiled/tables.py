"""Tables in Python: which rules hold, what they say, and the reasons that follow; choices are small tables."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import Final

from engine.backends.as_reasons import rule_reason
from engine.backends.compiled import left_open, parties
from engine.backends.compiled.expressions import negated, truth
from engine.backends.compiled.known import as_list
from engine.backends.compiled.ladder import Ladder, Plan, Step, grouped, plan
from engine.backends.compiled.row import Row
from engine.backends.compiled.writing import GIVEN, Lines, alternatives, at, local, python, tuple_of
from engine.link.parts import of_table
from engine.link.program import IS, RecordPart, Rule, Table
from engine.policy.model import Field

LONG: Final = 50  # rules of which the first counts in one function: each is an `else` of the one above


def field(name: str) -> str:
    """What the variable of a field of a table is called, behind the name of the table."""
    return f"says_{name}"


def said(row: Row, table: Table, which: str) -> str:
    """The variable of what a table says, or of what follows from it: `asked`, `any`, `drops`, `choices`, `why`."""
    return row.variable("table", table.name, which, by=lambda: table_itself(row, table))


def steps(row: Row, table: Table, openly: bool = False) -> list[Step]:
    """The rules of a table that can hold in the row. A rule that is left out while it is open does not hold then; or,
    `openly`, it raises as any other."""
    found = [
        Step(number, rule, row.condition(rule.when) if openly else left_open.condition(row, table, rule))
        for number, rule in enumerate(table.rules)
    ]
    return [step for step in found if truth(step.condition) is not False]


class Out:
    """What the rules of a table say."""

    def __init__(self, row: Row, table: Table) -> None:
        self.row = row
        self.table = table

    def _declared(self, name: str) -> Field | None:
        return None if name == IS else self.row.program.policy.fields[name]

    def nothing(self, name: str) -> str:
        """What a field is where no rule says it."""
        declared = self._declared(name)
        return "None" if declared is None else "()" if declared.many else repr(declared.otherwise)

    def says(self, rule: Rule, name: str, lines: Lines) -> str:
        """What a rule says of a field."""
        expression, declared = rule.says.get(name), self._declared(name)
        if expression is None:
            return self.nothing(name)
        value = self.row.python(expression)
        if declared is None or not declared.many:
            return lines.text(value)
        if isinstance(value, ast.Constant):
            return repr(as_list(value.value))  # type: ignore[arg-type]
        listed = lines.text(value)
        meaning = self.row.program.names[expression.tree.id] if isinstance(expression.tree, ast.Name) else None
        return listed if isinstance(meaning, RecordPart) else f"as_list({listed})"

    def reasons(self, rule: Rule | None, above: Iterable[Rule]) -> str:
        """The reasons of a `first` table whose rule holds; those above it that hang on proof have failed."""
        held = () if rule is None else (rule_reason("held", rule),)
        whole = (*held, *(rule_reason("failed", one) for one in above if one.hangs_on_proof))
        called = f"why_{self.table.name}_{rule.id}" if rule is not None else f"why_{self.table.name}_no_rule"
        return self.row.module.constant(called, whole) if whole else "()"

    def held(self, rule: Rule) -> str:
        """The reason of a rule that holds."""
        return self.row.module.constant(f"held_{rule.table}_{rule.id}", rule_reason("held", rule))

    def first(self, rule: Rule | None, above: Iterable[Rule], lines: Lines) -> Iterator[tuple[str, str]]:
        """All that follows from the first rule that holds, or from none, by what it is called."""
        for name in self.table.fields:
            yield field(name), self.nothing(name) if rule is None else self.says(rule, name, lines)
        yield "drops", tuple_of(map(repr, rule.not_owed_by)) if rule is not None else "()"
        yield "choices", tuple_of(map(repr, rule.choices)) if rule is not None else "()"
        yield "any", str(rule is not None)
        yield "why", self.reasons(rule, above)


def may_repeat(rules: list[Rule], name: str) -> bool:
    """Whether two of the rules may say the same value of a field."""
    said_values = [rule.says[name].tree for rule in rules]
    constant = [tree.value for tree in said_values if isinstance(tree, ast.Constant)]
    values = [value for listed in constant for value in (listed if isinstance(listed, tuple) else (listed,))]
    return len(rules) > 1 and (len(constant) < len(said_values) or len(set(values)) < len(values))


# --------------------------------------------------------------------------------------------------------- a table


def table_itself(row: Row, table: Table) -> None:
    """Work out what a table says, and what follows from that."""
    if not row.first_time("table", table.name):
        return
    row.need(*of_table(table))
    lines, out = row.straight, Out(row, table)
    parties.weigh(row, lines, table.asked_if)
    lines.comment(table.name, at(table.place))
    guard, asked = row.condition(table.asked_if), said(row, table, "asked")
    lines.expression(f"{asked} = ", guard)
    if table.hit == "all" or truth(guard) is not True or not steps(row, table):
        _set(row, table, out.first(None, (), lines), lines)
    if truth(guard) is False:
        return
    if truth(guard) is None:
        lines.add(f"if {asked}:")
    with lines.under() if truth(guard) is None else lines.here():
        parties.weigh(row, lines, *of_table(table))
        if table.hit == "first":
            _first(out, lines)
        else:
            _all(out, lines)


def _set(row: Row, table: Table, values: Iterable[tuple[str, str]], lines: Lines) -> None:
    lines.add(*(f"{said(row, table, which)} = {value}" for which, value in values))


def _first(out: Out, lines: Lines) -> None:
    row, table = out.row, out.table
    found = steps(row, table)
    if grouped(plan(found)) or len(found) > LONG:
        _first_apart(out, found, lines)
        return
    for step, inside in alternatives(lines, [(step.condition, step) for step in found]):
        inside.comment(step.rule.id, at(step.rule.place))
        _set(row, table, list(out.first(step.rule, table.rules[: step.number], inside)), inside)
    if found and truth(found[-1].condition) is not True:
        lines.add("else:")
        with lines.under():
            _set(row, table, out.first(None, table.rules, lines), lines)


def _first_apart(out: Out, found: list[Step], lines: Lines) -> None:
    """A function of its own goes through the rules that can hold, and gives all that follows."""
    row, table = out.row, out.table
    function = row.module.name("first of", f"{table.name}_first")

    def holds(step: Step, inside: Lines) -> None:
        values = dict(out.first(step.rule, table.rules[: step.number], inside))
        inside.add(f"return {tuple_of(values.values())}")

    def write(inside: Lines) -> None:
        if not Ladder(row, function, True, holds, GIVEN).write(plan(found), inside):
            inside.add(f"return {tuple_of(dict(out.first(None, table.rules, inside)).values())}")

    given = row.apart(function, write)
    names = (said(row, table, which) for which, _ in out.first(None, (), lines))
    lines.add(f"{', '.join(names)} = {function}({given})")


def _all(out: Out, lines: Lines) -> None:
    row, table = out.row, out.table
    found = steps(row, table)
    if grouped(plan(found)) and all(_says_constants(out, step.rule) for step in found):
        _all_in_groups(out, plan(found), found, lines)
    else:
        for step in found:
            lines.comment(step.rule.id, at(step.rule.place))
            if truth(step.condition) is None:
                lines.expression("if ", step.condition, ":")
            with lines.under() if truth(step.condition) is None else lines.here():
                _adds(out, step.rule, lines)
    for name in table.fields:
        if may_repeat([rule for rule in table.rules if name in rule.says], name):
            lines.add(f"{said(row, table, field(name))} = once({said(row, table, field(name))})")
    lines.add(f"{said(row, table, 'any')} = {said(row, table, 'why')} != ()")


def _adds(out: Out, rule: Rule, lines: Lines) -> None:
    row, table = out.row, out.table
    says = [f"{said(row, table, field(name))} += {out.says(rule, name, lines)}" for name in rule.says]
    lines.add(*says, f"{said(row, table, 'why')} += ({out.held(rule)},)")
    if rule.not_owed_by:
        lines.add(f"{said(row, table, 'drops')} += {tuple_of(map(repr, rule.not_owed_by))}")
    if rule.choices:
        lines.add(f"{said(row, table, 'choices')} += {tuple_of(map(repr, rule.choices))}")


def _says_constants(out: Out, rule: Rule) -> bool:
    """Whether a rule says constants alone."""
    return all(isinstance(out.row.python(expression), ast.Constant) for expression in rule.says.values())


def _all_in_groups(out: Out, whole: Plan, found: list[Step], lines: Lines) -> None:
    """Functions gather the rules that hold by number, and what they say is looked up."""
    row, table = out.row, out.table
    function = row.module.name("all of", f"{table.name}_all")

    def holds(step: Step, inside: Lines) -> None:
        inside.add(f"hold.append({step.number})")

    def write(inside: Lines) -> None:
        inside.add("hold = []")
        Ladder(row, function, False, holds, f"{GIVEN}, hold").write(whole, inside)
        inside.add("return hold")

    given = row.apart(function, write)
    by_number = row.module.name("rules", f"{table.name}_rules")
    listed = "".join(f"    {step.number}: {_said_by(out, step.rule, lines)},\n" for step in found)
    row.module.functions.append(f"{by_number} = {{\n{listed}}}")
    names = [said(row, table, which) for which in (*map(field, table.fields), "drops", "choices", "why")]
    with lines.inside(f"for number in {function}({given}):"):
        lines.add(f"rule = {by_number}[number]", *(f"{name} += rule[{n}]" for n, name in enumerate(names)))


def _said_by(out: Out, rule: Rule, lines: Lines) -> str:
    says = [out.says(rule, name, lines) if name in rule.says else "()" for name in out.table.fields]
    more = [tuple_of(map(repr, rule.not_owed_by)), tuple_of(map(repr, rule.choices)), f"({out.held(rule)},)"]
    return tuple_of([*says, *more])


# --------------------------------------------------------------------------------------------------------- choices


def choice(row: Row, table: Table) -> ast.expr:
    """What a choice is read by."""
    return ast.Subscript(_chosen(row, table), ast.Constant(0))


def why_chosen(row: Row, table: Table) -> ast.expr:
    """What gives the reasons of a choice."""
    return ast.Subscript(_chosen(row, table), ast.Constant(1))


def _chosen(row: Row, table: Table) -> ast.expr:
    """What gives the value of a choice with its reasons: a function that is asked when the value is read."""
    function = row.module.name("choice", f"which_{table.name}")
    if function not in row.calls:
        row.calls[function] = f"{function}({row.apart(function, lambda lines: _write_choice(row, table, lines))})"
    return local(row.local("chosen", "chosen", table.name), python(row.calls[function]))


def _write_choice(row: Row, table: Table, lines: Lines) -> None:
    out, found, guard = Out(row, table), steps(row, table), row.condition(table.asked_if)
    parties.weigh(row, lines, *of_table(table))
    lines.comment(at(table.place))
    if truth(guard) is not True:
        lines.expression("if ", negated(guard), ":")
        with lines.under():
            lines.add("return None, ()")

    def holds(step: Step, inside: Lines) -> None:
        value = out.says(step.rule, IS, inside)
        if value in row.module.events:
            inside.add(f"if {value} is UNKNOWN:", "    raise NotKnown")
        inside.add(f"return {value}, {out.reasons(step.rule, table.rules[: step.number])}")

    if not Ladder(row, row.module.name("choice", f"which_{table.name}"), True, holds, GIVEN).write(plan(found), lines):
        lines.add(f"return None, {out.reasons(None, table.rules)}")
