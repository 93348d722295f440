"""The cases that decisions are timed on: the pack's own tests and made-up disputes, in a random but fixed order."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from engine import Case, Decision, Version, load_pack
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
def version() -> Version:
    return load_pack().version(VERSION)


def tests() -> Iterator[Asked]:
    """The pack's own tests of the version."""
    for test in policy_tests(load_pack().folder, Report()):
        if test.holds_for(VERSION):
            yield _asked(json.loads(json.dumps(test.case, default=dict)), test.as_of)


def made_up(count: int) -> Iterator[Asked]:
    """Disputes made up at random, the same on every run."""
    for number in range(count):
        facts, as_of = life(random.Random(f"benchmark/{number}"), SCENARIOS[number % len(SCENARIOS)])
        yield _asked(case_document({**BASELINE, **facts}), as_of)


def _asked(data: dict[str, Any], as_of: str) -> Asked:
    return Asked(data, as_of, version().read_case(data), parse_instant(as_of))


def settled(decision: Decision) -> bool:
    """Whether nothing that is asked is missing."""
    if decision.missing_facts or decision.unassessed or not decision.determined:
        return False
    return all(reason.state != "open" for reason in decision.reasons)
