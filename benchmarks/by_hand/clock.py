"""Ends of periods: elapsed hours, and calendar days in the zone of the dispute (readings 11 to 14)."""

from __future__ import annotations

from bisect import bisect_left
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

zone = lru_cache(maxsize=None)(ZoneInfo)
END_OF_DAY = time(23, 59, 59)
ONE_SECOND = timedelta(seconds=1)


def after_days(start: datetime, days: int, zone_name: str) -> datetime:
    """The last second (UTC) of the day that lies `days` days after the local day of `start`."""
    return last_second(start.astimezone(zone(zone_name)).toordinal() + days, zone_name)


@lru_cache(maxsize=8192)
def last_second(ordinal: int, zone_name: str) -> datetime:
    """The last second of a local day as UTC, the later one where the clock shows it twice."""
    tz = zone(zone_name)
    day = date.fromordinal(ordinal)
    wall = datetime.combine(day, END_OF_DAY, tz)
    early, late = wall.astimezone(UTC), wall.replace(fold=1).astimezone(UTC)
    if late >= early:
        return late
    # The clock leaves this second out: the day ends with the last second before the gap.
    seconds = range(int((early - late).total_seconds()) + 1)
    first_after = bisect_left(seconds, True, key=lambda n: (late + n * ONE_SECOND).astimezone(tz).date() > day)
    return late + (first_after - 1) * ONE_SECOND
