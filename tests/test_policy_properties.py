"""What holds of version 1.0.0 as a policy: time limits, evidence, silence, exclusions, and who answers for what."""

from __future__ import annotations

import json
import re
import shutil
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from functools import cache
from itertools import product
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from engine import Decision, InvalidDocument, Pack, Version, load_pack
from engine.document import plain
from tests.small_packs import as_yaml, load_text, publish_all
from tests.strategies import (
    ACCEPTED,
    KNOWN,
    ZONES,
    Dispute,
    Document,
    accepted,
    by_group,
    disputes,
    documents,
    instants,
    modest,
    wholly_known,
)
from tests.test_properties import decide

PACK = load_pack()
VERSION = PACK.version("1.0.0")
POLICY = VERSION.policy
ROWS = tuple(POLICY.rows)
DAYS = {"inconsistent": 30, "counterfeit": 30, "quality": 30, "damaged_package": 15, "lost_package": 28}
OUTCOME = ("in_favor_of", "liable", "remedies", "return", "risk")
PROVABLE = {party.name: list(party.may_prove) for party in POLICY.parties.values() if party.submits}
MICROSECOND, SECOND = timedelta(microseconds=1), timedelta(seconds=1)


def taken(decision: Decision) -> bool:
    return decision.status not in ("out_of_scope", "undetermined")


# ------------------------------------------------------------------------- 6 deadlines, counted in whole microseconds


def in_microseconds(text: str) -> int:
    moment = datetime.fromisoformat(text)
    offset = moment.utcoffset()
    assert offset is not None
    days = moment.toordinal() - datetime(1970, 1, 1).toordinal()
    of_day = ((moment.hour * 60 + moment.minute) * 60 + moment.second) * 10**6 + moment.microsecond
    return days * 86_400 * 10**6 + of_day - int(Fraction(offset / MICROSECOND))


def local_day(second: int, zone: ZoneInfo) -> int:
    """The number of the day on which a second since 1970 falls in a zone."""
    offset = datetime.fromtimestamp(second, zone).utcoffset()
    assert offset is not None
    return (second + offset.days * 86_400 + offset.seconds) // 86_400


def last_second(start: int, days: int, zone: ZoneInfo) -> int:
    """The last second of the day that lies so many days after the day of an instant, found by halving."""
    wanted = local_day(start // 10**6, zone) + days
    low, high = wanted * 86_400 - 2 * 86_400, wanted * 86_400 + 3 * 86_400
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if local_day(middle, zone) <= wanted else (low, middle)
    return low


def as_microseconds(moment: datetime) -> int:
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // MICROSECOND


def filed(row: str, start: str, zone: str, at: datetime) -> Dispute:
    """A request that nothing speaks against but the time of its filing."""
    accepted_one = Dispute({"scenario": row, "facts": ACCEPTED}, at.isoformat())
    document = accepted_one.but(
        **KNOWN,
        time_zone=zone,
        filed_at=at.isoformat(),
        delivered_at=start,
        last_tracking_update_at=start,
        estimated_delivery_at="2020-01-01T00:00:00Z",
    )
    return Dispute(document, at.isoformat())


@modest(150)
@given(st.sampled_from(ROWS), instants(), st.sampled_from(ZONES))
def test_acceptance_ends_where_whole_numbers_say_and_its_last_instant_is_in_time(
    row: str, start: str, zone: str
) -> None:
    begun = in_microseconds(start)
    if row == "delayed":
        end = begun + 48 * 3600 * 10**6
    else:
        end = last_second(begun, DAYS[row], ZoneInfo(zone)) * 10**6
    last = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=end)
    for late_by, in_time in ((timedelta(0), True), (-SECOND, True), (MICROSECOND, False), (SECOND, False)):
        at = last + late_by
        decision = decide(filed(row, start, zone, at).document, at)
        shown = [deadline for deadline in decision.deadlines if deadline.name == "acceptance_ends"]
        assert [as_microseconds(deadline.at) for deadline in shown] == [end]
        assert taken(decision) == in_time
        assert ("redirect_to_seller" in decision.remedies) == (not in_time)
        assert shown[0].state == ("met" if in_time else "missed")


