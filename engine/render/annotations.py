"""Lines by which GitHub shows a message at a place of a file."""

from __future__ import annotations

from typing import Final, Literal

from engine.source import Place

Level = Literal["error", "warning", "notice"]
IN_TEXT: Final = (("%", "%25"), ("\r", "%0D"), ("\n", "%0A"))
IN_PROPERTIES: Final = (*IN_TEXT, (":", "%3A"), (",", "%2C"))


def annotation(level: Level, message: str, title: str, place: Place | None = None) -> str:
    """One command for the runner, on one line. Without a place, the message belongs to the whole run."""
    properties = {}
    if place is not None:
        properties = {"file": place.source.name, "line": str(max(place.line, 1)), "col": str(max(place.column, 1))}
        if place.end_line == place.line:
            properties |= {"endColumn": str(max(place.end_column, 1))}
    properties["title"] = title
    said = ",".join(f"{key}={_escaped(value, IN_PROPERTIES)}" for key, value in properties.items())
    return f"::{level} {said}::{_escaped(message, IN_TEXT)}\n"


def _escaped(text: str, table: tuple[tuple[str, str], ...]) -> str:
    for character, code in table:
        text = text.replace(character, code)
    return text
