"""`validate`: everything that is wrong with documents, at once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from engine.cli import exits, packs
from engine.cli.forms import output_option
from engine.cli.output import opened

if TYPE_CHECKING:
    from engine.render.checked import Checked
    from engine.render.page import Page, Style

FORMATS: Final = ("text", "json", "line", "sarif", "github", "junit")


@click.command(short_help="Check policies, registers, policy tests and cases.")
@click.argument("files", nargs=-1, metavar="[FILE]...")
@packs.pack_option
@click.option(
    "--format", "form", type=click.Choice(FORMATS), default="text",
    help="text for people; json, line (one problem a line), sarif, github (annotations) or junit for programs.",
)  # fmt: skip
@output_option
@click.option(
    "--fail-level", type=click.Choice(["error", "warning"]), default="error",
    help="From which severity on the command fails. Default: error.",
)  # fmt: skip
@click.option("--exit-zero", is_flag=True, help="Exit with 0, whatever is found.")
@click.option("--no-behaviour", is_flag=True, help="Say nothing on what a draft changes in the pack's cases.")
def command(
    files: tuple[str, ...],
    pack: str | None,
    form: str,
    output: Path | None,
    fail_level: str,
    exit_zero: bool,
    no_behaviour: bool,
) -> int:
    """Check policies, registers, policy tests and cases: everything that is wrong with them, at once.

    What a FILE is, is told by what it holds. Without FILE, all that belongs to the pack is checked: its versions, its
    registers, its tests and its examples. Cases are checked against the version that governs them. Errors keep a
    document from being used; warnings ask a person to look. `aftersale explain CODE` tells more about each.

    \b
    Examples:
      aftersale validate
      aftersale validate case.yaml
      aftersale validate --pack policies/mine --format json
      aftersale validate --fail-level warning --format sarif --output validate.sarif

    A draft without faults is compared with the version of the next lower number: in how many of the pack's policy
    tests and examples the decision changes, in which scenarios that the edit names none does, which scenarios it
    passes by, and what no case tries (with the formats text and json).

    Exits with 3 when there is an error, and with 1 when there are only warnings and --fail-level is warning.
    """
    from engine.cli.documents import Checker
    from engine.cli.hints import hints
    from engine.render.checked import Checked, checked_to

    checker = Checker(pack)
    if files:
        for file in files:
            checker.file(file)
    else:
        checker.everything()
    tests = () if files else checker.tests
    told = hints(pack, checker.versions, tests) if form in ("text", "json") and not no_behaviour else []
    checked = Checked(tuple(checker.checked), tuple(checker.found), tuple(told), strict=fail_level == "warning")
    with opened(output) as out:
        if form == "text":
            out.page(_page(checked, packs.named(pack)))
        else:
            out.data(checked_to(form, checked))
    if exit_zero:
        return exits.OK
    if checked.errors:
        return exits.INVALID
    return exits.FINDINGS if checked.found and checked.strict else exits.OK


def _page(checked: Checked, pack: str) -> Page:
    from engine.render.changes.hint import hint_to_page
    from engine.render.diagnostics import diagnostics_to_page, summary
    from engine.render.page import Piece

    found = checked.found
    page = diagnostics_to_page(found)
    page.gap()
    for name, kind in checked.files:
        own = [d for d in found if d.place and d.place.source.name == name]
        style: Style = "bad" if any(d.severity == "error" for d in own) else "warn"
        page.line(Piece(name, style if own else ""), Piece(f"  {kind}", "quiet"), f": {summary(own) or 'fine'}")
    if found:
        page.line(Piece(f"`aftersale explain {found[0].code}` tells more, as for every code", "quiet"))
    files = f"{len(checked.files)} file{'s' if len(checked.files) != 1 else ''} checked"
    result = Piece(summary(found), "bad" if checked.errors else "warn") if found else Piece("all is well", "good")
    page.line(f"{files}: ", result)
    for hint in checked.hints:
        hint_to_page(hint, page, pack)
    return page
