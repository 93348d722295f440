"""Diagnostics for people (with the line and a caret), for programs (plain data), and in one line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from engine.diagnostics import Diagnostic, dotted
from engine.render.page import Page, Piece, Style, cells, clean
from engine.source import Place

MARGIN = 5  # columns for the number of a line
LONGEST = 100  # columns of a line that are shown
BEFORE = 60  # of them at most before the caret


def diagnostics_to_page(found: Iterable[Diagnostic]) -> Page:
    """Each problem with its place, its line, a caret below it, and its hint."""
    page = Page()
    for diagnostic in found:
        style: Style = "bad" if diagnostic.severity == "error" else "warn"
        where = _where(diagnostic)
        page.fixed(
            Piece(f"{where}: " if where else "", "strong"),
            Piece(f"{diagnostic.severity}[{diagnostic.code}]", style),
            Piece(f": {clean(diagnostic.message)}", "strong"),
        )
        if diagnostic.place:
            _quote(page, diagnostic.place, style)
        for message, place in diagnostic.related:
            page.fixed(Piece("note", "name"), f": {message}: {place}", indent=3)
            _quote(page, place, "name")
        if diagnostic.help:
            page.line(Piece("help", "good"), f": {diagnostic.help}", indent=3, hang=9)
    return page


def diagnostic_to_line(diagnostic: Diagnostic) -> str:
    """The problem in one line: place, severity, code, message and hint."""
    return clean(str(diagnostic))


def summary(found: Sequence[Diagnostic]) -> str:
    """How many errors and warnings these are: `2 errors, 1 warning`; empty for none."""
    errors = sum(d.severity == "error" for d in found)
    counts = ((errors, "error"), (len(found) - errors, "warning"))
    return ", ".join(f"{count} {word}{'s' if count > 1 else ''}" for count, word in counts if count)


def _where(diagnostic: Diagnostic) -> str:
    if diagnostic.place is None:
        return dotted(diagnostic.path)
    return str(diagnostic.place) if diagnostic.place.source.text else diagnostic.place.source.name


def _quote(page: Page, place: Place, style: Style) -> None:
    """The line of a place, with a caret below it. Nothing, where the source has no such line."""
    line = place.source.line(place.line)
    if not line.strip():
        return
    start = min(place.column - 1, len(line))
    end = place.end_column - 1 if place.end_line == place.line else len(line)
    cut = max(0, start - BEFORE)
    shown = _visible(line[cut : cut + LONGEST])
    before = _visible(line[cut:start])
    marked = _visible(line[start : max(start + 1, min(end, cut + LONGEST))]) or " "
    dots = ("..." if cut else "", "..." if len(line) > cut + LONGEST else "")
    number = Piece(f"{place.line:>{MARGIN}} | ", "quiet")
    page.fixed(number, f"{dots[0]}{shown}{dots[1]}")
    carets = "^" * max(1, cells(marked))
    page.fixed(Piece(" " * MARGIN + " | ", "quiet"), " " * (len(dots[0]) + cells(before)), Piece(carets, style))


def _visible(text: str) -> str:
    return clean(text.replace("\t", "    "))
