"""The dispute policy as one hand-written function: `decide(facts, as_of)`.

Comments cite clauses by id and readings by number; where a reading has alternatives, the default is taken. A missing
fact is handled by trying every value it may have: what all values agree on is decided, the rest stays open.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain, combinations, product
from typing import Any, Literal

from . import clock
from .clock import HOUR, Instant
from .facts import UNKNOWN, Case, Materials, Unknown

PARTIES = ("customer", "seller", "carrier")
PRODUCT_ROWS = ("inconsistent", "counterfeit", "quality")
CARRIER_ROWS = ("delayed", "lost_package")


# --- Windows ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Open:
    """A deadline that cannot be told before these facts are known."""

    facts: frozenset[str]


Deadline = Instant | Open | None  # None: there is no such deadline, because its start has not happened


def hours(case: Case, start: str, amount: int) -> Deadline:
    """Elapsed hours after an event (reading 13); the last instant is in time (reading 14)."""
    event = case.event(start)
    if isinstance(event, Unknown):
        return Open(frozenset({start}))
    return None if event is None else event + amount * HOUR


def calendar_days(case: Case, start: str, amount: int) -> Deadline:
    """Calendar days after an event (reading 11); undetermined without a zone (reading 12)."""
    event = case.event(start)
    if event is None:
        return None
    missing = {name for name, gone in ((start, event is UNKNOWN), ("time_zone", case.zone is None)) if gone}
    if missing or isinstance(event, Unknown) or case.zone is None:
        return Open(frozenset(missing))
    return clock.end_of_calendar_days(event, amount, case.zone)


# --- Gates -----------------------------------------------------------------------------------------------------------

Filing = Literal["in_time", "late", "premature"]


@dataclass(frozen=True)
class Gates:
    failed: bool
    late: bool
    missing: frozenset[str]
    acceptance_ends: Deadline
    redispute_due: Deadline  # counted from an earlier judgment


def acceptance_ends(case: Case, scenario: str | Unknown) -> Deadline:
    """framework.*.acceptance"""
    if isinstance(scenario, Unknown):
        return Open(frozenset({"scenario"}))
    if scenario in PRODUCT_ROWS:
        return calendar_days(case, "delivered_at", 30)
    if scenario == "damaged_package":
        return calendar_days(case, "delivered_at", 15)
    if scenario == "lost_package":
        return calendar_days(case, "last_tracking_update_at", 28)
    if scenario == "delayed":
        return hours(case, "last_tracking_update_at", 48)
    raise ValueError(f"no such scenario: {scenario!r}")


def against_acceptance(case: Case, scenario: str | Unknown, ends: Deadline) -> Filing | Open:
    """Was the request filed while the acceptance period of its row ran?"""
    filed = case.instant("filed_at")
    if isinstance(scenario, Unknown):
        return Open(frozenset({"scenario"}))
    if scenario in (*PRODUCT_ROWS, "damaged_package"):
        delivered = case.event("delivered_at")
        if delivered is None:
            return "premature"  # reading 20
        if isinstance(filed, int) and isinstance(delivered, int) and filed < delivered:
            return "premature"  # reading 20
    missing: set[str] = set()
    if not isinstance(filed, int):
        missing.add("filed_at")
    if isinstance(ends, Open):
        missing |= ends.facts
    elif isinstance(filed, int) and isinstance(ends, int) and filed > ends:
        return "late"  # eligibility.excluded.late; without any tracking there is no end: reading 50
    if scenario == "delayed":
        estimate = case.instant("estimated_delivery_at")
        if not isinstance(estimate, int):
            missing.add("estimated_delivery_at")
        elif isinstance(filed, int) and filed <= estimate:
            return "premature"  # reading 49: the estimate has not passed
    return Open(frozenset(missing)) if missing else "in_time"


def against_earlier_judgment(case: Case, due: Deadline) -> Filing | Open:
    """judgment.redispute.window: after a judgment only its two calendar days count (reading 27)."""
    filed = case.instant("filed_at")
    missing = set(due.facts) if isinstance(due, Open) else set()
    if due is not None and not isinstance(filed, int):
        missing.add("filed_at")
    if missing:
        return Open(frozenset(missing))
    return "late" if isinstance(filed, int) and isinstance(due, int) and filed > due else "in_time"


def filing(case: Case, scenario: str | Unknown, ends: Deadline, redispute: Deadline) -> Filing | Open:
    """Reading 26, 27, 29: which period binds depends on how the request before this one ended."""
    previous = case.word("previous_request_end")
    if previous == "judgment":
        return against_earlier_judgment(case, redispute)
    first = against_acceptance(case, scenario, ends)
    if not isinstance(previous, Unknown):
        return first
    second = against_earlier_judgment(case, redispute)
    if isinstance(first, Open) or isinstance(second, Open):
        missing = {"previous_request_end"}
        for either in (first, second):
            missing |= either.facts if isinstance(either, Open) else set()
        return Open(frozenset(missing))
    if first == second:
        return first
    if "in_time" in (first, second):
        return Open(frozenset({"previous_request_end"}))
    return "premature"  # it fails either way, but not surely by being late


def check_gates(case: Case, scenario: str | Unknown) -> Gates:
    """eligibility.*, overview.us_sellers: one known failure is enough, whatever else is missing."""
    missing = {"scenario"} if isinstance(scenario, Unknown) else set()
    failed = False
    # A no to any of these is a failure.
    for name in ("platform_purchase", "seller_sells_in_us", "filer_is_buyer", "valid_transaction"):
        value = case.flag(name)
        if isinstance(value, Unknown):
            missing.add(name)
        failed |= value is False
    # eligibility.excluded.breach, reading 19
    breach = case.flag("about_breach_of_earlier_resolution")
    if isinstance(breach, Unknown):
        missing.add("about_breach_of_earlier_resolution")
    failed |= breach is True
    # eligibility.excluded.request_in_process, readings 17 and 18
    request = case.word("after_sale_request")
    if isinstance(request, Unknown):
        missing.add("after_sale_request")
    failed |= request == "in_process"
    # eligibility.excluded.two_closed, cancellation.max_two, reading 25
    used_up = False
    for name in ("prior_requests_raised", "prior_requests_closed"):
        number = case.count(name)
        if isinstance(number, Unknown):
            missing.add(name)
        used_up |= isinstance(number, int) and number >= 2
    failed |= used_up
    # The period that binds.  When two requests are used up, no second request can follow the earlier judgment.
    ends = acceptance_ends(case, scenario)
    redispute: Deadline = None
    if not used_up and case.word("previous_request_end") in ("judgment", UNKNOWN):
        redispute = calendar_days(case, "previous_judgment_notified_at", 2)
    when = filing(case, scenario, ends, redispute)
    if isinstance(when, Open):
        missing |= when.facts
    failed |= when in ("late", "premature")
    if case.word("previous_request_end") != "judgment":
        redispute = None
    return Gates(failed, when == "late", frozenset(missing), ends, redispute)


# --- Endings ---------------------------------------------------------------------------------------------------------

ENDINGS = {
    "withdrawn_at": "closed",  # eligibility.excluded.withdrawn
    "cancelled_by_agreement_at": "closed",  # cancellation.mutual
    "settled_at": "intervention_stopped",  # cancellation.stop.agreed
    "other_process_started_at": "intervention_stopped",  # cancellation.stop.other_process, at any stage: reading 30
}


def ended(case: Case) -> str | Open | None:
    """The status an ending gives; of several, the first in time has ended the matter."""
    events = {name: case.event(name) for name in ENDINGS}
    unknown = {name for name, event in events.items() if isinstance(event, Unknown)}
    known = sorted((event, name) for name, event in events.items() if isinstance(event, int))
    status = ENDINGS[known[0][1]] if known else None
    disturbing = {name for name in unknown if ENDINGS[name] != status}
    return Open(frozenset(disturbing)) if disturbing else status


# --- The record ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Share:
    """One party's part of the record."""

    due: Deadline
    state: Literal["awaited", "complete", "open"]
    completed_at: Instant = 0
    materials: Materials | None = None  # received in time
    missing: frozenset[str] = frozenset()


