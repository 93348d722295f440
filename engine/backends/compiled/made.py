"""Decisions and deadlines, made quickly.

The initializer of a frozen dataclass sets each field through `object.__setattr__`, which takes three times as long as
everything else about it. Here an instance of a plain class with the same slots is filled and then becomes one of the
frozen class: from there on it is as immutable, equal and picklable as any other.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from engine.decision import Deadline, DeadlineState, Decision, PolicyId, Reason, Value


class OpenDeadline:
    """Becomes a Deadline: `found.__class__ = Deadline`."""

    __slots__ = Deadline.__slots__

    def __init__(
        self,
        name: str,
        window: str,
        party: str | None,
        at: datetime,
        state: DeadlineState,
        passed: bool,
        clauses: tuple[str, ...],
        readings: tuple[int, ...],
    ) -> None:
        self.name = name
        self.window = window
        self.party = party
        self.at = at
        self.state = state
        self.passed = passed
        self.clauses = clauses
        self.readings = readings


class OpenDecision:
    """Becomes a Decision that is determined and waits for nothing: `found.__class__ = Decision`."""

    __slots__ = Decision.__slots__

    def __init__(
        self,
        scenario: str,
        as_of: datetime,
        fields: dict[str, Value],
        deadlines: tuple[Deadline, ...],
        reasons: tuple[Reason, ...],
        policy: PolicyId,
        case_digest: str,
        engine_version: str,
        zone: Any,
    ) -> None:
        self.scenario = scenario
        self.as_of = as_of
        self.fields: Mapping[str, Value] = MappingProxyType(fields)
        self.missing_facts = ()
        self.unassessed = ()
        self.deadlines = deadlines
        self.reasons = reasons
        self.policy = policy
        self.case_digest = case_digest
        self.engine_version = engine_version
        self.determined = True
        self.zone = zone
        self._made_from = None
