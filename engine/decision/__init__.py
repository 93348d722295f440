"""What comes out: the decision, its reasons and its deadlines, as plain immutable data, and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.lazily import names_of

if TYPE_CHECKING:
    from engine.decision.answer import Answer
    from engine.decision.model import (
        Deadline,
        DeadlineState,
        Decision,
        MadeBy,
        PolicyId,
        Reason,
        ReasonState,
        Value,
    )

__all__ = ["Answer", "Deadline", "DeadlineState", "Decision", "MadeBy", "PolicyId", "Reason", "ReasonState", "Value"]

__getattr__ = names_of(
    __name__, {**dict.fromkeys(__all__, "engine.decision.model"), "Answer": "engine.decision.answer"}
)
