"""Windows in Python: when they start and end, what became of them, and the deadlines that a decision shows."""

from __future__ import annotations

import ast
from collections.abc import Callable
from datetime import timedelta

from engine.backends.as_reasons import window_reason
from engine.backends.compiled import parties, unsure
from engine.backends.compiled.expressions import negated, truth
from engine.backends.compiled.row import Row
from engine.backends.compiled.writing import Lines, at, python, tuple_of
from engine.clock import Amount
from engine.link.program import FactName, PartyRecord, Span, Window


def part(row: Row, window: Window, which: str) -> ast.expr:
    """What a part of a window is read by."""
    match which:
        case "ends":
            return ends(row, window)
        case "starts":
            return _after_clock(row, window, "starts")
        case "ended":
            return _kept(row, window, which, _ended)
        case "running":
            return _kept(row, window, which, _running)
        case "met":
            return met(row, window)
        case "paused":
            return paused(row, window)
        case _:
            return _kept(row, window, which, _missed)


def _kept(row: Row, window: Window, which: str, write: Callable[[Row, Window, Lines, str], None]) -> ast.expr:
    return row.kept(f"{which} of window", f"{window.name}_{which}", lambda lines, own: write(row, window, lines, own))


def own_record(row: Row, window: Window) -> PartyRecord | None:
    """The record of the party whose own period a window is."""
    return next((r for r in row.program.records if r.window and r.window.name == window.name), None)


# ------------------------------------------------------------------------------------------------- the clock itself


def clock(row: Row, window: Window) -> str:
    """The function that works a window out: `k.NAME_ends` (which it gives), `_starts`, `_asked` and `_spans`."""
    return row.once("window", window.name, lambda lines, own: _clock(row, window, lines, own))


def ends(row: Row, window: Window) -> ast.expr:
    """The last instant of a window, None when it has none."""
    function = clock(row, window)
    return row.read(function, "ends")


def asked(row: Row, window: Window) -> str:
    """Whether the window is asked, once it is worked out."""
    return row.module.attribute(clock(row, window), "asked")


def _clock(row: Row, window: Window, lines: Lines, own: str) -> None:
    lines.comment(at(window.place))
    guard = row.condition(window.asked_if)
    if truth(guard) is not True:
        lines.expression("if ", negated(guard), ":")
        with lines.under():
            _no_end(lines, own, "False")
    if window.latest and not (len(window.spans) == 1 and window.spans[0].when is None):
        _latest(row, window, lines, own)
        return
    _first(row, window, lines, own)


def _first(row: Row, window: Window, lines: Lines, own: str) -> None:
    for number, span in enumerate(window.spans):
        condition = row.condition(span.when)
        if truth(condition) is False:
            continue
        if truth(condition) is not True:
            lines.expression("if ", condition, ":")
            with lines.under():
                _one_span(row, span, lines, own, number)
            continue
        _one_span(row, span, lines, own, number)
        return
    _no_end(lines, own, "True")


def _no_end(lines: Lines, own: str, asked_for: str) -> None:
    lines.keep(own, "asked", asked_for)
    lines.keep(own, "starts", "None")
    lines.keep(own, "spans", "()")
    lines.give(own, "None", "ends")


def _one_span(row: Row, span: Span, lines: Lines, own: str, number: int) -> None:
    if span.when is not None:
        lines.comment(at(span.place))
    _starts_and_ends(row, span, lines)
    lines.keep(own, "asked", "True")
    lines.keep(own, "starts", "starts")
    lines.keep(own, "spans", f"({number},)")
    lines.give(own, "ends", "ends")


def _starts_and_ends(row: Row, span: Span, lines: Lines) -> None:
    """Sets `starts` and `ends`."""
    if span.after is None:
        lines.add("starts = None")
    else:
        lines.expression("starts = ", row.python(span.after))
    if span.until is not None:
        lines.expression("day = ", row.python(span.until))
        lines.add(f"ends = None if day is None else end_of_day(day, {lines.text(row.zone())})")
    elif span.after is None or span.amount is None:
        lines.add("ends = None")
    else:
        lines.add(f"ends = None if starts is None else {_end(row, span.amount, lines)}")


