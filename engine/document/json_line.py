"""A short JSON text, such as a line of JSON Lines, quickly to plain data."""

from __future__ import annotations

import json
from typing import NoReturn

from engine.document import limits
from engine.document.characters import IN_VALUE
from engine.document.json_reader import read_json
from engine.document.nodes import plain
from engine.document.numbers import exact_number
from engine.source import Source


def parse_json_line(text: str, name: str = "<line>") -> object:
    """The plain data of a JSON text. It refuses what `read_json` refuses, but is many times faster on short texts.

    Raises InvalidDocument with places in the text."""
    try:
        if not limits.longer_than(text, limits.SCALAR_BYTES) and not IN_VALUE.search(text):
            value: object = _DECODER.decode(text)
            nested = text.count("[") + text.count("{") > limits.DEPTH
            if not (nested or "\\" in text) or _is_sound(value, 0):
                return value
    except (ValueError, RecursionError):
        pass
    return plain(read_json(Source(name, text)))


def _is_sound(value: object, depth: int) -> bool:
    """Whether data keeps to the depth, and its texts to the characters, that are allowed."""
    if isinstance(value, str):
        return not IN_VALUE.search(value)
    if isinstance(value, dict):
        return depth < limits.DEPTH and all(
            "\n" not in key and _is_sound(key, 0) and _is_sound(inner, depth + 1) for key, inner in value.items()
        )
    if isinstance(value, list):
        return depth < limits.DEPTH and all(_is_sound(item, depth + 1) for item in value)
    return True


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise ValueError
    return value


def _refuse_constant(word: str) -> NoReturn:
    raise ValueError


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_float=exact_number, parse_int=exact_number, parse_constant=_refuse_constant
)
