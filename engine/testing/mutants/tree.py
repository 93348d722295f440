"""A document with one change made to it. What is not on the way to the change is shared with the original."""

from __future__ import annotations

from collections.abc import Iterator

from engine.document import Entry, Mapping, Node, Scalar, Sequence
from engine.document.read import text, under
from engine.source import Place
from engine.testing.mutants.model import Edit, Path

LABELS = ("id", "use", "proposition", "fact")


def changed(node: Node, path: Path, edit: Edit) -> Node:
    """The document after an edit at a path that is there."""
    part, *rest = path
    if isinstance(node, Mapping) and isinstance(part, str):
        entries = dict(node.entries)
        if rest:
            entries[part] = Entry(entries[part].key_place, changed(entries[part].value, tuple(rest), edit))
        elif edit.node is None:
            del entries[part]
        else:
            key_place = entries[part].key_place if part in entries else node.place
            entries[part] = Entry(key_place, edit.node)
        return Mapping(entries, node.place)
    if isinstance(node, Sequence) and isinstance(part, int):
        items = list(node.items)
        if rest:
            items[part] = changed(items[part], tuple(rest), edit)
        elif edit.swap:
            items[part], items[part + 1] = items[part + 1], items[part]
        elif edit.node is None:
            del items[part]
        else:
            items[part] = edit.node
        return Sequence(tuple(items), node.place)
    raise LookupError(f"nothing stands at {part!r}")


def scalar(value: str | int | bool | None, place: Place) -> Scalar:
    """A value that stands where another stood."""
    return Scalar(value, place, False, "")


def listed(values: list[str] | tuple[str, ...], place: Place) -> Sequence:
    """A list of words that stands where another stood."""
    return Sequence(tuple(scalar(value, place) for value in values), place)


def mapping(keys: dict[str, Node], place: Place) -> Mapping:
    return Mapping({key: Entry(place, node) for key, node in keys.items()}, place)


def address(document: Node, path: Path) -> str:
    """A path as people write it, list items by their own ids: `scenarios.lost.consequence[nothing-shown].when`."""
    return "".join(_parts(document, path)).removeprefix(".")


def _parts(node: Node, path: Path) -> Iterator[str]:
    for part in path:
        if isinstance(part, int) and isinstance(node, Sequence):
            yield f"[{label(node, part)}]"
            node = node.items[part]
        else:
            yield f".{part}"
            node = under(node, str(part)) or node


def label(items: Sequence, number: int) -> str:
    """What an item of a list is called: its id or what it uses; its number where that is nothing, or not its own."""
    names = [next((name for key in LABELS if (name := text(item, key))), "") for item in items.items]
    own = names[number]
    return own if own and names.count(own) == 1 else f"{own} {number + 1}".strip()