def customer_due(case: Case, scenario: str) -> Deadline:
    """framework.*.submission.customer*; an allergy has the long period in any case (reading 41)."""
    if scenario not in ("counterfeit", "quality"):
        return hours(case, "filed_at", 48)
    visible = case.flag("issue_visible")
    allergy = case.flag("allergy_claim") if scenario == "quality" else False
    if visible is False or allergy is True:
        return calendar_days(case, "filed_at", 15)
    if visible is True and allergy is False:
        return hours(case, "filed_at", 48)
    # Reading 38: no deadline until it is known which of the two runs.
    pairs = (("issue_visible", visible), ("allergy_claim", allergy))
    return Open(frozenset(name for name, value in pairs if isinstance(value, Unknown)))


def share(case: Case, party: str, due: Deadline) -> Share:
    """judgment_basis.on_time: late materials are disregarded (reading 5); silence lets the period run out (8)."""
    name = f"{party}_materials"
    materials = case.materials(name)
    missing = due.facts if isinstance(due, Open) else frozenset()
    if isinstance(materials, Unknown):
        missing |= {name}
    if isinstance(materials, Unknown) or isinstance(due, Open):
        return Share(due, "open", missing=missing)
    if materials is not None and (due is None or materials.submitted_at <= due):
        return Share(due, "complete", materials.submitted_at, materials)
    if due is None or case.now <= due:
        return Share(due, "awaited")  # reading 15: never notified means awaited without a deadline
    return Share(due, "complete", due)


