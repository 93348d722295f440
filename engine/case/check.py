"""The check of cases, made for the facts of a version: plain data to typed values and their digest in one pass.

It knows only what is right. On whatever is odd it gives up, and `from_data.whole_case` says what is wrong: there is one
place for every message. The decision record on checked cases tells why this is a loop and no generated code.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from engine.case.canonical import canonical
from engine.case.limits import MAX_INTEGER, UNKNOWN
from engine.case.model import WholeCase
from engine.case.parts import (
    Names,
    Odd,
    Words,
    date,
    decimal,
    digest,
    head,
    submissions,
    text,
    whole_case,
    zone,
)
from engine.clock import instant_and_text
from engine.policy.absent import ABSENT

if TYPE_CHECKING:
    from engine.case.parts import Sha256
    from engine.policy.model import Fact, Policy

# what a check raises for data that it leaves to the slow reader
ODD: Final = (KeyError, TypeError, ValueError, AttributeError)
NO_FACTS: Final[Mapping[str, object]] = {}
BOOL, LISTED, INSTANT, INTEGER, SUBMISSIONS, OTHER = range(6)

# How a fact is read: its kind, its name, the place of its text in the digest, the bit of a fact that would be assumed
# (0 for others), the value and the text of null (None where it is not allowed), what its text begins with, and for its
# kind the texts of true and false, those of its words, or what reads its value.
Plan = tuple[int, str, int, int, Any, str, Any]


class Check:
    """Reads the cases of a version. It may be shared by threads."""

    __slots__ = ("_assumed", "_groups", "_names", "_policy", "_scenarios", "_sha256", "_written")

    def __init__(self, policy: Policy, sha256: Sha256 | None = None) -> None:
        """`sha256` makes the digests of cases; by default the fastest one does that there is."""
        from engine.case.from_data import value_if_absent

        if sha256 is None:
            import hashlib

            sha256 = hashlib.sha256
        self._sha256: Sha256 = sha256
        names = sorted(policy.facts)  # as the digest wants them
        optional = [fact for name in names if (fact := policy.facts[name]).if_absent is not ABSENT]
        self._assumed = {fact.name: value_if_absent(fact) for fact in optional}
        self._written = [_text(name, self._assumed[name]) if name in self._assumed else "" for name in names]
        self._names = Names(self._assumed)
        bits = {name: 1 << number for number, name in enumerate(self._assumed)}
        self._groups: dict[str, dict[str, Plan]] = {}
        for place, name in enumerate(names):
            fact, (group, _, key) = policy.facts[name], name.partition(".")
            if UNKNOWN in fact.values and fact.kind != "enum":
                continue  # what `unknown` means there is left to the slow reader
            self._groups.setdefault(group, {})[key] = _plan(fact, place, bits.get(name, 0))
        self._policy = policy.name
        self._scenarios = {row: (row, canonical(row)) for row in policy.rows} | {UNKNOWN: (None, canonical(None))}

    def read(self, data: Any) -> tuple[WholeCase, int]:
        """What `from_data.whole_case` gives, and how many commas JSON needs for such data. Raises one of ODD for data
        that is left to that."""
        if type(data) is not dict:
            raise Odd
        facts = data.get("facts", NO_FACTS)
        if type(facts) is not dict:
            raise Odd
        # What is assumed stands there from the beginning; every text ends with a comma.
        values, written = self._assumed.copy(), self._written.copy()
        given = 0  # the bits of facts that would be assumed
        commas = len(data) - 1 + (len(facts) - 1 if facts else 0)
        for group, members in facts.items():
            plans = self._groups[group]
            if type(members) is not dict:
                raise Odd
            if members:
                commas += len(members) - 1
            for key, value in members.items():
                kind, name, place, bit, null, start, more = plans[key]
                given |= bit
                if kind == BOOL and (value is True or value is False):
                    values[name] = value
                    written[place] = more[value]
                elif value is None:
                    values[name], written[place] = null
                elif kind == LISTED and (text := more.get(value)) is not None:
                    values[name] = value
                    written[place] = text
                elif value == UNKNOWN:
                    if bit:
                        del values[name]
                        written[place] = ""
                elif kind == INSTANT:
                    values[name], text = instant_and_text(value)
                    written[place] = f'{start}"{text}",'
                elif kind == SUBMISSIONS:
                    values[name], text, inside = submissions(value, more)
                    written[place] = f"{start}{text},"
                    commas += inside
                elif kind == INTEGER and type(value) is int and -MAX_INTEGER <= value <= MAX_INTEGER:
                    values[name] = value
                    written[place] = f"{start}{value},"
                elif kind == OTHER:
                    values[name], text, inside = more(value)
                    written[place] = f"{start}{text},"
                    commas += inside
                else:
                    raise Odd
        scenario, text = self._scenarios[data["scenario"]]
        as_of, title = None, ""
        if len(data) != (1 if facts is NO_FACTS else 2):
            as_of, title, inside = head(data, self._policy)
            commas += inside
        assumed = self._names.without(given)
        return whole_case(scenario, values, digest(written, text, self._sha256), assumed, as_of, title), commas


def _plan(fact: Fact, place: int, bit: int) -> Plan:
    more: Any = None
    match fact.kind:
        case "bool":
            kind, more = BOOL, (_text(fact.name, False), _text(fact.name, True))
        case "enum":
            kind, more = LISTED, {word: _text(fact.name, word) for word in fact.values}
        case "instant" | "event":
            kind = INSTANT
        case "integer":
            kind = INTEGER
        case "submissions":
            kind, more = SUBMISSIONS, Words(fact.values)
        case "propositions":
            kind, more = OTHER, Words(fact.values).read
        case "text" | "zone" | "date" | "decimal":
            kind, more = OTHER, {"text": text, "zone": zone, "date": date, "decimal": decimal}[fact.kind]
    nothing = False if fact.kind == "bool" else None
    null = (nothing, _text(fact.name, nothing)) if fact.nullable else None
    return kind, fact.name, place, bit, null, canonical(fact.name) + ":", more


def _text(name: str, value: object) -> str:
    """How the digest writes a fact that has this value."""
    return f"{canonical(name)}:{canonical(value)},"
