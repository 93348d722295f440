"""A document that passed the schema, to a Policy. What the declarations say of each other is checked here."""

from __future__ import annotations

import hashlib
import json
import keyword
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Final, cast

from engine.clock import BadTime, parse_date
from engine.diagnostics import Report, did_you_mean, quoted
from engine.document.nodes import Mapping, Node, Scalar, plain
from engine.document.read import entries, flag, items, meanings, numbers, text, texts, under
from engine.policy.model import (
    ABSENT,
    AlsoProven,
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

PERIOD_KEYS: Final = (
    "within",
    "after",
    "until",
    "whichever",
    "asked_if",
    "deadline",
    "met_by",
    "paused_by",
    "cites",
    "readings",
)
RECORD: Final = "record"
RECORD_PARTS: Final = ("awaits", "awaited", "awaited_evidence", "complete_at", "lacking")
PARTY_PARTS: Final = ("submitted", "silent", "late", "not_authentic", "evidence_insufficient")
WINDOW_PARTS: Final = ("starts", "ends", "running", "met", "missed", "ended", "paused")
SCENARIO: Final = "scenario"
LEFT_OUT: Final = "left_out"
LIST_IF_UNKNOWN: Final = ("as_far_as_known", LEFT_OUT)
KEYWORDS: Final = frozenset(keyword.kwlist)


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
    parties = {name: _party(name, node, propositions) for name, node in entries(under(document, "parties"))}
    policy = Policy(
        name=text(document, "policy"),
        version=text(document, "version"),
        title=text(document, "title"),
        state=text(document, "state", "draft"),
        effective_from=_date(document, report),
        changes=texts(under(document, "changes")),
        zone_fact=text(document, "time_zone"),
        filed_fact=text(document, "filed_at"),
        facts={name: _fact(name, node, propositions) for name, node in entries(under(document, "facts"))},
        propositions=propositions,
        groups={name: _group(name, node) for name, node in entries(under(document, "groups"))},
        fields={name: _field(name, node) for name, node in entries(under(document, "decision"))},
        parties=parties,
        evidence=_evidence(under(document, "evidence")),
        define=dict(entries(under(document, "define"))),
        windows={name: cast(Mapping, node) for name, node in entries(under(document, "windows"))},
        general_rules={name: cast(Mapping, node) for name, node in entries(under(document, "general_rules"))},
        tables={name: _table(name, node) for name, node in entries(under(document, "tables"))},
        rows={name: _row(name, cast(Mapping, node)) for name, node in entries(under(document, "scenarios"))},
        document=document,
        digest=content_digest(plain(document)),
    )
    _check(policy, report)
    return policy


def _date(document: Mapping, report: Report) -> date:
    node = under(document, "effective_from")
    try:
        return parse_date(text(document, "effective_from"))
    except BadTime as problem:
        report.error("policy/date", str(problem), node.place if node else document.place)
        return parse_date("2000-01-01")


def _fact(name: str, node: Node, propositions: dict[str, str]) -> Fact:
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
        place=node.place,
    )


def _field(name: str, node: Node) -> Field:
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
        place=node.place,
    )


def _party(name: str, node: Node, propositions: dict[str, str]) -> Party:
    period = {key: value for key, value in entries(node) if key in PERIOD_KEYS}
    may_prove = texts(under(node, "may_prove")) or tuple(propositions)
    return Party(name, text(node, "title", name), text(node, "submits") or None, may_prove, period, node.place)


def _evidence(node: Node | None) -> Evidence:
    also = tuple(
        AlsoProven(text(item, "fact"), texts(under(item, "cites")), numbers(under(item, "readings")), item.place)
        for item in items(under(node, "also_proven_by"))
    )
    cites, readings = texts(under(node, "cites")), numbers(under(node, "readings"))
    return Evidence(text(node, "periods"), text(node, "owed"), also, cites, readings)


def _group(name: str, node: Node) -> Group:
    return Group(name, text(node, "title", name), texts(under(node, "scenarios")), node.place)


def _table(name: str, node: Node) -> TableHead:
    return TableHead(
        name=name,
        title=text(node, "title", name),
        hit="all" if text(node, "hit") == "all" else "first",
        asked_if=under(node, "asked_if"),
        per_row=text(node, "per") == SCENARIO,
        every_rule_says=texts(under(node, "every_rule_says")),
        rules=under(node, "rules"),
        place=node.place,
    )


def _row(name: str, node: Mapping) -> Row:
    own = {"title", "clauses", "description"}
    rest = Mapping({k: e for k, e in node.entries.items() if k not in own}, node.place)
    return Row(name, text(node, "title", name), text(node, "clauses"), text(node, "description"), rest, node.place)


# ----------------------------------------------------------------------------- what the declarations say of each other


def _check(policy: Policy, report: Report) -> None:
    document = policy.document
    for key, name, kinds in (
        ("time_zone", policy.zone_fact, ("zone",)),
        ("filed_at", policy.filed_fact, ("event", "instant")),
    ):
        node = under(document, key)
        _needs_fact(policy, name, kinds, node or document, report)
    for party in policy.parties.values():
        if party.submits is not None:
            _needs_fact(
                policy,
                party.submits,
                ("submissions",),
                under(_decl(document, "parties", party.name), "submits"),
                report,
            )
        for node in items(under(_decl(document, "parties", party.name), "may_prove")):
            known(plain(node), policy.propositions, "proposition", node, report)
    for also, node in zip(
        policy.evidence.also, items(under(under(document, "evidence"), "also_proven_by")), strict=True
    ):
        _needs_fact(policy, also.fact, ("propositions",), under(node, "fact"), report)
    for group in policy.groups.values():
        nodes = items(under(_decl(document, "groups", group.name), "scenarios"))
        for node in nodes:
            known(plain(node), policy.rows, "scenario", node, report)
    for fact in policy.facts.values():
        _check_fact(fact, _decl(document, "facts", fact.name), report)
    for field in policy.fields.values():
        _check_field(field, _decl(document, "decision", field.name), report)
    _check_names(policy, report)


