"""Cases that a publication moves from one version to another, and in what their decisions differ."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from engine.analysis.behaviour import Behaviour, behaviour
from engine.diagnostics import InvalidDocument
from engine.pack import Pack
from engine.publishing.publish import Plan
from engine.testing.model import PolicyTest


@dataclass(frozen=True, slots=True)
class Moved:
    """What a publication does to cases: how many were looked at, and of those that come under another version what
    both make of them, for each pair of versions. `unclear` are those of which no version can be said to govern them.
    """

    looked_at: int
    behaviours: tuple[Behaviour, ...]
    unclear: tuple[tuple[PolicyTest, InvalidDocument], ...]

    @property
    def number(self) -> int:
        """How many come under another version."""
        return sum(one.total.cases + len(one.unreadable) for one in self.behaviours)

    @property
    def otherwise(self) -> int:
        """How many of those are decided otherwise: in a field, in what is missing, or in a deadline."""
        return sum(one.total.decision + one.total.deadline for one in self.behaviours)


def moved(plan: Plan, cases: Iterable[PolicyTest]) -> Moved:
    """What a publication does to cases, each decided at its own moment."""
    pairs: dict[tuple[str, str], list[PolicyTest]] = {}
    unclear: list[tuple[PolicyTest, InvalidDocument]] = []
    after, looked_at = _published(plan), 0
    for case in cases:
        looked_at += 1
        try:
            pair = plan.pack.governing(case.case).name, after.governing(case.case).name
        except InvalidDocument as problem:
            unclear.append((case, problem))
            continue
        if pair[0] != pair[1]:
            pairs.setdefault(pair, []).append(case)
    found = (behaviour(after.version(old), after.version(new), there) for (old, new), there in pairs.items())
    return Moved(looked_at, tuple(found), tuple(unclear))


def _published(plan: Plan) -> Pack:
    """The pack as it will be."""
    version = replace(plan.version, publication=plan.publication)
    return replace(plan.pack, ledger=plan.after, versions={**plan.pack.versions, version.name: version})
