"""The check made for a version's facts reads a case as the plain reader does, or leaves it to that one.

python -m tests.test_case_check 20000   checks as many mutations of sound cases, of every version
"""

from __future__ import annotations

import json
import random
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import Version, load_pack
from engine.case import from_data
from engine.case.check import ODD, Check
from engine.case.model import WholeCase
from engine.clock import BadTime, _parse_instant, format_instant, instant_and_text, iso, parse_instant, zone
from engine.diagnostics import Diagnostic, InvalidDocument, Report
from engine.testing.suite import policy_tests
from tests.museum_pieces import BASE
from tests.strategies import LEFT_OUT, ZONES, documents, modest
from tests.test_cases_agree import DATES, INSTANTS, cases

SHIPPED: Final = load_pack()
VERSIONS: Final = {**SHIPPED.versions, "loans": load_pack(BASE).version("1.0.0")}
CHECKS: Final = {name: Check(version.policy) for name, version in VERSIONS.items()}
TESTS: Final = [test.case for test in policy_tests(SHIPPED.folder, Report()) if test.holds_for("1.0.0")]
Read = WholeCase | tuple[Diagnostic, ...]


def plainly(version: Version, data: Any) -> Read:
    try:
        return from_data.whole_case(data, version.policy)
    except InvalidDocument as problem:
        return problem.diagnostics


def by_version(version: Version, data: Any) -> Read:
    try:
        return version.read(data)
    except InvalidDocument as problem:
        return problem.diagnostics


def agree(name: str, data: Any) -> bool:
    """Whether the check read a case; what it read, and what the version makes of it, must be what is read plainly."""
    version, plain = VERSIONS[name], plainly(VERSIONS[name], data)
    assert by_version(version, data) == plain
    try:
        found, commas = CHECKS[name].read(data)
    except ODD:
        return False
    assert found == plain
    assert isinstance(plain, WholeCase)
    assert found.case.assumed == plain.case.assumed
    assert found.case.digest == from_data.digest_of(found.case.scenario, found.case.values)
    assert commas == json.dumps(data, default=float, separators=(",", ":")).count(",")
    return True


# ------------------------------------------------------------------------------------------------------------- cases


def test_every_policy_test_is_read_by_the_check() -> None:
    assert all(agree("1.0.0", json.loads(json.dumps(case, default=dict))) for case in TESTS)


@pytest.mark.parametrize("name", VERSIONS)
def test_any_sound_case_is_read_by_the_check(name: str) -> None:
    @modest(80)
    @given(documents(VERSIONS[name].policy, [*VERSIONS[name].policy.rows, "unknown"]))
    def check(document: Any) -> None:
        assert agree(name, document)

    check()


@pytest.mark.parametrize("name", VERSIONS)
def test_good_and_bad_cases_are_read_alike(name: str) -> None:
    @modest(400)
    @given(cases(VERSIONS[name]))
    def check(data: Any) -> None:
        agree(name, data)

    check()


ODD_VALUES: Final[list[Any]] = [
    *(
        None,
        True,
        False,
        0,
        1,
        -1,
        10**9,
        10**9 + 1,
        Decimal("1.5"),
        Decimal(1),
        1.0,
        "unknown",
        "",
        "none",
        "é",
        "a,b",
    ),
    *([], {}, ["unknown"], [1], [None], [[]], [{}], {"a": 1}, "x" * 1_001, "a\nb", "a\u200bb", "\u3164", "\ud800"),
    *([{"submitted_at": "2025-06-10T09:00:00Z"}] * 2, [{"submitted_at": "2025-06-10T09:00:00Z", "authentic": 1}]),
    [{"submitted_at": "2025-06-10T09:00:00Z", "proves": "unknown", "authentic": "unknown"}],
    [{"submitted_at": "2025-06-10T09:00:00Z", "authentic": None}, {"submitted_at": "2025-06-10T08:00:00Z"}],
    *(datetime(2025, 6, 10, 9, tzinfo=UTC), datetime(2025, 6, 10, 9), "2025-06-10T09:00:00Z", "2025-06-10"),
    *("America/New_York", "2025-06-10T09:00:00-04:00", (), ("a",), b"2025-06-10T09:00:00Z", 10**40, "title"),
]


