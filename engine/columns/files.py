"""Tables in files: Parquet, CSV, JSON Lines and Arrow, read and written as a stream of batches."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final, Literal

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.ipc
import pyarrow.parquet

from engine.columns.csv_lines import read_csv
from engine.columns.gathered import gathered
from engine.columns.json_lines import read_json_lines
from engine.columns.json_text import as_json, instants, objects
from engine.columns.layout import AT_ONCE, plain_schema
from engine.diagnostics import InvalidDocument, Report, quoted

Format = Literal["parquet", "csv", "jsonl", "arrow"]
FORMATS: Final[dict[str, Format]] = {
    ".parquet": "parquet",
    ".pq": "parquet",
    ".csv": "csv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".arrow": "arrow",
    ".feather": "arrow",
    ".ipc": "arrow",
}
BUFFER: Final = 1024 * 1024  # bytes of a column that are read at once
BLOCK: Final = 16 * 1024 * 1024  # bytes of text that are read at once


@dataclass(frozen=True, slots=True)
class OpenTable:
    """A table being read: its columns, its batches, and its rows (None: not known before the end)."""

    schema: pa.Schema
    batches: Iterator[pa.RecordBatch]
    rows: int | None


def format_of(path: Path) -> Format | None:
    """The format of a file by the end of its name; None where it has none of these."""
    return FORMATS.get(path.suffix.lower())


def open_table(path: Path, columns: pa.Schema | None = None) -> OpenTable:
    """The table in a file. `columns` are the types of those that a file of texts leaves open (see `input_schema`).

    Raises InvalidDocument when there is none, or it cannot be read.
    """
    form = format_of(path)
    if form is None:
        raise _wrong(f"{quoted(path.name)} has none of the endings {', '.join(FORMATS)}")
    if not path.is_file():
        code = "file/not-regular" if path.exists() else "file/missing"
        report = Report()
        report.error(code, f"there is no such file: {path}")
        raise InvalidDocument(report.found)
    with _failing():
        opened = _OPENERS[form](path, columns)
    return OpenTable(opened.schema, gathered(_failing_later(opened.batches)), opened.rows)


def _parquet(path: Path, _: pa.Schema | None) -> OpenTable:
    file = pyarrow.parquet.ParquetFile(path, buffer_size=BUFFER, pre_buffer=False)
    return OpenTable(file.schema_arrow, file.iter_batches(AT_ONCE), file.metadata.num_rows)


def _csv(path: Path, _: pa.Schema | None) -> OpenTable:
    schema, batches = read_csv(path, BLOCK)
    return OpenTable(schema, batches, None)


def _arrow(path: Path, _: pa.Schema | None) -> OpenTable:
    source = pa.memory_map(str(path))
    try:
        file = pyarrow.ipc.open_file(source)
    except pa.ArrowInvalid:
        source.seek(0)
        stream = pyarrow.ipc.open_stream(source)
        return OpenTable(stream.schema, iter(stream), None)
    batches = (file.get_batch(number) for number in range(file.num_record_batches))
    return OpenTable(file.schema, batches, None)


def _json_lines(path: Path, columns: pa.Schema | None) -> OpenTable:
    schema, batches = read_json_lines(path, columns, BLOCK)
    return OpenTable(schema, batches, None)


_OPENERS: Final[dict[Format, Callable[[Path, pa.Schema | None], OpenTable]]] = {
    "parquet": _parquet,
    "csv": _csv,
    "arrow": _arrow,
    "jsonl": _json_lines,
}


@contextlib.contextmanager
def _failing() -> Iterator[None]:
    try:
        yield
    except (pa.ArrowException, OSError) as problem:
        raise _wrong(" ".join(str(problem).split())[:300]) from None


def _failing_later(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    while True:
        with _failing():
            batch = next(batches, None)
        if batch is None:
            return
        yield batch


def _wrong(message: str) -> InvalidDocument:
    report = Report()
    report.error("columns/unreadable", f"the table cannot be read: {message}")
    return InvalidDocument(report.found)


# --------------------------------------------------------------------------------------------------------- writing


class Writer:
    """Writes batches of one schema to a stream in a format; `close` ends the table."""

    def __init__(self, stream: IO[bytes], form: Format, schema: pa.Schema, same_words: bool = False) -> None:
        self._schema = schema if form != "arrow" or same_words else plain_schema(schema)
        self._write, self._close = _WRITERS[form](stream, self._schema)

    def write(self, batch: pa.RecordBatch) -> None:
        self._write(batch if batch.schema == self._schema else batch.cast(self._schema))

    def close(self) -> None:
        self._close()


@contextlib.contextmanager
def write_table(stream: IO[bytes], form: Format, schema: pa.Schema, *, same_words: bool = False) -> Iterator[Writer]:
    """A writer of a table; the table ends where the context does, if all went well. A file of Arrow has one dictionary
    for a column: without `same_words`, which says that all batches have the same one, words are written out."""
    writer = Writer(stream, form, schema, same_words)
    yield writer
    writer.close()


Verbs = tuple[Callable[[pa.RecordBatch], None], Callable[[], None]]


def _to_parquet(stream: IO[bytes], schema: pa.Schema) -> Verbs:
    plain = [own.name for own in schema if not pa.types.is_nested(own.type)]
    writer = pyarrow.parquet.ParquetWriter(stream, schema, compression="zstd", write_statistics=plain)
    return writer.write_batch, writer.close


def _to_arrow(stream: IO[bytes], schema: pa.Schema) -> Verbs:
    writer = pyarrow.ipc.new_file(stream, schema)
    return writer.write_batch, writer.close


def _to_csv(stream: IO[bytes], schema: pa.Schema) -> Verbs:
    texts = pa.schema([(own.name, pa.string()) for own in schema])
    writer = pyarrow.csv.CSVWriter(stream, texts)

    def write(batch: pa.RecordBatch) -> None:
        writer.write_batch(pa.RecordBatch.from_arrays([_cell_texts(column) for column in batch.columns], schema=texts))

    return write, writer.close


def _cell_texts(column: pa.Array) -> pa.Array:
    """The cells of a column as texts: lists and structs as JSON, instants in UTC, nothing where there is nothing."""
    type_ = column.type
    if pa.types.is_dictionary(type_):
        return _cell_texts(column.dictionary_decode())
    if pa.types.is_nested(type_):
        return pc.if_else(pc.is_valid(column), as_json(column), None)
    if pa.types.is_timestamp(type_) and type_.tz is not None:
        return instants(column)
    try:
        return column.cast(pa.string())
    except pa.ArrowException:
        return pa.array([None if value is None else json.dumps(value, default=str) for value in column.to_pylist()])


def _to_json_lines(stream: IO[bytes], schema: pa.Schema) -> Verbs:
    def write(batch: pa.RecordBatch) -> None:
        lines = objects(batch.schema.names, batch.columns)
        text = pc.binary_join(pa.ListArray.from_arrays([0, len(lines)], lines), "\n")
        if len(lines):
            stream.write(text[0].as_buffer())
            stream.write(b"\n")

    return write, lambda: None


_WRITERS: Final[dict[Format, Callable[[IO[bytes], pa.Schema], Verbs]]] = {
    "parquet": _to_parquet,
    "arrow": _to_arrow,
    "csv": _to_csv,
    "jsonl": _to_json_lines,
}
