"""`words`: every word that a version offers."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import click

from engine.cli import exits, packs
from engine.cli.forms import form_option, output_option
from engine.cli.output import opened

VERSION: Final = re.compile(r"\d+(\.\d+)*")


@click.command(short_help="Print every word that a version offers, with an example each.")
@click.argument("version", required=False, shell_complete=packs.complete_version)
@click.argument("word", required=False)
@packs.pack_option
@form_option("text", "markdown", "json")
@output_option
def command(version: str | None, word: str | None, pack: str | None, form: str, output: Path | None) -> int:
    """Print every word that a version offers, with one line and one example each: facts with what their absence means,
    names, what parties, windows and tables give, functions, what rules may say, keys, clauses and readings. With WORD
    only those that have it in their name, or else in their meaning. Default of VERSION: the one in force today.

    \b
    Examples:
      aftersale words 1.0.0
      aftersale words shipping
      aftersale words 1.0.0 --format markdown --output WORDS.md
    """
    from engine.analysis.vocabulary.build import nearest, only, vocabulary

    if version is not None and word is None and not VERSION.fullmatch(version):
        version, word = None, version
    loaded, chosen = packs.version_named(pack, version)
    whole = found = vocabulary(chosen, loaded.registers)
    if word is not None:
        found = only(whole, word)
        if not found.sections and not found.not_known:
            hint = nearest(whole, word) or "`aftersale words` prints all of them"
            raise click.UsageError(f"version {chosen.name} has no word with {word!r} in it; {hint}")
    with opened(output) as out:
        if form == "json":
            from engine.render.vocabulary import vocabulary_to_data

            out.json(vocabulary_to_data(found))
        elif form == "markdown":
            from engine.render.vocabulary import vocabulary_to_markdown

            out.data(vocabulary_to_markdown(found))
        else:
            from engine.render.vocabulary import vocabulary_to_page

            out.page(vocabulary_to_page(found))
    return exits.OK
