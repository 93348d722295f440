"""The keys of a case and the bounds of what it may hold."""

from __future__ import annotations

from typing import Final

UNKNOWN: Final = "unknown"
HEAD_KEYS: Final = ("policy", "scenario", "as_of", "title", "facts")
SUBMISSION_KEYS: Final = ("submitted_at", "proves", "authentic")
MAX_SUBMISSIONS: Final = 100
MAX_PROBLEMS: Final = 100
MAX_TEXT: Final = 1_000
MAX_INTEGER: Final = 10**9
