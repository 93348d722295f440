"""What two versions make of the same cases, in words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

from engine.analysis.behaviour import Behaviour, CaseChange, Count, FieldChange
from engine.decision import Deadline
from engine.render.moments import local
from engine.testing.model import PolicyTest


def counted(behaviour: Behaviour) -> str:
    """In how many cases what changes, in one sentence."""
    total = behaviour.total
    if not total.cases:
        return "no case was decided under both versions"
    parts = [f"the decision changes in {total.decision} of {total.cases} case{'s' if total.cases != 1 else ''}"]
    if total.deadline:
        parts.append(f"a deadline alone in {total.deadline}")
    if total.reasons:
        parts.append(f"the reasons alone in {total.reasons}")
    return ", ".join(parts)


def of_scenario(count: Count) -> str:
    """The same of one scenario: `2 of 9, a deadline alone in 7`."""
    more = [
        f", {what} alone in {number}"
        for what, number in (("a deadline", count.deadline), ("the reasons", count.reasons))
        if number
    ]
    return f"{count.decision} of {count.cases}{''.join(more)}"


def said(change: FieldChange, zone: ZoneInfo | None) -> tuple[str, str]:
    """What a decision says in a part, before and after."""
    return _value(change.before, zone), _value(change.after, zone)


def name_of(change: FieldChange) -> str:
    """What a part of a decision is called beside its values."""
    return f"deadlines.{change.name}" if change.part == "deadline" else change.name


def told_fields(change: CaseChange) -> Iterator[FieldChange]:
    """The parts that are told of a case: the reasons only where nothing else changes."""
    yield from (field for field in change.fields if field.part != "reason" or change.how == "reasons")


def place_of(case: PolicyTest) -> str:
    """Where a case stands, short."""
    return f"{Path(case.file).name}:{case.place.line}"


def _value(value: object, zone: ZoneInfo | None) -> str:
    match value:
        case None:
            return "nothing"
        case Deadline(state="paused"):
            return "paused"
        case Deadline():
            return f"{local(value.at, zone)} ({value.state})"
        case tuple():
            return ", ".join(map(str, value)) or "nothing"
        case _:
            return str(value)
