"""What the check of cases calls: one part of a case each, quickly to its value and its text in the digest.

Each raises one of `check.ODD` for what is wrong, and for what is rarely written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date as Date
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from engine.case.canonical import canonical, order_of
from engine.case.limits import HEAD_KEYS, MAX_INTEGER, MAX_SUBMISSIONS, MAX_TEXT, UNKNOWN
from engine.case.model import Case, Submission, WholeCase
from engine.clock import instant_and_text, parse_date
from engine.clock import zone as known_zone
from engine.policy.absent import ABSENT

if TYPE_CHECKING:
    from collections.abc import Callable
    from decimal import Decimal
    from hashlib import _Hash

    Sha256 = Callable[[bytes], _Hash]  # that of `hashlib`, or another one

KEPT: Final = 4096  # of one kind


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
    moment = None if as_of is None else instant_and_text(as_of)[0]
    plain = "" if title is None else _plain(title)
    return moment, plain, plain.count(",")


def _plain(value: object) -> str:
    """A text of the allowed length that hides nothing."""
    if type(value) is not str or len(value) > MAX_TEXT:
        raise Odd
    if not (value.isascii() and value.isprintable()):
        from engine.document.characters import IN_VALUE

        if IN_VALUE.search(value):
            raise Odd
    return value


def text(value: object) -> tuple[str, str, int]:
    plain = _plain(value)
    if not plain.isprintable():
        raise Odd
    return plain, canonical(plain), plain.count(",")


def zone(value: str) -> tuple[str, str, int]:
    known_zone(value)
    return value, f'"{value}"', 0


def date(value: str) -> tuple[Date, str, int]:
    return parse_date(value), f'"{value}"', 0


def decimal(value: object) -> tuple[Decimal, str, int]:
    from decimal import Decimal

    if type(value) is not int and type(value) is not Decimal:
        raise Odd
    number = Decimal(value)
    if not number.is_finite() or abs(number) > MAX_INTEGER:
        raise Odd
    return number, f'"decimal:{number.normalize()}"', 0


class Words:
    """The propositions that may stand in a fact. What a list of them came to is kept: cases prove the same again."""

    __slots__ = ("_kept", "_texts")

    def __init__(self, words: Iterable[str]) -> None:
        self._texts = {word: canonical(word) for word in words}
        self._kept: dict[tuple[object, ...], tuple[frozenset[str], str, int]] = {}

    def read(self, value: Any) -> tuple[frozenset[str], str, int]:
        """A list of propositions, its text in the digest, and the commas in it."""
        if type(value) is not list:
            raise Odd
        key = tuple(value)
        known = self._kept.get(key)
        if known is None:
            found = frozenset(value)
            known = found, f"[{','.join([self._texts[word] for word in sorted(found)])}]", max(0, len(key) - 1)
            if len(key) <= len(self._texts):
                _keep(self._kept, key, known)
        return known


def submissions(value: object, words: Words) -> tuple[tuple[Submission, ...], str, int]:
    if type(value) is not list or len(value) > MAX_SUBMISSIONS:
        raise Odd
    if not value:
        return (), "[]", 0
    if len(value) == 1:
        one, said, commas = _submission(value[0], words)
        return (one,), f"[{said}]", commas
    found = sorted([_submission(item, words) for item in value], key=lambda one: order_of(one[0]))
    commas = len(value) - 1 + sum([one[2] for one in found])
    return tuple([one[0] for one in found]), f"[{','.join([one[1] for one in found])}]", commas


def _submission(item: object, words: Words) -> tuple[Submission, str, int]:
    if type(item) is not dict:
        raise Odd
    at, moment = instant_and_text(item["submitted_at"])
    proven, proves = None, "null"
    authentic: bool | None = True
    genuine = "true"
    keys, commas = 1, 0
    said = item.get("proves", ABSENT)
    if said is not ABSENT:
        keys = 2
        if said != UNKNOWN:
            proven, proves, commas = words.read(said)
    said = item.get("authentic", ABSENT)
    if said is not ABSENT:
        keys += 1
        if said is False or said == UNKNOWN:
            authentic, genuine = (False, "false") if said is False else (None, "null")
        elif said is not True:
            raise Odd
    if len(item) != keys:
        raise Odd
    found = _new(Submission)
    _set_at(found, at)
    _set_proves(found, proven)
    _set_authentic(found, authentic)
    return found, f'["{moment}",{proves},{genuine}]', commas + keys - 1


def digest(written: list[str], scenario: str, sha256: Sha256) -> str:
    """The digest of facts as they are written in it, in the order of their names, each with a comma behind it."""
    content = f'{{"facts":{{{"".join(written)[:-1]}}},"scenario":{scenario}}}'
    return "sha256:" + sha256(content.encode()).hexdigest()


class Names:
    """The names of the facts that are assumed when they are left out. The same are left out again and again."""

    __slots__ = ("_kept", "_names")

    def __init__(self, names: Iterable[str]) -> None:
        self._names = tuple(names)
        self._kept: dict[int, frozenset[str]] = {}

    def without(self, given: int) -> frozenset[str]:
        """All but those whose bit is set: the first has the lowest."""
        found = self._kept.get(given)
        if found is None:
            found = frozenset(name for number, name in enumerate(self._names) if not given >> number & 1)
            _keep(self._kept, given, found)
        return found


def _keep(kept: dict[Any, Any], key: object, value: object) -> None:
    if len(kept) >= KEPT:
        kept.clear()
    kept[key] = value


# A frozen dataclass is made by one slow call for each of its fields; these calls are the same, and quick.
_new: Final = object.__new__
_set_scenario, _set_values, _set_digest, _set_assumed = (
    getattr(Case, name).__set__ for name in ("scenario", "values", "digest", "assumed")
)
_set_at, _set_proves, _set_authentic = (getattr(Submission, name).__set__ for name in ("at", "proves", "authentic"))


def whole_case(
    scenario: str | None,
    values: dict[str, object],
    digest: str,
    assumed: frozenset[str],
    as_of: datetime | None,
    title: str,
) -> WholeCase:
    """A case with these values."""
    case = _new(Case)
    _set_scenario(case, scenario)
    _set_values(case, MappingProxyType(values))
    _set_digest(case, digest)
    _set_assumed(case, assumed)
    return WholeCase(case, as_of, title)
