"""Parts of an explanation in words, as every page about one says them."""

from __future__ import annotations

from typing import Final

from engine.explanation.model import Missing, Owing, RecordTrace, RowTrace, TableTrace, WindowTrace

OWING: Final[dict[Owing, str]] = {
    "owed": "owed",
    "not_owed": "not owed here",
    "dropped": "owed, but it no longer matters",
    "open": "open whether it is owed",
}
BECAME: Final = ("paused", "met", "missed", "running", "ended")


def on_the_path(row: RowTrace, table: TableTrace) -> bool:
    """Whether a table is on the path that decided: a rule of it tells something; while the case is undetermined, or in
    the table that says where it stands, also whether the case may hang on a rule."""
    hangs = table.name == row.standing or (not row.determined and table.hit == "first")
    return any(rule.tells or (hangs and rule.state == "open") for rule in table.rules)


def became(window: WindowTrace) -> str:
    """What became of a window, in one word; empty when that is open, or it has not started."""
    if window.trace.state != "runs":
        return ""
    return next((word for word in BECAME if getattr(window, word) is True), "")


def part_of(record: RecordTrace) -> str:
    """A party's part: what came from it, and what is awaited."""
    if record.involved is False:
        return "has no period here"
    states = {"awaited": record.awaited, "submitted in time": record.submitted, "something came late": record.late}
    found = [word for word, value in states.items() if value is True]
    found += [f"open whether {word}" for word, value in states.items() if isinstance(value, Missing)]
    return ", ".join(found) or "nothing in time"


def proof_of(proven: bool | Missing) -> str:
    """Whether something is proven."""
    return "not known whether proven" if isinstance(proven, Missing) else "proven" if proven else "not proven"


def wanted(missing: Missing) -> tuple[str, ...]:
    """The facts and findings that something waits for."""
    return tuple(dict.fromkeys((*missing.facts, *missing.findings)))
