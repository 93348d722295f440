"""The engine against the oracle: made-up disputes, decided twice.

Everything must agree, field by field and deadlines to the second, except where the two differ on purpose. Each such
place is a `Choice`: the sentence that says what differs, which cases it is about, which parts of the answer it may
touch, and a made-up case that shows it. The list was made by running 120,000 cases of seven seeds.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from engine import Version
from engine.clock import parse_instant
from tests.import_cases import BASELINE, LISTS, SINGLE, Flat, Item, Result, case_document, compare, flat_decision
from tests.oracle.generate import SCENARIOS, life
from tests.oracle.rules import ENDINGS, PARTIES, PRODUCT_ROWS, decide

SEED = 1
COUNT = 1_500

ANSWER = frozenset({*SINGLE, *LISTS, "missing_facts", "deadlines"})
OUTCOME = ANSWER - {"awaiting_from"}
MISSING = frozenset({"missing_facts"})
FINDINGS = {"prevails", "supplementary_defeats_seller", "damage_cause"}
STATE_FACTS = {
    *(f"{party}_materials" for party in PARTIES),
    *("seller_notified_at", "carrier_notified_at", "time_zone", "filed_at", "issue_visible", "allergy_claim"),
}


@dataclass(frozen=True)
class Life:
    """A made-up case with the oracle's answer."""

    name: str
    facts: Flat
    as_of: str
    answer: dict[str, Any]

    def unknown(self, *names: str) -> bool:
        return any(self.facts[name] == "unknown" for name in names if name in self.facts)

    @property
    def missing(self) -> set[str]:
        return set(self.answer["missing_facts"])


def made_up(seed: int, number: int) -> Life:
    facts, as_of = life(random.Random(f"{seed}/{number}"), SCENARIOS[number % len(SCENARIOS)])
    return Life(f"gen_{seed}_{number:06d}", {**BASELINE, **facts}, as_of, decide(facts, as_of))


@dataclass(frozen=True)
class Choice:
    """A place where the engine and the oracle differ on purpose.

    `about` picks the cases, `touches` the parts of the answer that may differ, and `shown_by` (seed and number) a case
    that differs. `then` is what the engine's answer is where they differ.
    """

    sentence: str
    about: Callable[[Life], object]
    touches: frozenset[str]
    shown_by: tuple[int, int]
    then: Callable[[dict[str, Any]], object] = lambda _: True


def first_endings(case: Life) -> set[str]:
    """The statuses that the endings give which came first."""
    times = {name: parse_instant(case.facts[name]) for name in ENDINGS if case.facts[name] not in ("none", "unknown")}
    past = {name: at for name, at in times.items() if at <= parse_instant(case.as_of)}
    return {ENDINGS[name] for name, at in past.items() if at == min(past.values())}


def refunded_whatever_is_proven(case: Life) -> object:
    facts = case.facts
    unsafe = (facts["certified_hazard_finding"] or facts["media_report_unsafe"]) and facts["recall"] != (
        "other_batches_only"
    )
    return unsafe or (facts["bulk_inferior"] and facts["bad_faith"] is True and facts["scenario"] in PRODUCT_ROWS)


def not_assessed(case: Life) -> bool:
    materials = [case.facts[f"{party}_materials"] for party in PARTIES]
    return any(isinstance(one, dict) and one.get("proves") == "not_assessed" for one in materials)


