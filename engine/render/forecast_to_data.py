"""What happens if nobody acts, as plain data for programs and as Markdown for a document."""

from __future__ import annotations

from engine.analysis.forecast import Forecast, Step
from engine.clock import format_instant
from engine.decision import Reason, Value
from engine.policy.model import Policy
from engine.render.clock_words import ClockWords
from engine.render.forecast_to_text import end_heading, end_in_words, moment_of, step_in_words
from engine.render.moments import local


def forecast_to_data(found: Forecast, policy: Policy) -> dict[str, object]:
    """The forecast as JSON gives it: instants are texts in the zone of the dispute."""
    now = found.now.decision
    return {
        "scenario": now.scenario,
        "as_of": format_instant(now.as_of, now.zone),
        "zone": str(now.zone) if now.zone else None,
        "policy": {"name": now.policy.name, "version": now.policy.version, "digest": now.policy.digest},
        "case_digest": now.case_digest,
        "fields": {name: _plain(value) for name, value in now.fields.items()},
        "steps": [_step(step, policy) for step in found.steps],
        "waits_for": list(found.waits_for),
        "missing": list(found.missing),
        "reaches": format_instant(found.reaches, now.zone) if found.reaches else None,
    }


def _step(step: Step, policy: Policy) -> dict[str, object]:
    decision = step.ledger.decision
    words = ClockWords(policy, decision.as_of, decision.zone)
    return {
        "at": format_instant(step.at, decision.zone),
        "last_instant": format_instant(step.last_instant, decision.zone) if step.last_instant else None,
        "events": list(step.events),
        "fields": {c.name: {"before": _plain(c.before), "after": _plain(c.after)} for c in step.fields},
        "clocks": [
            {
                "window": change.after.window,
                "title": words.title(change.after),
                "party": change.after.party,
                "before": change.before.state,
                "after": change.after.state,
                "counts": change.after.counts,
                "ends": format_instant(change.after.ends, decision.zone) if change.after.ends else None,
            }
            for change in step.clocks
        ],
        "decides": [_reason(reason) for reason in step.decides],
        "no_longer": [_reason(reason) for reason in step.no_longer],
        "next_deadlines": {entry.party or "": entry.window for entry in step.ledger.next_deadlines},
        "missing": [*decision.missing_facts, *decision.unassessed],
        "in_words": list(step_in_words(step, policy)),
    }


def _reason(reason: Reason) -> dict[str, object]:
    return {"table": reason.table, "rule": reason.rule, "clauses": list(reason.clauses)}


def _plain(value: Value) -> object:
    return list(value) if isinstance(value, tuple) else value


def forecast_to_markdown(found: Forecast, policy: Policy, head: str, said: str) -> str:
    """The forecast as a document. `head` names the case, `said` where its moment comes from."""
    now = found.now.decision
    lines = [f"# If nobody acts: {head}", "", f"As of {local(now.as_of, now.zone)}, {said}.", ""]
    for step in found.steps:
        lines += [f"## {moment_of(step, now)}", "", *(f"- {told}" for told in step_in_words(step, policy)), ""]
    lines += [f"## {end_heading(found)}", "", *(f"- {told}" for told in end_in_words(found, policy)), ""]
    return "\n".join(lines)
