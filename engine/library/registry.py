"""The registers of a pack, and how a version reads them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from engine.policy.model import Policy
from engine.policy.registers import Clause, Reading, as_amended, as_taken
from engine.source import Place


@dataclass(frozen=True, slots=True)
class Registry:
    """The registers of a pack, empty where it has none. `policies` are the policies that they name, with the places."""

    clauses: Mapping[str, Clause]
    readings: Mapping[int, Reading]
    policies: tuple[tuple[str, Place], ...] = ()

    def under(self, policy: Policy) -> Registry:
        """The registers as a version reads them: with the clauses that it amends and the readings that it takes."""
        if not policy.amends and not policy.takes:
            return self
        return replace(self, clauses=as_amended(self.clauses, policy), readings=as_taken(self.readings, policy))
