"""The explanation of a decision: it tells what the decision read, and nothing else decides."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result

from engine import Decision, Explanation, Version, load_pack
from engine.cli.app import app
from engine.clock import parse_instant
from engine.diagnostics import Report
from engine.document import plain, read_document
from engine.explanation.model import Missing, Seen
from engine.render.moments import local
from engine.render.trace_to_text import value_text
from engine.testing.suite import policy_tests
from tests import strategies
from tests.conforming import conforms
from tests.explained.quoted import holds_together

PACK = load_pack()
VERSION = PACK.version("1.0.0")
EXAMPLES = PACK.folder / "examples"
FILES = sorted(EXAMPLES.glob("*.yaml"))
TESTS = {f"{Path(test.file).name}: {test.name}": test for test in policy_tests(PACK.folder, Report())}
WORKED: Mapping[str, Any] = yaml.safe_load(
    (Path(__file__).with_name("explanations") / "worked.yaml").read_text("utf-8")
)


def document(file: Path) -> dict[str, Any]:
    found: Any = plain(read_document(file))
    return dict(found)


def explained(file: Path) -> tuple[Decision, Explanation]:
    data = document(file)
    decision = PACK.decide(data, data["as_of"])
    return decision, decision.explain()


def worked(name: str) -> tuple[Decision, Explanation]:
    """A case that is worked: an example of the pack, or a case of its tests by `FILE: NAME`, under version 1.0.0."""
    if name in {file.name for file in FILES}:
        return explained(EXAMPLES / name)
    test = TESTS[name]
    decision = VERSION.decide(VERSION.read_case(test.case), test.as_of)
    return decision, decision.explain()


def command(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["decide", *map(str, arguments)], prog_name="aftersale")


# --------------------------------------------------------------------------------------------------- worked cases


def leaves(found: tuple[Seen, ...]) -> Iterator[Seen]:
    """Terms, with the names of definitions replaced by what they are made of."""
    for seen in found:
        if seen.kind == "name" and seen.below:
            yield from leaves(seen.below)
        else:
            yield seen


@pytest.mark.parametrize(
    ("file", "expected"), [(file, one) for file, some in WORKED.items() for one in some],
    ids=lambda value: value if isinstance(value, str) else value["rule"],
)  # fmt: skip
def test_it_names_what_a_careful_reader_would_name(file: str, expected: dict[str, Any]) -> None:
    _, explanation = worked(file)
    (row,) = explanation.rows
    rule = next(rule for rule in row.rules() if rule.part == expected["rule"])
    assert (rule.state, rule.by) == (expected["state"], expected.get("by", ""))
    if "because" in expected:
        assert {seen.text: value_text(seen.value, None) for seen in leaves(rule.why)} == expected["because"]


def test_cases_of_every_row_and_every_standing_are_worked() -> None:
    decisions = [worked(name)[0] for name in WORKED]
    assert len(decisions) >= 40
    standing = VERSION.programs["delayed"].standing_field
    assert {decision.scenario for decision in decisions} == set(VERSION.programs)
    assert {decision.fields[standing.written_as] for decision in decisions} == set(standing.values)
    assert {one["state"] for some in WORKED.values() for one in some} == {
        "decides", "held", "failed", "open", "unreached"
    }  # fmt: skip


# ----------------------------------------------------------------------------------------------- generated cases


@pytest.mark.parametrize("seed", range(3))
def test_any_case_that_a_version_reads_can_be_explained(seed: int) -> None:
    """Cases of strange values, too; the facts that it tells are those of the case."""
    from hypothesis import given

    @strategies.modest(40)
    @given(strategies.documents(VERSION.policy))
    def explain(data: dict[str, Any]) -> None:
        case = VERSION.read_case(data)
        as_of = parse_instant(strategies.LATER[seed])
        (row,) = VERSION.explain(case, as_of).rows
        holds_together(VERSION, row, VERSION.decide(case, as_of))
        for fact in row.facts:
            assert (fact.origin == "nowhere") == (fact.text not in case.values) == isinstance(fact.value, Missing)
            if fact.origin == "later":
                moment = case.values[fact.text]
                assert fact.value is None and isinstance(moment, datetime) and moment > as_of
            elif fact.origin != "nowhere":
                assert fact.value == case.values[fact.text]

    explain()


# -------------------------------------------------------------------------------------------- what holds one to it


def test_nobody_pays_who_does_not_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    decision, _ = explained(EXAMPLES / "lost-package.yaml")
    asked: list[object] = []
    monkeypatch.setattr(Version, "explain", lambda *arguments: asked.append(arguments))
    again = PACK.decide(document(EXAMPLES / "lost-package.yaml"), decision.as_of)
    assert not asked and again == decision and repr(again) == repr(decision)
    assert "explain" not in repr(decision).replace("unexplained", "")


def test_a_decision_and_its_version_explain_it_alike() -> None:
    data = document(EXAMPLES / "lost-package.yaml")
    decision, explanation = explained(EXAMPLES / "lost-package.yaml")
    case = VERSION.read_case(data)
    assert VERSION.decide(case, data["as_of"]).explain() == VERSION.explain(case, data["as_of"])
    assert explanation.governed_by == PACK.governing_with_reason(data)[1]
    with pytest.raises(ValueError, match="does not know its case"):
        replace(decision, scenario="delayed").explain()


def test_an_unknown_row_is_explained_under_every_row() -> None:
    data = document(EXAMPLES / "lost-package.yaml") | {"scenario": "unknown"}
    explanation = PACK.decide(data, data["as_of"], "1.0.0").explain()
    assert [row.scenario for row in explanation.rows] == list(VERSION.programs)


def test_the_facts_that_are_left_out_and_assumed() -> None:
    _, explanation = explained(EXAMPLES / "lost-package.yaml")
    origins = {fact.text: fact.origin for fact in explanation.rows[0].facts}
    assert origins["judgment.notified_at"] == "declaration"
    assert origins["product.recall"] == "nowhere"
    assert origins["order.shipping_mode"] == "case"


# ----------------------------------------------------------------------------------------------------- the command


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_as_json_it_is_what_its_schema_says(file: Path) -> None:
    data = json.loads(command(file, "--explain", "--format", "json").stdout)
    explanation = data["explanation"]
    version = PACK.version(data["policy"]["version"])
    conforms("explanation", explanation, version)
    conforms("decision", data, version)
    del data["explanation"]
    assert data == json.loads(command(file, "--format", "json").stdout)
    facts, given = explanation["rows"][0]["facts"], document(file)["facts"]
    lines = file.read_text(encoding="utf-8").splitlines()
    for fact in facts:
        _, group, key = fact["path"]
        assert (fact["at"] is not None) == (key in given.get(group, {}))
        if fact["at"] is not None:
            assert f"{key}:" in "".join(lines[fact["at"]["line"] - 2 : fact["at"]["line"]])
    told = {*explanation["rows"][0]["names"], *(fact["fact"] for fact in facts)}
    assert read_by(explanation) <= told


def read_by(data: Any) -> set[str]:
    """All names that terms read."""
    if isinstance(data, list):
        return {name for item in data for name in read_by(item)}
    if not isinstance(data, dict):
        return set()
    own = set(data["reads"]) if "reads" in data else set()
    return own.union(*(read_by(item) for item in data.values()))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_as_text_it_says_every_deadline_and_every_rule(file: Path) -> None:
    decision, explanation = explained(file)
    text = " ".join(command(file, "--explain").stdout.partition("How it came about")[2].split())
    for deadline in decision.deadlines:
        assert local(deadline.at, decision.zone) in text
    for rule in explanation.rows[0].rules():
        assert rule.rule in text
    assert explanation.governed_by in text


def test_json_lines_are_explained_with_their_places() -> None:
    records = list(map(json.loads, command(EXAMPLES / "disputes.jsonl", "--explain").stdout.splitlines()))
    assert len(records) > 1
    for record in records:
        if "decision" in record:
            version = PACK.version(record["decision"]["policy"]["version"])
            conforms("explanation", record["decision"]["explanation"], version)
            facts = record["decision"]["explanation"]["rows"][0]["facts"]
            lines = {fact["at"]["line"] for fact in facts if fact["at"] is not None}
            assert lines == {int(record["source"].rpartition(":")[2])}
