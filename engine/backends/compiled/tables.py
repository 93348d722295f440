"""Tables in Python: which rules hold, what they say, and the reasons that follow; choices are small tables."""

from __future__ import annotations

import ast
from collections.abc import Callable

from engine.backends.as_reasons import rule_reason
from engine.backends.compiled import unsure
from engine.backends.compiled.expressions import negated, truth
from engine.backends.compiled.known import as_list
from engine.backends.compiled.ladder import Ladder, Plan, Step, grouped, plan, steps
from engine.backends.compiled.row import Row
from engine.backends.compiled.writing import Lines, at, tuple_of
from engine.link.program import IS, RecordPart, Rule, Table
from engine.policy.model import Field


def outcome(row: Row, table: Table) -> str:
    """The function that works a table out. It gives the reasons, kept as `k.NAME_why`; beside them stand `k.NAME_any`,
    `_asked`, `_drops` and `_choices`, as far as the table can have them, and `k.NAME_says_FIELD`."""
    return row.once("table", table.name, lambda lines, own: _outcome(row, table, lines, own))


def why(row: Row, table: Table) -> ast.expr:
    """What gives the reasons of a table."""
    function = outcome(row, table)
    return row.read(function, "why")


def part(row: Row, table: Table, field: str) -> ast.expr:
    """What a field of a table is read by; the empty name asks whether any rule holds."""
    function = outcome(row, table)
    return row.beside(function, said(field) if field else "any")


def unsettled(row: Row, table: Table) -> ast.expr:
    """Whether a table waits for findings: never, once it could be worked out."""
    return ast.Compare(why(row, table), [ast.Is()], [ast.Constant(None)])


def choice(row: Row, table: Table) -> ast.expr:
    """What a choice is read by."""
    function = outcome(row, table)
    return row.beside(function, said(IS))


def said(field: str) -> str:
    """What is kept beside the reasons of a table: what it says of a field."""
    return f"says_{field}" if field else "value"


# ---------------------------------------------------------------------------------------------------- who drops what


def dropped(row: Row, lines: Lines) -> set[str]:
    """Sets `dropped` to the parties whose missing evidence no longer matters. The parties that this can be."""
    found = [table for table in row.program.tables.values() if _drops(table)]
    if found:
        functions = [outcome(row, table) for table in found]
        whole = " + ".join(lines.text(row.beside(function, "drops")) for function in functions)
        lines.add(f"dropped = {whole}")
    return {party for table in found for rule in table.rules for party in rule.not_owed_by}


def _drops(table: Table) -> bool:
    return any(rule.not_owed_by for rule in table.rules)


# ---------------------------------------------------------------------------------------------------- one table


