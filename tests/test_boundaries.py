"""Generated tests for the ends of periods: they hold, they end where they say, and the oracle finds the same ends."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import load_pack
from engine.clock import local_day, parse_instant, zone
from engine.diagnostics import Report
from engine.document import parse_document, plain
from engine.document.schema import check
from engine.document.write import to_yaml
from engine.policy.schemas import shipped
from engine.source import Source
from engine.testing.boundaries import MOMENTS, Boundaries, as_document, boundary_tests
from engine.testing.boundaries.days import days
from engine.testing.model import PolicyTest
from engine.testing.run import run_test
from engine.testing.suite import examples, policy_tests, suite_in
from tests.import_cases import BACK, BASELINE, MATERIALS
from tests.oracle.clock import parse
from tests.oracle.rules import decide
from tests.small_packs import load_text

PACK = load_pack()
VERSION = PACK.version("1.0.0")
ROOT = Path(__file__).resolve().parent.parent
DAYS = 6  # an ordinary one, two on which the clocks change, the end of a month, 29 February, the end of the year


def cases() -> list[PolicyTest]:
    """The worked cases and the examples: enough to run every period, and no others that come and go."""
    report = Report()
    tests = [test for test in policy_tests(PACK.folder, report) if Path(test.file).name == "worked.yaml"]
    return [*tests, *examples(PACK.folder, report)]


@pytest.fixture(scope="module")
def made() -> Boundaries:
    return boundary_tests(VERSION, cases())


def read(text: str, folder: Path) -> list[PolicyTest]:
    """The tests of a document as the engine reads them."""
    report = Report()
    document = parse_document(Source("made.yaml", text))
    check(document, shipped("tests"), report)
    tests = suite_in(document, folder, report).tests
    assert not report.found
    return list(tests)


def flat(test: Any) -> dict[str, Any]:
    """The facts of a test as the oracle takes them."""
    found: dict[str, Any] = {**BASELINE, "scenario": test["scenario"]}
    for group, members in test["facts"].items():
        for key, value in members.items():
            name = BACK[f"{group}.{key}"]
            found[name] = _flat(name, value)
    return found


def _flat(name: str, value: Any) -> Any:
    if name in MATERIALS and isinstance(value, list):
        first = min(value, key=lambda one: parse(one["submitted_at"]), default=None)  # the oracle knows one paper each
        return "none" if first is None else {"proves": "not_assessed", **first}
    return "none" if value is None else value


def test_every_period_of_the_shipped_version_has_its_tests(made: Boundaries) -> None:
    assert not made.without
    names = [test.data["name"] for test in made.tests]
    assert len(set(names)) == len(names)
    assert len(names) % (DAYS * len(MOMENTS)) == 0
    windows = {test.window for test in made.tests}
    assert windows >= set(VERSION.policy.windows)
    lengths = {(test.window, str(test.span.amount)) for test in made.tests}
    written = {
        (window.name, str(span.amount))
        for program in VERSION.programs.values()
        for window in (*program.windows, *(r.window for r in program.records if r.window))
        for span in window.spans
    }
    assert lengths == written


def test_the_oracle_finds_the_same_ends(made: Boundaries) -> None:
    compared = 0
    for test in made.tests:
        expect = test.data["expect"]
        answer = decide(flat(test.data), test.data["as_of"])
        theirs = {k: v if v == "paused" else parse_instant(v) for k, v in answer["deadlines"].items()}  # type: ignore[attr-defined]
        ours = {k: v if v == "paused" else parse_instant(v) for k, v in expect["deadlines"].items()}
        assert theirs == ours, test.data["name"]
        assert answer["status"] == expect["status"]
        compared += len(ours)
    assert compared > 1_000


def test_each_ends_on_its_day_and_is_asked_beside_its_end(made: Boundaries) -> None:
    for number, test in enumerate(made.tests):
        moment = list(MOMENTS)[number % len(MOMENTS)]
        case = VERSION.read_case({"scenario": test.data["scenario"], "facts": test.data["facts"]})
        tz = str(case.values[VERSION.policy.zone_fact])
        year = test.ends.astimezone(zone(tz)).year
        name = test.data["name"]
        assert f", {moment}, " in name
        (day,) = [day for day in days(year, tz) if name.endswith(f", {day.what}")]
        assert local_day(test.ends, zone(tz)) == day.day
        moments = {at for value in case.values.values() for at in _instants(value)} | {
            parse_instant(test.data["as_of"])
        }
        assert test.ends + MOMENTS[moment] in moments


def _instants(value: object) -> list[datetime]:
    if isinstance(value, tuple):
        return [one.at for one in value]
    return [value] if isinstance(value, datetime) else []


def test_the_three_moments_tell_apart_what_is_late(made: Boundaries) -> None:
    """Met and met and missed, or running and running and ended: the last instant itself is in time."""
    for number in range(0, len(made.tests), len(MOMENTS)):
        triple = [test.data["expect"].get("deadline_states", {}) for test in made.tests[number : number + len(MOMENTS)]]
        before, at_end, after = (list(states.values()) for states in triple)
        assert before == at_end
        assert before[0] in ("met", "running", "paused")
        assert not after or after[0] in ("missed", "ended"), made.tests[number].data["name"]


def test_they_hold_as_written(made: Boundaries) -> None:
    text = to_yaml(as_document(VERSION, made))
    tests = read(text, PACK.folder)
    assert len(tests) == len(made.tests)
    for test, one in zip(tests, made.tests, strict=True):
        assert test.case["facts"] == one.data["facts"]
        assert run_test(VERSION, test).passed, test.name
        assert test.holds_for("1.0.0") and not test.holds_for("1.0.1")


def test_a_longer_period_fails_them(made: Boundaries, tmp_path: Path) -> None:
    """They notice when a period becomes a day longer, or hours become calendar days."""
    text = (PACK.folder / "1.0.0.yaml").read_text("utf-8")
    for old, new in (
        ("within: 28 calendar days", "within: 29 calendar days"),
        ("within: 24 hours", "within: 1 calendar day"),
    ):
        version = load_text(text.replace(old, new)).version("1.0.0")
        failed = [
            one for one in read(to_yaml(as_document(VERSION, made)), tmp_path) if not run_test(version, one).passed
        ]
        assert failed, new


# ------------------------------------------------------------------------------------------------------- other periods

STRANGE = """\
policy: loans
version: "1.0.0"
title: Loans in a place where clocks never change
effective_from: 2024-01-01
time_zone: loan.zone
filed_at: loan.filed_at
facts:
  loan.zone: {type: zone, meaning: The zone., ask: Which zone?}
  loan.filed_at: {type: event, meaning: Filed., ask: When?}
  loan.lent_at: {type: instant, meaning: Lent., ask: When?}
  loan.due_on: {type: date, meaning: The day on the card., ask: Which day?}
  loan.long: {type: bool, meaning: A long loan., ask: Is it long?}
