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
from engine.case.model import Case, Reading
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
    "NO_FACTS": frozenset(),
    "Case": Case,
    "Reading": Reading,
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
    values, assumed, written = {}, [], []
    write = written.append
    unknown = groups = filled = members = inside = 0  # inside: commas within values
"""
_END: Final = """
    if groups != len(facts) or len(values) - len(assumed) + unknown != members:
        raise Odd
    scenario, text = SCENARIOS[data["scenario"]]
    as_of, title = None, ""
    if len(data) != (1 if facts is NOTHING else 2):
        as_of, title, more = head(data, POLICY)
        inside += more
    inside += len(data) - 1 + (groups - 1 if groups else 0) + members - filled
    case = Case(scenario, Values(values), digest(written, text), frozenset(assumed) if assumed else NO_FACTS)
    return Reading(case, as_of, title), inside
"""


def generate(policy: Policy) -> Generated:
    """The check as Python. The facts stand in the order of their names, as the digest wants them."""
    constants: dict[str, object] = {
        "POLICY": policy.name,
        "SCENARIOS": {row: (row, canonical(row)) for row in policy.rows} | {UNKNOWN: (None, canonical(None))},
    }
    lines = [_START]
    for group, names in groupby(sorted(policy.facts), key=lambda name: name.partition(".")[0]):
        facts = [policy.facts[name] for name in names]
        lines += [
            f"    group = facts.get({group!r}, NOTHING)",
            "    if group is not NOTHING:",
            "        if type(group) is not dict:",
            "            raise Odd",
            "        groups += 1",
            "        if group:",
            "            filled += 1",
            "            members += len(group)",
            # what is left out has to be looked for where that means something
            "    if group:" if all(fact.if_absent is ABSENT for fact in facts) else "    if True:",
            "        get = group.get",
        ]
        lines += [f"        {line}" for fact in facts for line in _fact(fact, constants)]
    return Generated("\n".join(lines) + _END, constants)


def _fact(fact: Fact, constants: dict[str, object]) -> Iterator[str]:
    """The statements that read one fact: `value` is what the case gives."""
    yield f"value = get({fact.name.partition('.')[2]!r}, ABSENT)"
    if fact.kind == "bool":
        for said in (True, False):
            yield f"{'if' if said else 'elif'} value is {said}:"
            yield from _put(fact, said)
        first = "elif"
    elif fact.kind == "enum":
        words: dict[object, str] = {word: _member(fact, word) for word in fact.values}
        yield f"text = {_constant(constants, words)}.get(value)"
        yield "if text is not None:"
        yield f"    values[{fact.name!r}] = value"
        yield "    write(text)"
        first = "elif"
    else:
        first = "if"
    if fact.nullable:
        yield f"{first} value is None:"
        yield from _put(fact, False if fact.kind == "bool" else None)
        first = "elif"
    yield f"{first} value is ABSENT:"
    if fact.if_absent is ABSENT:
        yield "    pass"
    else:
        yield f"    assumed.append({fact.name!r})"
        yield from _put(fact, value_if_absent(fact), constants)
    if UNKNOWN not in fact.values:
        yield f"elif value == {UNKNOWN!r}:"
        yield "    unknown += 1"
    yield "else:"
    yield from _typed(fact, constants)


def _typed(fact: Fact, constants: dict[str, object]) -> Iterator[str]:
    """A value of a type that has more values than can be listed."""
    known = ""
    match fact.kind:
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
            known = ", " + _constant(constants, {word: canonical(word) for word in fact.values})
            yield f"    value, text, more = {fact.kind}(value{known})"
            yield "    inside += more"
        case "text":
            yield "    value, text, more = printable(value)"
            yield "    inside += more"
        case "zone" | "date" | "decimal":
            yield f"    value, text = {fact.kind}(value)"
    quote = '"' if fact.kind in ("instant", "event", "zone", "date", "decimal") else ""
    start = (canonical(fact.name) + ":" + quote).replace("{", "{{").replace("}", "}}")
    yield f"    values[{fact.name!r}] = value"
    yield f"    write(f{start + '{text}' + quote!r})"


def _put(fact: Fact, value: object, constants: dict[str, object] | None = None) -> Iterator[str]:
    """The fact has this value."""
    named = repr(value) if constants is None else _constant(constants, value)
    yield f"    values[{fact.name!r}] = {named}"
    yield f"    write({_member(fact, value)!r})"


def _member(fact: Fact, value: object) -> str:
    """How the digest writes a fact that has this value."""
    return f"{canonical(fact.name)}:{canonical(value)}"


def _constant(constants: dict[str, object], value: object) -> str:
    """The name of a constant that has this value."""
    name = f"C{len(constants)}"
    constants[name] = value
    return name
