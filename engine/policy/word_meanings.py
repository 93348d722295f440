"""What the names mean that the language itself gives: of parties, of the record, of windows."""

from __future__ import annotations

from typing import Final

PARTY_GIVES: Final = {
    "submitted": "Something of {title} came in time.",
    "silent": "{title} takes part, and nothing came in time.",
    "late": "Something of {title} came after its period; that proves nothing.",
    "not_authentic": "Something of {title} that came in time was found not to be authentic; that proves nothing.",
    "evidence_insufficient": "Something that {title} owes is not proven: it may be silent, late, not authentic, or not "
    "convincing. It does not matter who proves it.",
}
RECORD_GIVES: Final = {
    "awaits": "A party has not submitted, and its period still runs.",
    "awaited": "The parties whose materials are awaited.",
    "awaited_evidence": "All that the awaited parties owe.",
    "complete_at": "When the record is complete: every party has submitted, or its period is over.",
    "lacking": "What is owed, still matters, and was found not to be proven.",
}
WINDOW_GIVES: Final = {
    "starts": "When it starts; absent while that has not happened, and then it never ends.",
    "ends": "Its last instant, which is in time itself; absent when it never ends.",
    "running": "It has started and its end is not over, whether it was met or not.",
    "met": "What meets it came in time.",
    "missed": "Its end is over, and it was neither met nor held up.",
    "ended": "Its end is over.",
    "paused": "Another window holds it up.",
}
