"""The words of the language itself, as opposed to those that a policy declares."""

from __future__ import annotations

import keyword
from typing import Final

PERIOD_KEYS: Final = (
    "within",
    "after",
    "until",
    "whichever",
    "asked_if",
    "deadline",
    "met_by",
    "paused_by",
    "cites",
    "readings",
)
IS: Final = ""  # the one output of a choice
RECORD: Final = "record"
RECORD_PARTS: Final = ("awaits", "awaited", "awaited_evidence", "complete_at", "lacking")
PARTY_PARTS: Final = ("submitted", "silent", "late", "not_authentic", "evidence_insufficient")
WINDOW_PARTS: Final = ("starts", "ends", "running", "met", "missed", "ended", "paused")
SCENARIO: Final = "scenario"
LEFT_OUT: Final = "left_out"
LIST_IF_UNKNOWN: Final = ("as_far_as_known", LEFT_OUT)
ANY: Final = "any"
ALL: Final = "all"
ROW_KEYS: Final = ("title", "clauses", "description")
RULE_KEYS: Final = frozenset(
    {
        *("id", "use", "when", "else", "and_when", "not_used", "if_unknown", "is"),
        *("cites", "readings", "no_longer_owed_by", "deadlines"),
    }
)
REQUIRED_IN: Final = "required_in"
DECISION_KEYS: Final = (
    "scenario",
    "as_of",
    "determined",
    "missing_facts",
    "unassessed",
    "deadlines",
    "reasons",
    "policy",
    "case_digest",
    "engine_version",
)
RESERVED: Final = frozenset(keyword.kwlist)
