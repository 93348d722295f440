"""Who wins where the product is not as promised: other than listed, counterfeit, of bad quality."""

from __future__ import annotations

from datetime import datetime

from benchmarks.by_hand import reasons as say
from benchmarks.by_hand.common import (
    BAD_FAITH,
    BAD_FAITH_REFUND,
    BOTH,
    CLAIM_NOT_SHOWN,
    CLAIM_SHOWN,
    NO_RETURN,
    NOT_BAD_FAITH,
    REFUND,
    REFUND_CLAUSE,
    REJECTED,
    SELLER,
    SELLER_NOT_STRONGER,
    SELLER_STRONGER,
    UNSAFE,
    UNSAFE_PRODUCT,
    Consequence,
    Facts,
    bad_faith,
    sent_back,
    unsafe,
)
from benchmarks.by_hand.reasons import Reason, failed, held, owes, shown

# -------------------------------------------------------------------------------------------------------- inconsistent
f = "framework.inconsistent"
I_OWED = (
    owes("customer", "product_inconsistent", f"{f}.evidence.customer"),
    owes("seller", "product_consistent", f"{f}.evidence.seller", f"{f}.consequence.seller_disagrees"),
)
I_STRONGER, I_NOT_STRONGER = (
    state(
        "consequence",
        "seller-evidence-stronger",
        "judgment.2",
        "judgment.1",
        "involvement.sole_discretion",
        f"{f}.consequence.seller_disagrees",
    )
    for state in (held, failed)
)
I_SILENT = held(
    "consequence",
    "seller-silent",
    "judgment.1",
    "judgment.4",
    f"{f}.consequence.seller_silent",
    f"{f}.consequence.verified",
)
I_VERIFIED = held(
    "consequence", "claim-verified", "judgment.1", "judgment.4", f"{f}.consequence.verified", f"{f}.description.1"
)
I_FAILED_1 = (NOT_BAD_FAITH,)
I_FAILED_2 = (NOT_BAD_FAITH, CLAIM_SHOWN)
I_FAILED_3 = (NOT_BAD_FAITH, CLAIM_SHOWN, I_NOT_STRONGER)


def inconsistent(
    facts: Facts, proven: set[str], claim_lacks: bool, answer_lacks: bool, silent: bool, as_of: datetime
) -> Consequence:
    if unsafe(facts):
        back, why = sent_back(facts, True, True)
        return UNSAFE_PRODUCT, (), "customer", SELLER, REFUND, back, BOTH, (why,)
    if bad_faith(facts):
        back, why = sent_back(facts, False, True)
        return BAD_FAITH_REFUND, (), "customer", SELLER, REFUND, back, BOTH, (why,)
    if not silent:
        if claim_lacks:
            return CLAIM_NOT_SHOWN, I_FAILED_1, "seller", (), REJECTED, "not_applicable", (), ()
        if "product_consistent" in proven and facts["review.prevails"] == "seller":
            return I_STRONGER, I_FAILED_2, "seller", (), REJECTED, "not_applicable", (), ()
    back, why = sent_back(facts, False, True)
    if facts["product.correct_one_available"]:
        remedies, choice = ("send_correct_or_replace_by_seller",), say.SEND_OR_REPLACE
    else:
        remedies, choice = ("other_remedy_to_be_determined",), say.OTHER_REMEDY
    rule = I_SILENT if silent else I_VERIFIED
    return rule, I_FAILED_3, "customer", SELLER, remedies, back, (), (why, choice)


I_DECEPTIVE, I_NOT_SO = (
    state("risk_of_return", "deceptive", "customer_actions.inconsistent", "customer_actions.inconsistent.deceptive")
    for state in (held, failed)
)
I_SPLIT = held(
    "risk_of_return", "not-deceptive", "customer_actions.inconsistent", "customer_actions.inconsistent.not_deceptive"
)


