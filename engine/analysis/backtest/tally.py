"""The comparison of many batches, added up: what stays in memory grows with what is told apart, not with the rows."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from engine.analysis.backtest.compare import ERROR, Compared, Comparer
from engine.analysis.backtest.encode import NOTHING, Codes, Flags, Numbering, distinct
from engine.analysis.backtest.model import HOWS, Cell, Errors, Matrix, OfScenario, Reason, Sample, Shift, Total, Value
from engine.analysis.behaviour import How
from engine.diagnostics import quoted
from engine.policy.model import Field

FIRST_ERRORS: Final = 20
GREATEST: Final = 2**46  # of an amount: those of a batch can be added up in 64 bits
MOST_PLACES: Final = 18
SHOWN: Final = "shown"  # the state of a reason that is a window; windows are compared themselves
_SPREAD: Final = 0x9E3779B97F4A7C15  # odd: rows that follow each other are drawn from everywhere
Documents = Callable[[pa.RecordBatch, pa.RecordBatch, list[int]], list[tuple[dict[str, Any], dict[str, Any]]]]


class NotTold(ValueError):
    """What is asked for cannot be told; str() says why."""


@dataclass(frozen=True, slots=True)
class Outward:
    """A field of the decision, and the words that it may say, in order, with their meanings."""

    field: Field
    words: Mapping[str, str]


@dataclass(slots=True)
class _Cell:
    total: Total = field(default_factory=Total)
    reasons: Counter[int] = field(default_factory=Counter)
    windows: Counter[str] = field(default_factory=Counter)
    # the rows with the smallest numbers by lot, the greatest of them first
    samples: list[tuple[int, int, dict[str, Any], dict[str, Any]]] = field(default_factory=list)


Key = tuple[int, How, tuple[tuple[str, int, int], ...], tuple[str, ...]]


class Tally:
    """Adds up batches. `by` are the fields whose values tell cells apart, `per_cell` how many samples are kept of each;
    `documents` gives rows of a table, with their decisions, as cases. The rows are numbered from `first` on.

    It can be pickled, for another tally to `merge`; the copy can do nothing else."""

    def __init__(
        self,
        fields: Mapping[str, Outward],
        by: Iterable[str],
        amount: Amounts,
        per_cell: int,
        documents: Documents,
        first: int = 0,
    ) -> None:
        self._fields = fields
        self._by = tuple(by)
        self._amount = amount
        self._per_cell = per_cell
        self._documents = documents
        self._first = first
        self._comparer = Comparer(list(fields))
        self._cells: dict[Key, _Cell] = {}
        self._matrices: dict[str, dict[tuple[int, int], Total]] = {name: {} for name in self._by}
        self._scenarios: dict[str, OfScenario] = {}
        self._changes: Counter[str] = Counter()
        self._errors = [0, 0, 0]
        self._first_errors: list[tuple[int, str]] = []
        self.rows = 0
        self.without_amount = 0

    def add(self, cases: pa.RecordBatch, before: pa.RecordBatch, after: pa.RecordBatch) -> int:
        """The decisions of a batch of cases under both versions. How many of the cases have an error."""
        first = self._first + self.rows
        self.rows += cases.num_rows
        wrong = self._wrong(before, after, first)
        fine = np.flatnonzero(~wrong)
        if len(fine) < cases.num_rows:
            chosen = pa.array(fine)
            cases, before, after = (one.take(chosen) for one in (cases, before, after))
        if len(fine):
            amounts, empty = self._amount.of(cases)
            self.without_amount += empty
            self._add(cases, after, self._comparer.compare(before, after), amounts, fine + first)
        return int(wrong.sum())

    def _wrong(self, before: pa.RecordBatch, after: pa.RecordBatch, first: int) -> Flags:
        old, new = (pc.is_valid(one.column(ERROR)).to_numpy(zero_copy_only=False) for one in (before, after))
        for place, flags in enumerate((old & ~new, new & ~old, old & new)):
            self._errors[place] += int(flags.sum())
        wrong: Flags = old | new
        for row in np.flatnonzero(wrong)[: max(0, FIRST_ERRORS - len(self._first_errors))].tolist():
            said = before.column(ERROR)[row].as_py() or after.column(ERROR)[row].as_py()
            self._first_errors.append((first + row + 1, said))
        return wrong

    def _add(self, cases: pa.RecordBatch, after: pa.RecordBatch, found: Compared, amounts: Codes, rows: Codes) -> None:
        hows = np.select([found.decision, found.deadline, found.reasons != NOTHING], [0, 1, 2], 3)
        self._add_scenarios(found, hows, amounts)
        for name in self._fields:
            self._changes[name] += int((found.before[name] != found.after[name]).sum())
        for name, matrix in self._matrices.items():
            at, of, counts = distinct([found.before[name], found.after[name]])
            sums = self._sums(amounts, of, len(at))
            for place, cases_, sum_ in zip(at.tolist(), counts.tolist(), sums, strict=True):
                key = (int(found.before[name][place]), int(found.after[name][place]))
                matrix.setdefault(key, Total()).add(cases_, sum_)
        changed = np.flatnonzero(hows < len(HOWS))
        if len(changed):
            of, own = self._add_cells(found, hows, amounts, changed)
            if self._per_cell:
                self._add_samples(cases, after, rows, changed, of, own)

    def _add_scenarios(self, found: Compared, hows: Codes, amounts: Codes) -> None:
        at, of, counts = distinct([found.scenario, hows])
        sums = self._sums(amounts, of, len(at))
        for place, cases, sum_ in zip(at.tolist(), counts.tolist(), sums, strict=True):
            one = self._scenario(int(found.scenario[place]))
            one.all.add(cases, sum_)
            if hows[place] < len(HOWS):
                one.changed[HOWS[hows[place]]].add(cases, sum_)
        for side, determined in enumerate(found.determined):
            codes, numbers = np.unique(found.scenario[~determined], return_counts=True)
            for code, number in zip(codes.tolist(), numbers.tolist(), strict=True):
                self._scenario(code).undetermined[side] += number

    def _scenario(self, code: int) -> OfScenario:
        return self._scenarios.setdefault(str(self._comparer.scenarios.values[code]), OfScenario())

    def _sums(self, amounts: Codes, of: Codes, size: int) -> list[Decimal]:
        sums = np.zeros(size, np.int64)
        if self._amount.name:
            np.add.at(sums, of, amounts)
        return [self._amount.decimal(sum_) for sum_ in sums.tolist()]

    # ------------------------------------------------------------------------------------------------------- cells

    def _add_cells(self, found: Compared, hows: Codes, amounts: Codes, changed: Codes) -> tuple[Codes, list[_Cell]]:
        """Add the changed rows to their cells. Which of the cells each belongs to."""
        columns = [found.scenario[changed], hows[changed]]
        for name in self._fields:
            old, new = found.before[name][changed], found.after[name][changed]
            if name in self._by:
                same = old == new
                columns += [np.where(same, NOTHING, old), np.where(same, NOTHING, new)]
            else:
                columns.append((old != new).astype(np.int64))
        at, of, counts = distinct(columns)
        sums = self._sums(amounts[changed], of, len(at))
        own = [self._cell(found, hows, int(changed[place])) for place in at.tolist()]
        for cell, number, sum_ in zip(own, counts.tolist(), sums, strict=True):
            cell.total.add(number, sum_)
        self._add_reasons(found, changed, of, own)
        for name, differs in found.windows.items():
            numbers = np.bincount(of[differs[changed]], minlength=len(own))
            for place in np.flatnonzero(numbers).tolist():
                own[place].windows[name] += int(numbers[place])
        return of, own

    def _cell(self, found: Compared, hows: Codes, place: int) -> _Cell:
        shifts, others = [], []
        for name in self._fields:
            old, new = int(found.before[name][place]), int(found.after[name][place])
            if old != new and name in self._by:
                shifts.append((name, old, new))
            elif old != new:
                others.append(name)
        key = (int(found.scenario[place]), HOWS[hows[place]], tuple(shifts), tuple(others))
        return self._cells.setdefault(key, _Cell())

    def _add_reasons(self, found: Compared, changed: Codes, of: Codes, own: list[_Cell]) -> None:
        reasons = found.reasons[changed]
        there = np.flatnonzero(reasons != NOTHING)
        if not len(there):
            return
        at, _, counts = distinct([of[there], reasons[there]])
        for place, number in zip(there[at].tolist(), counts.tolist(), strict=True):
            own[of[place]].reasons[int(reasons[place])] += number

    def _add_samples(
        self, cases: pa.RecordBatch, after: pa.RecordBatch, rows: Codes, changed: Codes, of: Codes, own: list[_Cell]
    ) -> None:
        """Keep of each cell the rows with the smallest numbers by lot: they depend on the number of the row alone."""
        lots = rows[changed].astype(np.uint64) * np.uint64(_SPREAD)
        order = np.lexsort((lots, of))
        starts = np.searchsorted(of[order], np.arange(len(own)))
        fresh: list[tuple[_Cell, int, int]] = []
        for place, cell in enumerate(own):
            mine = order[starts[place] : starts[place] + self._per_cell]
            found = [(int(lots[one]), int(changed[one])) for one in mine[of[mine] == place].tolist()]
            if len(cell.samples) == self._per_cell:
                found = [one for one in found if one[0] < -cell.samples[0][0]]
            fresh += ((cell, lot, row) for lot, row in found)
        if not fresh:
            return
        documents = self._documents(cases, after, [row for _, _, row in fresh])
        for (cell, lot, row), (case, kept) in zip(fresh, documents, strict=True):
            entry = (-lot, int(rows[row]) + 1, case, kept)
            if len(cell.samples) < self._per_cell:
                heapq.heappush(cell.samples, entry)
            elif entry[0] > cell.samples[0][0]:
                heapq.heapreplace(cell.samples, entry)

    # ----------------------------------------------------------------------------------------------------- together

    def __getstate__(self) -> dict[str, object]:
        return {**self.__dict__, "_fields": {}, "_documents": None}

    def merge(self, other: Tally) -> None:
        """Add what another tally of the same fields has counted, of rows that come behind those of this one."""
        behind = self._first + self.rows - other._first
        values = {name: _codes(self._comparer.of_field[name], own) for name, own in other._comparer.of_field.items()}
        scenarios = _codes(self._comparer.scenarios, other._comparer.scenarios)
        reasons = _codes(self._comparer.reasons, other._comparer.reasons)
        for name, matrix in other._matrices.items():
            for (old, new), total in matrix.items():
                key = (values[name][old], values[name][new])
                self._matrices[name].setdefault(key, Total()).add(total.cases, total.amount)
        for scenario, counted in other._scenarios.items():
            self._scenarios.setdefault(scenario, OfScenario()).add(counted)
        for (scenario_, how, shifts, besides), cell in other._cells.items():
            moved = tuple((name, values[name][old], values[name][new]) for name, old, new in shifts)
            mine = self._cells.setdefault((scenarios[scenario_], how, moved, besides), _Cell())
            mine.total.add(cell.total.cases, cell.total.amount)
            mine.windows.update(cell.windows)
            for code, number in cell.reasons.items():
                mine.reasons[reasons[code]] += number
            renumbered = [(lot, row + behind, case, kept) for lot, row, case, kept in cell.samples]
            mine.samples = heapq.nlargest(self._per_cell, mine.samples + renumbered, key=lambda one: one[:2])[::-1]
        self._changes.update(other._changes)
        self._errors = [mine + its for mine, its in zip(self._errors, other._errors, strict=True)]
        told = [(row + behind, said) for row, said in other._first_errors]
        self._first_errors = (self._first_errors + told)[:FIRST_ERRORS]
        self.rows += other.rows
        self.without_amount += other.without_amount

    # ------------------------------------------------------------------------------------------------------ results

    @property
    def errors(self) -> Errors:
        before, after, both = self._errors
        return Errors(before, after, both, tuple(self._first_errors))

    @property
    def changes(self) -> dict[str, int]:
        return {name: self._changes[name] for name in self._fields}

    def scenarios(self, order: Iterable[str]) -> dict[str, OfScenario]:
        """What was counted, by scenario, in this order; those that are in no order come last."""
        names = [name for name in dict.fromkeys([*order, *sorted(self._scenarios)]) if name in self._scenarios]
        return {name: self._scenarios[name] for name in names}

    def matrices(self) -> tuple[Matrix, ...]:
        found = []
        for name, cells in self._matrices.items():
            known = self._fields[name]
            values = {(self._value(name, old), self._value(name, new)): total for (old, new), total in cells.items()}
            sides = [_in_order(list(known.words), {pair[side] for pair in values}) for side in (0, 1)]
            found.append(Matrix(name, known.field.meaning, known.field.many, sides[0], sides[1], values))
        return tuple(found)

    def cells(self, scenarios: Iterable[str]) -> tuple[Cell, ...]:
        """The cells: first those in which a field of `by` changes, then other fields, deadlines and reasons; the most
        frequent first, of the same frequency in the order of scenarios and values."""
        place = {name: number for number, name in enumerate(scenarios)}
        found = [self._told(key, cell) for key, cell in self._cells.items()]

        def order(cell: Cell) -> tuple[Any, ...]:
            shifts = [(one.field, str(one.before), str(one.after)) for one in cell.shifts]
            return (
                HOWS.index(cell.how),
                not shifts,
                -cell.total.cases,
                place.get(cell.scenario, len(place)),
                shifts,
                cell.others,
            )

        return tuple(sorted(found, key=order))

    def _told(self, key: Key, cell: _Cell) -> Cell:
        scenario, how, shifts, besides = key
        gone: Counter[str] = Counter()
        come: Counter[str] = Counter()
        parts = Counter(cell.windows)
        for code, number in cell.reasons.items():
            olds, news = self._comparer.reasons.values[code]
            gone.update(dict.fromkeys(olds, number))
            come.update(dict.fromkeys(news, number))
            others = {text.partition(" ") for text in olds | news}
            parts.update(dict.fromkeys({name for state, _, name in others if state != SHOWN}, number))
        samples = sorted(cell.samples, key=lambda one: one[1])
        return Cell(
            str(self._comparer.scenarios.values[scenario]),
            how,
            tuple(Shift(name, self._value(name, old), self._value(name, new)) for name, old, new in shifts),
            besides,
            cell.total,
            _counted(gone),
            _counted(come),
            _counted(parts),
            tuple(Sample(row, case, kept) for _, row, case, kept in samples),
        )

    def _value(self, name: str, code: int) -> Value:
        value: Value = None if code == NOTHING else self._comparer.of_field[name].values[code]
        if not isinstance(value, tuple):
            return value
        words = list(self._fields[name].words)
        return tuple(sorted(value, key=lambda word: (words.index(word) if word in words else len(words), word)))


def _codes(mine: Numbering, its: Numbering) -> list[int]:
    """For every number of one numbering that of another one; the last, which is that of NOTHING, stays."""
    return [*map(mine.code, its.values), NOTHING]


def _counted(counts: Counter[str]) -> tuple[Reason, ...]:
    return tuple(Reason(text, number) for text, number in sorted(counts.items(), key=lambda one: (-one[1], one[0])))


def _in_order(words: list[str], values: set[Value]) -> tuple[Value, ...]:
    """Values in the order of these words, of sets by their first word; the empty set first."""

    def place(value: Value) -> tuple[Any, ...]:
        if value is None:
            return (-1,)
        if isinstance(value, tuple):
            return (0, [words.index(word) if word in words else len(words) for word in value], value)
        return (0, [words.index(value) if value in words else len(words)], value)

    return tuple(sorted(values, key=place))


class Amounts:
    """The column whose sums stand beside the counts, as whole numbers of its smallest unit; without a name there is
    none. Raises NotTold where its numbers are no exact ones, or too large to be added up."""

    def __init__(self, name: str, schema: pa.Schema) -> None:
        self.name = name
        self._places, self._exact = 0, False
        if not name:
            return
        type_ = schema.field(name).type
        if pa.types.is_decimal(type_) and 0 <= type_.scale <= MOST_PLACES:
            self._places, self._exact = type_.scale, True
        elif not pa.types.is_integer(type_):
            raise NotTold(f"the column {quoted(name)} is {type_}; whole and exact decimal numbers can be added up")

    def of(self, cases: pa.RecordBatch) -> tuple[Codes, int]:
        """The amounts of a batch, 0 where there is none; and how many have none."""
        if not self.name:
            return np.zeros(cases.num_rows, np.int64), 0
        column = cases.column(self.name)
        if self._exact:
            numbers = _unscaled(column)
        else:
            numbers = column.cast(pa.int64()).fill_null(0).to_numpy(zero_copy_only=False)
        if len(numbers) and max(int(numbers.max()), -int(numbers.min())) > GREATEST:
            raise NotTold(f"the column {quoted(self.name)} has numbers that are too large to be added up")
        return numbers, column.null_count

    def decimal(self, number: int) -> Decimal:
        return Decimal(number).scaleb(-self._places)


def _unscaled(column: pa.Array) -> Codes:
    """Decimal numbers without their point, 0 where there is none: the lower half of 128 bits, where that is all."""
    whole = column.cast(pa.decimal128(38, column.type.scale))
    halves = np.frombuffer(whole.buffers()[1], np.int64).reshape(-1, 2)[whole.offset : whole.offset + len(whole)]
    low = np.where(whole.is_valid().to_numpy(zero_copy_only=False), halves[:, 0], 0)
    high = np.where(whole.is_valid().to_numpy(zero_copy_only=False), halves[:, 1], 0)
    return np.where(high == low >> 63, low, np.iinfo(np.int64).max)
