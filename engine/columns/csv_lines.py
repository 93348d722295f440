"""CSV to batches of texts. A line with too many cells or too few is a row with what is wrong with it."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv

from engine.columns.table import UNREADABLE


def read_csv(path: Path, block: int) -> tuple[pa.Schema, Iterator[pa.RecordBatch]]:
    """The table of a CSV file, every cell a text, nothing where a cell is empty."""
    wrong: deque[Any] = deque()
    names = pyarrow.csv.open_csv(str(path), _reading(block), _parsing(deque())).schema.names
    types = dict.fromkeys(names, pa.string())
    converting = pyarrow.csv.ConvertOptions(column_types=types, null_values=[""], strings_can_be_null=True)
    reader = pyarrow.csv.open_csv(str(path), _reading(block), _parsing(wrong), converting)
    schema = pa.schema([*reader.schema, pa.field(UNREADABLE, pa.string())])
    return schema, _with_wrong_lines(reader, schema, wrong)


def _reading(block: int) -> pyarrow.csv.ReadOptions:
    return pyarrow.csv.ReadOptions(block_size=block, use_threads=False)  # with threads, lines have no numbers


def _parsing(wrong: deque[Any]) -> pyarrow.csv.ParseOptions:
    def set_aside(line: Any) -> str:
        wrong.append(line)
        return "skip"

    return pyarrow.csv.ParseOptions(newlines_in_values=True, invalid_row_handler=set_aside)


def _with_wrong_lines(reader: Any, schema: pa.Schema, wrong: deque[Any]) -> Iterator[pa.RecordBatch]:
    """The batches of a reader, and between their rows the lines that it set aside; the head is line 1."""
    line = 2
    for batch in reader:
        whole = batch.append_column(schema.field(UNREADABLE), pa.nulls(batch.num_rows, pa.string()))
        parts: list[pa.RecordBatch] = []
        while wrong and wrong[0].number - line <= whole.num_rows:
            before = wrong[0].number - line
            parts += [whole.slice(0, before), _wrong_line(wrong[0], schema)]
            whole = whole.slice(before)
            line = wrong.popleft().number + 1
        line += whole.num_rows
        yield from pa.Table.from_batches([*parts, whole], schema).combine_chunks().to_batches()
    yield from (_wrong_line(one, schema) for one in wrong)


def _wrong_line(line: Any, schema: pa.Schema) -> pa.RecordBatch:
    what = (
        f"[columns/unreadable]: the line has {line.actual_columns} cells, and the table {line.expected_columns} columns"
    )
    columns = [pa.nulls(1, own.type) for own in schema][:-1]
    return pa.RecordBatch.from_arrays([*columns, pa.array([what], pa.string())], schema=schema)
