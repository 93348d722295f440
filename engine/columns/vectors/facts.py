"""The facts of a batch as arrays, and the rows in which one is not as it should be."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final

import numpy as np
import pyarrow as pa

from engine.case.limits import MAX_INTEGER, MAX_SUBMISSIONS, MAX_TEXT, UNKNOWN
from engine.case.model import Submission
from engine.clock import FIRST_YEAR, LAST_YEAR, BadTime, zone
from engine.columns.answers import Words
from engine.columns.buffers import chosen, given, numbers, offsets, truths
from engine.columns.cells import Cells
from engine.columns.table import NOTHING_SAID, SAID_CODES, Table
from engine.columns.vectors.bits import from_arrow
from engine.columns.vectors.sets import Handed, sets_of
from engine.columns.vectors.values import (
    NO_WORD,
    NOTHING,
    SCALE,
    UNKNOWNS,
    Array,
    Coded,
    Given,
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
MOST_PLACES: Final = 127  # that a byte can number
SHORT: Final = 2**15
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


Read = tuple[Any, Array | None]


class FactArrays:
    """The facts of a batch under a version, the values of each in all rows; those of a list are Sets or Handed, or None
    where all lists are empty. `wrong` are the rows in which one of them is not as it should be."""

    def __init__(self, table: Table, version: Version, words: Words, assumed: dict[str, object]) -> None:
        self._table = table
        self._words = words
        self._assumed = assumed
        self._local: dict[str, int] = {}
        self.policy = version.policy
        self.rows = table.rows
        self.wrong = np.zeros(table.rows, np.bool_)
        self.values = {name: self._read(fact) for name, fact in version.policy.facts.items()}
        for name in table.columns.facts:
            if name not in version.policy.facts:
                self._must_be_empty(table.batch.column(name), table.said(name))

    def _must_be_empty(self, column: pa.Array, said: Array | None) -> None:
        """A fact that this version does not have is not given."""
        there = given(column)
        self.wrong |= np.True_ if there is None else there
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
        there, unknown = given(found.array), None
        if found.array.null_count == self.rows:
            values: Any = _ABSENT.get(kind)
        else:
            values, unknown = _READERS[fact.kind](self, found.array, fact, there)
        if said is not None:
            self.wrong |= (said != NOTHING_SAID) if there is None else (said != NOTHING_SAID) & there
            self.wrong |= said > max(SAID_CODES.values())
        if there is None and unknown is None:
            return _values(values, None, kind)
        return self._with_gaps(fact, kind, values, there, unknown, said)

    def _with_gaps(
        self, fact: Fact, kind: Kind, values: Any, there: Array | None, unknown: Array | None, said: Array | None
    ) -> Values:
        absent = np.zeros(self.rows, np.bool_) if there is None else ~there
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
        elif np.count_nonzero(left_out):
            if kind == "set":
                values = self._sets_filled(fact, values, left_out)
            else:
                own = values.v if isinstance(values, Values) else values
                values = np.where(left_out, self._scalar(self._assumed[fact.name], kind), own)
        if kind == "set":
            self.wrong |= null
        if unknown is None or not np.count_nonzero(unknown):
            return _values(values, None, kind)
        return _values(values, np.multiply(unknown, _waits(fact), dtype=np.int16), kind)

    def _left_out_everywhere(self, fact: Fact, kind: Kind) -> Values:
        if fact.if_absent is ABSENT:
            return Values(_ABSENT.get(kind), np.full(self.rows, _waits(fact)), kind)
        if kind == "set":
            return Values(self._sets_filled(fact, None, np.ones(self.rows, np.bool_)), None, kind)
        return Values(self._scalar(self._assumed[fact.name], kind), None, kind)

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

    def _sets_filled(self, fact: Fact, values: Any, rows: Array) -> Any:
        """Sets with the one that a fact has where it is left out."""
        assumed: Any = self._assumed[fact.name]
        if not assumed:
            return values
        if any(isinstance(item, Submission) for item in assumed):
            self.wrong |= rows
            return values
        if values is None:
            values = sets_of(tuple(fact.values), np.zeros(self.rows + 1, np.int32), np.zeros(0, np.int32))
        return values.filled(rows, assumed)

    # ------------------------------------------------------------------------------------------------- kind by kind
    # What is given of a fact, and `_ABSENT` elsewhere; and where it says that it is not known.

    def _bools(self, array: pa.Array, _: Fact, there: Array | None) -> Read:
        if there is None:
            return Truths(from_arrow(array.buffers()[1], array.offset, self.rows), self.rows), None
        return truths(array) & there, None

    def _words_of(self, array: pa.Array, fact: Fact, there: Array | None) -> Read:
        """Codes of words. A word that is none of the fact is wrong; `unknown` says that it is not known."""
        texts = array.dictionary.to_pylist()
        codes, wrong, unknown = [], [], []
        for text in texts:
            is_unknown = text == UNKNOWN and UNKNOWN not in fact.values
            unknown.append(is_unknown)
            wrong.append(not is_unknown and (text is None or not _FITS[fact.kind](text, fact)))
            codes.append(NO_WORD if is_unknown or wrong[-1] else self._code(text, fact))
        places = numbers(array.indices, np.int32)
        if there is not None:
            places = places.astype(np.int8 if len(texts) <= MOST_PLACES else np.int32)
            places = places * there + ~there * places.dtype.type(len(texts))
        if any(wrong):
            self.wrong |= np.array([*wrong, False])[places]
        values = Coded(np.array([*codes, NO_WORD], np.int32), places)
        return values, np.array([*unknown, False])[places] if any(unknown) else None

    def _code(self, text: str, fact: Fact) -> int:
        """The code of a word; of a text that the policy does not say, one that this batch alone knows."""
        known = self._words.known(text) if fact.kind == "text" else self._words.code(text)
        return known if known is not None else self._local.setdefault(text, -2 - len(self._local))

    def _integers(self, array: pa.Array, _: Fact, there: Array | None) -> Read:
        values = numbers(array, np.int64)
        low, high = (int(values.min()), int(values.max())) if len(values) else (0, 0)
        if low < -MAX_INTEGER or high > MAX_INTEGER:
            self._refuse((values < -MAX_INTEGER) | (values > MAX_INTEGER), there)
        elif there is None:  # in short numbers, which are compared in a fraction of the time
            return values.astype(np.int16 if low >= -SHORT and high < SHORT else np.int32), None
        return _where(there, values), None

    def _decimals(self, array: pa.Array, _: Fact, there: Array | None) -> Read:
        scale = array.type.scale
        digits = array.cast(pa.decimal128(38, scale)) if not pa.types.is_decimal128(array.type) else array
        raw = np.frombuffer(digits.buffers()[1], np.int64).reshape(-1, 2)[digits.offset : digits.offset + len(digits)]
        low, high = raw[:, 0], raw[:, 1]
        fits = high == low >> 63
        most = MAX_INTEGER * 10**scale
        if scale > 9:
            part = 10 ** (scale - 9)
            if part > 2**62 or most > 2**62:
                self._refuse(low != 0, there)  # too fine for whole numbers of billionths: left to the reference
                return _where(there, np.zeros(len(low), np.int64)), None
            self._refuse(~fits | (low % part != 0) | (np.abs(low) > most), there)
            return _where(there, low // part), None
        fits &= np.abs(low) <= most
        self._refuse(~fits, there)
        return _where(there, np.where(fits, low, 0) * 10 ** (9 - scale)), None

    def _dates(self, array: pa.Array, _: Fact, there: Array | None) -> Read:
        values = numbers(array, np.int32).astype(np.int64)
        self._refuse((values < FIRST_DAY) | (values > LAST_DAY), there)
        return _where(there, np.clip(values, FIRST_DAY, LAST_DAY)), None

    def _instants(self, array: pa.Array, _: Fact, there: Array | None) -> Read:
        values = numbers(array, np.int64)
        outside = (values < FIRST_INSTANT) | (values > LAST_INSTANT)
        if there is not None:
            outside &= there
        if np.count_nonzero(outside):
            self.wrong |= outside
            values = np.where(outside, FIRST_INSTANT, values)
        return values if there is None else Given(values, there), None

    def _refuse(self, wrong: Array, there: Array | None) -> None:
        """Values that are given and none of their fact."""
        if np.count_nonzero(wrong):
            self.wrong |= wrong if there is None else wrong & there

    def _propositions(self, array: pa.Array, fact: Fact, _: Array | None) -> Read:
        starts, flat = _lists(array)
        codes = self._known_words(flat, fact)
        self._refuse_lists(starts, codes < 0)
        return sets_of(tuple(fact.values), starts, codes), None

    def _refuse_lists(self, starts: Array, wrong: Array) -> None:
        """Lists that have something which is none of their fact."""
        if np.count_nonzero(wrong):
            self.wrong[_owners(starts, wrong.nonzero()[0])] = True

    @staticmethod
    def _known_words(flat: pa.Array, fact: Fact) -> Array:
        """The numbers of propositions; -1 for what is none."""
        encoded = flat.dictionary_encode()
        places = {text: number for number, text in enumerate(fact.values)}
        codes = [places.get(text, -1) for text in encoded.dictionary.to_pylist()]
        found, there = numbers(encoded.indices, np.int32), given(encoded)
        return chosen(np.array([*codes, -1], np.int32), found if there is None else np.where(there, found, len(codes)))

    def _submissions(self, array: pa.Array, fact: Fact, _: Array | None) -> Read:
        starts, flat = _lists(array)
        counts = np.diff(starts)
        self.wrong |= counts > MAX_SUBMISSIONS
        submitted, proves, authentic = flat.flatten()
        at, dated = numbers(submitted, np.int64), given(submitted)
        outside = (at < FIRST_INSTANT) | (at > LAST_INSTANT)
        self._refuse_lists(starts, outside if dated is None else outside | ~dated)
        of_items, words = _lists(proves)
        codes = self._known_words(words, fact)
        wrong = codes < 0
        if np.count_nonzero(wrong):
            self.wrong[_owners(starts, _owners(of_items, wrong.nonzero()[0]))] = True
        assessed, said = given(proves), given(authentic)
        assessed = np.ones(len(at), np.bool_) if assessed is None else assessed
        genuine = truths(authentic)
        forged = ~genuine if said is None else ~genuine & said
        genuine = genuine if said is None else genuine & said
        filled = (counts > 0).nonzero()[0]
        row = np.repeat(filled, counts[filled])
        return Handed(row, at, assessed, genuine, forged, sets_of(tuple(fact.values), of_items, codes)), None


def _lists(array: pa.Array) -> tuple[Array, pa.Array]:
    """Where the lists of a column start, and where the last one ends; and their items. What is null has none."""
    starts, there = offsets(array), given(array)
    if there is None:
        starts = starts - starts[0]
    else:
        starts = np.concatenate([np.zeros(1, np.int32), np.cumsum(np.where(there, np.diff(starts), 0), dtype=np.int32)])
    return starts, array.flatten()


def _owners(starts: Array, items: Array) -> Array:
    """The lists that items belong to."""
    return np.searchsorted(starts, items, side="right") - 1


def _where(there: Array | None, values: Array) -> Array:
    """Values where they are given, and nothing elsewhere."""
    return values if there is None else np.where(there, values, NOTHING)


def _values(values: Any, unknown: Array | None, kind: Kind) -> Values:
    if isinstance(values, Values):
        values.u = unknown
        return values
    return Values(values, unknown, kind)


def _waits(fact: Fact) -> Array:
    """What waits for a fact."""
    return UNKNOWNS.id(Unknown((), (fact.name,)) if fact.finding else Unknown((fact.name,)))


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
_READERS: Final[dict[str, Callable[[FactArrays, pa.Array, Fact, Array | None], Read]]] = {
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
