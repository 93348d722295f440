"""Amendments of a pack, written as data: edits of its YAML files, on a copy of the pack on disk.

An edit puts a text in the place of a value (`at`, `put`), or lines before the first child of a block (`under`,
`insert`). Lines are written without indentation; they take that of the child.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from textwrap import indent
from typing import Any

from engine.document import Mapping as MappingNode
from engine.document import Node, place_of, read_yaml
from engine.document import Sequence as SequenceNode
from engine.document.nodes import at
from engine.source import Place, Source
from tests.small_packs import publish_all

VERSION = "1.0.0.yaml"


def amended(pack: Path, folder: Path, amendment: Mapping[str, Any]) -> Path:
    """A copy of a pack in a folder, amended, with all its versions published. Returns the copy's folder."""
    copy = folder / pack.name
    shutil.copytree(pack, copy)
    if "copy" in amendment:
        shutil.copy(copy / amendment["copy"]["from"], copy / amendment["copy"]["to"])
    for edit in amendment["edits"]:
        file = copy / edit.get("file", VERSION)
        text = file.read_text(encoding="utf-8")
        path = edit.get("at") or edit["under"]
        if "put" in edit:
            changed = put(text, path, str(edit["put"]))
        else:
            changed = inserted(text, path, edit["insert"])
        file.write_text(changed, encoding="utf-8")
    return publish_all(copy)


def put(text: str, path: Sequence[str | int], new: str) -> str:
    """The text with another value at a path."""
    tree = read_yaml(Source("amended.yaml", text))
    found(tree, path)
    place = place_of(tree, path)
    lines = text.split("\n")
    assert place.line == place.end_line, f"the value at {path} takes more than one line"
    line = lines[place.line - 1]
    lines[place.line - 1] = line[: place.column - 1] + new + line[place.end_column - 1 :]
    return "\n".join(lines)


def inserted(text: str, path: Sequence[str | int], new: str) -> str:
    """The text with lines before the first child of the block at a path."""
    tree = read_yaml(Source("amended.yaml", text))
    first, column = first_child(found(tree, path))
    lines = text.split("\n")
    lines[first.line - 1 : first.line - 1] = indent(new.rstrip("\n"), " " * (column - 1)).split("\n")
    return "\n".join(lines)


def found(tree: Node, path: Iterable[str | int]) -> Node:
    """The value at a path. Raises KeyError when there is none."""
    node = tree
    for part in path:
        below = at(node, [part])
        if below is node:
            raise KeyError(f"nothing stands under {part!r} on the way {list(path)}")
        node = below
    return node


def first_child(node: Node) -> tuple[Place, int]:
    """Where the first child of a block begins, and the column of its key or of its dash."""
    if isinstance(node, MappingNode):
        place = next(iter(node.entries.values())).key_place
        return place, place.column
    assert isinstance(node, SequenceNode)
    place = node.items[0].place
    return place, place.column - 2
