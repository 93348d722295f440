"""Text for people: lines made of styled pieces, wrapped to a width, in colour where there is a terminal."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Final, Literal, NamedTuple, TextIO

Style = Literal["", "strong", "quiet", "good", "bad", "warn", "name"]
WIDEST: Final = 120  # longer lines are hard to read, however wide the terminal is
NARROWEST: Final = 40

# The attribute and the colour of a style, as terminals are told them (ECMA-48, SGR).
_SHOWN_AS: Final[dict[Style, tuple[str, str]]] = {
    "": ("", ""), "strong": ("1", ""), "quiet": ("2", ""), "good": ("", "32"), "bad": ("1", "31"), "warn": ("", "33"),
    "name": ("", "36"),
}  # fmt: skip


class Piece(NamedTuple):
    """Some text in one style."""

    text: str
    style: Style = ""


class Line(NamedTuple):
    """Pieces that follow each other. What does not fit goes on in the next line, after `hang` columns.

    A line that is `fixed` is left as long as it is."""

    pieces: tuple[Piece, ...]
    indent: int = 0
    hang: int = 0
    fixed: bool = False


class Page:
    """Lines that are collected, and shown in the end."""

    __slots__ = ("lines",)

    def __init__(self, lines: Sequence[Line] = ()) -> None:
        self.lines = list(lines)

    def heading(self, text: str) -> None:
        """A heading, after an empty line unless it is the first."""
        self.gap()
        self.lines.append(Line((Piece(text, "strong"),)))

    def line(self, *pieces: Piece | str, indent: int = 0, hang: int | None = None) -> None:
        """A line; its continuations are indented like it, or by `hang` columns."""
        self.lines.append(Line(_pieces(pieces), indent, indent if hang is None else hang))

    def item(self, label: Piece | str, *pieces: Piece | str, indent: int = 2, column: int = 20) -> None:
        """A label, and a text that begins at a column: in the next line, where the label is too long."""
        name = _pieces((label,))[0]
        room = column - indent - cells(name.text)
        if room < 1:
            self.lines.append(Line((name,), indent, indent))
            self.lines.append(Line(_pieces(pieces), column, column))
        else:
            self.lines.append(Line((name, Piece(" " * room), *_pieces(pieces)), indent, column))

    def fixed(self, *pieces: Piece | str, indent: int = 0) -> None:
        """A line that must not be wrapped, such as one of a file."""
        self.lines.append(Line(_pieces(pieces), indent, fixed=True))

    def gap(self) -> None:
        """An empty line, unless there is one or nothing came before it."""
        if self.lines and self.lines[-1].pieces:
            self.lines.append(Line(()))


def shown(page: Page, stream: TextIO | None) -> str:
    """The page as text for a stream: in colour on a terminal that has any, plain elsewhere.

    It is as wide as the terminal; where there is none, as COLUMNS says, or 80 columns. A FORCE_COLOR that is not empty
    asks for colour anywhere, NO_COLOR for none: what is bold or dim stays."""
    width, asked = columns(), os.environ
    forced = asked.get("FORCE_COLOR")
    terminal = bool(forced) if forced is not None else stream is not None and stream.isatty()
    if not terminal or stream is None or asked.get("TERM", "").lower() in ("dumb", "unknown"):
        return in_columns(page, width)
    coloured = not asked.get("NO_COLOR")
    codes = {style: _codes(*shown_as, coloured) for style, shown_as in _SHOWN_AS.items()}
    return "".join(_in_colour(row, codes) + "\n" for line in page.lines for row in wrap(line, width))


def columns() -> int:
    """The columns of the terminal; where there is none, what COLUMNS says, or 80."""
    return max(NARROWEST, min(WIDEST, _terminal_columns()))


def _terminal_columns() -> int:
    """As `shutil.get_terminal_size` finds them; that takes a while to load."""
    try:
        asked = int(os.environ["COLUMNS"])
    except (KeyError, ValueError):
        asked = 0
    if asked > 0:
        return asked
    try:
        return os.get_terminal_size(sys.__stdout__.fileno()).columns or 80  # type: ignore[union-attr]
    except (AttributeError, ValueError, OSError):
        return 80


def in_columns(page: Page, width: int) -> str:
    """The page as plain text of this width, wherever it is shown."""
    wrapped = (row for line in page.lines for row in wrap(line, width))
    return "".join("".join(piece.text for piece in row).rstrip() + "\n" for row in wrapped)


def _codes(attribute: str, colour: str, coloured: bool) -> str:
    """What tells a terminal to write in a style; empty for plain text."""
    numbers = ";".join(filter(None, (attribute, colour if coloured else "")))
    return f"\x1b[{numbers}m" if numbers else ""


def _in_colour(row: Iterable[Piece], codes: dict[Style, str]) -> str:
    runs = ((codes[style], "".join(piece.text for piece in run)) for style, run in groupby(row, lambda p: p.style))
    return "".join(f"{code}{text}\x1b[0m" if code and text else text for code, text in runs)


# ------------------------------------------------------------------------------------------------------------ wrapping


def wrap(line: Line, width: int) -> Iterator[list[Piece]]:
    """The rows of a line at a width: broken at spaces, and inside a word only where it is longer than a row."""
    row: list[Piece] = [Piece(" " * line.indent)] if line.indent and line.pieces else []
    if line.fixed or not line.pieces:
        yield [*row, *line.pieces]
        return
    used, begun = line.indent, False
    for word, space in _words(line.pieces):
        size = sum(cells(piece.text) for piece in word)
        gap = sum(cells(piece.text) for piece in space)
        if begun and used + gap + size > width:
            yield row
            row, used, begun = [Piece(" " * line.hang)], line.hang, False
        elif space and (begun or used + gap + size <= width):
            row.extend(space)
            used += gap
        for piece in word:
            for part in _parts(piece, width, used, line.hang):
                if used + cells(part.text) > width and begun:
                    yield row
                    row, used = [Piece(" " * line.hang)], line.hang
                row.append(part)
                used += cells(part.text)
                begun = True
    yield row


def _words(pieces: Iterable[Piece]) -> Iterator[tuple[list[Piece], list[Piece]]]:
    """Each word, which may change its style on the way, with the spaces before it."""
    word: list[Piece] = []
    space: list[Piece] = []
    for piece in pieces:
        start = 0
        while start < len(piece.text):
            is_space = piece.text[start] == " "
            end = start
            while end < len(piece.text) and (piece.text[end] == " ") == is_space:
                end += 1
            if is_space and word:
                yield word, space
                word, space = [], []
            (space if is_space else word).append(Piece(piece.text[start:end], piece.style))
            start = end
    if word:
        yield word, space


def _parts(piece: Piece, width: int, used: int, hang: int) -> Iterator[Piece]:
    """A piece of a word, cut into parts that fit in a row when it is longer than a whole one."""
    if cells(piece.text) <= width - hang:
        yield piece
        return
    part, size, room = "", 0, width - used
    for character in piece.text:
        if part and size + cells(character) > room:
            yield Piece(part, piece.style)
            part, size, room = "", 0, width - hang
        part += character
        size += cells(character)
    yield Piece(part, piece.style)


def cells(text: str) -> int:
    """How many columns a text takes on a terminal."""
    if text.isascii():
        return len(text)
    import unicodedata

    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _pieces(given: Iterable[Piece | str]) -> tuple[Piece, ...]:
    return tuple(Piece(clean(p)) if isinstance(p, str) else Piece(clean(p.text), p.style) for p in given if p != "")


def clean(text: str) -> str:
    """The text with what could move the cursor or hide something written as an escape."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else " " if c in "\t\n" else f"\\u{ord(c):04x}" for c in text)
