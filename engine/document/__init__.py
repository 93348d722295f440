"""Documents: YAML or JSON text to a tree of values with places, and a tree against a schema."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.lazily import names_of

if TYPE_CHECKING:
    from engine.document.files import decode_source, parse_document, read_document, read_source
    from engine.document.json_line import parse_json_line
    from engine.document.json_reader import read_json
    from engine.document.nodes import Entry, Mapping, Node, Scalar, Sequence, at, key_place_of, place_of, plain
    from engine.document.schema import check
    from engine.document.text_places import text_span, text_start, trailing_comment
    from engine.document.yaml_reader import read_yaml

__all__ = [
    "Entry",
    "Mapping",
    "Node",
    "Scalar",
    "Sequence",
    "at",
    "check",
    "decode_source",
    "key_place_of",
    "parse_document",
    "parse_json_line",
    "place_of",
    "plain",
    "read_document",
    "read_json",
    "read_source",
    "read_yaml",
    "text_span",
    "text_start",
    "trailing_comment",
]

__getattr__ = names_of(
    __name__,
    {
        "Entry": "engine.document.nodes",
        "Mapping": "engine.document.nodes",
        "Node": "engine.document.nodes",
        "Scalar": "engine.document.nodes",
        "Sequence": "engine.document.nodes",
        "at": "engine.document.nodes",
        "check": "engine.document.schema",
        "decode_source": "engine.document.files",
        "key_place_of": "engine.document.nodes",
        "parse_document": "engine.document.files",
        "parse_json_line": "engine.document.json_line",
        "place_of": "engine.document.nodes",
        "plain": "engine.document.nodes",
        "read_document": "engine.document.files",
        "read_json": "engine.document.json_reader",
        "read_source": "engine.document.files",
        "read_yaml": "engine.document.yaml_reader",
        "text_span": "engine.document.text_places",
        "text_start": "engine.document.text_places",
        "trailing_comment": "engine.document.text_places",
    },
)
