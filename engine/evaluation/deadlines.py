"""The deadlines that a decision shows, each with its reason."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from engine.backends.compiled.made import OpenDeadline
from engine.decision import Deadline, DeadlineState, Reason
from engine.expr.unknown import Unknown

if TYPE_CHECKING:
    from engine.backends.interpreter import Interpreter
    from engine.link.program import Rule, Window


def deadlines(run: Interpreter, rule: Rule | None) -> tuple[tuple[Deadline, ...], list[Reason]]:
    """The deadlines in the order of time, and a reason for each; also one for each that hangs on missing facts.

    `rule` is the standing rule that decided, if one did: it may name the deadlines to show.
    """
    found: list[tuple[datetime, str, int, Deadline]] = []
    reasons: list[Reason] = []
    for number, window in enumerate(_shown(run, rule)):
        asked, _, ends, basis = run.clocks.clock(window)
        if isinstance(ends, Unknown):
            reasons.append(run.reasons.window("open", window, basis))
        elif asked is True and ends is not None:
            deadline: Any = OpenDeadline()
            deadline.name = name = str(window.deadline)
            deadline.window = window.name
            deadline.party = window.party
            deadline.at = ends
            deadline.passed = run.as_of > ends
            deadline.state = deadline_state(run, window, deadline.passed)
            deadline.clauses = basis.clauses
            deadline.readings = basis.readings
            deadline.__class__ = Deadline
            found.append((ends, name, number, deadline))
            reasons.append(run.reasons.window("shown", window, basis))
    if len(found) > 1:
        found.sort()
    return tuple([one[3] for one in found]), reasons


def read_for_deadlines(run: Interpreter, rule: Rule | None) -> None:
    """Read what `deadlines` reads."""
    for window in _shown(run, rule):
        clock = run.clocks.clock(window)
        if clock.asked is True and isinstance(clock.ends, datetime):
            deadline_state(run, window, run.as_of > clock.ends)


def _shown(run: Interpreter, rule: Rule | None) -> Sequence[Window]:
    """The windows of the deadlines that are shown where this rule decides, the periods of parties behind the others."""
    if rule is None or rule.deadlines is None:
        return run.program.shown
    return [window for window in run.program.shown if window.deadline in rule.deadlines]


def deadline_state(run: Interpreter, window: Window, passed: bool) -> DeadlineState:
    """What became of a window that has started; `passed` is whether its end lies behind."""
    if window.paused_by is not None and run.clocks.paused(window) is True:
        return "paused"
    if run.clocks.met(window) is True:
        return "met"
    if not passed:
        return "running"
    return "missed" if window.met_by is not None or run.records.of(window) is not None else "ended"
