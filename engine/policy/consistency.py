"""What the declarations of a policy say of each other: what they name exists, types fit, names mean one thing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from typing import Final, get_args

from engine.clock import BadTime, parse_date, parse_instant, zone
from engine.diagnostics import Report, did_you_mean, quoted
from engine.document.nodes import Mapping, Node, plain
from engine.document.read import items, under
from engine.document.schema_words import shown
from engine.expr.scope import FUNCTIONS
from engine.policy.model import Fact, FactKind, Field, Policy
from engine.policy.words import (
    ALL,
    ANY,
    DECISION_KEYS,
    LIST_IF_UNKNOWN,
    PARTY_PARTS,
    PERIOD_KEYS,
    RECORD,
    REQUIRED_IN,
    RESERVED,
    ROW_KEYS,
    RULE_KEYS,
    SCENARIO,
    WINDOW_PARTS,
)
from engine.source import Place


def check_declarations(policy: Policy, report: Report) -> None:
    """Report everything that the declarations of a policy say wrongly of each other."""
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
    _check_submissions(policy, report)
    _check_names(policy, report)
    _check_fields(policy, report)


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
    if policy.facts[name].kind not in kinds and policy.facts[name].kind in get_args(FactKind):
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
        help = did_you_mean(str(plain(absent)), fact.values)
        if plain(absent) is None:
            help = "say `nullable: true` if it may be known to be absent"
        elif isinstance(plain(absent), str):
            help = help or _misread(fact.kind, str(plain(absent)))
        message = f"{shown(plain(absent))} is no value of a fact of type {fact.kind}"
        report.error("policy/fact", message, absent.place, help=help)


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
            return isinstance(value, str) and value in fact.values
        case "propositions":
            return isinstance(value, list) and all(v in fact.values for v in value)
        case "submissions":
            return value == []
        case _:
            return isinstance(value, str) and _misread(fact.kind, value) is None


def _misread(kind: FactKind, value: str) -> str | None:
    """Why a text cannot be read as a value of a type; None when it can."""
    readers: dict[str, Callable[[str], object]] = {"zone": zone, "date": parse_date}
    readers |= {"instant": parse_instant, "event": parse_instant}
    try:
        readers.get(kind, str)(value)
    except BadTime as problem:
        return str(problem)
    return None if len(value) <= 1_000 and value.isprintable() else "write at most 1,000 printable characters"


def _check_field(field: Field, node: Node | None, report: Report) -> None:
    one, many, open_ = (under(node, key) for key in ("one_of", "list_of", "if_unknown"))
    place = open_.place if open_ else field.place
    if (one is None) == (many is None):
        message = "a field has its values under `one_of`, or is a list and says `list_of`"
        report.error("policy/field", f"{message}; this one has {'both' if one else 'neither'}", field.place)
    elif field.if_unknown is not None and many is None and field.if_unknown not in field.values:
        report.error(
            "policy/unknown-name",
            f"{quoted(field.if_unknown)} is none of the values of this field",
            place,
            help=did_you_mean(field.if_unknown, field.values) or "it can be " + ", ".join(field.values),
        )
    elif many is not None and field.if_unknown not in (None, *LIST_IF_UNKNOWN):
        choices = " or ".join(f"`{choice}`" for choice in LIST_IF_UNKNOWN)
        near = did_you_mean(str(field.if_unknown), LIST_IF_UNKNOWN)
        report.error("policy/field", f"a list that is not known is {choices}", place, help=near)


def _check_submissions(policy: Policy, report: Report) -> None:
    seen: dict[str, Place] = {}
    for party in policy.parties.values():
        node = under(_decl(policy.document, "parties", party.name), "submits")
        if node is None or party.submits is None:
            continue
        if party.submits in seen:
            related = [("the other one is here", seen[party.submits])]
            report.error(
                "policy/name-twice", f"two parties submit {quoted(party.submits)}", node.place, related=related
            )
        seen[party.submits] = node.place


# ------------------------------------------------------------------------------------------- every name means one thing

_BLOCKS: Final = ("define", "windows", "tables", "parties", "groups")


def _check_names(policy: Policy, report: Report) -> None:
    """Facts, parties' words, windows, tables, definitions and values do not clash with each other or the language."""
    document = policy.document
    seen: dict[str, Place] = {}
    for block, name, place in _declared(policy):
        if name in seen:
            related = [("it is also declared here", seen[name])]
            report.error("policy/name-twice", f"{quoted(name)} is declared twice", place, related=related)
        seen.setdefault(name, place)
        if name in _taken_in(block):
            report.error("policy/name-taken", f"{quoted(name)} is a word of the language", place)
    values = _all_values(policy)
    for block, name, place in _declared(policy):
        if block != "parties" and name in values:
            report.error(
                "policy/name-is-value",
                f"{quoted(name)} is also a value of {quoted(values[name])}; a bare word must mean one thing",
                place,
            )
    for block in ("facts", *_BLOCKS, "scenarios", "decision", "propositions"):
        for name, place in _keys(under(document, block)):
            if RESERVED & set(name.split(".")):
                hint = "give a field its outward name with `written_as`" if block == "decision" else None
                message = f"{quoted(name)} contains a word that expressions cannot use"
                report.error("policy/name-is-keyword", message, place, help=hint)
    heads = {RECORD, policy.evidence.periods, *policy.tables}
    for name, place in _keys(under(document, "facts")):
        head, _, part = name.partition(".")
        clash = (head in policy.parties and part in PARTY_PARTS) or (head in policy.windows and part in WINDOW_PARTS)
        if clash or head in heads:
            report.error("policy/name-taken", f"{quoted(name)} already means something else", place)


def _declared(policy: Policy) -> Iterator[tuple[str, str, Place]]:
    """The names that stand alone in expressions or at the top of a row: the block, the name and its place."""
    for block in _BLOCKS:
        for name, place in _keys(under(policy.document, block)):
            yield block, name, place
    evidence = under(policy.document, "evidence")
    for name, key in ((policy.evidence.periods, "periods"), (policy.evidence.owed, "owed")):
        if (node := under(evidence, key)) is not None:
            yield "evidence", name, node.place


def _taken_in(block: str) -> frozenset[str]:
    """The words of the language that a block cannot declare."""
    taken = {RECORD, SCENARIO, *FUNCTIONS, *RULE_KEYS, *PERIOD_KEYS}
    if block in ("windows", "tables", "evidence"):
        taken.update(ROW_KEYS)
    return frozenset(taken | {ALL} if block == "groups" else taken)


def _check_fields(policy: Policy, report: Report) -> None:
    """Fields are not called like a rule's keys, nor outwardly like each other or what a decision always has."""
    outward: dict[str, Place] = {}
    for name, place in _keys(under(policy.document, "decision")):
        if name in (ANY, REQUIRED_IN, *RULE_KEYS):
            help = "give the field another name, and this as its outward name with `written_as`"
            report.error("policy/name-taken", f"{quoted(name)} is a word of the language", place, help=help)
        written = policy.fields[name].written_as
        if written in DECISION_KEYS:
            report.error("policy/name-taken", f"every decision has {quoted(written)} already", place)
        if written in outward:
            related = [("the other one is here", outward[written])]
            report.error("policy/name-twice", f"two fields are written as {quoted(written)}", place, related=related)
        outward.setdefault(written, place)


def _keys(node: Node | None) -> Iterator[tuple[str, Place]]:
    if isinstance(node, Mapping):
        for key, entry in node.entries.items():
            yield key, entry.key_place


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