@modest(100)
@given(instants(), st.sampled_from(ZONES), st.sampled_from(("customer", "seller")))
def test_materials_are_in_time_to_the_last_instant_of_48_hours(start: str, zone: str, party: str) -> None:
    begun = datetime.fromisoformat(start)
    due = begun + timedelta(hours=48)
    request = Dispute(filed("inconsistent", start, zone, begun).but(seller_notified_at=start), start)
    for late_by, in_time in ((timedelta(0), True), (MICROSECOND, False), (SECOND, False)):
        materials = [{"submitted_at": (due.astimezone(UTC) + late_by).isoformat(), "proves": []}]
        decision = decide(request.but(**{f"{party}_materials": materials}), due + timedelta(days=9))
        shown = {deadline.party: deadline for deadline in decision.deadlines if "materials_due" in deadline.name}
        assert as_microseconds(shown[party].at) == in_microseconds(start) + 48 * 3600 * 10**6
        assert shown[party].state == ("met" if in_time else "missed")
        assert ("materials_late" in decision.notes) == (not in_time)


# ------------------------------------------------------------------------- 5 filing later never helps


@modest(120)
@given(disputes(), st.lists(st.integers(0, 45 * 86_400), min_size=2, max_size=2))
def test_filing_later_never_makes_a_request_acceptable(found: Dispute, seconds: list[int]) -> None:
    """From the moment on at which the period runs (filing too early is another matter: readings 20 and 49)."""
    starts = [found.fact(name) for name in ("delivered_at", "last_tracking_update_at", "estimated_delivery_at")]
    known = [datetime.fromisoformat(start) for start in starts if start not in (None, "unknown")]
    assume(known and wholly_known(found))
    early, late = (max(known) + timedelta(seconds=1 + more) for more in sorted(seconds))
    as_of = late + timedelta(days=200)
    first, second = (
        decide(found.but(filed_at=at.isoformat()), as_of) for at in (early, late)
    )  # fmt: skip
    assert taken(first) or not taken(second)


@cache
def with_acceptance(days: int) -> Version:
    """Version 1.0.0 with another acceptance period for all rows that count days."""
    text = (PACK.folder / "1.0.0.yaml").read_text(encoding="utf-8")
    changed, times = re.subn(r"(acceptance_period:\n +within: )\d+( calendar days)", rf"\g<1>{days}\2", text)
    assert times == len(DAYS)
    return load_text(changed).version("1.0.0")


@modest(60)
@given(disputes(tuple(DAYS)), st.sampled_from(((2, 14), (14, 15), (15, 30), (30, 31), (31, 60))))
def test_a_longer_period_takes_every_request_that_a_shorter_one_takes(found: Dispute, pair: tuple[int, int]) -> None:
    shorter, longer = (decide(found.document, found.as_of, with_acceptance(days)) for days in pair)
    assert taken(longer) or not taken(shorter)


# ------------------------------------------------------------------------- 8 evidence

RANK = {"seller": 0, "none": 1, "customer": 2}


def judged(decision: Decision) -> bool:
    return decision.status in ("decided", "appeal_pending", "closed") and decision.in_favor_of != "none"


@modest(200)
@given(st.one_of(disputes(), accepted(POLICY)), st.sampled_from(("customer", "seller")))
def test_more_evidence_in_time_never_worsens_the_outcome_of_who_brings_it(found: Dispute, party: str) -> None:
    assume(found.document["scenario"] != "unknown")
    start = found.fact("filed_at" if party == "customer" else "seller_notified_at")
    before = found.fact(f"{party}_materials")
    assume(start not in (None, "unknown") and before != "unknown")
    more = {"submitted_at": start, "proves": PROVABLE[party]}
    one = decide(found.document, found.as_of)
    other = decide(found.but(**{f"{party}_materials": [*before, more]}), found.as_of)
    assume(judged(one) and judged(other))
    better, worse = (other, one) if party == "customer" else (one, other)
    assert RANK[str(better.in_favor_of)] >= RANK[str(worse.in_favor_of)]


