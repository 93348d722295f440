"""What came of checking documents, in every format for programs. Each format is made by a module of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Final

from engine.analysis.draft_hint import Hint
from engine.diagnostics import Diagnostic

FORMATS: Final = {  # each with the module beside this one that has a function of its name
    "json": "checked_to_json",
    "line": "checked_to_lines",
    "sarif": "checked_to_sarif",
    "github": "checked_to_github",
    "junit": "checked_to_junit",
}


@dataclass(frozen=True, slots=True)
class Checked:
    """Documents that were checked: the name and the kind of each, and everything found in them, in order.

    `hints` say what drafts change in cases; `strict` tells that warnings count as failures, too."""

    files: tuple[tuple[str, str], ...]
    found: tuple[Diagnostic, ...]
    hints: tuple[Hint, ...] = ()
    strict: bool = False

    @property
    def errors(self) -> int:
        return sum(one.severity == "error" for one in self.found)

    @property
    def warnings(self) -> int:
        return len(self.found) - self.errors

    def fails(self, one: Diagnostic) -> bool:
        """Whether something found is a failure."""
        return self.strict or one.severity == "error"


def checked_to(form: str, checked: Checked) -> str:
    """The outcome in one of the FORMATS, ending with a line feed unless it is empty."""
    write: Callable[[Checked], str] = getattr(import_module(f"engine.render.{FORMATS[form]}"), FORMATS[form])
    return write(checked)
