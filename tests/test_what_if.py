"""What would change a decision: each way does what it says, none is too large, none too late, and none is missing."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import given

import engine.pack
from engine import Version, load_pack
from engine.analysis.possible import Possible, changed, possible
from engine.analysis.what_if import Changes, outcome_fields, what_would_change
from engine.case.model import Case
from engine.cli.app import app
from engine.document import plain, read_document
from engine.render.what_if_to_data import what_if_to_data
from tests.bikes import POLICY as BIKES
from tests.conforming import conforms
from tests.small_packs import load_text
from tests.strategies import Dispute, disputes, documents, instants, modest

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / "policies" / "tiktok-shop-us" / "examples"
PACK = load_pack()
VERSION = PACK.version("1.0.0")
BIKE_SHOP = load_text(BIKES).version("1.0.0")

Fields = tuple[Any, ...]


class Plainly:
    """The same questions, answered by deciding every set: no pruning, no memory but of what was decided."""

    def __init__(self, version: Version, case: Case, as_of: datetime, fields: tuple[str, ...]) -> None:
        self.version, self.case, self.as_of, self.fields = version, case, as_of, fields
        self.turns = cache(self._turns)

    def says(self, case: Case, at: datetime) -> tuple[Fields, bool]:
        decision = self.version.decide(case, at)
        return tuple(decision.fields[name] for name in self.fields), bool(decision.missing_facts or decision.unassessed)

    def over(self, case: Case) -> datetime:
        """When all periods that run at the moment are over, by the ledger of clocks."""
        from engine.analysis.clock_ledger import clock_ledger
        from engine.analysis.forecast import TICK

        entries = clock_ledger(self.version, case, self.as_of).entries
        ends = [e.ends for e in entries if e.state != "not asked" and e.ends is not None and e.ends >= self.as_of]
        return max(ends) + TICK if ends else self.as_of

    def _turns(self, members: frozenset[Possible]) -> Fields | None:
        """What the fields become, if the set turns them to something settled."""
        case = changed(self.case, members, self.as_of)
        at = max(self.over(self.case), self.over(case))
        before, _ = self.says(self.case, at)
        after, is_open = self.says(case, at)
        empty = self.nothing()
        return after if after != before and not (after == empty and is_open) else None

    def nothing(self) -> Fields:
        from engine.evaluation.one_row import empty_fields

        empty = empty_fields(self.version.programs[self.case.scenario or ""])
        return tuple(empty[name] for name in self.fields)

    def sets(self, pool: list[Possible], size: int) -> Iterator[frozenset[Possible]]:
        for members in combinations(pool, size):
            if not any(one.clashes(other) for one, other in combinations(members, 2)):
                yield frozenset(members)


def pool_of(version: Version, case: Case, as_of: datetime, found: Changes) -> list[Possible]:
    ends = {way.changes[0] for way in found.ends}
    return [one for one in possible(version.programs[case.scenario or ""], case, as_of) if one not in ends]


def weaker(way: frozenset[Possible]) -> Iterator[frozenset[Possible]]:
    """The set with material that proves nothing in the place of proof."""
    for change in way:
        if change.kind == "evidence" and change.proposition is not None:
            bare = Possible("evidence", change.fact, change.by, until=change.until, touches=frozenset((change.fact,)))
            yield way - {change} | {bare}


def check(version: Version, case: Case, as_of: datetime, size: int, by_hand: int) -> None:
    found = what_would_change(version, case, as_of, max_size=size, budget=2_000)
    plainly = Plainly(version, case, as_of, found.fields)
    conforms("what-if", what_if_to_data(found, case, version.policy), version)
    pool = pool_of(version, case, as_of, found)
    assert all(change.until is None or change.until >= as_of for change in pool)  # nothing is late
    ways = [frozenset(way.changes) for way in found.ways]
    for way, members in zip(found.ways, ways, strict=True):
        assert plainly.turns(members) is not None  # it does what it says
        assert way.decision == version.decide(way.case, way.decision.as_of)
        before = version.decide(case, way.decision.as_of)
        assert {c.name: c.after for c in way.fields} == {
            name: value for name, value in way.decision.fields.items() if value != before.fields[name]
        }
        assert all(
            plainly.turns(frozenset(part)) is None
            for less in range(1, len(members))
            for part in combinations(members, less)
        )  # not too large
    for number in range(1, min(found.searched, by_hand) + 1):  # none is missing
        for members in plainly.sets(pool, number):
            turned = plainly.turns(members)
            if turned is None or any(way <= members for way in ways):
                continue
            assert any(plainly.turns(less) == turned for less in weaker(members)), members
    for party in (*found.cannot, *found.leaves_open):
        own = [one for one in pool if one.by == party]
        for number in range(1, min(len(own), 3) + 1):
            for members in plainly.sets(own, number):
                assert plainly.turns(members) is None, (party, members)


@modest(8)
@given(disputes())
def test_every_way_is_true_smallest_in_time_and_none_is_missing(found: Dispute) -> None:
    case, as_of = VERSION.read_case(found.document), datetime.fromisoformat(found.as_of).astimezone(UTC)
    check(VERSION, case, as_of, 2, 1)


@modest(1)
@given(disputes())
def test_no_pair_is_missing(found: Dispute) -> None:
    case, as_of = VERSION.read_case(found.document), datetime.fromisoformat(found.as_of).astimezone(UTC)
    check(VERSION, case, as_of, 2, 2)


@modest(40)
@given(documents(BIKE_SHOP.policy), instants())
def test_so_it_is_for_a_policy_of_another_trade(document: Any, as_of: str) -> None:
    case, moment = BIKE_SHOP.read_case(document), datetime.fromisoformat(as_of).astimezone(UTC)
    if case.scenario is not None:
        check(BIKE_SHOP, case, moment, 2, 2)


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
    monkeypatch.setattr(engine.pack, "load_pack", lambda *_: PACK)

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


def test_a_decision_tells_it_when_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine.pack, "load_pack", lambda *_: PACK)
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
