"""Short ways to take values out of a document that its schema has passed."""

from __future__ import annotations

from collections.abc import Iterator

from engine.document.nodes import Mapping, Node, Scalar, Sequence, plain
from engine.source import Place


def under(node: Node | None, key: str) -> Node | None:
    """The value under a key, or None when there is none."""
    if isinstance(node, Mapping) and key in node.entries:
        return node.entries[key].value
    return None


def text(node: Node | None, key: str, default: str = "") -> str:
    value = under(node, key)
    return str(value.value) if isinstance(value, Scalar) and value.value is not None else default


def flag(node: Node | None, key: str) -> bool:
    value = under(node, key)
    return isinstance(value, Scalar) and value.value is True


def texts(node: Node | None) -> tuple[str, ...]:
    """The texts of a list; a single text counts as a list of one; nothing as an empty list."""
    return tuple(str(item.value) for item in items(node) if isinstance(item, Scalar))


def numbers(node: Node | None) -> tuple[int, ...]:
    return tuple(item.value for item in items(node) if isinstance(item, Scalar) and type(item.value) is int)


def items(node: Node | None) -> tuple[Node, ...]:
    if isinstance(node, Sequence):
        return node.items
    return () if node is None else (node,)


def entries(node: Node | None) -> Iterator[tuple[str, Node]]:
    if isinstance(node, Mapping):
        for key, entry in node.entries.items():
            yield key, entry.value


def declared(node: Node | None) -> Iterator[tuple[str, Node, Place]]:
    """What a mapping declares: each key, what stands under it, and where the key stands."""
    if isinstance(node, Mapping):
        for key, entry in node.entries.items():
            yield key, entry.value, entry.key_place


def key_place(node: Node | None, key: str) -> Place | None:
    """Where a key stands; None when it is not there."""
    return node.entries[key].key_place if isinstance(node, Mapping) and key in node.entries else None


def meanings(node: Node | None) -> dict[str, str]:
    """A mapping of words to their meanings."""
    return {key: str(plain(value)) for key, value in entries(node)}
