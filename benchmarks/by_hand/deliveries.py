"""Who wins where the delivery went wrong: late, lost, damaged."""

from __future__ import annotations

from datetime import datetime

from benchmarks.by_hand import reasons as say
from benchmarks.by_hand.common import (
    BOTH,
    BY_CARRIER,
    CLAIM_NOT_SHOWN,
    CLAIM_SHOWN,
    NO_RETURN,
    REFUND,
    REFUND_CLAUSE,
    REJECTED,
    SELLER,
    SELLER_NOT_STRONGER,
    SELLER_STRONGER,
    UNSAFE_PRODUCT,
    Consequence,
    Facts,
    sent_back,
    unsafe,
)
from benchmarks.by_hand.reasons import failed, held, owes

# ------------------------------------------------------------------------------------------------------------- delayed
f = "framework.delayed"
D_OWED = (
    owes("customer", "delivery_delayed", f"{f}.evidence.customer"),
    owes("seller", "delivered_on_time", f"{f}.evidence.seller"),
)
D_SHIPPED = held("consequence", "seller-shipped", "judgment.1", "judgment.4", f"{f}.consequence.ship_by_seller")
D_PLATFORM = held("consequence", "platform-shipped", "judgment.1", f"{f}.consequence.ship_by_tiktok")
D_FAILED_1 = (CLAIM_SHOWN,)
D_FAILED_2 = (CLAIM_SHOWN, SELLER_NOT_STRONGER)


def delayed(
    facts: Facts, proven: set[str], claim_lacks: bool, answer_lacks: bool, silent: bool, as_of: datetime
) -> Consequence:
    if claim_lacks:
        return CLAIM_NOT_SHOWN, (), "seller", (), REJECTED, "not_applicable", (), ()
    if "delivered_on_time" in proven and facts["review.prevails"] == "seller":
        return SELLER_STRONGER, D_FAILED_1, "seller", (), REJECTED, "not_applicable", (), ()
    came = facts["order.delivered_at"]
    if came is None or came > as_of:
        back, why = "not_applicable", say.NOTHING_TO_KEEP
    else:
        back, why = "unspecified", say.KEPT
    if facts["order.shipping_mode"] == "ship_by_seller":
        return D_SHIPPED, D_FAILED_2, "customer", SELLER, ("compensation_by_seller",), back, (), (why,)
    return D_PLATFORM, D_FAILED_2, "customer", ("tiktok_shop",), ("compensation_by_tiktok_shop",), back, (), (why,)


# -------------------------------------------------------------------------------------------------------- lost package
f = "framework.lost_package"
L_ADDRESS = owes("customer", "address_correct", f"{f}.evidence.customer")
L_HANDED = owes("seller", "handed_over", f"{f}.evidence.seller.1")
L_DELIVERED = owes("seller", "delivered_to_address", f"{f}.evidence.seller.2")
L_BY_SELLER, L_BY_PLATFORM = (L_ADDRESS, L_HANDED, L_DELIVERED), (L_ADDRESS, L_HANDED)
L_NOT_SHOWN, L_SHOWN = (
    state(
        "consequence",
        "claim-not-shown",
        "judgment.2",
        "judgment.3",
        f"{f}.evidence.customer",
        f"{f}.consequence.liable",
    )
    for state in (held, failed)
)
L_AFTER_ALL, L_NOT_DELIVERED = (
    state("consequence", "delivered-after-all", "judgment.2", f"{f}.consequence.all_provide", f"{f}.evidence.seller.2")
    for state in (held, failed)
)
L_SHIPPED = held(
    "consequence", "seller-shipped",
    "judgment.1", "judgment.4", f"{f}.consequence.liable", f"{f}.consequence.ship_by_seller", NO_RETURN,
)  # fmt: skip
L_NEVER, L_HANDED_OVER = (
    state(
        "consequence", "never-handed-over",
        "judgment.1", "judgment.4", f"{f}.consequence.liable", f"{f}.evidence.seller.1", NO_RETURN, REFUND_CLAUSE,
    )
    for state in (held, failed)
)  # fmt: skip
L_LOST = held(
    "consequence", "lost-on-the-way", "judgment.1", f"{f}.consequence.all_provide", f"{f}.consequence.liable",
    f"{f}.consequence.ship_by_tiktok.1", f"{f}.consequence.ship_by_tiktok.2", NO_RETURN,
)  # fmt: skip
L_FAILED_1 = (L_SHOWN,)
L_FAILED_2 = (L_SHOWN, L_NOT_DELIVERED)
L_FAILED_3 = (L_SHOWN, L_NOT_DELIVERED, L_HANDED_OVER)
L_SEND = ("full_refund_or_send_item_by_seller",)


