"""From a character of a scalar's text back to its place in the document."""

from __future__ import annotations

import re
from dataclasses import dataclass

from engine.document.nodes import Scalar
from engine.source import Place, Source

_COMMENT = re.compile(r"[ \t]+(#.*)")


def text_start(scalar: Scalar) -> Place:
    """The place of the text's first line, without quotes or block header: it starts at the first character."""
    place = scalar.place
    line, column = place.line, place.column
    if scalar.style in ("|", ">"):
        while line < place.end_line and (line == place.line or not place.source.line(line).strip()):
            line += 1
        text = place.source.line(line)
        column = len(text) - len(text.lstrip(" ")) + 1
        return Place(place.source, line, column, line, len(text) + 1)
    quote = 1 if scalar.quoted else 0
    if place.end_line == line:
        return Place(place.source, line, column + quote, line, place.end_column - quote)
    return Place(place.source, line, column + quote, line, len(place.source.line(line)) + 1)


def text_span(scalar: Scalar, start: int, end: int) -> Place:
    """The place of the characters `start` to `end` of a scalar's text, also when it goes over several lines.

    Where an escape or the line folding hides the way back, the place of the whole scalar."""
    text = scalar.value
    first = text_start(scalar)
    if not isinstance(text, str) or not 0 <= start <= end <= len(text):
        return scalar.place
    one_line = "\n" not in text and first.line == scalar.place.end_line
    if one_line and first.end_column - first.column == len(text):
        return first.shifted(start, end)
    return _walk(scalar, text, first, start, end) or scalar.place


@dataclass(frozen=True, slots=True)
class SpanOf:
    """The places of the characters of an expression that stands in a scalar's text behind `offset` others."""

    scalar: Scalar
    offset: int

    def __call__(self, start: int, end: int) -> Place:
        return text_span(self.scalar, self.offset + start, self.offset + end)


def _walk(scalar: Scalar, text: str, first: Place, start: int, end: int) -> Place | None:
    """Read the text and the document side by side; white space in the one answers to any white space in the other."""
    document = first.source.text
    cursor = _offset(document, first.line, first.column)
    spots: list[int] = []
    for character in text:
        if not character.isspace():
            while cursor < len(document) and document[cursor].isspace():
                cursor += 1
            if document[cursor : cursor + 1] != character:
                return None
        spots.append(cursor)
        if not character.isspace():
            cursor += 2 if scalar.style == character == "'" else 1
    begin = spots[start] if start < len(spots) else cursor
    line, column = _line_and_column(document, begin)
    end_line, end_column = _line_and_column(document, max(begin, spots[end - 1] + 1 if end else begin))
    return Place(first.source, line, column, end_line, end_column)


def _offset(document: str, line: int, column: int) -> int:
    begin = 0
    for _ in range(line - 1):
        begin = document.index("\n", begin) + 1
    return begin + column - 1


def _line_and_column(document: str, offset: int) -> tuple[int, int]:
    return document.count("\n", 0, offset) + 1, offset - document.rfind("\n", 0, offset)


def trailing_comment(source: Source, scalar: Scalar) -> Place | None:
    """The comment, if there is one, right after a plain or quoted scalar on the line where it ends."""
    if scalar.style in ("|", ">"):
        return None
    line, column = scalar.place.end_line, scalar.place.end_column
    match = _COMMENT.match(source.line(line), column - 1)
    return Place(source, line, match.start(1) + 1, line, match.end(1) + 1) if match else None