def shares(case: Case, scenario: str) -> dict[str, Share]:
    """Every party that takes part (readings 52, 53: a carrier only in two rows, and only once notified)."""
    parts = {
        "customer": share(case, "customer", customer_due(case, scenario)),
        "seller": share(case, "seller", hours(case, "seller_notified_at", 48)),
    }
    if scenario in CARRIER_ROWS and case.event("carrier_notified_at") is not None:
        parts["carrier"] = share(case, "carrier", calendar_days(case, "carrier_notified_at", 15))
    return parts


def judgment_due(case: Case, scenario: str, complete_at: Instant) -> Deadline:
    """framework.*.timeframe, from the moment the record is complete (reading 8)."""
    if scenario in ("inconsistent", "damaged_package"):
        return complete_at + 48 * HOUR
    if scenario in CARRIER_ROWS:
        return complete_at + 24 * HOUR
    if case.zone is None:
        return Open(frozenset({"time_zone"}))
    return clock.end_of_calendar_days(complete_at, 5, case.zone)


# --- The outcome, all being known -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class World:
    """Everything that the outcome depends on, with a value for every fact and finding."""

    scenario: str
    carrier_involved: bool
    seller_silent: bool
    delivered: bool
    proven: frozenset[str] = frozenset()
    issue_visible: bool = True
    allergy_claim: bool = False
    shipping_mode: str = "ship_by_seller"
    carrier_used: bool = True
    inconsistency: str = "wrong_item"
    correct_product_available: bool = True
    customized: bool = False
    wholly_damaged: bool = False
    certified_hazard_finding: bool = False
    media_report_unsafe: bool = False
    recall: str = "none"
    bulk_inferior: bool = False
    bad_faith: bool = False
    prevails: str = "seller"
    supplementary_defeats_seller: bool = False
    damage_cause: str = "none"


@dataclass(frozen=True)
class Outcome:
    in_favor_of: str
    liable: tuple[str, ...]
    remedies: tuple[str, ...]
    goods_back: str
    lacking: frozenset[str] = field(compare=False)  # party.proposition: owed, relevant to the outcome and not proven


def owed(world: World) -> list[tuple[str, str]]:
    """framework.*.evidence.*: what each party has to prove."""
    row = world.scenario
    by_seller = world.shipping_mode == "ship_by_seller"
    items: list[tuple[str, str]] = []
    if row == "inconsistent":
        items = [("customer", "product_inconsistent"), ("seller", "product_consistent")]
    elif row == "counterfeit":
        if world.issue_visible:  # not visible: the customer owes nothing (reading 37)
            items.append(("customer", "product_counterfeit"))
        items.append(("seller", "product_genuine"))
    elif row == "quality":
        if world.issue_visible:
            items.append(("customer", "product_defective"))
        if world.allergy_claim:  # both requirements together (reading 41)
            items += [("customer", "allergy_occurred"), ("customer", "allergy_caused_by_product")]
        items.append(("seller", "product_good_quality"))
    elif row == "delayed":
        items = [("customer", "delivery_delayed"), ("seller", "delivered_on_time")]
    elif row == "lost_package":
        items = [("customer", "address_correct"), ("seller", "handed_over")]
        if by_seller:
            items.append(("seller", "delivered_to_address"))
    elif row == "damaged_package":
        items = [("customer", "delivered_damaged")]
        if world.carrier_used:
            items.append(("seller", "packed_well_and_handed_over_in_good_condition"))
        if by_seller:
            items.append(("seller", "delivered_in_good_condition"))
    if world.carrier_involved:
        items.append(("carrier", "delivery_record"))
    return items


