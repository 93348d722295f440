"""The clocks of a case for a person: what ends next, a picture, and each clock with where it comes from."""

from __future__ import annotations

from typing import Final

from engine.analysis.clock_model import ClockEntry, ClockLedger, ClockState
from engine.policy.model import Policy
from engine.render.clock_words import ClockWords
from engine.render.moments import local
from engine.render.page import Page, Piece, Style
from engine.render.timeline_to_text import timeline_on_page

STYLES: Final[dict[ClockState, Style]] = {
    "running": "good",
    "missed": "bad",
    "paused": "warn",
    "open": "warn",
}
SECTIONS: Final[tuple[tuple[str, tuple[ClockState, ...]], ...]] = (
    ("Running", ("running", "paused")),
    ("Met, missed or over", ("met", "missed", "ended")),
    ("Hang on what is not known", ("open",)),
    ("Not started", ("not started",)),
    ("Not asked", ("not asked",)),
)
NOT_COUNTED: Final = "Nobody is held to these, as the dispute stands"


def clock_to_page(ledger: ClockLedger, policy: Policy, head: str, said: str, width: int) -> Page:
    """The clocks of a case. `head` names the case, `said` where its moment comes from."""
    decision = ledger.decision
    words = ClockWords(policy, decision.as_of, decision.zone)
    page = Page()
    page.line(Piece(head, "strong"))
    page.line(Piece(f"as of {local(decision.as_of, decision.zone)}, {said}", "quiet"))
    _next(page, ledger, words)
    timeline_on_page(page, ledger.entries, words, width)
    counted = [entry for entry in ledger.entries if entry.counts]
    for heading, states in SECTIONS:
        _section(page, heading, [entry for entry in counted if entry.state in states], words)
    _section(page, NOT_COUNTED, [entry for entry in ledger.entries if not entry.counts], words)
    return page


def _next(page: Page, ledger: ClockLedger, words: ClockWords) -> None:
    page.heading("Next")
    for entry in ledger.next_deadlines:
        assert entry.ends is not None
        what = f"{words.title(entry)} ends {words.at(entry.ends)}"
        page.item(Piece(words.party(entry), "name"), what, f", {words.state(entry)}", column=14)
    if not ledger.next_deadlines:
        page.line("No clock runs that has an end.", indent=2)


def _section(page: Page, heading: str, entries: list[ClockEntry], words: ClockWords) -> None:
    if not entries:
        return
    page.heading(heading)
    for entry in sorted(entries, key=lambda one: (one.ends is None, one.ends)):
        party, state = words.party(entry), words.state(entry)
        page.line(
            Piece(words.title(entry), "strong"), f" ({party}): " if party else ": ",
            Piece(state, STYLES.get(entry.state, "")), indent=2, hang=4,
        )  # fmt: skip
        for line in (entry.meaning, words.length(entry), words.dates(entry), words.why(entry)):
            if line:
                page.line(line, indent=4, hang=6)
        if entry.clauses:
            page.line(Piece(", ".join(entry.clauses), "quiet"), indent=4, hang=6)
