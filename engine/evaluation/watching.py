"""The reference meaning, watched: what every part of a condition came to, and every fact that was read."""

from __future__ import annotations

import ast
from datetime import datetime
from typing import Any

from engine.backends.interpreter import Interpreter
from engine.case.model import Case
from engine.link.program import Program, Rule, Span, Window


class Watching(Interpreter):
    """The reference meaning, which remembers the value of every part of an expression that it came to, and the facts
    that it read, in order."""

    def __init__(self, program: Program, case: Case, as_of: datetime) -> None:
        super().__init__(program, case, as_of)
        self.seen: dict[ast.AST, object] = {}
        self.facts_read: dict[str, None] = {}

    def _eval(self, node: ast.AST) -> Any:
        value = self.seen[node] = super()._eval(node)
        return value

    def fact(self, name: str) -> object:
        self.facts_read[name] = None
        return super().fact(name)

    def as_known(self, name: str) -> object:
        """A fact as known at `as_of`, without being read for the decision."""
        return super().fact(name)

    def has_read(self, name: str) -> bool:
        """Whether a name was read."""
        return name in self.memo

    def rules_that_decided(self) -> list[Rule]:
        """The rules and alternatives that decided: of a `first` table the one that holds, while none above is open."""
        read = self.outcomes.read.values()
        return [rule for table, found in read if table.hit == "all" or not found.still_open for rule in found.hold]

    def spans_that_hold(self, window: Window) -> list[Span]:
        """The alternatives of a window by which it ends: the first that holds, or all of them."""
        holding: list[Span] = []
        for span in window.spans:
            holds = True if span.when is None else self.seen.get(span.when.tree)
            if holds is True:
                holding.append(span)
            if not window.latest and holds is not False:
                break
        return holding
