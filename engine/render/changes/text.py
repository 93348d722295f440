"""A comparison of two versions for a terminal."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from engine.analysis.behaviour import Behaviour, CaseChange, Unreadable
from engine.render.changes.cases import counted, name_of, of_scenario, place_of, said, told_fields
from engine.render.changes.told import Announced, PassedBy, Said, Section, Told
from engine.render.page import Page, Piece, Style
from engine.render.phrases import capital

COLUMN: Final = 20
_MARKS: Final[dict[str, tuple[str, Style]]] = {
    "added": ("new", "good"),
    "removed": ("gone", "bad"),
    "changed": ("", ""),
}


def comparison_to_page(told: Announced, behaviour: Behaviour | None, limit: int) -> Page:
    """What differs, then what becomes of the cases. At most `limit` cases are told one by one, 0 for all."""
    page = Page()
    page.line(Piece(told.title, "strong"))
    begins = f", for disputes filed from {told.begins}" if told.begins else ""
    page.line(f"{told.policy}: {told.after} compared with {told.before}{begins}")
    for sentence in told.short:
        page.line(Piece(sentence, "quiet"), indent=2)
    if told.same:
        page.gap()
        page.line("Nothing differs.")
    for section in told.sections:
        if section.changes or section.what:
            _section(page, section)
    if told.wording:
        page.heading("No effect on any decision")
        for change in told.wording:
            _change(page, change)
    if behaviour is not None:
        _behaviour(page, told, behaviour, limit)
    return page


def _section(page: Page, section: Section) -> None:
    mark, style = _MARKS[section.what or "changed"]
    page.gap()
    page.line(Piece(section.title, "strong"), Piece(f"  {mark}" if mark else "", style))
    for change in section.changes:
        _change(page, change)
        if not section.scenario:
            _reach(page, change)
    if section.through:
        page.gap()
        page.item("and from above", "; ".join(section.through), indent=2, column=COLUMN)


def _change(page: Page, change: Told) -> None:
    mark, style = _MARKS[change.what]
    page.gap()
    where = f"  {_places(change)}" if change.place else ""
    was = f"  was “{change.was}”" if change.was else ""
    page.line(
        Piece(change.title, "name"), Piece(f"  {mark}" if mark else "", style), Piece(was, "quiet"),
        Piece(f"  {change.kind}", "quiet"), Piece(where, "quiet"), indent=2, hang=4,
    )  # fmt: skip
    for one in change.said:
        _said(page, one, change)
    for label, (gone, come) in (("Clauses", change.clauses), ("Readings", change.readings)):
        if change.what == "changed":
            if signed := [*(f"-{text}" for text in gone), *(f"+{text}" for text in come)]:
                page.item(label, ", ".join(signed), indent=4, column=COLUMN + 4)
        elif come or gone:
            page.item(label, ", ".join(come or gone), indent=4, column=COLUMN + 4)


def _reach(page: Page, change: Told) -> None:
    rows = "every scenario" if change.everywhere else ", ".join(change.rows.values())
    page.item("takes effect in", rows, indent=4, column=COLUMN + 4)
    for number, passed in enumerate(change.passed_by):
        page.item(" " if number else "passes by", *_passed_by(passed), indent=4, column=COLUMN + 4)


def _passed_by(passed: PassedBy) -> tuple[Piece | str, ...]:
    place = f"  {Path(passed.place.source.name).name}:{passed.place.line}"
    return (Piece(passed.title, "warn"), f" {passed.why}", Piece(place, "quiet"))


def _said(page: Page, one: Said, change: Told) -> None:
    if change.what == "changed":
        page.line(one.label, indent=4)
        nothing = () if one.partly else ("nothing",)
        for line in one.before or nothing:
            page.line(Piece("- ", "bad"), line, indent=6, hang=8)
        for line in one.after or nothing:
            page.line(Piece("+ ", "good"), line, indent=6, hang=8)
        return
    for number, line in enumerate(one.before or one.after):
        page.item(" " if number else one.label, line, indent=4, column=COLUMN + 4)


def _places(change: Told) -> str:
    places = [place for place in (change.before, change.after) if place is not None]
    return ", ".join(f"{Path(place.source.name).name}:{place.line}" for place in places)


# --------------------------------------------------------------------------------------------------------------- cases


def _behaviour(page: Page, told: Announced, behaviour: Behaviour, limit: int) -> None:
    page.heading("Cases decided under both versions")
    page.line(f"{capital(counted(behaviour))}.", indent=2)
    for scenario, count in behaviour.counts.items():
        if count.cases:
            page.item(told.scenarios.get(scenario, "Scenario not known"), of_scenario(count), column=COLUMN + 8)
    cases_on_page(page, behaviour, limit)


def cases_on_page(page: Page, behaviour: Behaviour, limit: int) -> None:
    """The cases in which more than the reasons changes, and those that cannot be decided; at most `limit` of a kind."""
    for how, title in (("decision", "The decision changes"), ("deadline", "A deadline alone changes")):
        _cases(page, title, [change for change in behaviour.changes if change.how == how], limit)
    _unreadable(page, behaviour, limit)


def _cases(page: Page, title: str, changes: list[CaseChange], limit: int) -> None:
    if not changes:
        return
    page.gap()
    page.line(Piece(title, "strong"), indent=2)
    for change in changes[: limit or None]:
        page.line(change.case.name, Piece(f"  {place_of(change.case)}", "quiet"), indent=4, hang=6)
        for field in told_fields(change):
            was, now = said(field, change.zone)
            page.line(Piece(name_of(field), "name"), f": {was} ", Piece("→", "quiet"), f" {now}", indent=6, hang=8)
    _more(page, len(changes), limit)


def _unreadable(page: Page, behaviour: Behaviour, limit: int) -> None:
    found = behaviour.unreadable
    if not found:
        return
    page.gap()
    page.line(Piece("Not decided under both", "strong"), f": {_sides(found, behaviour)}", indent=2)
    for one in found[: limit or None]:
        problem = one.problem.diagnostics[0]
        page.line(one.case.name, Piece(f"  {place_of(one.case)}", "quiet"), indent=4, hang=6)
        more = len(one.problem.diagnostics) - 1
        page.line(f"{problem.message}{f' (and {more} more)' if more else ''}", indent=6, hang=8)
    _more(page, len(found), limit)


def _sides(found: Iterable[Unreadable], behaviour: Behaviour) -> str:
    sides = [one.version for one in found]
    names = {"before": f"{behaviour.before} cannot read", "after": f"{behaviour.after} cannot read",
             "both": "neither can read"}  # fmt: skip
    return ", ".join(f"{name} {sides.count(side)}" for side, name in names.items() if side in sides)


def _more(page: Page, number: int, limit: int) -> None:
    if limit and number > limit:
        page.line(Piece(f"and {number - limit} more; `--limit 0` shows all", "quiet"), indent=4)
