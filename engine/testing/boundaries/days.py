"""Days on which the end of a period is worth a test: the clocks change, or the month or the year ends."""

from __future__ import annotations

from calendar import isleap
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

ZONES: Final = ("America/New_York", "Europe/Berlin")  # zones whose clocks change, for cases in a zone where they do not
NOON: Final = time(12)


@dataclass(frozen=True, slots=True)
class Day:
    """A day in a zone, and what is special about it. `after` is what is said of the day after it, if that will do, too.

    Some periods cannot end on the day itself: 24 hours that begin with the last second of a day end on no day that
    clocks go forward."""

    day: date
    zone: str
    what: str
    after: str = ""

    @property
    def following(self) -> Day | None:
        """The day after it, where that will do."""
        return Day(self.day + timedelta(days=1), self.zone, self.after) if self.after else None


def days(year: int, zone: str) -> Iterator[Day]:
    """The days of a year, the ordinary one first; 29 February is that of the next leap year.

    The changes of the clocks are those of the zone, or of another one where it has none."""
    yield Day(date(year, 6, 11), zone, "on an ordinary day")
    named = next(name for name in (zone, *ZONES) if len(_changes(year, name)) == 2)
    for day, forward in _changes(year, named):
        how = f"clocks go {'forward' if forward else 'back'}"
        yield Day(day, named, f"on the day that {how}", f"on the day after {how}")
    yield Day(date(year, 4, 30), zone, "at the end of a month")
    leap = next(y for y in range(year, year + 9) if isleap(y))
    yield Day(date(leap, 2, 29), zone, "on 29 February")
    yield Day(date(year, 12, 31), zone, "at the end of the year")


def _changes(year: int, zone: str) -> list[tuple[date, bool]]:
    """The days of a year on which the clocks of a zone are changed, and whether forward."""
    tz = ZoneInfo(zone)
    found = []
    day = date(year, 1, 1)
    while day.year == year:
        before, after = _offset(day - timedelta(days=1), tz), _offset(day, tz)
        if before != after:
            found.append((day, after > before))
        day += timedelta(days=1)
    return sorted(found, key=lambda change: not change[1])


def _offset(day: date, tz: ZoneInfo) -> timedelta:
    return datetime.combine(day, NOON, tz).utcoffset() or timedelta()
