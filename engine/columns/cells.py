"""The column of a fact as the table has it, brought to the type of the fact; other cells stay aside."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from engine.clock import BadTime, parse_date, parse_instant
from engine.columns.layout import INSTANT, SUBMISSION, TEXTS
from engine.policy.model import FactKind

WORDS: Final = pa.dictionary(pa.int32(), pa.string())
# What `engine.clock` reads, narrowed to what Arrow reads too: everything else is read one by one.
_INSTANT: Final = (
    r"^20[0-9]{2}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?(Z|[+-](0[0-9]|1[0-4]):[0-5][0-9])$"
)
_DATE: Final = r"^20[0-9]{2}-[0-9]{2}-[0-9]{2}$"
_WHOLE: Final = r"^-?[0-9]{1,12}$"
_TRUTH: Final = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}


class Unfit(Exception):
    """A column cannot be that of the fact; str() says what it should be."""


@dataclass(slots=True)
class Cells:
    """A column of the type of its fact, null where nothing is given. `raw` has the cells that are not of the type,
    by their row, as they were written."""

    array: pa.Array
    raw: dict[int, object] = field(default_factory=dict)


def cells(column: pa.Array, kind: FactKind) -> Cells:
    """The cells of a column for a fact of this kind. Raises Unfit when no cell of it could be one."""
    if isinstance(column.type, pa.BaseExtensionType):
        column = column.storage
    if pa.types.is_null(column.type):
        return Cells(pa.nulls(len(column), _TYPES[kind]))
    if pa.types.is_dictionary(column.type) and not _is_text(column.type.value_type):
        column = column.dictionary_decode()
    return _READERS[kind](column)


def _is_text(type_: pa.DataType) -> bool:
    if pa.types.is_dictionary(type_):
        return _is_text(type_.value_type)
    return bool(pa.types.is_string(type_) or pa.types.is_large_string(type_) or pa.types.is_string_view(type_))


def as_text(column: pa.Array) -> pa.Array:
    """A column of texts as plain strings."""
    return column if column.type == pa.string() else column.cast(pa.string())


# ------------------------------------------------------------------------------------------------------ of one type


def _words(column: pa.Array) -> Cells:
    if pa.types.is_dictionary(column.type) and _is_text(column.type):
        return Cells(column if column.type == WORDS else column.cast(WORDS))
    if not _is_text(column.type):
        raise Unfit("a column of texts")
    return Cells(as_text(column).dictionary_encode())


def _bool(column: pa.Array) -> Cells:
    if pa.types.is_boolean(column.type):
        return Cells(column)
    if _is_text(column.type):
        return _one_by_one(column, pa.bool_(), lambda text: _TRUTH[text])
    raise Unfit("a column of true and false")


def _integer(column: pa.Array) -> Cells:
    if pa.types.is_integer(column.type):
        if column.type == pa.uint64():
            raise Unfit("a column of whole numbers with a sign (int64)")
        return Cells(column.cast(pa.int64()))
    if _is_text(column.type):
        return _where(column, _WHOLE, lambda texts: texts.cast(pa.int64()), pa.int64(), int)
    raise Unfit("a column of whole numbers")


def _decimal(column: pa.Array) -> Cells:
    if pa.types.is_decimal(column.type):
        return Cells(column)
    if pa.types.is_integer(column.type) and column.type != pa.uint64():
        return Cells(column.cast(pa.int64()).cast(pa.decimal128(19, 0)))
    if _is_text(column.type):
        return _one_by_one(column, pa.decimal128(38, 18), _number)
    raise Unfit("a column of exact decimal numbers; a binary fraction is not exact")


def _number(text: str) -> Decimal:
    number = Decimal(text)
    if not number.is_finite() or abs(number) >= 10**19 or number != number.quantize(Decimal("1e-18")):
        raise ValueError(text)
    return number


def _date(column: pa.Array) -> Cells:
    if pa.types.is_date(column.type):
        return Cells(column.cast(pa.date32()))
    if _is_text(column.type):
        return _where(column, _DATE, lambda texts: texts.cast(pa.date32()), pa.date32(), parse_date)
    raise Unfit("a column of dates")


def _instant(column: pa.Array) -> Cells:
    if pa.types.is_timestamp(column.type):
        return Cells(_moments(column))
    if _is_text(column.type):
        return _where(column, _INSTANT, lambda texts: texts.cast(INSTANT), INSTANT, parse_instant)
    raise Unfit("a column of instants (timestamps with a time zone)")


def _moments(column: pa.Array) -> pa.Array:
    if column.type.tz is None:
        raise Unfit("a column of instants: these timestamps have no time zone, so they may be any of 26 hours")
    if column.type.unit == "ns":
        column = pc.floor_temporal(column, unit="microsecond")
    return column.cast(pa.timestamp("us", column.type.tz)).cast(INSTANT)


def _propositions(column: pa.Array) -> Cells:
    if _is_list(column.type) and _is_text(column.type.value_type):
        return Cells(column if column.type == TEXTS else column.cast(TEXTS))
    if _is_list(column.type) and pa.types.is_null(column.type.value_type):
        return Cells(column.cast(TEXTS))
    if _is_text(column.type):
        return _one_by_one(column, TEXTS, _texts)
    raise Unfit("a column of lists of texts, or of such lists as JSON")


def _texts(text: str) -> list[str]:
    found = json.loads(text)
    if not isinstance(found, list) or not all(isinstance(item, str) for item in found):
        raise ValueError(text)
    return found


def _submissions(column: pa.Array) -> Cells:
    type_ = pa.list_(SUBMISSION)
    if _is_list(column.type):
        if pa.types.is_null(column.type.value_type):
            return Cells(column.cast(type_))
        if pa.types.is_struct(column.type.value_type):
            return Cells(_struct_lists(column))
    if _is_text(column.type):
        return _one_by_one(column, type_, _handed_in)
    raise Unfit("a column of lists with `submitted_at`, `proves` and `authentic`, or of such lists as JSON")


def _struct_lists(column: pa.Array) -> pa.Array:
    """Lists of submissions with their parts brought to type. What is no instant is refused for the whole column."""
    if column.type == pa.list_(SUBMISSION):
        return column
    names = {own.name: number for number, own in enumerate(column.type.value_type)}
    if "submitted_at" not in names or set(names) - {own.name for own in SUBMISSION}:
        raise Unfit("a column of lists with `submitted_at`, `proves` and `authentic` alone")
    flat, lengths = column.flatten(), pc.list_value_length(column)
    parts = {name: flat.field(number) for name, number in names.items()}
    at = _instant(parts["submitted_at"])
    if at.raw:
        raise Unfit(f"a column in which `submitted_at` is an instant: {next(iter(at.raw.values()))!r} is none")
    proves = _propositions(parts["proves"]).array if "proves" in parts else pa.nulls(len(flat), TEXTS)
    authentic = _bool(parts["authentic"]).array if "authentic" in parts else pa.nulls(len(flat), pa.bool_())
    absent = pc.is_null(flat) if flat.null_count else None
    structs = pa.StructArray.from_arrays([at.array, proves, authentic], fields=list(SUBMISSION), mask=absent)
    ends = np.cumsum(lengths.fill_null(0).to_numpy(zero_copy_only=False), dtype=np.int32)
    offsets = pa.array(np.concatenate([np.zeros(1, np.int32), ends]))
    return pa.ListArray.from_arrays(offsets, structs, mask=pc.is_null(column) if column.null_count else None)


def _handed_in(text: str) -> list[dict[str, object]]:
    found = json.loads(text)
    if not isinstance(found, list):
        raise ValueError(text)
    return [_one_submission(item) for item in found]


def _one_submission(item: Any) -> dict[str, object]:
    if not isinstance(item, dict) or "submitted_at" not in item or set(item) - {own.name for own in SUBMISSION}:
        raise ValueError(item)
    proves, authentic = item.get("proves"), item.get("authentic")
    proves = None if proves == "unknown" else proves
    authentic = None if authentic == "unknown" else authentic
    if not isinstance(authentic, bool | None) or not (
        proves is None or (isinstance(proves, list) and all(isinstance(one, str) for one in proves))
    ):
        raise ValueError(item)
    return {"submitted_at": parse_instant(item["submitted_at"]), "proves": proves, "authentic": authentic}


def _is_list(type_: pa.DataType) -> bool:
    return bool(pa.types.is_list(type_) or pa.types.is_large_list(type_) or pa.types.is_fixed_size_list(type_))


# ------------------------------------------------------------------------------------------------------- from texts


def _where(
    column: pa.Array, pattern: str, whole: Callable[[pa.Array], pa.Array], type_: pa.DataType, one: Callable[..., Any]
) -> Cells:
    """Texts all at once where every one of them has the shape that Arrow reads, else one by one."""
    texts = as_text(column)
    if pc.all(pc.match_substring_regex(texts, pattern), skip_nulls=True).as_py() in (True, None):
        try:
            return Cells(whole(texts))
        except pa.ArrowInvalid:
            pass
    return _one_by_one(texts, type_, one)


def _one_by_one(column: pa.Array, type_: pa.DataType, one: Callable[..., Any]) -> Cells:
    """Texts, each different one read once."""
    encoded = column if pa.types.is_dictionary(column.type) else as_text(column).dictionary_encode()
    values: list[Any] = []
    wrong: list[int] = []
    texts = encoded.dictionary.to_pylist()
    for number, text in enumerate(texts):
        try:
            values.append(None if text is None else one(text))
        except (BadTime, ValueError, KeyError, TypeError, InvalidOperation, RecursionError):
            values.append(None)
            wrong.append(number)
    array = pa.array(values, type_).take(encoded.indices)
    raw: dict[int, object] = {}
    if wrong:
        codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
        for row in np.flatnonzero(np.isin(codes, wrong)).tolist():
            raw[row] = texts[codes[row]]
    return Cells(array, raw)


_READERS: Final[dict[FactKind, Callable[[pa.Array], Cells]]] = {
    "bool": _bool,
    "enum": _words,
    "text": _words,
    "zone": _words,
    "integer": _integer,
    "decimal": _decimal,
    "date": _date,
    "instant": _instant,
    "event": _instant,
    "propositions": _propositions,
    "submissions": _submissions,
}
_TYPES: Final[dict[FactKind, pa.DataType]] = {
    "bool": pa.bool_(),
    "enum": WORDS,
    "text": WORDS,
    "zone": WORDS,
    "integer": pa.int64(),
    "decimal": pa.decimal128(28, 9),
    "date": pa.date32(),
    "instant": INSTANT,
    "event": INSTANT,
    "propositions": TEXTS,
    "submissions": pa.list_(SUBMISSION),
}
