"""Documents: YAML or JSON text to a tree of values with places, and a tree against a schema."""

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
