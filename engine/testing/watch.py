"""Decide the case of a test and keep what every part of its conditions came to."""

from __future__ import annotations

from datetime import datetime

from engine.backends.interpreter import Interpreter
from engine.case.model import Case
from engine.evaluation.watching import Watching
from engine.link.program import Program
from engine.pack import Version
from engine.testing.model import PolicyTest
from engine.testing.run import Result, run_test


def watch(version: Version, test: PolicyTest) -> tuple[Result, Watching | None]:
    """The result of a test, and what was seen on the way; None when its case cannot be decided under one row."""
    watching: list[Watching] = []

    def new(program: Program, case: Case, as_of: datetime) -> Interpreter:
        watching.append(Watching(program, case, as_of))
        return watching[-1]

    result = run_test(version, test, new)
    return result, watching[-1] if watching else None
