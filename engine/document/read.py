"""Short ways to take values out of a document that its schema has passed."""

from __future__ import annotations

from collections.abc import Iterator

from engine.document.nodes import Mapping, Node, Scalar, Sequence, plain


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


def meanings(node: Node | None) -> dict[str, str]:
    """A mapping of words to their meanings."""
    return {key: str(plain(value)) for key, value in entries(node)}
