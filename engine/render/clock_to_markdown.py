"""The clocks of a case as a table in Markdown."""

from __future__ import annotations

from engine.analysis.clock_model import ClockLedger
from engine.policy.model import Policy
from engine.render.clock_words import ClockWords
from engine.render.moments import local

COLUMNS = ("Clock", "Party", "State", "How long", "Starts", "Last instant", "Clauses")


def clock_to_markdown(ledger: ClockLedger, policy: Policy, head: str, said: str) -> str:
    """The clocks of a case. `head` names the case, `said` where its moment comes from."""
    decision = ledger.decision
    words = ClockWords(policy, decision.as_of, decision.zone)
    rows = []
    for entry in ledger.entries:
        state = words.state(entry)
        why = words.why(entry)
        state += f"; {why}" if why else ""
        state += "" if entry.counts else "; nobody is held to it, as the dispute stands"
        starts, ends = (words.at(moment) if moment else "" for moment in (entry.starts, entry.ends))
        clauses = ", ".join(f"`{clause}`" for clause in entry.clauses)
        rows.append((words.title(entry), words.party(entry), state, words.length(entry), starts, ends, clauses))
    lines = [
        f"# {_cell(head)}",
        "",
        f"As of {local(decision.as_of, decision.zone)}, {said}.",
        "",
        _row(COLUMNS),
        _row("---" for _ in COLUMNS),
    ]
    return "\n".join([*lines, *map(_row, rows), ""])


def _row(values: object) -> str:
    return f"| {' | '.join(_cell(str(value)) for value in values)} |"  # type: ignore[attr-defined]


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
