"""The parts of a program one by one, those left out that nothing reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.expr.scope import Expression
from engine.link.periods import windows as windows
from engine.link.program import Choice, Formula, Program, Table, Window, WindowPart


def choices_read(program: Program) -> Iterator[Table]:
    """The choices that something reads: one that nothing reads decides nothing."""
    read = names_read(program)
    yield from (m.table for name, m in program.names.items() if name in read and isinstance(m, Choice))


def formulas_read(program: Program) -> Iterator[tuple[str, Expression]]:
    """The formulas with a name that something reads."""
    read = names_read(program)
    yield from ((name, m.expression) for name, m in program.names.items() if name in read and isinstance(m, Formula))


def names_read(program: Program) -> set[str]:
    """The names that tables, windows and owed evidence read in the end, through definitions."""
    return names_below(program, names_of(expressions(program)))


def names_below(program: Program, start: Iterable[str], through_windows: bool = False) -> set[str]:
    """The names, and all that they read in the end: as far as definitions lead, and windows if asked for."""
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
                waiting.extend(names_of(of_table(table)))
            case WindowPart(window, _) if through_windows:
                waiting.extend(names_of_window(window))
            case _:
                pass
    return seen


def names_of(found: Iterable[Expression]) -> list[str]:
    """The names that expressions read."""
    return [name for expression in found for name in expression.names]


def names_of_window(window: Window) -> list[str]:
    """The names that a window reads, among them what became of the window that holds it."""
    held = [f"{window.paused_by}.met"] if window.paused_by is not None else []
    return [*names_of(of_window(window)), *held]


def expressions(program: Program) -> Iterator[Expression]:
    """The expressions of tables, windows, owed evidence and transition rules."""
    for table in program.tables.values():
        yield from of_table(table)
    for window in windows(program):
        yield from of_window(window)
    yield from of_owed(program)
    yield from of_transition(program)


def of_window(window: Window) -> Iterator[Expression]:
    """The expressions of a window."""
    yield from _there(window.asked_if, window.met_by)
    for span in window.spans:
        yield from _there(span.when, span.until, span.after)


def of_owed(program: Program) -> Iterator[Expression]:
    """The conditions under which evidence is owed."""
    for record in program.records:
        yield from _there(*(owed.when for owed in record.owes))


def of_transition(program: Program) -> Iterator[Expression]:
    """The expressions of the rules that say which cases stay with an earlier version."""
    for rule in program.transition:
        yield from (rule.when, rule.counts_from)


def conditions(table: Table) -> Iterator[Expression]:
    """The conditions of a table: its guard and those of its rules."""
    yield from _there(table.asked_if, *(rule.when for rule in table.rules))


def of_table(table: Table) -> Iterator[Expression]:
    """The expressions of a table and its rules."""
    yield from _there(table.asked_if)
    for rule in table.rules:
        yield from _there(rule.when, *rule.says.values())


def _there(*expressions: Expression | None) -> Iterable[Expression]:
    return (expression for expression in expressions if expression is not None)
