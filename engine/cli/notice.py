"""`notice`: what each reader is written about the decision of a case."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

import click

from engine.cli import exits, packs
from engine.cli.forms import output_option
from engine.cli.one_case import OneCase, one_case, options
from engine.cli.output import Output, opened
from engine.diagnostics import did_you_mean, quoted

if TYPE_CHECKING:
    from engine.notices import Letter, Notices

EVERYBODY: Final = "all"
DEFAULT: Final = "en"


@click.command(short_help="Write to each party, and to a reviewer, what was decided and what to do by when.")
@options
@click.option("--to", "reader", metavar="READER", required=True, help="Who is written to; `all` for everybody.")
@click.option(
    "--language", "languages", multiple=True, metavar="[READER=]LANGUAGE",
    help="The language, or that of one reader. Default: en, or the only one there is.",
)  # fmt: skip
@click.option(
    "--zone", "zones", multiple=True, metavar="[READER=]ZONE",
    help="The reader's own time zone, such as America/New_York. Default: that of the dispute.",
)  # fmt: skip
@click.option(
    "--format", "form", type=click.Choice(["text", "markdown", "html"]), default="text",
    help="text to read or to send, markdown for a document, html for a page that stands alone.",
)  # fmt: skip
@output_option
def command(
    case: str,
    as_of: datetime | None,
    version: str | None,
    pack: str | None,
    reader: str,
    languages: tuple[str, ...],
    zones: tuple[str, ...],
    form: str,
    output: Path | None,
) -> int:
    """Write to a reader what was decided: the outcome, the reasons with their clauses, what to do by when in the
    reader's own time zone, and how to disagree. What belongs to the other side is not shown.

    Who can be written to, what each may see and every sentence stand in the folder `notices` of the pack.

    \b
    Examples:
      aftersale notice case.yaml --to READER
      aftersale notice case.yaml --to READER --language es --zone America/New_York
      aftersale notice case.yaml --to READER --format html --output notice.html
      aftersale notice case.yaml --to all --zone READER=Asia/Shanghai --output letters/

    With `--to all`, --output is a folder: one file for each reader, called by its name.

    Exits with 4 when a fact is missing that decides; the letter then says what is needed.
    """
    one = one_case(case, pack, version, as_of)
    notices = _notices(one)
    _of(reader, [*notices.readers, EVERYBODY], "reader")
    language = _each(languages, notices.readers, lambda name: _of(name, notices.languages, "language"))
    zone = _each(zones, notices.readers, _zone)
    decision = one.version.decide(one.case, one.as_of)
    default = DEFAULT if DEFAULT in notices.languages else notices.languages[0]

    def letter(name: str) -> Letter:
        chosen = language.get(name, language.get("", default))
        return notices.letter(
            one.version, one.case, decision, name, chosen, zone.get(name, zone.get("", None)), one.title
        )

    if reader == EVERYBODY:
        _write_all(map(letter, notices.readers), form, output)
    else:
        written = letter(reader)
        with opened(output) as out:
            _write(written, form, out)
    return exits.OK if decision.determined else exits.UNDETERMINED


def _notices(one: OneCase) -> Notices:
    """The notices of the case's pack. Raises UsageError where there are none, InvalidDocument where they are wrong."""
    from engine.notices import NoNotices, load_notices

    try:
        notices = load_notices(packs.load(str(one.pack.folder)))
    except NoNotices as problem:
        raise click.UsageError(str(problem)) from None
    if not notices.languages:
        raise click.UsageError(f"the pack {one.pack.name!r} has no language to write notices in")
    return notices


def _each(given: Iterable[str], readers: Iterable[str], read: Callable[[str], Any]) -> Mapping[str, Any]:
    """What an option says by reader; under the empty name what it says for all who are not named."""
    found: dict[str, Any] = {}
    for one in given:
        reader, equals, value = one.rpartition("=")
        found[_of(reader, readers, "reader") if equals else ""] = read(value)
    return found


def _of(name: str, names: Iterable[str], what: str) -> str:
    """A name that is one of those. Raises UsageError for another."""
    known = list(names)
    if name not in known:
        hint = did_you_mean(name, known) or f"there are {', '.join(known)}"
        raise click.UsageError(f"no {what} {quoted(name)}; {hint}")
    return name


def _zone(name: str) -> ZoneInfo:
    from engine.clock import BadTime, zone

    try:
        return zone(name)
    except BadTime as problem:
        raise click.UsageError(str(problem)) from None


def _write_all(letters: Iterable[Letter], form: str, folder: Path | None) -> None:
    """One file for each reader. All letters are made before the first one is written."""
    from engine.render.notice import SUFFIXES

    if folder is None:
        raise click.UsageError("with `--to all`, name a folder: `--output letters/`")
    ready = list(letters)
    if folder.exists() and not folder.is_dir():
        raise click.UsageError(f"{folder} is not a folder")
    folder.mkdir(parents=True, exist_ok=True)
    for letter in ready:
        path = folder / f"{letter.reader}.{SUFFIXES[form]}"
        with opened(path) as out:
            _write(letter, form, out)
        click.echo(str(path))


def _write(letter: Letter, form: str, out: Output) -> None:
    from engine.render import notice

    if form == "html":
        out.data(notice.letter_to_html(letter))
    elif form == "markdown":
        out.data(notice.letter_to_markdown(letter))
    else:
        out.page(notice.letter_to_page(letter))
