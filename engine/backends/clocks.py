"""Windows of one case: when they start and end, and what became of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from engine.clock import end_of, end_of_day
from engine.expr.unknown import Unknown
from engine.link.program import Basis, Span, Window, WindowPart

if TYPE_CHECKING:
    from engine.backends.interpreter import Interpreter

Instant = datetime | Unknown | None


@dataclass(frozen=True, slots=True)
class Clock:
    """A window in a case. None: it has not started, or has no end. `basis` includes the alternative that holds."""

    asked: bool | Unknown
    starts: Instant
    ends: Instant
    basis: Basis


class Clocks:
    def __init__(self, interpreter: Interpreter) -> None:
        self._in = interpreter
        self._clocks: dict[str, Clock] = {}

    def clock(self, window: Window) -> Clock:
        found = self._clocks.get(window.name)
        if found is None:
            found = self._clocks[window.name] = self._clock(window)
        return found

    def _clock(self, window: Window) -> Clock:
        asked = self._in.holds(window.asked_if)
        if isinstance(asked, Unknown):
            return Clock(asked, asked, asked, window.basis)
        if not asked:
            return Clock(False, None, None, window.basis)
        if len(window.spans) == 1 and window.spans[0].when is None:
            span = window.spans[0]
            return Clock(True, self._start(span), self._end(span), window.basis + span.basis)
        return self._latest(window) if window.latest else self._first(window)

    def _first(self, window: Window) -> Clock:
        """The first alternative that holds; while conditions are open, what all that are possible agree on."""
        possible: list[tuple[Span, Unknown | None]] = []
        for span in window.spans:
            holds = self._in.holds(span.when)
            if holds is False:
                continue
            possible.append((span, holds if isinstance(holds, Unknown) else None))
            if holds is True:
                break
        starts: Instant = None
        ends: Instant = None
        basis = window.basis
        for number, (span, still_open) in enumerate(reversed(possible)):
            start, end = self._start(span), self._end(span)
            basis += span.basis
            if number == 0 and still_open is None:
                starts, ends = start, end
                continue
            starts = _agree(start, starts, still_open)
            ends = _agree(end, ends, still_open)
        return Clock(True, starts, ends, basis)

    def _latest(self, window: Window) -> Clock:
        """The latest end of all alternatives that hold."""
        starts: list[Instant] = []
        ends: list[Instant] = []
        basis = window.basis
        for span in window.spans:
            holds = self._in.holds(span.when)
            if isinstance(holds, Unknown):
                return Clock(True, holds, holds, basis)
            if holds:
                starts.append(self._start(span))
                ends.append(self._end(span))
                basis += span.basis
        for values in (starts, ends):
            for value in values:
                if isinstance(value, Unknown):
                    return Clock(True, value, value, basis)
        start = min((s for s in starts if isinstance(s, datetime)), default=None)
        known = [e for e in ends if isinstance(e, datetime)]
        return Clock(True, start, max(known) if known and len(known) == len(ends) else None, basis)

    def _start(self, span: Span) -> Instant:
        return None if span.after is None else self._in.evaluate(span.after)

    def _end(self, span: Span) -> Instant:
        if span.until is not None:
            day = self._in.evaluate(span.until)
            tz = self._in.zone()
            if isinstance(day, Unknown) or day is None:
                return day
            return tz if isinstance(tz, Unknown) else end_of_day(day, tz)
        start = self._start(span)
        if isinstance(start, Unknown) or start is None or span.amount is None:
            return start if span.amount is not None else None
        if span.amount.unit == "hours":
            return end_of(start, span.amount, None)
        tz = self._in.zone()
        return tz if isinstance(tz, Unknown) else end_of(start, span.amount, tz)

    # ----------------------------------------------------------------------------------------------------- parts

    def part(self, meaning: WindowPart) -> object:
        clock = self.clock(meaning.window)
        match meaning.part:
            case "starts":
                return clock.starts
            case "ends":
                return clock.ends
            case "running":
                return self.running(clock, meaning.window)
            case "ended":
                return self.ended(clock)
            case "met":
                return self.met(meaning.window)
            case "paused":
                return self.paused(meaning.window)
            case _:
                return self.missed(meaning.window)

    def ended(self, clock: Clock) -> bool | Unknown:
        if isinstance(clock.ends, Unknown):
            return clock.ends
        return clock.ends is not None and self._in.as_of > clock.ends

    def running(self, clock: Clock, window: Window) -> bool | Unknown:
        if clock.asked is False:
            return False
        starts = clock.starts
        if not _can_start(clock, window):
            return False
        if isinstance(starts, datetime) and starts > self._in.as_of:
            return False
        ended = self.ended(clock)
        if ended is True:
            return False
        if isinstance(starts, Unknown):
            return starts
        return ended if isinstance(ended, Unknown) else True

    def met(self, window: Window) -> bool | Unknown:
        clock = self.clock(window)
        if window.met_by is None or clock.asked is False or not _can_start(clock, window):
            return False
        done = self._in.evaluate(window.met_by)
        if done is None:
            return False
        for value in (clock.starts, done, clock.ends):
            if isinstance(value, Unknown):
                return value
        return clock.ends is None or done <= clock.ends

    def paused(self, window: Window) -> bool | Unknown:
        """Whether the window that holds this one was met while this one still ran."""
        if window.paused_by is None:
            return False
        held = self._in.value(f"{window.paused_by}.met")
        if held is False:
            return False
        ends = self.clock(window).ends
        if isinstance(held, Unknown) or isinstance(ends, Unknown):
            return held if isinstance(held, Unknown) else ends  # type: ignore[return-value]
        holder = next(w for w in self._in.program.windows if w.name == window.paused_by)
        return ends is not None and holder.met_by is not None and self._in.evaluate(holder.met_by) <= ends

    def missed(self, window: Window) -> bool | Unknown:
        ended = self.ended(self.clock(window))
        if ended is False:
            return False
        met, paused = self.met(window), self.paused(window)
        if met is True or paused is True:
            return False
        for value in (ended, met, paused):
            if isinstance(value, Unknown):
                return value
        return True


def _can_start(clock: Clock, window: Window) -> bool:
    """Whether the window has started or may have; one that only has an end runs from the beginning."""
    return clock.starts is not None or any(span.after is None and span.until is not None for span in window.spans)


def _agree(value: Instant, other: Instant, still_open: Unknown | None) -> Instant:
    if not isinstance(value, Unknown) and not isinstance(other, Unknown) and value == other:
        return value
    found = still_open
    for candidate in (value, other):
        if isinstance(candidate, Unknown):
            found = candidate if found is None else found.and_also(candidate)
    return found if found is not None else value
