"""Windows of one case: when they start and end, and what became of them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from engine.clock import end_of, end_of_day
from engine.expr.unknown import Unknown, waiting

if TYPE_CHECKING:
    from engine.backends.interpreter import Interpreter
    from engine.link.program import Basis, Span, Window, WindowPart

Instant = datetime | Unknown | None


class Clock(NamedTuple):
    """A window in a case. None: it has not started, or has no end. `basis` includes the alternative that holds."""

    asked: bool | Unknown
    starts: Instant
    ends: Instant
    basis: Basis


class Clocks:
    def __init__(self, interpreter: Interpreter) -> None:
        self._in = interpreter
        self.read: dict[str, Clock] = {}

    def clock(self, window: Window) -> Clock:
        found = self.read.get(window.name)
        if found is None:
            found = self.read[window.name] = self._clock(window)
        return found

    def _clock(self, window: Window) -> Clock:
        asked = self._in.holds(window.asked_if)
        if isinstance(asked, Unknown):
            return Clock(asked, asked, asked, window.basis)
        if not asked:
            return Clock(False, None, None, window.basis)
        if len(window.spans) == 1 and window.spans[0].when is None:
            span = window.spans[0]
            return Clock(True, *self._times(span), window.bases[0])
        return self._latest(window) if window.latest else self._first(window)

    def _first(self, window: Window) -> Clock:
        """The first alternative that holds; while conditions are open, what all that are possible agree on."""
        possible: list[tuple[Span, Unknown | None]] = []
        for number, span in enumerate(window.spans):
            holds = self._in.holds(span.when)
            if holds is False:
                continue
            if holds is True and not possible:
                return Clock(True, *self._times(span), window.bases[number])
            possible.append((span, holds if isinstance(holds, Unknown) else None))
            if holds is True:
                break
        starts: Instant = None
        ends: Instant = None
        basis = window.basis
        for number, (span, still_open) in enumerate(reversed(possible)):
            start, end = self._times(span)
            basis += span.basis
            if number == 0 and still_open is None:
                starts, ends = start, end
                continue
            starts = _agree(start, starts, still_open)
            ends = _agree(end, ends, still_open)
        return Clock(True, starts, ends, basis)

    def _latest(self, window: Window) -> Clock:
        """The latest end of all alternatives that hold."""
        conditions: list[bool | Unknown] = []
        starts: list[Instant] = []
        ends: list[Instant] = []
        basis = window.basis
        for span in window.spans:
            holds = self._in.holds(span.when)
            if holds is not False:
                conditions.append(holds)
                start, end = self._times(span)
                starts.append(start)
                ends.append(end)
                basis += span.basis
        still_open = waiting(*conditions, *starts, *ends)
        if still_open is not None:
            return Clock(True, still_open, still_open, basis)
        first = min((s for s in starts if isinstance(s, datetime)), default=None)
        known = [e for e in ends if isinstance(e, datetime)]
        return Clock(True, first, max(known) if known and len(known) == len(ends) else None, basis)

    def _times(self, span: Span) -> tuple[Instant, Instant]:
        """When a window starts and ends by one of its alternatives."""
        start = None if span.after is None else self._in.evaluate(span.after)
        return start, self._end(span, start)

    def _end(self, span: Span, start: Instant) -> Instant:
        if span.until is not None:
            day, tz = self._in.evaluate(span.until), self._in.zone()
            if isinstance(day, Unknown) or isinstance(tz, Unknown):
                return None if day is None else waiting(day, tz)
            return None if day is None else end_of_day(day, tz)
        if start is None or span.amount is None:
            return None
        counted_in = None if span.amount.unit == "hours" else self._in.zone()
        if isinstance(start, Unknown) or isinstance(counted_in, Unknown):
            return waiting(start, counted_in)
        return end_of(start, span.amount, counted_in)

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
        still_open = waiting(starts, ended)
        return True if still_open is None else still_open

    def met(self, window: Window) -> bool | Unknown:
        """Whether what meets the window came in time; a party's own period is met by its first materials."""
        record = self._in.records.of(window)
        if record is not None:
            return self._in.records.received(record).submitted
        clock = self.clock(window)
        if window.met_by is None or clock.asked is False or not _can_start(clock, window):
            return False
        done = self._in.evaluate(window.met_by)
        if done is None:
            return False
        still_open = waiting(clock.starts, done, clock.ends)
        if still_open is not None:
            return still_open
        return clock.ends is None or bool(done <= clock.ends)

    def paused(self, window: Window) -> bool | Unknown:
        """Whether the window that holds this one was met while this one still ran."""
        if window.paused_by is None:
            return False
        held = self._in.value(f"{window.paused_by}.met")
        if held is False:
            return False
        ends = self.clock(window).ends
        still_open = waiting(held, ends)
        if still_open is not None:
            return still_open
        holder = next(w for w in self._in.program.windows if w.name == window.paused_by)
        return ends is not None and holder.met_by is not None and self._in.evaluate(holder.met_by) <= ends

    def missed(self, window: Window) -> bool | Unknown:
        ended = self.ended(self.clock(window))
        if ended is False:  # what meets it is not asked for
            return False
        return _missed(ended, self.met(window), self.paused(window))

    def parts(self, clock: Clock, window: Window) -> tuple[bool | Unknown, ...]:
        """All that a window is or is not: running, ended, met, missed, paused."""
        running, ended, met = self.running(clock, window), self.ended(clock), self.met(window)
        paused = self.paused(window)
        return running, ended, met, _missed(ended, met, paused), paused


def _missed(ended: bool | Unknown, met: bool | Unknown, paused: bool | Unknown) -> bool | Unknown:
    if ended is False or met is True or paused is True:
        return False
    still_open = waiting(ended, met, paused)
    return True if still_open is None else still_open


def _can_start(clock: Clock, window: Window) -> bool:
    """Whether the window has started or may have; one that only has an end runs from the beginning."""
    return clock.starts is not None or window.only_ends


def _agree(value: Instant, other: Instant, still_open: Unknown | None) -> Instant:
    if not isinstance(value, Unknown) and not isinstance(other, Unknown) and value == other:
        return value
    found = still_open
    for candidate in (value, other):
        if isinstance(candidate, Unknown):
            found = candidate if found is None else found.and_also(candidate)
    return found if found is not None else value
