"""On which local days a case may have been filed, from its facts as plain data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from engine.clock import BadTime, local_days, parse_instant
from engine.policy.model import Policy


@dataclass(frozen=True, slots=True)
class Filing:
    """When a case was filed, and the local days that this may be: one, or three while the zone is not known."""

    at: datetime
    days: tuple[date, ...]
    zone_fact: str

    @property
    def day(self) -> date:
        """The day, as far as it is known."""
        return self.days[len(self.days) // 2]

    def days_of(self, instant: datetime, facts: object) -> tuple[date, ...]:
        """The local days that another instant of the case may be."""
        return local_days(instant, value_of(facts, self.zone_fact))


def filing(policies: Iterable[Policy], facts: object) -> Filing | None:
    """The filing of a case, as the first of the policies knows it that can tell; None when nothing is known of it."""
    for policy in policies:
        filed = value_of(facts, policy.filed_fact)
        try:
            at = filed if isinstance(filed, datetime) and filed.tzinfo else parse_instant(str(filed))
        except BadTime:
            continue
        return Filing(at, local_days(at, value_of(facts, policy.zone_fact)), policy.zone_fact)
    return None


def value_of(facts: object, name: str) -> object:
    """A fact of a case as plain data; None when it is not there."""
    for part in name.split("."):
        facts = facts.get(part) if isinstance(facts, Mapping) else None
    return facts
