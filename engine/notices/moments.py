"""Moments and days as a language writes them, by its own patterns."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from engine.notices.model import Language
from engine.notices.template import INERT, render


def moment(instant: datetime, zone: ZoneInfo | None, language: Language) -> str:
    """An instant in a zone, or in UTC, as the language's `moment` says."""
    there = instant.astimezone(zone or UTC)
    name = there.tzname() or ""
    if not name[:1].isalpha():
        name = "UTC" + there.isoformat()[-6:]
    values = _day(there.date(), language) | {
        "hour": f"{there.hour:02}",
        "hour12": str((there.hour - 1) % 12 + 1),
        "half": language.halves[there.hour // 12] if language.halves else "",
        "minute": f"{there.minute:02}",
        "second": f"{there.second:02}" if there.second else "",
        "zone": name,
    }
    return _written(str(language.moment.value), values, language)


def day(value: date, language: Language) -> str:
    """A day as the language's `day` says."""
    return _written(str(language.day.value), _day(value, language), language)


def _day(value: date, language: Language) -> dict[str, object]:
    return {
        "weekday": language.weekdays[value.weekday()],
        "day": str(value.day),
        "month": language.months[value.month - 1],
        "year": str(value.year),
    }


def _written(pattern: str, values: dict[str, object], language: Language) -> str:
    return " ".join(render(pattern, values, language.joints, lambda _: None).replace(INERT, "").split())
