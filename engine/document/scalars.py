"""Texts as YAML writes them on one line."""

from __future__ import annotations

import json

from engine.diagnostics import InvalidDocument
from engine.document.nodes import plain
from engine.document.yaml_reader import read_yaml
from engine.source import Source


def as_scalar(text: str, flow: bool = False) -> str:
    """A text as a scalar on one line: without quotes where our reader takes it for the same text, else in quotes.

    `flow` tells that it stands inside `{...}` or `[...]`.
    """
    return text if reads_back(text, text, flow) else as_quoted(text)


def as_quoted(text: str) -> str:
    """A text in double quotes, or in single ones where that spares escapes."""
    double = json.dumps(text, ensure_ascii=False)
    single = "'" + text.replace("'", "''") + "'"
    return single if "\\" in double and text.isprintable() else double


def reads_back(written: str, text: str, flow: bool) -> bool:
    """Whether our reader takes what is written for this text."""
    whole = f"{{a: {written}, b: c}}\n" if flow else f"a: {written}\n"
    try:
        return plain(read_yaml(Source("", whole))) == ({"a": text, "b": "c"} if flow else {"a": text})
    except InvalidDocument:
        return False
