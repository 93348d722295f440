"""A tree as YAML text in one layout: two spaces a level, comments kept, no line longer than it must be."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from engine.document.comments import BLOCK, Comment
from engine.document.nodes import Mapping, Node, Scalar, Sequence
from engine.document.plain_scalars import Unclear, meaning
from engine.document.scalars import as_quoted, reads_back
from engine.source import Place

WIDTH: Final = 120
STEP: Final = 2
_BREAK: Final = re.compile(r"(?<=\S) (?=\S)")
_HEADER: Final = re.compile(r"[|>][+-]?([1-9])?[+-]?")
_WORDS: Final = re.compile(r"[^\W\d](?:[^\W]|[ ./()=;?-])*\Z")  # with no sign that means something in YAML


def laid_out(text: str, tree: Node, found: list[Comment]) -> str:
    """The text of a tree in our layout. `text` is the one that it was read from, `found` are its comments."""
    layout = _Layout(text, found)
    layout.block(tree, 0)
    layout.rest()
    return "\n".join(layout.whole()).strip("\n") + "\n"


class _Layout:
    """Writes a tree in the order of its text, so that comments and empty lines find their places again.

    `_done` is the last line of the old text that is written; `_levels` are the columns, old and new, of the blocks into
    which the last line went.
    """

    def __init__(self, text: str, found: list[Comment]) -> None:
        self.out: list[str] = []
        self._lines = text.split("\n")
        self._alone = {comment.line: comment for comment in found if comment.alone}
        self._beside = {comment.line: comment for comment in found if not comment.alone}
        self._commented: dict[int, Comment] = {}  # the comments beside the lines of `out`
        self._done = 0
        self._levels: list[tuple[int, int]] = []

    # ----------------------------------------------------------------------------------------------------- blocks

    def block(self, node: Node, indent: int, first: str = "") -> None:
        """A list or a mapping, a line for each part; `first` stands before the first part in its line."""
        if isinstance(node, Mapping) and node.entries:
            self._mapping(node, indent, first)
        elif isinstance(node, Sequence) and node.items:
            self._sequence(node, indent, first)
        else:
            self._between(node.place, indent)
            self._put(first or " " * indent, node, indent)

    def _mapping(self, node: Mapping, indent: int, first: str) -> None:
        for name, entry in node.entries.items():
            begin = first
            if not first:
                self._between(entry.key_place, indent)
                begin = " " * indent
            first = ""
            self._done = max(self._done, entry.key_place.line)
            key = begin + self._key(name, entry.key_place) + ":"
            self._value(key, entry.value, indent, entry.key_place)

    def _value(self, key: str, value: Node, indent: int, key_place: Place) -> None:
        if isinstance(value, Scalar) or not self._in_block(value, len(key) + 1):
            self._put(key, value, indent)
            return
        self._line(key, key_place.line if _first_line(value) > key_place.line else key_place.line - 1)
        self._done = max(self._done, key_place.line)
        self.block(value, indent + STEP)

    def _sequence(self, node: Sequence, indent: int, first: str) -> None:
        for item in node.items:
            begin = first
            if not first:
                self._between(item.place, indent, dash=True)
                begin = " " * indent
            first = ""
            if not isinstance(item, Scalar) and self._in_block(item, indent + 2):
                self._gap(_first_line(item), self._levels, indent)
                self.block(item, indent + STEP, f"{begin}- ")
            else:
                self._put(f"{begin}-", item, indent)

    def _in_block(self, node: Node, used: int) -> bool:
        """Whether a list or a mapping takes a line for each part, after so many characters of its line."""
        if isinstance(node, Scalar) or not (node.entries if isinstance(node, Mapping) else node.items):
            return False
        place = node.place
        if self._lines[place.line - 1][place.column - 1 : place.column] not in ("{", "["):
            return True
        if any(line in self._alone or line in self._beside for line in range(place.line, place.end_line)):
            return True
        flow = self._flow(node)
        return flow is None or used + len(flow) > WIDTH

    def _flow(self, node: Node) -> str | None:
        """A part as it stands inside `{...}` or `[...]`; None for a text that cannot stand there."""
        if isinstance(node, Scalar):
            return self._one_line(node, flow=True)
        if isinstance(node, Mapping):
            parts = [(self._key(n, e.key_place, flow=True), self._flow(e.value)) for n, e in node.entries.items()]
            if any(value is None for _, value in parts):
                return None
            return "{" + ", ".join(f"{key}: {value}".rstrip() for key, value in parts) + "}"
        items = [self._flow(item) for item in node.items]
        return None if None in items else "[" + ", ".join(map(str, items)) + "]"

    # ------------------------------------------------------------------------------------------------------ lines

    def _put(self, before: str, node: Node, indent: int) -> None:
        """A value that begins in the line that `before` begins."""
        space = " " if before.strip() else ""
        if not isinstance(node, Scalar):
            self._line(f"{before}{space}{self._flow(node) or ''}", node.place.end_line)
        elif (text := self._block_text(node, before, indent)) is not None:
            header, *lines = text
            self._line(f"{before}{space}{header}", node.place.line)
            self.out += lines
        else:
            self._line(f"{before}{space}{self._one_line(node, flow=False)}".rstrip(), node.place.end_line)
        self._done = max(self._done, node.place.end_line)
        self._levels = [level for level in self._levels if level[1] <= indent]

    def _line(self, text: str, last: int) -> None:
        """A line that stands for the old text up to a line, with the comments beside that."""
        beside = [self._beside.pop(line) for line in sorted(self._beside) if line <= last]
        if beside:
            self._commented[len(self.out)] = beside[0]
        self.out.append(text)
        indent = " " * self._levels[-1][1] if self._levels else ""
        self.out += [indent + comment.text for comment in beside[1:]]

    def _between(self, place: Place, indent: int, dash: bool = False) -> None:
        """What stands before a part in lines of its own: comments, and empty lines, of which one is kept."""
        column = self._lines[place.line - 1].find("-") + 1 if dash else place.column
        self._levels = [level for level in self._levels if level[0] < column or level[1] > indent]
        above, self._levels = self._levels, [*(one for one in self._levels if one[1] < indent), (column, indent)]
        self._gap(place.line, [*above, (column, indent)], indent)

    def _gap(self, before: int, levels: list[tuple[int, int]], indent: int) -> None:
        for number in range(self._done + 1, before):
            comment = self._alone.pop(number, None) or self._beside.pop(number, None)
            if comment is not None:
                known = [new for old, new in levels if old == comment.column]
                self.out.append(" " * (known[-1] if known else indent) + comment.text)
            elif not self._lines[number - 1].strip() and self.out and self.out[-1]:
                self.out.append("")
        self._done = max(self._done, before - 1)

    def whole(self) -> list[str]:
        """The lines with the comments beside them: those that stood in one column below each other do so again, and
        one that stood apart stays in its column as far as there is room."""
        lines, group = list(self.out), list[int]()
        for number in [*sorted(self._commented), -1]:
            if group and (number != group[-1] + 1 or self._column(number) != self._column(group[-1])):
                column = max(max(len(lines[one]) + 2, self._kept_column(one)) for one in group)
                for one in group:
                    lines[one] = lines[one].ljust(column) + self._commented[one].text
                group = []
            group.append(number)
        return lines

    def _kept_column(self, number: int) -> int:
        """Where the comment beside a line begins, if it stood apart from the text before it."""
        comment = self._commented[number]
        text = self._lines[comment.line - 1][: comment.column - 1]
        return comment.column - 1 if len(text) - len(text.rstrip()) > 2 else 0

    def _column(self, number: int) -> int:
        return self._commented[number].column if number in self._commented else 0

    def rest(self) -> None:
        """The comments behind everything else."""
        self._gap(len(self._lines) + 1, [(1, 0), *self._levels], 0)

    # ------------------------------------------------------------------------------------------------------ texts

    def _key(self, name: str, place: Place, flow: bool = False) -> str:
        if self._source(place)[:1] not in ("'", '"'):
            return self._source(place)
        return name if _word(name, flow) else as_quoted(name)

    def _source(self, place: Place) -> str:
        return self._lines[place.line - 1][place.column - 1 : place.end_column - 1]

    def _one_line(self, node: Scalar, flow: bool) -> str:
        """A value on one line; in quotes only where they are needed, or where other readers would take it for
        something else than a text."""
        if not isinstance(node.value, str):
            return self._source(node.place)
        if node.style in BLOCK and "\n" not in node.value and reads_back(node.value, node.value, flow):
            return node.value
        if not node.style and node.place.line == node.place.end_line:
            return self._source(node.place)
        if not node.style and reads_back(node.value, node.value, flow):
            return node.value
        return node.value if _word(node.value, flow) else as_quoted(node.value)

    def _block_text(self, node: Scalar, before: str, indent: int) -> list[str] | None:
        """A text in block style, the sign before it first; None when it stands on one line."""
        if not isinstance(node.value, str) or node.value.endswith("\n\n"):
            return None  # empty lines at the end of a text are seen in quotes only
        inner = " " * (indent + STEP)
        if node.style in BLOCK:
            return self._kept_block(node, inner)
        single = self._one_line(node, flow=False)
        foldable = node.value.isprintable() and node.value == node.value.strip()
        if len(before) + 1 + len(single) <= WIDTH or not foldable or not _BREAK.search(node.value):
            return None
        return [">-", *(inner + line for line in _filled(node.value, WIDTH - len(inner)))]

    def _kept_block(self, node: Scalar, inner: str) -> list[str]:
        """A block text as it is written, moved to its new column; folded lines are filled anew where one is long."""
        place = node.place
        match = _HEADER.match(self._source_from(place))
        header = match.group() if match else node.style
        lines = [line.rstrip("\r") for line in self._lines[place.line : place.end_line]]
        if match and match[1]:  # it begins with spaces, which the sign counts: it stays as deep below its key as it was
            own = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
            header = header.replace(match[1], str(STEP))
            depth = self._depth(node, own, int(match[1]))
        else:
            depth = next((len(line) - len(line.lstrip()) for line in lines if line.strip()), 0)
        text = [line[depth:].rstrip() if node.style == ">" else line[depth:] for line in lines]
        if node.style == ">" and any(len(inner) + len(line) > WIDTH for line in text):
            text = _refilled(text, WIDTH - len(inner))
        return [header, *((inner + line).rstrip() if not line.strip() else inner + line for line in text)]

    def _depth(self, node: Scalar, own: int, counted: int) -> int:
        """How far a block text is indented that begins with spaces of its own."""
        value = str(node.value)
        leading = [len(line) - len(line.lstrip()) for line in value.split("\n") if line.strip()]
        return max(own - min(leading, default=0), 0) if leading else counted

    def _source_from(self, place: Place) -> str:
        return self._lines[place.line - 1][place.column - 1 :]


def _first_line(node: Node) -> int:
    """The line of the first text in a part."""
    if isinstance(node, Mapping) and node.entries:
        return next(iter(node.entries.values())).key_place.line
    if isinstance(node, Sequence) and node.items:
        return _first_line(node.items[0])
    return node.place.line


@cache
def _word(text: str, flow: bool) -> bool:
    """Whether a text needs no quotes for any reader: it is not like a number, a date, a switch or a piece of YAML."""
    if not _WORDS.match(text):
        return False
    try:
        return isinstance(meaning(text), str) and reads_back(text, text, flow)
    except Unclear:
        return False


def _filled(text: str, width: int) -> list[str]:
    """A text in lines of at most this width, broken at single spaces only."""
    lines: list[str] = []
    for word in _BREAK.split(text):
        if lines and len(lines[-1]) + 1 + len(word) <= width:
            lines[-1] += " " + word
        else:
            lines.append(word)
    return lines


def _refilled(lines: list[str], width: int) -> list[str]:
    """Folded lines, filled anew; where some are indented more, which keeps them as they are, nothing is."""
    if any(line.startswith(" ") for line in lines):
        return lines
    filled: list[str] = []
    paragraph: list[str] = []
    for line in [*lines, ""]:
        if line:
            paragraph.append(line)
            continue
        filled += _filled(" ".join(paragraph), width) if paragraph else []
        paragraph = []
        filled.append("")
    return filled[:-1]
