"""Cases in plain data as tables of cases, and decisions as rows of tables of decisions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa

from engine import Decision, Version
from engine.clock import parse_instant
from engine.columns.layout import AS_OF, SAID, SCENARIO, TYPES
from engine.policy.model import Fact, Policy

Document = Mapping[str, Any]


def table_of(cases: Iterable[tuple[Document, str]], policy: Policy) -> pa.RecordBatch:
    """Cases with their moments as a table of the layout, with the companion column of every fact."""
    documents = list(cases)
    columns = {
        SCENARIO: pa.array([document["scenario"] for document, _ in documents], pa.string()),
        AS_OF: pa.array([parse_instant(as_of) for _, as_of in documents], pa.timestamp("us", "UTC")),
    }
    for fact in policy.facts.values():
        given = [_given(document, fact.name) for document, _ in documents]
        said = [{None: "null", "unknown": "unknown"}.get(v) if not isinstance(v, list) else None for v in given]
        columns[fact.name] = pa.array([_cell(v, fact) for v in given], TYPES[fact.kind])
        columns[fact.name + SAID] = pa.array(said, pa.string())
    return pa.RecordBatch.from_pydict(columns)


LEFT_OUT = object()


def _given(document: Document, name: str) -> Any:
    group, _, key = name.partition(".")
    return document["facts"].get(group, {}).get(key, LEFT_OUT)


def _cell(value: Any, fact: Fact) -> Any:
    if value is LEFT_OUT or value is None or (value == "unknown" and "unknown" not in fact.values):
        return None
    match fact.kind:
        case "instant" | "event":
            return parse_instant(value)
        case "date":
            return date.fromisoformat(value)
        case "decimal":
            return Decimal(value)
        case "submissions":
            return [
                {
                    "submitted_at": parse_instant(one["submitted_at"]),
                    "proves": None if one.get("proves", "unknown") == "unknown" else one["proves"],
                    "authentic": None if one.get("authentic", True) == "unknown" else one.get("authentic", True),
                }
                for one in value
            ]
        case _:
            return value


def row_of(decision: Decision) -> dict[str, Any]:
    """A decision as a row of a table of decisions."""
    fields = {name: list(value) if isinstance(value, tuple) else value for name, value in decision.fields.items()}
    return {
        "version": decision.policy.version,
        "scenario": decision.scenario,
        "as_of": decision.as_of,
        "determined": decision.determined,
        **fields,
        "missing_facts": list(decision.missing_facts),
        "unassessed": list(decision.unassessed),
        "deadlines": [
            {"name": d.name, "window": d.window, "party": d.party, "at": d.at, "state": d.state, "passed": d.passed}
            for d in decision.deadlines
        ],
        "reasons": [
            " ".join((r.state, ".".join(part for part in (r.table, r.rule) if part))) for r in decision.reasons
        ],
        "error": None,
    }


def rows_of(version: Version, cases: Iterable[tuple[Document, str | datetime]]) -> list[dict[str, Any]]:
    """What each case alone is decided to be."""
    return [row_of(version.decide(version.read_case(document), as_of)) for document, as_of in cases]
