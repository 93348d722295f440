"""What a publication changes, for the person who is about to make it; and the cases that it moves."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final

from engine.publishing.affected import Moved
from engine.publishing.publish import Plan
from engine.render.changes.cases import counted
from engine.render.changes.text import cases_on_page
from engine.render.page import Page, Piece
from engine.testing.run import VersionRun

COLUMN: Final = 12


def plan_to_page(plan: Plan, run: VersionRun, today: date) -> Page:
    """From when the version holds, what it follows, who publishes it and why, and what was tried."""
    page, own = Page(), plan.publication
    page.line(Piece(plan.pack.name, "strong"), " ", Piece(own.version, "name"), f"  {plan.version.policy.title}")
    page.item("from", Piece(day(own.first_day), "strong"), f", {_distance(own.first_day, today)}", column=COLUMN)
    page.item("governs", _days(plan), column=COLUMN)
    for line in _follows(plan):
        page.item("follows", line, column=COLUMN)
    page.item("by", own.by, column=COLUMN)
    page.item("why", own.why, column=COLUMN)
    page.item("content", own.digest[:19], column=COLUMN)
    number = len(run.results)
    tests = Piece(f"{number} passed", "good") if number else Piece("there is none for this version", "bad")
    page.item("tests", tests, column=COLUMN)
    for number, change in enumerate(plan.version.policy.changes):
        page.item("changes" if number == 0 else " ", change, column=COLUMN)
    return page


def day(of: date) -> str:
    """A day as people read it: `Sun 1 Mar 2026`."""
    return f"{of:%a} {of.day} {of:%b} {of.year}"


def _distance(first_day: date, today: date) -> str:
    days = (first_day - today).days
    if days == 0:
        return "today"
    number = f"{abs(days)} day{'s' if abs(days) != 1 else ''}"
    return f"in {number}" if days > 0 else f"{number} ago"


def _days(plan: Plan) -> str:
    successor = plan.tenure.successor
    if successor is None:
        return "cases filed on that day and later, until another version begins"
    return f"cases filed from that day to before {day(successor.first_day)}, when {successor.version} begins"


def _follows(plan: Plan) -> Iterable[str]:
    before, own = plan.follows, plan.publication
    if before is None:
        yield "no version: earlier filings are governed by none"
    elif own.supersedes is not None:
        left = "no case any more" if before.empty else f"the cases filed before, since {day(before.first_day)}"
        yield f"{own.supersedes}, which it supersedes: that one governs {left}"
    else:
        yield f"{before.version}, which governs the cases filed before, since {day(before.first_day)}"


def moved_to_page(moved: Moved) -> Page:
    """The cases that come under another version, and what changes in them."""
    page = Page()
    for behaviour in moved.behaviours:
        page.gap()
        page.line(Piece(f"{behaviour.before} -> {behaviour.after}", "strong"), f": {counted(behaviour)}")
        cases_on_page(page, behaviour, limit=0)
    for case, problem in moved.unclear:
        page.gap()
        page.line(Piece(case.name, "strong"), f": {problem.diagnostics[0].message}")
    page.gap()
    page.line(
        f"{moved.looked_at} case{'s' if moved.looked_at != 1 else ''} looked at: {moved.number} come under another "
        "version, ",
        Piece(f"{moved.otherwise} of them decided otherwise", "warn" if moved.otherwise else "good"),
    )
    return page
