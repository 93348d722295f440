"""Short JSON texts to plain data as fast as can be, for readers that know what data to expect."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Final, NoReturn

from engine.document.limits import NODES

QUICK_BYTES: Final = 32 * 1024
assert QUICK_BYTES <= 2 * NODES  # a value takes at least two bytes: such a text cannot have too many


def quick_json(content: bytes) -> tuple[object, int] | None:
    """The data of a JSON text in UTF-8 and how many commas the text has; None for a text that is not read here.

    Keys that stand twice are not noticed; but then the data needs fewer commas than there are, for no text hides one
    behind an escape. Numbers with a fraction are not exact. Neither is how deep values lie looked at, nor which
    characters texts have.
    """
    if len(content) > QUICK_BYTES or b"\\" in content:
        return None
    try:
        return _loads(content), content.count(b",")
    except (ValueError, RecursionError):
        return None


def _standard() -> Callable[[bytes], object]:
    decode = json.JSONDecoder(parse_constant=_refuse).decode
    return lambda content: decode(content.decode())


def _refuse(word: str) -> NoReturn:
    raise ValueError(word)


def _fastest() -> Callable[[bytes], object]:
    try:
        from orjson import loads
    except ImportError:
        return _standard()
    return loads


_loads: Final = _fastest()