def lacking(world: World, parties: tuple[str, ...] = PARTIES) -> frozenset[str]:
    """What these parties owe and nobody has proven; evidence is pooled, whoever it comes from (reading 45)."""
    return frozenset(f"{who}.{what}" for who, what in owed(world) if who in parties and what not in world.proven)


def met(world: World, party: str) -> bool:
    """Has everything that the party owes been proven?"""
    return not lacking(world, (party,))


def rejected(world: World, liable: tuple[str, ...] = (), parties: tuple[str, ...] = PARTIES) -> Outcome:
    """judgment.2, judgment.3"""
    return Outcome("seller", liable, ("dispute_rejected",), "not_applicable", lacking(world, parties))


def granted(
    world: World,
    remedies: tuple[str, ...],
    goods_back: str,
    liable: tuple[str, ...] = ("seller",),
    parties: tuple[str, ...] = PARTIES,
) -> Outcome:
    """judgment.1, judgment.4; seller_actions.shipping_fee where the judgment makes anything travel (reading 69)."""
    travels = goods_back == "required" or "send_correct_or_replace_by_seller" in remedies
    if "seller" in liable and travels:
        remedies += ("seller_bears_shipping_fee",)
    return Outcome("customer", liable, remedies, goods_back, lacking(world, parties))


def sent_back(world: World) -> str:
    """customer_actions.return, customer_actions.no_return; nothing wrong to return when items are missing (60)."""
    if world.customized or world.wholly_damaged:
        return "not_required"
    if world.scenario == "inconsistent" and world.inconsistency == "missing_item":
        return "not_required"
    return "required"


def inconsistent(world: World) -> Outcome:
    remedy = "send_correct_or_replace_by_seller"  # framework.inconsistent.consequence.verified, readings 59, 61
    if not world.correct_product_available:
        remedy = "other_remedy_to_be_determined"
    won = granted(world, (remedy,), sent_back(world))
    if world.seller_silent:
        return won  # framework.inconsistent.consequence.seller_silent, reading 3
    if not met(world, "customer"):
        return rejected(world)  # reading 1
    if met(world, "seller") and world.prevails == "seller":
        return rejected(world)  # reading 4
    return won


def counterfeit(world: World) -> Outcome:
    won = granted(world, ("refund_by_seller", "destroy_or_discard"), "not_required")
    if world.issue_visible and not met(world, "customer"):
        return rejected(world)  # reading 1
    if not met(world, "seller"):
        return won  # judgment.4; not visible: readings 36, 37
    if "product_counterfeit" in world.proven:
        return won if world.prevails == "customer" else rejected(world)  # readings 4, 40
    return rejected(world)


def quality(world: World) -> Outcome:
    won = granted(world, ("refund_by_seller",), sent_back(world))
    if not met(world, "customer"):
        return rejected(world)  # readings 39, 41: the customer goes first if visible, and in an allergy claim
    if not met(world, "seller"):
        return won  # framework.quality.consequence.seller_fails, reading 37
    if world.allergy_claim:
        return won if world.prevails == "customer" else rejected(world)  # reading 42
    # framework.quality.consequence.seller_credible, readings 4, 40
    return won if world.supplementary_defeats_seller else rejected(world)


def delayed(world: World) -> Outcome:
    if not met(world, "customer"):
        return rejected(world)
    if met(world, "seller") and world.prevails == "seller":
        return rejected(world)  # reading 4
    goods_back = "unspecified" if world.delivered else "not_applicable"  # reading 51
    if world.shipping_mode == "ship_by_seller":
        return granted(world, ("compensation_by_seller",), goods_back)
    return granted(world, ("compensation_by_tiktok_shop",), goods_back, ("tiktok_shop",))


def lost_package(world: World) -> Outcome:
    """Reading 43: the first broken link of the chain customer, seller, carrier is liable."""
    if not met(world, "customer"):
        return rejected(world, ("customer",))
    if "delivered_to_address" in world.proven:
        return rejected(world, parties=("customer",))  # reading 45: nothing is lost
    if world.shipping_mode == "ship_by_seller":
        return granted(world, ("full_refund_or_send_item_by_seller",), "not_required")  # reading 45
    if not met(world, "seller"):
        return granted(world, ("refund_by_seller",), "not_required")  # reading 46
    at_carriers_cost = ("customer_refund_not_at_sellers_cost", "refund_to_seller_under_terms")  # reading 44
    return granted(world, at_carriers_cost, "not_required", ("carrier",))