CHOICES = {
    "awaited, and something open": Choice(
        "A party is awaited, and who else is, or what they owe, hangs on a missing fact: the engine asks for the fact, "
        "since nobody can be told what to submit; the oracle names the parties and the evidence that are sure.",
        about=lambda c: c.answer["status"] == "awaiting_materials" and c.missing,
        touches=frozenset({"status", "awaiting_from", "missing_evidence", "missing_facts"}),
        shown_by=(1, 185),
        then=lambda found: found["status"] in ("undetermined", "awaiting_materials"),
    ),
    "awaited evidence is a part of the stage": Choice(
        "Whether a party is awaited is open, and what it would owe, too: the engine asks for both at once.",
        about=lambda c: (
            c.answer["status"] == "undetermined"
            and STATE_FACTS & c.missing
            and c.unknown("shipping_mode", "carrier_used", "issue_visible", "allergy_claim")
        ),
        touches=MISSING,
        shown_by=(1, 7847),
    ),
    "submitted or not is unknown": Choice(
        "Whether a party submitted is not known and its period is over: the engine decides what does not depend on it; "
        "the oracle decides nothing on a record that is not known.",
        about=lambda c: (
            c.answer["status"] == "undetermined" and c.unknown(*(f"{party}_materials" for party in PARTIES))
        ),
        touches=OUTCOME,
        shown_by=(1, 4360),
    ),
    "a counterfeit refunded whatever is proven": Choice(
        "A counterfeit that is unsafe, or sold in bad faith in bulk: the engine refunds and asks no more; the oracle "
        "adds destroy_or_discard where the row itself would decide for the customer, and waits for that.",
        about=lambda c: c.facts["scenario"] == "counterfeit" and refunded_whatever_is_proven(c),
        touches=OUTCOME,
        shown_by=(1, 385),
        then=lambda found: "destroy_or_discard" not in found["remedies"],
    ),
    "unsafe before bad faith": Choice(
        "The product is unsafe and nobody has found on bad faith: the engine has decided before it gets there; "
        "the oracle still lists that finding.",
        about=lambda c: c.unknown("bad_faith") and refunded_whatever_is_proven(c),
        touches=MISSING,
        shown_by=(4, 6696),
    ),
    "cause found, damage not shown": Choice(
        "The seller or the carrier was found to have caused a damage that the customer did not show: the claim fails "
        "first in the engine, so the seller's evidence is missing, too; in the oracle it no longer matters.",
        about=lambda c: (
            c.facts["scenario"] == "damaged_package"
            and c.facts["damage_cause"] in ("seller", "carrier")
            and "customer.delivered_damaged" in c.answer["missing_evidence"]
        ),
        touches=frozenset({"missing_evidence", "missing_facts"}),
        shown_by=(1, 17),
        then=lambda found: found["in_favor_of"] in ("seller", "none"),
    ),
    "cause not found on": Choice(
        "Nobody knows whether there is an express finding on the cause: the engine lists it wherever it is read; the "
        "oracle only where it alone changes the outcome and all materials are assessed.",
        about=lambda c: c.facts["scenario"] == "damaged_package" and c.unknown("damage_cause"),
        touches=MISSING,
        shown_by=(1, 1265),
    ),
    "two endings in the same second": Choice(
        "Two endings in the same second: the engine takes the order in which the policy lists them, the oracle the "
        "order of the alphabet.",
        about=lambda c: len(first_endings(c)) > 1,
        touches=frozenset({"status"}),
        shown_by=(1, 734),
    ),
    "requests raised are unknown": Choice(
        "It is not known how many requests were raised before: a second request then has no period in the engine, "
        "so whether it came late is open, too; the oracle shows the period and says late.",
        about=lambda c: (
            c.unknown("prior_requests_raised") and c.facts["previous_request_end"] in ("judgment", "unknown")
        ),
        touches=frozenset({"status", "remedies", "missing_facts", "deadlines"}),
        shown_by=(1, 1776),
        then=lambda found: found["status"] == "undetermined" or "redispute_due" not in found["deadlines"],
    ),
    "the end of the earlier request is unknown": Choice(
        "An earlier judgment was notified, and yet it is not known how that request ended: the engine shows the period "
        "that counts from the judgment, the oracle does not.",
        about=lambda c: c.unknown("previous_request_end") and c.facts["previous_judgment_notified_at"] != "none",
        touches=frozenset({"deadlines"}),
        shown_by=(1, 2688),
    ),
    "the row is unknown": Choice(
        "The row is not known: the engine decides what all rows agree on and lists what is missing in all of them; "
        "the oracle always asks for the row, and lists every fact that a gate waits for.",
        about=lambda c: "scenario" in c.missing,
        touches=frozenset({"status", "remedies", "missing_facts", "deadlines"}),
        shown_by=(1, 1785),
    ),
    "an allergy claim is unknown": Choice(
        "Two rules hang on the same missing fact and together cover it (an allergy claim or none): the engine takes "
        "conditions one by one and waits; the oracle tries both and decides.",
        about=lambda c: c.facts["scenario"] == "quality" and c.unknown("allergy_claim"),
        touches=OUTCOME,
        shown_by=(1, 11750),
        then=lambda found: found["status"] == "undetermined",
    ),
    "a hazard and the way back are unknown": Choice(
        "A certified hazard would settle whether the product goes back: the engine takes conditions one by one and "
        "asks for both facts; the oracle sees that the second then does not matter.",
        about=lambda c: c.unknown("certified_hazard_finding") and c.unknown("wholly_damaged", "customized"),
        touches=MISSING,
        shown_by=(5, 7926),
    ),
    "not assessed, and owed or not": Choice(
        "Materials wait to be assessed, and whether the party owes what they may prove hangs on a missing fact: the "
        "engine asks for that fact once they are assessed, the oracle at once.",
        about=lambda c: c.unknown("shipping_mode", "carrier_used") and not_assessed(c),
        touches=MISSING,
        shown_by=(1, 130),
    ),
    "facts before findings": Choice(
        "A fact is missing for a rule and a finding for one below it: the engine asks for the fact first, the oracle "
        "for both.",
        about=lambda c: FINDINGS & c.missing and c.missing - FINDINGS,
        touches=MISSING,
        shown_by=(2, 6876),
    ),
    "the judgment's notice is unknown": Choice(
        "It is not known when the judgment was notified: the engine first asks what an appeal hangs on, the oracle "
        "also for the seller's action.",
        about=lambda c: c.unknown("judgment_notified_at") and c.answer["status"] == "undetermined",
        touches=MISSING,
        shown_by=(2, 5190),
    ),
    "a window that may not be there": Choice(
        "It is not known whether the carrier was notified, nor the time zone: the engine asks for the zone once there "
        "is a period to count, the oracle at once.",
        about=lambda c: c.unknown("carrier_notified_at") and c.unknown("time_zone"),
        touches=MISSING,
        shown_by=(4, 8481),
    ),
}


