"""What the decision gives as reasons: rule and clauses, made once. (state, table, rule, clauses)"""

from __future__ import annotations

from typing import NamedTuple

Reason = tuple[str, str, str, tuple[str, ...]]


def held(table: str, rule: str, *clauses: str) -> Reason:
    return ("held", table, rule, clauses)


def failed(table: str, rule: str, *clauses: str) -> Reason:
    return ("failed", table, rule, clauses)


def shown(window: str, *clauses: str) -> Reason:
    return ("shown", "", window, clauses)


class Owed(NamedTuple):
    """Evidence that a party owes."""

    party: str
    proposition: str
    name: str
    reason: Reason


def owes(party: str, proposition: str, *clauses: str) -> Owed:
    name = f"{party}.{proposition}"
    return Owed(party, proposition, name, ("owed", "", name, clauses))


# ---------------------------------------------------------------------------------------------------------- standing
NOT_TAKEN = held("standing", "not-taken", "eligibility.exclusions")
BROUGHT_TO_AN_END = held("standing", "brought-to-an-end")
MATERIALS_AWAITED = held("standing", "materials-awaited", "intervention.trigger", "submission.additional")
APPEALED = held("standing", "appealed", "judgment.appeal", "judgment.appeal.window")
NOTHING_LEFT = held("standing", "nothing-left-to-do", "post_dispute.follow")
DECIDED = held("standing", "decided", "involvement.sole_discretion")

# ------------------------------------------------------------------------------------------------------------- gates
NOT_BOUGHT_HERE = held("gates", "not-bought-here", "eligibility.off_platform", "eligibility.platform_buyers_only")
NOT_THE_US = held("gates", "not-the-us-market", "overview.us_sellers")
NOT_THE_BUYER = held(
    "gates", "not-the-buyer",
    "eligibility.excluded.not_buyer", "eligibility.platform_buyers_only", "overview.applies_to",
)  # fmt: skip
NO_TRANSACTION = held("gates", "no-valid-transaction", "eligibility.excluded.no_transaction")
EARLIER_RESOLUTION = held("gates", "about-an-earlier-resolution", "eligibility.excluded.breach")
STILL_WITH_SELLER = held(
    "gates", "still-with-the-seller",
    "eligibility.excluded.request_in_process", "intervention.trigger", "involvement.reasonable_party",
)  # fmt: skip
TWO_RAISED = held("gates", "two-requests-raised", "cancellation.max_two", "judgment.redispute.max_two")
TWO_CLOSED = held("gates", "two-requests-closed", "eligibility.excluded.two_closed")
NOT_FILED = held("gates", "not-filed-yet", "intervention.trigger")
FILED_LATE = held(
    "gates", "filed-late",
    "eligibility.excluded.late", "after_sale_period.lapse", "framework.column.acceptance",
)  # fmt: skip
SECOND_LATE = held("gates", "second-request-late", "judgment.redispute.window")
NOT_DELAYED_YET = held("gates", "not-delayed-yet", "framework.delayed.description")
REDIRECTED = held(
    "turned_away", "redirected",
    "framework.column.acceptance", "after_sale_period.lapse", "after_sale_period.facilitate",
)  # fmt: skip

# ----------------------------------------------------------------------------------------------------------- remarks
FILED_AGAIN = held("remarks", "filed-again", "cancellation.new_request")
FILED_AFTER_JUDGMENT = held(
    "remarks", "filed-after-judgment",
    "judgment.redispute", "judgment.redispute.max_two", "cancellation.max_two",
)  # fmt: skip
PREMATURE = held("remarks", "premature", "cancellation.new_request")
NEVER_DELIVERED = held(
    "remarks", "never-delivered", "framework.delayed.description", "framework.lost_package.description"
)
SELLER_NOT_ASKED = held("remarks", "seller-not-asked", "intervention.encourage", "intervention.trigger")
BEFORE_ESTIMATE = held("remarks", "lost-before-the-estimate", "framework.lost_package.description")
SILENT = held("remarks", "somebody-silent", "judgment_basis.fail_to_submit")
LATE = held("remarks", "somebody-late", "judgment_basis.on_time")
NOT_AUTHENTIC = held("remarks", "somebody-not-authentic", "judgment_basis.authentic")
CARRIER_HAS_NO_PERIOD = held("remarks", "carrier-has-no-period", "further.third_party")
ITEM_WHILE_APPEALED = held("remarks", "item-while-appealed", "framework.counterfeit.consequence.destroy")
APPEAL_TOO_LATE = held("remarks", "appeal-after-its-period", "judgment.appeal.window")
PARTIAL_RECALL = held("remarks", "partial-recall", "further.unsafe.partial_recall")
RETURN_WITHOUT_PERIOD = held("remarks", "return-without-a-period", "customer_actions.return")
STOPPED_AFTER_JUDGMENT = held("remarks", "stopped-after-judgment", "cancellation.stop.other_process")

# --------------------------------------------------------------------------------------------- additions and choices
SHIPPING_FEE = held("additions", "shipping-fee", "seller_actions.shipping_fee")
DEDUCTION = held("additions", "deduction", "seller_actions.48h", "seller_actions.deduction")
WITHDRAWN = held("how_it_ended", "how_it_ended-1", "eligibility.excluded.withdrawn", "cancellation.new_request")
CANCELLED = held("how_it_ended", "how_it_ended-2", "cancellation.mutual", "cancellation.new_request")
SETTLED = held("how_it_ended", "how_it_ended-3", "cancellation.stop.agreed")
OTHER_PROCESS = held("how_it_ended", "how_it_ended-4", "cancellation.stop.other_process")
HAZARDOUS_STAYS = held("sent_back", "sent_back-1", "customer_actions.no_return")
UNFIT_STAYS = held("sent_back", "sent_back-2", "customer_actions.no_return")
MISSING_STAYS = held("sent_back", "sent_back-3", "framework.inconsistent.description.2")
GOES_BACK = held("sent_back", "sent_back-4", "customer_actions.return")
KEPT = held("kept_if_delivered", "kept_if_delivered-1")
NOTHING_TO_KEEP = held("kept_if_delivered", "kept_if_delivered-2")
OTHER_REMEDY = held("make_good", "make_good-1", "seller_actions.examples.other")
SEND_OR_REPLACE = held(
    "make_good", "make_good-2", "seller_actions.examples.send", "seller_actions.examples.refund_replace"
)

# ---------------------------------------------------------------------------------------------------------- evidence
EVIDENCE = ("owed", "must_prove", "", ("judgment_basis.materials", "submission.must_submit", "submission.additional"))
EARLIER = ("owed", "must_prove", "customer.earlier_materials", ("submission.earlier_first",))
SYSTEM = ("owed", "must_prove", "platform.system_data", ("investigation.system_data",))

# ----------------------------------------------------------------------------------------------------------- windows
SECOND_REQUEST = shown("second_request", "judgment.redispute", "judgment.redispute.window")
NEXT_REQUEST = shown("next_request", "judgment.notify", "judgment.redispute", "judgment.redispute.window")
APPEAL = shown("appeal", "judgment.notify", "judgment.appeal", "judgment.appeal.window")
SELLER_ACTION = shown("seller_action", "judgment.notify", "seller_actions.48h", "post_dispute.follow")