def lost(
    facts: Facts, proven: set[str], claim_lacks: bool, answer_lacks: bool, silent: bool, as_of: datetime
) -> Consequence:
    if claim_lacks:
        return L_NOT_SHOWN, (), "seller", ("customer",), REJECTED, "not_applicable", (), ()
    if "delivered_to_address" in proven:
        return L_AFTER_ALL, L_FAILED_1, "seller", (), REJECTED, "not_applicable", ("seller", "carrier"), ()
    if facts["order.shipping_mode"] == "ship_by_seller":
        return L_SHIPPED, L_FAILED_2, "customer", SELLER, L_SEND, "not_required", (), ()
    if "handed_over" not in proven:
        return L_NEVER, L_FAILED_2, "customer", SELLER, REFUND, "not_required", (), ()
    return L_LOST, L_FAILED_3, "customer", ("carrier",), BY_CARRIER, "not_required", (), ()


# ----------------------------------------------------------------------------------------------------- damaged package
f = "framework.damaged_package"
P_CLAIM = owes("customer", "delivered_damaged", f"{f}.evidence.customer")
P_PACKED = owes("seller", "packed_well_and_handed_over_in_good_condition", f"{f}.evidence.seller.1")
P_SOUND = owes("seller", "delivered_in_good_condition", f"{f}.evidence.seller.2")
P_OWED = {
    (True, True): (P_CLAIM, P_PACKED, P_SOUND),
    (True, False): (P_CLAIM, P_PACKED),
    (False, True): (P_CLAIM, P_SOUND),
    (False, False): (P_CLAIM,),
}
P_CUSTOMER, P_NOT_CUSTOMER = (state("consequence", "customer-caused-it", "judgment.2") for state in (held, failed))
P_CARRIER, P_NOT_CARRIER = (
    state("consequence", "carrier-caused-it", "judgment.1", f"{f}.consequence.carrier.1", f"{f}.consequence.carrier.2")
    for state in (held, failed)
)
P_SELLER, P_NOT_SELLER = (
    state("consequence", "seller-caused-it", "judgment.1", f"{f}.consequence.seller", REFUND_CLAUSE)
    for state in (held, failed)
)
P_ON_THE_WAY, P_NOT_ON_THE_WAY = (
    state("consequence", "damaged-on-the-way", "judgment.1", f"{f}.consequence.carrier.1", f"{f}.consequence.carrier.2")
    for state in (held, failed)
)
P_ANSWERS = held("consequence", "seller-answers", "judgment.1", "judgment.4", f"{f}.consequence.seller", REFUND_CLAUSE)
P_FAILED_1 = (P_NOT_CUSTOMER,)
P_FAILED_2 = (P_NOT_CUSTOMER, CLAIM_SHOWN)
P_FAILED_3 = (*P_FAILED_2, P_NOT_CARRIER)
P_FAILED_4 = (*P_FAILED_3, P_NOT_SELLER)
P_FAILED_5 = (*P_FAILED_4, SELLER_NOT_STRONGER)
P_FAILED_6 = (*P_FAILED_5, P_NOT_ON_THE_WAY)


def damaged(
    facts: Facts, proven: set[str], claim_lacks: bool, answer_lacks: bool, silent: bool, as_of: datetime
) -> Consequence:
    if unsafe(facts):
        back, why = sent_back(facts, True, False)
        return UNSAFE_PRODUCT, (), "customer", SELLER, REFUND, back, BOTH, (why,)
    cause = facts["review.damage_cause"]
    if cause == "customer":
        return P_CUSTOMER, (), "seller", (), REJECTED, "not_applicable", BOTH, ()
    if claim_lacks:
        return CLAIM_NOT_SHOWN, P_FAILED_1, "seller", (), REJECTED, "not_applicable", (), ()
    back, why = sent_back(facts, False, False)
    if cause == "carrier":
        return P_CARRIER, P_FAILED_2, "customer", ("carrier",), BY_CARRIER, back, SELLER, (why,)
    if cause == "seller":
        return P_SELLER, P_FAILED_3, "customer", SELLER, REFUND, back, SELLER, (why,)
    if not answer_lacks:
        if "delivered_in_good_condition" in proven and facts["review.prevails"] == "seller":
            return SELLER_STRONGER, P_FAILED_4, "seller", (), REJECTED, "not_applicable", (), ()
        if facts["order.shipping_mode"] == "ship_by_tiktok":
            return P_ON_THE_WAY, P_FAILED_5, "customer", ("carrier",), BY_CARRIER, back, (), (why,)
    return P_ANSWERS, P_FAILED_6, "customer", SELLER, REFUND, back, (), (why,)