def damaged_package(world: World) -> Outcome:
    by_carrier = ("customer_refund_not_at_sellers_cost", "refund_to_seller_under_terms")  # reading 54
    if world.damage_cause == "customer":
        return rejected(world, parties=())  # reading 56
    # Where the cause is found expressly, the seller's own evidence no longer matters (reading 55).
    parties = PARTIES if world.damage_cause == "none" else ("customer",)
    if not met(world, "customer"):
        return rejected(world, parties=parties)
    sellers_fault = granted(world, ("refund_by_seller",), sent_back(world), parties=parties)
    carriers_fault = granted(world, by_carrier, sent_back(world), ("carrier",), parties)
    if world.damage_cause == "seller":
        return sellers_fault  # framework.damaged_package.consequence.seller
    if world.damage_cause == "carrier":
        return carriers_fault  # framework.damaged_package.consequence.carrier.1, reading 55
    if not met(world, "seller"):
        return sellers_fault  # judgment.4, readings 55, 56
    if "delivered_in_good_condition" in world.proven and world.prevails == "seller":
        return rejected(world)  # reading 4
    return sellers_fault if world.shipping_mode == "ship_by_seller" else carriers_fault  # reading 56


def settle(world: World) -> Outcome:
    """The consequence for a complete record."""
    rows = {
        "inconsistent": inconsistent,
        "counterfeit": counterfeit,
        "quality": quality,
        "delayed": delayed,
        "lost_package": lost_package,
        "damaged_package": damaged_package,
    }
    by_row = rows[world.scenario](world)
    # further.unsafe.refund: replaces the evidence test where the customer has the product (reading 66); a recall of
    # other batches leaves this product to the ordinary rules (reading 67).
    dangerous = world.certified_hazard_finding or world.media_report_unsafe
    if dangerous and world.recall != "other_batches_only" and world.scenario not in CARRIER_ROWS:
        goods_back = "not_required" if world.certified_hazard_finding else sent_back(world)
        return refund_whatever_is_proven(world, by_row, goods_back)
    # further.bulk.bad_faith: a refund instead of the row's remedy (reading 68)
    if world.bulk_inferior and world.bad_faith and world.scenario in PRODUCT_ROWS:
        return refund_whatever_is_proven(world, by_row, sent_back(world))
    return by_row


def refund_whatever_is_proven(world: World, by_row: Outcome, goods_back: str) -> Outcome:
    """The seller refunds; nobody's evidence matters any more. A counterfeit is never sent back."""
    if world.scenario != "counterfeit":
        return granted(world, ("refund_by_seller",), goods_back, parties=())
    found_counterfeit = by_row.in_favor_of == "customer"
    remedies = ("refund_by_seller", "destroy_or_discard") if found_counterfeit else ("refund_by_seller",)
    return granted(world, remedies, "not_required", parties=())


# --- The outcome, some things being open -----------------------------------------------------------------------------

FACTS: dict[str, tuple[object, ...]] = {
    "issue_visible": (False, True),
    "allergy_claim": (False, True),
    "shipping_mode": ("ship_by_seller", "ship_by_tiktok"),
    "carrier_used": (False, True),
    "inconsistency": ("wrong_item", "missing_item"),
    "correct_product_available": (False, True),
    "customized": (False, True),
    "wholly_damaged": (False, True),
    "certified_hazard_finding": (False, True),
    "media_report_unsafe": (False, True),
    "recall": ("none", "other_batches_only"),
    "bulk_inferior": (False, True),
}
FINDINGS: dict[str, tuple[object, ...]] = {
    "prevails": ("customer", "seller"),
    "supplementary_defeats_seller": (False, True),
    "damage_cause": ("none", "seller", "carrier", "customer"),
}
PROVABLE: dict[str, dict[str, tuple[str, ...]]] = {
    "inconsistent": {"customer": ("product_inconsistent",), "seller": ("product_consistent",)},
    "counterfeit": {"customer": ("product_counterfeit",), "seller": ("product_genuine",)},
    "quality": {
        "customer": ("product_defective", "allergy_occurred", "allergy_caused_by_product"),
        "seller": ("product_good_quality",),
    },
    "delayed": {
        "customer": ("delivery_delayed",),
        "seller": ("delivered_on_time",),
        "carrier": ("delivery_record", "delivered_on_time"),
    },
    "lost_package": {
        "customer": ("address_correct",),
        "seller": ("handed_over", "delivered_to_address"),
        "carrier": ("delivery_record", "delivered_to_address"),
    },
    "damaged_package": {
        "customer": ("delivered_damaged",),
        "seller": ("packed_well_and_handed_over_in_good_condition", "delivered_in_good_condition"),
    },
}


