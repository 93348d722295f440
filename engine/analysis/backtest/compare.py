"""Two batches of decisions of the same cases, compared in columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from engine.analysis.backtest.encode import NOTHING, Codes, Flags, Numbering, distinct, is_list, numbered, words_of

MISSING = ("missing_facts", "unassessed")
SCENARIO, DETERMINED, REASONS, DEADLINES, ERROR = "scenario", "determined", "reasons", "deadlines", "error"


@dataclass(slots=True)
class Compared:
    """What two decisions of each row say; rows with an error under either are left out of everything.

    `before` and `after` hold the number of the value of each field, `reasons` that of the reasons which go and
    come (NOTHING where none does), `windows` for each window that is shown whether that is otherwise.
    """

    scenario: Codes
    before: dict[str, Codes]
    after: dict[str, Codes]
    decision: Flags
    deadline: Flags
    reasons: Codes
    windows: dict[str, Flags]
    determined: tuple[Flags, Flags]


class Comparer:
    """Compares batches. The numbers of words and sets are kept from batch to batch."""

    def __init__(self, fields: Sequence[str]) -> None:
        self.fields = tuple(fields)
        self.of_field = {name: Numbering() for name in fields}
        self.scenarios, self.reasons, self.names = Numbering(), Numbering(), Numbering()
        self._missing, self._standing = Numbering(), Numbering()

    def __getstate__(self) -> dict[str, object]:
        return {"of_field": self.of_field, "scenarios": self.scenarios, "reasons": self.reasons}

    def compare(self, before: pa.RecordBatch, after: pa.RecordBatch) -> Compared:
        """The rows of two batches, none of which has an error."""
        rows = before.num_rows
        old = {name: self._codes(name, before) for name in self.fields}
        new = {name: self._codes(name, after) for name in self.fields}
        decision = np.zeros(rows, bool)
        for name in self.fields:
            decision |= old[name] != new[name]
        for name in MISSING:
            decision |= self._missing.sets(before.column(name)) != self._missing.sets(after.column(name))
        windows = self._windows(before.column(DEADLINES), after.column(DEADLINES))
        deadline = np.zeros(rows, bool)
        for differs in windows.values():
            deadline |= differs
        determined = tuple(
            one.column(DETERMINED).fill_null(False).to_numpy(zero_copy_only=False) for one in (before, after)
        )
        return Compared(
            self.scenarios.words(after.column(SCENARIO)),
            old,
            new,
            decision,
            deadline,
            self._reasons(before.column(REASONS), after.column(REASONS)),
            windows,
            (determined[0], determined[1]),
        )

    def _codes(self, name: str, batch: pa.RecordBatch) -> Codes:
        if name not in batch.schema.names:
            return np.full(batch.num_rows, NOTHING, np.int64)
        column = batch.column(name)
        return self.of_field[name].sets(column) if is_list(column) else self.of_field[name].words(column)

    def _reasons(self, before: pa.Array, after: pa.Array) -> Codes:
        """The numbers of what goes and what comes; of the sets themselves there are too many to keep them."""
        (olds, news), names = numbered([before, after])
        found = np.full(len(olds), NOTHING, np.int64)
        there = np.flatnonzero(pc.not_equal(olds, news).fill_null(False).to_numpy(zero_copy_only=False))
        if len(there):
            sides = [lists.take(pa.array(there)).dictionary_encode() for lists in (olds, news)]
            codes = [side.indices.to_numpy(zero_copy_only=False).astype(np.int64) for side in sides]
            words = [[words_of(one, names) for one in side.dictionary.to_pylist()] for side in sides]
            first, of, _ = distinct(codes)
            own = [self._difference(words[0][codes[0][at]], words[1][codes[1][at]]) for at in first.tolist()]
            found[there] = np.array(own, np.int64)[of]
        return found

    def _difference(self, old: frozenset[str], new: frozenset[str]) -> int:
        return NOTHING if old == new else self.reasons.code((old - new, new - old))

    def _windows(self, before: pa.Array, after: pa.Array) -> dict[str, Flags]:
        """For each window that is shown, the rows in which its end, its state or its party is otherwise."""
        old, new = self._deadlines(before), self._deadlines(after)
        found = {}
        for code in np.union1d(np.unique(old[1]), np.unique(new[1])).tolist():
            differs = np.zeros(len(before), bool)
            for part in (2, 3):
                sides = []
                for side in (old, new):
                    own = side[1] == code
                    values = np.full(len(before), np.iinfo(np.int64).min)
                    values[side[0][own]] = side[part][own]
                    sides.append(values)
                differs |= sides[0] != sides[1]
            if differs.any():
                found[str(self.names.values[code])] = differs
        return found

    def _deadlines(self, column: pa.Array) -> tuple[Codes, Codes, Codes, Codes]:
        """All deadlines of a batch: the row of each, its window, its end, and its state with its party. While one is
        paused, its end tells nothing."""
        lengths = pc.list_value_length(column).fill_null(0).to_numpy(zero_copy_only=False)
        flat = column.flatten()
        rows = np.repeat(np.arange(len(column)), lengths)
        names = self.names.words(flat.field("window"))
        at = flat.field("at").cast(pa.int64()).fill_null(0).to_numpy(zero_copy_only=False).copy()
        states, parties = self._standing.words(flat.field("state")), self._standing.words(flat.field("party"))
        at[states == self._standing.code("paused")] = 0
        return rows, names, at, (states + 1) * 2**31 + parties + 1
