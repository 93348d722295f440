"""Tables in Python: which rules hold, what they say, and the reasons that follow; choices are small tables."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from engine.backends.as_reasons import rule_reason
from engine.backends.compiled.expressions import negated, truth
from engine.backends.compiled.row import Row
from engine.backends.compiled.writing import Lines, at, python, tuple_of
from engine.link.program import Rule, Table
from engine.link.rules import IS
from engine.policy.model import Field


def outcome(row: Row, table: Table) -> str:
    """The function that works a table out. It gives the reasons, kept as `k.NAME_why`; beside them stand `k.NAME_any`,
    `_asked`, `_drops` and `_choices`, as far as the table can have them, and `k.NAME_says_FIELD`."""
    return row.once("table", table.name, lambda lines, own: _outcome(row, table, lines, own))


def why(row: Row, table: Table) -> ast.expr:
    """What gives the reasons of a table."""
    function = outcome(row, table)
    return row.read(f"{function}_why", function)


def part(row: Row, table: Table, field: str) -> ast.expr:
    """What a field of a table is read by; the empty name asks whether any rule holds."""
    function = outcome(row, table)
    place = row.module.attribute(said(function, field) if field else f"{function}_any")
    return python(f"{place} if {place} is not UNREAD else ({function}(k, facts), {place})[1]")


def unsettled(row: Row, table: Table) -> ast.expr:
    """Whether a table waits for findings: never, once it could be worked out."""
    return ast.Compare(why(row, table), [ast.Is()], [ast.Constant(None)])


def choice(row: Row, table: Table) -> ast.expr:
    """What a choice is read by."""
    function = outcome(row, table)
    place = row.module.attribute(said(function, IS))
    return python(f"{place} if {place} is not UNREAD else ({function}(k, facts), {place})[1]")


def said(function: str, field: str) -> str:
    """The attribute that keeps what a table says of a field."""
    return f"{function}_says_{field}" if field else f"{function}_value"


# ---------------------------------------------------------------------------------------------------- who drops what


def dropped(row: Row, lines: Lines) -> set[str]:
    """Sets `dropped` to the parties whose missing evidence no longer matters. The parties that this can be."""
    found = [table for table in row.program.tables.values() if _drops(table)]
    if found:
        whole = " + ".join(lines.text(_after(row, table, "drops")) for table in found)
        lines.add(f"dropped = {whole}")
    return {party for table in found for rule in table.rules for party in rule.not_owed_by}


def _drops(table: Table) -> bool:
    return any(rule.not_owed_by for rule in table.rules)


def _after(row: Row, table: Table, which: str) -> ast.expr:
    function = outcome(row, table)
    place = row.module.attribute(f"{function}_{which}")
    return python(f"{place} if {place} is not UNREAD else ({function}(k, facts), {place})[1]")


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

    def place(self, which: str) -> str:
        return self.row.module.attribute(f"{self.own}_{which}")

    def field(self, name: str) -> str:
        return self.row.module.attribute(said(self.own, name))

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
            return repr((value.value,) if isinstance(value.value, str) else tuple(dict.fromkeys(value.value)))  # type: ignore[arg-type]
        return f"as_list({lines.text(value)})"

    def beside(self, rule: Rule | None, any_holds: str, lines: Lines) -> Iterator[str]:
        """The lines that set what stands beside fields and reasons."""
        yield f"{lines.sets(self.place('any'))} = {any_holds}"
        if self.has_drops:
            yield f"{lines.sets(self.place('drops'))} = {tuple_of(map(repr, rule.not_owed_by)) if rule else '()'}"
        if self.has_choices:
            yield f"{lines.sets(self.place('choices'))} = {tuple_of(map(repr, rule.choices)) if rule else '()'}"


def _outcome(row: Row, table: Table, lines: Lines, own: str) -> None:
    out = Out(row, table, own)
    lines.comment(at(table.place))
    asked = row.condition(table.asked_if)
    if truth(asked) is not True:
        lines.expression("if ", negated(asked), ":")
        with lines.under():
            lines.add(f"{lines.sets(out.place('asked'))} = False")
            _nothing(out, lines, "()")
    lines.add(f"{lines.sets(out.place('asked'))} = True")
    if truth(asked) is False:
        lines.add("return ()")
    elif table.hit == "first":
        _first(out, lines)
    else:
        _all(out, lines)


def _nothing(out: Out, lines: Lines, reasons: str) -> None:
    """No rule holds."""
    lines.add(*(f"{lines.sets(out.field(name))} = {out.nothing(name)}" for name in out.fields))
    lines.add(*out.beside(None, "False", lines), f"{lines.sets(out.place('why'))} = {reasons}", f"return {reasons}")


def _first(out: Out, lines: Lines) -> None:
    failed: list[Rule] = []
    for rule in out.table.rules:
        condition = out.row.condition(rule.when)
        if truth(condition) is not False:
            if truth(condition) is True:
                _holds(out, rule, failed, lines)
                return
            lines.comment(rule.id, at(rule.place))
            lines.expression("if ", condition, ":")
            with lines.under():
                _holds(out, rule, failed, lines)
        if rule.hangs_on_proof:
            failed.append(rule)
    _nothing(out, lines, _reasons(out, None, failed))


def _holds(out: Out, rule: Rule, failed: list[Rule], lines: Lines) -> None:
    if rule.when is None:
        lines.comment(rule.id, at(rule.place))
    lines.add(*(f"{lines.sets(out.field(name))} = {out.says(rule, name, lines)}" for name in out.fields))
    lines.add(*out.beside(rule, "True", lines))
    reasons = _reasons(out, rule, failed)
    lines.add(f"{lines.sets(out.place('why'))} = {reasons}", f"return {reasons}")


def _reasons(out: Out, rule: Rule | None, failed: list[Rule]) -> str:
    """The reasons of a `first` table whose rule holds; `failed` are those above it that failed for want of proof."""
    held = () if rule is None else (rule_reason("held", rule),)
    whole = (*held, *(rule_reason("failed", one) for one in failed))
    name = f"{out.table.name}_{rule.id}" if rule is not None else f"{out.table.name}_no_rule"
    return out.row.module.constant(f"why_{name}", whole) if whole else "()"


def _all(out: Out, lines: Lines) -> None:
    names = {name: f"said_{number}" for number, name in enumerate(out.fields)}
    sources = {name: [rule for rule in out.table.rules if name in rule.says] for name in out.fields}
    lines.add("reasons = []", *(f"{local} = ()" for local in names.values()))
    lines.add(*(["drops = ()"] if out.has_drops else []), *(["choices = ()"] if out.has_choices else []))
    for rule in out.table.rules:
        condition = out.row.condition(rule.when)
        if truth(condition) is False:
            continue
        lines.comment(rule.id, at(rule.place))
        if truth(condition) is True:
            _adds(out, rule, names, lines)
            continue
        lines.expression("if ", condition, ":")
        with lines.under():
            _adds(out, rule, names, lines)
    for name, local in names.items():
        lines.add(f"{lines.sets(out.field(name))} = {f'joined({local})' if len(sources[name]) > 1 else local}")
    lines.add(*([f"{lines.sets(out.place('drops'))} = drops"] if out.has_drops else []))
    lines.add(*([f"{lines.sets(out.place('choices'))} = choices"] if out.has_choices else []))
    lines.add(
        f"{lines.sets(out.place('any'))} = reasons != []", f"{lines.sets(out.place('why'))} = reasons", "return reasons"
    )


def _adds(out: Out, rule: Rule, names: dict[str, str], lines: Lines) -> None:
    reason = out.row.module.constant(f"held_{out.table.name}_{rule.id}", rule_reason("held", rule))
    lines.add(f"reasons.append({reason})")
    lines.add(*(f"{names[name]} += {out.says(rule, name, lines)}" for name in out.fields if name in rule.says))
    if rule.not_owed_by:
        lines.add(f"drops += {tuple_of(map(repr, rule.not_owed_by))}")
    if rule.choices:
        lines.add(f"choices += {tuple_of(map(repr, rule.choices))}")
