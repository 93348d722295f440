"""What a reader may see of a decision and its case. A letter is made of this and of nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from engine.case.model import Case, Submission
from engine.decision import Deadline, Decision, Reason, Value
from engine.notices.model import Reader, among
from engine.policy.model import Field, Policy, seal

FactValue = str | bool | int | Decimal | date | datetime


@dataclass(frozen=True, slots=True)
class HandedIn:
    """A submission: of which party, when (UTC), whether in time (None: that hangs on something not known), and what it
    is found to be."""

    party: str
    at: datetime
    in_time: bool | None
    genuine: bool | None
    proves: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class View:
    """What one reader may see. `fields` by their outward names, `facts` those that are known and there, `questions` the
    missing facts that the reader is asked for; instants in UTC. `party` is which party the reader is, None for none."""

    reader: str
    party: str | None
    version: str
    scenario: str
    as_of: datetime
    title: str
    fields: Mapping[str, Value]
    deadlines: tuple[Deadline, ...]
    reasons: tuple[Reason, ...]
    facts: Mapping[str, FactValue]
    handed_in: tuple[HandedIn, ...]
    questions: tuple[str, ...]

    def __post_init__(self) -> None:
        seal(self)


def view(reader: Reader, policy: Policy, case: Case, decision: Decision, title: str = "") -> View:
    """The part of a decision that a reader may see.

    Of evidence a party sees its own only, and its own submissions; nobody is told why a rule failed or is open."""
    reasons = (
        replace(reason, facts=(), readings=(), general=None)
        for reason in decision.reasons
        if reason.state == "held" and reason.rule and among(reason.table, reader.reasons)
    )
    return View(
        reader=reader.name,
        party=reader.party,
        version=decision.policy.version,
        scenario=case.scenario or "",
        as_of=decision.as_of,
        title=title if reader.title else "",
        fields={
            field.written_as: _seen(decision.fields[field.written_as], field, reader)
            for field in policy.fields.values()
            if among(field.written_as, reader.fields)
        },
        deadlines=tuple(one for one in decision.deadlines if among(one.name, reader.deadlines)),
        reasons=tuple(reasons),
        facts=_facts(reader, policy, case, decision.as_of),
        handed_in=tuple(_handed_in(reader, policy, case, decision)),
        questions=tuple(name for name in decision.missing_facts if _asked(reader, policy, name)),
    )


def _seen(value: Value, field: Field, reader: Reader) -> Value:
    if isinstance(value, str):
        return value
    hidden = reader.hides.get(field.written_as, ())
    own = f"{reader.party}." if field.of == "evidence" and reader.party is not None else ""
    return tuple(word for word in value if word not in hidden and word.startswith(own))


def _asked(reader: Reader, policy: Policy, name: str) -> bool:
    supplier = policy.facts[name].supplied_by if name in policy.facts else None
    return among(supplier or "", reader.asked)


def _facts(reader: Reader, policy: Policy, case: Case, as_of: datetime) -> dict[str, FactValue]:
    found: dict[str, FactValue] = {}
    for name in reader.facts:
        value = case.values.get(name) if name in policy.facts else None
        if isinstance(value, datetime) and policy.facts[name].kind == "event" and value > as_of:
            continue  # it has not happened yet
        if isinstance(value, str | bool | int | Decimal | date):
            found[name] = value
    return found


def _handed_in(reader: Reader, policy: Policy, case: Case, decision: Decision) -> Iterator[HandedIn]:
    ends = {deadline.window: deadline.at for deadline in decision.deadlines}
    for party in policy.parties.values():
        given = case.values.get(party.submits) if party.submits else None
        if not isinstance(given, tuple) or not among(party.name, reader.handed_in):
            continue
        until = ends.get(f"{policy.evidence.periods}.{party.name}")
        for one in given:
            if isinstance(one, Submission) and one.at <= decision.as_of:
                in_time = None if until is None else one.at <= until
                proves = tuple(sorted(one.proves)) if one.proves is not None else None
                yield HandedIn(party.name, one.at, in_time, one.authentic, proves)
