"""The hand-written decision from JSON to JSON, without any check of what comes in."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import orjson

from benchmarks.by_hand.clock import zone
from benchmarks.by_hand.decide import decide
from benchmarks.by_hand.public import Known, known_reasons
from engine import Submission, Version
from engine.resources import ENGINE_VERSION

EVENTS = frozenset({
    "dispute.filed_at", "earlier.judgment_notified_at", "order.delivered_at", "order.last_tracking_update_at",
    "order.estimated_delivery_at", "customer.returned_at", "seller.notified_at", "seller.appealed_at",
    "seller.acted_at", "carrier.notified_at", "ending.withdrawn_at", "ending.cancelled_at", "ending.settled_at",
    "ending.other_process_at", "judgment.notified_at",
})  # fmt: skip
MATERIALS = frozenset({"customer.materials", "seller.materials", "carrier.materials"})
PROPOSITIONS = frozenset({"customer.earlier_materials", "platform.system_data"})
FALSE_IF_NOTHING = frozenset({"review.supplement_defeats_seller", "review.bad_faith"})
ABSENT: Mapping[str, object] = {
    "customer.materials": (), "seller.materials": (), "carrier.materials": (),
    "customer.earlier_materials": frozenset(), "platform.system_data": frozenset(), "customer.returned_at": None,
    "seller.appealed_at": None, "seller.acted_at": None, "ending.withdrawn_at": None, "ending.cancelled_at": None,
    "ending.settled_at": None, "ending.other_process_at": None, "judgment.notified_at": None,
    "review.supplement_defeats_seller": False, "review.damage_cause": None, "review.bad_faith": False,
}  # fmt: skip
FORM = orjson.OPT_SORT_KEYS | orjson.OPT_PASSTHROUGH_DATACLASS


class Wire:
    """`decide` takes the JSON of a case and gives the JSON of its decision."""

    def __init__(self, version: Version) -> None:
        policy = version.policy
        self.policy = {"name": policy.name, "version": policy.version, "digest": policy.digest}
        self.known = known_reasons(version)
        self.written: dict[str, dict[int, orjson.Fragment]] = {name: {} for name in version.programs}

    def decide(self, content: bytes, as_of: datetime) -> bytes:
        """Raises LookupError when something asked is missing."""
        data = orjson.loads(content)
        scenario, facts = data["scenario"], typed(data["facts"])
        plain = decide(scenario, facts, as_of)
        known, written, tz = self.known[scenario], self.written[scenario], zone(facts["dispute.time_zone"])
        for reason in plain.reasons:
            if id(reason) not in written:
                written[id(reason)] = _fragment(known, reason)
        return orjson.dumps({
            "scenario": scenario,
            "as_of": as_of.astimezone(tz),
            "determined": True,
            "status": plain.status,
            "in_favor_of": plain.in_favor_of,
            "liable": plain.liable,
            "remedies": plain.remedies,
            "return": plain.goods_back,
            "risk": plain.risk,
            "awaiting_from": plain.awaiting_from,
            "missing_evidence": plain.missing_evidence,
            "notes": plain.notes,
            "missing_facts": (),
            "unassessed": (),
            "deadlines": [
                {
                    "name": name,
                    "window": window,
                    "party": party,
                    "at": at.astimezone(tz),
                    "state": state,
                    "passed": passed,
                    "clauses": clauses,
                    "readings": known.readings[window, clauses],
                }
                for at, name, window, party, state, passed, clauses in plain.deadlines
            ],
            "reasons": [written[id(reason)] for reason in plain.reasons],
            "policy": self.policy,
            "case_digest": digest(scenario, facts),
            "engine_version": ENGINE_VERSION,
        })  # fmt: skip


def _fragment(known: Known, reason: Any) -> orjson.Fragment:
    found = known.by_content[reason]
    names = ("state", "table", "rule", "general", "clauses", "readings", "facts")
    return orjson.Fragment(orjson.dumps({name: getattr(found, name) for name in names}))


def typed(groups: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Facts by name with values of their types; `unknown` is left out."""
    facts: dict[str, Any] = dict(ABSENT)
    for group, members in groups.items():
        for key, value in members.items():
            name = f"{group}.{key}"
            if value == "unknown":
                facts.pop(name, None)
            elif name in EVENTS:
                facts[name] = None if value is None else instant(value)
            elif name in MATERIALS:
                facts[name] = tuple(sorted(map(submission, value), key=in_order)) if value else ()
            elif name in PROPOSITIONS:
                facts[name] = frozenset(value)
            elif value is None and name in FALSE_IF_NOTHING:
                facts[name] = False
            else:
                facts[name] = value
    return facts


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def submission(item: Mapping[str, Any]) -> Submission:
    proves, authentic = item.get("proves", "unknown"), item.get("authentic", True)
    return Submission(
        instant(item["submitted_at"]),
        None if proves == "unknown" else frozenset(proves),
        None if authentic == "unknown" else authentic,
    )


def in_order(one: Submission) -> tuple[object, ...]:
    return (one.at, sorted(one.proves or ()), one.authentic is None, bool(one.authentic))


def digest(scenario: str, facts: Mapping[str, Any]) -> str:
    text = orjson.dumps({"scenario": scenario, "facts": facts}, default=canonical, option=FORM)
    return "sha256:" + hashlib.sha256(text).hexdigest()


def canonical(value: Any) -> object:
    if isinstance(value, Submission):
        return [value.at, value.proves, value.authentic]
    return sorted(value)
