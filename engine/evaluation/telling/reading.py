"""What a decision reads, as Python: names, windows, parties and tables, each when it is first asked for."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from datetime import timedelta

from engine.backends.compiled.writing import at, tuple_of
from engine.evaluation.telling.memory import NONE_HOLDS, NOT_ASKED
from engine.evaluation.telling.parts import dropped, is_kept, is_plain, of_window
from engine.evaluation.telling.sheet import Sheet
from engine.expr.scope import PROVEN, Expression
from engine.link.parts import windows
from engine.link.program import (
    IS,
    Choice,
    Formula,
    Meaning,
    Owed,
    PartyPart,
    PartyRecord,
    Proof,
    RecordPart,
    Rule,
    Span,
    Table,
    TablePart,
    Unsettled,
    Window,
)

Lines = Iterator[str]


def write(sheet: Sheet) -> None:
    """Everything that can be read."""
    program = sheet.program
    sheet.read("the zone", [f"return zone_named(str(F[{program.policy.zone_fact!r}]))"])
    for window in windows(program):
        sheet.read(f"window {window.name}", _window(sheet, window), window.place)
        if window.met_by is not None and window.name not in program.record_of:
            sheet.read(f"met {window.name}", _met(sheet, window, window.met_by))
        if window.paused_by is not None:
            sheet.read(f"paused {window.name}", _paused(sheet, window))
    for record in program.records:
        sheet.read(f"party {record.party}", _party(record))
        for owed in record.owes:
            sheet.read(f"owes {owed.id}", _owes(sheet, record, owed), owed.place)
    for table in (*program.tables.values(), *program.choices.values()):
        sheet.settle(table, _table(sheet, table))
    for name, meaning in program.names.items():
        if is_kept(program, meaning):
            sheet.read(name, _name(sheet, meaning), meaning.expression.place if isinstance(meaning, Formula) else None)


def _name(sheet: Sheet, meaning: Meaning) -> Lines:
    match meaning:
        case Formula(expression):
            yield f"return {sheet.conditions.value(expression)}"
        case Choice(table):
            yield from _said(sheet, table, IS)
        case TablePart(table, field):
            yield from _said(sheet, table, field)
        case PartyPart(record, part):
            yield f"return {_party_part(record, part)}"
        case RecordPart(part):
            yield from _record_part(sheet, part)
        case Proof(proposition):
            yield from _proven(sheet, proposition)
        case Unsettled(table):  # what is not known was not read here
            for field in table.fields:
                if sheet.program.policy.fields[field].must_be_known:
                    yield f"V[{f'{table.name}.{field}'!r}]"
            yield "return False"


# ---------------------------------------------------------------------------------------------------------- windows


def _window(sheet: Sheet, window: Window) -> Lines:
    """Whether it is asked, its start and end, what it rests on, and the numbers of the alternatives that hold."""
    module, basis = sheet.module, sheet.module.constant(f"basis_{window.name}", window.basis)
    if window.asked_if is not None:
        yield f"if not ({sheet.conditions.truth(window.asked_if)}):"
        yield f"    return False, None, None, {basis}, ()"
    bases = [module.constant(f"basis_{window.name}_{number}", one) for number, one in enumerate(window.bases)]
    if window.latest and not is_plain(window):
        yield f"starts, ends, basis, which = [], [], {basis}, []"
        for number, span in enumerate(window.spans):
            yield f"if {sheet.conditions.truth(span.when)}:"
            for line in _times(sheet, span):
                yield f"    {line}"
            own = module.constant(f"basis_of_{window.name}_{number}", span.basis)
            yield "    starts.append(start)"
            yield "    ends.append(end)"
            yield f"    basis += {own}"
            yield f"    which.append({number})"
        yield "return True, earliest(*starts), latest(*ends) if ends else None, basis, tuple(which)"
        return
    for number, span in enumerate(window.spans):
        if span.when is not None:
            yield f"if {sheet.conditions.truth(span.when)}:"
        for line in (*_times(sheet, span), f"return True, start, end, {bases[number]}, ({number},)"):
            yield line if span.when is None else f"    {line}"
        if span.when is None:
            return
    yield f"return True, None, None, {basis}, ()"


def _times(sheet: Sheet, span: Span) -> Lines:
    start = "None" if span.after is None else sheet.conditions.value(span.after)
    yield f"start = {start}"
    if span.until is not None:
        yield f"day, zone = {sheet.conditions.value(span.until)}, V['the zone']"
        yield "end = None if day is None else end_of_day(day, zone)"
    elif span.after is None or span.amount is None:
        yield "end = None"
    elif span.amount.unit == "hours":
        hours = sheet.module.constant(f"hours_{span.amount.count}", timedelta(hours=span.amount.count))
        yield f"end = None if start is None else start.astimezone(UTC) + {hours}"
    else:
        yield f"end = None if start is None else after_days(start, {span.amount.count}, V['the zone'])"


def _met(sheet: Sheet, window: Window, met_by: Expression) -> Lines:
    yield f"asked, starts, ends, _, _ = V['window {window.name}']"
    yield "if not asked:" if window.only_ends else "if starts is None:"
    yield "    return False"
    yield f"done = {sheet.conditions.value(met_by)}"
    yield "return done is not None and (ends is None or done <= ends)"


def _paused(sheet: Sheet, window: Window) -> Lines:
    holder = next(one for one in sheet.program.windows if one.name == window.paused_by)
    yield f"if not {of_window(sheet.program, holder, 'met')}:"
    yield "    return False"
    yield f"ends = V['window {window.name}'][2]"
    if holder.met_by is None:
        yield "return False"
    else:
        yield f"return ends is not None and {sheet.conditions.value(holder.met_by)} <= ends"


# ---------------------------------------------------------------------------------------------------------- parties


def _party(record: PartyRecord) -> Lines:
    if record.window is None:
        yield f"return received(F[{record.fact!r}], F.as_of, False, None, False)"
        return
    yield f"clock = V['window {record.window.name}']"
    yield f"return received(F[{record.fact!r}], F.as_of, clock[0], clock[2], ended(F.as_of, clock))"


def _owes(sheet: Sheet, record: PartyRecord, owed: Owed) -> Lines:
    yield f"involved, owes = V['party {record.party}'].involved, {sheet.conditions.truth(owed.when)}"
    yield "return involved and owes"


def _proven_name(owed: Owed) -> str:
    return f"V[{PROVEN + owed.proposition!r}]"


def _party_part(record: PartyRecord, part: str) -> str:
    if part == "not_authentic":
        return f"sure(not_authentic(V['party {record.party}'].in_time))"
    parts = (f"(V['owes {owed.id}'], {_proven_name(owed)}) == (True, False)" for owed in record.owes)
    return f"any({tuple_of(parts)})"


def _record_part(sheet: Sheet, part: str) -> Lines:
    records = sheet.program.records
    parties = tuple_of(f"V['party {record.party}']" for record in records)
    owes = [(record, owed) for record in records for owed in record.owes]
    match part:
        case "awaits":
            yield f"return any([party.awaited for party in {parties}])"
        case "awaited":
            names = tuple(record.party for record in records)
            yield f"return tuple([name for name, party in zip({names!r}, {parties}) if party.awaited])"
        case "complete_at":
            yield f"found = [party for party in {parties} if party.involved]"
            yield "return None if any([party.awaited for party in found]) else complete_at(found)"
        case "awaited_evidence":
            pairs = (f"(V['party {r.party}'].awaited, V['owes {owed.id}'])" for r, owed in owes)
            yield f"return of_these({tuple(owed.id for _, owed in owes)!r}, {tuple_of(pairs)})"
        case _:
            for table in sheet.program.tables.values():
                if table.not_owed_by:
                    yield f"O[{table.name!r}]"
            parts = (
                f"(V['owes {owed.id}'], not ({dropped(sheet.program, record)}), not {_proven_name(owed)})"
                for record, owed in owes
            )
            yield f"return of_these({tuple(owed.id for _, owed in owes)!r}, {tuple_of(parts)})"


def _proven(sheet: Sheet, proposition: str) -> Lines:
    yield "unsure = False"
    for record in sheet.program.records:
        may_prove = proposition in record.may_prove
        yield f"found = shown_by(V['party {record.party}'].in_time, {proposition!r}, {may_prove})"
        yield "if found:"
        yield "    return True"
        yield "unsure = unsure or found is None"
    for also in sheet.program.policy.evidence.also:
        yield f"if {proposition!r} in F[{also.fact!r}]:"
        yield "    return True"
    yield "return sure(None if unsure else False)"


# ----------------------------------------------------------------------------------------------------------- tables


def _table(sheet: Sheet, table: Table) -> Lines:
    """Of a table of which the first rule counts, the number of the one that holds; else a list of numbers, or None
    where the table is not asked."""
    first = table.hit == "first"
    if table.asked_if is not None:
        yield f"if not ({sheet.conditions.truth(table.asked_if)}):"
        yield f"    return {NOT_ASKED if first else None}"
    if not first:
        yield "hold = []"
    for number, rule in enumerate(table.rules):
        if first and rule.when is None:
            yield f"return {number}"
            return
        yield f"if {sheet.conditions.truth(rule.when)}:  # {rule.id} {at(rule.place)}"
        yield f"    return {number}" if first else f"    hold.append({number})"
    yield f"return {NONE_HOLDS}" if first else "return hold"


def _said(sheet: Sheet, table: Table, field: str) -> Lines:
    """What a table says of a field."""
    nothing = _nothing(sheet, field)
    said = [_says(sheet, rule, field) for rule in table.rules]
    constants = tuple_of(text if plain else "None" for text, plain in said)
    first = table.hit == "first"
    if first:
        # Negative numbers count from behind: that it is not asked, and that no rule holds.
        every = f"({', '.join([*(t if plain else 'None' for t, plain in said), nothing, nothing])})"
        yield f"number = O[{table.name!r}]"
        for number, (text, plain) in enumerate(said):
            if not plain:
                yield f"if number == {number}:"
                yield f"    return {text}"
        yield f"return {every}[number]"
        return
    yield "values = []"
    yield f"for number in O[{table.name!r}] or ():"
    for number, (text, plain) in enumerate(said):
        if not plain:
            yield f"    if number == {number}:"
            yield f"        values.extend({text})"
            yield "        continue"
    yield f"    values.extend({constants}[number])"
    yield "return tuple(dict.fromkeys(values))"


def _says(sheet: Sheet, rule: Rule, field: str) -> tuple[str, bool]:
    """What a rule says of a field, and whether that is the same in every case."""
    expression = rule.says.get(field)
    if expression is None:
        return _nothing(sheet, field), True
    many = field != IS and sheet.program.policy.fields[field].many
    if isinstance(expression.tree, ast.Constant):
        value: object = expression.tree.value
        return sheet.conditions.literal((value,) if many and isinstance(value, str) else value), True
    text = sheet.conditions.value(expression)
    return (f"as_many({text})" if many else text), False


def _nothing(sheet: Sheet, field: str) -> str:
    if field == IS:
        return "None"
    declared = sheet.program.policy.fields[field]
    return "()" if declared.many else sheet.conditions.literal(declared.otherwise)