@modest(200)
@given(disputes(), st.sampled_from(("customer", "seller", "carrier")), st.integers(0, 3))
def test_evidence_that_came_late_is_as_if_it_had_not_come(found: Dispute, party: str, proves: int) -> None:
    without = decide(found.but(**{f"{party}_materials": []}), found.as_of)
    ends = [deadline.at for deadline in without.deadlines if deadline.window == f"submission_period.{party}"]
    assume(ends)
    late = {"submitted_at": (ends[0] + MICROSECOND).isoformat(), "proves": PROVABLE[party][:proves]}
    with_it = decide(found.but(**{f"{party}_materials": [late]}), found.as_of)
    assert {name: with_it.fields[name] for name in with_it.fields if name != "notes"} == {
        name: without.fields[name] for name in without.fields if name != "notes"
    }
    assert with_it.deadlines == without.deadlines
    assert with_it.missing_facts == without.missing_facts
    assert set(with_it.notes) - set(without.notes) <= {"materials_late"}


# ------------------------------------------------------------------------- 9 silence


@modest(150)
@given(st.one_of(disputes(("inconsistent",)), accepted(POLICY)))
def test_a_silent_seller_loses_over_inconsistent_products_whatever_else(found: Dispute) -> None:
    document = found.but(seller_materials=[], seller_notified_at=found.fact("filed_at"))
    decision = decide({**document, "scenario": "inconsistent"}, "2029-01-01T00:00:00Z")
    assert decision.in_favor_of != "seller"
    if judged(decision):
        assert decision.liable == ("seller",)


# ------------------------------------------------------------------------- 10, 11 caps and exclusions

EXCLUSIONS: dict[str, Any] = {
    "platform_purchase": False,
    "valid_transaction": False,
    "seller_sells_in_us": False,
    "filer_is_buyer": False,
    "about_breach_of_earlier_resolution": True,
    "after_sale_request": "in_process",
    "prior_requests_raised": 2,
    "prior_requests_closed": 2,
}
ENDINGS = ("withdrawn_at", "cancelled_by_agreement_at", "settled_at", "other_process_started_at")


def excluded(found: Dispute, names: list[str]) -> Document:
    return found.but(**{name: EXCLUSIONS[name] for name in names})


@modest(200)
@given(documents(POLICY, [*ROWS, "unknown"]), instants(), st.sampled_from(list(EXCLUSIONS)))
def test_one_exclusion_is_enough_whatever_else_is_known_or_not(document: Document, as_of: str, name: str) -> None:
    decision = decide(excluded(Dispute(document, as_of), [name]), as_of)
    assert decision.status == "out_of_scope"
    assert decision.in_favor_of == "none"


@modest(150)
@given(disputes(), st.lists(st.sampled_from(list(EXCLUSIONS)), min_size=1, max_size=4, unique=True))
def test_one_more_exclusion_never_makes_a_request_acceptable(found: Dispute, names: list[str]) -> None:
    fewer, more = (decide(excluded(found, some), found.as_of) for some in (names[1:], names))
    assert not taken(more)
    assert taken(fewer) or fewer.status in ("out_of_scope", "undetermined")


@modest(100)
@given(disputes(), st.sampled_from(ENDINGS))
def test_what_has_ended_is_decided_for_nobody(found: Dispute, ending: str) -> None:
    filing = found.fact("filed_at")
    assume(filing != "unknown")
    decision = decide(found.but(**{ending: filing}), found.as_of)
    assert decision.status in ("closed", "intervention_stopped", "out_of_scope", "undetermined")
    assert decision.in_favor_of == "none" and not decision.liable


# ------------------------------------------------------------------------- 12 appeal, action, second request


def named(decision: Decision, name: str) -> list[Any]:
    return [deadline for deadline in decision.deadlines if deadline.name == name]


@modest(200)
@given(st.one_of(disputes(), accepted(POLICY)))
def test_after_a_judgment_each_party_has_its_two_days_once_and_deduction_follows_only_a_missed_action(
    found: Dispute,
) -> None:
    decision = decide(found.document, found.as_of)
    assume(judged(decision) and found.document["scenario"] != "unknown")
    notified = found.fact("judgment_notified_at")
    told = notified not in (None, "unknown") and datetime.fromisoformat(notified) <= decision.as_of
    appeal, again, action = (named(decision, name) for name in ("appeal_due", "redispute_due", "seller_action_due"))
    if told:
        assert [deadline.party for deadline in appeal] == ["seller"]
        end = last_second(in_microseconds(notified), 2, ZoneInfo(found.fact("time_zone")))
        assert as_microseconds(appeal[0].at) == end * 10**6
        one_more = found.fact("prior_requests_raised") == 0 or found.fact("previous_request_end") == "judgment"
        assert len(again) == one_more
        assert len(action) == ("seller" in decision.liable)
    else:
        assert not appeal and not action
    deducted = "automatic_deduction" in decision.remedies
    assert deducted == bool(action and action[0].state == "missed")
    if deducted:
        assert decision.as_of > action[0].at


