"""What to ask next, when a case is made up by questions."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Final

from engine.analysis.missing import Matter, Missing, may_matter
from engine.case.model import Case
from engine.pack import Version

BUDGET: Final = 400  # decisions; a question must come at once


@dataclass(frozen=True, slots=True)
class Question:
    """The fact to ask for, and why: what can still come of the case as it is known."""

    matter: Matter
    found: Missing


def next_question(version: Version, case: Case, as_of: datetime, passed: Collection[str] = ()) -> Question | None:
    """The question that settles most; None when no fact is left that matters, save those that were `passed` over.

    What is not known at all comes first; then what was only assumed, because the case leaves it out. Findings are
    never asked for.
    """
    found = may_matter(version, case, as_of, BUDGET)
    question = _first(found, passed)
    if question is not None:
        return question
    facts = version.policy.facts
    assumed = {name for name in case.assumed if not facts[name].finding and name not in passed}
    if not assumed:
        return None
    values = {name: value for name, value in case.values.items() if name not in assumed}
    wider = may_matter(version, replace(case, values=MappingProxyType(values)), as_of, BUDGET)
    question = _first(wider, passed)
    if question is None:
        rest = [name for name in wider.not_excluded if name in assumed]
        return Question(Matter(rest[0], "perhaps", ()), wider) if rest else None
    return question


def _first(found: Missing, passed: Collection[str]) -> Question | None:
    return next((Question(matter, found) for matter in found.facts if matter.fact not in passed), None)