@dataclass(frozen=True)
class Slot:
    """Something open: a fact to be found out, a finding to be made, or materials to be assessed."""

    name: str
    kind: Literal["fact", "finding", "assessment"]
    options: tuple[object, ...]


def subsets(items: tuple[str, ...]) -> tuple[object, ...]:
    every = chain.from_iterable(combinations(items, size) for size in range(len(items) + 1))
    return tuple(frozenset(chosen) for chosen in every)


def is_open(value: object, name: str) -> bool:
    return isinstance(value, Unknown) or value == "not_assessed" or (name == "prevails" and value == "none")


def read_world(case: Case, scenario: str, parts: Mapping[str, Share]) -> tuple[World, list[Slot]]:
    """What is known, and a slot for everything that is not."""
    provable = PROVABLE[scenario]
    proven: frozenset[str] = frozenset()
    doubtful: list[tuple[str, Literal["fact", "assessment"], tuple[str, ...]]] = []
    # submission.earlier_first and investigation.system_data (reading 7)
    sources = (
        ("earlier_materials_prove", provable["customer"]),
        ("system_data_proves", tuple(dict.fromkeys(chain.from_iterable(provable.values())))),
    )
    for name, could in sources:
        propositions = case.propositions(name)
        if isinstance(propositions, Unknown):
            doubtful.append((name, "fact", could))
        else:
            proven |= propositions
    for party in PARTIES:
        if party in parts:
            materials: Materials | Unknown | None = parts[party].materials
        else:
            materials = case.materials(f"{party}_materials")  # further.third_party: a carrier that owes nothing
        if isinstance(materials, Unknown):
            doubtful.append((f"{party}_materials", "fact", provable.get(party, ())))
        elif materials is not None and materials.proves is None:
            doubtful.append((f"{party}_materials", "assessment", provable.get(party, ())))
        elif materials is not None and materials.proves is not None:
            proven |= materials.proves

    known: dict[str, Any] = {}
    slots: list[Slot] = []
    for name, options in (*FACTS.items(), *FINDINGS.items()):
        value = case.flag(name) if options == (False, True) else case.word(name)
        if is_open(value, name):
            slots.append(Slot(name, "fact" if name in FACTS else "finding", options))
        else:
            known[name] = value
    for name, kind, could in doubtful:
        rest = tuple(what for what in could if what not in proven)
        if rest:
            slots.append(Slot(name, kind, subsets(rest)))
    world = World(
        scenario=scenario,
        carrier_involved="carrier" in parts,
        seller_silent=parts["seller"].materials is None,
        delivered=isinstance(case.event("delivered_at"), int),  # not known to have been received is not received
        proven=proven,
        bad_faith=case.flag("bad_faith") is True,  # reading 68: unknown, the row decides meanwhile
    )
    return replace(world, **known), slots


def worlds(world: World, slots: list[Slot]) -> Iterator[tuple[tuple[object, ...], World]]:
    """Every way in which the open things may turn out."""
    for chosen in product(*(slot.options for slot in slots)):
        values: dict[str, Any] = {}
        proven = world.proven
        for slot, value in zip(slots, chosen, strict=True):
            if isinstance(value, frozenset):
                proven |= value
            else:
                values[slot.name] = value
        yield chosen, replace(world, proven=proven, **values)


def mattering(slots: list[Slot], results: Mapping[tuple[object, ...], object]) -> list[Slot]:
    """The slots whose value alone can change the result, the others standing in some way."""
    found: list[Slot] = []
    for position, slot in enumerate(slots):
        seen: dict[tuple[object, ...], object] = {}
        for chosen, result in results.items():
            others = chosen[:position] + chosen[position + 1 :]
            if seen.setdefault(others, result) != result:
                found.append(slot)
                break
    return found


@dataclass(frozen=True)
class Consequence:
    """The outcome if it is settled; otherwise the status that says why not."""

    outcome: Outcome | None
    status: Literal["decided", "undetermined", "awaiting_judgment"]
    missing: frozenset[str]


