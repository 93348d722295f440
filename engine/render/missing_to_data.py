"""What a case waits for, as plain data for programs."""

from __future__ import annotations

from engine.analysis.missing import Fields, Matter, Missing
from engine.clock import format_instant
from engine.policy.model import Policy
from engine.render.missing_to_text import question_of


def missing_to_data(found: Missing, policy: Policy) -> dict[str, object]:
    """The listing as plain data. Outcomes are numbered by their place in `outcomes`."""
    decision = found.decision
    numbers = {outcome: number for number, outcome in enumerate(found.outcomes)}
    return {
        "as_of": format_instant(decision.as_of, decision.zone),
        "determined": decision.determined,
        "facts": [_matter(one, policy, numbers) for one in found.facts],
        "findings": [_matter(one, policy, numbers) for one in found.findings],
        "outcomes": [_outcome(outcome) for outcome in found.outcomes],
        "complete": found.complete,
        "not_excluded": list(found.not_excluded),
        "policy": {"name": policy.name, "version": policy.version, "digest": policy.digest},
        "case_digest": decision.case_digest,
    }


def _matter(matter: Matter, policy: Policy, numbers: dict[Fields, int]) -> dict[str, object]:
    fact = policy.facts.get(matter.fact)
    return {
        "fact": matter.fact,
        "question": question_of(matter.fact, policy),
        "type": fact.kind if fact is not None else "enum",
        "supplied_by": fact.supplied_by if fact is not None else None,
        "changes": matter.changes,
        "answers": [
            {"value": one.value, "ends": one.ends, "outcomes": sorted(numbers[outcome] for outcome in one.outcomes)}
            for one in matter.answers
        ],
    }


def _outcome(outcome: Fields) -> dict[str, object]:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in outcome}
