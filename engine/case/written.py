"""A case as it was written: its plain data, and where in the text everything stands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from engine.diagnostics import Diagnostic, InvalidDocument, in_order

if TYPE_CHECKING:
    from engine.document import Node

JSON_BYTES: Final = 1024 * 1024  # of one case
UNNAMED: Final = "<case>"  # what messages show of a case that came as bytes


@dataclass(frozen=True, slots=True)
class CaseDocument:
    """A case as plain data. `tree` gives it with places, for messages."""

    data: object
    tree: Callable[[], Node]


def from_json(content: bytes, name: str = UNNAMED) -> CaseDocument:
    """The case in a JSON text, read strictly. Raises InvalidDocument with places; `name` is what they show."""
    from engine.document import decode_source, parse_json_line, read_json

    source = decode_source(name, content, JSON_BYTES)
    return CaseDocument(parse_json_line(source.text, name), lambda: read_json(source))


def placed(problem: InvalidDocument, document: CaseDocument) -> InvalidDocument:
    """The problem, with the places of what it speaks of. In JSON Lines, lines count within the one line."""
    from engine.document import key_place_of, place_of

    if all(d.place is not None for d in problem.diagnostics):
        return problem
    tree = document.tree()

    def place(found: Diagnostic) -> Diagnostic:
        if found.place is not None:
            return found
        where = key_place_of if found.path and "unknown-" in found.code else place_of
        return replace(found, place=where(tree, found.path))

    return InvalidDocument(in_order(map(place, problem.diagnostics)))
