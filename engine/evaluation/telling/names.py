"""What is told of names, windows and parties, as Python."""

from __future__ import annotations

from collections.abc import Iterator

from engine.backends.compiled.writing import tuple_of
from engine.evaluation.telling.parts import dropped, is_plain, of_window
from engine.evaluation.telling.sheet import Sheet
from engine.evaluation.texts import one_line, within
from engine.evaluation.trace import TIMES
from engine.expr.scope import PROVEN
from engine.link.names import shown
from engine.link.parts import windows
from engine.link.program import (
    Choice,
    Constant,
    FactName,
    Formula,
    Meaning,
    Owed,
    PartyPart,
    PartyRecord,
    Proof,
    RecordPart,
    TablePart,
    Unsettled,
    Window,
    WindowPart,
)

Lines = Iterator[str]


def write(sheet: Sheet) -> None:
    """What is told of every window, party and name."""
    program = sheet.program
    for window in windows(program):
        sheet.tell(f"clock {window.name}", _clock(sheet, window), window.place)
        sheet.tell(f"window {window.name}", _window(sheet, window), window.place)
        sheet.tell(f"end {window.name}", _end(sheet, window))
    for record in program.records:
        sheet.tell(f"party {record.party}", _party(sheet, record))
        for owed in record.owes:
            sheet.tell(f"owed {owed.id}", _owed(sheet, record, owed), owed.place)
    for name, meaning in program.names.items():
        if not isinstance(meaning, FactName | Constant):
            sheet.tell(name, _name(sheet, name, meaning))


# ------------------------------------------------------------------------------------------------------------ names


def _name(sheet: Sheet, name: str, meaning: Meaning) -> Lines:
    conditions = sheet.conditions
    value = conditions.read(name)
    match meaning:
        case Formula(expression) if expression.type.kind == "bool":
            for truth, start in ((True, f"if {value}: "), (False, "")):
                why = conditions.why(expression, truth)
                yield f"{start}return {_seen(name, repr(truth), 'name', sheet.place(expression.place), why)}"
        case Formula(expression):
            yield f"value = {value}"
            _, told = conditions.told(expression)
            yield f"return {_seen(name, 'value', 'name', sheet.place(expression.place), f'({told},)')}"
        case Choice(table) | TablePart(table, _):
            below = f"T['held {table.name}']"
            yield f"value = {value}"
            yield f"return {_seen(name, 'value', 'name', sheet.place(table.place), below)}"
        case WindowPart(window, part):
            met_by = window.met_by.text if window.met_by is not None and part in TIMES else ""
            yield f"value = {value}"
            why, besides = f"T['clock {window.name}'].why", (name, met_by)
            yield f"below = tuple([one for one in {why} if one[0] not in {besides!r}])"
            yield f"return {_seen(name, 'value', 'window', sheet.place(window.place), 'below')}"
        case PartyPart(record, "evidence_insufficient"):
            yield f"value = {value}"
            yield "below = []"
            for owed in record.owes:
                yield f"if V['owes {owed.id}']:"
                yield f"    below.append(T[{PROVEN + owed.proposition!r}])"
            yield f"return {_seen(name, 'value', 'party', 'None', 'tuple(below)')}"
        case PartyPart(record, _):
            end = "" if record.window is None else f"T['end {record.window.name}']"
            yield f"value = {value}"
            yield f"return {_seen(name, 'value', 'party', 'None', f'(S[{record.fact!r}], {end})')}"
        case Proof(proposition):
            yield f"value = {value}"
            facts = [f"S[{r.fact!r}]" for r in sheet.program.records if proposition in r.may_prove]
            yield f"below = {tuple_of(facts)}"
            for also in sheet.program.policy.evidence.also:
                yield f"if {also.fact!r} in F:"
                yield f"    below += (S[{also.fact!r}],)"
            yield f"return {_seen(shown(name), 'value', 'proof', 'None', 'below')}"
        case RecordPart():
            ends = (f"T['end {r.window.name}']" for r in sheet.program.records if r.window is not None)
            yield f"value = {value}"
            yield f"return {_seen(name, 'value', 'record', 'None', tuple_of(ends))}"
        case Unsettled():
            yield f"return {_seen(shown(name), value, 'name', 'None', '()')}"


def _seen(text: str, value: str, kind: str, place: str, below: str) -> str:
    return f"made(Seen, ({text!r}, {value}, {kind!r}, {place}, '', {below}, None))"


# ---------------------------------------------------------------------------------------------------------- windows


