"""Decide the case of a test and keep what every part of its conditions came to."""

from __future__ import annotations

import ast
from datetime import datetime
from typing import Any

from engine.backends.interpreter import Interpreter
from engine.case.model import Case
from engine.expr.terms import Term
from engine.link.program import Program, Rule, Span, Window
from engine.pack import Version
from engine.testing.model import PolicyTest
from engine.testing.run import Result, run_test


class Watching(Interpreter):
    """The reference meaning, which remembers the value of every part of an expression that it came to."""

    def __init__(self, program: Program, case: Case, as_of: datetime) -> None:
        super().__init__(program, case, as_of)
        self.seen: dict[ast.AST, object] = {}

    def _eval(self, node: ast.AST) -> Any:
        value = self.seen[node] = super()._eval(node)
        return value

    def came_to(self, term: Term) -> object:
        """What a term was; None when it was never asked."""
        return self.seen.get(term.tree)

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


def watch(version: Version, test: PolicyTest) -> tuple[Result, Watching | None]:
    """The result of a test, and what was seen on the way; None when its case cannot be decided under one row."""
    watching: list[Watching] = []

    def new(program: Program, case: Case, as_of: datetime) -> Interpreter:
        watching.append(Watching(program, case, as_of))
        return watching[-1]

    result = run_test(version, test, new)
    return result, watching[-1] if watching else None
