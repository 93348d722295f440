"""What became of a table of cases under two versions, as plain data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from engine.analysis.behaviour import How
from engine.policy.model import seal

Value = str | tuple[str, ...] | None  # of a field: a word, a set of words in order, or no such field
HOWS: Final[tuple[How, ...]] = ("decision", "deadline", "reasons")


@dataclass(slots=True)
class Total:
    """A number of cases, and the sum of their amounts."""

    cases: int = 0
    amount: Decimal = Decimal(0)

    def add(self, cases: int, amount: Decimal) -> None:
        self.cases += cases
        self.amount += amount


@dataclass(slots=True)
class OfScenario:
    """The cases of a scenario that were decided under both versions, and those in which something changes: a field or
    what is missing, a deadline alone, or the reasons alone. `undetermined` counts them before and after."""

    all: Total = field(default_factory=Total)
    changed: dict[How, Total] = field(default_factory=lambda: {how: Total() for how in HOWS})
    undetermined: list[int] = field(default_factory=lambda: [0, 0])

    def add(self, other: OfScenario) -> None:
        self.all.add(other.all.cases, other.all.amount)
        for how, total in other.changed.items():
            self.changed[how].add(total.cases, total.amount)
        self.undetermined = [a + b for a, b in zip(self.undetermined, other.undetermined, strict=True)]

    @property
    def same(self) -> int:
        return self.all.cases - sum(total.cases for total in self.changed.values())


@dataclass(frozen=True, slots=True)
class Matrix:
    """A field of the decision before and after: how many cases go from which value to which, those that stay included.

    The values stand in the order in which the policy declares them.
    """

    field: str
    meaning: str
    many: bool
    before: tuple[Value, ...]
    after: tuple[Value, ...]
    cells: Mapping[tuple[Value, Value], Total]

    def __post_init__(self) -> None:
        seal(self)

    @property
    def changed(self) -> int:
        """The cases in which the field changes."""
        return sum(total.cases for _, _, total in self.ways())

    def ways(self) -> list[tuple[Value, Value, Total]]:
        """The values between which cases change, in their order."""
        pairs = [(was, now) for was in self.before for now in self.after if was != now and (was, now) in self.cells]
        return [(was, now, self.cells[was, now]) for was, now in pairs]

    def words(self) -> tuple[str, ...]:
        """The words of all values of a list, in their order."""
        return tuple(dict.fromkeys(word for value in (*self.before, *self.after) for word in _set(value)))

    def gone(self, word: str) -> Total:
        """The cases whose list holds a word before and not after."""
        return self._summed(lambda was, now: word in was and word not in now)

    def come(self, word: str) -> Total:
        """The cases whose list holds a word after and not before."""
        return self._summed(lambda was, now: word in now and word not in was)

    def _summed(self, chosen: Callable[[tuple[str, ...], tuple[str, ...]], bool]) -> Total:
        found = Total()
        for was, now, total in self.ways():
            if chosen(_set(was), _set(now)):
                found.add(total.cases, total.amount)
        return found


def _set(value: Value) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else ()


@dataclass(frozen=True, slots=True)
class Shift:
    """A field that changes, with its values before and after."""

    field: str
    before: Value
    after: Value


@dataclass(frozen=True, slots=True)
class Reason:
    """Something that decisions rest on, in so many cases: `held table.rule`, `owed party.x`; or a part by its name."""

    text: str
    cases: int


@dataclass(frozen=True, slots=True)
class Sample:
    """A case of a cell: the number of its row (from 1), the case as plain data, ready to be decided, and its columns
    that mean nothing to the policy."""

    row: int
    case: Mapping[str, Any]
    kept: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Cell:
    """Cases of a scenario that change in the same way. `others` are fields that change besides, whatever their values.

    `gone` and `come` are the reasons that one version alone gives; `parts` the rules (`table.rule`), the windows and
    the evidence owed that have another part in the decision, or none; each with the number of cases, the most frequent
    first.
    """

    scenario: str
    how: How
    shifts: tuple[Shift, ...]
    others: tuple[str, ...]
    total: Total
    gone: tuple[Reason, ...]
    come: tuple[Reason, ...]
    parts: tuple[Reason, ...]
    samples: tuple[Sample, ...]


@dataclass(frozen=True, slots=True)
class Errors:
    """The cases that cannot be decided under the first version alone, the second alone, or both; with the first of what
    was wrong, each with the number of its row."""

    before: int = 0
    after: int = 0
    both: int = 0
    first: tuple[tuple[int, str], ...] = ()

    @property
    def all(self) -> int:
        return self.before + self.after + self.both


@dataclass(frozen=True, slots=True)
class Backtest:
    """What became of a table of cases under two versions.

    `by` are the fields that make up cells and have a matrix, `changes` counts for every field the cases in which it
    changes. `amount` names the column whose sums stand beside the counts, empty for none; `without_amount` are the
    cases in which it is empty. `one_by_one` are the cases that were decided as single cases, under each version.
    `cells` stand in the order in which they are worth reading: those in which a field of `by` changes first, and of
    these the most frequent first.
    """

    policy: str
    before: str
    after: str
    by: tuple[str, ...]
    amount: str
    rows: int
    without_amount: int
    scenarios: Mapping[str, OfScenario]
    changes: Mapping[str, int]
    matrices: tuple[Matrix, ...]
    cells: tuple[Cell, ...]
    errors: Errors
    one_by_one: tuple[int, int]

    def __post_init__(self) -> None:
        seal(self)

    @property
    def beside(self) -> int:
        """The cases in which the decision changes, and no field of `by` does."""
        return sum(cell.total.cases for cell in self.cells if cell.how == "decision" and not cell.shifts)

    @property
    def total(self) -> OfScenario:
        """All scenarios together."""
        found = OfScenario()
        for one in self.scenarios.values():
            found.add(one)
        return found
