"""A comparison of two versions as an announcement: what changes, for whom, from when; for policy staff, where."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from engine.analysis.behaviour import Behaviour, CaseChange
from engine.render.changes.cases import counted, name_of, place_of, said, told_fields
from engine.render.changes.front import front, lines_of, title_of, visible
from engine.render.changes.told import Announced, Said, Section, Told
from engine.render.markdown_text import escaped
from engine.render.moments import MONTH_NAMES


def comparison_to_markdown(told: Announced, behaviour: Behaviour | None, limit: int) -> str:
    """The announcement as a Markdown document. At most `limit` cases are told one by one, 0 for all."""
    return "\n".join(_Writing(told).lines(behaviour, limit)) + "\n"


class _Writing:
    def __init__(self, told: Announced) -> None:
        self.told = told
        self.then = f"From {_day(told.begins)}" if told.begins else "Then"

    def lines(self, behaviour: Behaviour | None, limit: int) -> Iterator[str]:
        told = self.told
        yield f"# {escaped(told.title)}: what changes with version {escaped(told.after)}"
        yield ""
        if told.begins:
            yield (
                f"For disputes filed from {_day(told.begins)} on. "
                f"Disputes filed before that day are decided by version {escaped(told.before)}."
            )
        else:
            yield f"Compared with version {escaped(told.before)}; the first day is not fixed yet."
        if told.short:
            yield ""
            yield from (f"- {escaped(sentence)}" for sentence in told.short)
        parts = [(section, front(section)) for section in told.sections]
        for section, changes in parts:
            if changes or section.what:
                yield from self.section(section, changes)
        if not any(changes or section.what for section, changes in parts):
            yield from ("", "Nothing changes in periods, evidence or rules.")
        yield from self.for_staff(behaviour, limit)

    # ------------------------------------------------------------------------------------------------- for everybody

    def section(self, section: Section, changes: list[Told]) -> Iterator[str]:
        title = escaped(section.title if section.scenario else "In several scenarios")
        yield from ("", f"## {title}")
        if section.what:
            yield ""
            yield "This scenario is new." if section.what == "added" else "This scenario is no longer handled."
        for change in changes:
            yield from self.change(change, general=not section.scenario)

    def change(self, change: Told, general: bool) -> Iterator[str]:
        yield ""
        yield f"### {escaped(title_of(change))}"
        yield ""
        if change.who and change.who.lower() not in change.title.lower():
            yield f"For: {escaped(change.who)}."
            yield ""
        shown = visible(change)
        if change.what == "changed" and shown:
            yield f"|  | Until now | {self.then} |"
            yield "| --- | --- | --- |"
            for one in shown:
                yield f"| {escaped(one.label)} | {_cell(one, one.before)} | {_cell(one, one.after)} |"
        elif shown:
            yield from (f"- {escaped(one.label)}: {_cell(one, one.before or one.after, '; ')}" for one in shown)
        if general:
            rows = "every scenario" if change.everywhere else ", ".join(change.rows.values())
            yield from ("", f"Takes effect in: {escaped(rows)}.")
            if change.passed_by:
                yield from ("", "Does not reach:", "")
                yield from (f"- {escaped(f'{one.title} {one.why}')}" for one in change.passed_by)
        yield from self.rests(change)

    def rests(self, change: Told) -> Iterator[str]:
        """The sentences of the published page that come in or no longer count."""
        for label, clauses in (("Rests on", change.clauses[1]), ("No longer rests on", change.clauses[0])):
            gists = [self.told.gists[clause] for clause in clauses if clause in self.told.gists]
            if gists and change.what != "removed":
                yield from ("", f"{label}:", "", *(f"- {escaped(gist)}" for gist in gists))

    def behaviour(self, behaviour: Behaviour) -> Iterator[str]:
        yield from ("", f"Of the cases that were tried, {counted(behaviour)}.", "")
        yield "| Scenario | Cases | Decision changes | A deadline alone | Reasons alone |"
        yield "| --- | ---: | ---: | ---: | ---: |"
        for scenario, count in behaviour.counts.items():
            if count.cases:
                title = escaped(self.told.scenarios.get(scenario, "Scenario not known"))
                yield f"| {title} | {count.cases} | {count.decision} | {count.deadline} | {count.reasons} |"

    # ------------------------------------------------------------------------------------------------ for policy staff

    def for_staff(self, behaviour: Behaviour | None, limit: int) -> Iterator[str]:
        told = self.told
        yield from ("", "## For policy staff")
        changes = [(section.title, change) for section in told.sections for change in section.changes]
        changes += [("No effect on any decision", change) for change in told.wording]
        if changes:
            yield from ("", "| Where | What | Id | Clauses and readings | Lines |")
            yield "| --- | --- | --- | --- | --- |"
            for section, change in changes:
                yield "| " + " | ".join(map(escaped, self.line(section, change))) + " |"
        if behaviour is not None:
            yield from self.behaviour(behaviour)
        decided = [] if behaviour is None else list(behaviour.of("decision"))
        if decided:
            yield from ("", "Cases whose decision changes:", "")
            for one in decided[: limit or None]:
                yield from self.case(one)
            if limit and len(decided) > limit:
                yield f"- and {len(decided) - limit} more"

    @staticmethod
    def line(section: str, change: Told) -> tuple[str, ...]:
        signed = [
            f"{sign}{number}"
            for sides in (change.clauses, change.readings)
            for sign, side in zip("-+", sides, strict=True)
            for number in (side if sides is change.clauses else [f"reading {one}" for one in side])
        ]
        places = [place for place in (change.before, change.after) if place is not None]
        where = ", ".join(f"{Path(place.source.name).name}:{place.line}" for place in places)
        keys = ", ".join(one.label for one in change.said) if change.what == "changed" else change.what
        what = f"{change.title} ({change.kind}): {keys or 'clauses'}"
        return (
            section,
            what,
            ".".join(dict.fromkeys(filter(None, (change.column, change.name)))),
            ", ".join(signed),
            where,
        )

    @staticmethod
    def case(change: CaseChange) -> Iterator[str]:
        yield f"- {escaped(change.case.name)} ({escaped(place_of(change.case))})"
        for field in told_fields(change):
            was, now = said(field, change.zone)
            yield f"  - {escaped(name_of(field))}: {escaped(was)} → {escaped(now)}"


def _cell(one: Said, lines: tuple[str, ...], joint: str = "<br>") -> str:
    return joint.join(map(escaped, lines_of(one, lines)))


def _day(text: str) -> str:
    day = date.fromisoformat(text)
    return f"{day.day} {MONTH_NAMES[day.month - 1]} {day.year}"