def consequence(case: Case, scenario: str, parts: Mapping[str, Share]) -> Consequence:
    world, slots = read_world(case, scenario, parts)
    results = {chosen: settle(turned_out) for chosen, turned_out in worlds(world, slots)}
    outcomes = list(results.values())
    if any(other != outcomes[0] for other in outcomes):
        open_slots = mattering(slots, results)
        facts = frozenset(slot.name for slot in open_slots if slot.kind == "fact")
        findings = frozenset(slot.name for slot in open_slots if slot.kind == "finding")
        if any(slot.kind == "assessment" for slot in open_slots):
            findings = frozenset()  # the materials are assessed first
        return Consequence(None, "undetermined" if facts else "awaiting_judgment", facts | findings)
    certain = frozenset.intersection(*(outcome.lacking for outcome in outcomes))
    details = mattering(slots, {chosen: outcome.lacking for chosen, outcome in results.items()})
    missing = {slot.name for slot in details if slot.kind == "fact"}
    missing |= set(bad_faith_open(case, world))
    return Consequence(replace(outcomes[0], lacking=certain), "decided", frozenset(missing))


def bad_faith_open(case: Case, world: World) -> Iterator[str]:
    """Reading 68: the row decides while nobody has found on bad faith, but that is to be found out."""
    if case.flag("bad_faith") is not UNKNOWN or world.scenario not in PRODUCT_ROWS:
        return
    if case.flag("bulk_inferior") is not False:
        yield "bad_faith"
    if case.flag("bulk_inferior") is UNKNOWN:
        yield "bulk_inferior"


def risk(case: Case, scenario: str, outcome: Outcome) -> tuple[str, frozenset[str]]:
    """customer_actions.inconsistent.*, customer_actions.quality.*; otherwise unspecified (readings 58, 62, 63)."""
    if outcome.goods_back != "required":
        return "none", frozenset()
    if scenario == "inconsistent":
        deceptive = case.flag("deceptive_or_fraudulent")
        if isinstance(deceptive, Unknown):
            return "unspecified", frozenset({"deceptive_or_fraudulent"})
        return ("all_seller" if deceptive else "split"), frozenset()
    if scenario == "quality":
        severity = case.word("quality_severity")
        if isinstance(severity, Unknown) or severity == "not_assessed":
            return "unspecified", frozenset({"quality_severity"})
        return ("all_seller" if severity == "significant" else "split"), frozenset()
    return "unspecified", frozenset()


def awaited_evidence(
    case: Case, scenario: str, parts: Mapping[str, Share], awaited: list[str]
) -> tuple[frozenset[str], frozenset[str]]:
    """All that the awaited parties certainly owe, and the facts on which it hangs what else they owe."""
    world, slots = read_world(case, scenario, parts)
    deciding = [slot for slot in slots if slot.kind == "fact" and not isinstance(slot.options[0], frozenset)]
    results = {
        chosen: frozenset(f"{who}.{what}" for who, what in owed(turned_out) if who in awaited)
        for chosen, turned_out in worlds(world, deciding)
    }
    certain = frozenset.intersection(*results.values())
    return certain, frozenset(slot.name for slot in mattering(deciding, results))


# --- After the judgment ----------------------------------------------------------------------------------------------


@dataclass
class After:
    """What has become of a judgment."""

    status: str = "decided"
    deduction: bool = False
    missing: frozenset[str] = frozenset()
    appeal_due: Deadline = None
    action_due: Deadline = None
    paused: bool = False


def after_judgment(case: Case, seller_liable: bool) -> After:
    """judgment.appeal.window, seller_actions.48h, seller_actions.deduction, post_dispute.follow."""
    after = After()
    notified = case.event("judgment_notified_at")
    appealed = case.event("seller_appeal_at")
    acted = case.event("seller_acted_at")
    if notified is None:
        return after
    if isinstance(notified, Unknown):
        hanging = {"judgment_notified_at"}
        hanging |= {"seller_appeal_at"} if isinstance(appealed, Unknown) else set()
        hanging |= {"seller_acted_at"} if seller_liable and isinstance(acted, Unknown) else set()
        after.missing = frozenset(hanging)
        return after
    after.appeal_due = calendar_days(case, "judgment_notified_at", 2)
    after.action_due = hours(case, "judgment_notified_at", 48) if seller_liable else None  # reading 31
    if isinstance(appealed, Unknown):
        after.missing = frozenset({"seller_appeal_at"})
        return after
    undone = seller_liable and acted is None
    if isinstance(after.appeal_due, Open) and (appealed is not None or not undone):
        after.missing = after.appeal_due.facts
        return after
    pending = appealed is not None and isinstance(after.appeal_due, int) and appealed <= after.appeal_due
    if isinstance(after.action_due, int):
        # Reading 32: a timely appeal holds the action, unless the action was overdue when the appeal came.
        after.paused = pending and appealed is not None and appealed <= after.action_due
        if not after.paused and case.now > after.action_due:
            if isinstance(acted, Unknown):
                after.missing = frozenset({"seller_acted_at"})
                return after
            after.deduction = acted is None or acted > after.action_due  # reading 33
    if pending:
        after.status = "appeal_pending"
    elif isinstance(after.appeal_due, int) and case.now > after.appeal_due:
        # A second request has the same two days, so they are over too.  What the customer has to do has no period
        # (reading 34); what the seller has to do must be done.
        if isinstance(acted, Unknown) and seller_liable:
            after.missing = frozenset({"seller_acted_at"})
        elif not undone:
            after.status = "closed"
    return after


