"""A document that passed the schema, to a Policy."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from decimal import Decimal
from typing import cast

from engine.clock import BadTime, parse_date
from engine.diagnostics import Report
from engine.document.nodes import Mapping, Node, Scalar, plain
from engine.document.read import declared, entries, flag, items, meanings, numbers, text, texts, under
from engine.policy.consistency import check_declarations
from engine.policy.model import (
    ABSENT,
    AlsoProven,
    Amended,
    Evidence,
    Fact,
    FactKind,
    Field,
    Group,
    Party,
    Policy,
    Row,
    TableHead,
)
from engine.policy.words import LEFT_OUT, PERIOD_KEYS, RECORD, ROW_KEYS, SCENARIO
from engine.source import Place

__all__ = ["LEFT_OUT", "RECORD", "SCENARIO", "content_digest", "read_policy"]


def content_digest(data: object) -> str:
    """`sha256:` and the digest of a value in canonical JSON (sorted keys, no spaces, UTF-8)."""
    canonical = json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_canonical)
    return "sha256:" + hashlib.sha256(canonical.encode()).hexdigest()


def _canonical(value: object) -> str:
    if isinstance(value, Decimal):
        return f"decimal:{value.normalize()}"
    raise TypeError(f"{type(value).__name__} has no canonical form")


def read_policy(document: Mapping, report: Report) -> Policy:
    """The Policy that a valid document means. Conflicts between its declarations go to the report."""
    propositions = meanings(under(document, "propositions"))
    parties = {name: _party(name, node, propositions, at) for name, node, at in declared(under(document, "parties"))}
    policy = Policy(
        name=text(document, "policy"),
        version=text(document, "version"),
        title=text(document, "title"),
        effective_from=_date(document, report),
        changes=texts(under(document, "changes")),
        amends=_amended(under(document, "amends")),
        takes={int(number): taken for number, taken in _amended(under(document, "takes")).items()},
        zone_fact=text(document, "time_zone"),
        filed_fact=text(document, "filed_at"),
        facts={name: _fact(name, node, propositions, at) for name, node, at in declared(under(document, "facts"))},
        propositions=propositions,
        groups={name: _group(name, node, at) for name, node, at in declared(under(document, "groups"))},
        fields={name: _field(name, node, at) for name, node, at in declared(under(document, "decision"))},
        parties=parties,
        evidence=_evidence(under(document, "evidence")),
        define=dict(entries(under(document, "define"))),
        windows={name: cast(Mapping, node) for name, node in entries(under(document, "windows"))},
        general_rules={name: cast(Mapping, node) for name, node in entries(under(document, "general_rules"))},
        tables={name: _table(name, node, at) for name, node, at in declared(under(document, "tables"))},
        rows={name: _row(name, node, at) for name, node, at in declared(under(document, "scenarios"))},
        document=document,
        digest=content_digest(plain(document)),
        transition=items(under(document, "transition")),
    )
    check_declarations(policy, report)
    return policy


def _date(document: Mapping, report: Report) -> date | None:
    node = under(document, "effective_from")
    if node is None:
        return None
    try:
        return parse_date(text(document, "effective_from"))
    except BadTime as problem:
        report.error("policy/date", str(problem), node.place)
        return None


def _amended(node: Node | None) -> dict[str, Amended]:
    return {name: Amended(str(plain(value)), value.place) for name, value in entries(node)}


def _fact(name: str, node: Node, propositions: dict[str, str], place: Place) -> Fact:
    kind = cast(FactKind, text(node, "type"))
    absent = under(node, "if_absent")
    values = meanings(under(node, "one_of"))
    if kind in ("propositions", "submissions"):
        values = propositions
    return Fact(
        name=name,
        kind=kind,
        meaning=text(node, "meaning"),
        ask=text(node, "ask"),
        values=values,
        finding=flag(node, "finding"),
        nullable=flag(node, "nullable") or kind in ("event", "instant"),
        if_absent=ABSENT if absent is None else plain(absent),
        supplied_by=text(node, "supplied_by") or None,
        example=text(node, "example") or None,
        place=place,
    )


def _field(name: str, node: Node, place: Place) -> Field:
    listed = under(node, "list_of")
    of = str(listed.value) if isinstance(listed, Scalar) else "values"
    return Field(
        name=name,
        written_as=text(node, "written_as", name),
        meaning=text(node, "meaning"),
        values=meanings(under(node, "one_of")) or meanings(listed),
        many=listed is not None,
        of="parties" if of == "parties" else "evidence" if of == "evidence" else "values",
        otherwise=text(node, "otherwise"),
        if_unknown=text(node, "if_unknown") or None,
        must_be_known=flag(node, "must_be_known"),
        place=place,
    )


def _party(name: str, node: Node, propositions: dict[str, str], place: Place) -> Party:
    period = {key: value for key, value in entries(node) if key in PERIOD_KEYS}
    may_prove = texts(under(node, "may_prove")) or tuple(propositions)
    return Party(name, text(node, "title", name), text(node, "submits") or None, may_prove, period, place)


def _evidence(node: Node | None) -> Evidence:
    also = tuple(
        AlsoProven(text(item, "fact"), texts(under(item, "cites")), numbers(under(item, "readings")), item.place)
        for item in items(under(node, "also_proven_by"))
    )
    cites, readings = texts(under(node, "cites")), numbers(under(node, "readings"))
    return Evidence(text(node, "periods"), text(node, "owed"), also, cites, readings)


def _group(name: str, node: Node, place: Place) -> Group:
    return Group(name, text(node, "title", name), texts(under(node, "scenarios")), place)


def _table(name: str, node: Node, place: Place) -> TableHead:
    return TableHead(
        name=name,
        title=text(node, "title", name),
        hit="all" if text(node, "hit") == "all" else "first",
        asked_if=under(node, "asked_if"),
        per_row=text(node, "per") == SCENARIO,
        every_rule_says=texts(under(node, "every_rule_says")),
        rules=under(node, "rules"),
        place=place,
    )


def _row(name: str, node: Node, place: Place) -> Row:
    found = node.entries if isinstance(node, Mapping) else {}
    rest = Mapping({key: entry for key, entry in found.items() if key not in ROW_KEYS}, node.place)
    return Row(name, text(node, "title", name), text(node, "clauses"), text(node, "description"), rest, place)
