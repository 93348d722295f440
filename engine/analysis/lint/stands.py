"""What holds at one place of the text in every row that has it: a rule of all rows is judged in all of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from engine.analysis.lint.places import warning
from engine.diagnostics import Diagnostic, quoted
from engine.source import Place

ROWS: Final = "{rows}"  # where a message says in which rows something is so


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is suspicious at a place in one row. The message may have `{rows}` in it.

    `kind` tells verdicts apart that do not go together: what always holds in one row and never in another is sound."""

    code: str
    message: str
    help: str | None = None
    related: tuple[tuple[str, Place], ...] = ()
    kind: str = ""


@dataclass(slots=True)
class Stands:
    """The verdicts on each place, row by row. `rows` is how many rows there are.

    `everywhere`: a place is told only when it is suspicious in every row that has it; else when it is in any."""

    rows: int
    everywhere: bool = True
    _found: dict[Place, dict[str, Verdict | None]] = field(default_factory=dict)

    def add(self, place: Place, row: str, verdict: Verdict | None) -> None:
        """What is found at a place in a row: nothing, when it is None. Later verdicts on the same are left out."""
        self._found.setdefault(place, {}).setdefault(row, verdict)

    def told(self) -> Iterator[Diagnostic]:
        """A warning for each place that is suspicious, with the rows in which it is."""
        for place, verdicts in self._found.items():
            found = {row: verdict for row, verdict in verdicts.items() if verdict is not None}
            enough = len(found) == len(verdicts) if self.everywhere else bool(found)
            if enough and len({verdict.kind for verdict in found.values()}) == 1:
                first = next(iter(found.values()))
                message = first.message.replace(ROWS, in_rows(list(found), self.rows))
                yield warning(first.code, message, place, help=first.help, related=first.related)


def in_rows(names: Sequence[str], rows: int) -> str:
    """` in the row x`, ` in the rows x, y`; nothing where it is so in all rows."""
    if len(names) == rows:
        return ""
    return f" in the row{'s' if len(names) > 1 else ''} {listed(names)}"


def listed(names: Iterable[str]) -> str:
    """Names in back quotes, joined by `and`."""
    *most, last = map(quoted, names)
    return f"{', '.join(most)} and {last}" if most else last