class Out:
    """What a table gives: the names of its attributes, and what they are where no rule holds."""

    def __init__(self, row: Row, table: Table, own: str) -> None:
        self.row = row
        self.table = table
        self.own = own
        self.fields = table.fields
        self.is_choice = IS in table.fields
        self.has_drops = _drops(table)
        self.has_choices = any(rule.choices for rule in table.rules)

    def declared(self, name: str) -> Field | None:
        return None if name == IS else self.row.program.policy.fields[name]

    def many(self, name: str) -> bool:
        declared = self.declared(name)
        return declared is not None and declared.many

    def nothing(self, name: str) -> str:
        """What a field is where no rule says it."""
        declared = self.declared(name)
        return "None" if declared is None else "()" if declared.many else repr(declared.otherwise)

    def says(self, rule: Rule, name: str, lines: Lines) -> str:
        """What a rule says of a field."""
        expression = rule.says.get(name)
        if expression is None:
            return self.nothing(name)
        value = self.row.python(expression)
        if not self.many(name):
            return lines.text(value)
        if isinstance(value, ast.Constant):
            return repr(as_list(value.value))  # type: ignore[arg-type]
        listed = lines.text(value)
        meaning = self.row.program.names[expression.tree.id] if isinstance(expression.tree, ast.Name) else None
        return listed if isinstance(meaning, RecordPart) else f"as_list({listed})"

    def again(self, rule: Rule) -> str | None:
        """The function that asks a condition again that may be left open."""
        if rule.when is None or not unsure.may_be_left_open(self.row, self.table, rule):
            return None
        return unsure.again(self.row, f"{self.table.name}_{rule.id}", rule.when)

    def keep(self, rule: Rule | None, reasons: str, lines: Lines, asked_for: bool = True) -> None:
        """Keep everything that follows when a rule decides, or none does."""
        says = [self.nothing(name) if rule is None else self.says(rule, name, lines) for name in self.fields]
        for number, name in enumerate(self.fields):
            if rule is not None and name in rule.says and not isinstance(rule.says[name].tree, ast.Constant):
                lines.add(f"value_{number} = {says[number]}")  # nothing is kept before all of it could be worked out
                says[number] = f"value_{number}"
        for name, value in zip(self.fields, says, strict=True):
            lines.keep(self.own, said(name), value)
        lines.keep(self.own, "asked", str(asked_for))
        lines.keep(self.own, "any", str(rule is not None))
        if self.has_drops:
            lines.keep(self.own, "drops", tuple_of(map(repr, rule.not_owed_by)) if rule else "()")
        if self.has_choices:
            lines.keep(self.own, "choices", tuple_of(map(repr, rule.choices)) if rule else "()")
        lines.give(self.own, reasons, "why")


def _outcome(row: Row, table: Table, lines: Lines, own: str) -> None:
    out = Out(row, table, own)
    lines.comment(at(table.place))
    asked = row.condition(table.asked_if)
    if truth(asked) is not True:
        lines.expression("if ", negated(asked), ":")
        with lines.under():
            out.keep(None, "()", lines, asked_for=False)
    if truth(asked) is False:
        return
    if table.hit == "first":
        _first(out, lines)
    else:
        _all(out, lines)


def _first(out: Out, lines: Lines) -> None:
    def failed(number: int) -> list[Rule]:
        return [rule for rule in out.table.rules[:number] if rule.hangs_on_proof]

    def holds(step: Step, inside: Lines) -> None:
        out.keep(step.rule, _reasons(out, step.rule, failed(step.number)), inside)

    ladder = Ladder(out.row, out.own, True, holds, "k, facts", out.again)
    if not ladder.write(plan(steps(out.row, out.table.rules)), lines):
        out.keep(None, _reasons(out, None, failed(len(out.table.rules))), lines)


def _reasons(out: Out, rule: Rule | None, failed: list[Rule]) -> str:
    """The reasons of a `first` table whose rule holds; `failed` are those above it that failed for want of proof."""
    held = () if rule is None else (rule_reason("held", rule),)
    whole = (*held, *(rule_reason("failed", one) for one in failed))
    name = f"{out.table.name}_{rule.id}" if rule is not None else f"{out.table.name}_no_rule"
    return out.row.module.constant(f"why_{name}", whole) if whole else "()"


def _all(out: Out, lines: Lines) -> None:
    found = steps(out.row, out.table.rules)
    if not any(out.again(step.rule) for step in found):
        _gather(out, found, lines, None)
        return

    def carefully(inside: Lines, _: str) -> None:
        _gather(out, found, inside, out.again)

    function = out.row.once("carefully", f"{out.own}_carefully", carefully)
    with lines.inside("try:"):
        _gather(out, found, lines, None)
    with lines.inside("except KeyError:"):
        lines.add(f"return {function}(k, facts)")