def mutated(case: Any, choose: random.Random) -> Any:
    """A case with one thing changed: a value replaced, a key taken away, added, or misspelt."""
    case = json.loads(json.dumps(case, default=dict))
    places = list(_places(case))
    holder, key = choose.choice(places)
    match choose.randrange(5):
        case 0:
            del holder[key]
        case 1 if isinstance(holder, dict):
            holder[choose.choice(["zz", f"{key}s", "title", "as_of", "policy", 5])] = choose.choice(ODD_VALUES)
        case 2:
            other, where = choose.choice(places)
            holder[key] = json.loads(json.dumps(other[where]))
        case _:
            holder[key] = choose.choice(ODD_VALUES)
    return case


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in pairs:
        yield value, key
        yield from _places(inner)


def mutations(count: int, seed: str) -> Counter[bool]:
    choose = random.Random(seed)
    return Counter(
        agree(choose.choice(list(SHIPPED.versions)), mutated(choose.choice(TESTS), choose)) for _ in range(count)
    )


def test_mutations_of_sound_cases_are_read_alike() -> None:
    found = mutations(1_500, "case check")
    assert found[True] > 100 and found[False] > 100


@pytest.mark.parametrize("name", VERSIONS)
def test_every_fact_reads_every_value_alike(name: str) -> None:
    policy = VERSIONS[name].policy
    row = next(iter(policy.rows))
    for fact in policy.facts.values():
        group, _, key = fact.name.partition(".")
        for value in [*ODD_VALUES, *INSTANTS, *DATES, *ZONES, *fact.values, list(fact.values), LEFT_OUT]:
            agree(name, {"scenario": row, "facts": {group: {} if value is LEFT_OUT else {key: value}}})


# ---------------------------------------------------------------------------------------------------------- instants


def outcome(read: Any, text: str) -> Any:
    try:
        return read(text)
    except ValueError as problem:
        return str(problem) if isinstance(problem, BadTime) else ValueError


SIGNS: Final = "0123456789-+:.,TtZzW 4٣"
FORMS: Final = (
    *("2025-06-10T09:00:00-04:00", "2025-06-10T23:30:00+05:45", "2024-02-29T24:00:00Z", "2025-W10-1T09:00:00Z"),
    *("2000-01-01T00:00:00+14:00", "2100-12-31T23:59:59-14:00", "2025-06-10T09:00:00.123Z", "20250610T090000.12Z"),
    *("2025-06-10T09:00:00,12Z", "2025-06-10T090000.5+00:00", "2025-06-10T09:00:00+04:0", "2025-06-10t09:00Z"),
    *("9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00"),
)


@st.composite
def texts(draw: st.DrawFn) -> str:
    """Instants as they are written, with some characters replaced, taken away or added."""
    moment = draw(st.datetimes(datetime(1999, 12, 30), datetime(2101, 1, 3)))
    minutes = draw(st.sampled_from((0, 0, -240, 345, 840, -840, 900, 59)))
    moment = moment.replace(microsecond=draw(st.sampled_from((0, 0, 0, moment.microsecond))))
    text = draw(st.sampled_from((moment.replace(tzinfo=timezone(timedelta(minutes=minutes))).isoformat(), *FORMS)))
    text = text.replace("+00:00", draw(st.sampled_from(("+00:00", "Z", "-00:00"))))
    for _ in range(draw(st.sampled_from((0, 0, 0, 1, 1, 2, 3)))):
        at = draw(st.integers(0, len(text)))
        text = text[:at] + draw(st.sampled_from(SIGNS)) * draw(st.integers(0, 1)) + text[at + draw(st.integers(0, 2)) :]
    return text


@modest(1_500)
@given(texts())
def test_the_quick_way_to_an_instant_is_the_slow_one(text: str) -> None:
    expected = outcome(_parse_instant, text)
    assert outcome(parse_instant, text) == expected
    found = outcome(instant_and_text, text)  # the second time by what it learned
    assert found == ((expected, expected.isoformat()) if isinstance(expected, datetime) else found)
    if not isinstance(expected, datetime):
        assert found in (expected, ValueError)


@modest(500)
@given(st.datetimes(datetime(2000, 1, 1), datetime(2100, 12, 31)), st.sampled_from(ZONES))
def test_instants_are_written_as_isoformat_writes_them(moment: datetime, name: str) -> None:
    for instant in (moment.replace(tzinfo=UTC), moment.replace(tzinfo=UTC, microsecond=0)):
        assert iso(instant) == instant.isoformat()
        assert format_instant(instant, zone(name)) == instant.astimezone(zone(name)).isoformat()


if __name__ == "__main__":
    print(mutations(int(sys.argv[1]), "by hand"))
