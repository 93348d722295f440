"""Batches of cases to batches of decisions: the rows of a version all at once where that can be, else one by one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from engine.clock import parse_instant
from engine.columns.answers import Answers, Words
from engine.columns.layout import BEFORE, BEHIND, decisions_schema, governing_versions, outward_fields
from engine.columns.table import Empty, Table, columns_of, refused
from engine.diagnostics import InvalidDocument

if TYPE_CHECKING:
    from engine.pack import Pack, Version

ROWS: Final = 65_536  # of a batch that are decided at once
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
NO_MOMENT: Final = "columns/as-of: the row names no moment (`as_of`), and none was given for all rows"
Array = np.ndarray[Any, Any]


@dataclass(slots=True)
class Counts:
    """How many rows there were; how many of them were decided one by one, were undetermined, or wrong. `faults` are
    those at which the program itself failed; they are among the wrong ones."""

    rows: int = 0
    one_by_one: int = 0
    undetermined: int = 0
    wrong: int = 0
    faults: int = 0


def decide_batches(
    pack: Pack,
    batches: Iterable[pa.RecordBatch],
    *,
    as_of: datetime | str | None = None,
    version: str | None = None,
    keep: Sequence[str] | None = None,
    empty: Empty = "unknown",
    now: datetime | None = None,
    counts: Counts | None = None,
) -> Iterator[pa.RecordBatch]:
    """Decide tables of cases; a batch of decisions for each batch, row by row in the same order.

    `as_of` is the moment for all rows, an aware datetime or ISO 8601 with an offset. Without it each row is decided as
    of its own `as_of`, and as of `now` where it has none. `version` names the version for all rows; without it, each
    row's own governs it. `keep` names columns that the output has too: by default all that mean nothing to the policy.
    With `empty="null"`, a null of a fact that may be null says that there is no such thing, instead of nothing.
    `counts` is added to. A row that is wrong has its `error` and nothing else. Raises InvalidDocument for columns that
    do not fit, and ValueError for a naive moment.
    """
    decider: Decider | None = None
    for batch in batches:
        if decider is None:
            decider = Decider(
                pack, batch.schema, as_of=as_of, version=version, keep=keep, empty=empty, now=now, counts=counts
            )
        yield from decider.decide(batch)


class Decider:
    """Decides batches of one schema. `schema` is that of the decisions. It takes what `decide_batches` takes."""

    def __init__(
        self,
        pack: Pack,
        read: pa.Schema,
        *,
        as_of: datetime | str | None = None,
        version: str | None = None,
        keep: Sequence[str] | None = None,
        empty: Empty = "unknown",
        now: datetime | None = None,
        counts: Counts | None = None,
    ) -> None:
        self.pack = pack
        self.read = read
        self.counts = counts if counts is not None else Counts()
        self._version = None if version is None else pack.version(version)
        self._as_of, self._now = _moment(as_of), _moment(now)
        self._empty = empty
        versions = [self._version] if self._version is not None else governing_versions(pack)
        policies = [one.policy for one in versions]
        self._fields = outward_fields(policies)
        taken = {name for name, _ in (*BEFORE, *BEHIND)} | self._fields.keys()
        self._columns = columns_of(read, policies, keep, taken)
        self._facts = list({name: fact for policy in policies for name, fact in policy.facts.items()}.values())
        self._last = versions[-1] if versions else None
        self._words = Words()
        self.schema = decisions_schema(policies, [read.field(name) for name in self._columns.kept])

    def decide(self, batch: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
        """The decisions of the rows of a batch, in order."""
        for first in range(0, batch.num_rows, ROWS):
            yield self._decide(batch.slice(first, ROWS))

    def _kept(self, batch: pa.RecordBatch) -> list[pa.Array]:
        return [batch.column(name).cast(self.schema.field(name).type) for name in self._columns.kept]

    def _decide(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        table = Table(batch, self._columns, self._empty)
        answers = Answers(table.rows, self._fields, self._words)
        rest = self._moments(table, answers)
        self._one_by_one(table, answers, rest)
        self.counts.rows += table.rows
        self.counts.wrong += len(answers.errors)
        self.counts.undetermined += int(np.count_nonzero(answers.decided & ~answers.determined))
        return answers.batch(self.schema, self._kept(batch), table.scenarios())

    def _moments(self, table: Table, answers: Answers) -> Array:
        """Say as of when each row is decided. The rows for which that is known."""
        unreadable = table.unreadable()
        if unreadable is not None:
            for row, why in enumerate(unreadable.to_pylist()):
                if why is not None:
                    answers.wrong(row, why)
        own = None if self._as_of is not None else table.moments()
        otherwise = self._as_of if self._as_of is not None else self._now
        if own is None:
            if otherwise is not None:
                answers.as_of[:] = _micros(otherwise)
                answers.has_moment[:] = True
        else:
            there = pc.is_valid(own.array).to_numpy(zero_copy_only=False)
            answers.as_of[:] = own.array.cast(pa.int64()).fill_null(_micros(otherwise or EPOCH))
            answers.has_moment[:] = there if otherwise is None else True
            for row, text in own.raw.items():
                answers.has_moment[row] = False
                answers.errors.setdefault(row, f"as_of: {_why_no_instant(text)}")
        for row in np.flatnonzero(~answers.has_moment).tolist():
            answers.errors.setdefault(row, NO_MOMENT)
        fine = np.ones(table.rows, np.bool_)
        fine[list(answers.errors)] = False
        return np.flatnonzero(fine)

    # ---------------------------------------------------------------------------------------------------- one by one

    def _one_by_one(self, table: Table, answers: Answers, rows: Array) -> None:
        """Decide rows as single cases: the meaning that everything else is held to."""
        self.counts.one_by_one += len(rows)
        decided: dict[str, tuple[list[int], list[Any]]] = {}
        for row, document in zip(rows.tolist(), table.documents(rows, self._facts), strict=True):
            try:
                version = self._governing(document)
                case = version.read_case(document)
                decision = version.decide(case, EPOCH + timedelta(microseconds=int(answers.as_of[row])))
            except InvalidDocument as problem:
                answers.wrong(row, refused(problem))
                continue
            except ValueError as problem:
                answers.wrong(row, str(problem))
                continue
            except Exception as problem:  # a fault of the program in one row must not cost all the others
                self.counts.faults += 1
                answers.wrong(row, f"internal: {type(problem).__name__}: {problem}"[:200])
                continue
            at, found = decided.setdefault(version.name, ([], []))
            at.append(row)
            found.append(decision)
        for name, (at, found) in decided.items():
            answers.decisions(at, name, found)

    def _governing(self, document: object) -> Version:
        if self._version is not None:
            return self._version
        try:
            return self.pack.governing(document)
        except InvalidDocument:
            if self._last is not None:
                self._last.read_case(document)  # what is wrong with the case itself may be the cause
            raise


def _moment(moment: datetime | str | None) -> datetime | None:
    found = parse_instant(moment) if isinstance(moment, str) else moment
    if found is not None and found.tzinfo is None:
        raise ValueError("as_of needs an offset from UTC")
    return found


def _micros(moment: datetime) -> int:
    return (moment - EPOCH) // timedelta(microseconds=1)


def _why_no_instant(text: object) -> str:
    try:
        parse_instant(str(text))
    except ValueError as problem:
        return str(problem)
    return "no instant"
