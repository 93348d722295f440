"""The source of a telling as what tells of cases."""

from __future__ import annotations

import linecache
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from engine.backends.compiled import known
from engine.backends.compiled.generated import Generated
from engine.backends.records import complete_at, received, shown_by, surely_shown
from engine.case.model import Case
from engine.clock import days_after, end_of_day, zone
from engine.evaluation.telling import memory
from engine.evaluation.telling.memory import Facts, Read, Tell, Told, ToldFacts, Values
from engine.evaluation.trace import Places
from engine.explanation import model
from engine.explanation.model import RowTrace
from engine.policy.model import Policy
from engine.source import Place

OFFERED: Final[dict[str, object]] = {
    **{name: getattr(known, name) for name in ("NotKnown", "before", "latest", "earliest", "sure", "not_authentic")},
    **{name: getattr(memory, name) for name in (
        "Behind", "day_of", "running", "ended", "as_many", "hold_any", "of_these", "proves", "alternatives",
    )},
    **{name: getattr(model, name) for name in (
        "OwedTrace", "PartTrace", "RecordTrace", "RowTrace", "Seen", "TableTrace", "WindowTrace", "made",
    )},
    "received": received,
    "shown_by": shown_by,
    "surely_shown": surely_shown,
    "complete_at": complete_at,
    "after_days": days_after,
    "end_of_day": end_of_day,
    "zone_named": zone,
    "UTC": UTC,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Telling:
    """Tells how the decision of a case under one row came about, where all that it asks is known."""

    reads: Mapping[str, Read]
    settles: Mapping[str, Read]
    tells: Mapping[str, Tell]
    declared: Mapping[str, tuple[Place, bool]]  # of each fact the place, and whether it is an event

    def row(self, case: Case, as_of: datetime, given: Places | None) -> tuple[RowTrace, ZoneInfo]:
        """What is told of the row, and the zone of the case. Raises NotKnown where something that is asked is not
        known."""
        told_facts = ToldFacts()
        facts = told_facts.facts = Facts(case, as_of, self.declared, given, told_facts)
        values, outcomes = Values(facts, self.reads), Values(facts, self.settles)
        values.names, values.outcomes = values, outcomes
        outcomes.names, outcomes.outcomes = values, outcomes
        told = Told(facts, values, outcomes, told_facts, self.tells)
        try:
            return told["the row"], values["the zone"]
        finally:
            del facts.told, values.names, outcomes.outcomes, outcomes.names  # they refer to each other


def build(generated: Generated, policy: Policy, name: str = "row") -> Telling:
    """What the source of a telling defines. `policy` is the one it was generated from; `name` is what a traceback calls
    it."""
    file, facts = f"<telling {name}>", policy.facts
    linecache.cache[file] = (len(generated.source), None, generated.source.splitlines(True), file)
    namespace: dict[str, Any] = {**OFFERED, **generated.constants}
    exec(compile(generated.source, file, "exec", dont_inherit=True), namespace)
    declared = {name: (fact.place, fact.kind == "event") for name, fact in facts.items()}
    reads, settles, tells = namespace[generated.entry]
    return Telling(reads, settles, tells, declared)
