"""Windows in Python: when they start and end, and what became of them."""

from __future__ import annotations

import ast
from datetime import timedelta

from engine.backends.compiled import parties
from engine.backends.compiled.expressions import negated, truth
from engine.backends.compiled.row import Row
from engine.backends.compiled.writing import Lines, alternatives, at, python
from engine.clock import Amount
from engine.link.program import FactName, PartyRecord, Span, Window


def of(row: Row, window: Window, which: str) -> str:
    """The variable of something about a window."""
    return row.variable("window", window.name, which, by=lambda: window_itself(row, window))


def may_be_open(row: Row, window: Window) -> bool:
    """Whether the end of a window is UNKNOWN where the event is that it runs from: then its deadline is open."""
    span = window.spans[0]
    starts = row.program.names.get(span.after.tree.id) if span.after and isinstance(span.after.tree, ast.Name) else None
    if len(window.spans) > 1 or span.when or span.until or not span.amount or not isinstance(starts, FactName):
        return False
    return row.program.policy.facts[starts.fact].kind == "event"


def asks(row: Row, window: Window) -> str:
    """Whether a window is asked: a variable or a constant."""
    guard = row.condition(window.asked_if)
    return str(bool(truth(guard))) if truth(guard) is not None else of(row, window, "asked")


def own_record(row: Row, window: Window) -> PartyRecord | None:
    """The record of the party whose own period a window is."""
    return next((r for r in row.program.records if r.window and r.window.name == window.name), None)


def part(row: Row, window: Window, which: str) -> ast.expr:
    """What a part of a window is read by."""
    starts, ends = of(row, window, "starts"), of(row, window, "ends")
    if may_be_open(row, window):
        row.module.events.add(ends)
    match which:
        case "ends" | "starts":
            return ast.Name(of(row, window, which))
        case "ended":
            return python(f"({ends} is not None and as_of > {ends})")
        case "running":
            begun = f"{starts} is not None and {starts} <= as_of"
            if _can_start(window):
                begun = f"{asks(row, window)} and ({starts} is None or {starts} <= as_of)"
            return python(f"({begun} and ({ends} is None or as_of <= {ends}))")
        case "met":
            record = own_record(row, window)
            if record is not None:
                return parties.party_part(row, record, "submitted")
            if window.met_by is None:
                return ast.Constant(False)
            return ast.Name(row.variable("window", window.name, "met", by=lambda: _met(row, window)))
        case "paused":
            if window.paused_by is None:
                return ast.Constant(False)
            return ast.Name(row.variable("window", window.name, "paused", by=lambda: _paused(row, window)))
        case _:
            still = [part(row, window, one) for one in ("met", "paused")]
            not_over = [negated(value) for value in still if truth(value) is None]
            return (
                ast.BoolOp(ast.And(), [part(row, window, "ended"), *not_over])
                if not_over
                else part(row, window, "ended")
            )


def met_in_time(row: Row, window: Window) -> ast.expr:
    """What asks whether a window was met of which the end is known."""
    value = ast.Constant(None) if window.met_by is None else row.python(window.met_by)
    own = own_record(row, window) is not None or row.is_there("met", window.name)
    if own or not isinstance(value, ast.Name) or not _surely_ends(window):
        return part(row, window, "met")
    return python(f"({value.id} is not None and {value.id} <= {of(row, window, 'ends')})")


# ------------------------------------------------------------------------------------------------- the clock itself


def window_itself(row: Row, window: Window) -> None:
    """Work out when a window starts and ends."""
    if not row.first_time("window", window.name):
        return
    row.need(window.asked_if, *(e for span in window.spans for e in (span.when, span.until, span.after)))
    if any(span.until is not None or (span.amount and span.amount.unit != "hours") for span in window.spans):
        row.need_for(row.zone())
    lines, guard = row.straight, row.condition(window.asked_if)
    parties.weigh(row, lines, window.asked_if, *(span.when for span in window.spans))
    lines.comment(window.name, at(window.place))
    if truth(guard) is not True or window.spans[-1].when is not None:
        lines.add(*(f"{of(row, window, which)} = {value}" for which, value in _NOT_BEGUN))
    if truth(guard) is None:
        lines.expression(f"{asks(row, window)} = ", guard)
        lines.add(f"if {asks(row, window)}:")
        with lines.under():
            _spans(row, window, lines)
    elif truth(guard) is True:
        _spans(row, window, lines)


_NOT_BEGUN = (("starts", "None"), ("ends", "None"), ("spans", "()"))