def _end(row: Row, amount: Amount, lines: Lines) -> str:
    if amount.unit == "hours":
        hours = row.module.constant(f"hours_{amount.count}", timedelta(hours=amount.count))
        return f"(starts if starts.tzinfo is UTC else starts.astimezone(UTC)) + {hours}"
    return f"after_days(starts, {amount.count}, {lines.text(row.zone())})"


def _latest(row: Row, window: Window, lines: Lines, own: str) -> None:
    """The latest end of all alternatives that hold."""
    lines.add("all_starts, all_ends, spans = [], [], ()")
    for number, span in enumerate(window.spans):
        condition = row.condition(span.when)
        if truth(condition) is False:
            continue
        lines.comment(at(span.place))
        lines.expression("if ", condition, ":")
        with lines.under():
            _starts_and_ends(row, span, lines)
            lines.add("all_starts.append(starts)", "all_ends.append(ends)", f"spans += ({number},)")
    lines.keep(own, "asked", "True")
    lines.keep(own, "starts", "earliest(*all_starts)")
    lines.keep(own, "spans", "spans")
    lines.give(own, python("latest(*all_ends) if all_ends else None"), "ends")


# ------------------------------------------------------------------------------------------------ what became of it


def _after_clock(row: Row, window: Window, which: str) -> ast.expr:
    function = clock(row, window)
    return row.beside(function, which)


def _ended(row: Row, window: Window, lines: Lines, own: str) -> None:
    lines.add(f"ends = {lines.text(ends(row, window))}")
    lines.give(own, python("ends is not None and k.as_of > ends"))


def _can_start(window: Window) -> bool:
    """Whether a window may run from the beginning: it has an alternative that has an end alone."""
    return any(span.after is None and span.until is not None for span in window.spans)


def _running(row: Row, window: Window, lines: Lines, own: str) -> None:
    function = clock(row, window)
    lines.add(f"ends = {lines.text(ends(row, window))}")
    starts = row.module.attribute(function, "starts")
    lines.add(f"starts = {starts}")
    begun = (
        "(starts is None or starts <= k.as_of)" if _can_start(window) else "starts is not None and starts <= k.as_of"
    )
    lines.give(own, python(f"{asked(row, window)} and {begun} and (ends is None or k.as_of <= ends)"))


def met(row: Row, window: Window) -> ast.expr:
    """Whether what meets a window came in time; a party's own period is met by its first materials."""
    record = own_record(row, window)
    if record is not None:
        return parties.party_part(row, record, "submitted")
    if window.met_by is None:
        return ast.Constant(False)

    def write(lines: Lines, own: str) -> None:
        assert window.met_by is not None
        lines.add(f"ends = {lines.text(ends(row, window))}")
        counts = asked(row, window)
        if not _can_start(window):
            counts = f"{row.module.attribute(clock(row, window), 'starts')} is not None"
        with lines.inside(f"if {counts}:"):
            lines.expression("done = ", row.python(window.met_by))
            lines.add("found = done is not None and (ends is None or done <= ends)")
        with lines.inside("else:"):
            lines.add("found = False")
        lines.give(own, "found")

    return row.kept("met of window", f"{window.name}_met", write)


def paused(row: Row, window: Window) -> ast.expr:
    """Whether the window that holds this one was met while this one still ran."""
    if window.paused_by is None:
        return ast.Constant(False)
    holder = next(w for w in row.program.windows if w.name == window.paused_by)

    def write(lines: Lines, own: str) -> None:
        lines.add("found = False")
        lines.expression("if ", met(row, holder), ":")
        with lines.under():
            lines.add(f"ends = {lines.text(ends(row, window))}")
            if holder.met_by is not None:
                lines.expression("held = ", row.python(holder.met_by))
                lines.add("found = ends is not None and held <= ends")
        lines.give(own, "found")

    return row.kept("paused of window", f"{window.name}_paused", write)


def _missed(row: Row, window: Window, lines: Lines, own: str) -> None:
    over = ast.BoolOp(ast.And(), [part(row, window, "ended"), _not(met(row, window)), _not(paused(row, window))])
    lines.give(own, over)


def _not(value: ast.expr) -> ast.expr:
    return ast.UnaryOp(ast.Not(), value)


# -------------------------------------------------------------------------------------------------------- deadlines