decision:
  stage: {meaning: Where it stands., one_of: {open: Open., over: Over.}, if_unknown: open}
parties:
  reader: {title: Reader}
evidence: {periods: paper_period, owed: must_show}
windows:
  reading: {deadline: reading_ends, until: loan.due_on, after: loan.lent_at}
  grace:
    deadline: grace_ends
    whichever: latest
    after: reading.ends
    within:
      - {when: loan.long, within: 72 hours}
      - {else: true, within: 2 calendar days}
  never_asked: {deadline: unheard_of, within: 9 hours, after: loan.lent_at, asked_if: loan.long and not loan.long}
  endless: {deadline: the_end_of_time, within: never, after: loan.lent_at}
tables:
  stages:
    hit: first
    every_rule_says: [stage]
    rules:
      - {id: running, when: not grace.ended, stage: open}
      - {id: gone, else: true, stage: over}
scenarios:
  book: {title: A book}
"""
OWN = """\
tests:
  - name: A long loan.
    scenario: book
    facts:
      loan:
        zone: Asia/Kathmandu
        filed_at: "2024-06-01T12:00:00Z"
        lent_at: "2024-05-01T12:00:00Z"
        due_on: 2024-05-20
        long: LONG
    as_of: "2024-05-21T12:00:00Z"
    expect: {stage: open}
