"""Drawn cases as record batches: a column for each fact, in the layout of a table of cases."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
import pyarrow as pa

from engine.columns.layout import AS_OF, INSTANT, SAID, SCENARIO, SUBMISSION, TEXTS, TYPES
from engine.policy.model import ABSENT as NO_DEFAULT
from engine.sampling.generate import ABSENT, BATCH, GIVEN, UNKNOWN, Batch, Drawn, batches
from engine.sampling.numbers import Flags, Ints
from engine.sampling.plan import Plan, Planned

WORDS: Final = pa.dictionary(pa.int32(), pa.string())
DIGITS: Final = 28
WORDS_SAID: Final = pa.array(["null", "unknown"])


def record_batches(plan: Plan, seed: int, count: int, size: int = BATCH, first: int = 0) -> Iterator[pa.RecordBatch]:
    """`count` cases of a seed from number `first` on, as record batches of one schema."""
    schema = sample_schema(plan)
    for batch in batches(plan, seed, count, size, first):
        yield pa.RecordBatch.from_arrays(list(_columns(plan, batch)), schema=schema)


def sample_schema(plan: Plan) -> pa.Schema:
    """The columns of the cases of a plan: the scenario, the moment, and each fact, with what is said where it is not
    given."""
    fields = [pa.field(SCENARIO, WORDS), pa.field(AS_OF, INSTANT)]
    for planned in plan.columns:
        fields.append(pa.field(planned.fact.name, _type(planned)))
        if planned.may_be_said:
            fields.append(pa.field(planned.fact.name + SAID, WORDS))
    return pa.schema(fields)


def _type(planned: Planned) -> pa.DataType:
    match planned.fact.kind:
        case "enum" | "text" | "zone":
            return WORDS
        case "decimal":
            return pa.decimal128(DIGITS, planned.places)
        case kind:
            return TYPES[kind]


def _columns(plan: Plan, batch: Batch) -> Iterator[pa.Array]:
    yield pa.DictionaryArray.from_arrays(batch.scenario.astype(np.int32), pa.array(batch.rows, pa.string()))
    yield pa.array(batch.as_of, INSTANT)
    for planned in plan.columns:
        drawn = batch.facts[planned.fact.name]
        yield _column(planned, drawn)
        if planned.may_be_said:
            yield _said(planned, drawn)


def _column(planned: Planned, drawn: Drawn) -> pa.Array:
    mask = drawn.state != GIVEN
    kind = planned.fact.kind
    if kind == "submissions":
        return _submissions(planned, drawn, mask)
    if kind == "propositions":
        assert drawn.proven is not None
        drawn.proven[mask] = False
        return _texts(drawn.proven, tuple(planned.fact.values), mask)
    if drawn.words:
        words = pa.array(drawn.words, pa.string())
        return pa.DictionaryArray.from_arrays(pa.array(drawn.values.astype(np.int32), mask=mask), words)
    if kind == "decimal":
        return _decimals(drawn.values, drawn.places, mask)
    if kind == "date":
        return pa.array(drawn.values.astype("datetime64[D]"), pa.date32(), mask=mask)
    return pa.array(drawn.values, _type(planned), mask=mask)


def _decimals(values: Ints | Flags, places: int, mask: Flags) -> pa.Array:
    """Whole numbers with the point moved: the low and the high half of 128 bits each."""
    halves = np.empty((len(values), 2), np.int64)
    halves[:, 0] = values
    halves[:, 1] = values >> 63
    valid = pa.array(~mask).buffers()[1] if mask.any() else None
    return pa.Array.from_buffers(pa.decimal128(DIGITS, places), len(values), [valid, pa.py_buffer(halves)])


def _said(planned: Planned, drawn: Drawn) -> pa.Array:
    fact = planned.fact
    null = (drawn.state == ABSENT) & (fact.if_absent is not None)
    unknown = (drawn.state == UNKNOWN) & (fact.if_absent is not NO_DEFAULT)
    return pa.DictionaryArray.from_arrays(pa.array(unknown.astype(np.int32), mask=~(null | unknown)), WORDS_SAID)


def _submissions(planned: Planned, drawn: Drawn, mask: Flags) -> pa.Array:
    assert drawn.handed_in is not None
    found = drawn.handed_in.only(~mask[drawn.handed_in.case])
    proves = _texts(found.proven & found.assessed[:, None], tuple(planned.fact.values), ~found.assessed)
    authentic = pa.array(found.authentic == 1, mask=found.authentic < 0)
    structs = pa.StructArray.from_arrays([pa.array(found.at, INSTANT), proves, authentic], fields=list(SUBMISSION))
    ends = np.searchsorted(found.case, np.arange(len(mask) + 1)).astype(np.int32)
    return pa.ListArray.from_arrays(ends, structs, type=pa.list_(SUBMISSION), mask=pa.array(mask))


def _texts(flags: Flags, words: tuple[str, ...], mask: Flags) -> pa.Array:
    """A list of words for each row of flags."""
    rows, columns = np.nonzero(flags)
    ends = np.searchsorted(rows, np.arange(len(flags) + 1)).astype(np.int32)
    texts = pa.array(words, pa.string()).take(pa.array(columns))
    return pa.ListArray.from_arrays(ends, texts, type=TEXTS, mask=pa.array(mask))
