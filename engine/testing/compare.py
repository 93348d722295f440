"""A decision against what a test expects of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from engine.clock import format_instant, parse_instant
from engine.decision import Decision
from engine.testing.model import Mismatch

PAUSED: Final = "paused"
REASONS: Final = ("reasons", "not_reasons")
DEADLINES: Final = ("deadlines", "deadline_states")


def mismatches(decision: Decision, expect: Mapping[str, Any]) -> tuple[Mismatch, ...]:
    """Where a decision differs from what is expected. What is left out is not compared; lists have no order.

    `reasons` are clause ids, `table/rule` or `reading 12` that must stand among the reasons, `not_reasons` those that
    must not. While a case is undetermined, only the deadlines that are expected are compared.
    """
    data = decision.to_dict()
    reasons = cited(decision)
    found: list[Mismatch] = []
    for name, wanted in expect.items():
        match name:
            case "deadlines":
                found += _deadlines(decision, wanted)
            case "deadline_states":
                found += _states(decision, wanted)
            case "reasons":
                missing = sorted(set(wanted) - reasons)
                found += [Mismatch(name, ", ".join(missing), "not among the reasons")] if missing else []
            case "not_reasons":
                there = sorted(set(wanted) & reasons)
                found += [Mismatch(name, f"not {', '.join(there)}", "among the reasons")] if there else []
            case _:
                actual = data.get(name)
                if _sorted(actual) != _sorted(wanted):
                    found.append(Mismatch(name, shown(wanted), shown(actual)))
    return tuple(found)


def cited(decision: Decision) -> set[str]:
    """What a decision rests on: clauses, rules as `table/rule`, and readings as `reading 12`.

    A rule that failed is told among the reasons, but nothing rests on it."""
    found = [reason for reason in decision.reasons if reason.state != "failed"]
    clauses = {clause for reason in found for clause in reason.clauses}
    readings = {reading_name(number) for reason in found for number in reason.readings}
    return clauses | readings | {f"{reason.table}/{reason.rule}" for reason in found if reason.table}


def reading_name(number: int) -> str:
    """A reading as tests name it among the reasons."""
    return f"reading {number}"


def _deadlines(decision: Decision, wanted: Mapping[str, str]) -> list[Mismatch]:
    actual = {d.name: PAUSED if d.state == PAUSED else d.at for d in decision.deadlines}
    expected = {name: PAUSED if at == PAUSED else parse_instant(at) for name, at in wanted.items()}
    names = [*expected, *(name for name in actual if name not in expected and decision.determined)]

    def text(at: Any) -> str:
        return "nothing" if at is None else at if isinstance(at, str) else format_instant(at, decision.zone)

    return [
        Mismatch(f"deadlines.{name}", text(expected.get(name)), text(actual.get(name)))
        for name in names
        if expected.get(name) != actual.get(name)
    ]


def _states(decision: Decision, wanted: Mapping[str, str]) -> list[Mismatch]:
    actual: dict[str, str] = {deadline.name: deadline.state for deadline in decision.deadlines}
    return [
        Mismatch(f"deadline_states.{name}", state, actual.get(name, "no such deadline"))
        for name, state in wanted.items()
        if actual.get(name) != state
    ]


def _sorted(value: Any) -> Any:
    return sorted(value) if isinstance(value, list) else value


def shown(value: Any) -> str:
    """A value of a decision as a reader sees it: a list in brackets."""
    if isinstance(value, bool):
        return str(value).lower()
    return f"[{', '.join(map(str, value))}]" if isinstance(value, list | tuple) else str(value)
