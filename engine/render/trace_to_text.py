"""How a decision came to what it says, for people: what became of rules and windows, down to the facts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from engine.case.model import Submission
from engine.explanation.model import Missing, Origin, PartTrace, Seen, State
from engine.render.moments import local
from engine.render.page import Page, Piece, Style

STATES: Final[dict[State, tuple[str, Style]]] = {
    "decides": ("decides", "good"),
    "held": ("holds", "good"),
    "failed": ("does not hold", "bad"),
    "unreached": ("was not reached, because {} comes before it", "bad"),
    "open": ("is open", "warn"),
    "set_aside": ("is open, and counts as not holding meanwhile", "warn"),
    "unasked": ("is not asked", "bad"),
    "runs": ("runs", "good"),
    "unstarted": ("has not started", "bad"),
}
ORIGINS: Final[dict[Origin, str]] = {
    "": "",
    "case": "",
    "test": "in the test",
    "example": "in the example",
    "common": "in the common facts",
    "declaration": "left out",
    "nowhere": "not given",
    "later": "later than the moment of the decision",
}


def traces_on_page(page: Page, traces: Iterable[PartTrace], zone: ZoneInfo | None) -> None:
    """What became of rules and windows, and below each the terms that made it so. What was shown is not shown again."""
    known: set[str] = set()
    for trace in traces:
        said, style = STATES[trace.state]
        if trace.state == "open" and trace.by:
            said = "holds, but {} before it is open"
        elif trace.state == "held" and trace.by:
            said = "holds; {} before it is open, and says the same"
        where = Piece(f"  {Path(trace.place.source.name).name}:{trace.place.line}", "quiet")
        became = Piece(said.format(trace.by), style)
        page.line(Piece(trace.part, "name"), " ", became, where, indent=2, hang=6)
        _seen(page, trace.why, zone, 6, known)


def _seen(page: Page, found: Iterable[Seen], zone: ZoneInfo | None, indent: int, known: set[str]) -> None:
    for one in found:
        shown = bool(one.below) and one.text in known
        known.add(one.text)
        remark = "  as above" if shown else f"  {ORIGINS[one.origin]}" if one.origin else ""
        value = Piece(value_text(one.value, zone), "strong")
        page.line(f"{one.text}: ", value, Piece(remark, "quiet"), indent=indent, hang=indent + 4)
        if not shown:
            _seen(page, one.below, zone, indent + 2, known)


def value_text(value: object, zone: ZoneInfo | None) -> str:
    """A value of the language as a reader sees it; instants in the zone of the dispute."""
    match value:
        case Missing():
            return "unknown"
        case None:
            return "nothing"
        case bool():
            return str(value).lower()
        case datetime():
            return local(value, zone)
        case Submission():
            proves = "not assessed" if value.proves is None else f"proves {_listed(sorted(value.proves))}"
            false = ", not authentic" if value.authentic is False else ""
            return f"{local(value.at, zone)} ({proves}{false})"
        case tuple() | frozenset() | list():
            return _listed([value_text(item, zone) for item in value])
        case _:
            return str(value)


def _listed(texts: list[str]) -> str:
    return ", ".join(texts) or "nothing"
