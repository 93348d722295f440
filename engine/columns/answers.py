"""The columns of decisions in the making: words as codes, lists as counts and codes, put together once for a batch."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

import numpy as np
import pyarrow as pa

from engine.columns.buffers import bools
from engine.columns.layout import DEADLINE, INSTANT
from engine.columns.vectors.values import Lists
from engine.columns.vectors.zones import Zones
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
    """All words that decisions say, numbered as they come."""

    def __init__(self) -> None:
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

    def codes(self, words: Iterable[str]) -> Array:
        return np.array([self.code(word) for word in words], np.int32)

    def texts(self, codes: Array) -> pa.Array:
        """The words of these codes; null for a negative one."""
        if len(self._array) < len(self._codes):
            self._array = pa.array(list(self._codes), pa.string())
        absent = codes < 0 if len(codes) and codes.min() < 0 else None
        return pa.DictionaryArray.from_arrays(pa.array(codes, pa.int32(), mask=absent), self._array, safe=False)


class Deadlines:
    """What is told of a deadline beside its instant: name, window, party and state, numbered as they come."""

    def __init__(self) -> None:
        self._codes: dict[tuple[str, str, str | None, str], int] = {}

    def code(self, name: str, window: str, party: str | None, state: str) -> int:
        return self._codes.setdefault((name, window, party, state), len(self._codes))

    def parts(self, codes: Array) -> list[pa.Array]:
        """Names, windows, parties and states of these codes."""
        columns = list(zip(*self._codes, strict=True)) or [(), (), (), ()]
        return [_by_code(pa.array(column, pa.string()), codes) for column in columns]


class Shared:
    """What the batches of one table have in common: the words, lists, zones and deadlines that come up."""

    MOST: Final = 50_000  # lists that are kept from one batch to the next

    def __init__(self) -> None:
        self.words, self.deadlines, self.lists, self.zones = Words(), Deadlines(), Lists(), Zones()

    def begin(self) -> None:
        """Begin with a batch."""
        if len(self.lists.lists) > self.MOST:
            self.lists = Lists()


class ListParts:
    """Lists in the making, of two columns. A part gives for some rows how many items each has, and the items one behind
    the other."""

    def __init__(self, rows: int, *types: str) -> None:
        self._rows = rows
        self._types = types
        self._parts: list[tuple[Array, Array, tuple[Array, ...]]] = []

    def add(self, rows: Array, counts: Array, *items: Array) -> None:
        self._parts.append((rows, counts, items))

    def put_together(self) -> tuple[Array, list[Array]]:
        """How many items each row has, and the items in columns."""
        counts = np.zeros(self._rows, np.int32)
        for rows, own, _ in self._parts:
            counts[rows] = own
        starts = np.cumsum(counts) - counts
        columns = [np.empty(int(counts.sum()), type_) for type_ in self._types]
        for rows, own, items in self._parts:
            ends = np.cumsum(own)
            places = np.repeat(starts[rows] - (ends - own), own) + np.arange(int(ends[-1]) if len(ends) else 0)
            for column, values in zip(columns, items, strict=True):
                column[places] = values
        return counts, columns


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
        self.reasons: list[tuple[Array, Array]] = []  # rows, and ids of their lists; one behind the other
        self.deadlines = ListParts(rows, "i4", "i8")
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
        if REASONS in self.wanted:
            self.reasons.append((at, self._ids([[reason_text(reason) for reason in d.reasons] for d in decisions])))
        if DEADLINES in self.wanted:
            self._told_deadlines(at, decisions)

    def _told_deadlines(self, at: Array, decisions: Sequence[Decision]) -> None:
        found = [deadline for one in decisions for deadline in one.deadlines]
        self.deadlines.add(
            at,
            np.array([len(one.deadlines) for one in decisions], np.int32),
            np.array([self.shared.deadlines.code(d.name, d.window, d.party, d.state) for d in found], np.int32),
            np.array([one.at.replace(tzinfo=None) for one in found], "M8[us]").astype(np.int64),
        )

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
            REASONS: lambda: self._words_of(*self._reason_codes()),
            DEADLINES: self._deadline_lists,
            "error": self._errors,
        }
        named = [columns[name]() if name in columns else self._said(name) for name in schema.names[len(kept) :]]
        return pa.RecordBatch.from_arrays([*kept, *named], schema=schema)

    def _said(self, name: str) -> pa.Array:
        """A column of words, or of lists of them."""
        if name in self.single:
            return self.words.texts(self._whole(name))
        return self._words_of(*self.shared.lists.ragged(self._whole(name)))

    def _reason_codes(self) -> tuple[Array, Array]:
        """How many reasons each row has, and their codes one behind the other."""
        if len(self.reasons) == 1 and len(self.reasons[0][0]) == self.rows:
            return self.shared.lists.ragged(self.reasons[0][1])
        parts = [(rows, *self.shared.lists.ragged(ids)) for rows, ids in self.reasons]
        parts = [(rows, np.broadcast_to(own, len(rows)), words) for rows, own, words in parts]
        counts = np.zeros(self.rows, np.int32)
        for rows, own, _ in parts:
            counts[rows] += own
        free = np.cumsum(counts) - counts  # where the next ones of each row go
        codes = np.empty(int(counts.sum()), np.int32)
        for rows, own, words in parts:
            first = free[rows]
            codes[np.repeat(first - (np.cumsum(own) - own), own) + np.arange(len(words))] = words
            free[rows] = first + own
        return counts, codes

    def _words_of(self, counts: Array, codes: Array) -> pa.Array:
        """Lists of words."""
        return self._as_lists(counts, self.words.texts(codes))

    def _as_lists(self, counts: Array, items: pa.Array) -> pa.Array:
        if np.ndim(counts):
            offsets = np.zeros(self.rows + 1, np.int32)
            np.cumsum(counts, out=offsets[1:])
        else:
            offsets = np.arange(self.rows + 1, dtype=np.int32) * counts
        mask = None if self.decided.all() else pa.array(~self.decided)
        return pa.ListArray.from_arrays(pa.array(offsets), items, mask=mask)

    def _deadline_lists(self) -> pa.Array:
        counts, (codes, at) = self.deadlines.put_together()
        name, window, party, state = self.shared.deadlines.parts(codes)
        instants = pa.array(at.view("M8[us]"), pa.timestamp("us")).cast(INSTANT)
        passed = bools(np.repeat(self.as_of, counts) > at)
        structs = pa.StructArray.from_arrays([name, window, party, instants, state, passed], fields=list(DEADLINE))
        return self._as_lists(counts, structs)

    def _errors(self) -> pa.Array:
        if not self.errors:
            return pa.nulls(self.rows, pa.string())
        return pa.array([self.errors.get(row) for row in range(self.rows)], pa.string())


def _by_code(texts: pa.Array, codes: Array) -> pa.Array:
    """The texts of these codes."""
    words = texts.dictionary_encode()
    return pa.DictionaryArray.from_arrays(words.indices.take(pa.array(codes)), words.dictionary)