def _clock(sheet: Sheet, window: Window) -> Lines:
    """What became of a window: which alternative holds, when it starts and ends, and what meets it."""
    conditions, place = sheet.conditions, sheet.place(window.place)
    yield f"asked, starts, ends, basis, which = V['window {window.name}']"
    if window.asked_if is not None:
        yield "if not asked:"
        why = conditions.why(window.asked_if, False)
        yield f"    return {_part(window, repr('unasked'), place, why)}"
    found: list[str] = []
    if is_plain(window):
        after = window.spans[0].after
        if after is not None:
            read, told = conditions.told(after)
            yield read
            found.append(told)
    else:
        yield "why = []"
        if not window.latest:
            yield f"number = which[0] if which else {len(window.spans)}"
        for number, span in enumerate(window.spans):
            holds, fails = (
                (f"{number} in which", "else") if window.latest else (f"number == {number}", f"elif number > {number}")
            )
            yield f"if {holds}:"
            yield f"    why += {conditions.why(span.when, True)}"
            if span.when is not None:
                yield f"{fails}:"
                yield f"    why += {conditions.why(span.when, False)}"
        for number, span in enumerate(window.spans):
            if span.after is not None:
                read, told = conditions.told(span.after)
                yield f"if not which or {number} in which:"
                yield f"    {read}"
                yield f"    why.append({told})"
        found.append("*why")
    found.append(_seen(f"{window.name}.ends", "ends", "window", place, "()"))
    if window.met_by is not None:
        read, told = conditions.told(window.met_by)
        yield read
        found.append(told)
    yield f"why = {tuple_of(found)}"
    yield f"return {_part(window, _STATE, place, 'why')}"


_STATE = "'unstarted' if starts is None and ends is None else 'runs'"


def _part(window: Window, state: str, place: str, why: str) -> str:
    return (
        f"made(PartTrace, ({window.name!r}, {state}, {place}, '', {why}, '', None, (), None, basis.clauses, "
        "basis.readings))"
    )


def _window(sheet: Sheet, window: Window) -> Lines:
    yield f"asked, starts, ends, basis, which = V['window {window.name}']"
    yield f"trace = T['clock {window.name}']"
    for name, part in (("is_running", "running"), ("has_ended", "ended"), ("met", "met"), ("paused", "paused")):
        yield f"{name} = {of_window(sheet.program, window, part)}"
    spans = tuple((within(span), one_line(span.after)) for span in window.spans)
    if is_plain(window):
        for name, text in zip(("within", "after"), spans[0], strict=True):
            yield f"{name} = {text!r}" + (" if asked else ''" if window.asked_if is not None else "")
    else:
        afters = tuple(span.after is not None for span in window.spans)
        yield f"within, after = alternatives(which, {spans!r}, {afters!r})"
    yield "met_at = None"
    if window.met_by is not None:
        yield "if asked:"
        yield f"    met_at = {sheet.conditions.value(window.met_by)}"
    yield (
        f"return made(WindowTrace, ({window.name!r}, {window.meaning!r}, {window.party!r}, {window.deadline!r}, trace, "
        "within, after, starts, ends, is_running, has_ended, met, has_ended and not met and not paused, paused, "
        f"{one_line(window.met_by)!r}, met_at))"
    )


def _end(sheet: Sheet, window: Window) -> Lines:
    """The end of a window, as part of what is told of a party or of the record."""
    yield f"ends, below = V['window {window.name}'][2], ()"
    after = next((span.after for span in window.spans if span.after is not None), None)
    if after is not None:
        read, told = sheet.conditions.told(after)
        yield "if ends is None:"
        yield f"    {read}"
        yield f"    below = ({told},)"
    yield f"return {_seen(f'{window.name}.ends', 'ends', 'window', sheet.place(window.place), 'below')}"


# ---------------------------------------------------------------------------------------------------------- parties


def _party(sheet: Sheet, record: PartyRecord) -> Lines:
    yield f"found = V['party {record.party}']"
    owes = "()"
    if record.owes:
        yield "owes = []"
        for owed in record.owes:
            yield f"if 'owes {owed.id}' in T.owed:"
            yield f"    owes.append(T['owed {owed.id}'])"
        owes = "tuple(owes)"
    yield (
        f"return made(RecordTrace, ({record.party!r}, {record.fact!r}, found.involved, found.submitted, found.late, "
        f"found.awaited, found.ends, {owes}))"
    )


def _owed(sheet: Sheet, record: PartyRecord, owed: Owed) -> Lines:
    conditions, proposition = sheet.conditions, owed.proposition
    yield f"owes = V['owes {owed.id}']"
    yield f"dropped = {dropped(sheet.program, record, 'O.get({!r})')}"
    yield "state = 'not_owed' if not owes else 'dropped' if dropped else 'owed'"
    yield f"proven, by = V[{PROVEN + proposition!r}], []"
    for other in sheet.program.records:
        yield f"if surely_shown(V['party {other.party}'].in_time, {proposition!r}):"
        yield f"    by.append({other.fact!r})"
    for also in sheet.program.policy.evidence.also:
        yield f"if proves(F, {also.fact!r}, {proposition!r}):"
        yield f"    by.append({also.fact!r})"
    why = "()"
    if owed.when is not None:
        held, failed = (conditions.why(owed.when, truth) for truth in (True, False))
        why = f"{held} if {conditions.truth(owed.when)} else {failed}"
    yield (
        f"return made(OwedTrace, ({owed.id!r}, {owed.party!r}, {proposition!r}, state, proven, tuple(by), {why}, "
        f"{owed.basis.clauses!r}, {owed.basis.readings!r}, {sheet.place(owed.place)}))"
    )
