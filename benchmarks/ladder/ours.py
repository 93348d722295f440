"""The ladder decided by the engine."""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.ladder.by_hand import Told
from benchmarks.ladder.rules import MOMENT, TABLE, Facts
from engine import Version

One = Callable[[Facts], object]


def rules_alone(version: Version) -> dict[str, One]:
    """A function for each scenario: typed facts by dotted name in, the rule that decides with all it says out."""
    if hasattr(version, "rules"):
        return {name: _at_the_moment(version.rules(name, TABLE)) for name in version.programs}
    return {name: _by_interpreter(version, name) for name in version.programs}


def _at_the_moment(decide: Callable[[Facts, object], object]) -> One:
    return lambda facts: decide(facts, MOMENT)


def _by_interpreter(version: Version, scenario: str) -> One:
    from types import MappingProxyType

    from engine import Case
    from engine.backends.interpreter import Interpreter

    program = version.programs[scenario]
    table = program.tables[TABLE]

    def decide(facts: Facts) -> Told:
        run = Interpreter(program, Case(scenario, MappingProxyType(facts), ""), MOMENT)
        rule = run.outcomes.outcome(table).hold[0]
        winner, payer, remedy = (run.value(f"{TABLE}.{field}") for field in table.fields)
        return (rule.id, str(winner), str(payer), str(remedy), rule.basis.clauses)

    return decide


def told(answer: object) -> Told:
    """The engine's answer in the form of the hand-written function."""
    if isinstance(answer, tuple):
        return answer
    fields = answer.fields  # type: ignore[attr-defined]
    return (answer.rule, fields["winner"], fields["payer"], fields["remedy"], answer.clauses)  # type: ignore[attr-defined]
