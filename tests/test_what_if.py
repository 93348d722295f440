"""What would change a decision: each way does what it says, none is too large, none too late, and none is missing."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import given

from engine import load_pack
from engine.analysis.what_if import Changes, outcome_fields, what_would_change
from engine.cli.app import app
from engine.document import plain, read_document
from tests.bikes import POLICY as BIKES
from tests.conforming import conforms
from tests.explained.changes import hold_good
from tests.small_packs import load_text
from tests.strategies import Dispute, disputes, documents, instants, modest

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / "policies" / "tiktok-shop-us" / "examples"
PACK = load_pack()
VERSION = PACK.version("1.0.0")
BIKE_SHOP = load_text(BIKES).version("1.0.0")


@modest(1)
@given(disputes())
def test_no_pair_is_missing(found: Dispute) -> None:
    case, as_of = VERSION.read_case(found.document), datetime.fromisoformat(found.as_of).astimezone(UTC)
    hold_good(VERSION, case, as_of, 2, 2)


@modest(40)
@given(documents(BIKE_SHOP.policy), instants())
def test_so_it_is_for_a_policy_of_another_trade(document: Any, as_of: str) -> None:
    case, moment = BIKE_SHOP.read_case(document), datetime.fromisoformat(as_of).astimezone(UTC)
    if case.scenario is not None:
        hold_good(BIKE_SHOP, case, moment, 2, 2)


# ------------------------------------------------------------------------------------------------- told cases


def of(name: str, **asked: Any) -> Changes:
    data = plain(read_document(EXAMPLES / f"{name}.yaml"))
    assert isinstance(data, dict)
    return what_would_change(VERSION, VERSION.read_case(data), asked.pop("as_of", data["as_of"]), **asked)


def in_short(found: Changes) -> set[frozenset[tuple[str | None, str, object]]]:
    return {frozenset((c.by, c.fact, c.proposition or c.value) for c in way.changes) for way in found.ways}


def test_proof_of_a_silent_seller_helps_while_its_period_runs() -> None:
    proof = frozenset({("seller", "seller.materials", "product_consistent"), ("reviewer", "review.prevails", "seller")})
    assert proof in in_short(of("seller-silent-so-far"))
    late = of("seller-silent-so-far", as_of="2025-06-12T10:00:00.000001-04:00")
    assert not any(change.kind == "evidence" and change.by == "seller" for way in late.ways for change in way.changes)
    assert "seller" in late.cannot
    last = of("seller-silent-so-far", as_of="2025-06-12T10:00:00-04:00")
    assert proof in in_short(last)


def test_a_party_that_can_only_open_a_question_is_told_apart() -> None:
    found = of("seller-silent-so-far")
    assert found.leaves_open == ("seller",) and found.cannot == ("customer", "carrier")


def test_events_that_end_a_dispute_stand_apart() -> None:
    found = of("lost-package")
    ends = {way.changes[0].fact for way in found.ends}
    assert ends == {f"ending.{name}_at" for name in ("withdrawn", "cancelled", "settled", "other_process")}
    assert not any(change.fact in ends for way in found.ways for change in way.changes)
    assert not of("withdrawn").ends


def test_one_party_and_one_field() -> None:
    assert all(c.by == "seller" for way in of("minor-quality-issue", by="seller").ways for c in way.changes)
    found = of("minor-quality-issue", field="status", max_size=1)
    assert found.fields == ("status",)
    assert ("seller", "seller.appealed_at") in {(c.by, c.fact) for way in found.ways for c in way.changes}


def test_facts_of_the_past_stay_unless_asked_for() -> None:
    assert not any(c.kind == "fact" for way in of("lost-package").ways for c in way.changes)
    also = of("lost-package", also=["order.shipping_mode"], max_size=1)
    assert any(c.fact == "order.shipping_mode" for way in also.ways for c in way.changes)


def test_a_search_that_was_cut_says_so() -> None:
    found = of("seller-silent-so-far", budget=1)
    assert not found.complete and found.searched == 0 and found.undecided == ("seller",)


def test_the_outcome_is_what_tables_say_beside_the_standing() -> None:
    assert outcome_fields(VERSION.programs["quality"]) == ("in_favor_of", "liable", "remedies", "return")


# --------------------------------------------------------------------------------------------------- the command


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    monkeypatch.setenv("COLUMNS", "110")

    def run(*arguments: object, code: int = 0) -> Result:
        result = CliRunner().invoke(app, ["what-if", *map(str, arguments)])
        assert result.exit_code == code, result.output
        return result

    return run


SILENT = EXAMPLES / "seller-silent-so-far.yaml"


def test_it_is_told_in_words(run: Callable[..., Result]) -> None:
    text = " ".join(run(SILENT).output.split())
    assert (
        "Seller: hand in proof of “The product is as listed when it was ordered”, until Thu 12 Jun 2025 10:00" in text
    )
    assert "Nothing that the customer or the carrier can still do alone changes" in text
    assert "This would end the dispute" in text


def test_it_is_told_as_data_and_as_a_document(run: Callable[..., Result]) -> None:
    data = conforms("what-if", json.loads(run(SILENT, "--format", "json").output), VERSION)
    assert data["cannot"] == ["customer", "carrier"] and data["ways"] and len(data["ends"]) == 4
    assert all(way["changes"][0]["in_words"] for way in data["ways"])
    markdown = run(SILENT, "--format", "markdown").output
    assert markdown.startswith("# What would change it: ") and "## This would end the dispute" in markdown


def test_what_proves_the_same_is_told_in_one_line(run: Callable[..., Result]) -> None:
    lost = EXAMPLES / "lost-package.yaml"
    told = (
        "find that the material of the seller of Wed 11 Jun 2025 16:05 PDT, customer.earlier_materials or "
        "platform.system_data proves “The package was delivered to the customer's address”"
    )
    assert told in " ".join(run(lost).output.split())
    assert told.replace("_", "\\_") in run(lost, "--format", "markdown").output
    ways = json.loads(run(lost, "--format", "json").output)["ways"]
    assert sum(way["changes"][0]["proposition"] == "delivered_to_address" for way in ways) == 3


def test_a_decision_tells_it_when_asked() -> None:
    told = CliRunner().invoke(app, ["decide", str(SILENT), "--what-if"]).output
    assert "What would change it" in told and "This would end the dispute" in told
    data = json.loads(CliRunner().invoke(app, ["decide", str(SILENT), "--what-if", "--format", "json"]).output)
    conforms("decision", data, VERSION)
    alone = CliRunner().invoke(app, ["what-if", str(SILENT), "--format", "json"])
    assert data["what_if"] == json.loads(alone.output)
    html = CliRunner().invoke(app, ["decide", str(SILENT), "--format", "html"]).output
    assert "What would change it</h2>" in html and "<h3>This would end the dispute</h3>" in html
    assert "what_if" not in json.loads(CliRunner().invoke(app, ["decide", str(SILENT), "--format", "json"]).output)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--field", "statos"), "did you mean `status`?"),
        (("--by", "seler"), "did you mean `seller`?"),
        (("--also", "order.shiping_mode"), "did you mean `order.shipping_mode`?"),
        (("--also", "order.delivered_at"), "cannot all be tried"),
    ],
)
def test_what_is_not_there_is_refused(run: Callable[..., Result], arguments: tuple[str, ...], said: str) -> None:
    assert said in run(SILENT, *arguments, code=2).output
