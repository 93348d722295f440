"""What linking finds wrong: each problem once, however many rows have it, and no more than a reader can take in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from engine.diagnostics import Diagnostic, Report, quoted
from engine.source import Place

MOST: Final = 100


class TooMany(Exception):
    """So much is wrong that the rest is not looked for."""


class Findings(Report):
    """A report that tells a problem once. `refusals` counts everything refused, repeated or told before."""

    def __init__(self) -> None:
        super().__init__()
        self.refusals = 0
        self._rows: dict[Diagnostic, tuple[str, str, list[str]] | None] = {}

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
        help: str | None = None,
        related: Sequence[tuple[str, Place]] = (),
    ) -> None:
        """An error that hangs on the row: between the parts of the message it is said which rows have it."""
        diagnostic = Diagnostic(code, before + after, place, help, "error", tuple(related))
        self._add(diagnostic, (before, after, []))
        told = self._rows[diagnostic]
        if told is not None and row not in told[2]:
            told[2].append(row)

    def _add(self, diagnostic: Diagnostic, parts: tuple[str, str, list[str]] | None) -> None:
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
                before, after, names = parts
                yield replace(diagnostic, message=f"{before} {_in_rows(names, rows)}{after}")


def _in_rows(names: list[str], rows: int) -> str:
    if len(names) == rows > 1:
        return "in every row"
    return ("in the row " if len(names) == 1 else "in the rows ") + ", ".join(map(quoted, names))
