"""The museum of mistakes: what each piece is, and what the engine says of it.

A piece is a small change to one of the sound documents in `tests/museum/base`, or a text of its own, with the exact
diagnostics that follow. `python -m tests.museum_pieces` writes these anew, for a person to look at the difference.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from engine.cli.documents import Checker
from engine.diagnostics import Diagnostic, in_order

MUSEUM = Path(__file__).with_name("museum")
BASE = MUSEUM / "base"
TIDY = MUSEUM / "tidy"  # a base with nothing to warn of, for the pieces on warnings
PACK = ("1.0.0.yaml", "clauses.yaml", "readings.yaml")
KEYS = {"about", "in", "change", "text", "do", "says"}

Said = list[dict[str, Any]]


@dataclass(frozen=True)
class Piece:
    """One way to be wrong: its file in the museum and its number there, and the piece as written."""

    file: Path
    number: int
    written: dict[str, Any]

    @property
    def code(self) -> str:
        """The code that the piece is there to show."""
        return self.file.stem.replace("-", "/", 1)

    @property
    def base(self) -> Path:
        """The sound documents that it changes."""
        return TIDY if self.code.startswith("lint/") else BASE

    def __str__(self) -> str:
        return f"{self.file.stem}-{self.number}"

    def text(self) -> str:
        """The wrong document. Raises ValueError when the base no longer has what is to be changed."""
        if "text" in self.written:
            return str(self.written["text"])
        text: str = (self.base / self.written["in"]).read_text(encoding="utf-8")
        for change in self.written["change"]:
            if text.count(change["replace"]) != 1:
                raise ValueError(
                    f"{self}: {change['replace']!r} stands {text.count(change['replace'])} times in the base"
                )
            text = text.replace(change["replace"], change["with"])
        return text

    def said(self) -> Said:
        """What the engine says of it, as plain data."""
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name) / "loans"
            shutil.copytree(self.base, folder)
            if "do" in self.written:
                from tests.museum_actions import ACTIONS

                found: Iterable[Diagnostic] = ACTIONS[self.written["do"]](folder)
            else:
                found = _checked(folder, self.written["in"], self.text(), warnings=self.base is TIDY)
            return [_plain(diagnostic, folder) for diagnostic in in_order(found)]

    @property
    def expected(self) -> Said:
        """What the museum keeps of it."""
        says: Said = self.written.get("says", [])
        return says


def _checked(folder: Path, file: str, text: str, warnings: bool) -> list[Diagnostic]:
    """What `validate` finds in a file that stands in the pack; the warnings only where they are asked for."""
    checker = Checker(str(folder))
    if file in PACK:
        (folder / file).write_text(text, encoding="utf-8")
        checker.everything()
        return checker.found if warnings else checker.report.errors
    path = folder / file
    path.write_text(text, encoding="utf-8")
    checker.file(str(path))
    return checker.found


def _plain(diagnostic: Diagnostic, folder: Path) -> dict[str, Any]:
    data: dict[str, Any] = {}
    if diagnostic.place is not None:
        data["at"] = str(diagnostic.place).replace(f"{folder}/", "").replace(str(folder), "loans")
    elif diagnostic.path:
        data["path"] = list(diagnostic.path)
    data[diagnostic.severity] = diagnostic.code
    data["message"] = diagnostic.message.replace(str(folder), "loans")
    if diagnostic.help:
        data["help"] = diagnostic.help
    notes = [f"{place}: {message}".replace(f"{folder}/", "") for message, place in diagnostic.related]
    return data | ({"notes": notes} if notes else {})


def pieces() -> Iterator[Piece]:
    """Every piece of the museum."""
    for file in sorted(MUSEUM.glob("*.yaml")):
        for number, written in enumerate(yaml.safe_load(file.read_text(encoding="utf-8")), 1):
            yield Piece(file, number, written)


class _Dumper(yaml.SafeDumper):
    """Block style throughout; texts of more than one line as they are."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    plain = text.isprintable() or (text.replace("\n", "").isprintable() and " \n" not in text)
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if plain and "\n" in text else None)


_Dumper.add_representer(str, _text)


def write() -> None:
    """Write what the engine says of every piece into the museum."""
    files: dict[Path, list[dict[str, Any]]] = {}
    for piece in pieces():
        files.setdefault(piece.file, []).append({**piece.written, "says": piece.said()})
    for file, written in files.items():
        file.write_text(yaml.dump(written, Dumper=_Dumper, sort_keys=False, width=110), encoding="utf-8")


if __name__ == "__main__":
    write()
