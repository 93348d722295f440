"""The columns of decisions in the making: words as codes, lists as counts and codes, put together once for a batch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
import pyarrow as pa

from engine.columns.buffers import bools, chosen, numbers
from engine.columns.layout import DEADLINE, INSTANT
from engine.columns.patterns import Patterns, repeated
from engine.columns.vectors.word_lists import WordLists
from engine.columns.vectors.zones import EPOCH, Zones
from engine.decision import Decision, Reason

Array = np.ndarray[Any, Any]
NONE = -1
MISSING: Final = ("missing_facts", "unassessed")
REASONS: Final = "reasons"
DEADLINES: Final = "deadlines"


def reason_text(reason: Reason) -> str:
    """A reason as one word for its state and one for what it is: `held standing.decided`."""
    return reason_words(reason.state, reason.table, reason.rule)


def reason_words(state: str, table: str, rule: str) -> str:
    return f"{state} {table}.{rule}" if table and rule else f"{state} {table or rule}"


class Words:
    """All words that decisions say, numbered as they come. `kept` is what follows from their numbers for the tables of
    the programs that are run."""

    def __init__(self) -> None:
        self.kept: dict[tuple[int, str], tuple[Array, frozenset[int]]] = {}
        self._codes: dict[str, int] = {}
        self._listed: list[str] = []
        self._array = pa.array([], pa.string())

    def code(self, word: str) -> int:
        return self._codes.setdefault(word, len(self._codes))

    def known(self, word: str) -> int | None:
        """The code of a word, if it has one."""
        return self._codes.get(word)

    def word(self, code: int) -> str:
        """The word of a code."""
        if len(self._listed) < len(self._codes):
            self._listed = list(self._codes)
        return self._listed[code]

    def texts(self, codes: Array) -> pa.Array:
        """The words of these codes; null for a negative one."""
        if len(self._array) < len(self._codes):
            self._array = pa.array(list(self._codes), pa.string())
        absent = codes < 0 if len(codes) and codes.min() < 0 else None
        return pa.DictionaryArray.from_arrays(pa.array(codes, pa.int32(), mask=absent), self._array, safe=False)


class Deadlines:
    """What is told of a deadline beside its instant: name, window, party, state, and whether it is passed, numbered as
    they come."""

    def __init__(self) -> None:
        self._codes: dict[tuple[str, str, str | None, str, bool], int] = {}

    def code(self, name: str, window: str, party: str | None, state: str, passed: bool) -> int:
        return self._codes.setdefault((name, window, party, state, passed), len(self._codes))

    def structs(self, codes: Array, instants: pa.Array) -> pa.Array:
        """Deadlines of these codes at these instants."""
        name, window, party, state, passed = list(zip(*self._codes, strict=True)) or [()] * 5
        taken: dict[bytes, pa.Array] = {}  # what is numbered alike has the same places
        texts = [_by_code(pa.array(one, pa.string()), codes, taken) for one in (name, window, party, state)]
        parts = [*texts[:3], instants, texts[3], bools(np.array(passed, np.bool_).take(codes))]
        return pa.StructArray.from_arrays(parts, fields=list(DEADLINE))


class Shared:
    """What the batches of one table have in common: the words, lists, zones and deadlines that come up."""

    MOST: Final = 50_000  # lists that are kept from one batch to the next

    def __init__(self) -> None:
        self.words, self.deadlines, self.lists, self.zones = Words(), Deadlines(), WordLists(), Zones()

    def begin(self) -> None:
        """Begin with a batch."""
        if len(self.lists.lists) > self.MOST:
            self.lists = WordLists()


class Answers:
    """The decisions of a batch of `rows`, in the columns that are wanted. A row without any is one with an error, which
    the others do not have."""

    def __init__(self, rows: int, fields: dict[str, bool], shared: Shared, wanted: frozenset[str]) -> None:
        self.rows = rows
        self.shared = shared
        self.words = shared.words
        self.fields = {name: many for name, many in fields.items() if name in wanted}
        self.wanted = wanted
        self.as_of = np.zeros(rows, np.int64)
        self.has_moment = np.zeros(rows, np.bool_)
        self.determined = np.zeros(rows, np.bool_)
        self.decided = np.zeros(rows, np.bool_)
        single = [name for name, many in (("version", False), *fields.items()) if not many and name in wanted]
        self.single: dict[str, Array | None] = dict.fromkeys(single)
        lists = [*(name for name, many in self.fields.items() if many), *(name for name in MISSING if name in wanted)]
        self.lists: dict[str, Array | None] = dict.fromkeys(lists)
        self.reasons, self.deadlines = Patterns(rows), Patterns(rows)
        self._instants: list[tuple[Array | slice, Sequence[tuple[Array, Array, Array]]]] = []
        self.errors: dict[int, str] = {}

    def wrong(self, row: int, problem: str) -> None:
        self.errors[row] = problem

    def give(self, name: str, rows: Array | None, values: Any) -> None:
        """Give some rows (None: all) their codes of words or ids of lists, if the column is wanted."""
        columns = self.single if name in self.single else self.lists
        if name not in columns:
            return
        if rows is None:
            columns[name] = np.broadcast_to(np.asarray(values, np.int32), self.rows)
        else:
            column = columns[name] = self._whole(name)
            column[rows] = values

    def _whole(self, name: str) -> Array:
        column = self.single.get(name) if name in self.single else self.lists[name]
        if column is None:
            return np.full(self.rows, NONE if name in self.single else 0, np.int32)
        return column

    def decisions(self, rows: Sequence[int], version: str, decisions: Sequence[Decision]) -> None:
        """Decisions made one by one, all by one version."""
        if not rows:
            return
        at = np.array(rows)
        self.give("version", at, self.words.code(version))
        self.decided[at] = True
        self.determined[at] = [one.determined for one in decisions]
        for name in self.fields:
            values = [one.fields.get(name) for one in decisions]
            if name in self.single:
                self.give(name, at, [NONE if v is None else self.words.code(str(v)) for v in values])
            else:
                self._texts(name, at, [() if v is None else (v,) if isinstance(v, str) else v for v in values])
        for name in MISSING:
            if name in self.wanted:
                self._texts(name, at, [getattr(one, name) for one in decisions])
        own = np.arange(len(rows), dtype=np.int32)
        if REASONS in self.wanted:
            told = [[self.words.code(reason_text(reason)) for reason in one.reasons] for one in decisions]
            self.reasons.add(at, own, _as_lists(told))
        if DEADLINES in self.wanted:
            code = self.shared.deadlines.code
            told = [[code(d.name, d.window, d.party, d.state, d.passed) for d in one.deadlines] for one in decisions]
            self.deadlines.add(at, own, _as_lists(told))
            self.instants(at, [_at_place(place, decisions) for place in range(max(map(len, told), default=0))])

    def instants(self, rows: Array | slice, columns: Sequence[tuple[Array, Array, Array]]) -> None:
        """When deadlines of rows are, column by column: where the row has one, when it is, and its place among those of
        the row."""
        self._instants.append((rows, columns))

    def _texts(self, name: str, rows: Array, lists: Sequence[Sequence[str]]) -> None:
        self.give(name, rows, self._ids(lists))

    def _ids(self, lists: Sequence[Sequence[str]]) -> Array:
        return np.array([self.shared.lists.id([self.words.code(word) for word in one]) for one in lists], np.int32)

    # ---------------------------------------------------------------------------------------------------- to Arrow

    def batch(self, schema: pa.Schema, kept: Sequence[pa.Array], scenarios: pa.Array) -> pa.RecordBatch:
        """All of it as a batch of this schema."""
        undecided = None if self.decided.all() else ~self.decided
        moments = self.as_of.view("M8[us]")
        no_moment = None if self.has_moment.all() else ~self.has_moment
        columns: dict[str, Callable[[], pa.Array]] = {
            "scenario": lambda: scenarios,
            "as_of": lambda: pa.array(moments, pa.timestamp("us"), mask=no_moment).cast(INSTANT),
            "determined": lambda: bools(self.determined, undecided),
            REASONS: lambda: self._words_of(*self.reasons.put_together()),
            DEADLINES: self._deadline_lists,
            "error": self._errors,
        }
        named = [columns[name]() if name in columns else self._said(name) for name in schema.names[len(kept) :]]
        return pa.RecordBatch.from_arrays([*kept, *named], schema=schema)

    def _said(self, name: str) -> pa.Array:
        """A column of words, or of lists of them."""
        if name in self.single:
            return self.words.texts(self._whole(name))
        return self._words_of(*repeated(self._whole(name), *self.shared.lists.all()))

    def _words_of(self, starts: Array, codes: Array) -> pa.Array:
        """Lists of words."""
        return self._as_column(starts, self.words.texts(codes))

    def _as_column(self, starts: Array, items: pa.Array) -> pa.Array:
        mask = None if self.decided.all() else pa.array(~self.decided)
        return pa.ListArray.from_arrays(pa.array(starts), items, mask=mask)

    def _deadline_lists(self) -> pa.Array:
        starts, codes = self.deadlines.put_together()
        instants = np.empty(len(codes) + 1, np.int64)  # behind the last one for what is not there
        for rows, columns in self._instants:
            first = starts[:-1][rows].astype(np.int64)
            for there, at, places in columns:
                own = first + places
                if not there.all():
                    np.putmask(own, ~there, len(codes))
                instants[own] = at
        found = pa.array(instants[:-1].view("M8[us]"), pa.timestamp("us")).cast(INSTANT)
        return self._as_column(starts, self.shared.deadlines.structs(codes, found))

    def _errors(self) -> pa.Array:
        if not self.errors:
            return pa.nulls(self.rows, pa.string())
        return pa.array([self.errors.get(row) for row in range(self.rows)], pa.string())


def _as_lists(lists: Sequence[Sequence[int]]) -> tuple[Array, Array]:
    return np.array([len(one) for one in lists], np.int32), np.array([code for one in lists for code in one], np.int32)


def _at_place(place: int, decisions: Sequence[Decision]) -> tuple[Array, Array, Array]:
    there = [len(one.deadlines) > place for one in decisions]
    found = [one.deadlines[place].at if own else EPOCH for own, one in zip(there, decisions, strict=True)]
    instants = np.array([one.replace(tzinfo=None) for one in found], "M8[us]").astype(np.int64)
    return np.array(there), instants, np.full(len(there), place)


def _by_code(texts: pa.Array, codes: Array, taken: dict[bytes, pa.Array]) -> pa.Array:
    """The texts of these codes. `taken` are the places that were found for others."""
    words = texts.dictionary_encode()
    if words.null_count:
        return pa.DictionaryArray.from_arrays(words.indices.take(pa.array(codes)), words.dictionary)
    places = numbers(words.indices, np.int32)
    key = places.tobytes()
    if key not in taken:
        taken[key] = pa.array(chosen(places, codes))
    return pa.DictionaryArray.from_arrays(taken[key], words.dictionary)
