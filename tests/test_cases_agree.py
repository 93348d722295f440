"""The case schema, made for editors, and the check of cases, made for speed, accept the same cases.

Named exceptions, which only the check refuses: days and times of day that do not exist, offsets and years out of range,
time zones that do not exist, and texts with characters that cannot be printed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, ValidationError, validators

from engine import Diagnostic, InvalidDocument, Version, load_pack
from engine.policy.model import Fact
from engine.policy.schemas import case_schema
from tests.museum_pieces import BASE

VERSIONS = {"shipped": load_pack().version("1.0.0"), "loans": load_pack(BASE).version("1.0.0")}
EXCEPTIONS = re.compile(
    r"names a day( or a time of day)? that does not exist|has an offset that no place has|lies outside the years"
    r"|is not a time zone|printable characters"
)
INSTANTS = (
    *("2025-06-10T09:00:00-04:00", "2025-06-10 09:00Z", "2000-01-02t00:00:00.123456z", "2100-12-30T23:59:59+14:00"),
    *("2025-02-30T09:00:00Z", "2025-06-10T24:00:00Z", "2025-06-10T09:00:60Z", "2000-01-01T00:00:00+14:00"),
    *("2025-06-10T09:00:00+99:99", "2025-06-10T09:00:00", "2025-06-10", "20250610T090000Z", "2025-06-10T09:00:00Z\n"),
    *("1999-06-10T09:00:00Z", "2101-06-10T09:00:00Z", "2025-06-10T09Z", "2025-06-10T09:00:00.1234567Z", "soon", ""),
    *("2025-W10-1T09:00Z", " 2025-06-10T09:00Z", "\u0662025-06-10T09:00Z", "2025-06-10T09:00:00.Z"),
)
DATES = ("2025-06-10", "2024-02-29", "2025-02-29", "1999-01-01", "2100-12-31", "2101-01-01", "2025-6-1", "2025-06-10\n")
ZONES = ("America/New_York", "UTC", "Europe/Pari", "EST5EDT", "../etc/passwd", "", "localtime", "x" * 1_001)
ODD: st.SearchStrategy[Any] = st.sampled_from(
    [
        *(None, True, False, 0, 1, -1, 10**9, 10**9 + 1, -(10**9) - 1, Decimal("1.5"), Decimal("2.0"), Decimal(10**9)),
        *("", "unknown", "Unknown", "none", "zz", "true", "5", "x" * 1_000, "x" * 1_001, "a\nb", "a\u200bb"),
        *([], ["zz"], [5], [None], [[]], {}, {"a": 1}, "unknown\n", ["unknown"]),
    ]
)


def _pattern(_: object, pattern: str, value: object, __: object) -> Iterator[ValidationError]:
    """In JSON Schema `$` matches at the very end only; in Python before a last line feed, too."""
    if isinstance(value, str) and not re.search(pattern.removesuffix("$") + r"\Z", value):
        yield ValidationError("")


Validator: Any = validators.extend(Draft202012Validator, {"pattern": _pattern})  # type: ignore[no-untyped-call]


def values(fact: Fact) -> st.SearchStrategy[Any]:
    """Values of a fact: mostly of its type, and others."""
    match fact.kind:
        case "bool":
            good: st.SearchStrategy[Any] = st.booleans()
        case "enum":
            good = st.sampled_from(list(fact.values))
        case "integer":
            good = st.integers(-(10**9) - 2, 10**9 + 2)
        case "decimal":
            good = st.decimals(-(10**9) - 2, 10**9 + 2, places=3) | st.integers(-5, 5)
        case "text":
            good = st.text(st.characters(codec="utf-8"), max_size=20)
        case "zone":
            good = st.sampled_from(ZONES)
        case "date":
            good = st.sampled_from(DATES)
        case "instant" | "event":
            good = st.sampled_from(INSTANTS)
        case "propositions":
            good = propositions(fact)
        case _:
            good = st.lists(submissions(fact), max_size=3) | st.just([{"submitted_at": INSTANTS[0]}] * 101)
    return st.one_of(good, good, good, ODD)


def propositions(fact: Fact) -> st.SearchStrategy[Any]:
    return st.lists(st.sampled_from([*fact.values, "zz"]), max_size=4)


def submissions(fact: Fact) -> st.SearchStrategy[Any]:
    keys = {
        "submitted_at": st.sampled_from(INSTANTS) | st.sampled_from(INSTANTS[:4]) | ODD,
        "proves": propositions(fact) | st.just("unknown") | ODD,
        "authentic": st.sampled_from([True, False, "unknown"]) | ODD,
        "zz": st.just(1),
    }
    some = st.fixed_dictionaries({}, optional=keys)
    sound = st.fixed_dictionaries(
        {"submitted_at": st.sampled_from(INSTANTS[:4])}, optional={"proves": propositions(fact)}
    )
    return sound | some | ODD


@st.composite
def cases(draw: st.DrawFn, version: Version) -> Any:
    policy = version.policy
    facts: dict[str, Any] = {}
    for name in draw(st.lists(st.sampled_from(list(policy.facts)), max_size=5, unique=True)):
        group, _, key = name.partition(".")
        facts.setdefault(group, {})[key] = draw(values(policy.facts[name]))
    if draw(st.integers(0, 9)) == 0:
        facts[draw(st.sampled_from(["zz", *facts]))] = draw(ODD | st.just({"zz": 1}))
    case: dict[str, Any] = {
        "scenario": draw(st.sampled_from([*policy.rows, *policy.rows, "unknown", "zz", None, 5, []]))
    }
    head = {
        "facts": st.just(facts) | st.just(facts) | ODD,
        "policy": st.sampled_from([policy.name, policy.name, None, "zz", 5]),
        "title": st.sampled_from(["A title.", None]) | ODD,
        "as_of": st.sampled_from(INSTANTS) | ODD,
        "zz": st.just(1),
    }
    for key in draw(st.lists(st.sampled_from(["facts", "facts", "facts", *head]), max_size=3)):
        case[key] = draw(head[key])
    if draw(st.integers(0, 19)) == 0:
        return draw(ODD)
    return {"facts": facts, **case} if draw(st.booleans()) else case


def problems(version: Version, data: Any) -> tuple[Diagnostic, ...]:
    try:
        version.read_case(data)
    except InvalidDocument as problem:
        return problem.diagnostics
    return ()


@pytest.mark.parametrize("name", VERSIONS)
@settings(max_examples=600, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_schema_and_check_agree(name: str, data: st.DataObject) -> None:
    version = VERSIONS[name]
    case = data.draw(cases(version))
    sound = Validator(case_schema(version.policy)).is_valid(case)
    found = problems(version, case)
    if found and all(EXCEPTIONS.search(problem.message) for problem in found):
        return
    assert sound == (not found), [str(problem) for problem in found]


@pytest.mark.parametrize("name", VERSIONS)
def test_every_fact_agrees_on_every_odd_value(name: str) -> None:
    """Each fact alone, with each value of every kind."""
    version = VERSIONS[name]
    validator = Validator(case_schema(version.policy))
    listed: Any = [*INSTANTS, *DATES, *ZONES, None, True, 0, 5, Decimal("0.5"), [], {}, "unknown", "zz", [5], ["zz"]]
    row = next(iter(version.policy.rows))
    differ = []
    for fact in version.policy.facts.values():
        group, _, key = fact.name.partition(".")
        for value in [*listed, *fact.values, list(fact.values)]:
            case = {"scenario": row, "facts": {group: {key: value}}}
            found = problems(version, case)
            excepted = bool(found) and all(EXCEPTIONS.search(problem.message) for problem in found)
            if not excepted and validator.is_valid(case) != (not found):
                differ.append((fact.name, value, [str(problem) for problem in found]))
    assert not differ
