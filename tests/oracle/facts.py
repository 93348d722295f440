"""How the oracle reads the facts of one dispute at one moment.

`unknown` (or a fact left out) is missing; `none` (or null) is known not to have happened; an event later than the
moment of the question has not happened yet.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final
from zoneinfo import ZoneInfo

from .clock import Instant, parse


class Unknown(Enum):
    UNKNOWN = "unknown"


UNKNOWN: Final = Unknown.UNKNOWN


@dataclass(frozen=True)
class Materials:
    """What one party submitted; `proves` is None while nobody has assessed it."""

    submitted_at: Instant
    proves: frozenset[str] | None


class Case:
    """The facts of one dispute as they stand at `now`."""

    def __init__(self, facts: Mapping[str, object], as_of: str) -> None:
        self._facts = facts
        self.now: Instant = parse(as_of)
        zone = self.word("time_zone")
        self.zone: ZoneInfo | None = None if isinstance(zone, Unknown) else ZoneInfo(zone)

    def word(self, name: str) -> str | Unknown:
        """A value out of a closed list; `none` is a word like the others."""
        value = self._facts.get(name, "unknown")
        if value is None:
            return "none"
        if value == "unknown":
            return UNKNOWN
        if not isinstance(value, str):
            raise TypeError(f"{name}: expected a word, found {value!r}")
        return value

    def flag(self, name: str) -> bool | Unknown:
        """A yes or no; `none` (no such finding) is a no."""
        value = self._facts.get(name, "unknown")
        if value is None or value == "none":
            return False
        if isinstance(value, bool):
            return value
        if value in ("unknown", "not_assessed"):
            return UNKNOWN
        raise TypeError(f"{name}: expected true or false, found {value!r}")

    def count(self, name: str) -> int | Unknown:
        value = self._facts.get(name, "unknown")
        if value == "unknown":
            return UNKNOWN
        if isinstance(value, bool) or not isinstance(value, int):
            raise TypeError(f"{name}: expected a number, found {value!r}")
        return value

    def instant(self, name: str) -> Instant | Unknown | None:
        """A moment that may lie ahead, such as an estimate."""
        value = self.word(name)
        if isinstance(value, Unknown):
            return UNKNOWN
        return None if value == "none" else parse(value)

    def event(self, name: str) -> Instant | Unknown | None:
        """A moment at which something happened; None as long as it has not."""
        value = self.instant(name)
        if isinstance(value, int) and value > self.now:
            return None
        return value

    def propositions(self, name: str) -> frozenset[str] | Unknown:
        value = self._facts.get(name, "unknown")
        if value == "unknown":
            return UNKNOWN
        if value is None or value == "none":
            return frozenset()
        if not isinstance(value, (list, tuple)):
            raise TypeError(f"{name}: expected a list, found {value!r}")
        return frozenset(str(item) for item in value)

    def materials(self, name: str) -> Materials | Unknown | None:
        """One party's submission; None as long as nothing has come."""
        value = self._facts.get(name, "unknown")
        if value == "unknown":
            return UNKNOWN
        if value is None or value == "none":
            return None
        if not isinstance(value, Mapping):
            raise TypeError(f"{name}: expected a submission, found {value!r}")
        submitted = value.get("submitted_at", "unknown")
        if submitted == "unknown":
            return UNKNOWN
        submitted_at = parse(str(submitted))
        if submitted_at > self.now:
            return None
        return Materials(submitted_at, _proven_by(value))


def _proven_by(submission: Mapping[str, object]) -> frozenset[str] | None:
    """What a submission proves: nothing if found not authentic (reading 6), None while not assessed."""
    authentic = submission.get("authentic", True)
    if authentic is False:
        return frozenset()
    proves = submission.get("proves", "not_assessed")
    if not isinstance(proves, (list, tuple)):
        return None
    if proves and authentic is not True:
        return None
    return frozenset(str(item) for item in proves)
