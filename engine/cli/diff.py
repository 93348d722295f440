"""`diff`: what differs between two versions, and what that does to cases."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from engine.cli import exits, packs
from engine.cli.forms import form_option, output_option
from engine.cli.output import opened


@click.command(short_help="Show what differs between two versions, and which cases they decide otherwise.")
@click.argument("before", shell_complete=packs.complete_version)
@click.argument("after", shell_complete=packs.complete_version)
@packs.pack_option
@click.option(
    "--cases", "files", multiple=True, metavar="FILE",
    help="Decide these cases, too: YAML, JSON, JSON Lines. May be given more than once.",
)  # fmt: skip
@click.option(
    "--as-of", callback=packs.instant, metavar="INSTANT",
    help="The moment at which cases of --cases are decided that name none. Default: now.",
)  # fmt: skip
@click.option("--no-behaviour", is_flag=True, help="Compare the versions alone; decide no case.")
@form_option("text", "json", "markdown")
@output_option
@click.option(
    "--limit", type=click.IntRange(min=0), default=10, metavar="N",
    help="Tell at most N cases of a kind one by one; 0 for all. Default: 10. json has all.",
)  # fmt: skip
@click.option("--exit-code", is_flag=True, help="Exit with 1 when anything differs, with 0 when nothing does.")
def command(
    before: str,
    after: str,
    pack: str | None,
    files: tuple[str, ...],
    as_of: datetime | None,
    no_behaviour: bool,
    form: str,
    output: Path | None,
    limit: int,
    exit_code: bool,
) -> int:
    """Show what differs between two versions, and which cases they decide otherwise.

    BEFORE and AFTER are versions of the pack, or files. What differs is told in the words of the framework table: in
    which scenario, in which column, from what to what, with the clauses that came and went. A change of a general part
    is told once, with the scenarios that it takes effect in and those that it passes by. Then every policy test and
    every example of the pack is decided under both versions at its own moment, whatever it expects.

    \b
    Examples:
      aftersale diff 1.0.0 1.1.0
      aftersale diff 1.0.0 1.1.0 --cases last-month.jsonl
      aftersale diff 1.0.0 1.1.0 --format markdown --output announcement.md

    Exits with 0, whether or not anything differs; with --exit-code, with 1 when something does.
    """
    from engine.analysis.compare_versions import differences
    from engine.cli.compared import behaviour_of, two_versions
    from engine.render.changes.build import announced

    if no_behaviour and files:
        raise click.UsageError("`--cases` and `--no-behaviour` exclude each other")
    pair = two_versions(pack, before, after)
    found = differences(pair.before, pair.after)
    behaviour = None if no_behaviour else behaviour_of(pair, files, as_of or packs.now(), output)
    told = announced(found, pair.registers, pair.begins)
    with opened(output) as out:
        if form == "json":
            from engine.render.changes.data import comparison_to_data

            out.json(comparison_to_data(told, behaviour))
        elif form == "markdown":
            from engine.render.changes.markdown import comparison_to_markdown

            out.data(comparison_to_markdown(told, behaviour, limit))
        else:
            from engine.render.changes.text import comparison_to_page

            out.page(comparison_to_page(told, behaviour, limit))
    differs = bool(found.changes) or (behaviour is not None and bool(behaviour.changes))
    return exits.FINDINGS if exit_code and differs else exits.OK
