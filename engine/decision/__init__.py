"""What comes out: the decision, its reasons and its deadlines, as plain immutable data, and as JSON."""

from engine.decision.model import (
    Answer,
    Deadline,
    DeadlineState,
    Decision,
    MadeFrom,
    PolicyId,
    Reason,
    ReasonState,
    Value,
)

__all__ = ["Answer", "Deadline", "DeadlineState", "Decision", "MadeFrom", "PolicyId", "Reason", "ReasonState", "Value"]
