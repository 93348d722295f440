"""The moments at which a case can be decided."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

FIRST_MOMENT: Final = datetime(2000, 1, 1, tzinfo=UTC)
LAST_MOMENT: Final = datetime(2101, 1, 1, tzinfo=UTC)


def checked_moment(as_of: datetime) -> datetime:
    """A moment to decide at, in UTC. Raises ValueError when it is naive or far off."""
    if as_of.tzinfo is UTC and FIRST_MOMENT <= as_of < LAST_MOMENT:  # as it mostly is
        return as_of
    if as_of.tzinfo is None:
        raise ValueError("as_of needs an offset from UTC")
    as_of = as_of.astimezone(UTC)
    if not FIRST_MOMENT <= as_of < LAST_MOMENT:
        raise ValueError("as_of lies outside the years 2000 to 2100")
    return as_of
