"""Why a version governs a case, as a sentence without its full stop. A cold command says it, too, and loads no more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import date


ONLY: Final = "it is the only published version"


def in_force(first_day: date, filed: date) -> str:
    """It is in force since a day, on or after which the dispute was filed."""
    return f"in force since {first_day}, the dispute was filed on {filed}"
