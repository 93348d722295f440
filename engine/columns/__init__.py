"""Tables of cases: decided column by column, from Arrow to Arrow, without a mapping per case.

Needs the extra `columns` (pyarrow, numpy). A row is a case; `layout` says which columns there
are. ImportError where these are too old: with the whole numbers of numpy 1, answers would be wrong.
"""

from __future__ import annotations

import engine.columns.needed  # noqa: F401 - the first of all
from engine.columns.batches import Counts, Decider, decide_batches
from engine.columns.files import FORMATS, format_of, open_table, write_table
from engine.columns.layout import input_schema, output_schema

__all__ = [
    "FORMATS",
    "Counts",
    "Decider",
    "decide_batches",
    "format_of",
    "input_schema",
    "open_table",
    "output_schema",
    "write_table",
]
