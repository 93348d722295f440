"""Cases that a publication moves from one version to another, and in what their decisions differ."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from engine.analysis.behaviour import FieldChange, field_changes
from engine.diagnostics import InvalidDocument
from engine.pack import Pack
from engine.publishing.publish import Plan


@dataclass(frozen=True, slots=True)
class Moved:
    """A case that another version governs now: by which it was, and what differs. `problem`: it cannot be decided.

    `zone` is the dispute's own. That the reasons alone are others is no difference here."""

    before: str
    after: str
    differences: tuple[FieldChange, ...] = ()
    problem: InvalidDocument | None = None
    zone: ZoneInfo | None = None


def moved(plan: Plan, data: object, as_of: datetime) -> Moved | None:
    """What the publication does to a case, given as plain data and decided at a moment; None when it stays where it is.

    Raises InvalidDocument for a case of which it cannot be said which version governs it.
    """
    old = plan.pack.governing_with_reason(data)[0]
    new = _published(plan).governing_with_reason(data)[0]
    if old == new:
        return None
    try:
        before = plan.pack.decide(data, as_of, old)
        after = plan.pack.decide(data, as_of, new)
    except InvalidDocument as problem:
        return Moved(old, new, problem=problem)
    differences = (change for change in field_changes(before, after) if change.part != "reason")
    return Moved(old, new, tuple(differences), zone=after.zone)


def _published(plan: Plan) -> Pack:
    """The pack as it will be."""
    version = replace(plan.version, publication=plan.publication)
    return replace(plan.pack, ledger=plan.after, versions={**plan.pack.versions, version.name: version})
