"""Instants, days and amounts of time. Nothing here reads a clock or the settings of the machine."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final, Literal
from zoneinfo import ZoneInfo, available_timezones

from engine.hints import did_you_mean, quoted

Unit = Literal["hours", "calendar days"]

FIRST_YEAR, LAST_YEAR = 2000, 2100
MOST: dict[Unit, int] = {"hours": 100_000, "calendar days": 3660}

# Patterns are compiled when they are first needed, which a quick decision never does.
_DATE: Final = r"([0-9]{4})-([0-9]{2})-([0-9]{2})\Z"
_INSTANT: Final = (
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})[Tt ]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,6}))?)?"
    r"(?:([Zz])|([+-])([0-9]{2}):([0-9]{2}))?\Z"
)
_ZONE_NAME: Final = r"[A-Za-z][A-Za-z0-9_+-]*(?:/[A-Za-z0-9_+-]+)*\Z"
# names that some machines have for their own setting, or for clocks with leap seconds
_NOT_ZONES = frozenset({"localtime", "posixrules", "Factory", "posix", "right"})
_AMOUNT: Final = r"([1-9][0-9]{0,5}) (hours?|calendar days?)\Z"
_LIKE_AMOUNT: Final = r"([0-9]{1,6})\s*([A-Za-z]+(?:[ _-][A-Za-z]+)?)\Z"
_HOW_INSTANT = "write it as `2025-06-10T09:00:00-04:00` or `2025-06-10T13:00:00Z`"
_HOW_AMOUNT = "write `48 hours`, `15 calendar days` or `never`"
_LAST_SECOND = time(23, 59, 59)
_SECOND = timedelta(seconds=1)


class BadTime(ValueError):
    """A text is not the instant, date, zone or amount that it should be; str() is the message for its writer."""


@dataclass(frozen=True, slots=True)
class Amount:
    """A number of elapsed hours or of calendar days. Raises BadTime when it is not positive or too large."""

    count: int
    unit: Unit

    def __post_init__(self) -> None:
        if not 0 < self.count <= MOST[self.unit]:
            raise BadTime(f"an amount lies between 1 and {MOST[self.unit]} {self.unit}, not {self.count}")

    def __str__(self) -> str:
        return f"{self.count} {self.unit.removesuffix('s') if self.count == 1 else self.unit}"


def parse_instant(text: str) -> datetime:
    """The instant that an ISO 8601 text with an offset writes, in UTC. Raises BadTime."""
    try:
        return instant_and_text(text)[0]
    except BadTime:
        raise
    except ValueError:
        return _parse_instant(text)


# the signs between the numbers of `2025-06-10T09:00:00-04:00`: every third one from the first `-` to the offset
_SHAPES: Final = frozenset(("--T::Z", "--T::+", "--T::-"))
_from_iso: Final[Callable[[str], datetime]] = datetime.fromisoformat
# Learned from what `_parse_instant` gives, and no more than there are hours and offsets:
_hours: dict[str, str] = {}  # the hour in UTC by hour and offset (`09-04:00`), where both lie on one day
_ahead: dict[str, timedelta] = {}  # how far a clock with an offset (`-04:00`) is ahead of UTC


def instant_and_text(text: str) -> tuple[datetime, str]:
    """The instant that a text writes, and how `isoformat` writes it in UTC. Raises ValueError; what is wrong is said by
    `parse_instant` alone.

    Whole seconds and an offset, as most programs write them, are read without a pattern.
    """
    shape = text[4:20:3]
    if shape in _SHAPES:
        # The signs are right, and so are the hour and the offset that were met before: only digits can still be wrong.
        hour, offset = text[11:13], text[19:]
        if (same_day := _hours.get(hour + offset)) is not None:
            written = f"{text[:11]}{same_day}{text[13:19]}+00:00"
            instant = _from_iso(written)
            if FIRST_YEAR <= instant.year <= LAST_YEAR:
                return instant, written
        elif (ahead := _ahead.get(offset)) is not None and hour != "24":
            local = _from_iso(f"{text[:19]}+00:00")
            if FIRST_YEAR < local.year < LAST_YEAR:
                instant = local - ahead
                written = iso(instant)
                if _is_same_day(text, written):  # which was not met before
                    _hours[hour + offset] = written[11:13]
                return instant, written
    elif shape == "--T::." and text[-1] == "Z" and text[11:13] != "24":
        part = text[20:-1]
        if part.isdecimal() and part.isascii() and len(part) <= 6:
            instant = _from_iso(f"{text[:19]}.{part:0<6}+00:00")
            if FIRST_YEAR <= instant.year <= LAST_YEAR:
                return instant, iso(instant)
    instant = _parse_instant(text)
    written = iso(instant)
    if shape in _SHAPES:
        if _is_same_day(text, written):
            _hours[text[11:13] + text[19:]] = written[11:13]
        else:
            _ahead[text[19:]] = _from_iso(f"{text[:19]}+00:00") - instant
    return instant, written


def _is_same_day(text: str, written: str) -> bool:
    """Whether an instant lies on one day by its own offset and in UTC, which are whole hours apart."""
    return written[:11] == text[:11] and written[13:19] == text[13:19]


def _parse_instant(text: str) -> datetime:
    """The instant that a text writes in any of the ways that are taken. Raises BadTime."""
    match = re.match(_INSTANT, text)
    if match is None:
        if re.match(_DATE, text):
            raise BadTime(f"{quoted(text)} is a date without a time of day; {_HOW_INSTANT}")
        raise BadTime(f"{quoted(text)} is not an instant; {_HOW_INSTANT}")
    year, month, day, hour, minute, second, fraction, zulu, sign, hours, minutes = match.groups()
    if not (zulu or sign):
        raise BadTime(f"{quoted(text)} has no offset from UTC, so it may be any of 26 hours; {_HOW_INSTANT}")
    try:
        part = int((fraction or "").ljust(6, "0"))
        local = datetime(int(year), int(month), int(day), int(hour), int(minute), int(second or 0), part, UTC)
    except ValueError:
        raise BadTime(f"{quoted(text)} names a day or a time of day that does not exist") from None
    _check_year(local.year, text)
    if zulu:
        return local
    if int(hours) > 14 or int(minutes) > 59:
        raise BadTime(f"{quoted(text)} has an offset that no place has; offsets go from -14:59 to +14:59")
    offset = timedelta(hours=int(hours), minutes=int(minutes))
    instant = local - offset if sign == "+" else local + offset
    _check_year(instant.year, text)
    return instant


def parse_date(text: str) -> date:
    """The day that `YYYY-MM-DD` writes. Raises BadTime."""
    match = re.match(_DATE, text)
    if match is None:
        raise BadTime(f"{quoted(text)} is not a date; write it as `2025-06-10`")
    try:
        day = date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        raise BadTime(f"{quoted(text)} names a day that does not exist") from None
    _check_year(day.year, text)
    return day


def _check_year(year: int, text: str) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise BadTime(f"{quoted(text)} lies outside the years {FIRST_YEAR} to {LAST_YEAR} (in UTC)")


def format_instant(instant: datetime, zone: ZoneInfo | None) -> str:
    """ISO 8601 with the offset of the zone, or of UTC; no fraction if it is zero. Raises BadTime if naive."""
    if instant.tzinfo is None:
        raise BadTime("an instant without an offset cannot be shown")
    return iso(instant.astimezone(zone or UTC))


_TWO: Final = tuple(f"{number:02}" for number in range(60))
_days: dict[int, str] = {}  # by ordinal, as they come up: at most every day that a datetime has
_offsets: dict[timedelta | None, str] = {}  # as they come up
_NONE: Final = timedelta(0)


def iso(instant: datetime) -> str:
    """What `isoformat` gives for an aware instant, from parts that are kept."""
    if instant.microsecond:
        return instant.isoformat()
    day, offset = instant.toordinal(), _NONE if instant.tzinfo is UTC else instant.utcoffset()
    try:
        clock = f"{_TWO[instant.hour]}:{_TWO[instant.minute]}:{_TWO[instant.second]}"
        return f"{_days[day]}{clock}{_offsets[offset]}"
    except KeyError:
        text = instant.isoformat()
        _days[day], _offsets[offset] = text[:11], text[19:]
        return text


@lru_cache(maxsize=512)
def zone(name: str) -> ZoneInfo:
    """The time zone of an IANA name such as `America/New_York`. Raises BadTime when there is none of this name."""
    if re.match(_ZONE_NAME, name) and name.split("/")[0] not in _NOT_ZONES:
        try:
            return ZoneInfo(name)
        except (KeyError, OSError, ValueError):
            pass
    hint = did_you_mean(name, _zone_names())
    raise BadTime(f"{quoted(name)} is not a time zone; " + (hint or "write an IANA name such as `America/New_York`"))


@lru_cache(maxsize=1)
def _zone_names() -> tuple[str, ...]:
    return tuple(sorted(available_timezones() - _NOT_ZONES))


def parse_amount(text: str) -> Amount | None:
    """The amount that `48 hours` or `15 calendar days` writes; None for `never`. Raises BadTime."""
    if text == "never":
        return None
    match = re.match(_AMOUNT, text)
    if match is None:
        raise BadTime(f"{quoted(text)} is not an amount of time; {_how_to_write(text)}")
    amount = Amount(int(match[1]), "hours" if match[2].startswith("hour") else "calendar days")
    if str(amount) != text:
        raise BadTime(f"{quoted(text)} is not an amount of time; write `{amount}`")
    return amount


def _how_to_write(text: str) -> str:
    match = re.match(_LIKE_AMOUNT, text.strip().lower())
    if match is None or not int(match[1]):
        return _HOW_AMOUNT
    count, unit = int(match[1]), re.sub("[_-]", " ", match[2]).removesuffix("s")
    try:
        if unit in ("h", "hr", "hour"):
            return f"write `{Amount(count, 'hours')}`"
        if unit in ("d", "day"):
            return f"write `{Amount(count, 'calendar days')}` or `{Amount(24 * count, 'hours')}`"
        if unit in ("calendar day", "cal day"):
            return f"write `{Amount(count, 'calendar days')}`"
        if unit in ("w", "week"):
            return f"write `{Amount(7 * count, 'calendar days')}`"
    except BadTime as error:
        return str(error)
    return f"only hours and calendar days are known: {_HOW_AMOUNT}"


def end_of(start: datetime, amount: Amount, tz: ZoneInfo | None) -> datetime:
    """The last moment, in UTC, of a period that begins with an event at `start`.

    Hours are elapsed time. Calendar days leave out the day of the event and end with the last second of the last day
    in the zone; without a zone they raise BadTime, as does a naive `start`."""
    if start.tzinfo is None:
        raise BadTime("a period cannot begin at an instant without an offset")
    if amount.unit == "hours":
        return start.astimezone(UTC) + timedelta(hours=amount.count)
    if tz is None:
        raise BadTime("calendar days cannot be counted without a time zone")
    return days_after(start, amount.count, tz)


def days_after(start: datetime, count: int, tz: ZoneInfo) -> datetime:
    """The last second, in UTC, of the day in a zone that comes so many days after that of `start`."""
    if start.tzinfo is UTC and (ahead := _ahead_all_day(start.toordinal(), tz)) is not None:
        return _day_end((start + ahead).toordinal() + count, tz)
    return _day_end(start.astimezone(tz).toordinal() + count, tz)


def end_of_day(day: date, tz: ZoneInfo) -> datetime:
    """The last second of a day in a zone, as UTC: 23:59:59, the later one where the clock shows it twice.

    Where the zone leaves it out, the last second before that gap."""
    return _day_end(day.toordinal(), tz)


def local_day(instant: datetime, tz: ZoneInfo) -> date:
    """The day that an instant falls on in a zone. Raises BadTime for a naive instant."""
    if instant.tzinfo is None:
        raise BadTime("an instant without an offset falls on no certain day")
    return instant.astimezone(tz).date()


def local_days(instant: datetime, zone_name: object) -> tuple[date, ...]:
    """The local day of an aware instant; the three that it may be while the zone is not known."""
    try:
        return (local_day(instant, zone(str(zone_name))),)
    except BadTime:
        day = instant.astimezone(UTC).date()
        return (day - timedelta(days=1), day, day + timedelta(days=1))


@lru_cache(maxsize=8192)
def _ahead_all_day(ordinal: int, tz: ZoneInfo) -> timedelta | None:
    """How far the clocks of a zone are ahead of UTC during all of a day in UTC; None where they change then.

    They are looked at every hour: no zone changes its clocks and changes them back within one.
    """
    first = datetime.combine(date.fromordinal(ordinal), time(0), UTC)
    found = {(first + timedelta(hours=hour)).astimezone(tz).utcoffset() for hour in range(25)}
    return found.pop() if len(found) == 1 else None


@lru_cache(maxsize=8192)
def _day_end(ordinal: int, tz: ZoneInfo) -> datetime:
    day = date.fromordinal(ordinal)
    wall = datetime.combine(day, _LAST_SECOND, tz)
    first, second = wall.astimezone(UTC), wall.replace(fold=1).astimezone(UTC)
    if first <= second:
        return second
    # A gap: `second` lies before it and `first` after it. Halve the span down to the last second before the gap.
    while first - second > _SECOND:
        middle = second + (first - second) // 2
        middle = middle.replace(microsecond=0)
        if middle.astimezone(tz).date() <= day:
            second = middle
        else:
            first = middle
    return second
