"""YAML in one layout, proven to say the same: equal data, and every comment in its order."""

from __future__ import annotations

from engine.diagnostics import InvalidDocument, Report
from engine.document.comments import comments
from engine.document.layout import laid_out
from engine.document.nodes import plain
from engine.document.yaml_reader import read_yaml
from engine.source import Place, Source


def formatted(source: Source) -> str:
    """The text of a YAML document in our layout. Its line ends stay of their kind.

    Raises InvalidDocument for a document that cannot be read; and with fmt/refused when the new text would not say the
    same, which is a fault of the program: then nothing must be written.
    """
    text = source.text.replace("\r\n", "\n")
    before = Source(source.name, text)
    tree = read_yaml(before)
    found = comments(text, tree)
    new = laid_out(text, tree, found)
    try:
        again = read_yaml(Source(source.name, new))
        same = plain(again) == plain(tree) and types(plain(again)) == types(plain(tree))
        told = [comment.text for comment in comments(new, again)]
    except InvalidDocument:
        same, told = False, []
    if not same or told != [comment.text for comment in found]:
        report = Report()
        what = "it would say something else" if not same else "a comment would be lost or change its place"
        message = f"this document was not formatted: {what}"
        help = "this is a fault of the program: please report it with the file"
        report.error("fmt/refused", message, Place(before, 1, 1, 1, 1), help=help)
        raise InvalidDocument(report.found)
    return new.replace("\n", "\r\n") if "\r\n" in source.text else new


def types(data: object) -> object:
    """The types in plain data: `1` and `1.0` are equal, and yet not the same."""
    if isinstance(data, dict):
        return {key: types(value) for key, value in data.items()}
    if isinstance(data, list):
        return [types(item) for item in data]
    return type(data)
