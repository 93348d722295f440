"""What consequences of several rows share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from benchmarks.by_hand import reasons as say
from benchmarks.by_hand.reasons import Reason, failed, held

Facts = Mapping[str, Any]
Consequence = tuple[
    Reason, tuple[Reason, ...], str, tuple[str, ...], tuple[str, ...], str, tuple[str, ...], tuple[Reason, ...]
]
Judge = Callable[[Facts, set[str], bool, bool, bool, datetime], Consequence]
"""(facts, what is proven, the customer lacks proof, the seller lacks proof, the seller is silent, the moment)"""

SELLER = ("seller",)
BOTH = ("customer", "seller")
REFUND = ("refund_by_seller",)
REJECTED = ("dispute_rejected",)
BY_CARRIER = ("customer_refund_not_at_sellers_cost", "refund_to_seller_under_terms")
UNSAFE = ("further.unsafe", "further.unsafe.refund", "further.unsafe.recall")
BAD_FAITH = ("further.bulk", "further.bulk.investigate", "further.bulk.bad_faith")
REFUND_CLAUSE = "seller_actions.examples.refund_replace"
NO_RETURN = "customer_actions.no_return"

UNSAFE_PRODUCT = held("consequence", "unsafe-product", *UNSAFE)
BAD_FAITH_REFUND, NOT_BAD_FAITH = (
    state("consequence", "bad-faith-refund", *BAD_FAITH, REFUND_CLAUSE) for state in (held, failed)
)
CLAIM_NOT_SHOWN, CLAIM_SHOWN = (
    state("consequence", "claim-not-shown", "judgment.2", "judgment.3") for state in (held, failed)
)
SELLER_STRONGER, SELLER_NOT_STRONGER = (
    state("consequence", "seller-evidence-stronger", "judgment.2", "judgment.1", "involvement.sole_discretion")
    for state in (held, failed)
)


def unsafe(facts: Facts) -> bool:
    if facts["product.tested_hazardous"] or facts["product.reported_unsafe"]:
        return facts["product.recall"] != "other_batches_only"  # type: ignore[no-any-return]
    return False


def bad_faith(facts: Facts) -> bool:
    return bool(facts["seller.many_inferior_deliveries"] and facts["review.bad_faith"])


def sent_back(facts: Facts, not_safe: bool, inconsistent: bool) -> tuple[str, Reason]:
    if not_safe and facts["product.tested_hazardous"]:
        return "not_required", say.HAZARDOUS_STAYS
    if facts["product.customized"] or facts["product.wholly_damaged"]:
        return "not_required", say.UNFIT_STAYS
    if inconsistent and facts["dispute.inconsistency"] == "missing_item":
        return "not_required", say.MISSING_STAYS
    return "required", say.GOES_BACK


def no_risk_rule(facts: Facts) -> tuple[str, tuple[Reason, ...]]:
    return "unspecified", NO_RISK


NO_RISK = (held("risk_of_return", "no-risk-rule", "customer_actions.inconsistent", "customer_actions.quality"),)
