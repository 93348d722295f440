"""Two versions of a policy to everything that differs between them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from engine.analysis.compare_blocks import BlockComparison, renamed_rules
from engine.analysis.compare_declarations import declared_changes, register_changes, row_words
from engine.analysis.compare_rows import RowComparison
from engine.analysis.differences import Change, Differences
from engine.analysis.row_parts import Side
from engine.pack import Version


def differences(before: Version, after: Version) -> Differences:
    """Everything that differs: what is declared, the general blocks, the rules of all rows, then row by row.

    A change of a general block is told once, with the rows that it reaches and those that it passes by.
    """
    return Differences(before, after, tuple(_changes(Side(before), Side(after))))


def _changes(before: Side, after: Side) -> Iterator[Change]:
    comparison = RowComparison(before, after, renamed_rules(before, after))
    olds, news = before.policy.rows, after.policy.rows
    of_rows: list[Change] = []
    for row in dict.fromkeys([*news, *olds]):
        if row not in news:
            place = olds[row].place
            of_rows.append(Change("scenario", row, "removed", (), row, rows=(row,), before=place))
        elif row not in olds:
            of_rows.append(Change("scenario", row, "added", (), row, rows=(row,), after=news[row].place))
            of_rows += comparison.added(row)
        else:
            of_rows += row_words(before, after, row)
            of_rows += comparison.changes(row)
    tables = dict.fromkeys([*after.policy.tables, *before.policy.tables])
    shared = [change for table in tables for change in comparison.shared(table)]
    blocks = BlockComparison(comparison)
    page = register_changes(before, after)
    declared = [*declared_changes(before, after)]
    for change in (*declared, *blocks.periods(), *blocks.windows(), *blocks.rules(), *shared, *page, *of_rows):
        yield from _apart(change)


def _apart(change: Change) -> Iterator[Change]:
    """A change, with differences of mere wording in a change of their own."""
    wording = tuple(d for d in change.differences if d.effect == "wording")
    rest = tuple(d for d in change.differences if d.effect != "wording")
    if change.what != "changed" or not wording or not rest:
        yield change
        return
    yield replace(change, differences=rest)
    yield replace(change, differences=wording, escapes=())
