"""`fmt`: put YAML documents in one layout."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from engine.cli import exits, packs, sources
from engine.cli.output import opened
from engine.diagnostics import InvalidDocument

if TYPE_CHECKING:
    from engine.render.page import Page, Style

YAML: Final = (".yaml", ".yml")
STYLES: Final[dict[str, Style]] = {"+": "good", "-": "bad", "@": "quiet"}


@click.command(short_help="Put YAML documents in one layout.")
@click.argument("files", nargs=-1, metavar="[FILE]...")
@click.option("--check", is_flag=True, help="Change nothing; exit with 1 when a file would change.")
@click.option("--diff", is_flag=True, help="Change nothing; show what would change.")
@packs.pack_option
def command(files: tuple[str, ...], check: bool, diff: bool, pack: str | None) -> int:
    """Put YAML documents in one layout: two spaces a level, quotes where they are needed, no line longer than 120
    characters. Every comment is kept, and what a document says stays the same: so does the digest of a version.

    Without FILE, all YAML documents of the pack; `-` formats standard input to standard output.

    \b
    Examples:
      aftersale fmt
      aftersale fmt policies/mine/1.1.0.yaml --diff
      aftersale fmt --check

    Exits with 1 when --check finds a file that would change, with 3 when a document cannot be read.
    """
    if files == (sources.STDIN,):
        return _stdin()
    changed, same, wrong = [], 0, False
    with opened(None) as out:
        for path in map(Path, files) if files else _of_pack(pack):
            try:
                new, old = _formatted(path)
            except InvalidDocument as problem:
                wrong = True
                _complain(problem)
                continue
            if new == old:
                same += 1
                continue
            changed.append(path)
            if diff:
                out.page(_diff(path, old, new))
            elif not check:
                _write(path, new)
        out.page(_summary(changed, same, check or diff))
    return exits.INVALID if wrong else exits.FINDINGS if check and changed else exits.OK


def _of_pack(pack: str | None) -> Iterator[Path]:
    """The YAML documents of a pack: versions, registers, ledger, tests, examples and notices."""

    folder = packs.find(pack)
    for below in (folder, *(folder / name for name in ("tests", "examples", "notices"))):
        yield from (path for path in sorted(below.glob("*")) if path.suffix in YAML and path.is_file())


def _formatted(path: Path) -> tuple[str, str]:
    """The text of a file in our layout, and as it is. Raises InvalidDocument."""
    if path.suffix.lower() == ".json" or sources.is_lines(path.name):
        raise click.UsageError(f"{path} is JSON; only YAML is formatted")
    from engine.document import read_source
    from engine.document.formatted import formatted

    source = read_source(path)
    return formatted(source), source.text


def _write(path: Path, text: str) -> None:
    from engine.library.writing import Changed, replace_file

    try:
        replace_file(path, text, path.read_bytes())
    except Changed:
        raise click.ClickException(f"{path} was changed while it was formatted; nothing was written to it") from None


def _stdin() -> int:
    from engine.document import decode_source
    from engine.document.formatted import formatted

    if sys.stdin is None:
        raise click.UsageError("standard input is closed")
    source = decode_source(sources.STDIN_NAME, sys.stdin.buffer.read())
    with opened(None) as out:
        out.data(formatted(source))
    return exits.OK


def _diff(path: Path, old: str, new: str) -> Page:
    from engine.render.page import Page, Piece

    page = Page()
    for line in difflib.unified_diff(old.splitlines(), new.splitlines(), str(path), f"{path} (formatted)", lineterm=""):
        page.fixed(Piece(line, STYLES.get(line[:1], "")))
    return page


def _summary(changed: list[Path], same: int, only_told: bool) -> Page:
    from engine.render.page import Page, Piece

    page = Page()
    for path in changed:
        page.line("would be formatted: " if only_told else "formatted: ", Piece(str(path), "name"))
    files = f"{same} file{'s' if same != 1 else ''} in order already"
    page.line(f"{len(changed)} {'to be ' if only_told else ''}formatted, {files}")
    return page


def _complain(problem: InvalidDocument) -> None:
    from engine.render.diagnostics import diagnostics_to_page
    from engine.render.page import shown

    click.echo(shown(diagnostics_to_page(problem.diagnostics), sys.stderr), err=True, nl=False, color=True)
