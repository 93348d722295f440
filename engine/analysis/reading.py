"""The names that a decision hangs on or shows, those left out that only windows read which nobody sees."""

from __future__ import annotations

from collections.abc import Iterator

from engine.expr.check import Expression
from engine.link.parts import (
    choices_read,
    expressions,
    formulas_read,
    names_below,
    names_of,
    names_of_window,
    of_owed,
    of_table,
    of_transition,
    windows,
)
from engine.link.program import Program


def live_expressions(program: Program) -> Iterator[Expression]:
    """The expressions of everything that stands in the row, and of the definitions that something reads."""
    yield from expressions(program)
    yield from (expression for _, expression in formulas_read(program))
    for table in choices_read(program):
        yield from of_table(table)


def names_in_use(program: Program) -> set[str]:
    """The names that tables, evidence, transition rules and windows read, of these the ones that a decision shows or
    that something else reads."""
    shown = [window for window in windows(program) if window.deadline is not None]
    shown += [record.window for record in program.records if record.window is not None]
    roots: list[str] = []
    for table in program.tables.values():
        roots += names_of(of_table(table))
    for window in shown:
        roots += names_of_window(window)
    roots += [*names_of(of_owed(program)), *names_of(of_transition(program))]
    return names_below(program, roots, through_windows=True)
