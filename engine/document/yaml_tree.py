"""Builds the tree of a YAML document out of its parts as they come, and refuses what would mislead a reader."""

from __future__ import annotations

from typing import NoReturn

from engine.diagnostics import InvalidDocument, Report, in_order, quoted
from engine.document import limits
from engine.document.characters import IN_VALUE, describe
from engine.document.nodes import Entry, Mapping, Node, Scalar, ScalarValue, Sequence
from engine.document.plain_scalars import Unclear, meaning
from engine.source import Place, Source

_ONE_TEXT = "put quotes around the whole text, or use block style"
_QUOTES = frozenset(("'", '"'))


class _Open:
    """A list or a mapping that is being read."""

    __slots__ = ("entries", "flow", "has_key", "items", "key", "key_place", "span")

    def __init__(self, mapping: bool, flow: bool, span: Place) -> None:
        self.span = span
        self.flow = flow
        self.items: list[Node] = []
        self.entries: dict[str, Entry] | None = {} if mapping else None
        self.has_key = False
        self.key: str | None = None  # None for a key that was refused: its value is read and dropped
        self.key_place = span

    def closed(self, end: Place) -> Node:
        begin, source = self.span, self.span.source
        if not self.flow:
            inside = [entry.value.place for entry in self.entries.values()] if self.entries else []
            inside += [item.place for item in self.items[-1:]]
            end = inside[-1] if inside else begin
        place = Place(source, begin.line, begin.column, end.end_line, end.end_column)
        return Sequence(tuple(self.items), place) if self.entries is None else Mapping(self.entries, place)


class Tree:
    """`root` is the document's value once the last part came; problems go to the report.

    Every method may raise InvalidDocument, with all that was found, where going on makes no sense."""

    def __init__(self, source: Source, report: Report) -> None:
        self.root: Node | None = None
        self.last: Place | None = None  # the scalar that came last
        self.last_quoted: Place | None = None
        self._source = source
        self._report = report
        self._open: list[_Open] = []
        self._nodes = 0

    def scalar(self, text: str, style: str, place: Place) -> None:
        """A value or a key; `style` is as in Scalar."""
        self.last = place
        if style in _QUOTES:
            self.last_quoted = place
        if limits.longer_than(text, limits.SCALAR_BYTES):
            size = f"a text may have {limits.SCALAR_BYTES} bytes"
            self._report.error("yaml/too-large", f"this text is too long: {size}", place)
        elif style == '"' and (hidden := IN_VALUE.search(text)):
            message = f"an escape here writes {describe(hidden.group())}, which cannot stand in a document"
            self._report.error("yaml/control-character", message, place)
        top = self._open[-1] if self._open else None
        if top and top.entries is not None and not top.has_key:
            self._key(top, text, style, place)
            return
        if not top and not text and not style:
            self.stop("yaml/empty", "the document is empty", Place(self._source, 1, 1, 1, 1))
        value = text if style else self._meaning(top, text, place)
        self._add(Scalar(value, place, style in _QUOTES, style))

    def start(self, *, mapping: bool, flow: bool, span: Place) -> None:
        """A list or a mapping begins."""
        if len(self._open) == limits.DEPTH:
            self.stop("yaml/too-deep", f"more than {limits.DEPTH} lists and mappings inside each other", span)
        self._open.append(_Open(mapping, flow, span))

    def end(self, span: Place) -> None:
        """The list or mapping that began last ends."""
        self._add(self._open.pop().closed(span))

    def alias(self, name: str, place: Place) -> None:
        """An alias stands where a value should."""
        message = f"{quoted('*' + name)} is a YAML alias; aliases are not used here"
        self._report.error("yaml/anchor", message, place, help="write the value out, or quote it if it is a text")
        self._add(Scalar(None, place, False, ""), refused=True)

    def stop(self, code: str, message: str, place: Place) -> NoReturn:
        self._report.error(code, message, place)
        raise InvalidDocument(in_order(self._report.found))

    def _add(self, node: Node, refused: bool = False) -> None:
        self._nodes += 1
        if self._nodes > limits.NODES:
            self.stop("yaml/too-large", f"the document has more than {limits.NODES} values", node.place)
        if not self._open:
            self.root = node
            return
        top = self._open[-1]
        if top.entries is None:
            top.items.append(node)
        elif top.has_key:
            if top.key is not None:
                top.entries[top.key] = Entry(top.key_place, node)
            top.has_key = False
        else:
            top.has_key, top.key, top.key_place = True, None, node.place
            if not refused:
                message = "a list or a mapping cannot be a key"
                self._report.error("yaml/key-not-text", message, node.place, help="quote it if it is a text")

    def _key(self, top: _Open, text: str, style: str, place: Place) -> None:
        top.has_key, top.key, top.key_place = True, None, place
        if text == "<<" and not style:
            self._report.error("yaml/anchor", "merge keys (`<<`) are not used here", place, help="write the keys out")
        elif "\n" in text:
            self._report.error("yaml/key-not-text", "a key cannot have more than one line", place)
        elif not style and not _reads_as_text(text):
            remedy = f"quote it: '{text}'" if 0 < len(text) <= 40 else None
            self._report.error("yaml/key-not-text", f"the key {quoted(text)} is not a text", place, help=remedy)
        elif top.entries is not None and text in top.entries:
            first = top.entries[text].key_place
            message = f"the key {quoted(text)} stands here for the second time; the first is on line {first.line}"
            self._report.error("yaml/duplicate-key", message, place, related=[("it stands here first", first)])
        else:
            top.key = text

    def _meaning(self, top: _Open | None, text: str, place: Place) -> ScalarValue:
        if top and top.flow and self._is_cut(top, text, place):
            return text
        try:
            return meaning(text)
        except Unclear as unclear:
            self._report.error("yaml/ambiguous", f"{quoted(text)} {unclear.reason}", place, help=unclear.remedy)
            return text

    def _is_cut(self, top: _Open, text: str, place: Place) -> bool:
        """Whether a comma inside braces or brackets left half of a text here; that is reported."""
        key = top.key_place
        if top.entries is None:
            if text.count("(") <= text.count(")"):
                return False
            message = f"the text ends after {quoted(text)}: inside `[...]` a comma separates items"
            self._report.error("yaml/flow-comma", message, place, help=_ONE_TEXT)
            return True
        if text or (key.end_line, key.end_column) != (place.line, place.column):
            return False
        name = quoted(top.key) if top.key is not None else "this key"
        message = f"{name} has no value: inside `{{...}}` a comma ends the text before it and begins a key"
        self._report.error("yaml/flow-comma", message, key, help=_ONE_TEXT)
        return True


def _reads_as_text(text: str) -> bool:
    try:
        return isinstance(meaning(text), str)
    except Unclear:
        return False
