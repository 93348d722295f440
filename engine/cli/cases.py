"""A case as it was written, and what a command needs to know of it before it is decided."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from engine.diagnostics import Diagnostic, InvalidDocument, Report, in_order

if TYPE_CHECKING:
    from engine.document import Node
    from engine.source import Place


@dataclass(frozen=True, slots=True)
class Item:
    """A case among those to be decided: where it stands (`line` is that of JSON Lines), what was found there,
    and how many bytes it takes (0: not known)."""

    source: str
    found: CaseDocument | InvalidDocument
    line: int | None = None
    size: int = 0

    @property
    def name(self) -> str:
        return self.source if self.line is None else f"{self.source}:{self.line}"


@dataclass(frozen=True, slots=True)
class CaseDocument:
    """A case as plain data. `tree` gives it with places, for messages."""

    data: object
    tree: Callable[[], Node]


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


def given(tree: Node, fact: str, line: int | None = None) -> Place | None:
    """Where a case gives a fact; None where it leaves it out. `line` is that of the case in JSON Lines."""
    from engine.document.nodes import Mapping as Group
    from engine.document.nodes import at

    group, _, key = fact.partition(".")
    found = at(tree, ("facts", group))
    entry = found.entries.get(key) if isinstance(found, Group) else None
    if entry is None:
        return None
    place = entry.value.place
    return place if line is None else place._replace(line=line, end_line=line)


def problem_at(code: str, message: str, path: tuple[str | int, ...] = (), help: str | None = None) -> InvalidDocument:
    """One error as an InvalidDocument."""
    report = Report()
    report.error(code, message, path=path, help=help)
    return InvalidDocument(report.found)
