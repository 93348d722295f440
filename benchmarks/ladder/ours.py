"""The ladder decided by the engine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from benchmarks.ladder.by_hand import Told
from benchmarks.ladder.rules import TABLE
from engine import Version
from engine.decision import Answer

Alone = Callable[[Mapping[str, object], datetime], Answer]


def rules_alone(version: Version) -> dict[str, Alone]:
    """The ladder of each scenario as a function of typed facts by dotted name and a moment."""
    return {name: version.rules(name, TABLE) for name in version.programs}


def told(answer: Answer) -> Told:
    """The engine's answer in the form of the hand-written function."""
    (rule,), fields = answer.rules, answer.fields
    return (rule, str(fields["winner"]), str(fields["payer"]), str(fields["remedy"]), answer.clauses)
