"""The columns of decisions in the making: words as codes, lists as counts and codes, put together once for a batch."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from engine.columns.layout import BEHIND, DEADLINE, INSTANT, TEXTS
from engine.decision import Decision, Reason

Array = np.ndarray[Any, Any]
NONE = -1
LISTS = tuple(name for name, type_ in BEHIND if type_ == TEXTS)
EPOCH = np.datetime64(0, "us")


def reason_text(reason: Reason) -> str:
    """A reason as one word for its state and one for what it is: `held standing.decided`."""
    return reason_words(reason.state, reason.table, reason.rule)


def reason_words(state: str, table: str, rule: str) -> str:
    return f"{state} {table}.{rule}" if table and rule else f"{state} {table or rule}"


class Words:
    """All words that decisions say, numbered as they come."""

    def __init__(self) -> None:
        self._codes: dict[str, int] = {}
        self._array = pa.array([], pa.string())

    def code(self, word: str) -> int:
        return self._codes.setdefault(word, len(self._codes))

    def known(self, word: str) -> int | None:
        """The code of a word, if it has one."""
        return self._codes.get(word)

    def word(self, code: int) -> str:
        """The word of a code."""
        return list(self._codes)[code]

    def codes(self, words: Iterable[str]) -> Array:
        return np.array([self.code(word) for word in words], np.int32)

    def texts(self, codes: Array) -> pa.Array:
        """The words of these codes; null for a negative one."""
        if len(self._array) < len(self._codes):
            self._array = pa.array(list(self._codes), pa.string())
        mask = codes < 0
        return self._array.take(pa.array(codes, mask=mask if mask.any() else None))


class ListParts:
    """A column of lists in the making. A part gives for some rows how many items each has, and the items one behind the
    other, in columns."""

    def __init__(self, rows: int, *types: str) -> None:
        self._rows = rows
        self._types = types
        self._parts: list[tuple[Array, Array, tuple[Array, ...]]] = []

    def add(self, rows: Array, counts: Array, *items: Array) -> None:
        self._parts.append((rows, counts, items))

    def put_together(self) -> tuple[Array, list[Array], Array | None]:
        """Where each list begins (and the last one ends), the items in columns, and which rows have no list."""
        counts = np.zeros(self._rows, np.int32)
        absent = np.ones(self._rows, np.bool_)
        for rows, own, _ in self._parts:
            counts[rows] = own
            absent[rows] = False
        offsets = np.zeros(self._rows + 1, np.int32)
        np.cumsum(counts, out=offsets[1:])
        columns = [np.empty(int(offsets[-1]), type_) for type_ in self._types]
        for rows, own, items in self._parts:
            places = self._places(offsets, rows, own)
            for column, values in zip(columns, items, strict=True):
                column[places] = values
        return offsets, columns, absent if absent.any() else None

    @staticmethod
    def _places(offsets: Array, rows: Array, counts: Array) -> Array:
        """Where the items of a part go."""
        ends = np.cumsum(counts)
        before = offsets[rows] - (ends - counts)
        places: Array = np.repeat(before, counts) + np.arange(int(ends[-1]) if len(ends) else 0)
        return places


class Answers:
    """The decisions of a batch of `rows`. A row without any is one with an error, which the others do not have."""

    def __init__(self, rows: int, fields: dict[str, bool], words: Words) -> None:
        self.rows = rows
        self.words = words
        self.fields = fields
        self.as_of = np.zeros(rows, np.int64)
        self.has_moment = np.zeros(rows, np.bool_)
        self.determined = np.zeros(rows, np.bool_)
        self.decided = np.zeros(rows, np.bool_)
        self.version = np.full(rows, NONE, np.int32)
        self.single = {name: np.full(rows, NONE, np.int32) for name, many in fields.items() if not many}
        lists = [*(name for name, many in fields.items() if many), *LISTS]
        self.lists = {name: ListParts(rows, "i4") for name in lists}
        self.deadlines = ListParts(rows, "i4", "i4", "i4", "i8", "i4", "?")
        self.errors: dict[int, str] = {}

    def wrong(self, row: int, problem: str) -> None:
        self.errors[row] = problem

    def decisions(self, rows: Sequence[int], version: str, decisions: Sequence[Decision]) -> None:
        """Decisions made one by one, all by one version."""
        if not rows:
            return
        at = np.array(rows)
        self.version[at] = self.words.code(version)
        self.decided[at] = True
        self.determined[at] = [one.determined for one in decisions]
        for name in self.fields:
            values = [one.fields.get(name) for one in decisions]
            if name in self.single:
                self.single[name][at] = [NONE if v is None else self.words.code(str(v)) for v in values]
            else:
                self._texts(name, at, [() if v is None else (v,) if isinstance(v, str) else v for v in values])
        self._texts("missing_facts", at, [one.missing_facts for one in decisions])
        self._texts("unassessed", at, [one.unassessed for one in decisions])
        self._texts("reasons", at, [[reason_text(reason) for reason in one.reasons] for one in decisions])
        self._deadlines(at, decisions)

    def _texts(self, name: str, rows: Array, lists: Sequence[Sequence[str]]) -> None:
        counts = np.array([len(one) for one in lists], np.int32)
        self.lists[name].add(rows, counts, self.words.codes(word for one in lists for word in one))

    def _deadlines(self, rows: Array, decisions: Sequence[Decision]) -> None:
        found = [deadline for one in decisions for deadline in one.deadlines]
        self.deadlines.add(
            rows,
            np.array([len(one.deadlines) for one in decisions], np.int32),
            self.words.codes(one.name for one in found),
            self.words.codes(one.window for one in found),
            np.array([NONE if one.party is None else self.words.code(one.party) for one in found], np.int32),
            np.array([one.at.replace(tzinfo=None) for one in found], "M8[us]").astype(np.int64),
            self.words.codes(one.state for one in found),
            np.array([one.passed for one in found], np.bool_),
        )

    # ---------------------------------------------------------------------------------------------------- to Arrow

    def batch(self, schema: pa.Schema, kept: Sequence[pa.Array], scenarios: pa.Array) -> pa.RecordBatch:
        """All of it as a batch of this schema."""
        undecided = None if self.decided.all() else ~self.decided
        moments = self.as_of.view("M8[us]")
        no_moment = None if self.has_moment.all() else ~self.has_moment
        columns = {
            "version": self.words.texts(self.version),
            "scenario": scenarios,
            "as_of": pa.array(moments, pa.timestamp("us"), mask=no_moment).cast(INSTANT),
            "determined": pa.array(self.determined, mask=undecided),
            **{name: self.words.texts(codes) for name, codes in self.single.items()},
            **{name: self._list(parts) for name, parts in self.lists.items()},
            "deadlines": self._deadline_lists(),
            "error": self._errors(),
        }
        named = [columns[name] for name in schema.names[len(kept) :]]
        return pa.RecordBatch.from_arrays([*kept, *named], schema=schema)

    def _list(self, parts: ListParts) -> pa.Array:
        offsets, (codes,), absent = parts.put_together()
        mask = None if absent is None else pa.array(absent)
        return pa.ListArray.from_arrays(pa.array(offsets), self.words.texts(codes), mask=mask)

    def _deadline_lists(self) -> pa.Array:
        offsets, (name, window, party, at, state, passed), absent = self.deadlines.put_together()
        parts = [
            self.words.texts(name),
            self.words.texts(window),
            self.words.texts(party),
            pa.array(at.view("M8[us]"), pa.timestamp("us")).cast(INSTANT),
            self.words.texts(state),
            pa.array(passed),
        ]
        structs = pa.StructArray.from_arrays(parts, fields=list(DEADLINE))
        return pa.ListArray.from_arrays(pa.array(offsets), structs, mask=None if absent is None else pa.array(absent))

    def _errors(self) -> pa.Array:
        if not self.errors:
            return pa.nulls(self.rows, pa.string())
        return pa.array([self.errors.get(row) for row in range(self.rows)], pa.string())
