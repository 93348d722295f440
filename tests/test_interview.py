"""The interview: what it asks may matter, it ends with the decision of the whole case, and it writes a case file."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner, Result

from engine.analysis.asking import next_question
from engine.analysis.missing import may_matter
from engine.case.from_person import NotUnderstood, instant_of, value_of
from engine.case.model import Case
from engine.cli.app import app
from engine.clock import parse_instant
from engine.document import plain, read_document
from tests.explained.matters import says
from tests.test_missing import FACTS, KNOWN, VERSION

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / "policies" / "tiktok-shop-us" / "examples"
AS_OF = "2025-06-13T09:00:00-04:00"
Run = Callable[..., Result]


@pytest.mark.parametrize("number", [11, 15, 20])
def test_a_truthful_interview_ends_with_the_decision_of_the_whole_case(number: int) -> None:
    case, as_of = KNOWN[number]
    moment, asked = parse_instant(as_of), list[str]()
    while (question := next_question(VERSION, told := so_far(case, asked), moment, asked)) is not None:
        name = question.matter.fact
        assert name in question.found.may_matter
        assert name not in asked
        assert not FACTS[name].finding
        asked.append(name)
    assert says(VERSION, VERSION.decide(told, moment)) == says(VERSION, VERSION.decide(case, moment))
    assert len(asked) < len(FACTS)


def so_far(case: Case, asked: list[str]) -> Case:
    """The findings of a case, and the facts that were asked for."""
    empty = VERSION.read_case({"scenario": case.scenario, "facts": {}})
    told = {name for name, fact in FACTS.items() if fact.finding} | set(asked)
    values = {**empty.values, **{name: case.values[name] for name in told if name in case.values}}
    return replace(empty, values=MappingProxyType(values), assumed=empty.assumed - told)


# ------------------------------------------------------------------------------------------------------- the command


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("COLUMNS", "100")

    def run(*arguments: object, answers: str = "", code: int = 0) -> Result:
        parts = ["interview", *map(str, arguments), "--as-of", AS_OF]
        result = CliRunner().invoke(app, parts, input=answers)
        assert result.exit_code == code, result.output
        return result

    return run


def written(file: Path) -> Mapping[str, Any]:
    data = plain(read_document(file))
    assert isinstance(data, Mapping)
    return data


def test_it_asks_what_is_missing_and_writes_the_case(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "case.yaml"
    file.write_text((EXAMPLES / "missing-fact.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    before = written(file)
    version = VERSION
    asked = may_matter(version, version.read_case(before), AS_OF).facts[0].fact
    question = FACTS[asked].ask
    result = run(file, answers="maybe\n?\nback\nstop\n", code=4)
    assert question in result.output
    assert "is no value of" in result.output
    assert FACTS[asked].meaning in " ".join(result.output.split())
    assert "there is nothing to take back" in result.output
    assert written(file) == before
    run(file, answers="1\n")
    group, _, key = asked.partition(".")
    assert written(file)["facts"][group][key] == next(iter(FACTS[asked].values))
    assert f"# {question}" in file.read_text(encoding="utf-8")


def test_it_is_stopped_and_gone_on_with(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "new.yaml"
    run(file, "--scenario", "lost_package", answers="0\n", code=4)
    first = written(file)
    assert first["scenario"] == "lost_package"
    (group,) = first["facts"]
    (key,) = first["facts"][group]
    result = run(file, answers="unknown\n", code=4)
    assert FACTS[f"{group}.{key}"].ask not in result.output
    assert len([k for members in written(file)["facts"].values() for k in members]) == 2


def test_back_takes_the_last_answer_back(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "new.yaml"
    result = run(file, "--scenario", "quality", answers="0\nback\n", code=4)
    assert written(file)["facts"] == {}
    asked = result.output.partition("missing: ")[0]
    assert asked.count(FACTS["earlier.raised"].ask) == 2


def test_the_scenario_is_asked_by_number_or_name(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "case.json"
    result = run(file, answers="lost\n5\n", code=4)
    assert "no such scenario" in result.output
    assert json.loads(file.read_text(encoding="utf-8"))["scenario"] == list(VERSION.programs)[4]


def test_without_a_file_the_case_is_printed_in_the_end() -> None:
    command = [sys.executable, "cli.py", "interview", "--scenario", "delayed", "--policy", "1.0.0", "--as-of", AS_OF]
    done = subprocess.run(command, cwd=ROOT, input="stop\n", capture_output=True, text=True, check=False)
    assert done.returncode == 4, done.stderr
    assert done.stdout == "policy: tiktok-shop-us\nscenario: delayed\n\nfacts: {}\n"


def test_a_wrong_case_is_refused_with_its_place(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "case.yaml"
    file.write_text("scenario: quality\nfacts:\n  order:\n    on_platform: perhaps\n", encoding="utf-8")
    assert "case.yaml:4:18" in run(file, code=3).output


# ----------------------------------------------------------------------------------------------------------- answers


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2025-06-10 09:00", "2025-06-10T09:00:00-04:00"),
        ("2025-01-10T9:05", "2025-01-10T09:05:00-05:00"),
        ("2025-06-10t09:00:00z", "2025-06-10T09:00:00+00:00"),
        ("2025-06-10 09:00+02:00", "2025-06-10T09:00:00+02:00"),
    ],
)
def test_a_local_time_is_one_of_the_zone(text: str, instant: str) -> None:
    assert instant_of(text, ZoneInfo("America/New_York")) == instant


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("2025-03-09 02:30", "leaves out"),
        ("2025-11-02 01:30", "twice"),
        ("2025-06-31 01:30", "does not exist"),
        ("yesterday", "not an instant"),
    ],
)
def test_a_time_that_is_none_or_two_is_refused(text: str, wrong: str) -> None:
    with pytest.raises(NotUnderstood, match=wrong):
        instant_of(text, ZoneInfo("America/New_York"))


def test_a_local_time_needs_a_zone() -> None:
    with pytest.raises(NotUnderstood, match="zone of the dispute"):
        instant_of("2025-06-10 09:00", None)


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("order.on_platform", "Y", True),
        ("order.on_platform", "no", False),
        ("earlier.latest_end", "none", "none"),
        ("earlier.latest_end", "2", "judgment"),
        ("order.delivered_at", "none", None),
        ("earlier.raised", "1", 1),
        ("seller.materials", "none", []),
        ("seller.materials", "2025-06-10T09:00Z", [{"submitted_at": "2025-06-10T09:00:00+00:00"}]),
        (
            "seller.materials",
            "2025-06-10T09:00Z proves handed_over; 2025-06-11T09:00Z proves none",
            [
                {"submitted_at": "2025-06-10T09:00:00+00:00", "proves": ["handed_over"]},
                {"submitted_at": "2025-06-11T09:00:00+00:00", "proves": []},
            ],
        ),
    ],
)
def test_answers_as_people_write_them(name: str, text: str, value: object) -> None:
    assert value_of(text, FACTS[name], None) == value
