"""A case whose row is not known: decided as far as every row agrees."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, TypeVar

from engine.case.model import Case
from engine.decision import Decision, Value
from engine.evaluation.one_row import empty_fields, run
from engine.policy.words import SCENARIO

if TYPE_CHECKING:
    from engine.link.program import Program
    from engine.policy.model import Field

UNKNOWN: Final = "unknown"
T = TypeVar("T")


RunRow = Callable[[str, Case, datetime], Decision]


def run_any(programs: Mapping[str, Program], case: Case, as_of: datetime, run_row: RunRow | None = None) -> Decision:
    """The decision of a case without a row at a moment: what it would be under each row, where all of them agree.
    `run_row` decides it under the one of this name; the reference does without.

    Where they do not, the row is the first of the missing facts, with the facts that are missing whatever it is.
    Raises ValueError as `run` does.
    """
    decisions = [run_row(name, case, as_of) if run_row else run(row, case, as_of) for name, row in programs.items()]
    first, program = decisions[0], next(iter(programs.values()))
    agreed = replace(
        first,
        scenario=UNKNOWN,
        deadlines=_common(d.deadlines for d in decisions),
        reasons=_common(d.reasons for d in decisions),
        unassessed=_common(d.unassessed for d in decisions),
    )
    if all(d.determined for d in decisions):
        declared = {field.written_as: field for field in program.policy.fields.values()}
        optional = {
            name: _optional(programs.values(), field) for name, field in declared.items() if field.must_be_known
        }
        fields = {name: _agreed([d.fields[name] for d in decisions], optional.get(name)) for name in first.fields}
        known = {name: value for name, value in fields.items() if value is not None}
        if len(known) == len(fields):
            missing = _common(d.missing_facts for d in decisions)
            return replace(agreed, fields=MappingProxyType(known), missing_facts=missing)
    missing = (SCENARIO, *_common(d.missing_facts for d in decisions))
    return replace(agreed, fields=empty_fields(program), missing_facts=missing, determined=False)


def _agreed(values: list[Value], optional: frozenset[str] | None) -> Value | None:
    """The value that all give, or the part of a list that all give; None when they contradict each other.

    A list contradicts another when they differ in more than what is optional; None: all of it is.
    """
    first = values[0]
    if not isinstance(first, tuple):
        return first if all(value == first for value in values) else None
    lists = [value for value in values if isinstance(value, tuple)]
    if optional is not None and len({frozenset(value) - optional for value in lists}) > 1:
        return None
    return _common(lists)


def _optional(programs: Iterable[Program], field: Field) -> frozenset[str]:
    """The values of a field that only rules say which decide without what they wait for."""
    rules = [rule for program in programs for table in program.tables_of[field.name] for rule in table.rules]
    said = [(rule.if_unknown, rule.says[field.name].type.values) for rule in rules if field.name in rule.says]
    firm = frozenset(value for if_unknown, values in said if if_unknown == "open" for value in values)
    return frozenset(value for _, values in said for value in values) - firm


def _common(lists: Iterable[tuple[T, ...]]) -> tuple[T, ...]:
    first, *rest = lists
    return tuple(item for item in first if all(item in other for other in rest))
