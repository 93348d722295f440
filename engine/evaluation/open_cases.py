"""Cases of which something asked is not known, decided under a row again and again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from engine.backends.as_reasons import Reasons
from engine.case.model import Case
from engine.decision import Answer, Decision
from engine.evaluation.moment import checked_moment
from engine.evaluation.one_row import decided
from engine.evaluation.one_table import answered
from engine.evaluation.swift import Codes, Swift
from engine.link.program import Program, Table


class OpenCases:
    """Decides cases under a row by the reference meaning as closures. What is made of the row is kept for all cases: a
    closure when it is first needed, and every reason. May be shared by threads."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._codes = Codes(program)
        self._reasons = Reasons()

    def decide(self, case: Case, as_of: datetime) -> Decision:
        """The decision of a case at a moment. Raises ValueError as the interpreter does."""
        run = self._run(case, as_of)
        decision = decided(run)
        run.__dict__.clear()  # it refers to itself: so it goes now, and not when the collector of garbage comes
        return decision

    def ask(self, table: Table, facts: Mapping[str, object], as_of: datetime) -> Answer:
        """What a table says of facts at a moment. Raises ValueError as deciding does."""
        return answered(self._run(Case(self._program.scenario, facts, ""), as_of), table)

    def _run(self, case: Case, as_of: datetime) -> Swift:
        run = self._codes.run(self._program, case, checked_moment(as_of))
        run.reasons = self._reasons
        return run