def own_redispute_due(case: Case) -> Deadline:
    """judgment.redispute.window for the judgment on this request, if a second request is left."""
    if case.word("previous_request_end") == "judgment" or case.count("prior_requests_raised") != 0:
        return None
    return calendar_days(case, "judgment_notified_at", 2)


# --- The decision ----------------------------------------------------------------------------------------------------


def answer(status: str, deadlines: Mapping[str, str], missing: frozenset[str] = frozenset()) -> dict[str, object]:
    """A decision without an outcome."""
    return {
        "status": status,
        "in_favor_of": "none",
        "liable": [],
        "remedies": [],
        "return": "not_applicable",
        "risk": "none",
        "awaiting_from": [],
        "missing_evidence": [],
        "missing_facts": sorted(missing),
        "deadlines": dict(deadlines),
    }


def decide(facts: Mapping[str, object], as_of: str) -> dict[str, object]:
    """What the policy indicates at the moment `as_of`."""
    case = Case(facts, as_of)
    scenario = case.word("scenario")
    deadlines: dict[str, str] = {}

    def note(name: str, due: Deadline) -> None:
        if isinstance(due, int):
            deadlines[name] = clock.show(due, case.zone)

    # Was the request ever accepted?
    gates = check_gates(case, scenario)
    note("acceptance_ends", gates.acceptance_ends)
    if gates.failed:
        note("redispute_due", gates.redispute_due)
        out = answer("out_of_scope", deadlines)
        if gates.late:
            out["remedies"] = ["redirect_to_seller"]  # framework.column.acceptance
        return out
    if gates.missing or isinstance(scenario, Unknown):
        note("redispute_due", gates.redispute_due)
        return answer("undetermined", deadlines, gates.missing)

    # Has it been ended?
    ending = ended(case)
    if isinstance(ending, str):
        return answer(ending, deadlines)
    note("redispute_due", gates.redispute_due)
    if isinstance(ending, Open):
        return answer("undetermined", deadlines, ending.facts)

    # Is the record complete?  Nothing is decided before (reading 71).
    parts = shares(case, scenario)
    for party, part in parts.items():
        note(f"{party}_materials_due", part.due)
    still_open = frozenset(chain.from_iterable(part.missing for part in parts.values()))
    awaited = [party for party, part in parts.items() if part.state == "awaited"]
    if awaited:
        certain, hanging = awaited_evidence(case, scenario, parts, awaited)
        out = answer("awaiting_materials", deadlines, still_open | hanging)
        out["awaiting_from"] = awaited
        out["missing_evidence"] = sorted(certain)
        return out
    if still_open:
        return answer("undetermined", deadlines, still_open)
    due = judgment_due(case, scenario, max(part.completed_at for part in parts.values()))
    note("judgment_due", due)
    note("redispute_due", own_redispute_due(case))
    note("appeal_due", calendar_days(case, "judgment_notified_at", 2))

    # Who wins, who pays, what comes back?
    settled = consequence(case, scenario, parts)
    outcome = settled.outcome
    if outcome is None:
        return answer(settled.status, deadlines, settled.missing)
    after = after_judgment(case, "seller" in outcome.liable)
    note("seller_action_due", after.action_due)
    if after.missing:
        return answer("undetermined", deadlines, after.missing)
    if after.paused:
        deadlines["seller_action_due"] = "paused"
    allocation, unknown_risk = risk(case, scenario, outcome)
    out = answer(after.status, deadlines, settled.missing | unknown_risk)
    out["in_favor_of"] = outcome.in_favor_of
    out["liable"] = list(outcome.liable)
    out["remedies"] = [*outcome.remedies, *(["automatic_deduction"] if after.deduction else [])]
    out["return"] = outcome.goods_back
    out["risk"] = allocation
    out["missing_evidence"] = sorted(outcome.lacking)
    return out
