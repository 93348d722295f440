"""Columns as JSON texts, a whole column at a time."""

from __future__ import annotations

import json
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

_ESCAPED: Final = r'["\\\x00-\x1f\x7f]'


def as_json(column: pa.Array) -> pa.Array:
    """Every value as the JSON text for it; `null` where there is none. Instants are written in UTC."""
    type_ = column.type
    if pa.types.is_dictionary(type_):
        column = column.dictionary_decode()
        type_ = column.type
    if pa.types.is_list(type_) or pa.types.is_large_list(type_):
        found = _lists(column)
    elif pa.types.is_struct(type_):
        names = [f"{json.dumps(own.name, ensure_ascii=False)}:" for own in type_]
        found = _object(names, [as_json(part) for part in column.flatten()])
    elif pa.types.is_string(type_) or pa.types.is_large_string(type_):
        found = _quoted(column.cast(pa.string()))
    elif pa.types.is_boolean(type_) or pa.types.is_integer(type_) or pa.types.is_decimal(type_):
        found = column.cast(pa.string())
    elif pa.types.is_timestamp(type_):
        found = pc.binary_join_element_wise('"', instants(column), '"', "")
    elif pa.types.is_date(type_):
        found = pc.binary_join_element_wise('"', column.cast(pa.string()), '"', "")
    else:
        found = pa.array(
            [json.dumps(value, ensure_ascii=False, default=str) for value in column.to_pylist()], pa.string()
        )
    return found.fill_null("null")


def instants(column: pa.Array) -> pa.Array:
    """Instants as ISO 8601 in UTC; the fraction only where there is one."""
    moments = column.cast(pa.timestamp("us", "UTC"))
    seconds = pc.strftime(
        pc.floor_temporal(moments, unit="second").cast(pa.timestamp("s", "UTC")), "%Y-%m-%dT%H:%M:%SZ"
    )
    whole = pc.equal(pc.microsecond(moments), 0)
    whole = pc.and_(whole, pc.equal(pc.millisecond(moments), 0))
    if pc.all(whole, skip_nulls=True).as_py() in (True, None):
        return seconds
    exact = pc.strftime(moments, "%Y-%m-%dT%H:%M:%SZ")
    return pc.if_else(whole, seconds, exact)


def objects(names: list[str], columns: list[pa.Array]) -> pa.Array:
    """Rows as JSON objects."""
    return _object([f"{json.dumps(name, ensure_ascii=False)}:" for name in names], [as_json(one) for one in columns])


def _object(names: list[str], texts: list[pa.Array]) -> pa.Array:
    parts: list[Any] = []
    for number, (name, text) in enumerate(zip(names, texts, strict=True)):
        parts += [("," if number else "{") + name, text]
    return pc.binary_join_element_wise(*parts, "}", "")


def _quoted(texts: pa.Array) -> pa.Array:
    if pc.any(pc.match_substring_regex(texts, _ESCAPED)).as_py():
        quoted = [None if text is None else json.dumps(text, ensure_ascii=False) for text in texts.to_pylist()]
        return pa.array(quoted, pa.string())
    return pc.binary_join_element_wise('"', texts, '"', "")


def _lists(column: pa.Array) -> pa.Array:
    lengths = pc.list_value_length(column).fill_null(0).to_numpy(zero_copy_only=False)
    offsets = np.concatenate([np.zeros(1, np.int32), np.cumsum(lengths, dtype=np.int32)])
    texts = pa.ListArray.from_arrays(pa.array(offsets), as_json(column.flatten()))
    joined = pc.binary_join_element_wise("[", pc.binary_join(texts, ","), "]", "")
    return pc.if_else(pc.is_valid(column), joined, None) if column.null_count else joined
