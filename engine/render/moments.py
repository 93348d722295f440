"""Moments and spans of time in words, without the settings of the machine."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
MONTH_NAMES: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
UNITS: Final = (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))


def local(instant: datetime, zone: ZoneInfo | None) -> str:
    """Day and time of an instant in a zone, or in UTC: `Fri 13 Jun 2025 23:59:59 EDT`."""
    there = instant.astimezone(zone or UTC)
    name = there.tzname() or ""
    if not name[:1].isalpha():
        name = "UTC" + there.isoformat()[-6:]
    time = there.strftime("%H:%M:%S" if there.second else "%H:%M")
    return f"{DAYS[there.weekday()]} {there.day} {MONTHS[there.month - 1]} {there.year} {time} {name}"


def relative(instant: datetime, as_of: datetime) -> str:
    """How far an instant is from `as_of`: `1 day 4 hours left`, `3 minutes ago`."""
    if instant == as_of:
        return "this very moment"
    return f"{span(abs(instant - as_of))} {'left' if instant > as_of else 'ago'}"


def span(length: timedelta) -> str:
    """A length of time in its largest two units; what is smaller is left out."""
    rest, words = int(length.total_seconds()), []
    for unit, size in UNITS:
        count, rest = divmod(rest, size)
        if count:
            words.append(f"{count} {unit}{'s' if count > 1 else ''}")
        if len(words) == 2 or (words and not count):
            break
    return " ".join(words) or "less than a second"
