"""The rows of a version, decided by generated Python where that is worth it, and else by the reference meaning."""

from __future__ import annotations

from _thread import allocate_lock
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from engine.evaluation.moment import checked_moment

if TYPE_CHECKING:
    from engine.backends.compiled.building import Ask, Decide
    from engine.case.model import Case
    from engine.decision import Answer, Decision, MadeBy
    from engine.evaluation.open_cases import OpenCases
    from engine.link.program import Program, Table

# Trees of Python code cannot be made by several threads at once in every Python (SystemError in 3.11).
ONE_AT_A_TIME: Final = allocate_lock()
WORTH_IT: Final = 150  # decisions of a row after which the time to compile it has come back
FEW: Final = 100  # cases that compiled code leaves, after which the time to load closures has come back


class Quick:
    """Decides cases under their rows. A row is compiled when it has decided so many cases, or when it is asked for.

    The decisions are those of the reference meaning, which also decides every case of which something asked is not
    known: by the interpreter, and by closures once some were left. May be shared by threads.
    """

    def __init__(self, programs: Mapping[str, Program]) -> None:
        self._programs = programs
        self._compiled: dict[str, Decide] = {}
        self._decided: dict[str, int] = dict.fromkeys(programs, 0)
        self._open: dict[str, OpenCases] = {}
        self._left = 0
        self._kept: Callable[[str], Decide | None] = lambda scenario: None

    def __reduce__(self) -> tuple[type[Quick], tuple[Mapping[str, Program]]]:
        return Quick, (self._programs,)

    def run(self, scenario: str, case: Case, as_of: datetime, by: MadeBy | None = None) -> Decision:
        """The decision of a case under one of the rows at a moment. `by` is what can explain it. Raises ValueError as
        the reference does."""
        decide = self._compiled.get(scenario) or self._counted(scenario)
        if decide is not None:
            # as it mostly is, a moment that can be decided at
            moment = as_of if as_of.tzinfo is UTC and 2000 <= as_of.year <= 2100 else checked_moment(as_of)
            try:
                return decide(case, moment, by)
            except KeyError:  # a fact that is asked and not there, or a finding that is not made yet
                if (closures := self._closures(scenario)) is not None:
                    return closures.decide(case, moment).made(by, case)
        from engine.evaluation.one_row import run

        return run(self._programs[scenario], case, as_of).made(by, case)

    def compile(self, scenario: str | None = None) -> None:
        """Compile one row, or all of them, now: a service does it before the first request."""
        from engine.backends.compiled.building import build
        from engine.backends.compiled.generating import generate

        for name in self._programs if scenario is None else (scenario,):
            with ONE_AT_A_TIME:
                if name not in self._compiled:
                    self._compiled[name] = build(generate(self._programs[name]), name)

    def take_from(self, kept: Callable[[str], Decide | None]) -> None:
        """Use rows that were compiled before, where `kept` has them."""
        self._kept = kept

    def rules(self, program: Program, table: Table) -> Ask:
        """A compiled function of one table alone; the reference answers where something asked is not known."""
        from engine.backends.compiled.building import build_table
        from engine.backends.compiled.generating import generate_table
        from engine.evaluation.one_table import ask

        def not_known(facts: Mapping[str, object], as_of: datetime) -> Answer:
            closures = self._closures(program.scenario)
            return ask(program, table, facts, as_of) if closures is None else closures.ask(table, facts, as_of)

        with ONE_AT_A_TIME:
            generated = generate_table(program, table)
        return build_table(generated, not_known, f"{program.scenario}, {table.name}")

    def _closures(self, scenario: str) -> OpenCases | None:
        """What decides a case that compiled code leaves; None while the interpreter does, since there were few."""
        found = self._open.get(scenario)
        if found is None:
            self._left += 1
            if self._left > FEW:
                from engine.evaluation.open_cases import OpenCases

                found = self._open.setdefault(scenario, OpenCases(self._programs[scenario]))
        return found

    def _counted(self, scenario: str) -> Decide | None:
        self._decided[scenario] += 1
        if self._decided[scenario] == 1 and (kept := self._kept(scenario)) is not None:
            self._compiled[scenario] = kept
            return kept
        if self._decided[scenario] <= WORTH_IT:
            return None
        self.compile(scenario)
        return self._compiled[scenario]