# ------------------------------------------------------------------------- 13 who answers, and who bears the risk


def judged_case(row: str, mode: str, proven: list[str], findings: dict[str, Any]) -> Dispute:
    """A case in which all is known: what the platform's own data prove is proven, and both parties sent something."""
    sent = [{"submitted_at": "2025-03-08T13:00:00Z", "proves": []}]
    known = KNOWN | {"shipping_mode": mode, "system_data_proves": proven, **findings}
    known |= {"customer_materials": sent, "seller_materials": sent}
    as_of = "2025-03-20T00:00:00Z"
    return Dispute(Dispute({"scenario": row, "facts": ACCEPTED}, as_of).but(**known), as_of)


CLAIM = {
    "inconsistent": ["product_inconsistent"],
    "counterfeit": ["product_counterfeit"],
    "quality": ["product_defective"],
    "delayed": ["delivery_delayed"],
    "lost_package": ["address_correct"],
    "damaged_package": ["delivered_damaged"],
}
ANSWER = {
    "inconsistent": ["product_consistent"],
    "counterfeit": ["product_genuine"],
    "quality": ["product_good_quality"],
    "delayed": ["delivered_on_time"],
    "lost_package": ["handed_over"],
    "damaged_package": ["packed_well_and_handed_over_in_good_condition", "delivered_in_good_condition"],
}
# Who answers when the claim is shown and the customer prevails: by row, shipping mode, and what the seller shows.
SELLER, CARRIER, PLATFORM = ("seller",), ("carrier",), ("tiktok_shop",)
ANSWERS: dict[tuple[str, str, bool], tuple[str, ...]] = {
    **dict.fromkeys(product(ROWS, ("seller", "tiktok"), (True, False)), SELLER),
    **{("delayed", "tiktok", shown): PLATFORM for shown in (True, False)},
    ("lost_package", "tiktok", True): CARRIER,
    ("damaged_package", "tiktok", True): CARRIER,
    ("quality", "seller", True): (),  # shown to be good, and nothing supplements the claim
    ("quality", "tiktok", True): (),
}


@pytest.mark.parametrize(("row", "mode", "shown"), list(product(ROWS, ("seller", "tiktok"), (True, False))))
def test_for_every_row_mode_and_evidence_somebody_certain_answers(row: str, mode: str, shown: bool) -> None:
    proven = CLAIM[row] + (ANSWER[row] if shown else [])
    found = judged_case(row, f"ship_by_{mode}", proven, {})
    decision = decide(found.document, found.as_of)
    assert decision.status == "decided"
    assert decision.liable == ANSWERS[row, mode, shown]
    assert decision.in_favor_of == ("customer" if decision.liable else "seller")


@pytest.mark.parametrize(("row", "mode", "shown"), list(product(ROWS, ("seller", "tiktok"), (True, False))))
def test_nobody_answers_for_a_claim_that_is_not_shown(row: str, mode: str, shown: bool) -> None:
    proven = ANSWER[row] if shown else []
    found = judged_case(row, f"ship_by_{mode}", proven, {})
    decision = decide(found.document, found.as_of)
    assert decision.in_favor_of == "seller"
    assert decision.remedies == ("dispute_rejected",)
    assert decision.liable == (("customer",) if row == "lost_package" else ())


@modest(200)
@given(accepted(POLICY))
def test_whoever_wins_somebody_answers_exactly_when_the_customer_does(found: Dispute) -> None:
    decision = decide(found.document, found.as_of)
    if judged(decision):
        lost = found.document["scenario"] == "lost_package"
        if decision.in_favor_of == "customer":
            assert len(decision.liable) == 1 and decision.liable != ("customer",)
        else:
            assert decision.liable in ((), ("customer",) if lost else ())
        if found.document["scenario"] == "counterfeit":
            assert decision.fields["return"] != "required"


