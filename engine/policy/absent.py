"""The mark of what is left out and has no value to take. A module of its own: the check of cases needs little else."""

from __future__ import annotations

from typing import Final


class _Absent:
    """The mark of a fact that has no value to take when it is left out."""

    def __repr__(self) -> str:
        return "ABSENT"

    def __reduce__(self) -> str:
        return "ABSENT"


ABSENT: Final = _Absent()
