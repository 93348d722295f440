"""The words of a version explained: its terms, facts, propositions, parties, outcomes and groups."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal

from engine.policy.model import ABSENT, Fact, Field, Policy
from engine.render.phrases import capital, named
from engine.render.reader.content import Chapter, Detail, Entries, Entry, Link, Prose, Value
from engine.render.table.sheet import Line


def terms_chapter(terms: Mapping[str, Line]) -> Chapter:
    """The definitions that the rules name."""
    entries = tuple(Entry(f"term-{name}", line.label, line=line) for name, line in terms.items())
    note = Prose("Rules and periods name these; each name stands for the words below it.")
    return Chapter("Terms", "terms", (note, Entries("terms", entries)) if entries else ())


def glossary(policy: Policy) -> Iterator[Chapter]:
    """A chapter for each kind of word that the policy declares."""
    yield _facts(policy)
    propositions = tuple(
        Entry(f"proposition-{name}", text, name, details=tuple(_provers(name, policy)))
        for name, text in policy.propositions.items()
    )
    note = Prose("Proven once, whoever proves it.")
    yield Chapter("What can be proven", "propositions", (note, Entries("words", propositions)) if propositions else ())
    fields = tuple(_field(field, policy) for field in policy.fields.values())
    yield Chapter("What a decision says", "decision", (Entries("words", fields),))
    parties = tuple(Entry(f"party-{party.name}", party.title, party.name) for party in policy.parties.values())
    yield Chapter("Who takes part", "parties", (Entries("words", parties),))
    groups = tuple(
        Entry(f"group-{group.name}", group.title, group.name,
              details=(Detail("Scenarios", links=tuple(
                  Link(policy.rows[row].title, f"row-{row}") for row in group.scenarios)),))
        for group in policy.groups.values()
    )  # fmt: skip
    yield Chapter("Groups of scenarios", "groups", (Entries("words", groups),) if groups else ())


# ------------------------------------------------------------------------------------------------------------- facts


def _facts(policy: Policy) -> Chapter:
    groups: dict[str, list[Entry]] = {}
    for fact in policy.facts.values():
        groups.setdefault(fact.name.partition(".")[0], []).append(_fact(fact, policy))
    chapters = tuple(Chapter(capital(named(group)), "", (Entries("facts", tuple(e)),)) for group, e in groups.items())
    note = Prose("What may be known of a dispute, how it is asked for, and what it means when nobody has said it.")
    return Chapter("Facts", "facts", (note,), chapters)


def _fact(fact: Fact, policy: Policy) -> Entry:
    values = tuple(Value(name, text) for name, text in fact.values.items()) if fact.kind == "enum" else ()
    supplier = fact.supplied_by or ""
    title = policy.parties[supplier].title if supplier in policy.parties else capital(named(supplier))
    details = [Detail("Asked", fact.ask)] if fact.ask and fact.ask != fact.meaning else []
    details += [Detail("Supplied by", title)] if supplier else []
    details.append(Detail("Not given", absence(fact)))
    if fact.nullable and fact.kind not in ("event", "instant"):
        details.append(Detail("Known not to be", "It may be known that there is none; then a condition on it fails."))
    return Entry(f"fact-{fact.name}", fact.meaning, fact.name, values=values, details=tuple(details))


def absence(fact: Fact) -> str:
    """What it means that nobody gave a fact, in a sentence."""
    if fact.if_absent is ABSENT:
        if fact.finding:
            return "A person has to find it; until then the dispute waits for that finding, if it matters."
        return "It is not known; the decision waits for it, if it matters."
    if fact.if_absent is None:
        return {
            "event": "It has not happened.",
            "instant": "There is no such moment.",
            "bool": "It is not so.",
        }.get(fact.kind, "There is none.")
    if fact.if_absent == []:
        return "There are none." if fact.kind == "submissions" else "They prove nothing."
    if isinstance(fact.if_absent, bool):
        return "It is so." if fact.if_absent else "It is not so."
    return f"It counts as: {_value(fact)}."


def _value(fact: Fact) -> str:
    value = fact.if_absent
    if fact.kind == "enum":
        return f"“{fact.values.get(str(value), str(value)).removesuffix('.')}”"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list) else str(_plain(value))


def _plain(value: object) -> object:
    return format(value, "f") if isinstance(value, Decimal) else value


# ------------------------------------------------------------------------------------------------------- other words


def _provers(proposition: str, policy: Policy) -> Iterator[Detail]:
    parties = [p.title for p in policy.parties.values() if p.submits is not None and proposition in p.may_prove]
    if parties:
        yield Detail("May be proven by", ", ".join(parties))


def _field(field: Field, policy: Policy) -> Entry:
    details = []
    if field.of == "parties":
        details.append(Detail("Values", "Parties."))
    elif field.of == "evidence":
        details.append(Detail("Values", "Evidence that a party owes."))
    if field.otherwise:
        details.append(Detail("When no rule says it", f"{capital(named(field.otherwise))}."))
    values = tuple(Value(name, text) for name, text in field.values.items())
    return Entry(f"field-{field.name}", capital(named(field.written_as)), field.written_as, text=field.meaning,
                 values=values, details=tuple(details))  # fmt: skip
