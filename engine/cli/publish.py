"""`publish`: put a version in force from a day on."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from engine.cli import exits, packs
from engine.cli.compared import OwnCases
from engine.cli.output import opened
from engine.diagnostics import InvalidDocument

if TYPE_CHECKING:
    from engine.diagnostics import Diagnostic
    from engine.pack import Pack
    from engine.publishing.publish import Plan
    from engine.render.page import Page
    from engine.testing.run import VersionRun

MOST = 2000  # characters that a sentence of the ledger may have


@click.command(short_help="Put a version in force from a day on.")
@click.argument("version", shell_complete=packs.complete_version)
@click.option(
    "--from", "first_day", callback=packs.day, metavar="DATE",
    help="The first local day of filing that falls under it. Default: `effective_from` of the version.",
)  # fmt: skip
@click.option("--by", metavar="NAME", help="Who publishes it. Asked for on a terminal.")
@click.option("--why", metavar="TEXT", help="Why, in a sentence. Asked for on a terminal.")
@click.option(
    "--supersedes", metavar="VERSION", shell_complete=packs.complete_version,
    help="The published version that it corrects: from DATE on, which may lie in the past, it takes its place.",
)  # fmt: skip
@click.option("--backdated", is_flag=True, help="Let DATE lie in the past, though nothing is corrected.")
@click.option(
    "--cases", "files", multiple=True, metavar="FILE",
    help="Show which of these cases come under the version, and in what their decisions differ. May be repeated.",
)  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Show what would change, and change nothing.")
@click.option("--yes", is_flag=True, help="Do not ask before publishing.")
@packs.pack_option
def command(
    version: str,
    first_day: date | None,
    by: str | None,
    why: str | None,
    supersedes: str | None,
    backdated: bool,
    files: tuple[str, ...],
    dry_run: bool,
    yes: bool,
    pack: str | None,
) -> int:
    """Put a version in force: cases filed from a day on are decided by it.

    The whole pack is checked first and the policy tests of the version are run; an error or a failed test is in the
    way. Then you see what changes and are asked. Publishing adds one entry to `published.yaml`, at once or not at all.
    The version itself must never be changed again: what was wrong with it is corrected by a version that supersedes it.

    \b
    Examples:
      aftersale publish 1.1.0 --from 2027-03-01 --by "A. Reader" --why "Longer period for damaged packages."
      aftersale publish 1.1.0 --dry-run
      aftersale publish 1.0.1 --supersedes 1.0.0 --from 2025-11-01 --cases decided.jsonl

    Exits with 1 when a policy test fails or you say no, with 3 when something else is in the way.
    """
    from engine.publishing.publish import Wish, carry_out, plan, written_ledger
    from engine.publishing.tried import tried
    from engine.render.publication_to_text import plan_to_page

    asks = _on_terminal() and not yes
    if not (yes or dry_run or asks):
        raise click.UsageError("say `--yes` to publish without being asked, or `--dry-run` to publish nothing")
    folder = _folder(pack)
    written = written_ledger(folder)
    loaded = _checked(folder, version)
    by, why = _word("by", by, asks, dry_run, _me()), _word("why", why, asks, dry_run, None)
    planned = plan(
        loaded, written, Wish(version, first_day, by, why, supersedes, backdated), packs.now(), packs.today()
    )
    run = tried(loaded, planned.version)
    if not run.passed:
        _show(_failures(run))
        return exits.FINDINGS
    _show(plan_to_page(planned, run, packs.today()))
    if files:
        click.echo()
        _show(_moved(planned, files))
    if dry_run:
        click.echo("\nnothing was changed (--dry-run)")
        return exits.OK
    if asks and not click.confirm("\nPublish it?"):
        click.echo("nothing was changed")
        return exits.FINDINGS
    carry_out(planned)
    click.echo(f"\npublished: {version} stands in {folder / 'published.yaml'}")
    return exits.OK


def _folder(pack: str | None) -> Path:

    return packs.find(pack)


def _on_terminal() -> bool:
    return sys.stdin is not None and sys.stdin.isatty() and sys.stdout.isatty()


def _word(name: str, given: str | None, asks: bool, dry_run: bool, proposal: str | None) -> str:
    """What the ledger will say under a key: given as an option, or asked for on a terminal."""
    if given is None and dry_run:
        return proposal or "(not said)"
    if given is None and not asks:
        raise click.UsageError(f"say `--{name}`: the ledger keeps who published a version and why")
    if given is None:
        given = click.prompt("Who publishes it" if name == "by" else "Why, in a sentence", default=proposal)
    text = " ".join(str(given).split())
    if not text or len(text) > MOST or not text.isprintable():
        raise click.BadParameter(f"write at most {MOST} printable characters", param_hint=f"--{name}")
    return text


def _me() -> str | None:
    """The name to propose: that of the user of this machine."""
    import getpass

    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return None


# ------------------------------------------------------------------------------------------------- what is in the way


def _checked(folder: Path, version: str) -> Pack:
    """The pack, when nothing in it is wrong that stands in the way; warnings are shown. Faults of other drafts do not.

    Raises InvalidDocument with everything that does, and for a version that is not there."""
    from engine.cli.documents import Checker
    from engine.pack import unknown_version

    checker = Checker(str(folder))
    checker.everything()
    pack = checker.pack()
    if pack is None or not (pack.versions or pack.faults):
        raise InvalidDocument(checker.found)
    if version not in pack.versions and version not in pack.faults:
        raise unknown_version(version, {**pack.versions, **pack.faults})
    others = {one for name, faults in pack.faults.items() if name != version for one in faults}
    found = [one for one in checker.found if one not in others]
    if any(one.severity == "error" for one in found):
        raise InvalidDocument(found)
    _complain(found)
    return pack


def _complain(found: list[Diagnostic]) -> None:
    from engine.render.diagnostics import diagnostics_to_page
    from engine.render.page import shown

    if found:
        click.echo(shown(diagnostics_to_page(found), sys.stderr), err=True, color=True)


def _failures(run: VersionRun) -> Page:
    from engine.render.page import Piece
    from engine.render.tests_to_text import runs_to_page

    page = runs_to_page([run])
    page.gap()
    page.line(Piece("not published", "bad"), ": the version does not do what its policy tests say")
    return page


# ------------------------------------------------------------------------------------------------- cases that it moves


def _moved(planned: Plan, files: tuple[str, ...]) -> Page:
    from engine.publishing.affected import moved
    from engine.render.publication_to_text import moved_to_page

    own = OwnCases(packs.now())
    cases = [case for file in files for case in own.read(file)]
    _complain([found for one in own.broken for found in one.problem.diagnostics])
    return moved_to_page(moved(planned, cases))


def _show(page: Page) -> None:
    with opened(None) as out:
        out.page(page)
