"""Cases as plain data with their instants moved: all of them together, or what follows one of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from engine.clock import BadTime, format_instant, parse_date, parse_instant
from engine.policy.model import Policy

Facts = dict[str, dict[str, Any]]
AT = "submitted_at"


@dataclass(frozen=True, slots=True)
class Moving:
    """How the facts of one policy are moved; instants are written in a zone."""

    policy: Policy
    zone: ZoneInfo

    def all_by(self, facts: Mapping[str, Mapping[str, Any]], delta: timedelta) -> Facts:
        """Every instant and every date moved. Raises BadTime when one leaves the years that there are."""
        return self._each(facts, lambda _, at: at + delta, delta)

    def after(self, facts: Facts, since: datetime, delta: timedelta, kept: frozenset[str]) -> Facts:
        """Every instant that is not before `since` moved, those of the facts in `kept` left."""
        return self._each(facts, lambda name, at: at + delta if at >= since and name not in kept else at, None)

    def _each(
        self,
        facts: Mapping[str, Mapping[str, Any]],
        moved: Callable[[str, datetime], datetime],
        days: timedelta | None,
    ) -> Facts:
        whole: Facts = {}
        for group, members in facts.items():
            for key, value in members.items():
                whole.setdefault(group, {})[key] = self._value(f"{group}.{key}", value, moved, days)
        return whole

    def _value(self, name: str, value: Any, moved: Callable[[str, datetime], datetime], days: timedelta | None) -> Any:
        fact = self.policy.facts.get(name)
        kind = fact.kind if fact is not None else None
        if kind in ("event", "instant") and (at := instant(value)) is not None:
            return self.text(moved(name, at))
        if kind == "date" and days is not None and isinstance(value, str) and value[:1].isdigit():
            return (parse_date(value) + days).isoformat()
        if kind == "submissions" and isinstance(value, list):
            return [{**one, AT: self.text(moved(name, parse_instant(str(one[AT]))))} for one in value]
        return value

    def text(self, at: datetime) -> str:
        """An instant as people write it in the zone."""
        written = format_instant(at, self.zone)
        parse_instant(written)
        return written


def instant(value: Any) -> datetime | None:
    """The instant that a value of a case writes; None for anything else."""
    try:
        return parse_instant(value) if isinstance(value, str) else None
    except BadTime:
        return None


def fact_of(facts: Mapping[str, Mapping[str, Any]], name: str) -> Any:
    """The value of a fact; None when it is left out."""
    group, _, key = name.partition(".")
    return facts.get(group, {}).get(key)


def with_fact(facts: Facts, name: str, value: Any) -> Facts:
    """The facts with one of them as given."""
    group, _, key = name.partition(".")
    return {**facts, group: {**facts.get(group, {}), key: value}}
