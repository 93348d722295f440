"""Time for the oracle: whole seconds since 1970 in plain integers; calendar days by way of the zone database.

An instant is an `int`. Hours are added as integers, so clock changes cannot disturb them (reading 13). Calendar days
exclude the day of the event and end with 23:59:59 of the last day in the zone of the dispute (readings 11, 12).
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

Instant = int

SECOND = 1
HOUR = 3600
DAY = 24 * HOUR
_EPOCH_DAY = date(1970, 1, 1).toordinal()
_TEXT = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})(?:Z|([+-])([0-9]{2}):([0-9]{2}))\Z"
)


def parse(text: str) -> Instant:
    """The instant of an ISO text with an offset and whole seconds; anything else is refused."""
    match = _TEXT.match(text)
    if match is None:
        raise ValueError(f"not an instant with whole seconds and an offset: {text!r}")
    year, month, day, hour, minute, second = (int(part) for part in match.groups()[:6])
    if hour > 23 or minute > 59 or second > 59:
        raise ValueError(f"not a time of day: {text!r}")
    offset = 0
    if match.group(7):
        offset = int(match.group(8)) * HOUR + int(match.group(9)) * 60
        if match.group(7) == "-":
            offset = -offset
    days = date(year, month, day).toordinal() - _EPOCH_DAY
    return days * DAY + hour * HOUR + minute * 60 + second - offset


def show(instant: Instant, zone: ZoneInfo | None) -> str:
    """The instant as text in the zone of the dispute; in UTC while the zone is not known."""
    return datetime.fromtimestamp(instant, tz=zone or UTC).isoformat()


def local_day(instant: Instant, zone: ZoneInfo) -> int:
    """The day of the calendar (a proleptic ordinal) on which the instant falls in the zone."""
    return datetime.fromtimestamp(instant, tz=zone).toordinal()


def wall(day: int, second_of_day: int, zone: ZoneInfo) -> Instant:
    """The instant at which clocks in the zone show that second of that day; the first one, if they show it twice."""
    hour, rest = divmod(second_of_day, HOUR)
    on = date.fromordinal(day)
    offset = datetime(on.year, on.month, on.day, hour, rest // 60, rest % 60, tzinfo=zone).utcoffset()
    assert offset is not None
    return (day - _EPOCH_DAY) * DAY + second_of_day - (offset.days * DAY + offset.seconds)


def end_of_calendar_days(event: Instant, days: int, zone: ZoneInfo) -> Instant:
    """23:59:59 of the last of so many days after the day of the event."""
    return wall(local_day(event, zone) + days, DAY - SECOND, zone)
