"""JSON text (RFC 8259, strictly) to a tree with places, under limits."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from decimal import Decimal
from json.decoder import scanstring  # type: ignore[attr-defined]
from typing import NoReturn

from engine.diagnostics import InvalidDocument, Report, in_order, quoted
from engine.document import limits
from engine.document.characters import IN_VALUE, describe
from engine.document.nodes import Entry, Mapping, Node, Scalar, Sequence
from engine.document.numbers import exact_number
from engine.source import Place, Source

_SPACE = re.compile(r"[ \t\n\r]*")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")
_WORD = re.compile(r"[A-Za-z0-9_.+-]+")
_CONSTANTS: dict[str, bool | None] = {"true": True, "false": False, "null": None}
_NOT_NUMBERS = frozenset({"NaN", "Infinity", "-Infinity"})


def read_json(source: Source) -> Node:
    """The document's value with places.

    Raises InvalidDocument with everything that is wrong, up to the first break of JSON's syntax."""
    report = Report()
    reader = _Reader(source, report)
    if limits.longer_than(source.text, limits.DOCUMENT_BYTES):
        reader.stop("json/too-large", f"the document is too large: it may have {limits.DOCUMENT_BYTES} bytes", 0, 0)
    root, end = reader.value(reader.skip(0))
    if (end := reader.skip(end)) != len(source.text):
        reader.stop("json/syntax", "the document ends here, but the text goes on", end, end + 1)
    report.stop_if_wrong()
    return root


class _Reader:
    """Reads values from a position on. Every method may raise InvalidDocument where going on makes no sense."""

    def __init__(self, source: Source, report: Report) -> None:
        self._source = source
        self._text = source.text
        self._report = report
        self._breaks = [match.end() for match in re.finditer("\n", source.text)]
        self._nodes = 0

    def stop(self, code: str, message: str, start: int, end: int, help: str | None = None) -> NoReturn:
        self._report.error(code, message, self._place(start, end), help=help)
        raise InvalidDocument(in_order(self._report.found))

    def skip(self, position: int) -> int:
        """The position of the next character that is not white space."""
        match = _SPACE.match(self._text, position)
        return match.end() if match else position

    def value(self, start: int, depth: int = 0) -> tuple[Node, int]:
        """The value that begins at `start`, and the position after it."""
        self._nodes += 1
        if self._nodes > limits.NODES:
            self.stop("json/too-large", f"the document has more than {limits.NODES} values", start, start + 1)
        if len(self._report.found) >= limits.PROBLEMS:
            raise InvalidDocument(in_order(self._report.found))
        sign = self._text[start : start + 1]
        if sign == '"':
            text, end = self._string(start)
            return Scalar(text, self._place(start, end), True, '"'), end
        if sign in ("{", "[") and depth == limits.DEPTH:
            message = f"more than {limits.DEPTH} lists and mappings inside each other"
            self.stop("json/too-deep", message, start, start + 1)
        if sign == "{":
            return self._mapping(start, depth + 1)
        if sign == "[":
            return self._sequence(start, depth + 1)
        return self._word(start)

    def _mapping(self, start: int, depth: int) -> tuple[Node, int]:
        entries: dict[str, Entry] = {}
        position = self.skip(start + 1)
        while self._text[position : position + 1] != "}" or entries:
            if self._text[position : position + 1] != '"':
                self._unexpected(position, "expected a key in double quotes")
            key, end = self._string(position)
            key_place = self._place(position, end)
            if "\n" in key:
                self._report.error("json/text", "a key cannot have more than one line", key_place)
            position = self.skip(end)
            if self._text[position : position + 1] != ":":
                self._unexpected(position, "expected `:` after the key")
            value, end = self.value(self.skip(position + 1), depth)
            if key in entries:
                first = entries[key].key_place
                message = f"the key {quoted(key)} stands here for the second time; the first is on line {first.line}"
                related = [("it stands here first", first)]
                self._report.error("json/duplicate-key", message, key_place, related=related)
            else:
                entries[key] = Entry(key_place, value)
            position = self._next(end, "}")
            if self._text[position - 1] == "}":
                return Mapping(entries, self._place(start, position)), position
            position = self.skip(position)
        return Mapping(entries, self._place(start, position + 1)), position + 1

    def _sequence(self, start: int, depth: int) -> tuple[Node, int]:
        items: list[Node] = []
        position = self.skip(start + 1)
        while self._text[position : position + 1] != "]" or items:
            value, end = self.value(position, depth)
            items.append(value)
            position = self._next(end, "]")
            if self._text[position - 1] == "]":
                return Sequence(tuple(items), self._place(start, position)), position
            position = self.skip(position)
        return Sequence((), self._place(start, position + 1)), position + 1

    def _next(self, position: int, closing: str) -> int:
        """The position after the comma or the closing sign that must come next."""
        position = self.skip(position)
        if self._text[position : position + 1] not in (",", closing):
            self._unexpected(position, f"expected `,` or `{closing}`")
        return position + 1

    def _string(self, start: int) -> tuple[str, int]:
        try:
            text, end = scanstring(self._text, start + 1, True)
        except json.JSONDecodeError as error:
            self._broken_string(start, error)
        if limits.longer_than(text, limits.SCALAR_BYTES):
            message = f"this text is too long: a text may have {limits.SCALAR_BYTES} bytes"
            self._report.error("json/too-large", message, self._place(start, end))
        elif hidden := IN_VALUE.search(text):
            message = f"{describe(hidden.group())} cannot stand in a text"
            self._report.error("json/text", message, self._place(start, end))
        return text, end

    def _broken_string(self, start: int, error: json.JSONDecodeError) -> NoReturn:
        if error.msg.startswith("Unterminated"):
            self.stop("json/syntax", "the quote that opens here is never closed", start, start + 1)
        if error.msg.startswith("Invalid control"):
            message = f"{describe(self._text[error.pos])} cannot stand in a text"
            self.stop("json/text", message, error.pos, error.pos + 1, help="write it as an escape, such as `\\n`")
        self.stop("json/syntax", "this escape is not known in JSON", error.pos, error.pos + 1)

    def _word(self, start: int) -> tuple[Node, int]:
        match = _WORD.match(self._text, start)
        word = match.group() if match else ""
        end = start + len(word)
        if word in _CONSTANTS:
            return Scalar(_CONSTANTS[word], self._place(start, end), False, ""), end
        if word in _NOT_NUMBERS:
            self._report.error("json/number", f"{quoted(word)} is not a number", self._place(start, end))
            return Scalar(None, self._place(start, end), False, ""), end
        if not _NUMBER.fullmatch(word):
            self._unexpected(start, "expected a value")
        value: int | Decimal | None = None
        try:
            value = exact_number(word)
        except ValueError as error:
            self._report.error("json/number", f"{quoted(word)} cannot be used: {error}", self._place(start, end))
        return Scalar(value, self._place(start, end), False, ""), end

    def _unexpected(self, position: int, expected: str) -> NoReturn:
        match = _WORD.match(self._text, position)
        found = match.group() if match else self._text[position : position + 1]
        message = f"{expected}, but found {quoted(found)}" if found else f"{expected}, but the text ends"
        self.stop("json/syntax", message, position, position + len(found))

    def _place(self, start: int, end: int) -> Place:
        line, column = self._line_and_column(start)
        end_line, end_column = self._line_and_column(end)
        return Place(self._source, line, column, end_line, end_column)

    def _line_and_column(self, position: int) -> tuple[int, int]:
        line = bisect_right(self._breaks, position)
        return line + 1, position - (self._breaks[line - 1] if line else 0) + 1
