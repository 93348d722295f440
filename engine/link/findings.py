"""What linking finds wrong: each problem once, however many rows have it, and no more than a reader can take in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from engine.diagnostics import Diagnostic, Report, quoted
from engine.source import Place

MOST: Final = 100


class TooMany(Exception):
    """So much is wrong that the rest is not looked for."""


@dataclass(slots=True)
class _InRows:
    """The parts of a message, the place in the one row that has it, and the rows."""

    before: str
    after: str
    own: Place | None
    rows: list[str] = field(default_factory=list)


class Findings(Report):
    """A report that tells a problem once. `refusals` counts everything refused, repeated or told before."""

    def __init__(self) -> None:
        super().__init__()
        self.refusals = 0
        self._rows: dict[Diagnostic, _InRows | None] = {}

    def error(
        self,
        code: str,
        message: str,
        place: Place | None = None,
        *,
        help: str | None = None,
        related: Sequence[tuple[str, Place]] = (),
        path: tuple[str | int, ...] = (),
    ) -> None:
        """As in a Report. Raises TooMany after a hundred."""
        self._add(Diagnostic(code, message, place, help, "error", tuple(related), path), None)

    def error_in(
        self,
        row: str,
        code: str,
        before: str,
        after: str,
        place: Place,
        *,
        own: Place | None = None,
        help: str | None = None,
    ) -> None:
        """An error that hangs on the row: between the parts of the message it is said which rows have it.

        While it is one row only, it is told at the row's `own` place, if there is one."""
        diagnostic = Diagnostic(code, before + after, place, help)
        self._add(diagnostic, _InRows(before, after, own))
        found = self._rows[diagnostic]
        if found is not None and row not in found.rows:
            found.rows.append(row)

    def _add(self, diagnostic: Diagnostic, parts: _InRows | None) -> None:
        self.refusals += 1
        if diagnostic not in self._rows:
            self._rows[diagnostic] = parts
            self.found.append(diagnostic)
            if len(self.found) >= MOST:
                raise TooMany

    def told(self, rows: int) -> Iterator[Diagnostic]:
        """Everything found, in words for the reader. `rows` is how many rows there are."""
        for diagnostic in self.found:
            parts = self._rows[diagnostic]
            if parts is None:
                yield diagnostic
            else:
                place = parts.own if parts.own and len(parts.rows) == 1 else diagnostic.place
                message = f"{parts.before} {_in_rows(parts.rows, rows)}{parts.after}"
                yield replace(diagnostic, message=message, place=place)


def _in_rows(names: list[str], rows: int) -> str:
    if len(names) == rows > 1:
        return "in every row"
    return ("in the row " if len(names) == 1 else "in the rows ") + ", ".join(map(quoted, names))