def _gather(out: Out, found: list[Step], lines: Lines, again: Callable[[Rule], str | None] | None) -> None:
    """Every rule that holds. `again` gives the functions of the conditions that may be left open."""
    names = {name: f"said_{number}" for number, name in enumerate(out.fields)}
    sources = {name: [rule for rule in out.table.rules if name in rule.says] for name in out.fields}
    lines.add("reasons = []", *(f"{local} = ()" for local in names.values()))
    lines.add(*(["drops = ()"] if out.has_drops else []), *(["choices = ()"] if out.has_choices else []))
    whole = plan(found)
    if again is None and grouped(whole) and all(_says_constants(out, step.rule) for step in found):
        _all_in_groups(out, whole, found, names, lines)
    else:

        def adds(step: Step, inside: Lines) -> None:
            _adds(out, step.rule, names, inside)

        Ladder(out.row, out.own, False, adds, "", again or (lambda _: None)).write(list(found), lines)
    for name, local in names.items():
        lines.keep(out.own, said(name), f"once({local})" if _may_repeat(sources[name], name) else local)
    if out.has_drops:
        lines.keep(out.own, "drops", "drops")
    if out.has_choices:
        lines.keep(out.own, "choices", "choices")
    lines.keep(out.own, "asked", "True")
    lines.keep(out.own, "any", "reasons != []")
    lines.give(out.own, "reasons", "why")


def _may_repeat(rules: list[Rule], name: str) -> bool:
    """Whether two of the rules may say the same value of a field."""
    said_values = [rule.says[name].tree for rule in rules]
    constant = [tree.value for tree in said_values if isinstance(tree, ast.Constant)]
    values = [value for listed in constant for value in (listed if isinstance(listed, tuple) else (listed,))]
    return len(rules) > 1 and (len(constant) < len(said_values) or len(set(values)) < len(values))


def _says_constants(out: Out, rule: Rule) -> bool:
    """Whether a rule says constants alone."""
    return all(isinstance(out.row.python(expression), ast.Constant) for expression in rule.says.values())


def _all_in_groups(out: Out, whole: Plan, found: list[Step], names: dict[str, str], lines: Lines) -> None:
    """The rules that hold are gathered by number, and what they say is looked up."""
    lines.add("hold = []")

    def holds(step: Step, inside: Lines) -> None:
        inside.add(f"hold.append({step.number})")

    Ladder(out.row, out.own, False, holds, "k, facts, hold").write(whole, lines)
    says = {step.number: _said_by(out, step.rule, lines) for step in found}
    by_number = out.row.module.name("rules", f"{out.own}_rules")
    listed = "".join(f"    {number}: {value},\n" for number, value in says.items())
    out.row.module.functions.append(f"{by_number} = {{\n{listed}}}")
    with lines.inside("for number in hold:"):
        lines.add(f"rule = {by_number}[number]", "reasons.append(rule[0])")
        lines.add(*(f"{local} += rule[{place}]" for place, local in enumerate(names.values(), 1)))
        if out.has_drops:
            lines.add("drops += rule[-2]")
        if out.has_choices:
            lines.add("choices += rule[-1]")


def _said_by(out: Out, rule: Rule, lines: Lines) -> str:
    reason = out.row.module.constant(f"held_{out.table.name}_{rule.id}", rule_reason("held", rule))
    says = [out.says(rule, name, lines) if name in rule.says else "()" for name in out.fields]
    return tuple_of([reason, *says, tuple_of(map(repr, rule.not_owed_by)), tuple_of(map(repr, rule.choices))])


def _adds(out: Out, rule: Rule, names: dict[str, str], lines: Lines) -> None:
    reason = out.row.module.constant(f"held_{out.table.name}_{rule.id}", rule_reason("held", rule))
    lines.add(f"reasons.append({reason})")
    lines.add(*(f"{names[name]} += {out.says(rule, name, lines)}" for name in out.fields if name in rule.says))
    if rule.not_owed_by:
        lines.add(f"drops += {tuple_of(map(repr, rule.not_owed_by))}")
    if rule.choices:
        lines.add(f"choices += {tuple_of(map(repr, rule.choices))}")
