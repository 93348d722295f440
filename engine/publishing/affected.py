"""Cases that a publication moves from one version to another, and in what their decisions differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from engine.decision import Decision
from engine.diagnostics import InvalidDocument
from engine.pack import Pack
from engine.publishing.publish import Plan

# What tells which text decided, and how it came to that; not what was decided.
_NOT_COMPARED: Final = frozenset({"policy", "case_digest", "engine_version", "deadlines", "reasons"})


@dataclass(frozen=True, slots=True)
class Difference:
    """A part of a decision under the version that governed before, and under the one that governs now."""

    part: str
    before: object
    after: object


@dataclass(frozen=True, slots=True)
class Moved:
    """A case that another version governs now: by which it was, and what differs. `problem`: it cannot be decided."""

    before: str
    after: str
    differences: tuple[Difference, ...] = ()
    problem: InvalidDocument | None = None


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
    return Moved(old, new, tuple(_differences(before, after)))


def _published(plan: Plan) -> Pack:
    """The pack as it will be."""
    version = replace(plan.version, publication=plan.publication)
    return replace(plan.pack, ledger=plan.after, versions={**plan.pack.versions, version.name: version})


def _differences(before: Decision, after: Decision) -> Iterator[Difference]:
    one, other = _parts(before), _parts(after)
    for part in {**one, **other}:
        if one.get(part) != other.get(part):
            yield Difference(part, one.get(part), other.get(part))


def _parts(decision: Decision) -> Mapping[str, object]:
    """What is decided, by name; each deadline by its own."""
    data = decision.to_dict()
    deadlines = {f"deadlines.{one.name}": one.at.astimezone(decision.zone) for one in decision.deadlines}
    return {key: value for key, value in data.items() if key not in _NOT_COMPARED} | deadlines
