"""One dispute decided by hand-written code: all fields, what is missing, notes, deadlines and reasons."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Literal, NamedTuple

from benchmarks.by_hand import reasons as say
from benchmarks.by_hand.clock import after_days
from benchmarks.by_hand.common import Facts
from benchmarks.by_hand.reasons import Reason
from benchmarks.by_hand.rows import ROWS, Row

State = Literal["running", "met", "missed", "ended", "paused"]
Deadline = tuple[datetime, str, str, str, State, bool, tuple[str, ...]]
"""(at, name, window, party, state, whether it has passed, clauses)"""

NOT_ASSESSED = "not assessed"
HOURS = {hours: timedelta(hours=hours) for hours in (24, 48)}
NONE: tuple[str, ...] = ()


class Plain(NamedTuple):
    """A decision as plain data."""

    scenario: str
    as_of: datetime
    status: str
    in_favor_of: str
    liable: tuple[str, ...]
    remedies: tuple[str, ...]
    goods_back: str
    risk: str
    awaiting_from: tuple[str, ...]
    missing_evidence: tuple[str, ...]
    notes: tuple[str, ...]
    deadlines: tuple[Deadline, ...]
    reasons: tuple[Reason, ...]


def decide(scenario: str, facts: Facts, as_of: datetime) -> Plain:
    """Decide a dispute of which all that is asked is known. `facts` are typed values by name, instants in UTC.

    Raises LookupError when something asked is missing.
    """
    row = ROWS[scenario]
    zone = facts["dispute.time_zone"]
    filed = so_far(facts["dispute.filed_at"], as_of)
    raised, last_end = facts["earlier.raised"], facts["earlier.latest_end"]
    with_seller = facts["dispute.request_with_seller"]
    second_try = last_end == "judgment"

    # ------------------------------------------------------------------------------ whether the service takes it
    begun = so_far(facts[row.accepted_from], as_of)
    acceptance_ends = None if begun is None else end(begun, row.accepted_within, zone)
    earlier_notice = so_far(facts["earlier.judgment_notified_at"], as_of)
    second_ends = after_days(earlier_notice, 2, zone) if earlier_notice is not None and raised <= 1 else None
    filed_late = second_late = not_come = not_late_yet = False
    if filed is not None:
        if second_try:
            second_late = second_ends is not None and filed > second_ends
        else:
            filed_late = acceptance_ends is not None and filed > acceptance_ends
    if row.product:
        not_come = begun is None or (filed is not None and begun > filed)
    elif scenario == "delayed":
        estimate = facts["order.estimated_delivery_at"]
        not_late_yet = estimate is None or (filed is not None and filed <= estimate)
    gates = closed_gates(row, facts, filed, filed_late, second_late, not_come and not second_try,
                         not_late_yet and not second_try, raised, with_seller)  # fmt: skip

    # -------------------------------------------------------------------------------------------- what was received
    over, ending, why_over = how_it_ended(facts, as_of)
    notice = so_far(facts["seller.notified_at"], as_of)
    judged_at = so_far(facts["judgment.notified_at"], as_of)
    customer_reason = row.customer
    customer_ends = None
    if row.customer_within is None:
        customer_ends = None if filed is None else filed + HOURS[48]
    else:
        days, hours, customer_reason = row.customer_within(facts)
        customer_ends = None if filed is None else end(filed, (days, hours), zone)
    seller_ends = None if notice is None else notice + HOURS[48]
    carrier_ends, carrier_asked = None, False
    if row.carrier is not None:
        carrier_notice = so_far(facts["carrier.notified_at"], as_of)
        if carrier_notice is not None:
            carrier_asked, carrier_ends = True, after_days(carrier_notice, 15, zone)
    shown: set[str] = set()
    customer_first, customer_late, customer_false = receive(facts["customer.materials"], customer_ends, as_of, shown)
    seller_first, seller_late, seller_false = receive(facts["seller.materials"], seller_ends, as_of, shown)
    carrier_first, carrier_late, carrier_false = receive(facts["carrier.materials"], carrier_ends, as_of, shown)
    awaiting = tuple([
        party
        for party, first, ends in (
            ("customer", customer_first, customer_ends),
            ("seller", seller_first, seller_ends),
            *((("carrier", carrier_first, carrier_ends),) if carrier_asked else ()),
        )
        if first is None and (ends is None or as_of <= ends)
    ])  # fmt: skip

    # ------------------------------------------------------------------------------------------------- the outcome
    whole = not gates and not over
    judged = whole and not awaiting
    favor, liable, remedies, back, risk = "none", NONE, NONE, "not_applicable", "none"
    missing, notes = NONE, []
    outcome: list[Reason] = []
    remarks: list[Reason] = []
    choices: tuple[Reason, ...] = ()
    evidence: list[Reason] = []
    complete = judgment_ends = next_ends = appeal_ends = action_ends = None
    appealed = acted = None
    appeal_met = False
    if not awaiting:
        moments = [customer_first or customer_ends, seller_first or seller_ends]
        if carrier_asked:
            moments.append(carrier_first or carrier_ends)
        complete = max([moment for moment in moments if moment is not None], default=None)
        if complete is not None:
            judgment_ends = end(complete, row.judged_within, zone)
    if whole:
        if judged and NOT_ASSESSED in shown:
            raise LookupError("nobody has assessed the materials yet")
        owed = row.owed(facts)
        if carrier_asked and row.carrier_owed is not None:
            owed = (*owed, row.carrier_owed)
        earlier, system = facts["customer.earlier_materials"], facts["platform.system_data"]
        proven = shown | earlier | system
        dropped = NONE
        if judged:
            lacking = [one for one in owed if one.proposition not in proven]
            claim_lacks = answer_lacks = False
            for one in lacking:
                claim_lacks = claim_lacks or one.party == "customer"
                answer_lacks = answer_lacks or one.party == "seller"
            rule, failed, favor, liable, remedies, back, dropped, choices = row.judge(
                facts, proven, claim_lacks, answer_lacks, seller_first is None, as_of
            )
            outcome.append(rule)
            outcome.extend(failed)
            if back == "required":
                risk, because = row.risk(facts)
                outcome.extend(because)
            missing = tuple([one.name for one in lacking if one.party not in dropped])
        else:
            missing = tuple([one.name for one in owed if one.party in awaiting])
        evidence = [one.reason for one in owed if one.party not in dropped]
        if evidence:
            evidence.append(say.EVIDENCE)
        elsewhere = [one for one in row.all_owed if one in proven and one not in shown]
        if elsewhere:
            if not earlier.isdisjoint(elsewhere):
                evidence.append(say.EARLIER)
            if any(one not in earlier for one in elsewhere):
                evidence.append(say.SYSTEM)
    by_seller = "seller" in liable
    if judged and judged_at is not None:
        appealed = so_far(facts["seller.appealed_at"], as_of)
        acted = so_far(facts["seller.acted_at"], as_of)
        appeal_ends = after_days(judged_at, 2, zone)
        appeal_met = appealed is not None and appealed <= appeal_ends
        if raised == 0:
            next_ends = appeal_ends
        if by_seller:
            action_ends = judged_at + HOURS[48]
    paused = appeal_met and action_ends is not None and appealed <= action_ends  # type: ignore[operator]
    if by_seller:
        if back == "required" or "send_correct_or_replace_by_seller" in remedies:
            remedies = (*remedies, "seller_bears_shipping_fee")
            outcome.append(say.SHIPPING_FEE)
        if (
            action_ends is not None and as_of > action_ends and not paused
            and (acted is None or acted > action_ends)
        ):  # fmt: skip
            remedies = (*remedies, "automatic_deduction")
            outcome.append(say.DEDUCTION)

    # ------------------------------------------------------------------------------------------------------ remarks
    if last_end == "withdrawn" or last_end == "rejected_at_intake":
        notes.append("last_request")
        remarks.append(say.FILED_AGAIN)
    elif second_try and raised == 1:
        notes.append("last_request")
        remarks.append(say.FILED_AFTER_JUDGMENT)
    if not over:
        if with_seller == "in_process" or not_come or not_late_yet:
            notes.append("may_file_again")
            remarks.append(say.PREMATURE)
        if row.product and begun is None:
            notes.append("another_row_fits")
            remarks.append(say.NEVER_DELIVERED)
        if with_seller == "none":
            notes.append("try_seller_first")
            remarks.append(say.SELLER_NOT_ASKED)
        if scenario == "lost_package":
            estimate = facts["order.estimated_delivery_at"]
            if estimate is None or (filed is not None and filed <= estimate):
                notes.append("before_estimate")
                remarks.append(say.BEFORE_ESTIMATE)
        if judged and (customer_first is None or seller_first is None or (carrier_asked and carrier_first is None)):
            notes.append("materials_missing")
            remarks.append(say.SILENT)
        if customer_late or seller_late or carrier_late:
            notes.append("materials_late")
            remarks.append(say.LATE)
        if customer_false or seller_false or carrier_false:
            notes.append("materials_not_authentic")
            remarks.append(say.NOT_AUTHENTIC)
    if judged and scenario == "damaged_package" and "carrier" in liable:
        notes.append("carrier_not_heard")
        remarks.append(say.CARRIER_HAS_NO_PERIOD)
    judgment_passed = judgment_ends is not None and as_of > judgment_ends
    judgment_met = judgment_ends is not None and judged_at is not None and judged_at <= judgment_ends
    if judgment_passed and not judgment_met:
        notes.append("judgment_overdue")
        remarks.append(row.overdue)
    if appeal_met and "destroy_or_discard" in remedies:
        notes.append("keep_the_item_meanwhile")
        remarks.append(say.ITEM_WHILE_APPEALED)
    if appealed is not None and not appeal_met:
        notes.append("appeal_too_late")
        remarks.append(say.APPEAL_TOO_LATE)
    if not over and facts["product.recall"] == "other_batches_only":
        notes.append("recall_documents_owed")
        remarks.append(say.PARTIAL_RECALL)
    if back == "required" and so_far(facts["customer.returned_at"], as_of) is None:
        notes.append("return_has_no_period")
        remarks.append(say.RETURN_WITHOUT_PERIOD)
    if judged_at is not None and so_far(facts["ending.other_process_at"], as_of) is not None:
        notes.append("not_enforced_further")
        remarks.append(say.STOPPED_AFTER_JUDGMENT)

    # ------------------------------------------------------------------------------- where it stands, and until when
    if gates:
        status, standing = "out_of_scope", say.NOT_TAKEN
        if filed_late or second_late:
            remedies = ("redirect_to_seller",)
            gates.append(say.REDIRECTED)
    elif over:
        status, standing, choices = ending, say.BROUGHT_TO_AN_END, (why_over,)
    elif awaiting:
        status, standing = "awaiting_materials", say.MATERIALS_AWAITED
    elif appeal_met:
        status, standing = "appeal_pending", say.APPEALED
    elif (
        judged_at is not None and (next_ends is None or as_of > next_ends) and as_of > appeal_ends  # type: ignore[operator]
        and (not by_seller or acted is not None)
    ):  # fmt: skip
        status, standing = "closed", say.NOTHING_LEFT
    else:
        status, standing = "decided", say.DECIDED

    deadlines: list[Deadline] = []
    windows: list[Reason] = []

    def show(at: datetime, name: str, party: str, reason: Reason, met: bool, over: State = "missed") -> None:
        passed = as_of > at
        state: State = "met" if met else over if passed else "running"
        deadlines.append((at, name, reason[2], party, state, passed, reason[3]))
        windows.append(reason)

    if acceptance_ends is not None:
        met = filed is not None and filed <= acceptance_ends
        show(acceptance_ends, "acceptance_ends", "customer", row.acceptance, met)
    if whole and judgment_ends is not None:
        show(judgment_ends, "judgment_due", "tiktok_shop", row.judgment, judgment_met)
    if second_ends is not None and (gates or not over):
        met = filed is not None and filed <= second_ends
        show(second_ends, "redispute_due", "customer", say.SECOND_REQUEST, met)
    if whole:
        if next_ends is not None:
            show(next_ends, "redispute_due", "customer", say.NEXT_REQUEST, False, "ended")
        if appeal_ends is not None:
            show(appeal_ends, "appeal_due", "seller", say.APPEAL, appeal_met)
        if action_ends is not None:
            if paused:
                reason = say.SELLER_ACTION
                deadlines.append(
                    (action_ends, "seller_action_due", reason[2], "seller", "paused", as_of > action_ends, reason[3])
                )
                windows.append(reason)
            else:
                met = acted is not None and acted <= action_ends
                show(action_ends, "seller_action_due", "seller", say.SELLER_ACTION, met)
        if customer_ends is not None:
            show(customer_ends, "customer_materials_due", "customer", customer_reason, customer_first is not None)
        if seller_ends is not None:
            show(seller_ends, "seller_materials_due", "seller", row.seller, seller_first is not None)
        if carrier_ends is not None and row.carrier is not None:
            show(carrier_ends, "carrier_materials_due", "carrier", row.carrier, carrier_first is not None)
        deadlines.sort()
    elif len(deadlines) > 1:
        deadlines.sort()
    why = (standing, *gates, *outcome, *remarks, *choices, *evidence, *windows)
    asked = awaiting if whole else NONE
    return Plain(scenario, as_of, status, favor, liable, remedies, back, risk, asked, missing,
                 tuple(notes), tuple(deadlines), why)  # fmt: skip


def so_far(moment: datetime | None, as_of: datetime) -> datetime | None:
    """An event that is still to come has not happened."""
    return None if moment is None or moment > as_of else moment


def end(start: datetime, within: tuple[int, int], zone: str) -> datetime:
    days, hours = within
    return after_days(start, days, zone) if days else start + HOURS[hours]


def closed_gates(
    row: Row,
    facts: Facts,
    filed: datetime | None,
    filed_late: bool,
    second_late: bool,
    not_come: bool,
    not_late_yet: bool,
    raised: int,
    with_seller: str,
) -> list[Reason]:
    closed: list[Reason] = []
    if not facts["order.on_platform"]:
        closed.append(say.NOT_BOUGHT_HERE)
    if not facts["seller.sells_in_us"]:
        closed.append(say.NOT_THE_US)
    if not facts["customer.is_buyer"]:
        closed.append(say.NOT_THE_BUYER)
    if not facts["order.valid_transaction"]:
        closed.append(say.NO_TRANSACTION)
    if facts["dispute.about_earlier_resolution"]:
        closed.append(say.EARLIER_RESOLUTION)
    if with_seller == "in_process":
        closed.append(say.STILL_WITH_SELLER)
    if raised >= 2:
        closed.append(say.TWO_RAISED)
    if facts["earlier.closed"] >= 2:
        closed.append(say.TWO_CLOSED)
    if filed is None:
        closed.append(say.NOT_FILED)
    if filed_late:
        closed.append(say.FILED_LATE)
    if second_late:
        closed.append(say.SECOND_LATE)
    if not_come:
        closed.append(row.not_delivered_yet)
    if not_late_yet:
        closed.append(say.NOT_DELAYED_YET)
    return closed


def how_it_ended(facts: Facts, as_of: datetime) -> tuple[bool, str, Reason]:
    """Whether the dispute was brought to an end, and by which event that came first."""
    ends = []
    for order, (name, status, why) in enumerate(ENDINGS):
        moment = facts[name]
        if moment is not None and moment <= as_of:
            ends.append((moment, order, status, why))
    if not ends:
        return False, "", say.OTHER_PROCESS
    _, _, status, why = min(ends)
    return True, status, why


ENDINGS = (
    ("ending.withdrawn_at", "closed", say.WITHDRAWN),
    ("ending.cancelled_at", "closed", say.CANCELLED),
    ("ending.settled_at", "intervention_stopped", say.SETTLED),
    ("ending.other_process_at", "intervention_stopped", say.OTHER_PROCESS),
)


def receive(
    materials: tuple[Any, ...], ends: datetime | None, as_of: datetime, shown: set[str]
) -> tuple[datetime | None, bool, bool]:
    """When the first materials in time came, whether any came late, whether any in time are not authentic.

    What the ones in time prove is added to `shown`.
    """
    first, late, false = None, False, False
    for one in materials:
        if one.at > as_of:
            continue
        if ends is not None and one.at > ends:
            late = True
            continue
        if first is None:
            first = one.at
        if one.authentic is False:
            false = True
        elif one.proves is None or one.authentic is None:
            shown.add(NOT_ASSESSED)
        else:
            shown |= one.proves
    return first, late, false
