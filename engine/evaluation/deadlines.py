"""The deadlines that a decision shows, each with its reason."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from engine.backends.as_reasons import window_reason
from engine.decision import Deadline, DeadlineState, Reason
from engine.expr.unknown import Unknown
from engine.link.periods import windows

if TYPE_CHECKING:
    from engine.backends.clocks import Clock
    from engine.backends.interpreter import Interpreter
    from engine.link.program import Rule, Window


def deadlines(run: Interpreter, rule: Rule | None) -> tuple[tuple[Deadline, ...], tuple[Reason, ...]]:
    """The deadlines in the order of time, and a reason for each; also one for each that hangs on missing facts.

    `rule` is the standing rule that decided, if one did: it may name the deadlines to show.
    """
    found: list[Deadline] = []
    reasons: list[Reason] = []
    for window, clock in _shown(run, rule):
        if isinstance(clock.ends, Unknown):
            reasons.append(window_reason("open", window, clock.basis))
        elif clock.asked is True and clock.ends is not None and window.deadline is not None:
            state = deadline_state(run, window, run.as_of > clock.ends)
            deadline = Deadline(
                name=window.deadline,
                window=window.name,
                party=window.party,
                at=clock.ends,
                state=state,
                passed=run.as_of > clock.ends,
                clauses=clock.basis.clauses,
                readings=clock.basis.readings,
            )
            found.append(deadline)
            reasons.append(window_reason("shown", window, clock.basis))
    found.sort(key=lambda deadline: (deadline.at, deadline.name))
    return tuple(found), tuple(reasons)


def read_for_deadlines(run: Interpreter, rule: Rule | None) -> None:
    """Read what `deadlines` reads."""
    for window, clock in _shown(run, rule):
        if clock.asked is True and isinstance(clock.ends, datetime):
            deadline_state(run, window, run.as_of > clock.ends)


def _shown(run: Interpreter, rule: Rule | None) -> Iterator[tuple[Window, Clock]]:
    """The windows of the deadlines that are shown where this rule decides, the periods of parties behind the others."""
    named = rule.deadlines if rule is not None else None
    for window in windows(run.program):
        if window.deadline is not None and (named is None or window.deadline in named):
            yield window, run.clocks.clock(window)


def deadline_state(run: Interpreter, window: Window, passed: bool) -> DeadlineState:
    """What became of a window that has started; `passed` is whether its end lies behind."""
    if run.clocks.paused(window) is True:
        return "paused"
    if run.clocks.met(window) is True:
        return "met"
    if not passed:
        return "running"
    return "missed" if window.met_by is not None or run.records.of(window) is not None else "ended"