def shown(row: Row, window: Window, number: int) -> str:
    """The function that adds the deadline of a window to those found, with its reason. `number` is its place."""

    def write(lines: Lines, own: str) -> None:
        _end_or_open(row, window, lines)
        with lines.inside("if ends is None:"):
            lines.add("return None")
        lines.add("passed = k.as_of > ends")
        _state(row, window, lines)
        clauses, readings, reason = _told(row, window, lines)
        lines.add(
            "deadline = OpenDeadline()",
            f"deadline.name = {window.deadline!r}",
            f"deadline.window = {window.name!r}",
            f"deadline.party = {window.party!r}",
            "deadline.at = ends",
            "deadline.state = state",
            "deadline.passed = passed",
            f"deadline.clauses = {clauses}",
            f"deadline.readings = {readings}",
            "deadline.__class__ = Deadline",
        )
        lines.add(f"found.append((ends, {window.deadline!r}, {number}, deadline))", f"why.append({reason})")

    return row.once("deadline of", f"{window.name}_deadline", write, "k, facts, found, why")


def _end_or_open(row: Row, window: Window, lines: Lines) -> None:
    """Sets `ends`. Where it hangs on a fact that is not known, that is the reason, and there is no deadline."""
    span = window.spans[0]
    starts = row.program.names.get(span.after.tree.id) if span.after and isinstance(span.after.tree, ast.Name) else None
    if len(window.spans) > 1 or span.when or span.until or not span.amount or not isinstance(starts, FactName):
        lines.add(f"ends = {lines.text(ends(row, window))}")
        return
    with lines.inside("try:"):
        lines.add(f"ends = {lines.text(ends(row, window))}")
    with lines.inside("except KeyError:"):
        if window.asked_if is not None:
            asks = unsure.again(row, f"{window.name}_asked", window.asked_if)
            lines.add(f"asks = {asks}(k, facts)")
            with lines.inside("if asks is False:"):
                lines.add("return None")
            with lines.inside("if asks is None:"):
                reason = row.module.constant(f"open_{window.name}", window_reason("open", window, window.basis))
                lines.add(f"why.append({reason})", "return None")
        with lines.inside(f"if {starts.fact!r} in facts:"):
            lines.add("raise")
        whole = window_reason("open", window, window.basis + span.basis)
        lines.add(f"why.append({row.module.constant(f'open_{window.name}', whole)})", "return None")


def _state(row: Row, window: Window, lines: Lines) -> None:
    over = "'missed'" if window.met_by is not None or own_record(row, window) is not None else "'ended'"
    word = "if"
    for state, value in (("'paused'", paused(row, window)), ("'met'", met(row, window))):
        if truth(value) is not False:
            lines.expression(f"{word} ", value, ":")
            with lines.under():
                lines.add(f"state = {state}")
            word = "elif"
    rest = f"state = {over} if passed else 'running'"
    if word == "if":
        lines.add(rest)
        return
    with lines.inside("else:"):
        lines.add(rest)


def _told(row: Row, window: Window, lines: Lines) -> tuple[str, str, str]:
    """What gives the clauses, the readings and the reason of a window in the case."""
    module, spans = row.module, window.spans
    if window.latest and len(spans) > 1:
        bases = module.constant(f"{window.name}_bases", tuple(span.basis for span in spans))
        whole = module.constant(f"{window.name}_basis", window.basis)
        chosen = row.module.attribute(clock(row, window), "spans")
        lines.add(f"basis = together({whole}, [{bases}[number] for number in {chosen}])")
        facts = module.constant(f"{window.name}_facts", window.facts)
        reason = f"Reason('shown', '', {window.name!r}, basis.clauses, basis.readings, {facts})"
        return "basis.clauses", "basis.readings", reason
    told = [window_reason("shown", window, window.basis + span.basis) for span in spans]
    if len(set(told)) == 1:
        name = module.constant(f"shown_{window.name}", told[0])
        lines.add(f"reason = {name}")
    else:
        names = [module.constant(f"shown_{window.name}_{number}", reason) for number, reason in enumerate(told, 1)]
        chosen = row.module.attribute(clock(row, window), "spans")
        lines.add(f"reason = {tuple_of(names)}[{chosen}[0]]")
    return "reason.clauses", "reason.readings", "reason"
