"""What a generated check calls: one part of a case each, quickly to its value and its text in the digest.

Each raises one of `compiled.ODD` for what is wrong, and for what is rarely written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date as Date
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from types import MappingProxyType as Values
from typing import Any

from engine.case.from_data import (
    HEAD_KEYS,
    MAX_INTEGER,
    MAX_SUBMISSIONS,
    MAX_TEXT,
    UNKNOWN,
    canonical,
    order_of,
)
from engine.case.model import Submission
from engine.clock import instant_and_text as instant
from engine.clock import parse_date
from engine.clock import zone as known_zone
from engine.document.characters import IN_VALUE
from engine.policy.model import ABSENT

__all__ = [
    "Odd", "Values", "date", "decimal", "digest", "head", "instant", "printable", "propositions", "submissions", "zone",
]  # fmt: skip


class Odd(ValueError):
    """Something is wrong, or is written in a rare way."""


def head(data: Mapping[str, Any], policy: str) -> tuple[datetime | None, str, int]:
    """The moment that a case names, its title, and the commas in it."""
    for key in data:
        if key not in HEAD_KEYS:
            raise Odd
    as_of, title, named = data.get("as_of"), data.get("title"), data.get("policy")
    if named is not None and named != policy:
        raise Odd
    moment = None if as_of is None else instant(as_of)[0]
    text = "" if title is None else _plain(title)
    return moment, text, text.count(",")


def _plain(text: object) -> str:
    """A text of the allowed length that hides nothing."""
    if type(text) is not str or len(text) > MAX_TEXT or IN_VALUE.search(text):
        raise Odd
    return text


def printable(value: object) -> tuple[str, str, int]:
    text = _plain(value)
    if not text.isprintable():
        raise Odd
    return text, canonical(text), text.count(",")


def zone(value: str) -> tuple[str, str]:
    known_zone(value)
    return value, value


def date(value: str) -> tuple[Date, str]:
    return parse_date(value), value


def decimal(value: object) -> tuple[Decimal, str]:
    if type(value) is not int and type(value) is not Decimal:
        raise Odd
    number = Decimal(value)
    if not number.is_finite() or abs(number) > MAX_INTEGER:
        raise Odd
    return number, f"decimal:{number.normalize()}"


def propositions(value: object, texts: Mapping[str, str]) -> tuple[frozenset[str], str, int]:
    """`texts` are the words that may stand here, as the digest writes them."""
    if type(value) is not list:
        raise Odd
    if not value:
        return frozenset(), "[]", 0
    found = frozenset(value)
    return found, f"[{','.join([texts[word] for word in sorted(found)])}]", len(value) - 1


def submissions(value: object, texts: Mapping[str, str]) -> tuple[tuple[Submission, ...], str, int]:
    if type(value) is not list or len(value) > MAX_SUBMISSIONS:
        raise Odd
    if not value:
        return (), "[]", 0
    found = [_submission(item, texts) for item in value]
    if len(found) > 1:
        found.sort(key=lambda one: order_of(one[0]))
    return (
        tuple([one[0] for one in found]),
        f"[{','.join([one[1] for one in found])}]",
        len(value) - 1 + sum([one[2] for one in found]),
    )


def _submission(item: object, texts: Mapping[str, str]) -> tuple[Submission, str, int]:
    if type(item) is not dict:
        raise Odd
    at, text = instant(item["submitted_at"])
    keys, commas = 1, 0
    proven, proves = None, "null"
    said = item.get("proves", ABSENT)
    if said is not ABSENT:
        keys = 2
        if said != UNKNOWN:
            proven, proves, commas = propositions(said, texts)
    authentic: bool | None = True
    genuine = "true"
    said = item.get("authentic", ABSENT)
    if said is not ABSENT:
        keys += 1
        if said is False or said == UNKNOWN:
            authentic, genuine = (False, "false") if said is False else (None, "null")
        elif said is not True:
            raise Odd
    if len(item) != keys:
        raise Odd
    return Submission(at, proven, authentic), f'["{text}",{proves},{genuine}]', commas + keys - 1


def digest(written: Iterable[str], scenario: str) -> str:
    """The digest of facts as they are written in it, in the order of their names."""
    text = f'{{"facts":{{{",".join(written)}}},"scenario":{scenario}}}'
    return "sha256:" + sha256(text.encode()).hexdigest()
