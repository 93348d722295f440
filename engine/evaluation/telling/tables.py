"""What is told of tables and their rules, as Python."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from engine.evaluation.telling.memory import NOT_ASKED
from engine.evaluation.telling.sheet import Sheet
from engine.evaluation.texts import one_line
from engine.link.program import Rule, Table
from engine.link.settled import settled_tree

Lines = Iterator[str]


def write(sheet: Sheet) -> None:
    """What is told of every table, and of the rules that hold as parts of what is told of a name."""
    program = sheet.program
    for table in (*program.tables.values(), *program.choices.values()):
        sheet.tell(f"table {table.name}", _table(sheet, table), table.place)
        sheet.tell(f"held {table.name}", _held(sheet, table), table.place)


def _table(sheet: Sheet, table: Table) -> Lines:
    first = table.hit == "first"
    choice = table.name not in sheet.program.tables
    head = f"{table.name!r}, {table.title!r}, {choice}, {table.hit!r}"
    place = sheet.place(table.place)
    why = sheet.conditions.why
    yield f"found = O[{table.name!r}]"
    if table.asked_if is not None:
        yield f"if found == {NOT_ASKED}:" if first else "if found is None:"
        yield f"    return made(TableTrace, ({head}, 'unasked', {why(table.asked_if, False)}, (), {place}))"
    guard = why(table.asked_if, True)
    yield "rules = []"
    yield from _first(sheet, table) if first else _all(sheet, table)
    yield f"return made(TableTrace, ({head}, 'asked', {guard}, tuple(rules), {place}))"


def _first(sheet: Sheet, table: Table) -> Lines:
    """The rules up to the one that decides, and those behind it."""
    behind = _behind(sheet, table)
    yield "while True:"
    for number, rule in enumerate(table.rules):
        decides = [f"rules.append({_that_holds(sheet, rule, 'decides')})"]
        if number + 1 < len(table.rules):
            decides.append(f"rules += {behind}[{number}]")
        if rule.when is None:
            yield from (f"    {line}" for line in decides)
            break
        if _may_hold(sheet, rule):
            yield f"    if found == {number}:"
            yield from (f"        {line}" for line in decides)
            yield "        break"
        yield f"    rules.append({_failed(sheet, rule)})"
    yield "    break"


def _all(sheet: Sheet, table: Table) -> Lines:
    for number, rule in enumerate(table.rules):
        fails = f"rules.append({_failed(sheet, rule)})"
        if _may_hold(sheet, rule):
            yield f"if {number} in found:"
            yield f"    rules.append({_that_holds(sheet, rule, 'held')})"
            if rule.when is not None:
                yield "else:"
                yield f"    {fails}"
        else:
            yield fails


def _may_hold(sheet: Sheet, rule: Rule) -> bool:
    """Whether the row does not settle that a rule fails."""
    return rule.when is None or settled_tree(sheet.program, rule.when.tree) is not False


def _behind(sheet: Sheet, table: Table) -> str:
    """The name of what is told of the rules that are not reached, by the number of the one that decides."""
    parts = tuple(
        (f"{one.table}/{one.id}", one.place, one_line(one.when), one.general, one.basis.clauses, one.basis.readings)
        for one in table.rules
    )
    listed = sheet.module.constant(f"rules_{table.name}", parts)
    name = sheet.module.name("behind", f"BEHIND_{table.name.upper()}")
    sheet.module.functions.append(f"{name} = Behind({listed})")
    return name


def _rule(sheet: Sheet, rule: Rule, state: str, why: str, says: str) -> str:
    when, basis = one_line(rule.when), rule.basis
    text = (
        f"made(PartTrace, ({f'{rule.table}/{rule.id}'!r}, {state!r}, {sheet.place(rule.place)}, '', {why}, {when!r}, "
        f"None, {says}, {rule.general!r}, {basis.clauses!r}, {basis.readings!r}))"
    )
    return sheet.fixed(f"{rule.table}_{rule.id}_{state}", text)


def _failed(sheet: Sheet, rule: Rule) -> str:
    return _rule(sheet, rule, "failed", sheet.conditions.why(rule.when, False), "()")


def _that_holds(sheet: Sheet, rule: Rule, state: str) -> str:
    return _rule(sheet, rule, state, sheet.conditions.why(rule.when, True), _says(sheet, rule))


def _says(sheet: Sheet, rule: Rule) -> str:
    said = []
    for name, value in rule.says.items():
        constant = isinstance(value.tree, ast.Constant)
        text = sheet.conditions.literal(value.tree.value) if constant else sheet.conditions.value(value)  # type: ignore[attr-defined]
        said.append(f"({name!r}, {text})")
    return f"({', '.join(said)}{',' if len(said) == 1 else ''})"


def _held(sheet: Sheet, table: Table) -> Lines:
    """The rules of a table that hold; its guard, while that keeps it closed."""
    first, why = table.hit == "first", sheet.conditions.why
    yield f"found = O[{table.name!r}]"
    if table.asked_if is not None:
        yield f"if found == {NOT_ASKED}:" if first else "if found is None:"
        yield f"    return {why(table.asked_if, False)}"
    if not first:
        yield "held = []"
    for number, rule in enumerate(table.rules):
        text = f"{rule.table}/{rule.id}"
        told = f"made(Seen, ({text!r}, True, 'rule', {sheet.place(rule.place)}, '', {why(rule.when, True)}, None))"
        yield f"if found == {number}:" if first else f"if {number} in found:"
        yield f"    return ({told},)" if first else f"    held.append({told})"
    yield "return ()" if first else "return tuple(held)"
