"""What a part of a policy rests on. A module of its own: generated code works with it and with little else."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Basis:
    """What a rule, a window or a piece of owed evidence rests on: clause ids and numbers of readings."""

    clauses: tuple[str, ...] = ()
    readings: tuple[int, ...] = ()

    def __add__(self, other: Basis) -> Basis:
        clauses = tuple(dict.fromkeys(self.clauses + other.clauses))
        return Basis(clauses, tuple(dict.fromkeys(self.readings + other.readings)))
