"""The windows of a row. A module of its own: deciding needs it, and no other part of `link`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.link.program import Program, Window


def windows(program: Program) -> Iterator[Window]:
    """All windows of a row, the periods of its parties behind the others."""
    yield from program.windows
    yield from (record.window for record in program.records if record.window is not None)
