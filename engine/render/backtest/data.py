"""A backtest as plain data, as `schemas/backtest.schema.json` describes it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from engine.analysis.backtest.model import HOWS, Backtest, Cell, Matrix, OfScenario, Reason, Total, Value
from engine.render.backtest.words import PolicyChange, Report


def backtest_to_data(report: Report) -> dict[str, Any]:
    """All of it. Amounts are texts, so that no reader rounds them; without an amount they are left out."""
    result = report.result
    errors = result.errors
    return {
        "policy": result.policy,
        "before": result.before,
        "after": result.after,
        "rows": result.rows,
        "amount": {"column": result.amount, "cases_without": result.without_amount} if result.amount else None,
        "errors": {
            "before": errors.before,
            "after": errors.after,
            "both": errors.both,
            "first": [{"row": row, "error": said} for row, said in errors.first],
        },
        "one_by_one": {"before": result.one_by_one[0], "after": result.one_by_one[1]},
        "total": _of_scenario(result.total, result),
        "scenarios": [
            {"scenario": name, "title": report.scenario(name), **_of_scenario(one, result)}
            for name, one in result.scenarios.items()
        ],
        "fields": [{"field": name, "changed": number} for name, number in result.changes.items()],
        "matrices": [_matrix(matrix, result) for matrix in result.matrices],
        "cells": [_cell(number, cell, report) for number, cell in enumerate(result.cells)],
        "policy_changes": [_change(change) for change in report.changes],
    }


def _total(found: Total, result: Backtest) -> dict[str, Any]:
    return {"cases": found.cases} | ({"amount": f"{found.amount:f}"} if result.amount else {})


def _of_scenario(one: OfScenario, result: Backtest) -> dict[str, Any]:
    changed = {how: _total(one.changed[how], result) for how in HOWS}
    undetermined = {"before": one.undetermined[0], "after": one.undetermined[1]}
    return {**_total(one.all, result), "changed": changed, "same": one.same, "not_determined": undetermined}


def _value(value: Value) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _matrix(matrix: Matrix, result: Backtest) -> dict[str, Any]:
    ways = [(was, now) for was in matrix.before for now in matrix.after if (was, now) in matrix.cells]
    cells = [
        {"before": _value(was), "after": _value(now), **_total(matrix.cells[was, now], result)} for was, now in ways
    ]
    return {"field": matrix.field, "list": matrix.many, "changed": matrix.changed, "cells": cells}


def _cell(number: int, cell: Cell, report: Report) -> dict[str, Any]:
    samples = []
    for sample in cell.samples:
        file = report.files.get((number, sample.row))
        kept = {
            key: value if isinstance(value, str | int | bool | None) else str(value)
            for key, value in sample.kept.items()
        }
        samples.append({"row": sample.row, "file": str(file) if file is not None else None, "columns": kept})
    return {
        "scenario": cell.scenario,
        "how": cell.how,
        "changes": [{"field": s.field, "before": _value(s.before), "after": _value(s.after)} for s in cell.shifts],
        "other_fields": list(cell.others),
        **_total(cell.total, report.result),
        "gone": _reasons("reason", cell.gone),
        "come": _reasons("reason", cell.come),
        "parts": _reasons("part", cell.parts),
        "samples": samples,
    }


def _reasons(key: str, reasons: Iterable[Reason]) -> list[dict[str, Any]]:
    return [{key: reason.text, "cases": reason.cases} for reason in reasons]


def _change(change: PolicyChange) -> dict[str, Any]:
    told, place = change.told, change.told.place
    return {
        "title": told.title,
        "kind": told.kind,
        "name": told.name,
        "what": told.what,
        "scenarios": list(told.rows),
        "file": place.source.name if place is not None else None,
        "line": place.line if place is not None else None,
        "cases": change.cases,
    }
