"""The ladder written by hand: one function that goes straight to the rules of its scenario."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Answer = tuple[str, str, str]  # winner, payer, remedy
Told = tuple[str, str, str, str, tuple[str, ...]]  # the same behind the id of the rule, and its clauses at the end

NOBODY = ("undecided", "customer", "reject")
WAIT = ("undecided", "customer", "wait")
SELLER = ("seller", "customer", "reject")
REFUND = ("customer", "seller", "refund")
PARTIAL = ("customer", "seller", "partial")
REPLACE = ("customer", "seller", "replace")
RETURN = ("customer", "seller", "return_and_refund")
BY_CARRIER = ("customer", "carrier", "refund")
BY_MARKET = ("customer", "marketplace", "refund")


def told(rule: str, answer: Answer, *clauses: str) -> Told:
    return (rule, *answer, clauses)


R01, R02, R03 = told("r01", NOBODY, "a.1"), told("r02", NOBODY, "a.2"), told("r03", NOBODY, "a.3")
R04, R05, R06 = told("r04", SELLER, "a.4", "a.5"), told("r05", WAIT, "a.6"), told("r06", SELLER, "a.7")
R07, R08 = told("r07", REFUND, "b.1", "b.2"), told("r08", REFUND, "b.3")
R09, R10, R11 = told("r09", REFUND, "c.1"), told("r10", SELLER, "c.2"), told("r11", SELLER, "c.3", "c.4")
R12, R13, R14 = told("r12", REPLACE, "c.5"), told("r13", PARTIAL, "c.6"), told("r14", RETURN, "c.7")
R15, R16, R17 = told("r15", SELLER, "d.1"), told("r16", SELLER, "d.2"), told("r17", SELLER, "d.3")
R18, R19 = told("r18", RETURN, "d.4"), told("r19", REFUND, "d.5")
R20, R21, R22 = told("r20", REFUND, "e.1"), told("r21", SELLER, "e.2"), told("r22", SELLER, "e.3", "e.4")
R23, R24, R25 = told("r23", PARTIAL, "e.5"), told("r24", REPLACE, "e.6"), told("r25", RETURN, "e.7")
R26, R27 = told("r26", SELLER, "f.1"), told("r27", WAIT, "f.2")
R28 = told("r28", ("customer", "carrier", "partial"), "f.3")
R29 = told("r29", ("customer", "marketplace", "partial"), "f.4")
R30, R31 = told("r30", REFUND, "f.5"), told("r31", PARTIAL, "f.6")
R32, R33, R34 = told("r32", SELLER, "g.1"), told("r33", WAIT, "g.2"), told("r34", REFUND, "g.3")
R35, R36, R37 = told("r35", REPLACE, "g.4"), told("r36", BY_CARRIER, "g.5"), told("r37", BY_MARKET, "g.6")
R38, R39 = told("r38", SELLER, "h.1"), told("r39", SELLER, "h.2", "h.3")
R40, R41, R42 = told("r40", BY_CARRIER, "h.4"), told("r41", RETURN, "h.5"), told("r42", BY_MARKET, "h.6")


def decide(scenario: str, facts: Mapping[str, Any]) -> Told:
    """The rule that decides, what it says, and its clauses."""
    if not facts["request.on_platform"]:
        return R01
    if not facts["request.by_buyer"]:
        return R02
    if facts["request.withdrawn"]:
        return R03
    if facts["request.earlier"] >= 2:
        return R04
    if facts["request.with_seller"] == "in_process":
        return R05
    product = scenario == "inconsistent" or scenario == "counterfeit" or scenario == "quality"
    if product and facts["request.hours_since_delivery"] > 720:
        return R06
    if (
        facts["product.hazardous"] or (facts["product.recalled"] and not facts["product.customized"])
    ) and facts["order.delivered"]:  # fmt: skip
        return R07
    answered, shows = facts["seller.answered"], facts["proof.customer"]
    claim = shows == "strong" or (shows == "weak" and not answered)
    if claim and not answered and facts["seller.known_for_it"]:
        return R08
    if scenario == "delayed":
        return delayed(facts)
    rebutted = answered and facts["proof.seller"] == "strong"
    if scenario == "lost":
        return lost(facts, rebutted)
    weak = shows == "nothing" or (shows == "weak" and facts["product.band"] == "high")
    if scenario == "inconsistent":
        return inconsistent(facts, answered, claim, rebutted, weak)
    if scenario == "counterfeit":
        return counterfeit(facts, shows, rebutted, weak)
    if scenario == "quality":
        return quality(facts, shows, claim, rebutted, weak)
    return damaged(facts, answered, rebutted, weak)


def inconsistent(facts: Mapping[str, Any], answered: bool, claim: bool, rebutted: bool, weak: bool) -> Told:
    if not answered:
        amount = facts["request.amount"]
        if amount < 20 or (amount < 50 and facts["product.band"] == "low"):
            return R09
    elif weak:
        return R10
    if claim:
        if facts["seller.can_replace"]:
            return R12
        if facts["product.customized"]:
            return R13
    elif rebutted:
        return R11
    return R14


def counterfeit(facts: Mapping[str, Any], shows: str, rebutted: bool, weak: bool) -> Told:
    if weak and facts["product.visible_issue"]:
        return R15
    if rebutted:
        if shows != "strong":
            return R16
        if facts["review.severity"] == "minor" and not facts["seller.known_for_it"]:
            return R17
    if facts["product.band"] == "high" and facts["request.amount"] >= 500:
        return R18
    return R19


def quality(facts: Mapping[str, Any], shows: str, claim: bool, rebutted: bool, weak: bool) -> Told:
    minor = facts["review.severity"] == "minor"
    if shows == "strong" and not minor and facts["product.allergy"]:
        return R20
    if not claim and facts["product.visible_issue"] and facts["request.hours_since_delivery"] > 168:
        return R21
    if rebutted and (weak or minor):
        return R22
    if minor and not facts["product.customized"]:
        return R23
    if claim and facts["seller.can_replace"] and facts["product.band"] != "high":
        return R24
    return R25


def delayed(facts: Mapping[str, Any]) -> Told:
    delivered = facts["order.delivered"]
    if delivered and facts["order.hours_late"] <= 0:
        return R26
    if not delivered and facts["request.hours_since_update"] < 48:
        return R27
    if facts["order.shipped_by"] == "marketplace":
        return R28 if facts["proof.carrier"] == "strong" else R29
    if not delivered and facts["order.hours_late"] > 240:
        return R30
    return R31


def lost(facts: Mapping[str, Any], rebutted: bool) -> Told:
    carrier = facts["proof.carrier"]
    if facts["order.delivered"]:
        if carrier == "strong":
            return R32
    elif facts["order.tracked"] and facts["request.hours_since_update"] < 672:
        return R33
    if facts["order.shipped_by"] == "merchant":
        if not rebutted:
            return R34
        if facts["seller.can_replace"]:
            return R35
    if carrier != "strong" and facts["order.carrier_used"]:
        return R36
    return R37


def damaged(facts: Mapping[str, Any], answered: bool, rebutted: bool, weak: bool) -> Told:
    cause = facts["review.cause"]
    if cause == "use":
        return R38
    if facts["request.hours_since_delivery"] > 360 or (weak and answered):
        return R39
    if cause == "transit" and facts["order.carrier_used"]:
        return R40
    if cause == "packing" or not rebutted:
        return R41
    return R42
