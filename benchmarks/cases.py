"""The cases that decisions are timed on: the pack's own tests and made-up disputes, in a random but fixed order."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from engine import Case, Decision, Pack, Version, load_pack
from engine.clock import parse_instant
from engine.diagnostics import Report
from engine.testing.suite import policy_tests
from tests.import_cases import BASELINE, case_document
from tests.oracle.generate import SCENARIOS, life

VERSION = "1.0.0"


@dataclass(frozen=True, slots=True)
class Asked:
    """A case as it comes in, as it is read, and the moment it is decided at."""

    data: dict[str, Any]
    as_of: str
    case: Case
    moment: datetime

    @property
    def text(self) -> bytes:
        return json.dumps(self.data, separators=(",", ":")).encode()


@cache
def pack() -> Pack:
    """The shipped pack."""
    return load_pack()


@cache
def version() -> Version:
    found = pack().version(VERSION)
    found.compile(explanations=True)
    return found


def tests() -> Iterator[Asked]:
    """The pack's own tests of the version."""
    for test in policy_tests(pack().folder, Report()):
        if test.holds_for(VERSION):
            yield _asked(json.loads(json.dumps(test.case, default=dict)), test.as_of)


@cache
def made_up(count: int) -> tuple[Asked, ...]:
    """Disputes made up at random, the same on every run. Lost packages have an estimate, too: a remark asks for it."""
    found = []
    for number in range(count):
        rng, scenario = random.Random(f"benchmark/{number}"), SCENARIOS[number % len(SCENARIOS)]
        facts, as_of = life(rng, scenario)
        if scenario == "lost_package":
            facts.setdefault("estimated_delivery_at", facts[rng.choice(("filed_at", "last_tracking_update_at"))])
        found.append(_asked(case_document({**BASELINE, **facts}), as_of))
    return tuple(found)


def _asked(data: dict[str, Any], as_of: str) -> Asked:
    return Asked(data, as_of, version().read_case(data), parse_instant(as_of))


def settled(decision: Decision) -> bool:
    """Whether nothing that is asked is missing."""
    if decision.missing_facts or decision.unassessed or not decision.determined:
        return False
    return all(reason.state != "open" for reason in decision.reasons)