RISKS = [
    ("inconsistent", {"deceptive_or_fraudulent": True}, "all_seller"),
    ("inconsistent", {"deceptive_or_fraudulent": False}, "split"),
    ("inconsistent", {"deceptive_or_fraudulent": "unknown"}, "unspecified"),
    ("quality", {"quality_severity": "significant"}, "all_seller"),
    ("quality", {"quality_severity": "minor"}, "split"),
    ("quality", {"quality_severity": "unknown"}, "unspecified"),
    ("damaged_package", {}, "unspecified"),
    ("counterfeit", {}, "none"),
    ("delayed", {}, "none"),
    ("lost_package", {}, "none"),
]


@pytest.mark.parametrize(("row", "findings", "risk"), RISKS)
def test_the_risk_of_the_return_cell_by_cell(row: str, findings: dict[str, Any], risk: str) -> None:
    found = judged_case(row, "ship_by_seller", CLAIM[row], findings)
    decision = decide(found.document, found.as_of)
    assert decision.risk == risk
    assert (decision.fields["return"] == "required") == (risk != "none")
    assert decide(found.but(customized=True), found.as_of).risk == "none"


# ------------------------------------------------------------------------- 2, 17 what does not matter


@cache
def turned_round() -> Version:
    """Version 1.0.0 written anew, with the rules of every table where all count in the opposite order."""
    document: Any = plain(POLICY.document)
    for table in document["tables"].values():
        if table["hit"] == "all":
            table["rules"].reverse()
    return load_text(as_yaml(document)).version("1.0.0")


@modest(100)
@given(disputes())
def test_the_order_of_rules_that_all_count_does_not_matter(found: Dispute) -> None:
    one, other = decide(found.document, found.as_of), decide(found.document, found.as_of, turned_round())
    for name, value in one.fields.items():
        assert set(other.fields[name]) == set(value) if isinstance(value, tuple) else other.fields[name] == value
    assert set(other.missing_facts) == set(one.missing_facts)
    assert other.deadlines == one.deadlines
    assert {(r.state, r.table, r.rule, r.clauses, frozenset(r.facts)) for r in other.reasons} == {
        (r.state, r.table, r.rule, r.clauses, frozenset(r.facts)) for r in one.reasons
    }


def test_layout_and_comments_do_not_matter() -> None:
    written_anew = load_text(as_yaml(plain(POLICY.document)))  # type: ignore[arg-type]
    assert written_anew.version("1.0.0").policy.digest == POLICY.digest


# ------------------------------------------------------------------------- 14 versions


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    """The pack with three more published versions and a draft."""
    folder = tmp_path_factory.mktemp("packs") / "tiktok-shop-us"
    shutil.copytree(PACK.folder, folder)
    text = (folder / "1.0.0.yaml").read_text(encoding="utf-8")
    starts = {"1.1.0": "2025-03-10", "1.2.0": "2025-07-01", "2.0.0": "2026-01-01", "2.1.0": "2025-06-01"}
    for name, day in starts.items():
        new = text.replace('version: "1.0.0"', f'version: "{name}"').replace("2024-01-01", day, 1)
        new = new.replace("within: 30 calendar days", "within: 20 calendar days")
        (folder / f"{name}.yaml").write_text(new, encoding="utf-8")
    return load_pack(publish_all(folder, drafts=["2.1.0"]))


@modest(60)
@given(disputes())
def test_a_case_pinned_to_a_version_is_decided_by_it_after_any_number_of_others(grown: Pack, found: Dispute) -> None:
    before = PACK.decide(found.document, found.as_of, version="1.0.0").to_dict()
    assert json.dumps(grown.decide(found.document, found.as_of, version="1.0.0").to_dict()) == json.dumps(before)


@modest(150)
@given(st.datetimes(datetime(2023, 12, 30), datetime(2026, 12, 31)), st.sampled_from(ZONES))
def test_every_moment_of_filing_falls_under_exactly_one_version(grown: Pack, moment: datetime, zone: str) -> None:
    at = moment.replace(tzinfo=UTC)
    document = {"scenario": "quality", "facts": by_group({"time_zone": zone, "filed_at": at.isoformat()})}
    day = at.astimezone(ZoneInfo(zone)).date().isoformat()
    starts = {"2024-01-01": "1.0.0", "2025-03-10": "1.1.0", "2025-07-01": "1.2.0", "2026-01-01": "2.0.0"}
    expected = [name for start, name in starts.items() if start <= day][-1:]
    try:
        assert [grown.governing(document).name] == expected
    except InvalidDocument as problem:
        assert not expected and problem.diagnostics[0].code == "pack/no-version"
