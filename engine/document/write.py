"""Plain data to YAML as people write it here: block style, short lists and groups of values in one line, quotes only
where they are needed.

What is written is read back as the same data, by the strict reader and by any other."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Final

from engine.document.plain_scalars import Unclear, meaning

WIDTH: Final = 110  # columns of a line that a list in brackets may fill
_STARTS: Final = frozenset("-?:,[]{}#&*!|>'\"%@`=<~ ")
_NO_TEXT: Final = re.compile(r": |:\Z| #|\s\Z|[^\x20-\x7e]")
_IN_BRACKETS: Final = re.compile(r"[,\[\]{}:]")
_TIME: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}([Tt ].*)?\Z")
_KEY: Final = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*\Z")


def to_yaml(data: Mapping[str, object]) -> str:
    """The YAML text of a mapping. Values are texts, whole numbers, decimals, true, false, null, lists and mappings.

    Raises TypeError for anything else."""
    return "".join(f"{line}\n" for line in _mapping(data, 0))


def _mapping(data: Mapping[str, object], indent: int) -> Iterator[str]:
    for key, value in data.items():
        yield from _value(f"{' ' * indent}{_key(key)}:", value, indent + 2)


def _value(start: str, value: object, indent: int) -> Iterator[str]:
    """A value after its key or dash; below it, where it takes more than a line."""
    flow = _flow(value)
    if flow and len(start) + 1 + len(flow) <= WIDTH:
        yield f"{start} {flow}"
    elif isinstance(value, Mapping):
        yield start
        yield from _mapping(value, indent)
    elif _is_list(value):
        yield start
        for item in value:  # type: ignore[attr-defined]
            yield from _item(item, indent)
    else:
        yield f"{start} {_scalar(value)}"


def _item(value: object, indent: int) -> Iterator[str]:
    flow = _flow(value)
    if isinstance(value, Mapping) and not (flow and indent + 2 + len(flow) <= WIDTH):
        lines = _mapping(value, indent + 2)
        yield f"{' ' * indent}- {next(lines).lstrip()}"
        yield from lines
    else:
        yield from _value(f"{' ' * indent}-", value, indent + 2)


def _is_list(value: object) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _flow(value: object) -> str:
    """A list or a mapping of single values in brackets; empty for one that holds others, and for a single value."""
    if isinstance(value, Mapping):
        inside = [(f"{_key(key, brackets=True)}: ", one) for key, one in value.items()]
        return f"{{{', '.join(start + _inside(one) for start, one in inside)}}}" if _are_short(value.values()) else ""
    if _is_list(value):
        items: Sequence[object] = value  # type: ignore[assignment]
        single = not any(isinstance(item, Mapping) or _is_list(item) for item in items)
        return f"[{', '.join(map(_inside, items))}]" if single else ""
    return ""


def _are_short(values: Iterable[object]) -> bool:
    """Whether a mapping's values may stand in one line: single ones, and lists of them."""
    return all(not isinstance(value, Mapping) and (not _is_list(value) or _flow(value)) for value in values)


def _inside(value: object) -> str:
    return _flow(value) if _is_list(value) else _scalar(value, brackets=True)


def _key(key: str, brackets: bool = False) -> str:
    return key if _KEY.match(key) and _reads_as(key) else _scalar(key, brackets)


def _scalar(value: object, brackets: bool = False) -> str:
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    if isinstance(value, int | Decimal):
        return format(value, "f") if isinstance(value, Decimal) else str(value)
    if not isinstance(value, str):
        raise TypeError(f"{type(value).__name__} is not written as YAML here")
    text = value
    plain = bool(text) and text[0] not in _STARTS and not _NO_TEXT.search(text) and _reads_as(text)
    if text[:1].isdigit() and re.fullmatch(r"[0-9.:_-]+", text) and not _TIME.match(text):
        plain = False  # three numbers with dots are a text here, and look like a number to a reader
    if brackets and _IN_BRACKETS.search(text):
        plain = False
    return text if plain else json.dumps(text, ensure_ascii=False)


def _reads_as(text: str) -> bool:
    """Whether a text without quotes is that text, and nothing else for any reader."""
    try:
        return meaning(text) == text
    except Unclear:
        return False
