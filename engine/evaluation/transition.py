"""Which transition rule of a version holds for a case, as things were when it was filed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from engine.backends.interpreter import Interpreter
from engine.case.from_data import read_case
from engine.expr.unknown import Unknown, waiting
from engine.library.governing import value_of
from engine.link.program import Program, Transition


@dataclass(frozen=True, slots=True)
class Outcome:
    """What may hold: no rule, a rule with its event, or a rule of whose event it is not known when it was.

    `missing` are the facts to be found out, so that it is known whether this holds.
    """

    rule: Transition | None
    at: datetime | None
    missing: tuple[str, ...]


def transition_outcomes(programs: Mapping[str, Program], data: object, filed: datetime) -> list[Outcome]:
    """Everything that may hold for a case (plain data) under the rules of the version of these programs: one outcome
    when all is known. Nothing after `filed` has happened. Raises InvalidDocument for facts that are written wrongly."""
    first = next(iter(programs.values()))
    if not first.transition:
        return [Outcome(None, None, ())]
    case = read_case(_part(first, programs, data), first.policy)
    chosen = [programs[case.scenario]] if case.scenario is not None else list(programs.values())
    found = [outcome for program in chosen for outcome in _outcomes(Interpreter(program, case, filed), program)]
    return list(dict.fromkeys(found))


def _part(program: Program, programs: Mapping[str, Program], data: object) -> Mapping[str, object]:
    """The case with the facts alone that the rules read: others may belong to another version."""
    policy = program.policy
    names = {policy.filed_fact, policy.zone_fact}
    names.update(name for rule in program.transition for name in (*rule.when.names, *rule.counts_from.names))
    whole = data if isinstance(data, Mapping) else {}
    facts: dict[str, dict[str, object]] = {}
    for name in names:
        group, _, key = name.partition(".")
        there = value_of(whole.get("facts"), group)
        if isinstance(there, Mapping) and key in there:
            facts.setdefault(group, {})[key] = there[key]
    scenario = whole.get("scenario")
    return {"scenario": scenario if scenario in programs else "unknown", "facts": facts}


def _outcomes(run: Interpreter, program: Program) -> Iterator[Outcome]:
    """Read from the top: what may hold, until something does."""
    open_facts: tuple[str, ...] = ()
    for rule in program.transition:
        holds, at = run.holds(rule.when), run.evaluate(rule.counts_from)
        if holds is False or at is None or (isinstance(at, datetime) and at > run.as_of):
            continue
        still_open = waiting(holds, at)
        if still_open is None:
            yield Outcome(rule, at.astimezone(UTC), open_facts)
            return
        open_facts = tuple(dict.fromkeys((*open_facts, *still_open.facts, *still_open.findings)))
        yield Outcome(rule, None if isinstance(at, Unknown) else at.astimezone(UTC), open_facts)
    yield Outcome(None, None, open_facts)
