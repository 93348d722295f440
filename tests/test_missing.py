"""What may matter: what is said to matter was seen to, and what is not named changes nothing."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from engine import load_pack
from engine.analysis.missing import may_matter
from engine.case.model import Case
from engine.cli.app import app
from tests.conforming import conforms
from tests.explained.matters import given, without
from tests.strategies import dispute, wholly_known

PACK = load_pack()
VERSION = PACK.version("1.0.0")
FACTS = VERSION.policy.facts


def known(numbers: range) -> list[tuple[Case, str]]:
    found = [(number, dispute(number)) for number in numbers]
    return [(VERSION.read_case(one.document), one.as_of) for _, one in found if wholly_known(one)]


KNOWN = known(range(60))


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