def differing(case: Life, version: Version) -> tuple[set[str], dict[str, Any], list[str]]:
    """The parts of the answer that differ, the engine's answer, and the differences in words."""
    document = version.read_case(case_document(case.facts))
    found = flat_decision(version.decide(document, case.as_of))
    result = Result()
    compare(Item(case.name, "", case.facts, case.as_of, case.answer), found, result)
    parts = {name for name in result.compared if result.agree[name] < result.compared[name]}
    return parts, found, result.differences


def covering(case: Life, found: dict[str, Any]) -> set[str]:
    """The parts of the answer that may differ in a case."""
    chosen = [choice for choice in CHOICES.values() if choice.about(case) and choice.then(found)]
    return {part for choice in chosen for part in choice.touches}


def test_all_agree_where_nothing_was_chosen(version: Version) -> None:
    unexplained: list[str] = []
    alike = 0
    for number in range(COUNT):
        case = made_up(SEED, number)
        parts, found, differences = differing(case, version)
        alike += not parts
        if not parts <= covering(case, found):
            unexplained += differences
    assert not unexplained, "\n".join(unexplained)
    assert alike / COUNT > 0.97


@pytest.mark.parametrize("name", CHOICES)
def test_each_choice_is_shown_by_a_case(name: str, version: Version) -> None:
    choice = CHOICES[name]
    case = made_up(*choice.shown_by)
    parts, found, _ = differing(case, version)
    assert choice.about(case), "the case is not one that the sentence is about"
    assert parts & choice.touches, "the case shows no difference"
    assert choice.then(found)


def test_the_series_has_what_it_should() -> None:
    cases = [made_up(SEED, number) for number in range(300)]
    assert {case.facts["scenario"] for case in cases} >= set(SCENARIOS)
    assert len({case.answer["status"] for case in cases}) >= 7
    assert made_up(SEED, 7) == made_up(SEED, 7)
