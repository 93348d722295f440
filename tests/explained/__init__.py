"""Whether what is told about a decision is true, tried on disputes that are made up.

Each module holds the checks of one claim. A sample runs with the tests; `python -m tests.explained N --seed S` tries N.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from engine import Version
from tests.explained import changes, forecasts, matters, mentioned, quoted
from tests.strategies import Dispute, dispute

SEEDS: Final = 1_000_000  # that far apart are the disputes of two seeds


@dataclass(frozen=True)
class Claim:
    """What is claimed, and how it is checked: `check` says how much was looked at, and raises AssertionError.
    `every` is of how many disputes one is tried; the dear checks are made less often."""

    name: str
    says: str
    check: Callable[[Version, Dispute, random.Random], int]
    every: int


CLAIMS: Final = (
    Claim("mentioned", "a fact that is not mentioned may be anything", mentioned.check, 1),
    Claim("quoted", "every rule that is quoted held, by the terms that are named", quoted.check, 1),
    Claim("forecast", "each step is what is decided then, and nothing is otherwise in between", forecasts.check, 5),
    Claim("changes", "each proposed change does what it says, and none is missing", changes.check, 40),
    Claim("matters", "what is named may matter, and nothing else", matters.check, 20),
)


def made_up(number: int, seed: int) -> Dispute:
    """A dispute, the same for the same numbers."""
    return dispute(seed * SEEDS + number)


def tried(claim: Claim, version: Version, number: int, seed: int) -> int:
    """How much of a claim was looked at in a dispute. Raises AssertionError."""
    return claim.check(version, made_up(number, seed), random.Random(f"{claim.name}/{seed}/{number}"))
