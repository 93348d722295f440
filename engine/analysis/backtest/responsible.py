"""Which changes of the policy the changes of its cases go back to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.analysis.backtest.model import Backtest
from engine.analysis.differences import Change, Differences
from engine.pack import Version


@dataclass(frozen=True, slots=True)
class Responsible:
    """A change of the policy, and the number of changed cases in which the part that was changed decides otherwise.

    `cases` is None for what has no part in a decision by itself, such as a definition: it acts through what reads it.
    """

    change: Change
    cases: int | None


def responsible(found: Differences, result: Backtest) -> tuple[Responsible, ...]:
    """The changes that a decision can hang on, those with the most cases first, then in the order of the policy."""
    told = [Responsible(one, _cases(one, found, result)) for one in found.changes if one.effect == "decision"]
    return tuple(sorted(told, key=lambda one: -1 if one.cases is None else one.cases, reverse=True))


def _cases(change: Change, found: Differences, result: Backtest) -> int | None:
    names = frozenset(_names(change, found))
    if not names:
        return None
    # A part that was renamed goes and comes in the same case: no case counts twice, but for parts of several names.
    return sum(
        max((part.cases for part in cell.parts if part.text in names), default=0)
        for cell in result.cells
        if cell.scenario in change.rows
    )


def _names(change: Change, found: Differences) -> Iterator[str]:
    """What the part is called among the reasons of decisions."""
    periods = found.after.policy.evidence.periods
    match change.kind:
        case "rule":
            yield from (f"{change.table}.{name}" for name in (change.name, change.was) if name)
        case "general rule":
            for version in (found.before, found.after):
                yield from _using(version, change.name)
        case "window":
            yield change.name
        case "period":
            yield f"{periods}.{change.name}"
        case "evidence":
            yield f"{change.party}.{change.name}"
        case _:
            return


def _using(version: Version, general: str) -> Iterator[str]:
    for program in version.programs.values():
        for table in program.tables.values():
            yield from (f"{table.name}.{rule.id}" for rule in table.rules if rule.general == general)
