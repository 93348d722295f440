"""`validate`: everything that is wrong with documents, at once."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from engine.cli import exits, packs
from engine.cli.output import opened

if TYPE_CHECKING:
    from engine.analysis.draft_hint import Hint
    from engine.cli.documents import Checker
    from engine.render.page import Page


@click.command(short_help="Check policies, registers, policy tests and cases.")
@click.argument("files", nargs=-1, metavar="[FILE]...")
@packs.pack_option
@packs.format_option
@click.option("--no-behaviour", is_flag=True, help="Say nothing on what a draft changes in the pack's cases.")
def command(files: tuple[str, ...], pack: str | None, form: str, no_behaviour: bool) -> int:
    """Check policies, registers, policy tests and cases: everything that is wrong with them, at once.

    What a FILE is, is told by what it holds. Without FILE, all that belongs to the pack is checked: its versions, its
    registers, its tests and its examples. Cases are checked against the version that governs them.

    \b
    Examples:
      aftersale validate
      aftersale validate case.yaml
      aftersale validate --pack policies/mine --format json

    A draft without faults is compared with the version of the next lower number: in how many of the pack's policy
    tests and examples the decision changes, in which scenarios that the edit names none does, which scenarios it
    passes by, and what no case tries.

    Exits with 3 when there is an error; warnings alone are no failure.
    """
    from engine.cli.documents import Checker
    from engine.cli.hints import hints

    checker = Checker(pack)
    if files:
        for file in files:
            checker.file(file)
    else:
        checker.everything()
    found = [] if no_behaviour else hints(pack, checker.versions)
    with opened(None) as out:
        if form == "json":
            out.data(json.dumps(_data(checker) | _behaviour(found), ensure_ascii=False, indent=2) + "\n")
        else:
            from engine.render.changes.hint import hint_to_page

            page = _page(checker)
            for hint in found:
                hint_to_page(hint, page)
            out.page(page)
    return exits.INVALID if checker.report.errors else exits.OK


def _behaviour(found: list[Hint]) -> dict[str, object]:
    from engine.render.changes.hint import hint_to_data

    return {"behaviour": [hint_to_data(hint) for hint in found]} if found else {}


def _page(checker: Checker) -> Page:
    from engine.render.diagnostics import diagnostics_to_page, summary
    from engine.render.page import Piece

    found = checker.found
    page = diagnostics_to_page(found)
    page.gap()
    for name, kind in checker.checked:
        wrong = [d for d in found if d.place and d.place.source.name == name]
        page.line(Piece(name, "bad" if wrong else ""), Piece(f"  {kind}", "quiet"), f": {summary(wrong) or 'fine'}")
    files = f"{len(checker.checked)} file{'s' if len(checker.checked) != 1 else ''} checked"
    result = (
        Piece(summary(found), "bad" if checker.report.errors else "warn") if found else Piece("all is well", "good")
    )
    page.line(f"{files}: ", result)
    return page


def _data(checker: Checker) -> dict[str, object]:
    from engine.render.diagnostics import diagnostic_to_data

    found = checker.found
    errors = len(checker.report.errors)
    return {
        "checked": [{"file": file, "kind": kind} for file, kind in checker.checked],
        "errors": errors,
        "warnings": len(found) - errors,
        "diagnostics": [diagnostic_to_data(one) for one in found],
    }
