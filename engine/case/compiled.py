"""The check of cases, generated from the declared facts: plain data to typed values and their digest in one pass.

It knows only what is right. On whatever is odd it gives up, and `from_data.read` says what is wrong, so that there is
one place for every message.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from types import CodeType
from typing import Any, Final

from engine.case import parts
from engine.case.from_data import MAX_INTEGER, UNKNOWN, canonical, value_if_absent
from engine.case.model import Reading
from engine.policy.model import ABSENT, Fact, Policy

Check = Callable[[object], tuple[Reading, int]]
# what a check raises for data that it leaves to the slow reader
ODD: Final = (KeyError, TypeError, ValueError, AttributeError)


@dataclass(frozen=True, slots=True)
class Generated:
    """The text of a check and the constants that it names."""

    source: str
    constants: Mapping[str, object]


def check_of(policy: Policy) -> Check:
    """The check of the cases of a version. It gives what `from_data.read` gives, and the number of commas that JSON
    needs to write such data; it raises one of ODD for data that it leaves to that."""
    return build(generate(policy))


def build(generated: Generated) -> Check:
    """The function that a text defines."""
    namespace: dict[str, Any] = {**_HELPERS, **generated.constants}
    exec(_code(generated.source), namespace)
    check: Check = namespace["check"]
    return check


@lru_cache(maxsize=8)
def _code(source: str) -> CodeType:
    return compile(source, "<check of cases>", "exec")


_HELPERS: Final[Mapping[str, object]] = {
    "ABSENT": ABSENT,
    "NOTHING": {},
    **{name: getattr(parts, name) for name in parts.__all__},
}


# ---------------------------------------------------------------------------------------------------------- the text

_START: Final = """\
def check(data):
    if type(data) is not dict:
        raise Odd
    facts = data.get("facts", NOTHING)
    if type(facts) is not dict:
        raise Odd
    values, written = ASSUMED.copy(), WRITTEN.copy()
    given = 0  # a bit for each fact that would be assumed
    unknown = filled = empty = members = inside = 0  # inside: commas within values
"""
_GROUP: Final = """\
    group = facts.get({group!r}, NOTHING)
    if not group:
        if group is not NOTHING:
            if type(group) is not dict:
                raise Odd
            empty += 1
    else:
        if type(group) is not dict:
            raise Odd
        filled += 1
        members += len(group)
        get = group.get
"""
_END: Final = """\
    if filled + empty != len(facts) or members != len(values) - len(ASSUMED) + given.bit_count() + unknown:
        raise Odd
    scenario, text = SCENARIOS[data["scenario"]]
    as_of, title = None, ""
    if len(data) != (1 if facts is NOTHING else 2):
        as_of, title, more = head(data, POLICY)
        inside += more
    commas = len(data) - 1 + (len(facts) - 1 if facts else 0) + members - filled + inside
    return reading(scenario, values, digest(written, text), NAMES.without(given), as_of, title), commas
"""


def generate(policy: Policy) -> Generated:
    """The check as Python. `values` begins with the facts that are assumed when they are left out, `written` with their
    text in the digest: one place for each fact, in the order of their names."""
    names = sorted(policy.facts)
    assumed = {
        name: value_if_absent(policy.facts[name]) for name in names if policy.facts[name].if_absent is not ABSENT
    }
    constants: dict[str, object] = {
        "POLICY": policy.name,
        "SCENARIOS": {row: (row, canonical(row)) for row in policy.rows} | {UNKNOWN: (None, canonical(None))},
        "ASSUMED": assumed,
        "WRITTEN": [_member(name, assumed[name]) if name in assumed else "" for name in names],
        "NAMES": parts.Names(assumed),
    }
    bits = {name: 1 << number for number, name in enumerate(assumed)}
    lines = [_START]
    for group, members in groupby(names, key=lambda name: name.partition(".")[0]):
        lines.append(_GROUP.format(group=group))
        for name in members:
            statements = _Statements(policy.facts[name], names.index(name), bits.get(name), constants)
            lines += [f"        {line}\n" for line in statements.reading()]
    return Generated("".join(lines) + _END, constants)


@dataclass(frozen=True, slots=True)
class _Statements:
    """The statements that read one fact. `place` is that of its text; `bit` is set when it is given, if it is one that
    would be assumed."""

    fact: Fact
    place: int
    bit: int | None
    constants: dict[str, object]

    def reading(self) -> Iterator[str]:
        """`value` is what the case gives."""
        fact, first = self.fact, "if"
        yield f"value = get({fact.name.partition('.')[2]!r}, ABSENT)"
        if fact.kind == "bool":
            for said in (True, False):
                yield f"{first} value is {said}:"
                yield from self._is(said)
                first = "elif"
        elif fact.kind == "enum":
            yield f"text = {self._constant({word: _member(fact.name, word) for word in fact.values})}.get(value)"
            yield "if text is not None:"
            yield from self._put("value", "text")
            first = "elif"
        if fact.nullable:
            yield f"{first} value is None:"
            yield from self._is(False if fact.kind == "bool" else None)
            first = "elif"
        yield f"{first} value is not ABSENT:"
        if UNKNOWN not in fact.values:
            yield f"    if value == {UNKNOWN!r}:"
            yield "        unknown += 1"
            if self.bit is not None:
                yield f"        given |= {self.bit}"
                yield f"        del values[{fact.name!r}]"
                yield f"        written[{self.place}] = ''"
            yield "    else:"
            yield from (f"    {line}" for line in self._typed())
        else:
            yield from self._typed()

    def _typed(self) -> Iterator[str]:
        """A value of a type that has more values than can be listed."""
        kind = self.fact.kind
        match kind:
            case "bool" | "enum":
                yield "    raise Odd"
                return
            case "integer":
                yield f"    if type(value) is not int or not {-MAX_INTEGER} <= value <= {MAX_INTEGER}:"
                yield "        raise Odd"
                yield "    text = value"
            case "instant" | "event":
                yield "    value, text = instant(value)"
            case "propositions" | "submissions":
                yield f"    value, text, more = {kind}(value, {self._constant(parts.Words(self.fact.values))})"
                yield "    inside += more"
            case "text":
                yield "    value, text, more = printable(value)"
                yield "    inside += more"
            case "zone" | "date" | "decimal":
                yield f"    value, text = {kind}(value)"
        quote = '"' if kind in ("instant", "event", "zone", "date", "decimal") else ""
        start = f"{canonical(self.fact.name)}:{quote}".replace("{", "{{").replace("}", "}}")
        yield from self._put("value", f"f{start + '{text}' + quote + ','!r}")

    def _is(self, value: object) -> Iterator[str]:
        yield from self._put(repr(value), repr(_member(self.fact.name, value)))

    def _put(self, value: str, text: str) -> Iterator[str]:
        """The fact has this value and this text, both as Python."""
        yield f"    values[{self.fact.name!r}] = {value}"
        yield f"    written[{self.place}] = {text}"
        if self.bit is not None:
            yield f"    given |= {self.bit}"

    def _constant(self, value: object) -> str:
        """The name of a constant that has this value."""
        name = f"C{len(self.constants)}"
        self.constants[name] = value
        return name


def _member(name: str, value: object) -> str:
    """How the digest writes a fact that has this value."""
    return f"{canonical(name)}:{canonical(value)},"
