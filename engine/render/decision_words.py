"""Parts of a decision in words, as every page about a decision says them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.render.moments import relative

if TYPE_CHECKING:
    from engine.decision import Deadline, Decision
    from engine.policy.model import Field
    from engine.render.wording import FieldWords


def values_said(decision: Decision, field: Field | FieldWords) -> list[str]:
    """What the decision says under a field, without what a field says when nothing is said."""
    value = decision.fields[field.written_as]
    values = (value,) if isinstance(value, str) else value
    return [word for word in values if word != field.otherwise or word in field.values]


def state_of(deadline: Deadline, decision: Decision) -> str:
    """What became of a deadline, and how long ago or how long there is left."""
    match deadline.state:
        case "running":
            return f"running, {relative(deadline.at, decision.as_of)}"
        case "missed":
            return f"missed {relative(deadline.at, decision.as_of)}"
        case "ended":
            return relative(deadline.at, decision.as_of)
        case state:
            return state
