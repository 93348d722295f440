"""Pages on a terminal: as wide as it is, and in the colours that it has."""

from __future__ import annotations

import io
import shutil
from itertools import product
from typing import get_args

import pytest
from rich.console import Console
from rich.text import Text

from engine.render.page import NARROWEST, WIDEST, Page, Piece, Style, columns, in_columns, shown

STYLES = {
    "": "", "strong": "bold", "quiet": "dim", "good": "green", "bad": "bold red", "warn": "yellow", "name": "cyan",
}  # fmt: skip
SETTINGS = ("TERM", "NO_COLOR", "FORCE_COLOR", "COLORTERM", "COLUMNS", "LINES")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("term", "no_color", "forced", "stream"),
    list(product(["xterm-256color", "dumb", ""], ["", "1"], [None, "", "1"], [Terminal, io.StringIO])),
)
def test_colours_are_those_that_rich_gives(
    term: str, no_color: str, forced: str | None, stream: type[io.StringIO], monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = {"TERM": term, "NO_COLOR": no_color, "FORCE_COLOR": forced}
    for name in SETTINGS:
        monkeypatch.delenv(name, raising=False)
    for name, value in settings.items():
        if value is not None:
            monkeypatch.setenv(name, value)
    assert set(get_args(Style)) == STYLES.keys()
    page, file = Page(), stream()
    console = Console(file=file, highlight=False, markup=False, emoji=False, soft_wrap=True)
    for style, rich in STYLES.items():
        page.line(Piece("one", style), "two", Piece("", style), Piece("three", style))
        console.print(Text.assemble(("one", rich), "two", ("three", rich)))
    page.gap()
    console.print()
    assert shown(page, file) == file.getvalue()


def test_without_a_stream_there_are_none() -> None:
    page = Page()
    page.line(Piece("one", "bad"))
    assert shown(page, None) == in_columns(page, 80) == "one\n"


@pytest.mark.parametrize("asked", [None, "", "0", "-1", "60", "060", "many", "1000", "10", " 70 "])
@pytest.mark.parametrize("lines", [None, "30"])
def test_the_width_is_that_of_the_terminal(
    asked: str | None, lines: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("COLUMNS", asked), ("LINES", lines)):
        monkeypatch.delenv(name, raising=False)
        if value is not None:
            monkeypatch.setenv(name, value)
    assert columns() == max(NARROWEST, min(WIDEST, shutil.get_terminal_size((80, 24)).columns))
