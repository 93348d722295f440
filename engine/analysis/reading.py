"""The names that a decision hangs on or shows, those left out that only windows read which nobody sees."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.expr.check import Expression
from engine.link.parts import (
    choices_read,
    expressions,
    formulas_read,
    of_owed,
    of_table,
    of_transition,
    of_window,
    windows,
)
from engine.link.program import Choice, Formula, Program, WindowPart


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
        roots += _names(of_table(table))
    for window in shown:
        roots += [*_names(of_window(window)), *([f"{window.paused_by}.met"] if window.paused_by is not None else [])]
    return _below(program, [*roots, *_names(of_owed(program)), *_names(of_transition(program))])


def _below(program: Program, start: Iterable[str]) -> set[str]:
    """The names, and all that they read in the end, as far as definitions and windows lead."""
    seen: set[str] = set()
    waiting = list(start)
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        match program.names[name]:
            case Formula(expression):
                waiting.extend(expression.names)
            case Choice(table):
                waiting.extend(_names(of_table(table)))
            case WindowPart(window, _):
                waiting.extend(_names(of_window(window)))
                if window.paused_by is not None:
                    waiting.append(f"{window.paused_by}.met")
            case _:
                pass
    return seen


def _names(found: Iterable[Expression]) -> list[str]:
    return [name for expression in found for name in expression.names]
