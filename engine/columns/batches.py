"""Batches of cases to batches of decisions: the rows of a version all at once where that can be, else one by one."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa

from engine.clock import parse_instant
from engine.columns.alike import Alike, alike
from engine.columns.answers import Answers, Shared, Words
from engine.columns.buffers import filled, given, keep_memory, numbers, row_numbers
from engine.columns.governing import governing_versions_by_row
from engine.columns.layout import AT_ONCE, BEFORE, BEHIND, decisions_schema, governing_versions, outward_fields
from engine.columns.table import Empty, Table, columns_of, refused
from engine.columns.vectors.facts import FactArrays
from engine.columns.vectors.gather import Gathering
from engine.columns.vectors.kept import kept
from engine.columns.vectors.ordered import Ordered
from engine.columns.vectors.run import Run
from engine.columns.vectors.values import UNKNOWNS, Array, NotInColumns
from engine.columns.vectors.zones import EPOCH, micros
from engine.diagnostics import InvalidDocument
from engine.evaluation.moment import FIRST_MOMENT, LAST_MOMENT
from engine.link.parts import expressions, of_table
from engine.link.program import Choice, Formula, Program

if TYPE_CHECKING:
    from engine.pack import Pack, Version

FEW: Final = 200  # rows for which arrays are not worth their while
FIRST, LAST = micros(FIRST_MOMENT), micros(LAST_MOMENT)
MANY: Final = 128  # rules with more of which fewer rows are decided at once
NO_KEY: Final = -1
NO_MOMENT: Final = "the row names no moment (`as_of`), and none was given for all rows"


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
    in_columns: bool | None = None,
    only: Sequence[str] | None = None,
) -> Iterator[pa.RecordBatch]:
    """Decide tables of cases; a batch of decisions for each batch, row by row in the same order.

    `as_of` is the moment for all rows, an aware datetime or ISO 8601 with an offset. Without it each row is decided as
    of its own `as_of`, and as of `now` where it has none. `version` names the version for all rows; without it, each
    row's own governs it. `keep` names columns that the output has too: by default all that mean nothing to the policy.
    `only` names the columns of `output_schema` that are worked out and given, in this order; by default all of them.
    With `empty="null"`, a null of a fact that may be null says that there is no such thing, instead of nothing.
    `counts` is added to. Fewer than 200 rows are decided one by one, which takes less time, unless `in_columns` says
    how; the answers are the same. A row that is wrong has its `error` and nothing else.

    Raises InvalidDocument for columns that do not fit, and ValueError for a naive moment and for a name in `only` that
    is no column of a decision.
    """
    decider: Decider | None = None
    for batch in batches:
        if decider is None:
            decider = Decider(
                pack, batch.schema, as_of=as_of, version=version, keep=keep, empty=empty, now=now, counts=counts,
                in_columns=in_columns, only=only,
            )  # fmt: skip
        yield from decider.decide(batch)


class Decider:
    """Decides batches of one schema. `schema` is that of the decisions; batches of more than `at_once` rows are cut. It
    takes what `decide_batches` takes."""

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
        in_columns: bool | None = None,
        only: Sequence[str] | None = None,
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
        self._versions_used = versions
        self._units = [(one, unit) for one in versions for unit in alike(one)]
        self._shared = Shared()
        keep_memory()
        self._assumed = {one.name: _prepared(one, self._shared.words) for one in versions}
        self._in_columns = in_columns
        self.at_once = AT_ONCE * MANY // max(MANY, *(_rules(one) for v in versions for one in v.programs.values()))
        self.schema = decisions_schema(policies, [read.field(name) for name in self._columns.kept], only)
        self._wanted = frozenset(self.schema.names[len(self._columns.kept) :])

    def decide(self, batch: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
        """The decisions of the rows of a batch, in order."""
        for first in range(0, batch.num_rows, self.at_once):
            yield self._decide(batch.slice(first, self.at_once))

    def _kept(self, batch: pa.RecordBatch) -> list[pa.Array]:
        return [batch.column(name).cast(self.schema.field(name).type) for name in self._columns.kept]

    def _decide(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        table = Table(batch, self._columns, self._empty)
        self._shared.begin()
        UNKNOWNS.begin()
        answers = Answers(table.rows, self._fields, self._shared, self._wanted)
        rows = self._moments(table, answers)
        in_columns = len(rows) >= FEW if self._in_columns is None else self._in_columns
        rest = self._all_at_once(table, answers, rows) if in_columns else rows
        if len(rest):
            self._one_by_one(table.taken(rest), answers, rest)
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
                answers.as_of[:] = micros(otherwise)
                answers.has_moment[:] = True
        else:
            there, moments = given(own.array), numbers(own.array, np.int64)
            answers.as_of = moments if there is None else np.where(there, moments, micros(otherwise or EPOCH))
            answers.has_moment[:] = there if otherwise is None and there is not None else True
            for row, text in own.raw.items():
                answers.has_moment[row] = False
                answers.errors.setdefault(row, f"as_of: {_why_no_instant(text)}")
        for row in np.flatnonzero(~answers.has_moment).tolist():
            answers.errors.setdefault(row, NO_MOMENT)
        if not answers.errors:
            return row_numbers(table.rows)
        fine = np.ones(table.rows, np.bool_)
        fine[list(answers.errors)] = False
        return np.flatnonzero(fine)

    # --------------------------------------------------------------------------------------------------- all at once

    def _all_at_once(self, table: Table, answers: Answers, rows: Array) -> Array:
        """Decide rows by version and scenario. The rows that are left."""
        if not len(rows):
            return rows
        keys: Array = self._units_of(table)
        in_time = answers.as_of.min() >= FIRST and answers.as_of.max() < LAST
        if keys.ndim == 0 and in_time and len(rows) == table.rows:
            order = None
            bounds = np.where(np.arange(len(self._units) + 1) > keys, len(rows), 0)
        else:
            keys = np.broadcast_to(keys, table.rows)[rows]
            keys[(answers.as_of[rows] < FIRST) | (answers.as_of[rows] >= LAST)] = NO_KEY
            order = np.argsort(keys, kind="stable")
            rows, keys = rows[order], keys[order]
            bounds = np.searchsorted(keys, np.arange(len(self._units) + 1))
        left = [rows[: bounds[0]]]
        for version in self._versions_used:
            units = [(number, unit) for number, (own, unit) in enumerate(self._units) if own is version]
            first, last = (int(bounds[units[0][0]]), int(bounds[units[-1][0] + 1])) if units else (0, 0)
            if last > first:
                parts = [(unit, int(bounds[number]) - first, int(bounds[number + 1]) - first) for number, unit in units]
                left += self._of_version(table, version, None if order is None else rows[first:last], parts, answers)
        return np.sort(np.concatenate(left))

    def _of_version(
        self,
        table: Table,
        version: Version,
        rows: Array | None,
        parts: Sequence[tuple[Alike, int, int]],
        answers: Answers,
    ) -> list[Array]:
        """Decide the rows of a version (None: all, as they lie); `parts` are those of scenarios that are alike, from
        one row to another. Those that are left."""
        words = self._shared.words
        read = FactArrays(table, version, words, self._assumed[version.name])
        lengths = [last - first for _, first, last in parts]
        facts = Ordered(read, rows, lengths, answers.as_of, words, self._shared.zones)
        left = []
        for unit, first, last in parts:
            if first == last:
                continue
            own = None if rows is None else rows[first:last]
            told = {name: facts.ordered(table.scenario_words(said, words)) for name, said in unit.words.items()}
            run = Run(unit.program, facts, first, last, self._shared.lists, told)
            try:
                found = Gathering(run, self._wanted)
                found.answer(answers, own, version.name)
            except NotInColumns:
                left.append(np.arange(table.rows) if own is None else own)
            else:
                if run.doubt.any():
                    left.append(run.doubt.nonzero()[0] if own is None else own[run.doubt])
            finally:
                run.close()
        return left

    def _units_of(self, table: Table) -> Array:
        """What decides each row, by its number in `_units`; negative where nothing does at once. One number where that
        is the same for all."""
        scenarios = table.scenarios()
        numbers_of = [{name: number for number, (own, unit) in enumerate(self._units) if own is version
                       for name in unit.scenarios} for version in self._versions_used]  # fmt: skip
        texts = [*scenarios.dictionary.to_pylist(), None]
        short = len(self._units) < 2**15  # such are sorted in a fraction of the time
        by_text = np.array(
            [[own.get(text, NO_KEY) for text in texts] for own in numbers_of], np.int16 if short else None
        )
        places = filled(scenarios.indices, len(texts) - 1)
        if self._version is None:
            versions = governing_versions_by_row(table, self.pack.ledger, self._versions_used)
            return np.where(versions < 0, by_text.dtype.type(NO_KEY), by_text[versions, places])
        alone = by_text[0, :-1]
        if not scenarios.null_count and len(alone) and (alone == alone[0]).all():
            return alone[0]
        return by_text[0].take(places)

    # ---------------------------------------------------------------------------------------------------- one by one

    def _one_by_one(self, table: Table, answers: Answers, rows: Array) -> None:
        """Decide rows as single cases: the meaning that everything else is held to. `table` has these rows alone."""
        self.counts.one_by_one += len(rows)
        decided: dict[str, tuple[list[int], list[Any]]] = {}
        for row, document in zip(rows.tolist(), table.documents(self._facts), strict=True):
            if isinstance(document, str):
                answers.wrong(row, document)
                continue
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


def _rules(program: Program) -> int:
    """How many rules a program has: each may need arrays of its own."""
    choices = (one.table for one in program.names.values() if isinstance(one, Choice))
    return sum(len(table.rules) for table in chain(program.tables.values(), choices))


def _prepared(version: Version, words: Words) -> dict[str, object]:
    """What facts are that a case leaves out. Every word that the version says gets its code."""
    program = next(iter(version.programs.values()))
    for word in _words_said(version):
        words.code(word)
    return dict(version.read_case({"scenario": program.scenario, "facts": {}}).values)


@kept
def _words_said(version: Version) -> tuple[str, ...]:
    """Every word that a version says."""
    found: dict[str, None] = {}
    for one in version.programs.values():
        meanings = one.names.values()
        formulas = (meaning.expression for meaning in meanings if isinstance(meaning, Formula))
        choices = (of_table(meaning.table) for meaning in meanings if isinstance(meaning, Choice))
        for expression in chain(expressions(one), formulas, *choices):
            for node in ast.walk(expression.tree):
                value = node.value if isinstance(node, ast.Constant) else None
                found |= {
                    word: None for word in (value if isinstance(value, tuple) else (value,)) if isinstance(word, str)
                }
    return tuple(found)


def _moment(moment: datetime | str | None) -> datetime | None:
    found = parse_instant(moment) if isinstance(moment, str) else moment
    if found is not None and found.tzinfo is None:
        raise ValueError("as_of needs an offset from UTC")
    return found


def _why_no_instant(text: object) -> str:
    try:
        parse_instant(str(text))
    except ValueError as problem:
        return str(problem)
    return "no instant"