"""


def test_days_until_both_ends_of_the_latest_and_what_no_case_runs(tmp_path: Path) -> None:
    version = load_text(STRANGE).version("1.0.0")
    found = boundary_tests(version, read(OWN.replace("LONG", "true"), tmp_path))
    assert found.without == ("book: grace (2 calendar days, else)", "book: never_asked")
    assert {one.window for one in found.tests} == {"reading", "grace"}
    assert len(found.tests) == 2 * DAYS * len(MOMENTS)
    assert any(one.data["name"].endswith("on the day after clocks go forward") for one in found.tests)
    zones = {one.data["facts"]["loan"]["zone"] for one in found.tests}
    assert zones == {"Asia/Kathmandu", "America/New_York"}  # where the clocks change
    for one in found.tests:
        assert parse_instant(one.data["expect"]["deadlines"][f"{one.window}_ends"]) == one.ends
    short = boundary_tests(version, read(OWN.replace("LONG", "false"), tmp_path))
    assert short.without == ("book: grace (72 hours, if loan.long)", "book: never_asked")


# --------------------------------------------------------------------------------------------------------- the command


def generate(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "cli.py"), "test", "--generate", "boundaries", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_command_writes_a_file_that_passes(tmp_path: Path) -> None:
    pack = tmp_path / "loans"
    (pack / "tests").mkdir(parents=True)
    (pack / "1.0.0.yaml").write_text(STRANGE)
    (pack / "tests" / "own.yaml").write_text(OWN.replace("LONG", "true"))
    output = pack / "tests" / "boundaries.yaml"
    result = generate("--pack", pack, "--policy", "1.0.0", "--output", output)
    assert result.returncode == 0, result.stderr
    assert "no test or example runs this period, so it has no tests here: book: never_asked" in result.stderr
    text = output.read_text("utf-8")
    assert text.splitlines()[1].startswith("# generated, approve by reading")
    again = generate("--pack", pack, "--policy", "1.0.0", "--output", output)
    assert again.returncode == 0
    assert output.read_text("utf-8") == text
    command = [sys.executable, str(ROOT / "cli.py"), "test", "--pack", str(pack)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout
    assert f"{2 * DAYS * len(MOMENTS) + 1} tests passed" in run.stdout


def test_the_command_has_nothing_to_write_without_cases(tmp_path: Path) -> None:
    (tmp_path / "1.0.0.yaml").write_text(STRANGE)
    result = generate("--pack", tmp_path)
    assert result.returncode == 1
    assert not result.stdout
    assert "nothing to write" in result.stderr
    assert generate("--pack", tmp_path, "--coverage").returncode == 2


# ------------------------------------------------------------------------------------------------------------- writing

ODD = """no|1.0|1.0.0|null|~|2025-01-01|a: b|a #b|- a|=x|true|12:30|0x1|[a]|{a}|*a|&a|'a|"a"|a:| a|a ||1_000|1:1"""
TEXTS = st.text(st.characters(max_codepoint=0x2FF, exclude_categories=["Cc", "Cf"]), max_size=12)
TEXTS |= st.sampled_from([*ODD.split("|"), "2025-06-10T09:00:00-04:00"])
SINGLE = TEXTS | st.integers(-(10**9), 10**9) | st.booleans() | st.none()
SINGLE |= st.decimals(-1000, 1000, places=2).filter(lambda number: number != number.to_integral_value())
KEYS = TEXTS.filter(bool)
VALUES = st.recursive(
    SINGLE, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=12
)
DATA = st.dictionaries(KEYS, VALUES, min_size=1, max_size=5)


@given(DATA)
@settings(max_examples=400, deadline=None)
def test_what_is_written_is_read_back(data: dict[str, Any]) -> None:
    assert plain(parse_document(Source("made.yaml", to_yaml(data)), json=False)) == data


def test_short_things_stand_in_one_line() -> None:
    data = {
        "a": {"b": [1, "x: y"], "c": None},
        "long": {"text": "x" * 110, "d": Decimal("1.50")},
        "items": [{"k": "v"}],
    }
    assert to_yaml(data) == (
        'a: {b: [1, "x: y"], c: null}\nlong:\n  text: ' + "x" * 110 + "\n  d: 1.50\nitems:\n  - {k: v}\n"
    )
    with pytest.raises(TypeError, match="datetime"):
        to_yaml({"at": datetime(2025, 1, 1)})
