"""One axis of elapsed time for all clocks of a case, with the days of a zone on it, each as long as it was."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from engine.analysis.clock_model import ClockEntry
from engine.clock import end_of_day, local_day
from engine.render.moments import MONTHS

DAY: Final = timedelta(days=1)
SECOND: Final = timedelta(seconds=1)
MARGIN: Final = 0.03


@dataclass(frozen=True, slots=True)
class AxisDay:
    """A day of the zone: its first instant, the first one after it, and what it is called."""

    starts: datetime
    ends: datetime
    name: str

    @property
    def hours(self) -> float:
        return (self.ends - self.starts) / timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Axis:
    """From one instant to another (UTC), and the whole days of the zone that begin in between."""

    starts: datetime
    ends: datetime
    days: tuple[AxisDay, ...]

    def share(self, moment: datetime) -> float:
        """How far along the axis an instant lies: 0 to 1 from its start to its end, in elapsed time."""
        return (moment - self.starts) / (self.ends - self.starts)

    def ticks(self, most: int) -> Iterator[tuple[datetime, str]]:
        """Starts of days with their names, evenly left out so that at most so many remain."""
        step = max(1, -(-len(self.days) // most))
        yield from ((day.starts, day.name) for day in self.days[::step])


def axis_of(entries: Iterable[ClockEntry], as_of: datetime, zone: ZoneInfo | None) -> Axis | None:
    """The axis on which these clocks lie, and now; None for no clock.

    What is left of a period that was met tells nobody anything: its end may lie behind that of the axis.
    """
    moments = [moment for entry in entries for moment in _told(entry) if moment]
    if not moments:
        return None
    first, last = min(*moments, as_of), max(*moments, as_of)
    margin = max((last - first) * MARGIN, timedelta(hours=1))
    starts, ends = first - margin, last + margin
    return Axis(starts, ends, tuple(_days(starts, ends, zone or ZoneInfo("UTC"))))


def _told(entry: ClockEntry) -> tuple[datetime | None, ...]:
    met = entry.state == "met" and entry.done_at is not None
    return entry.starts, entry.done_at, None if met else entry.ends


def _days(starts: datetime, ends: datetime, zone: ZoneInfo) -> Iterator[AxisDay]:
    day = local_day(starts, zone)
    begins = (end_of_day(day, zone) + SECOND).astimezone(UTC)
    while begins < ends:
        day = local_day(begins, zone)
        over = (end_of_day(day, zone) + SECOND).astimezone(UTC)
        yield AxisDay(begins, over, f"{day.day} {MONTHS[day.month - 1]}")
        begins = over