def inconsistent_risk(facts: Facts) -> tuple[str, tuple[Reason, ...]]:
    return ("all_seller", (I_DECEPTIVE,)) if facts["review.deceptive"] else ("split", (I_SPLIT, I_NOT_SO))


# --------------------------------------------------------------------------------------------------------- counterfeit
f = "framework.counterfeit"
C_CLAIM = owes("customer", "product_counterfeit", f"{f}.evidence.customer")
C_ANSWER = owes("seller", "product_genuine", f"{f}.evidence.seller.1", f"{f}.evidence.seller.2")
C_VISIBLE, C_HIDDEN = (C_CLAIM, C_ANSWER), (C_ANSWER,)
C_UNSAFE = held("consequence", "unsafe-product", *UNSAFE, NO_RETURN)
C_BAD_FAITH, C_NOT_BAD_FAITH = (
    state("consequence", "bad-faith-refund", *BAD_FAITH, REFUND_CLAUSE, NO_RETURN) for state in (held, failed)
)
C_NOT_SHOWN, C_SHOWN = (
    state("consequence", "claim-not-shown", "judgment.2", "judgment.3", f"{f}.evidence.customer")
    for state in (held, failed)
)
C_GENUINE, C_NOT_GENUINE = (
    state("consequence", "shown-to-be-genuine", "judgment.2", f"{f}.evidence.seller.1") for state in (held, failed)
)
C_TAKEN = held(
    "consequence", "taken-for-counterfeit", "judgment.1", "judgment.4", f"{f}.consequence.no_return",
    f"{f}.consequence.destroy", f"{f}.consequence.refund", NO_RETURN,
)  # fmt: skip
C_FAILED_1 = (C_NOT_BAD_FAITH,)
C_FAILED_2 = (C_NOT_BAD_FAITH, C_SHOWN)
C_FAILED_3 = (C_NOT_BAD_FAITH, C_SHOWN, C_NOT_GENUINE)
C_FAILED_4 = (C_NOT_BAD_FAITH, C_SHOWN, C_NOT_GENUINE, SELLER_NOT_STRONGER)
C_REFUND = ("refund_by_seller", "destroy_or_discard")
C_SOON = (0, 48, shown("submission_period.customer", f"{f}.submission.customer.visible"))
C_LATER = (15, 0, shown("submission_period.customer", f"{f}.submission.customer.not_visible"))


def counterfeit(
    facts: Facts, proven: set[str], claim_lacks: bool, answer_lacks: bool, silent: bool, as_of: datetime
) -> Consequence:
    if unsafe(facts):
        return C_UNSAFE, (), "customer", SELLER, REFUND, "not_required", BOTH, ()
    if bad_faith(facts):
        return C_BAD_FAITH, (), "customer", SELLER, REFUND, "not_required", BOTH, ()
    if claim_lacks:
        return C_NOT_SHOWN, C_FAILED_1, "seller", (), REJECTED, "not_applicable", (), ()
    if "product_genuine" in proven:
        if "product_counterfeit" not in proven:
            return C_GENUINE, C_FAILED_2, "seller", (), REJECTED, "not_applicable", (), ()
        if facts["review.prevails"] == "seller":
            return SELLER_STRONGER, C_FAILED_3, "seller", (), REJECTED, "not_applicable", (), ()
    return C_TAKEN, C_FAILED_4, "customer", SELLER, C_REFUND, "not_required", (), ()


