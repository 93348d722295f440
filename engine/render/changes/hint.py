"""The hint on a draft, for people and as data."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from engine.analysis.draft_hint import Hint
from engine.library import Registry
from engine.render.changes.build import Telling
from engine.render.changes.cases import counted, of_scenario
from engine.render.changes.data import behaviour_to_data
from engine.render.page import Page, Piece
from engine.render.phrases import either

INDENT: Final = 2
NO_REGISTERS: Final = Registry({}, {})


def hint_to_page(hint: Hint, page: Page, pack: str = "") -> None:
    """The hint, behind what a page says already; `pack` is the option with which a command finds the pack again."""
    told = Telling(hint.differences, NO_REGISTERS)
    before, after = hint.behaviour.before, hint.behaviour.after
    page.gap()
    if not hint.differences.changes:
        page.line(Piece(f"{after} compared with {before}", "strong"), ": nothing differs")
        return
    page.line(Piece(f"{after} compared with {before}", "strong"), f": {counted(hint.behaviour)}")
    counts = hint.behaviour.counts
    named = [f"{told.titles[row]} {of_scenario(counts[row])}" for row in hint.named if row in counts]
    if named:
        page.line("; ".join(named), indent=INDENT)
    if hint.unmoved:
        rows = either(told.titles[row] for row in hint.unmoved)
        page.line(
            Piece("unchanged ", "warn"),
            f"The edit names {_number(len(hint.named), 'scenario')}; no case changes in {rows}.",
            indent=INDENT, hang=INDENT + 2,
        )  # fmt: skip
    for change in map(told.told, hint.passing_by):
        for passed in change.passed_by:
            place = f"  {Path(passed.place.source.name).name}:{passed.place.line}"
            page.line(
                Piece("passed by ", "warn"), f"“{change.title}”: {passed.title} {passed.why}", Piece(place, "quiet"),
                indent=INDENT, hang=INDENT + 2,
            )  # fmt: skip
    for change in map(told.told, hint.untried):
        where = "" if change.everywhere else f" ({', '.join(change.rows.values())})"
        what = "no case is decided otherwise by it" if change.kind == "period" else "no case reaches it"
        page.line(
            Piece("no test ", "warn"), f"“{change.title}”{where}: {what}; add a test that is.",
            indent=INDENT, hang=INDENT + 2,
        )  # fmt: skip
    if hint.behaviour.unreadable:
        page.line(
            Piece("not decided ", "warn"), f"{_number(len(hint.behaviour.unreadable), 'case')} cannot be read by both "
            "versions.", indent=INDENT, hang=INDENT + 2,
        )  # fmt: skip
    page.line(Piece(f"More: aftersale diff {before} {after}{pack}", "quiet"), indent=INDENT)


def hint_to_data(hint: Hint) -> dict[str, object]:
    """The hint with every case that changes."""
    told = Telling(hint.differences, NO_REGISTERS)
    return {
        **behaviour_to_data(hint.behaviour),
        "named": list(hint.named),
        "unmoved": list(hint.unmoved),
        "passed_by": [
            {"change": change.title, "name": change.name, "scenario": passed.scenario, "why": passed.why}
            for change in map(told.told, hint.passing_by)
            for passed in change.passed_by
        ],
        "untried": [
            {"change": change.title, "column": change.column, "name": change.name, "scenarios": list(change.rows)}
            for change in map(told.told, hint.untried)
        ],
    }


def _number(count: int, what: str) -> str:
    return f"{count} {what}{'s' if count != 1 else ''}"
