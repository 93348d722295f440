"""Calendar days in a time zone, on arrays of instants: what `engine.clock` says, looked up."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np

from engine.clock import FIRST_YEAR, LAST_YEAR, end_of_day, zone
from engine.columns.vectors.values import Array

SECOND: Final = 1_000_000
DAY: Final = 86_400 * SECOND
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
EPOCH_DAY: Final = date(1970, 1, 1).toordinal()
FIRST: Final = date(FIRST_YEAR, 1, 1).toordinal() - EPOCH_DAY - 3
LAST: Final = date(LAST_YEAR + 1, 1, 1).toordinal() - EPOCH_DAY + 3
STEP: Final = timedelta(hours=6)  # no zone changes its clocks twice in that time
UNKNOWN_END: Final = np.iinfo(np.int64).min
NO_CHANGE: Final = np.array([np.iinfo(np.int64).max])  # behind the last one of a zone


def micros(instant: datetime) -> int:
    """An instant in microseconds since 1970 (UTC)."""
    return (instant - EPOCH) // timedelta(microseconds=1)


class ZoneClock:
    """One zone. Offsets are found out for the years that are asked for, ends of days for the days."""

    def __init__(self, name: str) -> None:
        self.zone: ZoneInfo = zone(name)
        self._years: set[int] = set()
        self._offsets: tuple[Array, Array] = (np.empty(0, np.int64), np.empty(0, np.int64))  # from when on, and which
        self._ends = np.full(LAST - FIRST, UNKNOWN_END)

    def days(self, instants: Array) -> Array:
        """The local days (since 1970) that instants fall on."""
        if not len(instants):
            return np.empty(0, np.int64)
        self._prepare(int(instants.min()), int(instants.max()))
        changes, offsets = self._offsets
        days: Array = (instants + offsets[np.searchsorted(changes, instants, side="right") - 1]) // DAY
        return days

    def ends(self, days: Array) -> Array:
        """The last second of local days, as instants."""
        places = days - FIRST
        if len(places) and int(places.max()) >= len(self._ends):
            self._ends = np.concatenate([self._ends, np.full(int(places.max()) + 1 - len(self._ends), UNKNOWN_END)])
        found = self._ends[places]
        missing = found == UNKNOWN_END
        if missing.any():
            for day in np.unique(days[missing]).tolist():
                self._ends[day - FIRST] = micros(end_of_day(date.fromordinal(day + EPOCH_DAY), self.zone))
            found = self._ends[places]
        return found

    # ------------------------------------------------------------------------------------------------------ offsets

    def _prepare(self, first: int, last: int) -> None:
        """Find out the offsets of all years from one instant to another."""
        years = range(_year(first), _year(last) + 1)
        if self._years.issuperset(years):
            return
        low, high = min([*self._years, years[0]]), max([*self._years, years[-1]])
        changes: list[int] = []
        offsets: list[int] = []
        moment, end = datetime(low, 1, 1, tzinfo=UTC), datetime(high + 1, 1, 1, tzinfo=UTC)
        before = self._offset(moment)
        changes.append(micros(moment))
        offsets.append(before)
        while moment < end:
            after = self._offset(moment + STEP)
            if after != before:
                changes.append(micros(self._change(moment, moment + STEP, before)))
                offsets.append(after)
                before = after
            moment += STEP
        self._offsets = (np.array(changes, np.int64), np.array(offsets, np.int64))
        self._years.update(range(low, high + 1))

    def _offset(self, moment: datetime) -> int:
        return (moment.astimezone(self.zone).utcoffset() or timedelta()) // timedelta(microseconds=1)

    def _change(self, low: datetime, high: datetime, before: int) -> datetime:
        """The first second with another offset."""
        while high - low > timedelta(seconds=1):
            middle = low + timedelta(seconds=(high - low) // timedelta(seconds=2))
            if self._offset(middle) == before:
                low = middle
            else:
                high = middle
        return high

    def line(self, low: int, high: int) -> tuple[Array, Array, Array, Array]:
        """For days from one to another: which change of the clock was the latest when each began (UTC), all changes and
        the offsets since then, and the ends of these days as far as they are known."""
        starts = np.arange(low, high) * DAY
        self._prepare(int(starts[0]), int(starts[-1]))
        changes, offsets = self._offsets
        ends = np.full(high - low, UNKNOWN_END)
        known = self._ends[max(low - FIRST, 0) : max(high - FIRST, 0)]
        ends[max(FIRST - low, 0) :][: len(known)] = known
        return np.searchsorted(changes, starts, side="right") - 1, changes, offsets, ends


class Zones:
    """Many zones at once: those that were met, numbered as they came, each a line of tables that go by days.

    Days and instants are given together with the numbers of their zones, or with one number for all of them.
    """

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._clocks: list[ZoneClock] = []
        self._lines, self._low, self._high = 0, 0, 0  # how many zones and which days the tables have

    def number(self, name: str) -> int:
        """The number of a zone. Raises BadTime when there is none of this name."""
        if name not in self._numbers:
            self._clocks.append(zone_clock(name))
            self._numbers[name] = len(self._clocks) - 1
        return self._numbers[name]

    def days(self, zones: Array, instants: Array) -> Array:
        """The local days (since 1970) that instants fall on."""
        of_days = self._places(zones, instants // DAY)
        places = self._latest.take(of_days)
        for _ in range(self._most):
            places += instants >= self._changes.take(places + 1)
        found: Array = (instants + self._offsets.take(places)) // DAY
        return found

    def ends(self, zones: Array, days: Array) -> Array:
        """The last second of local days, as instants."""
        places = self._places(zones, days)
        found: Array = self._ends.take(places)
        missing = found == UNKNOWN_END
        if np.count_nonzero(missing):
            lines, own = np.divmod(np.unique(places[missing]), self._high - self._low)
            for line in np.unique(lines).tolist():
                of_line = own[lines == line]
                ends = self._clocks[line].ends(of_line + self._low)
                self._ends[line * (self._high - self._low) + of_line] = ends
            found = self._ends.take(places)
        return found

    def _places(self, zones: Array, days: Array) -> Array:
        """Where the tables have these days."""
        if len(days):
            low, high = int(days.min()), int(days.max()) + 1
            if low < self._low or high > self._high or self._lines < len(self._clocks):
                self._make(low, high)
        return zones * (self._high - self._low) + (days - self._low)

    def _make(self, low: int, high: int) -> None:
        """Make tables for all zones, and for whole years: those that there were, and those of these days."""
        if self._lines:
            low, high = min(low, self._low), max(high, self._high)
        self._low = date(_year(low * DAY), 1, 1).toordinal() - EPOCH_DAY
        self._high = date(_year((high - 1) * DAY) + 1, 1, 1).toordinal() - EPOCH_DAY
        self._lines = len(self._clocks)
        latest, changes, offsets, ends = [], [], [], []
        before = most = 0
        for clock in self._clocks:
            own, own_changes, own_offsets, own_ends = clock.line(self._low, self._high)
            latest.append(own + before)
            changes += [own_changes, NO_CHANGE]
            offsets += [own_offsets, NO_CHANGE]
            ends.append(own_ends)
            before += len(own_changes) + 1
            most = max(most, int(np.bincount(own_changes // DAY - own_changes[0] // DAY).max()))
        self._latest, self._ends = np.concatenate(latest), np.concatenate(ends)
        self._changes, self._offsets, self._most = np.concatenate(changes), np.concatenate(offsets), most


def _year(instant: int) -> int:
    return (EPOCH + timedelta(microseconds=instant)).year


@lru_cache(maxsize=512)
def zone_clock(name: str) -> ZoneClock:
    """The clock of a zone. Raises BadTime when there is none of this name."""
    return ZoneClock(name)
