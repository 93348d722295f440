"""A case whose row is not known: decided as far as every row agrees."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final, TypeVar

from engine.case.model import Case
from engine.decision import Decision, Value
from engine.evaluation.one_row import empty_fields, run
from engine.link.program import Program
from engine.policy.from_document import SCENARIO

UNKNOWN: Final = "unknown"
T = TypeVar("T")


def run_any(programs: Mapping[str, Program], case: Case, as_of: datetime) -> Decision:
    """The decision of a case without a row at a moment: what it would be under each row, where all of them agree.

    Where they do not, the row is the first of the missing facts, with the facts that are missing whatever it is.
    Raises ValueError as `run` does.
    """
    decisions = [run(program, case, as_of) for program in programs.values()]
    first = decisions[0]
    agreed = replace(
        first,
        scenario=UNKNOWN,
        deadlines=_common(d.deadlines for d in decisions),
        reasons=_common(d.reasons for d in decisions),
        unassessed=_common(d.unassessed for d in decisions),
    )
    if all(d.determined for d in decisions):
        fields = {name: _agreed([d.fields[name] for d in decisions]) for name in first.fields}
        if None not in fields.values():
            known = {name: value for name, value in fields.items() if value is not None}
            return replace(agreed, fields=known, missing_facts=_common(d.missing_facts for d in decisions))
    missing = (SCENARIO, *_common(d.missing_facts for d in decisions))
    return replace(agreed, fields=empty_fields(next(iter(programs.values()))), missing_facts=missing, determined=False)


def _agreed(values: list[Value]) -> Value | None:
    """The value that all give, or the part of a list that all give; None when they contradict each other."""
    first = values[0]
    if isinstance(first, tuple):
        return _common(value for value in values if isinstance(value, tuple))
    return first if all(value == first for value in values) else None


def _common(lists: Iterable[tuple[T, ...]]) -> tuple[T, ...]:
    first, *rest = lists
    return tuple(item for item in first if all(item in other for other in rest))
