"""What may matter: what is said to matter was seen to, and what is not named changes nothing."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from click.testing import CliRunner, Result

from engine import Decision, load_pack
from engine.analysis.missing import may_matter
from engine.analysis.outcome_tree import Trial
from engine.case.model import Case
from engine.cli.app import app
from engine.clock import parse_instant
from engine.policy.from_document import LEFT_OUT
from engine.render.missing_to_data import missing_to_data
from tests.conforming import conforms
from tests.strategies import dispute, wholly_known

PACK = load_pack()
VERSION = PACK.version("1.0.0")
FACTS = VERSION.policy.facts
REMARKS = {field.written_as for field in VERSION.policy.fields.values() if field.if_unknown == LEFT_OUT}
Says = tuple[dict[str, Any], list[tuple[str, datetime, str]]]


def says(decision: Decision) -> Says:
    """Everything but remarks."""
    fields = {name: value for name, value in decision.fields.items() if name not in REMARKS}
    return fields, [(one.window, one.at, one.state) for one in decision.deadlines]


def known(numbers: range) -> list[tuple[Case, str]]:
    found = [(number, dispute(number)) for number in numbers]
    return [(VERSION.read_case(one.document), one.as_of) for _, one in found if wholly_known(one)]


KNOWN = known(range(150))


def without(case: Case, names: set[str]) -> Case:
    values = {name: value for name, value in case.values.items() if name not in names}
    return replace(case, values=MappingProxyType(values))


def given(case: Case, values: Mapping[str, object]) -> Case:
    return replace(case, values=MappingProxyType({**case.values, **values}))


@pytest.mark.parametrize("number", range(0, len(KNOWN), 5))
def test_what_is_not_named_changes_nothing(number: int) -> None:
    """Facts of a whole case are forgotten; those that are not named may then have the values of any other case."""
    choose = random.Random(number)
    case, as_of = KNOWN[number]
    forgotten = set(choose.sample(list(case.values), choose.randint(1, 6)))
    found = may_matter(VERSION, without(case, forgotten), as_of)
    conforms("missing", missing_to_data(found, VERSION.policy), VERSION)
    outside = forgotten - set(found.may_matter)
    before = says(VERSION.decide(case, as_of))
    for other, _ in choose.sample(KNOWN, 40):
        values = {name: other.values[name] for name in outside if name in other.values}
        assert says(VERSION.decide(given(case, values), as_of)) == before, (forgotten, found.may_matter, values)


@pytest.mark.parametrize("number", range(1, len(KNOWN), 10))
def test_what_matters_was_seen_to(number: int) -> None:
    """Two whole cases that differ in the fact alone are decided otherwise."""
    choose = random.Random(number)
    case, as_of = KNOWN[number]
    forgotten = set(choose.sample(list(case.values), 4))
    partial = without(case, forgotten)
    found = may_matter(VERSION, partial, as_of)
    assert case.scenario is not None
    trial = Trial({case.scenario: VERSION.programs[case.scenario]}, partial, parse_instant(as_of))
    seen: set[str] = set()
    for name, one, other in trial.pairs(4000):
        whole = [says(VERSION.decide(given(partial, node.given), as_of)) for node in (one, other)]
        if whole[0] != whole[1]:
            seen.add(name)
    named = {m.fact for m in (*found.facts, *found.findings) if m.changes in ("outcome", "deadlines")}
    assert found.complete
    assert seen <= named


@pytest.mark.parametrize("scenario", [*VERSION.programs, "unknown"])
def test_of_an_empty_case_the_gates_are_asked_first(scenario: str) -> None:
    case = VERSION.read_case({"scenario": scenario, "facts": {}})
    found = may_matter(VERSION, case, "2025-06-13T09:00:00-04:00")
    first = [matter.fact for matter in found.facts][: len(found.decision.missing_facts)]
    assert set(first) == set(found.decision.missing_facts)
    assert not found.complete
    assert len(found.outcomes) > 3
    assert may_matter(VERSION, case, "2025-06-13T09:00:00-04:00") == found


def test_a_settled_case_misses_nothing() -> None:
    for case, as_of in KNOWN[:25]:
        found = may_matter(VERSION, case, as_of)
        decision = VERSION.decide(case, as_of)
        if not decision.missing_facts and not decision.unassessed:
            assert found.may_matter == ()
            assert len(found.outcomes) == 1
            assert dict(found.outcomes[0]).items() <= dict(decision.fields).items()


def test_each_answer_leaves_what_it_says() -> None:
    """Where everything was tried, an answer that ends the questions gives the outcome that was foretold."""
    for number, (case, as_of) in enumerate(KNOWN[:25]):
        forgotten = {random.Random(number).choice(list(case.values))}
        found = may_matter(VERSION, without(case, forgotten), as_of)
        for matter in (*found.facts, *found.findings):
            for answer in matter.answers:
                if answer.ends and FACTS[matter.fact].kind in ("bool", "enum"):
                    after = VERSION.decide(given(case, {matter.fact: answer.value}), as_of)
                    assert dict(answer.outcomes[0]).items() <= dict(after.fields).items()


# ------------------------------------------------------------------------------------------------------- the command


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    monkeypatch.setenv("COLUMNS", "100")

    def run(document: Mapping[str, Any], *arguments: str, code: int) -> Result:
        file = tmp_path / "case.json"
        file.write_text(json.dumps(document), encoding="utf-8")
        result = CliRunner().invoke(app, ["missing", str(file), "--policy", "1.0.0", *arguments])
        assert result.exit_code == code, result.output
        return result

    return run


def lacking(**facts: Any) -> dict[str, Any]:
    found = next(one for one in map(dispute, range(300)) if wholly_known(one) and decided(one.document, one.as_of))
    document = {**found.document, "as_of": found.as_of, "facts": {**found.document["facts"]}}
    for group, key in facts.items():
        document["facts"][group] = {k: v for k, v in document["facts"][group].items() if k != key}
    return document


def decided(document: Mapping[str, Any], as_of: str) -> bool:
    decision = VERSION.decide(VERSION.read_case(document), as_of)
    return decision["status"] == "decided" and not decision.missing_facts


def test_the_command_asks_for_a_gate(run: Any) -> None:
    text = run(lacking(order="on_platform"), code=1).output
    assert "1. Was the product bought on the platform?" in text
    assert "the outcome hangs on it" in text
    assert "no: status: out_of_scope" in text
    assert "2. " not in text.partition("What can still come of it")[0]


def test_the_command_for_programs(run: Any) -> None:
    data = conforms(
        "missing", json.loads(run(lacking(order="on_platform"), "--format", "json", code=1).output), VERSION
    )
    assert [one["fact"] for one in data["facts"]] == ["order.on_platform"]
    assert data["complete"] is True
    assert [answer["value"] for answer in data["facts"][0]["answers"]] == [True, False]
    assert len(data["outcomes"]) == 2


def test_nothing_is_missing(run: Any) -> None:
    assert "Nothing is missing" in run(lacking(), code=0).output
