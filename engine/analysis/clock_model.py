"""The clocks of one case as plain data."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from engine.decision import Decision
from engine.expr.check import Expression
from engine.link.program import Span

ClockState = Literal["running", "met", "missed", "ended", "paused", "not started", "not asked", "open"]


@dataclass(frozen=True, slots=True)
class ClockEntry:
    """A period of a case at a moment; instants are in UTC, and the last one is in time.

    `window` is its name in the policy; `deadline` the name that the decision shows for its end, None where it shows
    none. `counts` is False where the rule that says how the case stands leaves this deadline out: what the period would
    be is told, and nobody is held to it.

    `starts` and `ends` are None while there is none. `done_at` is when what meets it came, in time or (`late`) not.
    `would_start` names the facts that have not happened and that it waits for; `because` says why it is not asked,
    or which terms are open; `missing` the facts and findings that are not known. `spans` are those that count; more
    than one extends the period to the end of the last. `paused_by` is the window that holds it up.
    """

    window: str
    meaning: str
    party: str | None
    deadline: str | None
    state: ClockState
    counts: bool
    spans: tuple[Span, ...]
    zone: ZoneInfo | None
    starts: datetime | None = None
    ends: datetime | None = None
    met_by: Expression | None = None
    done_at: datetime | None = None
    late: bool = False
    would_start: tuple[str, ...] = ()
    because: tuple[Expression, ...] = ()
    missing: tuple[str, ...] = ()
    paused_by: str | None = None
    clauses: tuple[str, ...] = ()
    readings: tuple[int, ...] = ()

    @property
    def comes(self) -> bool:
        """Whether the end lies ahead and somebody is held to it."""
        return self.counts and self.state in ("running", "not started") and self.ends is not None


@dataclass(frozen=True, slots=True)
class ClockLedger:
    """All clocks of a case at the moment of a decision, in the order of the policy.

    `starts` and `ends` are the instants at which some window starts or has its last one, under any row that the case
    may have: of these, rows that differ need not have a common entry.
    """

    decision: Decision
    entries: tuple[ClockEntry, ...]
    starts: frozenset[datetime]
    ends: frozenset[datetime]

    @property
    def next_deadlines(self) -> tuple[ClockEntry, ...]:
        """The next deadline of each party, in the order of time."""
        return next_deadlines(self.entries)


def next_deadlines(entries: Iterable[ClockEntry]) -> tuple[ClockEntry, ...]:
    """The clock that ends next for each party, in the order of time."""
    found: dict[str | None, ClockEntry] = {}
    for entry in sorted((entry for entry in entries if entry.comes), key=_by_end):
        found.setdefault(entry.party, entry)
    return tuple(found.values())


def _by_end(entry: ClockEntry) -> tuple[datetime, str]:
    assert entry.ends is not None
    return entry.ends, entry.window