def _decl(document: Mapping, block: str, name: str) -> Node | None:
    return under(under(document, block), name)


def known(name: object, options: Iterable[str], what: str, node: Node, report: Report) -> bool:
    """Whether a name is among the options; a problem with a hint when it is not."""
    options = list(options)
    if name in options:
        return True
    hint = did_you_mean(str(name), options) or ("it can be " + ", ".join(sorted(options)[:12]) if options else None)
    report.error("policy/unknown-name", f"no such {what}: {quoted(name)}", node.place, help=hint)
    return False


def _needs_fact(policy: Policy, name: str, kinds: tuple[str, ...], node: Node | None, report: Report) -> None:
    if node is None or not known(name, policy.facts, "fact", node, report):
        return
    if policy.facts[name].kind not in kinds:
        wanted = " or ".join(kinds)
        report.error(
            "policy/wrong-type",
            f"{quoted(name)} is of type {policy.facts[name].kind}; {wanted} is needed",
            node.place,
            related=[("it is declared here", policy.facts[name].place)],
        )


def _check_fact(fact: Fact, node: Node | None, report: Report) -> None:
    has_values = under(node, "one_of") is not None
    if has_values != (fact.kind == "enum"):
        message = "an enum lists its values under `one_of`" if fact.kind == "enum" else "only an enum has `one_of`"
        report.error("policy/fact", message, fact.place)
    absent = under(node, "if_absent")
    if absent is not None and not _may_be(fact, plain(absent)):
        report.error("policy/fact", f"{quoted(plain(absent))} is no value of a fact of type {fact.kind}", absent.place)


def _may_be(fact: Fact, value: object) -> bool:
    if value is None:
        return fact.nullable
    match fact.kind:
        case "bool":
            return isinstance(value, bool)
        case "integer":
            return type(value) is int
        case "decimal":
            return isinstance(value, Decimal) or type(value) is int
        case "enum":
            return value in fact.values
        case "propositions":
            return isinstance(value, list) and all(v in fact.values for v in value)
        case "submissions":
            return value == []
        case _:
            return isinstance(value, str)


def _check_field(field: Field, node: Node | None, report: Report) -> None:
    if field.if_unknown is not None and not field.many and field.if_unknown not in field.values:
        place = under(node, "if_unknown")
        report.error(
            "policy/unknown-name",
            f"{quoted(field.if_unknown)} is none of the values of this field",
            place.place if place else field.place,
            help=did_you_mean(field.if_unknown, field.values),
        )
    if field.many and field.if_unknown not in (None, *LIST_IF_UNKNOWN):
        choices = " or ".join(f"`{choice}`" for choice in LIST_IF_UNKNOWN)
        report.error("policy/field", f"a list that is not known is {choices}", field.place)


def _check_names(policy: Policy, report: Report) -> None:
    """Every name means one thing: facts, parties' words, windows, tables, definitions and values do not clash."""
    seen: dict[str, Node] = {}
    blocks = ("define", "windows", "tables", "parties", "groups")
    for block in blocks:
        for name, node in entries(under(policy.document, block)):
            if name in seen:
                report.error(
                    "policy/name-twice",
                    f"{quoted(name)} is declared twice",
                    node.place,
                    related=[("it is also declared here", seen[name].place)],
                )
            seen.setdefault(name, node)
            if name in (RECORD, SCENARIO):
                report.error("policy/name-taken", f"{quoted(name)} is a word of the language", node.place)
    values = _all_values(policy)
    for block in ("define", "windows", "tables", "groups"):
        for name, node in entries(under(policy.document, block)):
            if name in values:
                report.error(
                    "policy/name-is-value",
                    f"{quoted(name)} is also a value of {quoted(values[name])}; a bare word must mean one thing",
                    node.place,
                )
    for block in ("facts", *blocks, "scenarios", "decision", "propositions"):
        for name, node in entries(under(policy.document, block)):
            if KEYWORDS & set(name.split(".")):
                hint = "give a field its outward name with `written_as`" if block == "decision" else None
                report.error(
                    "policy/name-is-keyword",
                    f"{quoted(name)} contains a word that expressions cannot use",
                    node.place,
                    help=hint,
                )
    for fact in policy.facts.values():
        head, _, part = fact.name.partition(".")
        clash = (head in policy.parties and part in PARTY_PARTS) or (head in policy.windows and part in WINDOW_PARTS)
        if clash or head in policy.tables or head == RECORD:
            report.error("policy/name-taken", f"{quoted(fact.name)} already means something else", fact.place)
    outward: dict[str, Field] = {}
    for field in policy.fields.values():
        if field.written_as in outward:
            report.error(
                "policy/name-twice",
                f"two fields are written as {quoted(field.written_as)}",
                field.place,
                related=[("the other one is here", outward[field.written_as].place)],
            )
        outward[field.written_as] = field


def _all_values(policy: Policy) -> dict[str, str]:
    values: dict[str, str] = {}
    for fact in policy.facts.values():
        if fact.kind == "enum":
            values.update(dict.fromkeys(fact.values, fact.name))
    for field in policy.fields.values():
        values.update(dict.fromkeys(field.values, field.name))
    values.update(dict.fromkeys(policy.propositions, "propositions"))
    values.update(dict.fromkeys(policy.rows, SCENARIO))
    return values
