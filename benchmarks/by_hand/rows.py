"""The six rows of the framework: their periods, what is owed in them, and who judges."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from benchmarks.by_hand.common import Facts, Judge, no_risk_rule
from benchmarks.by_hand.deliveries import D_OWED, L_BY_PLATFORM, L_BY_SELLER, P_OWED, damaged, delayed, lost
from benchmarks.by_hand.products import (
    C_HIDDEN,
    C_LATER,
    C_SOON,
    C_VISIBLE,
    I_OWED,
    Q_LATER,
    Q_OWED,
    Q_SOON,
    counterfeit,
    inconsistent,
    inconsistent_risk,
    quality,
    quality_risk,
)
from benchmarks.by_hand.reasons import Owed, Reason, held, owes, shown


@dataclass(frozen=True, slots=True)
class Row:
    product: bool  # about the product itself: it must have come
    accepted_from: str
    accepted_within: tuple[int, int]  # days, hours
    judged_within: tuple[int, int]
    owed: Callable[[Facts], tuple[Owed, ...]]
    all_owed: tuple[str, ...]  # propositions that anybody may owe
    judge: Judge
    risk: Callable[[Facts], tuple[str, tuple[Reason, ...]]]
    acceptance: Reason
    judgment: Reason
    customer: Reason
    seller: Reason
    not_delivered_yet: Reason
    overdue: Reason
    customer_within: Callable[[Facts], tuple[int, int, Reason]] | None = None
    carrier: Reason | None = None
    carrier_owed: Owed | None = None


def of(row: str, customer: Reason | None, **more: Any) -> Row:
    f = f"framework.{row}"
    return Row(
        product=row not in ("delayed", "lost_package"),
        acceptance=shown("acceptance_period", f"{f}.acceptance", "after_sale_period.window"),
        judgment=shown("judgment_period", f"{f}.timeframe"),
        customer=customer or shown("submission_period.customer", f"{f}.submission.customer"),
        seller=shown("submission_period.seller", f"{f}.submission.seller"),
        not_delivered_yet=held("gates", "not-delivered-yet", f"{f}.acceptance"),
        overdue=held("remarks", "overdue", f"{f}.timeframe"),
        **more,
    )


CARRIER = "framework.{}.submission.carrier"
ROWS = {
    "inconsistent": of(
        "inconsistent", None,
        accepted_from="order.delivered_at", accepted_within=(30, 0), judged_within=(0, 48),
        owed=lambda facts: I_OWED, all_owed=("product_inconsistent", "product_consistent"),
        judge=inconsistent, risk=inconsistent_risk,
    ),
    "counterfeit": of(
        "counterfeit", C_LATER[2],
        accepted_from="order.delivered_at", accepted_within=(30, 0), judged_within=(5, 0),
        owed=lambda facts: C_VISIBLE if facts["dispute.issue_visible"] else C_HIDDEN,
        all_owed=("product_counterfeit", "product_genuine"), judge=counterfeit, risk=no_risk_rule,
        customer_within=lambda facts: C_SOON if facts["dispute.issue_visible"] else C_LATER,
    ),
    "quality": of(
        "quality", Q_LATER[2],
        accepted_from="order.delivered_at", accepted_within=(30, 0), judged_within=(5, 0),
        owed=lambda facts: Q_OWED[facts["dispute.issue_visible"], facts["dispute.allergy_claimed"]],
        all_owed=("product_defective", "allergy_occurred", "allergy_caused_by_product", "product_good_quality"),
        judge=quality, risk=quality_risk,
        customer_within=lambda facts: (
            Q_SOON if facts["dispute.issue_visible"] and not facts["dispute.allergy_claimed"] else Q_LATER
        ),
    ),
    "delayed": of(
        "delayed", None,
        accepted_from="order.last_tracking_update_at", accepted_within=(0, 48), judged_within=(0, 24),
        owed=lambda facts: D_OWED, all_owed=("delivery_delayed", "delivered_on_time", "delivery_record"),
        judge=delayed, risk=no_risk_rule,
        carrier=shown("submission_period.carrier", CARRIER.format("delayed")),
        carrier_owed=owes("carrier", "delivery_record", CARRIER.format("delayed")),
    ),
    "lost_package": of(
        "lost_package", None,
        accepted_from="order.last_tracking_update_at", accepted_within=(28, 0), judged_within=(0, 24),
        owed=lambda facts: L_BY_SELLER if facts["order.shipping_mode"] == "ship_by_seller" else L_BY_PLATFORM,
        all_owed=("address_correct", "handed_over", "delivered_to_address", "delivery_record"),
        judge=lost, risk=no_risk_rule,
        carrier=shown("submission_period.carrier", CARRIER.format("lost_package")),
        carrier_owed=owes("carrier", "delivery_record", CARRIER.format("lost_package")),
    ),
    "damaged_package": of(
        "damaged_package", None,
        accepted_from="order.delivered_at", accepted_within=(15, 0), judged_within=(0, 48),
        owed=lambda facts: P_OWED[facts["order.carrier_used"], facts["order.shipping_mode"] == "ship_by_seller"],
        all_owed=("delivered_damaged", "packed_well_and_handed_over_in_good_condition", "delivered_in_good_condition"),
        judge=damaged, risk=no_risk_rule,
    ),
}  # fmt: skip
