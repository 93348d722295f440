"""Windows of many cases: when they start and end, and what became of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.columns.vectors.values import (
    FALSE,
    KNOWN,
    NOTHING,
    UNKNOWNS,
    Array,
    Values,
    all_of,
    first_of,
    level,
    negation,
    same,
    settled,
    spread,
    waiting,
)
from engine.link.program import Span, Window, WindowPart

if TYPE_CHECKING:
    from engine.clock import Amount
    from engine.columns.vectors.run import Run

HOUR = 3_600_000_000
NEVER = Values(NOTHING, None, "instant")


@dataclass(frozen=True, slots=True)
class Clock:
    """A window in each case. Nothing: it has not started, or has no end."""

    asked: Values
    starts: Values
    ends: Values


class Clocks:
    def __init__(self, run: Run) -> None:
        self._in = run
        self._read: dict[str, Clock] = {}
        self._later: dict[tuple[int, Amount], Values] = {}

    def clock(self, window: Window) -> Clock:
        found = self._read.get(window.name)
        if found is None:
            found = self._read[window.name] = self._clock(window)
        return found

    def _clock(self, window: Window) -> Clock:
        asked = self._in.holds(window.asked_if)
        if same(asked, False):
            return Clock(asked, NEVER, NEVER)
        if len(window.spans) == 1 and window.spans[0].when is None:
            span = window.spans[0]
            starts, ends = self._start(span), self._end(span)
        else:
            starts, ends = self._latest(window) if window.latest else self._first(window)
        if same(asked, True):
            return Clock(asked, starts, ends)
        return Clock(asked, self._if_asked(asked, starts), self._if_asked(asked, ends))

    @staticmethod
    def _if_asked(asked: Values, instant: Values) -> Values:
        values = np.where(asked.v, instant.v, NOTHING)
        if asked.u is None and instant.u is None:
            return Values(values, None, "instant")
        own = None if instant.u is None else np.where(asked.v, instant.u, KNOWN)
        return Values(values, first_of(asked.u, own), "instant")

    def _first(self, window: Window) -> tuple[Values, Values]:
        """The first alternative that holds; while conditions are open, what all that are possible agree on."""
        starts = ends = NEVER
        for span in reversed(window.spans):
            holds = self._in.holds(span.when)
            starts = self._either(holds, self._start(span), starts)
            ends = self._either(holds, self._end(span), ends)
        return starts, ends

    def _either(self, holds: Values, value: Values, other: Values) -> Values:
        if same(holds, True):
            return value
        if same(holds, False):
            return other
        values = np.where(holds.v, value.v, other.v)
        if holds.u is None and value.u is None and other.u is None:
            return Values(values, None, "instant")
        rows = self._in.rows
        a, b, still_open = level(value.u, rows), level(other.u, rows), level(holds.u, rows)
        unknown: Array = np.where(holds.v, a, b)
        agree = (value.v == other.v) & (a == KNOWN) & (b == KNOWN)
        if holds.u is not None:
            all_open = UNKNOWNS.both(UNKNOWNS.both(still_open, a), b)
            unknown = np.where(still_open != KNOWN, np.where(agree, KNOWN, all_open), unknown)
        return Values(values, unknown if np.count_nonzero(unknown) else None, "instant")

    def _latest(self, window: Window) -> tuple[Values, Values]:
        """The latest end of all alternatives that hold."""
        rows = self._in.rows
        none = np.ones(rows, np.bool_)
        starts, ends = np.full(rows, NOTHING), np.full(rows, np.iinfo(np.int64).min)
        waits: tuple[list[Array | None], ...] = ([], [], [])  # of conditions, of starts, of ends
        for span in window.spans:
            holds, start, end = self._in.holds(span.when), self._start(span), self._end(span)
            possible = spread(holds.v if holds.u is None else holds.v | (holds.u != KNOWN), rows)
            none &= ~possible
            starts = np.where(possible, np.minimum(starts, start.v), starts)
            ends = np.where(possible, np.maximum(ends, end.v), ends)
            for listed, own in zip(waits, (holds.u, start.u, end.u), strict=True):
                listed.append(None if own is None else np.where(possible, own, KNOWN))
        found = waiting(*waits[0], *waits[1], *waits[2])
        return Values(starts, found, "instant"), Values(np.where(none, NOTHING, ends), found, "instant")

    def _start(self, span: Span) -> Values:
        return NEVER if span.after is None else self._in.evaluate(span.after)

    def _end(self, span: Span) -> Values:
        run = self._in
        if span.until is not None:
            day = run.evaluate(span.until)
            found = run.by_zone(day.v, lambda zones, own, days: zones.ends(own, days))
            return Values(found, self._unless_never(day, waiting(day.u, run.zone.u)), "instant")
        start = self._start(span)
        if span.amount is None or same_instant(start, NOTHING):
            return NEVER
        key = id(start), span.amount  # of an instant there is one value, as long as there is the run
        found = self._later.get(key)
        if found is None:
            found = self._later[key] = self._so_much_later(start, span.amount)
        return found

    def _so_much_later(self, start: Values, amount: Amount) -> Values:
        run, count = self._in, amount.count
        if amount.unit == "hours":
            return Values(np.minimum(start.v, NOTHING - count * HOUR) + count * HOUR, start.u, "instant")
        found = run.by_zone(start.v, lambda zones, own, at: zones.ends(own, zones.days(own, at) + count))
        return Values(found, self._unless_never(start, waiting(start.u, run.zone.u)), "instant")

    @staticmethod
    def _unless_never(value: Values, unknown: Array | None) -> Array | None:
        """What is waited for, except where it is known that there is nothing to count from."""
        if unknown is None:
            return None
        never = value.v == NOTHING if value.u is None else (value.v == NOTHING) & (value.u == KNOWN)
        return np.where(never, KNOWN, unknown)

    # ----------------------------------------------------------------------------------------------------- parts

    def part(self, meaning: WindowPart) -> Values:
        window = meaning.window
        clock = self.clock(window)
        match meaning.part:
            case "starts":
                return clock.starts
            case "ends":
                return clock.ends
            case "running":
                return self.running(clock, window)
            case "ended":
                return self.ended(clock)
            case "met":
                return self.met(window)
            case "paused":
                return self.paused(window)
            case _:
                return self.missed(window)

    def ended(self, clock: Clock) -> Values:
        return settled(self._in.as_of > clock.ends.v, clock.ends.u)

    def running(self, clock: Clock, window: Window) -> Values:
        before = self._known(clock.starts, clock.starts.v > self._in.as_of)
        if any(span.after is None and span.until is not None for span in window.spans):
            before = before & (clock.starts.v != NOTHING)
        ended = self.ended(clock)
        never = before | ended.v | self._not_asked(clock)
        return _unless(never, waiting(clock.starts.u, ended.u))

    def met(self, window: Window) -> Values:
        """Whether what meets the window came in time; a party's own period is met by its first materials."""
        record = self._in.records.of(window)
        if record is not None:
            return self._in.records.received(record).submitted
        clock = self.clock(window)
        if window.met_by is None or same(clock.asked, False):
            return FALSE
        done = self._in.evaluate(window.met_by)
        never = self._not_asked(clock) | self._cannot_start(clock, window) | self._known(done, done.v == NOTHING)
        unknown = waiting(clock.starts.u, done.u, clock.ends.u)
        return settled(~never & (done.v <= clock.ends.v), None if unknown is None else np.where(never, KNOWN, unknown))

    def paused(self, window: Window) -> Values:
        """Whether the window that holds this one was met while this one still ran."""
        if window.paused_by is None:
            return FALSE
        held = self._in.value(f"{window.paused_by}.met")
        ends = self.clock(window).ends
        holder = next(w for w in self._in.program.windows if w.name == window.paused_by)
        done = NEVER if holder.met_by is None else self._in.evaluate(holder.met_by)
        in_time = (ends.v != NOTHING) & (done.v <= ends.v)
        self._in.doubt |= spread(held.v & (level(done.u, self._in.rows) != KNOWN), self._in.rows)
        unknown = waiting(held.u, ends.u)
        if unknown is not None:
            not_held = ~held.v & (level(held.u, self._in.rows) == KNOWN)
            unknown = np.where(not_held, KNOWN, unknown)
        return settled(held.v & in_time, unknown)

    def missed(self, window: Window) -> Values:
        ended, met, paused = self.ended(self.clock(window)), self.met(window), self.paused(window)
        return all_of([ended, negation(met), negation(paused)])

    def _not_asked(self, clock: Clock) -> Array:
        return spread(negation(clock.asked).v, self._in.rows)

    def _known(self, value: Values, mask: Array) -> Array:
        return spread(mask if value.u is None else mask & (value.u == KNOWN), self._in.rows)

    def _cannot_start(self, clock: Clock, window: Window) -> Array:
        """Where the window has no start; one that only has an end runs from the beginning."""
        if any(span.after is None and span.until is not None for span in window.spans):
            return np.zeros(self._in.rows, np.bool_)
        return self._known(clock.starts, clock.starts.v == NOTHING)


def same_instant(value: Values, instant: Array) -> bool:
    return value.u is None and np.ndim(value.v) == 0 and bool(value.v == instant)


def _unless(never: Array, unknown: Array | None) -> Values:
    """True, except where it is refuted or not known."""
    return settled(~never, None if unknown is None else np.where(never, KNOWN, unknown))