# ------------------------------------------------------------------------------------------------------------- quality
f = "framework.quality"
Q_DEFECT = owes("customer", "product_defective", f"{f}.evidence.customer")
Q_REACTION = owes("customer", "allergy_occurred", f"{f}.evidence.allergy", f"{f}.evidence.allergy.reaction")
Q_CAUSE = owes("customer", "allergy_caused_by_product", f"{f}.evidence.allergy", f"{f}.evidence.allergy.cause")
Q_ANSWER = owes("seller", "product_good_quality", f"{f}.evidence.seller.1", f"{f}.evidence.seller.2")
Q_OWED = {
    (True, True): (Q_DEFECT, Q_REACTION, Q_CAUSE, Q_ANSWER),
    (True, False): (Q_DEFECT, Q_ANSWER),
    (False, True): (Q_REACTION, Q_CAUSE, Q_ANSWER),
    (False, False): (Q_ANSWER,),
}
Q_GOOD_TOO, Q_NOT_GOOD_TOO = (
    state(
        "consequence",
        "claim-not-shown-and-quality-shown",
        "judgment.2",
        "judgment.3",
        f"{f}.consequence.seller_credible",
    )
    for state in (held, failed)
)
Q_OUTWEIGHS, Q_NOT_OUTWEIGHED = (
    state(
        "consequence",
        "quality-outweighs-allergy",
        "judgment.2",
        "judgment.1",
        "involvement.sole_discretion",
        f"{f}.consequence.seller_credible",
    )
    for state in (held, failed)
)
Q_GOOD, Q_NOT_GOOD = (
    state("consequence", "shown-to-be-good", "judgment.2", f"{f}.consequence.seller_credible")
    for state in (held, failed)
)
Q_BAD = held(
    "consequence", "quality-not-shown", "judgment.1", "judgment.4", f"{f}.consequence.seller_fails", REFUND_CLAUSE
)
Q_FAILED_2 = (NOT_BAD_FAITH, Q_NOT_GOOD_TOO)
Q_FAILED_3 = (NOT_BAD_FAITH, Q_NOT_GOOD_TOO, CLAIM_SHOWN)
Q_FAILED_4 = (*Q_FAILED_3, Q_NOT_OUTWEIGHED)
Q_FAILED_5 = (*Q_FAILED_4, Q_NOT_GOOD)
Q_SOON = (0, 48, shown("submission_period.customer", f"{f}.submission.customer.visible"))
Q_LATER = (15, 0, shown("submission_period.customer", f"{f}.submission.customer.not_visible"))


def quality(
    facts: Facts, proven: set[str], claim_lacks: bool, answer_lacks: bool, silent: bool, as_of: datetime
) -> Consequence:
    if unsafe(facts):
        back, why = sent_back(facts, True, False)
        return UNSAFE_PRODUCT, (), "customer", SELLER, REFUND, back, BOTH, (why,)
    if bad_faith(facts):
        back, why = sent_back(facts, False, False)
        return BAD_FAITH_REFUND, (), "customer", SELLER, REFUND, back, BOTH, (why,)
    good = "product_good_quality" in proven
    if claim_lacks:
        rule, failing = (Q_GOOD_TOO, I_FAILED_1) if good else (CLAIM_NOT_SHOWN, Q_FAILED_2)
        return rule, failing, "seller", (), REJECTED, "not_applicable", (), ()
    if good:
        if facts["dispute.allergy_claimed"]:
            if facts["review.prevails"] == "seller":
                return Q_OUTWEIGHS, Q_FAILED_3, "seller", (), REJECTED, "not_applicable", (), ()
        elif not facts["review.supplement_defeats_seller"]:
            return Q_GOOD, Q_FAILED_4, "seller", (), REJECTED, "not_applicable", (), ()
    back, why = sent_back(facts, False, False)
    return Q_BAD, Q_FAILED_5, "customer", SELLER, REFUND, back, (), (why,)


Q_SIGNIFICANT, Q_NOT_SIGNIFICANT = (
    state("risk_of_return", "significant", "customer_actions.quality", "customer_actions.quality.significant")
    for state in (held, failed)
)
Q_MINOR = held(
    "risk_of_return", "minor",
    "customer_actions.quality", "customer_actions.quality.minor", "customer_actions.quality.minor.customer",
)  # fmt: skip


def quality_risk(facts: Facts) -> tuple[str, tuple[Reason, ...]]:
    if facts["review.severity"] == "significant":
        return "all_seller", (Q_SIGNIFICANT,)
    return "split", (Q_MINOR, Q_NOT_SIGNIFICANT)
