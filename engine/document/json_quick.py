"""Short JSON texts to plain data as fast as can be, for readers that know what data to expect."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Final, NoReturn

from engine.document.limits import NODES

QUICK_BYTES: Final = 32 * 1024
assert QUICK_BYTES <= 2 * NODES  # a value takes at least two bytes: such a text cannot have too many

Loads = Callable[[bytes], object]


def quick_json(content: bytes, loads: Loads | None = None) -> tuple[object, int] | None:
    """The data of a JSON text in UTF-8 and how many commas the text has; None for a text that is not read here.
    `loads` reads it: by default the fastest that there is.

    Keys that stand twice are not noticed; but then the data needs fewer commas than there are, for no text hides one
    behind an escape. Numbers with a fraction are not exact. Neither is how deep values lie looked at, nor which
    characters texts have.
    """
    if len(content) > QUICK_BYTES or b"\\" in content:
        return None
    try:
        return (loads or _loads or _fastest())(content), content.count(b",")
    except (ValueError, RecursionError):
        return None


_loads: Loads | None = None  # chosen when it is first needed


def _fastest() -> Loads:
    global _loads
    found: Loads = standard
    try:
        from orjson import loads
    except ImportError:
        pass
    else:
        found = loads
    _loads = found
    return found


def standard(content: bytes) -> object:
    """The data of a JSON text by the standard library. Raises ValueError."""
    return _decode(content.decode())


def _refuse(word: str) -> NoReturn:
    raise ValueError(word)


_decode: Final = json.JSONDecoder(parse_constant=_refuse).decode
