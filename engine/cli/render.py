"""`render`: a version as one page for readers."""

from __future__ import annotations

from pathlib import Path

import click

from engine.cli import exits, packs
from engine.cli.forms import form_option, output_option
from engine.cli.output import opened


@click.command(short_help="Show a whole version as one page for readers.")
@click.argument("version", required=False, shell_complete=packs.complete_version)
@packs.pack_option
@form_option("html", "markdown")
@output_option
def command(version: str | None, pack: str | None, form: str, output: Path | None) -> int:
    """Show a whole version as one page for readers, in words: the framework table, the rules of every scenario in the
    order in which they are read, the general rules, the words, and the published page clause by clause with what rests
    on it. Nobody needs to know YAML to check it against the published page. Default of VERSION: the one in force today.

    \b
    Examples:
      aftersale render --output policy.html
      aftersale render 1.0.0 --format markdown --output policy.md
    """
    from engine.render.reader.build import reader_page

    loaded, chosen = packs.version_named(pack, version)
    page = reader_page(loaded, chosen, packs.version_before(loaded, chosen))
    with opened(output) as out:
        if form == "markdown":
            from engine.render.reader.markdown import reader_to_markdown

            out.data(reader_to_markdown(page))
        else:
            from engine.render.reader.html import reader_to_html

            out.data(reader_to_html(page))
    return exits.OK
