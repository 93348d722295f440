"""Each step of a forecast is what the decision says at that instant, and between two steps nothing changes."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from engine import Decision, Version
from engine.analysis.forecast import TICK, Forecast, forecast
from engine.case.model import Case
from engine.render.forecast_to_data import forecast_to_data
from tests.conforming import conforms
from tests.strategies import Dispute

YEAR = timedelta(days=366)


def check(version: Version, found: Dispute, chance: random.Random) -> int:
    """How many steps were looked at, from the moment of the dispute on and from an earlier one, when what the case
    dates lies ahead. Raises AssertionError."""
    case, as_of = version.read_case(found.document), datetime.fromisoformat(found.as_of).astimezone(UTC)
    steps = 0
    for moment in (as_of, as_of - timedelta(hours=chance.randint(1, 400))):
        coming = forecast(version, case, moment)
        holds_good(version, case, moment, coming)
        steps += len(coming.steps)
    return steps


def says(decision: Decision) -> tuple[object, ...]:
    """What a decision says, whenever it is made."""
    held = {(reason.table, reason.rule) for reason in decision.reasons if reason.state == "held"}
    ends = {(d.window, d.at, d.state) for d in decision.deadlines}
    return dict(decision.fields), decision.missing_facts, decision.unassessed, held, ends


def between(first: datetime, last: datetime) -> Iterator[datetime]:
    """Instants from the first one on and before the last one."""
    whole = last - first
    yield from (min(moment, last - TICK) for moment in (first, first + whole / 3, first + whole * 0.9, last))


def holds_good(version: Version, case: Case, as_of: datetime, found: Forecast) -> None:
    """Whether each step is what is decided then, and nothing is otherwise in between. Raises AssertionError."""
    moments = [as_of, *(step.at for step in found.steps)]
    assert moments == sorted(set(moments))
    conforms("forecast", forecast_to_data(found, version.policy), version)
    ends = found.reaches - TICK if found.reaches is not None else moments[-1] + YEAR
    for ledger, here, there in zip(found.ledgers, moments, [*moments[1:], ends], strict=True):
        expected = version.decide(case, here)
        assert ledger.decision == expected
        for moment in between(here, there):
            assert says(version.decide(case, moment)) == says(expected), moment
    before = found.now.decision
    for step in found.steps:
        after = step.ledger.decision
        changed = {name for name in after.fields if after.fields[name] != before.fields[name]}
        assert {change.name for change in step.fields} == changed
        assert step.last_instant is None or step.last_instant < step.at
        assert step.last_instant or step.events or any(change.after.starts == step.at for change in step.clocks)
        before = after
