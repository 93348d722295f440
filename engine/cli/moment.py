"""What people are told of where a decision comes from: its moment, and a version that they named themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import datetime

NAMED: Final = "named on the command line"


def moment_of(asked: datetime | None, own: datetime | None, now: datetime) -> tuple[datetime, str]:
    """The moment to look at a case at, and where it comes from: the command line, the case itself, or the clock."""
    if asked is not None:
        return asked, "as asked"
    if own is not None:
        return own, "the case's own moment"
    return now, "the present moment"
