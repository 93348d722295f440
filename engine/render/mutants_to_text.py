"""What became of mutants: for people, as Markdown, and as plain data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from engine.document.write import to_yaml
from engine.render.diagnostics import diagnostics_to_page
from engine.render.markdown_text import escaped
from engine.render.page import Page, Piece, Style
from engine.testing.mutants.model import Mutant, MutationReport, Seen, Trial

COLUMN: Final = 12
FIELDS: Final = 3  # of a case that are shown


def mutation_to_page(report: MutationReport) -> Page:
    """The mutants that no test noticed, in the order of the document, and how many there are of each kind."""
    page = Page()
    page.line(Piece(f"Mutants of {report.policy} {report.version}", "strong"))
    place = ""
    for mutant, trial in report.in_state("survived"):
        where = f"{mutant.place.source.name}:{mutant.place.line}"
        if where + mutant.at != place:
            place = where + mutant.at
            page.gap()
            page.fixed(Piece(where, "strong"), Piece(f"  {mutant.at}", "name"))
        page.line(mutant.said, indent=2, hang=4)
        page.item(Piece("a test needs", "quiet"), _needs(mutant), indent=4, column=4 + COLUMN + 2)
        for seen in trial.seen[:1]:
            page.item(Piece("seen by", "quiet"), _seen(seen), indent=4, column=4 + COLUMN + 2)
    if report.findings:
        page.gap()
        page.lines.extend(diagnostics_to_page(report.findings).lines)
    page.heading("Summary")
    for count, what, style in _counts(report):
        page.line(Piece(f"{count:>7,}", style), f"  {what}", indent=2, hang=11)
    page.line(Piece(f"{report.score:>6}%", "good" if report.score == 100 else "warn"), "  score", indent=2)
    return page


def _counts(report: MutationReport) -> Iterator[tuple[int, str, Style]]:
    tried = len(report.trials)
    some = f", {tried:,} of them tried" if tried < report.of else ""
    yield report.of, f"mutants{some}, on {report.tests:,} tests", ""
    yield len(report.in_state("killed")), "noticed by a test", "good"
    yield len(report.in_state("survived")), "noticed by none", "bad" if report.in_state("survived") else ""
    if report.excused:
        yield len(report.excused), "declared to change no decision, with a reason", ""
    yield len(report.in_state("same")), "leave every row as it is", ""
    yield len(report.in_state("refused")), "refused by the checks, so nobody can publish them", ""


def _needs(mutant: Mutant) -> str:
    row = f" ({mutant.scenario})" if mutant.scenario else ""
    return f"{mutant.needs}{row}"


def _seen(seen: Seen) -> str:
    """A case that decides otherwise under the mutant, and what a test of it has to expect."""
    changes = "; ".join(f"{field} {what}" for field, what in seen.changes[:FIELDS])
    fields = ", ".join(dict.fromkeys(f"`{field.partition('.')[0]}`" for field, _ in seen.changes[:FIELDS]))
    if seen.example:
        return f"the example “{seen.case}”, where {changes}: make it a test that expects {fields}"
    return f"the test “{seen.case}”, where {changes}: let it expect {fields} as it is now"


# ---------------------------------------------------------------------------------------------------- for a document


def mutation_to_markdown(report: MutationReport) -> str:
    """The report as a Markdown document."""
    lines = [f"# Mutants of {escaped(report.policy)} {escaped(report.version)}", "", "| | |", "| ---: | --- |"]
    lines += [f"| {count:,} | {escaped(what)} |" for count, what, _ in _counts(report)]
    lines += [f"| {report.score}% | score |", ""]
    survived = report.in_state("survived")
    if survived:
        lines += ["| line | place | change | a test needs |", "| ---: | --- | --- | --- |"]
    for mutant, _ in survived:
        cells = (f"`{mutant.at}`", _marked(mutant.said), _marked(_needs(mutant)))
        lines.append(f"| {mutant.place.line} | {' | '.join(cells)} |")
    return "\n".join(lines).rstrip() + "\n"


def _marked(text: str) -> str:
    """Text with code in back quotes, for a cell of a table."""
    return "".join(_code(part) if n % 2 else _words(part) for n, part in enumerate(text.split("`")))


def _code(part: str) -> str:
    return f"`{part.replace('|', chr(92) + '|')}`"


def _words(part: str) -> str:
    """Words between code, with the spaces that part them from it."""
    before, after = part[:1].isspace(), part[-1:].isspace()
    return f"{' ' * before}{escaped(part)}{' ' * (after and bool(part.strip()))}"


# ------------------------------------------------------------------------------------------------- for the register


def mutation_to_yaml(report: MutationReport) -> str:
    """The mutants that no test noticed, as entries of a mutants register. Each waits for its reason to be written."""
    places: dict[str, list[str]] = {}
    for mutant, _ in report.in_state("survived"):
        places.setdefault(mutant.at, []).append(mutant.becomes)
    entries = [
        {"at": at, "becomes": becomes[0] if len(becomes) == 1 else becomes, "because": ""}
        for at, becomes in places.items()
    ]
    return to_yaml({"register": "mutants", "policy": report.policy, "equivalent": entries})


# ------------------------------------------------------------------------------------------------------ for programs


def mutation_to_data(report: MutationReport) -> dict[str, object]:
    """The report as plain data, with every mutant that was tried."""
    return {
        "policy": report.policy,
        "version": report.version,
        "tests": report.tests,
        "mutants": report.of,
        "tried": len(report.trials),
        "killed": len(report.in_state("killed")),
        "survived": len(report.in_state("survived")),
        "declared": len(report.excused),
        "same": len(report.in_state("same")),
        "refused": len(report.in_state("refused")),
        "score": report.score,
        "findings": [found.to_dict() for found in report.findings],
        "trials": [_trial_to_data(report, mutant, trial) for mutant, trial in report.trials],
    }


def _trial_to_data(report: MutationReport, mutant: Mutant, trial: Trial) -> dict[str, object]:
    declared = report.declared.get(mutant.name)
    return {
        "at": mutant.at,
        "becomes": mutant.becomes,
        "file": mutant.place.source.name,
        "line": mutant.place.line,
        "kind": mutant.kind,
        "scenario": mutant.scenario,
        "said": mutant.said,
        "needs": mutant.needs,
        "state": "declared" if declared is not None and trial.state == "survived" else trial.state,
        "by": trial.by or None,
        "why": declared,
        "seen": [_seen_to_data(seen) for seen in trial.seen],
    }


def _seen_to_data(seen: Seen) -> dict[str, object]:
    return {"case": seen.case, "example": seen.example, "changes": dict(seen.changes)}