def _spans(row: Row, window: Window, lines: Lines) -> None:
    starts, ends, spans = (of(row, window, which) for which, _ in _NOT_BEGUN)
    if window.latest and not (len(window.spans) == 1 and window.spans[0].when is None):
        _latest(row, window, lines)
        return
    found = [(row.condition(span.when), (number, span)) for number, span in enumerate(window.spans)]
    for (number, span), inside in alternatives(lines, found):
        if span.when is not None:
            inside.comment(at(span.place))
        _starts_and_ends(row, span, inside, starts, ends, may_be_open(row, window))
        inside.add(f"{spans} = ({number},)")


def _starts_and_ends(row: Row, span: Span, lines: Lines, starts: str, ends: str, may_be_open: bool = False) -> None:
    """Sets the two variables."""
    after = ast.Constant(None) if span.after is None else row.python(span.after)
    lines.expression(f"{starts} = ", after)
    start = after.id if isinstance(after, ast.Name) else starts
    if span.until is not None:
        lines.expression("day = ", row.python(span.until))
        lines.add(f"{ends} = None if day is None else end_of_day(day, {lines.text(row.zone())})")
    elif span.after is None or span.amount is None:
        lines.add(f"{ends} = None")
    else:
        end = _end(row, span.amount, start, lines)
        lines.add(f"{ends} = {start if may_be_open else 'None'}")
        known = f" and {start} is not UNKNOWN" if may_be_open else ""
        lines.add(f"if {start} is not None{known}:", f"    {ends} = {end}")


def _end(row: Row, amount: Amount, start: str, lines: Lines) -> str:
    if amount.unit == "hours":
        hours = row.module.constant(f"hours_{amount.count}", timedelta(hours=amount.count))
        return f"({start} if {start}.tzinfo is UTC else {start}.astimezone(UTC)) + {hours}"
    return f"after_days({start}, {amount.count}, {lines.text(row.zone())})"


def _latest(row: Row, window: Window, lines: Lines) -> None:
    """The latest end of all alternatives that hold."""
    starts, ends, spans = (of(row, window, which) for which, _ in _NOT_BEGUN)
    lines.add("all_starts, all_ends, spans = [], [], ()")
    for number, span in enumerate(window.spans):
        condition = row.condition(span.when)
        if truth(condition) is not False:
            lines.comment(at(span.place))
            lines.expression("if ", condition, ":")
            with lines.under():
                _starts_and_ends(row, span, lines, "starts", "ends")
                lines.add("all_starts.append(starts)", "all_ends.append(ends)", f"spans += ({number},)")
    lines.add(f"{starts} = earliest(*all_starts)", f"{spans} = spans")
    lines.add(f"{ends} = latest(*all_ends) if all_ends else None")


# ------------------------------------------------------------------------------------------------ what became of it


def _can_start(window: Window) -> bool:
    """Whether a window may run from the beginning: it has an alternative that has an end alone."""
    return any(span.after is None and span.until is not None for span in window.spans)


def _surely_ends(window: Window) -> bool:
    """Whether a window has an end if it has a start, and the other way round."""
    return all(span.after is not None and span.amount is not None and span.until is None for span in window.spans)


def _met(row: Row, window: Window) -> None:
    """Work out whether what meets a window came in time."""
    assert window.met_by is not None
    window_itself(row, window)
    if not row.first_time("met", window.name):
        return
    row.need(window.met_by)
    counts, ends, value = asks(row, window), of(row, window, "ends"), row.python(window.met_by)
    if not _can_start(window):
        counts = f"{ends} is not None" if _surely_ends(window) else f"not not {of(row, window, 'starts')}"
    if not isinstance(value, ast.Name):
        row.straight.expression("done = ", value)
    done = value.id if isinstance(value, ast.Name) else "done"
    in_time = f"{done} <= {ends}" if counts.startswith(ends) else f"({ends} is None or {done} <= {ends})"
    row.straight.add(f"{row.local('window', window.name, 'met')} = {counts} and {done} is not None and {in_time}")


def _paused(row: Row, window: Window) -> None:
    """Work out whether the window that holds this one was met while this one still ran."""
    window_itself(row, window)
    if not row.first_time("paused", window.name):
        return
    holder = next(one for one in row.program.windows if one.name == window.paused_by)
    met = part(row, holder, "met")
    row.need_for(met)
    row.need(holder.met_by)
    paused, ends, lines = row.local("window", window.name, "paused"), of(row, window, "ends"), row.straight
    if holder.met_by is None:
        lines.add(f"{paused} = False")
        return
    lines.expression(f"{paused} = ", met)
    lines.add(f"if {paused}:")
    with lines.under():
        lines.expression("held = ", row.python(holder.met_by))
        lines.add(f"{paused} = {ends} is not None and held <= {ends}")
