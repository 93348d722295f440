"""A case as it was written, and what a command needs to know of it before it is decided."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.case.written import CaseDocument, from_json
from engine.diagnostics import InvalidDocument, Report

if TYPE_CHECKING:
    from engine.document import Node
    from engine.source import Place


@dataclass(frozen=True, slots=True)
class Item:
    """A case among those to be decided: where it stands (`line` is that of JSON Lines), what was given there (bytes for
    JSON that is still to be read), and how many bytes it takes (0: not known)."""

    source: str
    given: CaseDocument | InvalidDocument | bytes
    line: int | None = None
    size: int = 0

    @property
    def name(self) -> str:
        return self.source if self.line is None else f"{self.source}:{self.line}"

    @property
    def found(self) -> CaseDocument | InvalidDocument:
        """The case, or what is wrong with its text. JSON is read anew each time."""
        if not isinstance(self.given, bytes):
            return self.given
        try:
            return from_json(self.given, self.source)
        except InvalidDocument as problem:
            return problem


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
