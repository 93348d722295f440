"""`new`: begin a version as a copy of another."""

from __future__ import annotations

from datetime import date

import click

from engine.cli import exits, packs
from engine.cli import schema as schemas
from engine.cli.output import opened

COLUMN = 46


@click.command(short_help="Begin a version as a copy of another one.")
@click.argument("version")
@click.option(
    "--from", "old", metavar="VERSION", required=True, shell_complete=packs.complete_version,
    help="The version to copy: usually the one that is in force.",
)  # fmt: skip
@click.option(
    "--effective-from", "first_day", callback=packs.day, metavar="DATE",
    help="The first local day of filing that it is meant for. Default: left open until it is published.",
)  # fmt: skip
@packs.pack_option
def command(version: str, old: str, first_day: date | None, pack: str | None) -> int:
    """Begin a version as a copy of another one: a draft, which governs nothing until it is published.

    The copy keeps every comment. It has the new number, no first day unless you name one, and no changes told yet.
    The schemas that an editor reads are written for it, too.

    \b
    Examples:
      aftersale new 1.0.1 --from 1.0.0
      aftersale new 1.0.1 --from 1.0.0 --effective-from 2027-03-01
    """
    from engine.publishing.begin import begin
    from engine.render.page import Page, Piece

    folder = packs.find(pack)
    file = begin(folder, version, old, first_day)
    schemas.write({path: text for path, text in schemas.stale(folder).items() if path.name.startswith(f"{version}.")})
    page = Page()
    page.line(Piece(str(file), "name"), f": a draft, as a copy of {old}")
    for what, how in (
        ("change it, and say under `changes:` what changes", "an editor"),
        ("let the editor know what you declare", "aftersale schema --write"),
        ("see what is wrong with it", "aftersale validate"),
        ("see what your change changes", f"aftersale diff {old} {version}"),
        ("try a case", f"aftersale decide CASE --policy {version}"),
        ("put it in force", f"aftersale publish {version}" + ("" if first_day else " --from DATE")),
    ):
        page.item(Piece(how + (packs.named(pack) if how.startswith("aftersale") else ""), "name"), what, column=COLUMN)
    with opened(None) as out:
        out.page(page)
    return exits.OK
