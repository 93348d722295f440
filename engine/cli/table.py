"""`table`: the framework table of a version."""

from __future__ import annotations

from pathlib import Path

import click

from engine.cli import exits, packs
from engine.cli.forms import form_option, output_option
from engine.cli.output import opened


@click.command(short_help="Show the framework table, one row per scenario.")
@click.argument("version", required=False, shell_complete=packs.complete_version)
@packs.pack_option
@form_option("text", "markdown", "html")
@output_option
def command(version: str | None, pack: str | None, form: str, output: Path | None) -> int:
    """Show the framework table: one row per scenario, with its periods, the evidence that each party owes, and its
    rules, in words. General rules and periods stand in every row that they serve. Default of VERSION: the one in force
    today.

    \b
    Examples:
      aftersale table
      aftersale table 1.0.0 --format html --output table.html
    """
    from engine.render.table.build import framework_table

    loaded, chosen = packs.version_named(pack, version)
    sheet = framework_table(chosen, loaded.registers)
    with opened(output) as out:
        if form == "markdown":
            from engine.render.table.markdown import table_to_markdown

            out.data(table_to_markdown(sheet))
        elif form == "html":
            from engine.render.table.html import table_to_html

            out.data(table_to_html(sheet))
        else:
            from engine.render.page import columns
            from engine.render.table.text import table_to_page

            out.page(table_to_page(sheet, columns()))
    return exits.OK
