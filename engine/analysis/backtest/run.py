"""A table of cases under two versions: decided twice batch by batch, compared, added up."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pyarrow as pa

from engine.analysis.backtest.model import Backtest
from engine.analysis.backtest.tally import Amounts, NotTold, Outward, Tally
from engine.columns import Decider
from engine.columns.layout import AS_OF
from engine.columns.table import Empty, Table, as_written, columns_of
from engine.diagnostics import did_you_mean, quoted
from engine.pack import Pack, Version
from engine.policy.model import Field, Policy


@dataclass(frozen=True, slots=True)
class Asked:
    """What a backtest tells. `by` are the fields whose values tell cells apart, by their outward names (empty: those
    that decide, see `telling`); `amount` the column to be added up, empty for none; `per_cell` how many cases are kept
    of each cell. `as_of` and `empty` are as `decide_batches` takes them."""

    by: tuple[str, ...] = ()
    amount: str = ""
    per_cell: int = 0
    as_of: datetime | str | None = None
    empty: Empty = "unknown"


def backtest(
    pack: Pack,
    before: str,
    after: str,
    schema: pa.Schema,
    batches: Iterable[pa.RecordBatch],
    asked: Asked = Asked(),
    done: Callable[[int, int], None] = lambda rows, errors: None,
) -> Backtest:
    """What becomes of the cases of a table under two versions of a pack, named `before` and `after`.

    `done` is told after each batch how many rows it had, and how many of them cannot be decided. Raises InvalidDocument
    for an unknown version and for columns that do not fit, and NotTold (a ValueError) for an unknown field or column to
    tell by, and for amounts that are no exact numbers.
    """
    return told(pack, before, after, asked, counted(pack, before, after, schema, batches, asked, done))


@dataclass(slots=True)
class Counted:
    """What was counted of some of the rows, and how many of them were decided one by one under each version."""

    tally: Tally
    one_by_one: tuple[int, int] = (0, 0)

    def merge(self, other: Counted) -> None:
        """Add what was counted of rows that come behind these."""
        self.tally.merge(other.tally)
        self.one_by_one = (self.one_by_one[0] + other.one_by_one[0], self.one_by_one[1] + other.one_by_one[1])


def counted(
    pack: Pack,
    before: str,
    after: str,
    schema: pa.Schema,
    batches: Iterable[pa.RecordBatch],
    asked: Asked,
    done: Callable[[int, int], None] = lambda rows, errors: None,
    first: int = 0,
) -> Counted:
    """A part of a backtest: that of these batches, whose rows are numbered from `first` on. Raises what `backtest`
    raises."""
    versions = (pack.version(before), pack.version(after))
    fields = outward(versions)
    documents = _Documents(versions, schema, asked.empty)
    tally = Tally(fields, _by(asked.by, fields), _amounts(asked.amount, schema), asked.per_cell, documents, first)
    old, new = (
        Decider(pack, schema, as_of=asked.as_of, version=version.name, keep=(), empty=asked.empty, in_columns=True)
        for version in versions
    )
    rows = min(old.at_once, new.at_once)
    for batch in batches:
        for start in range(0, batch.num_rows, rows):
            cases = batch.slice(start, rows)
            (was,), (now,) = old.decide(cases), new.decide(cases)
            done(cases.num_rows, tally.add(cases, was, now))
    return Counted(tally, (old.counts.one_by_one, new.counts.one_by_one))


def told(pack: Pack, before: str, after: str, asked: Asked, found: Counted) -> Backtest:
    """What was counted, as plain data."""
    versions, tally = (pack.version(before), pack.version(after)), found.tally
    order = dict.fromkeys([*versions[1].policy.rows, *versions[0].policy.rows])
    return Backtest(
        policy=versions[1].policy.name,
        before=before,
        after=after,
        by=_by(asked.by, outward(versions)),
        amount=asked.amount,
        rows=tally.rows,
        without_amount=tally.without_amount,
        scenarios=tally.scenarios(order),
        changes=tally.changes,
        matrices=tally.matrices(),
        cells=tally.cells(order),
        errors=tally.errors,
        one_by_one=found.one_by_one,
    )


# -------------------------------------------------------------------------------------------------------------- fields


def outward(versions: tuple[Version, Version]) -> dict[str, Outward]:
    """The fields of the decision of both versions by their outward names, with the words that they may say in order."""
    found: dict[str, Outward] = {}
    for version in reversed(versions):
        for field in version.policy.fields.values():
            own = Outward(field, _words(field, version.policy))
            known = found.get(field.written_as)
            found[field.written_as] = own if known is None else Outward(known.field, {**known.words, **own.words})
    return found


def _words(field: Field, policy: Policy) -> dict[str, str]:
    if field.of == "parties":
        return {party.name: party.title for party in policy.parties.values()}
    return dict(field.values)


def telling(fields: dict[str, Outward]) -> tuple[str, ...]:
    """The fields that tell cells apart when nobody asks for others: single values, and lists that must be known."""
    return tuple(name for name, one in fields.items() if not one.field.many or one.field.must_be_known)


def _by(asked: tuple[str, ...], fields: dict[str, Outward]) -> tuple[str, ...]:
    for name in asked:
        if name not in fields:
            hint = did_you_mean(name, fields) or "fields: " + ", ".join(fields)
            raise NotTold(f"no such field of the decision: {quoted(name)}; {hint}")
    return tuple(dict.fromkeys(asked)) or telling(fields)


def _amounts(name: str, schema: pa.Schema) -> Amounts:
    if name and name not in schema.names:
        hint = did_you_mean(name, schema.names)
        raise NotTold(f"the table has no column {quoted(name)}{f'; {hint}' if hint else ''}")
    return Amounts(name, schema)


# --------------------------------------------------------------------------------------------------------------- cases


class _Documents:
    """Rows of a table as cases ready to be decided, and what else the table says of them."""

    def __init__(self, versions: tuple[Version, Version], schema: pa.Schema, empty: Empty) -> None:
        policies = [version.policy for version in versions]
        self._policy = policies[1].name
        self._columns = columns_of(schema, policies, None, set())
        self._facts = list({name: fact for policy in policies for name, fact in policy.facts.items()}.values())
        self._empty = empty

    def __call__(
        self, cases: pa.RecordBatch, decided: pa.RecordBatch, rows: list[int]
    ) -> list[tuple[dict[str, Any], dict[str, Any]]]:
        chosen = np.array(rows, np.int64)
        table = Table(cases, self._columns, self._empty)
        moments = decided.column(AS_OF).take(pa.array(chosen)).to_pylist()
        kept = cases.select(list(self._columns.kept)).take(pa.array(chosen)).to_pylist()
        found = zip(table.taken(chosen).documents(self._facts), moments, kept, strict=True)
        return [
            (
                {"policy": self._policy, "as_of": _instant(moment), **document},
                {k: as_written(v) for k, v in own.items()},
            )
            for document, moment, own in found
            if not isinstance(document, str)  # which a row that was decided never is
        ]


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()
