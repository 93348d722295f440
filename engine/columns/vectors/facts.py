"""The facts of a batch as arrays, and the rows in which one is not as it should be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from engine.case.limits import MAX_INTEGER, MAX_SUBMISSIONS, MAX_TEXT, UNKNOWN
from engine.case.model import Submission
from engine.clock import FIRST_YEAR, LAST_YEAR, BadTime, zone
from engine.columns.answers import Words
from engine.columns.cells import Cells
from engine.columns.table import NOTHING_SAID, SAID_CODES, Table
from engine.columns.vectors.bits import from_arrow
from engine.columns.vectors.values import (
    KNOWN,
    NO_WORD,
    NOTHING,
    SCALE,
    UNKNOWNS,
    Array,
    Coded,
    Kind,
    Truths,
    Values,
)
from engine.columns.vectors.zones import EPOCH_DAY, micros
from engine.expr.unknown import Unknown
from engine.pack import Version
from engine.policy.model import ABSENT, Fact

FIRST_INSTANT: Final = micros(datetime(FIRST_YEAR, 1, 1, tzinfo=UTC))
LAST_INSTANT: Final = micros(datetime(LAST_YEAR + 1, 1, 1, tzinfo=UTC)) - 1
FIRST_DAY: Final = date(FIRST_YEAR, 1, 1).toordinal() - EPOCH_DAY
LAST_DAY: Final = date(LAST_YEAR, 12, 31).toordinal() - EPOCH_DAY
MOST_PLACES: Final = 127  # words of a column that a byte can number
KINDS: Final[dict[str, Kind]] = {
    "bool": "bool",
    "enum": "word",
    "text": "word",
    "zone": "word",
    "integer": "integer",
    "decimal": "decimal",
    "date": "date",
    "instant": "instant",
    "event": "instant",
    "propositions": "set",
    "submissions": "set",
}


@dataclass(frozen=True)
class Ragged:
    """Lists of many rows, one behind the other: how long each is, and the items in columns."""

    counts: Array
    items: tuple[Array, ...]

    @property
    def rows(self) -> Array:
        """The row of each item."""
        return np.repeat(np.arange(len(self.counts)), self.counts)

    @cached_property
    def _starts(self) -> Array:
        return np.cumsum(self.counts) - self.counts

    def taken(self, rows: Array) -> Ragged:
        """The lists of some rows."""
        counts = self.counts[rows]
        starts = self._starts[rows]
        ends = np.cumsum(counts)
        places = np.repeat(starts - (ends - counts), counts) + np.arange(int(ends[-1]) if len(ends) else 0)
        return Ragged(counts, tuple(column[places] for column in self.items))


class WordLists:
    """Lists of words of many rows: the row of each word, and its code."""

    def __init__(self, lists: Ragged) -> None:
        self.lists = lists
        self.codes = lists.items[0]

    @cached_property
    def rows(self) -> Array:
        return self.lists.rows

    def taken(self, rows: Array) -> WordLists:
        return WordLists(self.lists.taken(rows))


class Handed:
    """Materials handed in, of many rows: the row of each, its instant `at`, whether somebody said what it proves
    (`assessed`), and whether it is known to be `genuine` or `forged`. `proves` has words by the number of the
    material."""

    def __init__(self, lists: Ragged, proves: Ragged) -> None:
        self.lists, self._proves = lists, proves
        self.at, self.assessed, self.genuine, self.forged, _ = lists.items
        self.proves = WordLists(proves)

    @cached_property
    def row(self) -> Array:
        return self.lists.rows

    def taken(self, rows: Array) -> Handed:
        lists = self.lists.taken(rows)
        numbers = lists.items[-1]
        renumbered = (*lists.items[:-1], np.arange(len(numbers)))
        return Handed(Ragged(lists.counts, renumbered), self._proves.taken(numbers))


class FactArrays:
    """The facts of a batch under a version, the values of each in all rows; those of a list as WordLists or Handed, or
    None where all lists are empty. `wrong` are the rows in which one of them is not as it should be."""

    def __init__(self, table: Table, version: Version, words: Words, assumed: dict[str, object]) -> None:
        self._table = table
        self._words = words
        self._assumed = assumed
        self._local: dict[str, int] = {}
        self.rows = table.rows
        self.wrong = np.zeros(table.rows, np.bool_)
        self.values = {name: self._read(fact) for name, fact in version.policy.facts.items()}
        for name in table.columns.facts:
            if name not in version.policy.facts:
                self._must_be_empty(table.batch.column(name), table.said(name))

    def _must_be_empty(self, column: pa.Array, said: Array | None) -> None:
        """A fact that this version does not have is not given."""
        self.wrong |= pc.is_valid(column).to_numpy(zero_copy_only=False)
        if said is not None:
            self.wrong |= said != NOTHING_SAID

    def _read(self, fact: Fact) -> Values:
        found, said = self._table.cells(fact), self._table.said(fact.name)
        kind = KINDS[fact.kind]
        if found is None and said is None:
            return self._left_out_everywhere(fact, kind)
        if found is None:
            found = Cells(pa.nulls(self.rows, pa.null()))
        if found.raw:
            self.wrong[list(found.raw)] = True
        given = None if not found.array.null_count else pc.is_valid(found.array).to_numpy(zero_copy_only=False)
        unknown: Array | None = None
        if pa.types.is_null(found.array.type):
            values: Any = self._empty(kind)
        else:
            values, unknown = _READERS[fact.kind](self, found.array, fact)
        if said is not None:
            self.wrong |= (said != NOTHING_SAID) & (np.True_ if given is None else given)
            self.wrong |= said > max(SAID_CODES.values())
        if given is None and unknown is None:
            return values if isinstance(values, Values) else Values(values, None, kind)
        if isinstance(values, Values):
            values = values.v
        return self._with_gaps(fact, kind, values, given, unknown, said)

    def _with_gaps(
        self, fact: Fact, kind: Kind, values: Any, given: Array | None, unknown: Array | None, said: Array | None
    ) -> Values:
        waits = _waits(fact)
        if given is None:
            given = np.ones(self.rows, np.bool_)
        absent = ~given
        null = np.zeros(self.rows, np.bool_)
        if self._table.empty == "null" and fact.nullable and fact.name in self._table.columns.facts:
            null = absent if said is None else absent & (said == NOTHING_SAID)
        if said is not None:
            said_null = said == SAID_CODES["null"]
            if not fact.nullable:
                self.wrong |= said_null
            null = null | said_null
            told = said == SAID_CODES["unknown"]
            unknown = told if unknown is None else unknown | told
        left_out = absent & ~null
        if unknown is not None:
            left_out &= ~unknown
        if fact.if_absent is ABSENT:
            unknown = left_out if unknown is None else unknown | left_out
        elif left_out.any():
            if kind == "set":
                values = self._lists_filled(values, left_out, self._assumed[fact.name])
            else:
                values = np.where(left_out, self._scalar(self._assumed[fact.name], kind), values)
        if kind == "set":
            self.wrong |= null
        elif null.any():
            values = np.where(null, _ABSENT[kind], values)
        if unknown is None or not unknown.any():
            return Values(values, None, kind)
        if kind == "bool":
            values = values & ~unknown
        return Values(values, np.where(unknown, waits, KNOWN), kind)

    def _left_out_everywhere(self, fact: Fact, kind: Kind) -> Values:
        if fact.if_absent is ABSENT:
            waits = np.broadcast_to(_waits(fact), self.rows)
            return Values(self._empty(kind), waits, kind)
        if kind == "set":
            everywhere = np.ones(self.rows, np.bool_)
            return Values(self._lists_filled(self._empty(kind), everywhere, self._assumed[fact.name]), None, kind)
        value = np.broadcast_to(self._scalar(self._assumed[fact.name], kind), self.rows)
        return Values(value, None, kind)

    def _empty(self, kind: Kind) -> Any:
        """Values for rows that have none."""
        if kind == "set":
            return None
        return np.broadcast_to(_ABSENT[kind], self.rows)

    def _scalar(self, value: object, kind: Kind) -> Array:
        match value:
            case None:
                return _ABSENT[kind]
            case bool():
                return np.bool_(value)
            case int():
                return np.int64(value * SCALE if kind == "decimal" else value)
            case Decimal():
                return np.int64(int(value * SCALE))
            case datetime():
                return np.int64(micros(value))
            case date():
                return np.int64(value.toordinal() - EPOCH_DAY)
            case _:
                return np.int32(self._words.code(str(value)))

    def _lists_filled(self, values: Any, rows: Array, value: Any) -> Any:
        """Lists with the one that a fact has where it is left out."""
        if not value:
            return values
        if any(isinstance(item, Submission) for item in value):
            self.wrong |= rows
            return values
        codes = self._words.codes(sorted(value))
        counts = np.where(rows, len(codes), 0 if values is None else values.lists.counts)
        filled = np.empty(int(counts.sum()), np.int32)
        of_default = np.repeat(rows, counts)
        filled[of_default] = np.tile(codes, int(np.count_nonzero(rows)))
        if values is not None:
            filled[~of_default] = values.codes
        return WordLists(Ragged(counts, (filled,)))

    # ------------------------------------------------------------------------------------------------- kind by kind

    def _bools(self, array: pa.Array, _: Fact) -> tuple[Values, Array | None]:
        bits = from_arrow(array.buffers()[1], array.offset, self.rows)
        if array.null_count:
            bits &= from_arrow(array.buffers()[0], array.offset, self.rows)
        return Truths(bits, self.rows), None

    def _words_of(self, array: pa.Array, fact: Fact) -> tuple[Values, Array | None]:
        """Codes of words. A word that is none of the fact is wrong; `unknown` says that it is not known."""
        texts = array.dictionary.to_pylist()
        codes, wrong, unknown = [], [], []
        for text in texts:
            is_unknown = text == UNKNOWN and UNKNOWN not in fact.values
            unknown.append(is_unknown)
            wrong.append(not is_unknown and (text is None or not _FITS[fact.kind](text, fact)))
            codes.append(NO_WORD if is_unknown or wrong[-1] else self._code(text, fact))
        places = _filled(array.indices, len(texts))
        if len(texts) < MOST_PLACES:
            places = places.astype(np.int8)
        if any(wrong):
            self.wrong |= np.array([*wrong, False])[places]
        values = Coded(np.array([*codes, NO_WORD], np.int32), places)
        return values, np.array([*unknown, False])[places] if any(unknown) else None

    def _code(self, text: str, fact: Fact) -> int:
        """The code of a word; of a text that the policy does not say, one that this batch alone knows."""
        known = self._words.known(text) if fact.kind == "text" else self._words.code(text)
        return known if known is not None else self._local.setdefault(text, -2 - len(self._local))

    def _integers(self, array: pa.Array, _: Fact) -> tuple[Array, Array | None]:
        values = _filled(array, 0)
        if len(values) and (values.min() < -MAX_INTEGER or values.max() > MAX_INTEGER):
            self.wrong |= (values < -MAX_INTEGER) | (values > MAX_INTEGER)
        return values, None

    def _decimals(self, array: pa.Array, _: Fact) -> tuple[Array, Array | None]:
        scale = array.type.scale
        digits = array.cast(pa.decimal128(38, scale)) if not pa.types.is_decimal128(array.type) else array
        raw = np.frombuffer(digits.buffers()[1], np.int64).reshape(-1, 2)[digits.offset : digits.offset + len(digits)]
        low, high = raw[:, 0], raw[:, 1]
        fits = high == low >> 63
        if array.null_count:
            there = pc.is_valid(array).to_numpy(zero_copy_only=False)
            low, fits = np.where(there, low, 0), fits | ~there
        most = MAX_INTEGER * 10**scale
        if scale > 9:
            part = 10 ** (scale - 9)
            if part > 2**62 or most > 2**62:
                self.wrong |= low != 0  # too fine for whole numbers of billionths: left to the reference
                return np.zeros(len(low), np.int64), None
            self.wrong |= ~fits | (low % part != 0) | (np.abs(low) > most)
            return low // part, None
        self.wrong |= ~fits | (np.abs(low) > most)
        return np.where(fits & (np.abs(low) <= most), low, 0) * 10 ** (9 - scale), None

    def _dates(self, array: pa.Array, _: Fact) -> tuple[Array, Array | None]:
        values = _filled(array.cast(pa.int32()), FIRST_DAY).astype(np.int64)
        self.wrong |= (values < FIRST_DAY) | (values > LAST_DAY)
        return np.clip(values, FIRST_DAY, LAST_DAY), None

    def _instants(self, array: pa.Array, _: Fact) -> tuple[Array, Array | None]:
        values = _filled(array.cast(pa.int64()), FIRST_INSTANT)
        outside = (values < FIRST_INSTANT) | (values > LAST_INSTANT)
        if outside.any():
            self.wrong |= outside
            values = np.where(outside, FIRST_INSTANT, values)
        return values, None

    def _propositions(self, array: pa.Array, fact: Fact) -> tuple[Any, Array | None]:
        counts = _filled(pc.list_value_length(array), 0)
        rows = np.repeat(np.arange(self.rows), counts)
        codes = self._known_words(array.flatten(), fact)
        self.wrong[rows[codes < 0]] = True
        return WordLists(Ragged(counts, (codes,))), None

    def _known_words(self, flat: pa.Array, fact: Fact) -> Array:
        """Codes of propositions; -1 for what is none."""
        encoded = flat.dictionary_encode()
        texts = encoded.dictionary.to_pylist()
        codes = [self._words.code(text) if text in fact.values else NO_WORD for text in texts]
        return np.array([*codes, NO_WORD], np.int32)[_filled(encoded.indices, len(texts))]

    def _submissions(self, array: pa.Array, fact: Fact) -> tuple[Any, Array | None]:
        counts = _filled(pc.list_value_length(array), 0)
        self.wrong |= counts > MAX_SUBMISSIONS
        rows = np.repeat(np.arange(self.rows), counts)
        flat = array.flatten()
        submitted, proves, authentic = flat.flatten()
        at = _filled(submitted.cast(pa.int64()), FIRST_INSTANT - 1)
        self.wrong[rows[(at < FIRST_INSTANT) | (at > LAST_INSTANT)]] = True
        assessed = pc.is_valid(proves).to_numpy(zero_copy_only=False)
        proved = _filled(pc.list_value_length(proves), 0)
        numbers = np.repeat(np.arange(len(at)), proved)
        codes = self._known_words(proves.flatten(), fact)
        self.wrong[rows[numbers[codes < 0]]] = True
        genuine = _filled(authentic, False)
        forged = pc.is_valid(authentic).to_numpy(zero_copy_only=False) & ~genuine
        lists = Ragged(counts, (at, assessed, genuine, forged, np.arange(len(at))))
        return Handed(lists, Ragged(proved, (codes,))), None


def _waits(fact: Fact) -> Array:
    """What waits for a fact."""
    return UNKNOWNS.id(Unknown((), (fact.name,)) if fact.finding else Unknown((fact.name,)))


def _filled(array: pa.Array, value: object) -> Array:
    """An array of Arrow as one of NumPy, with this value where there is none."""
    return (array.fill_null(value) if array.null_count else array).to_numpy(zero_copy_only=False)


def _fits_zone(text: str, _: Fact) -> bool:
    try:
        zone(text)
    except BadTime:
        return False
    return True


_FITS: Final[dict[str, Callable[[str, Fact], bool]]] = {
    "enum": lambda text, fact: text in fact.values,
    "text": lambda text, fact: len(text) <= MAX_TEXT and text.isprintable(),
    "zone": _fits_zone,
}
_ABSENT: Final[dict[Kind, Array]] = {
    "bool": np.bool_(False),
    "word": NO_WORD,
    "integer": NOTHING,
    "decimal": NOTHING,
    "instant": NOTHING,
    "date": NOTHING,
}
_READERS: Final[dict[str, Callable[[FactArrays, pa.Array, Fact], tuple[Any, Array | None]]]] = {
    "bool": FactArrays._bools,
    "enum": FactArrays._words_of,
    "text": FactArrays._words_of,
    "zone": FactArrays._words_of,
    "integer": FactArrays._integers,
    "decimal": FactArrays._decimals,
    "date": FactArrays._dates,
    "instant": FactArrays._instants,
    "event": FactArrays._instants,
    "propositions": FactArrays._propositions,
    "submissions": FactArrays._submissions,
}
