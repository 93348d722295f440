"""A document as a tree of values, each with its place in the text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from engine.source import Place

ScalarValue = str | int | bool | Decimal | None


class Scalar(NamedTuple):
    """A single value. `quoted`: it was written in quotes; `style` is `'`, `"`, `|` or `>`, or empty if plain."""

    value: ScalarValue
    place: Place
    quoted: bool
    style: str


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list of values."""

    items: tuple[Node, ...]
    place: Place


class Entry(NamedTuple):
    """What stands under a key, and where the key stands."""

    key_place: Place
    value: Node


@dataclass(frozen=True, slots=True)
class Mapping:
    """Values under text keys, in the order of the document."""

    entries: dict[str, Entry]
    place: Place


Node = Scalar | Sequence | Mapping
Path = Iterable[str | int]


def plain(node: Node) -> object:
    """The value alone: dict, list, str, int, bool, None or Decimal."""
    if isinstance(node, Scalar):
        return node.value
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    return {key: plain(entry.value) for key, entry in node.entries.items()}


def child(node: Node, part: str | int) -> Node | None:
    """The value under one key or index; None when there is none."""
    if isinstance(node, Mapping):
        entry = node.entries.get(part) if isinstance(part, str) else None
        return entry.value if entry else None
    if isinstance(node, Sequence) and isinstance(part, int) and 0 <= part < len(node.items):
        return node.items[part]
    return None


def at(node: Node, path: Path) -> Node:
    """The node that a path leads to, or the last one on the way that is there."""
    for part in path:
        below = child(node, part)
        if below is None:
            break
        node = below
    return node


def place_of(node: Node, path: Path) -> Place:
    """The place of the value at a path, or of the last value on the way that is there."""
    return at(node, path).place


def key_place_of(node: Node, path: Path) -> Place:
    """The place of the last key of a path; where that is an index or is not there, the place of the value."""
    *way, last = path
    parent: Node | None = node
    for part in way:
        parent = child(parent, part) if parent else None
    if isinstance(parent, Mapping) and isinstance(last, str) and last in parent.entries:
        return parent.entries[last].key_place
    return place_of(node, [*way, last])
