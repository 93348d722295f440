"""What a backtest says, in words: shares, amounts, values, and what changes in a cell."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Final

from engine.analysis.backtest.model import Backtest, Cell, Shift, Total, Value
from engine.policy.model import seal
from engine.render.changes.told import Told
from engine.render.phrases import capital, named

HOW: Final = {
    "decision": "the decision changes",
    "deadline": "a deadline alone changes",
    "reasons": "the reasons alone change",
}
NO_FIELD: Final = "no such field"
NOTHING: Final = "nothing"


@dataclass(frozen=True, slots=True)
class PolicyChange:
    """A change of the policy in words, and the changed cases in which it decides; None where that cannot be counted."""

    told: Told
    cases: int | None


@dataclass(frozen=True, slots=True)
class Report:
    """A backtest with what its pages need besides: the title of the policy and of its scenarios, the changes of the
    policy, and where the cases of a cell were written to (by the number of the cell and the row)."""

    result: Backtest
    title: str
    scenarios: Mapping[str, str]
    changes: tuple[PolicyChange, ...]
    files: Mapping[tuple[int, int], Path] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        seal(self)

    def scenario(self, name: str) -> str:
        return self.scenarios.get(name, "Scenario not known")


def share(part: int, whole: int) -> str:
    """A part of a whole in per cent, with one decimal; what is not nothing never looks like nothing."""
    if not whole or not part:
        return "0 %"
    tenths = round(part * 1000 / whole)
    if not tenths:
        return "< 0.1 %"
    return f"{min(tenths, 999) / 10 if part < whole else 100:g} %"


def count(number: int) -> str:
    return f"{number:,}"


def cases(number: int) -> str:
    return f"{number:,} case{'s' if number != 1 else ''}"


def amount(number: Decimal) -> str:
    return f"{number:,f}"


def total(found: Total, column: str) -> str:
    """A number of cases, and the sum of their amounts where there is one."""
    return f"{count(found.cases)} ({amount(found.amount)})" if column else count(found.cases)


def value(said: Value) -> str:
    """A value of a field, as the version writes it."""
    if said is None:
        return NO_FIELD
    return said if isinstance(said, str) else ", ".join(said) or NOTHING


def spoken(said: Value) -> str:
    """A value of a field in words."""
    return capital(named(value(said)))


def shift(one: Shift) -> str:
    """A field that changes with its values; of a list what goes, what comes and what stays."""
    return f"{one.field}: {moved(one, value)}"


def moved(one: Shift, said: Callable[[Value], str], strong: Callable[[str], str] = str) -> str:
    """From what to what a field changes. `said` puts a value into words, `strong` makes them stand out."""
    if not isinstance(one.before, tuple) or not isinstance(one.after, tuple):
        return f"{strong(said(one.before))} → {strong(said(one.after))}"
    gone = tuple(word for word in one.before if word not in one.after)
    come = tuple(word for word in one.after if word not in one.before)
    still = tuple(word for word in one.after if word in one.before)
    parts = (
        (f"no longer {strong(said(gone))}", gone),
        (f"now {strong(said(come))}", come),
        (f"still {said(still)}", still),
    )
    return ", ".join(text for text, words in parts if words)


def what_changes(cell: Cell) -> str:
    """What changes in the cases of a cell, in one line."""
    parts = [shift(one) for one in cell.shifts]
    if cell.others:
        parts.append(f"{'also ' if parts else ''}{', '.join(cell.others)}")
    if parts:
        return "; ".join(parts)
    return "what is missing" if cell.how == "decision" else HOW[cell.how]
