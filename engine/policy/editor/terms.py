"""What a formula of a version can begin with: whole terms, each with what it says in the version's own words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from engine.document.nodes import Scalar
from engine.document.read import text
from engine.policy.model import Fact, Policy
from engine.policy.word_meanings import PARTY_GIVES, RECORD_GIVES, WINDOW_GIVES
from engine.policy.words import ANY, RECORD, SCENARIO

INSTANTS: Final = ("starts", "ends")


def conditions(policy: Policy) -> dict[str, str]:
    """Terms that hold or do not hold."""
    return dict(_conditions(policy))


def instants(policy: Policy) -> dict[str, str]:
    """Terms that are instants."""
    return dict(_instants(policy))


def events(policy: Policy) -> dict[str, str]:
    """The facts that are instants, with their meanings."""
    return {fact.name: fact.meaning for fact in policy.facts.values() if fact.kind in ("event", "instant")}


def windows(policy: Policy) -> dict[str, str]:
    """The names under which windows and the parties' periods are read, with what they are for."""
    shared = {name: text(node, "meaning") or f"The window {name}." for name, node in policy.windows.items()}
    periods = {
        f"{policy.evidence.periods}.{party.name}": f"The period for the materials: {party.title}."
        for party in policy.parties.values()
        if party.submits is not None
    }
    return shared | periods


def _conditions(policy: Policy) -> Iterator[tuple[str, str]]:
    for fact in policy.facts.values():
        yield from _of_fact(fact)
    for proposition, meaning in policy.propositions.items():
        yield f"proven({proposition})", f"It is proven: {meaning}"
    for party in policy.parties.values():
        for part, said in PARTY_GIVES.items() if party.submits is not None else ():
            yield f"{party.name}.{part}", said.format(title=party.title)
    yield f"{RECORD}.awaits", RECORD_GIVES["awaits"]
    for name, meaning in windows(policy).items():
        for part, said in WINDOW_GIVES.items():
            if part not in INSTANTS:
                yield f"{name}.{part}", f"{meaning} {said}"
    for name, node in policy.define.items():
        if isinstance(node, Scalar):
            yield name, f"Defined as: {node.value}"
    for row in policy.rows.values():
        yield f"{SCENARIO} == {row.name}", f"The row is: {row.title}."
    for group in policy.groups.values():
        yield f"{SCENARIO} in {group.name}", f"{group.title}: {', '.join(group.scenarios)}."
    for table in policy.tables.values():
        yield f"{table.name}.{ANY}", f"A rule of this table holds: {table.title}."
        for name in table.every_rule_says:
            yield from _of_outcome(policy, table.name, name)


def _of_fact(fact: Fact) -> Iterator[tuple[str, str]]:
    match fact.kind:
        case "bool":
            yield fact.name, fact.meaning
        case "enum":
            for value, meaning in fact.values.items():
                yield f"{fact.name} == {value}", f"{fact.meaning} {meaning}"
        case "event":
            yield f"happened({fact.name})", f"It has happened: {fact.meaning}"
        case "integer" | "decimal":
            guard = f"given({fact.name}) and " if fact.nullable else ""
            yield f"{guard}{fact.name} >= ${{1:1}}", fact.meaning
        case "date":
            yield f"{fact.name} <= date('${{1:2025-01-31}}')", fact.meaning
        case "text":
            yield f"{fact.name} == '${{1:text}}'", fact.meaning
        case "propositions":
            yield f"contains({fact.name}, ${{1:proposition}})", fact.meaning
        case _:
            pass


def _of_outcome(policy: Policy, table: str, name: str) -> Iterator[tuple[str, str]]:
    """What the rules of a table say of a field, asked in another table."""
    field = policy.fields[name]
    if field.of == "parties":
        for party in policy.parties.values():
            yield f"contains({table}.{name}, {party.name})", f"{field.meaning} Among them: {party.title}."
        return
    for value, meaning in field.values.items():
        said = f"contains({table}.{name}, {value})" if field.many else f"{table}.{name} == {value}"
        yield said, f"{field.meaning} {meaning}"


def _instants(policy: Policy) -> Iterator[tuple[str, str]]:
    yield from events(policy).items()
    yield f"{RECORD}.complete_at", RECORD_GIVES["complete_at"]
    for name, meaning in windows(policy).items():
        for part in INSTANTS:
            yield f"{name}.{part}", f"{meaning} {WINDOW_GIVES[part]}"
    yield "latest(${1:one}, ${2:another})", "The later of two instants."
    yield "earliest(${1:one}, ${2:another})", "The earlier of two instants."
