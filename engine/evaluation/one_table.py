"""One table of a row by itself: what it says of some facts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from engine.backends.interpreter import Interpreter
from engine.case.model import Case
from engine.decision import Answer, Value
from engine.evaluation.moment import checked_moment
from engine.expr.unknown import Unknown
from engine.link.program import Program, Table


def ask(program: Program, table: Table, facts: Mapping[str, object], as_of: datetime) -> Answer:
    """What a table says of facts at a moment, by the reference meaning. Raises ValueError as deciding does."""
    return answered(Interpreter(program, Case(program.scenario, facts, ""), checked_moment(as_of)), table)


def answered(run: Interpreter, table: Table) -> Answer:
    """What a table says in a run."""
    outcome, declared = run.outcomes.outcome(table), run.program.policy.fields
    fields: dict[str, Value] = {}
    missing: dict[str, None] = {}
    if isinstance(outcome.asked, Unknown):
        missing.update(_names(outcome.asked))
    for name in table.fields:
        value = run.outcomes.field(table, name)
        if isinstance(value, Unknown):
            missing.update(_names(value))
        elif declared[name].many:
            fields[declared[name].written_as] = tuple(dict.fromkeys(value))  # type: ignore[call-overload]
        else:
            fields[declared[name].written_as] = value  # type: ignore[assignment]
    for _, condition in outcome.still_open:
        missing.update(_names(condition))
    sure = [] if table.hit == "first" and outcome.still_open else outcome.hold
    clauses = tuple(dict.fromkeys(clause for rule in sure for clause in rule.basis.clauses))
    readings = tuple(dict.fromkeys(reading for rule in sure for reading in rule.basis.readings))
    return Answer(
        outcome.asked is not False, tuple(rule.id for rule in sure), fields, clauses, readings, tuple(missing)
    )


def _names(value: Unknown) -> dict[str, None]:
    return dict.fromkeys((*value.facts, *value.findings))
