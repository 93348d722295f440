"""Compiled rows for people to read: the source with its constants, and how much there is of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from engine.backends.compiled.generated import Generated
from engine.render.page import Page, Piece

COLUMN: Final = 26


def compiled_to_source(generated: Generated) -> str:
    """The source with its constants behind it, as text that says everything that runs."""
    constants = "\n".join(f"{name} = {_shown(value)}" for name, value in generated.constants.items())
    return f"{generated.source}\n\n{constants}\n" if constants else generated.source


def _shown(value: object) -> str:
    """A constant as it may be written; sets in order, so that the text is the same every time."""
    match value:
        case frozenset():
            return f"frozenset({{{', '.join(map(repr, sorted(value)))}}})" if value else "frozenset()"
        case tuple() if hasattr(value, "_fields"):
            return f"{type(value).__name__}({', '.join(map(_shown, value))})"
        case tuple():
            return f"({', '.join(map(_shown, value))}{',' if len(value) == 1 else ''})"
        case _:
            return repr(value)


def compiled_to_page(title: str, rows: Mapping[str, Generated]) -> Page:
    """How much Python each row comes to."""
    page = Page()
    page.line(Piece(title, "strong"))
    for name, generated in rows.items():
        lines = generated.source.count("\n")
        functions = generated.source.count("\ndef ")
        much = f"{lines:,} lines, {functions} functions, {len(generated.constants)} constants"
        page.item(Piece(name, "name"), much, column=COLUMN)
    return page
