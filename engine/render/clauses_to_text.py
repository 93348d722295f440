"""What rests on which clause and reading: for people, as Markdown, and as plain data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from engine.analysis.citations import Citer
from engine.analysis.clause_report import ClauseReport
from engine.policy.registers import Clause, Reading
from engine.render.diagnostics import diagnostics_to_page, summary
from engine.render.markdown_text import escaped
from engine.render.page import Page, Piece
from engine.render.phrases import named

NUMBERS: Final = 10  # columns of a number in the summary
KINDS: Final = 22  # and of the words before it
HEADS: Final = ("in all", "named", "with a reason", "neither")


# ------------------------------------------------------------------------------------------------------- for people


def report_to_page(report: ClauseReport, uncited: bool) -> Page:
    """The report as a page; with `uncited` only what nothing names."""
    page = Page()
    page.line(Piece(f"Clauses and readings of {report.policy} {report.version}", "strong"))
    section = ""
    for clause in _clauses(report, uncited):
        if clause.section != section:
            section = clause.section
            page.heading(section)
        page.line(Piece(clause.id, "name"), Piece(f"  {named(clause.kind)}", "quiet"), indent=2, hang=6)
        page.line(clause.gist, indent=4, hang=6)
        _users(page, report, report.cited_by(clause.id), _reason(clause))
    for number, reading in enumerate(_readings(report, uncited)):
        if number == 0:
            page.heading("Readings of unclear places")
        page.line(Piece(f"{reading.number}", "name"), f"  {reading.title}", indent=2, hang=6)
        _users(page, report, report.named_by(reading.number), reading.not_used)
    _summary(page, report)
    if report.findings:
        page.gap()
        page.lines.extend(diagnostics_to_page(report.findings).lines)
        page.gap()
        page.line(Piece(summary(report.findings), "bad"))
    return page


def _users(page: Page, report: ClauseReport, citers: Iterable[Citer], reason: str | None) -> None:
    users = list(_by_name(report, citers))
    for what, name, rows in users:
        page.line(f"{what} ", Piece(name, "strong"), Piece(f"  {rows}", "quiet"), indent=6, hang=8)
    if reason:
        page.line(Piece(f"no rule: {reason}", "warn" if users else "quiet"), indent=6, hang=8)
    elif not users:
        page.line(Piece("nothing rests on it, and it gives no reason", "bad"), indent=6)


def _summary(page: Page, report: ClauseReport) -> None:
    page.heading("Summary")
    page.line(Piece(f"{'':{KINDS}}" + "".join(f"{head:>{len(head) + 3}}" for head in HEADS), "quiet"), indent=2)
    for kind, counts in _counts(report):
        cells = "".join(f"{count:>{len(head) + 3}}" for count, head in zip(counts, HEADS, strict=True))
        page.line(f"{kind:{KINDS}}", Piece(cells, "bad" if counts[-1] else ""), indent=2)


def _counts(report: ClauseReport) -> Iterator[tuple[str, tuple[int, ...]]]:
    """For each kind of clause, for all of them and for readings: in all, named, with a reason only, neither."""
    clauses = report.clauses.values()
    states = [(c.kind, _state(bool(report.cited_by(c.id)), c.no_rule is not None)) for c in clauses]
    for kind in dict.fromkeys(kind for kind, _ in states):
        yield named(kind), _row(state for of, state in states if of == kind)
    yield "all clauses", _row(state for _, state in states)
    readings = report.readings.values()
    yield "readings", _row(_state(bool(report.named_by(r.number)), r.not_used is not None) for r in readings)


def _state(used: bool, excused: bool) -> int:
    return 0 if used else 1 if excused else 2


def _row(states: Iterable[int]) -> tuple[int, ...]:
    counts = Counter(states)
    return (counts.total(), counts[0], counts[1], counts[2])


def _clauses(report: ClauseReport, uncited: bool) -> list[Clause]:
    return [c for c in report.clauses.values() if not (uncited and report.cited_by(c.id))]


def _readings(report: ClauseReport, uncited: bool) -> list[Reading]:
    return [r for r in report.readings.values() if not (uncited and report.named_by(r.number))]


def _reason(clause: Clause) -> str | None:
    return f"{named(clause.no_rule)}. {clause.why or ''}".strip() if clause.no_rule else None


def _by_name(report: ClauseReport, citers: Iterable[Citer]) -> Iterator[tuple[str, str, str]]:
    """What rests on something: its kind, its name, and the rows in which it does."""
    for citer in citers:
        name = f"{citer.table}: {citer.name}" if citer.table else citer.name
        everywhere = len(citer.rows) == len(report.citations.rows)
        yield citer.kind, name, "in every row" if everywhere else f"in {', '.join(citer.rows)}"


# ---------------------------------------------------------------------------------------------------- for a document


def report_to_markdown(report: ClauseReport, uncited: bool) -> str:
    """The report as a Markdown document."""
    return "\n".join(_markdown(report, uncited)) + "\n"


def _markdown(report: ClauseReport, uncited: bool) -> Iterator[str]:
    yield f"# Clauses and readings of {escaped(report.policy)} {escaped(report.version)}"
    yield from ("", "## Summary", "", f"| | {' | '.join(HEADS)} |", "| --- |" + " ---: |" * len(HEADS))
    for kind, counts in _counts(report):
        yield f"| {escaped(kind)} | {' | '.join(map(str, counts))} |"
    if report.findings:
        yield from ("", "## Findings", "")
        yield from (f"- {found.severity}: {escaped(found.message)}" for found in report.findings)
    yield from ("", "## Clauses", "", "| Clause | What it says | What rests on it |", "| --- | --- | --- |")
    for clause in _clauses(report, uncited):
        users = _cell(report, report.cited_by(clause.id), _reason(clause))
        yield f"| {escaped(clause.id)} | {escaped(clause.gist)} | {users} |"
    yield from ("", "## Readings", "", "| Reading | What it is about | What takes it |", "| ---: | --- | --- |")
    for reading in _readings(report, uncited):
        users = _cell(report, report.named_by(reading.number), reading.not_used)
        yield f"| {reading.number} | {escaped(reading.title)} | {users} |"


def _cell(report: ClauseReport, citers: Iterable[Citer], reason: str | None) -> str:
    users = [f"{what} **{escaped(name)}** {escaped(rows)}" for what, name, rows in _by_name(report, citers)]
    if reason:
        users.append(f"no rule: {escaped(reason)}")
    return "<br>".join(users) or "nothing, and it gives no reason"


# ------------------------------------------------------------------------------------------------------ for programs


def report_to_data(report: ClauseReport, uncited: bool) -> dict[str, object]:
    """The report as plain data."""
    return {
        "policy": report.policy,
        "version": report.version,
        "summary": {
            kind: dict(zip(("in_all", "named", "with_a_reason", "neither"), counts, strict=True))
            for kind, counts in _counts(report)
        },
        "findings": [found.to_dict() for found in report.findings],
        "clauses": [
            {
                "id": clause.id,
                "section": clause.section,
                "number": clause.number,
                "kind": clause.kind,
                "gist": clause.gist,
                "no_rule": clause.no_rule and {"because": clause.no_rule, "why": clause.why},
                "cited_by": _data(report.cited_by(clause.id)),
            }
            for clause in _clauses(report, uncited)
        ],
        "readings": [
            {
                "number": reading.number,
                "title": reading.title,
                "taken": reading.taken,
                "not_used": reading.not_used,
                "named_by": _data(report.named_by(reading.number)),
            }
            for reading in _readings(report, uncited)
        ],
    }


def _data(citers: Iterable[Citer]) -> list[dict[str, object]]:
    return [
        {
            "kind": citer.kind,
            "table": citer.table or None,
            "name": citer.name,
            "rows": list(citer.rows),
            "file": citer.place.source.name,
            "line": citer.place.line,
        }
        for citer in citers
    ]
