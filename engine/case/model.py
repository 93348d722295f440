"""The facts of one dispute as plain immutable data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Submission:
    """What a party handed in at an instant (UTC). `proves` and `authentic` are findings; None is: not made yet."""

    at: datetime
    proves: frozenset[str] | None
    authentic: bool | None


@dataclass(frozen=True, slots=True)
class Case:
    """The facts of one dispute, typed. A fact that is not in `values` is unknown; None is: known to be absent.

    `scenario` is None while the row is not known.

    `digest` is that of the facts: it does not change with key order, layout, or the offset an instant is written in.
    `assumed` are the facts that were left out and took the value that their declaration gives.
    """

    scenario: str | None
    values: Mapping[str, object]
    digest: str
    assumed: frozenset[str] = field(default=frozenset(), repr=False, compare=False)


class WholeCase(NamedTuple):
    """A case with its head: the moment to decide it at, if it names one, and its title."""

    case: Case
    as_of: datetime | None = None
    title: str = ""
