"""Where a text comes from, and a place in it. A place can quote itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Source:
    """A text that somebody wrote: `name` is what messages show (a path as given, or `<stdin>`)."""

    name: str
    text: str = field(repr=False)

    def line(self, number: int) -> str:
        """The text of a line (counted from 1), without its end; empty past the last line."""
        lines = self.text.split("\n")
        return lines[number - 1].rstrip("\r") if 0 < number <= len(lines) else ""


class Place(NamedTuple):
    """A span of a source. Lines and columns count from 1; `end_column` is the first column after the span."""

    source: Source
    line: int
    column: int
    end_line: int
    end_column: int

    def __str__(self) -> str:
        return f"{self.source.name}:{self.line}:{self.column}"

    def shifted(self, start: int, end: int) -> Place:
        """The part of this one-line place from character `start` to `end`, counted from its own start."""
        return Place(self.source, self.line, self.column + start, self.line, self.column + end)


def place_to_dict(place: Place | None) -> dict[str, object]:
    """A place as plain data, each key null where there is none."""
    if place is None:
        return dict.fromkeys(("file", "line", "column", "end_line", "end_column"))
    return {
        "file": place.source.name,
        "line": place.line,
        "column": place.column,
        "end_line": place.end_line,
        "end_column": place.end_column,
    }
