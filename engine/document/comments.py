"""The comments of a YAML text: where they stand, and whether they have a line of their own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from engine.document.nodes import Mapping, Node, Scalar, Sequence
from engine.source import Place

BLOCK = ("|", ">")


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment with its `#`. `column` counts from 1; `alone` tells that nothing else stands on its line."""

    text: str
    line: int
    column: int
    alone: bool


def comments(text: str, tree: Node) -> list[Comment]:
    """The comments of a text that was read as this tree, in their order."""
    taken: dict[int, list[tuple[int, int]]] = defaultdict(list)  # by line, the columns that texts take
    lines = text.split("\n")
    for place, block in _texts(tree):
        if block:  # behind the sign of a block text, a comment may follow
            for line in range(place.line + 1, place.end_line + 1):
                taken[line].append((0, len(lines[line - 1]) + 1))
            continue
        for line in range(place.line, place.end_line + 1):
            begin = place.column - 1 if line == place.line else 0
            end = place.end_column - 1 if line == place.end_line else len(lines[line - 1])
            taken[line].append((begin, end))
    found = (_in_line(number, line, taken.get(number, [])) for number, line in enumerate(lines, 1))
    return [comment for comment in found if comment is not None]


def _texts(node: Node) -> Iterator[tuple[Place, bool]]:
    """The places of all keys and values; of each, whether it is a block text."""
    if isinstance(node, Mapping):
        for entry in node.entries.values():
            yield entry.key_place, False
            yield from _texts(entry.value)
    elif isinstance(node, Sequence):
        for item in node.items:
            yield from _texts(item)
    elif isinstance(node, Scalar):
        yield node.place, node.style in BLOCK


def _in_line(number: int, line: str, taken: list[tuple[int, int]]) -> Comment | None:
    start = line.find("#")
    while start >= 0:
        inside = any(begin <= start < end for begin, end in taken)
        if not inside and (start == 0 or line[start - 1] in " \t"):
            return Comment(line[start:].rstrip(), number, start + 1, not line[:start].strip())
        start = line.find("#", start + 1)
    return None
