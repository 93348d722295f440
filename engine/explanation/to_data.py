"""An explanation as plain data for programs: names and facts once, terms with the names that they read."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

from engine.case.model import Submission
from engine.clock import format_instant
from engine.explanation.model import (
    Explanation,
    Missing,
    OwedTrace,
    PartTrace,
    RecordTrace,
    RowTrace,
    Seen,
    TableTrace,
    WindowTrace,
)
from engine.source import Place

Data = dict[str, object]


def explanation_to_data(explanation: Explanation) -> Data:
    """The whole explanation."""
    return {
        "policy": {
            "name": explanation.policy,
            "version": explanation.version,
            "digest": explanation.digest,
            "governs_because": explanation.governed_by or None,
        },
        "as_of": format_instant(explanation.as_of, explanation.zone),
        "case_digest": explanation.case_digest,
        "rows": [_Writing(explanation.zone).row(row) for row in explanation.rows],
    }


class _Writing:
    def __init__(self, zone: ZoneInfo | None) -> None:
        self.zone = zone
        self.names: dict[str, Data] = {}

    def row(self, row: RowTrace) -> Data:
        facts = [self.fact(fact) for fact in row.facts]
        told = {
            "scenario": row.scenario,
            "determined": row.determined,
            "stands_in": row.standing,
            "tables": [self.table(table) for table in row.tables],
            "not_consulted": list(row.unread),
            "windows": [self.window(window) for window in row.windows],
            "records": [self.record(record) for record in row.records],
        }
        self.reads(row.names)
        return told | {"names": self.names, "facts": facts}

    def table(self, table: TableTrace) -> Data:
        return {
            "name": table.name,
            "title": table.title,
            "choice": table.choice,
            "hit": table.hit,
            "state": table.state,
            "guard": self.terms(table.guard),
            "rules": [self.rule(rule) for rule in table.rules],
        }

    def rule(self, rule: PartTrace) -> Data:
        return {
            "rule": rule.rule,
            "general": rule.general,
            "state": rule.state,
            "by": rule.by or None,
            "when": rule.when or None,
            "because": self.terms(rule.why),
            "waits_for": self.value(rule.waits_for),
            "says": {name: self.value(value) for name, value in rule.says},
            **_basis(rule.clauses, rule.readings),
            "at": _declared(rule.place),
        }

    def window(self, window: WindowTrace) -> Data:
        part = window.trace
        return {
            "name": window.name,
            "party": window.party,
            "deadline": window.deadline,
            "state": part.state,
            "because": self.terms(part.why),
            "within": window.within or None,
            "after": window.after or None,
            "starts": self.value(window.starts),
            "ends": self.value(window.ends),
            "running": self.value(window.running),
            "ended": self.value(window.ended),
            "met": self.value(window.met),
            "met_by": window.met_by or None,
            "met_at": self.value(window.met_at),
            "missed": self.value(window.missed),
            "paused": self.value(window.paused),
            **_basis(part.clauses, part.readings),
            "at": _declared(part.place),
        }

    def record(self, record: RecordTrace) -> Data:
        return {
            "party": record.party,
            "fact": record.fact,
            "involved": self.value(record.involved),
            "submitted": self.value(record.submitted),
            "late": self.value(record.late),
            "awaited": self.value(record.awaited),
            "ends": self.value(record.ends),
            "owes": [self.owed(owed) for owed in record.owes],
        }

    def owed(self, owed: OwedTrace) -> Data:
        return {
            "proposition": owed.proposition,
            "state": owed.state,
            "because": self.terms(owed.why),
            "proven": self.value(owed.proven),
            "proven_by": list(owed.proven_by),
            **_basis(owed.clauses, owed.readings),
            "at": _declared(owed.place),
        }

    # ------------------------------------------------------------------------------------------------------- terms

    def terms(self, found: Iterable[Seen]) -> list[Data]:
        """Terms with their values and the names that they read; what these are made of stands under the names."""
        return [self.term(seen) for seen in found]

    def term(self, seen: Seen) -> Data:
        read = seen.below if seen.kind == "term" else (seen,)
        return {"text": seen.text, "value": self.value(seen.value), "reads": self.reads(read)}

    def reads(self, found: Iterable[Seen]) -> list[str]:
        names = []
        for seen in found:
            if seen.kind == "term":
                self.reads(seen.below)
                continue
            names.append(seen.text)
            if seen.kind != "fact" and seen.text not in self.names:
                told: Data = {"kind": seen.kind, "value": self.value(seen.value), "made_of": []}
                self.names[seen.text] = told
                told["made_of"] = self.terms(seen.below)
        return names

    def fact(self, fact: Seen) -> Data:
        group, _, key = fact.text.partition(".")
        return {
            "fact": fact.text,
            "value": self.value(fact.value),
            "from": fact.origin,
            "path": ["facts", group, key],
            "at": None if fact.given is None else _place(fact.given, fact.given.source.name),
        }

    def value(self, value: object) -> object:
        """A value as JSON has it; what is not known says what it waits for."""
        match value:
            case Missing(facts, findings):
                return {"unknown": {"facts": list(facts), "findings": list(findings)}}
            case datetime():
                return format_instant(value, self.zone)
            case date():
                return value.isoformat()
            case Decimal():
                return str(value)
            case Submission():
                proves = None if value.proves is None else sorted(value.proves)
                return {"submitted_at": self.value(value.at), "proves": proves, "authentic": value.authentic}
            case frozenset():
                return sorted(value)
            case tuple() | list():
                return [self.value(item) for item in value]
            case _:
                return value


def _basis(clauses: tuple[str, ...], readings: tuple[int, ...]) -> Data:
    return {"clauses": list(clauses), "readings": list(readings)}


def _declared(place: Place) -> Data:
    """A place in the policy: its file is called the same wherever the pack stands."""
    return _place(place, Path(place.source.name).name)


def _place(place: Place, file: str) -> Data:
    return {"file": file, "line": place.line, "column": place.column}
