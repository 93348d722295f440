"""An answer as a person writes it, to a value as a case writes it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

from engine.clock import BadTime, parse_instant
from engine.diagnostics import quoted
from engine.policy.model import Fact

YES: Final = frozenset({"yes", "y", "true"})
NO: Final = frozenset({"no", "n", "false"})
NOTHING: Final = re.compile(r"(none|nothing|never|null|no|-)\Z", re.IGNORECASE)
_LOCAL: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{1,2}:[0-9]{2}(:[0-9]{2})?\Z")
_NUMBER: Final = re.compile(r"-?[0-9]{1,9}\Z")


class NotUnderstood(ValueError):
    """An answer that is no value of its fact; str() is for who gave it."""


def value_of(text: str, fact: Fact, tz: ZoneInfo | None) -> object:
    """The value that an answer gives, as plain data. A local time is one of `tz`. Raises NotUnderstood.

    What is returned is still to be checked as a part of its case.
    """
    text = " ".join(text.split())
    if text in fact.values and fact.kind == "enum":
        return text
    if NOTHING.match(text) and fact.kind not in ("bool", "integer", "decimal", "zone"):
        return [] if fact.kind in ("propositions", "submissions") else None
    reader = _READERS.get(fact.kind)
    return text if reader is None else reader(text, fact, tz)


def instant_of(text: str, tz: ZoneInfo | None) -> str:
    """An instant with its offset, from one with an offset or from a local time. Raises NotUnderstood."""
    if not _LOCAL.match(text):
        try:
            parse_instant(text)
        except BadTime as problem:
            raise NotUnderstood(str(problem)) from None
        return datetime.fromisoformat(text.upper()).isoformat()
    if tz is None:
        raise NotUnderstood("the zone of the dispute is not known yet; write the offset, as in 2025-06-10 09:00-04:00")
    day, _, time = text.replace("T", " ").replace("t", " ").partition(" ")
    try:
        wall = datetime.fromisoformat(f"{day}T{time.zfill(8 if time.count(':') == 2 else 5)}")
    except ValueError:
        raise NotUnderstood(f"{quoted(text)} names a day or a time of day that does not exist") from None
    first, second = wall.replace(tzinfo=tz), wall.replace(tzinfo=tz, fold=1)
    if first.astimezone(UTC).astimezone(tz).replace(tzinfo=None) != wall:
        raise NotUnderstood(f"the clock of {tz.key} leaves out {quoted(text)} on that day")
    if first.utcoffset() != second.utcoffset():
        either = f"{first.isoformat()} or {second.isoformat()}"
        raise NotUnderstood(f"the clock of {tz.key} shows {quoted(text)} twice on that day; write {either}")
    return first.isoformat()


def _bool(text: str, fact: Fact, tz: ZoneInfo | None) -> object:
    word = text.lower()
    if word in YES or word in NO:
        return word in YES
    if NOTHING.match(word) and fact.nullable:
        return None
    raise NotUnderstood(f"answer yes or no; {quoted(text)} is neither")


def _enum(text: str, fact: Fact, tz: ZoneInfo | None) -> object:
    if _NUMBER.match(text):
        options = list(fact.values)
        if 1 <= int(text) <= len(options):
            return options[int(text) - 1]
        raise NotUnderstood(f"the options have the numbers 1 to {len(options)}")
    return text


def _integer(text: str, fact: Fact, tz: ZoneInfo | None) -> object:
    if not _NUMBER.match(text):
        raise NotUnderstood(f"a whole number is asked for; {quoted(text)} is none")
    return int(text)


def _instant(text: str, fact: Fact, tz: ZoneInfo | None) -> object:
    return instant_of(text, tz)


def _words(text: str, fact: Fact, tz: ZoneInfo | None) -> object:
    options = list(fact.values)
    found = []
    for word in (part for part in re.split(r"[, ]+", text) if part):
        chosen = options[int(word) - 1] if _NUMBER.match(word) and 1 <= int(word) <= len(options) else word
        found.append(chosen)
    return found


def _submissions(text: str, fact: Fact, tz: ZoneInfo | None) -> object:
    """`INSTANT`, or `INSTANT proves WORD, WORD`; more than one with `;` between them."""
    found: list[Mapping[str, object]] = []
    for part in (part.strip() for part in text.split(";")):
        moment, says, words = part.partition(" proves ")
        one: dict[str, object] = {"submitted_at": instant_of(moment.strip(), tz)}
        if says:
            one["proves"] = [] if NOTHING.match(words.strip()) else _words(words, fact, tz)
        found.append(one)
    return found


_READERS: Final[Mapping[str, Callable[[str, Fact, ZoneInfo | None], object]]] = {
    "bool": _bool,
    "enum": _enum,
    "integer": _integer,
    "instant": _instant,
    "event": _instant,
    "propositions": _words,
    "submissions": _submissions,
}
