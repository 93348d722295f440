"""JSON Lines to batches: a flat object a line, or a case as `decide` takes it, some megabytes at a time."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from decimal import Decimal
from itertools import chain
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.json

from engine.columns.layout import INSTANT, SAID
from engine.columns.table import UNREADABLE

ROWS: Final = 131_072
SEEN: Final = 1_000  # lines whose keys are columns


def read_json_lines(path: Path, columns: pa.Schema | None, block: int) -> tuple[pa.Schema, Iterator[pa.RecordBatch]]:
    """The table of a file of JSON Lines. `columns` gives the types of those that are known; others are texts.

    A line that is no object is a row with what is wrong with it. Keys that the first lines do not have are columns of
    the known ones only.
    """
    blocks = _blocks(path, block)
    first = next(blocks, b"")
    known = {own.name: _as_read(own.type) for own in columns} if columns is not None else {}
    schema = _schema(first, known)

    def batches() -> Iterator[pa.RecordBatch]:
        for lines in chain([first] if first else [], blocks):
            yield from _table(lines, schema).to_batches(max_chunksize=ROWS)

    return schema, batches()


def _as_read(type_: pa.DataType) -> pa.DataType:
    """The type in which a column is read: instants and dates are texts in JSON; lists of submissions, too."""
    if type_ == INSTANT or pa.types.is_date(type_) or pa.types.is_decimal(type_):
        return pa.string()
    if pa.types.is_list(type_) and pa.types.is_struct(type_.value_type):
        return pa.list_(
            pa.struct([("submitted_at", pa.string()), ("proves", pa.list_(pa.string())), ("authentic", pa.bool_())])
        )
    return type_


def _blocks(path: Path, size: int) -> Iterator[bytes]:
    """The file in pieces that end with a line."""
    with path.open("rb") as stream:
        rest = b""
        while piece := stream.read(size):
            piece = rest + piece
            end = piece.rfind(b"\n") + 1
            rest = piece[end:]
            if end:
                yield piece[:end]
        if rest.strip():
            yield rest


def _schema(lines: bytes, known: dict[str, pa.DataType]) -> pa.Schema:
    """Every key of the first lines and every known column. Where lines are cases, also those that say `null`."""
    rows = [_row(line) for line in lines.splitlines()[:SEEN] if line.strip()]
    found: dict[str, set[type]] = {name: set() for name in known}
    for row in rows:
        for name, value in row.items():
            found.setdefault(name, set()).add(type(value))
    if _are_cases(lines):
        found |= {name + SAID: {str} for name in known if "." in name}
    found.pop(UNREADABLE, None)
    fields = [pa.field(name, known[name] if name in known else _type(types)) for name, types in found.items()]
    return pa.schema([*fields, pa.field(UNREADABLE, pa.string())])


def _type(seen: set[type]) -> pa.DataType:
    """The type of a column that the policy does not know, by the values that were seen."""
    seen = seen - {type(None)}
    return _PLAIN.get(next(iter(seen)), pa.string()) if len(seen) == 1 else pa.string()


def _are_cases(lines: bytes) -> bool:
    first = next((line for line in lines.splitlines() if line.strip()), b"")
    try:
        row = json.loads(first)
    except ValueError:
        return False
    return isinstance(row, dict) and isinstance(row.get("facts"), dict)


def _table(lines: bytes, schema: pa.Schema) -> pa.Table:
    """The rows of some lines. A column with a value that is not of its type is one of texts."""
    if not _are_cases(lines):
        parsing = pyarrow.json.ParseOptions(explicit_schema=schema, unexpected_field_behavior="ignore")
        reading = pyarrow.json.ReadOptions(block_size=len(lines) + 1)
        try:
            return pyarrow.json.read_json(io.BytesIO(lines), reading, parsing)
        except pa.ArrowInvalid:
            pass
    rows = [_row(line) for line in lines.splitlines() if line.strip()]
    return pa.table({own.name: _column([row.get(own.name) for row in rows], own.type) for own in schema})


def _column(values: list[Any], type_: pa.DataType) -> pa.Array:
    try:
        return pa.array(values, type_)
    except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError, TypeError):
        texts = [v if isinstance(v, str | None) else json.dumps(v, ensure_ascii=False, default=str) for v in values]
        return pa.array(texts, pa.string())


def _row(line: bytes) -> dict[str, Any]:
    """A line as a flat object. What is wrong with it stands under a name of its own."""
    try:
        found = json.loads(line, parse_float=Decimal, parse_constant=_refuse)
    except (ValueError, RecursionError) as problem:
        return {UNREADABLE: f"[columns/unreadable]: the line is no JSON: {problem}"[:200]}
    if not isinstance(found, dict):
        return {UNREADABLE: "[columns/unreadable]: the line is no object"}
    facts = found.pop("facts", None)
    if isinstance(facts, dict):
        for group, members in facts.items():
            for key, value in members.items() if isinstance(members, dict) else [("", members)]:
                found[f"{group}.{key}"] = _as_column(value)
                if value is None:
                    found[f"{group}.{key}{SAID}"] = "null"
    return found


def _as_column(value: Any) -> Any:
    """A value of a case file as a column has it: there, materials are authentic unless something else is said."""
    if not isinstance(value, list):
        return value
    return [_handed_in(item) if isinstance(item, dict) else item for item in value]


def _handed_in(item: dict[str, Any]) -> dict[str, Any]:
    whole = {"authentic": True, **item}
    return {key: None if value == "unknown" and key != "submitted_at" else value for key, value in whole.items()}


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no value")


_PLAIN: Final[dict[type, pa.DataType]] = {bool: pa.bool_(), int: pa.int64(), str: pa.string()}
