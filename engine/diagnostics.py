"""One message for the reader: a stable code, a place, what was expected, and a hint."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from engine.hints import did_you_mean as did_you_mean
from engine.hints import quoted as quoted
from engine.source import Place, place_to_dict

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """A problem in a document. `path` leads to it in the data, for documents that came without a text."""

    code: str
    message: str
    place: Place | None = None
    help: str | None = None
    severity: Severity = "error"
    related: tuple[tuple[str, Place], ...] = ()
    path: tuple[str | int, ...] = ()

    def __str__(self) -> str:
        where = f"{self.place}: " if self.place else f"{dotted(self.path)}: " if self.path else ""
        hint = f" ({self.help})" if self.help else ""
        return f"{where}{self.severity}[{self.code}]: {self.message}{hint}"

    def to_dict(self) -> dict[str, object]:
        """The problem as plain data. What there is not is null, or an empty list."""
        return {
            "code": self.code,
            "severity": self.severity,
            "message": self.message,
            "help": self.help,
            **place_to_dict(self.place),
            "path": list(self.path),
            "related": [{"message": message, **place_to_dict(place)} for message, place in self.related],
        }


class InvalidDocument(Exception):
    """A document cannot be used; `diagnostics` says everything that is wrong with it."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics: tuple[Diagnostic, ...] = tuple(diagnostics)
        super().__init__("\n".join(str(d) for d in self.diagnostics))

    def to_dict(self) -> dict[str, object]:
        """The first problem in words, with how many more there are, and all of them as plain data."""
        more = f" (and {len(self.diagnostics) - 1} more)" if len(self.diagnostics) > 1 else ""
        found = [problem.to_dict() for problem in self.diagnostics]
        return {"message": f"{self.diagnostics[0].message}{more}", "diagnostics": found}


@dataclass(slots=True)
class Report:
    """Collects problems, so that a reader sees all of them at once."""

    found: list[Diagnostic] = field(default_factory=list)

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
        self.found.append(Diagnostic(code, message, place, help, "error", tuple(related), path))

    def warning(
        self,
        code: str,
        message: str,
        place: Place | None = None,
        *,
        help: str | None = None,
        related: Sequence[tuple[str, Place]] = (),
        path: tuple[str | int, ...] = (),
    ) -> None:
        self.found.append(Diagnostic(code, message, place, help, "warning", tuple(related), path))

    @property
    def errors(self) -> list[Diagnostic]:
        return [d for d in self.found if d.severity == "error"]

    def stop_if_wrong(self) -> None:
        """Raise InvalidDocument with everything found, when any of it is an error."""
        if self.errors:
            raise InvalidDocument(in_order(self.found))


def in_order(found: Iterable[Diagnostic]) -> list[Diagnostic]:
    """The problems without repetitions, in the order of their places."""

    def key(d: Diagnostic) -> tuple[str, int, int]:
        return (d.place.source.name, d.place.line, d.place.column) if d.place else ("", 0, 0)

    return sorted(dict.fromkeys(found), key=key)


def dotted(path: Iterable[str | int]) -> str:
    """A path in the data as people write it: `scenarios.lost.consequence[2].when`."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text
