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


def _year(instant: int) -> int:
    return (EPOCH + timedelta(microseconds=instant)).year


@lru_cache(maxsize=512)
def zone_clock(name: str) -> ZoneClock:
    """The clock of a zone. Raises BadTime when there is none of this name."""
    return ZoneClock(name)
