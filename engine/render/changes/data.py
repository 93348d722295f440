"""A comparison of two versions as plain data."""

from __future__ import annotations

from engine.analysis.behaviour import COUNTS, Behaviour, CaseChange, Count, FieldChange, Unreadable
from engine.clock import format_instant
from engine.decision import Deadline
from engine.render.changes.cases import name_of
from engine.render.changes.told import Announced, Said, Section, Told
from engine.source import place_to_dict
from engine.testing.model import PolicyTest


def comparison_to_data(told: Announced, behaviour: Behaviour | None) -> dict[str, object]:
    """The comparison with everything in it. `behaviour` is null where no case was decided."""
    return {
        "policy": told.policy,
        "before": told.before,
        "after": told.after,
        "begins": told.begins or None,
        "same": told.same,
        "changes": [_change(change, section) for section in told.sections for change in section.changes],
        "scenarios_added": [section.scenario for section in told.sections if section.what == "added"],
        "scenarios_removed": [section.scenario for section in told.sections if section.what == "removed"],
        "wording": [_change(change, None) for change in told.wording],
        "behaviour": behaviour_to_data(behaviour) if behaviour is not None else None,
    }


def behaviour_to_data(behaviour: Behaviour) -> dict[str, object]:
    """How many cases change, in all and by scenario, and each of them."""
    return {
        "before": behaviour.before,
        "after": behaviour.after,
        **_count(behaviour.total),
        "scenarios": {scenario: _count(count) for scenario, count in behaviour.counts.items()},
        "changed": [_case_change(change) for change in behaviour.changes],
        "unreadable": [_unreadable(one) for one in behaviour.unreadable],
    }


def _change(change: Told, section: Section | None) -> dict[str, object]:
    return {
        "what": change.what,
        "effect": change.effect,
        "scenario": (section.scenario or None) if section is not None else None,
        "column": change.column,
        "kind": change.kind,
        "name": change.name,
        "was": change.was or None,
        "title": change.title,
        "party": change.who or None,
        "differences": [_said(one) for one in change.said],
        "clauses": {"removed": list(change.clauses[0]), "added": list(change.clauses[1])},
        "readings": {"removed": list(map(int, change.readings[0])), "added": list(map(int, change.readings[1]))},
        "takes_effect_in": list(change.rows),
        "passes_by": [
            {"scenario": passed.scenario, "why": passed.why, **place_to_dict(passed.place)}
            for passed in change.passed_by
        ],
        "before": place_to_dict(change.before),
        "after": place_to_dict(change.after),
    }


def _said(one: Said) -> dict[str, object]:
    return {"key": one.key, "label": one.label, "before": list(one.before), "after": list(one.after)}


def _count(count: Count) -> dict[str, object]:
    return {name: getattr(count, name) for name in COUNTS}


def _case(case: PolicyTest) -> dict[str, object]:
    return {"case": case.name, "file": case.file, "line": case.place.line, "scenario": case.case.get("scenario")}


def _case_change(change: CaseChange) -> dict[str, object]:
    return {**_case(change.case), "how": change.how, "fields": [_field(field, change) for field in change.fields]}


def _field(field: FieldChange, change: CaseChange) -> dict[str, object]:
    return {
        "name": name_of(field),
        "part": field.part,
        "before": _value(field.before, change),
        "after": _value(field.after, change),
    }


def _value(value: object, change: CaseChange) -> object:
    if isinstance(value, Deadline):
        return {"at": format_instant(value.at, change.zone), "state": value.state, "party": value.party}
    return list(value) if isinstance(value, tuple) else value


def _unreadable(one: Unreadable) -> dict[str, object]:
    found = [diagnostic.to_dict() for diagnostic in one.problem.diagnostics]
    return {**_case(one.case), "version": one.version, "diagnostics": found}
