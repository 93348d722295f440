"""The schema of a version for its authors: closed to its declarations, each with its meaning where it is used."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from engine.document.nodes import Sequence
from engine.document.read import entries, text, texts, under
from engine.policy.editor import terms
from engine.policy.editor.registers import clause_id, reading_number
from engine.policy.model import Field, Policy
from engine.policy.registers import Clause, Reading, as_amended, as_taken
from engine.policy.schema_help import Schema, blocks, listed, offered, one_of, pattern
from engine.policy.schemas import version_schema
from engine.policy.words import ALL, RULE_KEYS

# Keys that hold a formula, by what the formula gives.
CONDITIONS: Final = ("when", "and_when", "asked_if")
INSTANTS: Final = ("after", "met_by")
PERIOD: Final = "^(never|[1-9][0-9]{0,5} (hours?|calendar days?))$"
NO_PERIOD: Final = "Write a period as `48 hours`, `15 calendar days` or `never`."
PERIODS: Final = {
    "48 hours": "Elapsed time.",
    "15 calendar days": "The day of the event does not count; the last second of the last day does.",
    "never": "There is no such period.",
}


def policy_schema(policy: Policy, clauses: Mapping[str, Clause], readings: Mapping[int, Reading]) -> Schema:
    """The schema of this version for editors: what `version_schema` checks, the clauses and readings of the
    registers, and for every value what it means."""
    schema = version_schema(policy)
    defs: Schema = schema["$defs"]
    defs["clause"] = clause_id(as_amended(clauses, policy), dict.fromkeys(row.clauses for row in policy.rows.values()))
    defs["reading"] = reading_number(as_taken(readings, policy))
    _registers(schema["properties"], defs, clauses, readings)
    defs["condition"] = _formula("Condition", "A formula that holds or does not.") | offered(terms.conditions(policy))
    defs["moment"] = _formula("Instant", "A formula that gives an instant.") | offered(terms.instants(policy))
    for properties in _properties(schema):
        _bases_and_formulas(properties)
    _declarations(schema, policy)
    _rules(defs, policy)
    _rows(schema, policy)
    return schema


def _registers(top: Schema, defs: Schema, clauses: Mapping[str, Clause], readings: Mapping[int, Reading]) -> None:
    """What a version may amend of the registers, as they are; a clause may also be new."""
    defs["gist"] = top["amends"]["additionalProperties"]
    top["amends"]["properties"] = {
        name: {"$ref": "#/$defs/gist", "title": name, "description": f"So far: {clause.gist}"}
        for name, clause in clauses.items()
    }
    if readings:
        taken = {
            str(n): {"title": reading.title, "description": reading.question} | one_of(dict(reading.readings))
            for n, reading in readings.items()
        }
        top["takes"] |= {"properties": taken, "additionalProperties": False}


def _formula(title: str, description: str) -> Schema:
    return {"title": title, "description": description, "type": "string", "minLength": 1, "maxLength": 1000}


def _properties(schema: Any) -> Iterator[Schema]:
    """Every mapping of keys to schemas in a schema."""
    for key, below in schema.items() if isinstance(schema, dict) else ():
        if key == "properties":
            yield below
        if key != "enum":
            yield from _properties(below)


def _bases_and_formulas(properties: Schema) -> None:
    """The same help for the same key wherever it stands."""
    for key, part in properties.items():
        if key == "cites":
            part["items"] = {"$ref": "#/$defs/clause"}
        elif key == "readings" and part.get("type") == "array":
            part["items"] = {"$ref": "#/$defs/reading"}
        elif key in (*CONDITIONS, *INSTANTS):
            kind = "condition" if key in CONDITIONS else "moment"
            properties[key] = {"$ref": f"#/$defs/{kind}", "title": part["title"], "description": part["description"]}
        elif key == "within":
            part |= pattern(PERIOD, NO_PERIOD) | offered(PERIODS)


def _declarations(schema: Schema, policy: Policy) -> None:
    """Where one declaration names another."""
    top, defs = schema["properties"], schema["$defs"]
    facts = {kind: {f.name: f.meaning for f in policy.facts.values() if f.kind == kind} for kind in _FACT_KINDS}
    top["time_zone"] |= one_of(facts["zone"])
    top["filed_at"] |= one_of(facts["event"])
    rows = {row.name: row.title for row in policy.rows.values()}
    top["groups"]["additionalProperties"]["properties"]["scenarios"]["items"] |= one_of(rows)
    defs["transition"]["properties"]["counts_from"] |= one_of(terms.events(policy))
    party = defs["party"]["properties"]
    party["submits"] |= one_of(facts["submissions"])
    party["may_prove"]["items"] |= one_of(policy.propositions)
    defs["also"]["properties"]["fact"] |= one_of(facts["propositions"])
    window = defs["window"]["properties"]
    window["party"] |= one_of({name: party.title for name, party in policy.parties.items()})
    window["paused_by"] |= one_of(terms.windows(policy))
    defs["owed"]["properties"]["proposition"] |= one_of(policy.propositions)
    defs["table"]["properties"]["every_rule_says"]["items"] |= one_of(
        {f.name: f.meaning for f in policy.fields.values()}
    )
    top["facts"] |= blocks(*_FACTS)


_FACT_KINDS: Final = ("zone", "event", "submissions", "propositions")
_SAID: Final = {"meaning": "${3:What it means.}", "ask": "${4:How to ask for it?}"}
_FACTS: Final = (
    (
        "a fact that is true or false",
        "Old cases, which lack it, count as `if_absent` says.",
        {"${1:group}.${2:name}": {"type": "bool", **_SAID, "if_absent": "^false"}},
    ),
    (
        "a fact with values of its own",
        "Each value with its meaning.",
        {"${1:group}.${2:name}": {"type": "enum", "one_of": {"${5:value}": "${6:What it means.}"}, **_SAID}},
    ),
    (
        "a fact that is an event",
        "An instant that has not happened while it lies after the moment of the decision.",
        {"${1:group}.${2:name_at}": {"type": "event", **_SAID, "if_absent": "^null"}},
    ),
)


# ------------------------------------------------------------------------------------------------------------- rules


def _rules(defs: Schema, policy: Policy) -> None:
    parties = {name: party.title for name, party in policy.parties.items()}
    for kind in ("rule", "general_rule"):
        rule = defs[kind]["properties"]
        rule["no_longer_owed_by"]["items"] |= one_of(parties)
        for field in policy.fields.values():
            _said(rule[field.name], field, policy)
    defs["rule"]["properties"]["use"] |= one_of({name: _in_short(name, policy) for name in policy.general_rules})
    groups = {group.name: f"{group.title}: {', '.join(group.scenarios)}." for group in policy.groups.values()}
    defs["general_rule"]["properties"]["required_in"] |= one_of({ALL: "Every row."} | groups)


def _in_short(name: str, policy: Policy) -> str:
    """What a general rule says, in its own words: its condition, then what follows."""
    rule = policy.general_rules[name]
    when = text(rule, "when")
    said = [f"{key}: {', '.join(texts(node)) or '-'}" for key, node in entries(rule) if key in policy.fields]
    return f"{f'When {when}' if when else 'The row says when'}. {'; '.join(said)}"


def _said(schema: Schema, field: Field, policy: Policy) -> None:
    """What a rule may say of a field: its values with their meanings, or a formula that begins with `=`."""
    values = dict(field.values) | ({field.otherwise: "When no rule says one."} if field.otherwise else {})
    if field.of == "parties":
        values = {name: party.title for name, party in policy.parties.items()}
    if field.of == "evidence":
        values = {f"{p}.{q}": f"{party.title}: {q}" for p, party in policy.parties.items() for q in policy.propositions}
    schema |= {"title": field.written_as, "description": field.meaning}
    formulas = _choices(policy, values)
    if field.many:
        schema["items"] |= {"title": field.written_as, "description": field.meaning} | one_of(values)
        schema |= pattern("^=[^\\n]*$", "Write a list in brackets; a formula begins with `=`.") | offered(formulas)
    elif values:
        unless = f"Not a value of `{field.name}`: {', '.join(values)}. A formula begins with `=`."
        schema |= pattern(f"^(=[^\\n]*|{'|'.join(values)})$", unless)
        schema |= offered(values | formulas) | listed(field.meaning, values)


def _choices(policy: Policy, values: Mapping[str, str]) -> dict[str, str]:
    """The choices of a version whose alternatives are all among these values, as formulas."""
    found = {}
    for name, node in policy.define.items():
        given = [v for item in node.items for v in texts(under(item, "is"))] if isinstance(node, Sequence) else []
        if given and set(given) <= set(values):
            found[f"={name}"] = f"A choice: {', '.join(dict.fromkeys(given))}."
    return found


# -------------------------------------------------------------------------------------------------------------- rows


def _rows(schema: Schema, policy: Policy) -> None:
    """Each row under its title, the parts of a row under their meanings, and a whole new row to fill in."""
    defs, rows = schema["$defs"], schema["properties"]["scenarios"]
    parts = defs["row"]["properties"]
    for name, head in policy.tables.items():
        if head.per_row:
            rule = {"id": "${1:short-name}", "when": "${2:condition}"}
            rule |= {said: f"${{{n}:{_example(policy, said)}}}" for n, said in enumerate(head.every_rule_says, 3)}
            last = {"id": "${1:short-name}", "else": "^true"} | {k: v for k, v in rule.items() if k not in RULE_KEYS}
            parts[name] |= blocks(
                ("a rule", f"For the table: {head.title}.", rule | {"cites": "[${9:clause}]"}),
                ("the last rule", "What holds when no rule before it does.", last | {"cites": "[${9:clause}]"}),
                ("a general rule takes part", "At this place in the order.", {"use": "${1:general-rule}"}),
            )
    for name, meaning in terms.windows(policy).items():
        if name in parts:
            parts[name] = {"$ref": "#/$defs/window", "title": name, "description": meaning}
    owed = parts[policy.evidence.owed]["properties"]
    for name, part in owed.items():
        title = policy.parties[name].title
        part["title"], part["description"] = title, "What this party must prove in this row, and when."
        parts[policy.evidence.periods]["properties"][name] |= {
            "title": title,
            "description": "Its period in this row; a key that is left out stays that of the party.",
        }
    rows["properties"] = {
        row.name: {"$ref": "#/$defs/row", "title": row.title, "description": row.description or row.title}
        for row in policy.rows.values()
    }
    rows |= blocks(("a row", "With everything that a row must say.", {"${1:new_row}": _new_row(policy)}))


def _new_row(policy: Policy) -> Schema:
    """A whole row to fill in: the windows that have no period of their own, what each party owes, and every table."""
    row: Schema = {"title": "${2:Title}", "clauses": "${3:framework.new_row}", "description": "${4:When it fits.}"}
    for name, node in policy.windows.items():
        missing = {key: written for key, written in _NEEDED.items() if under(node, key) is None}
        if "within" in missing and under(node, "until") is None:
            row[name] = missing
    party = next((party.name for party in policy.parties.values() if party.submits is not None), "")
    row[policy.evidence.owed] = {party: [{"proposition": "${7:proposition}", "cites": "[${8:.evidence}]"}]}
    required = [name for name, rule in policy.general_rules.items() if text(rule, "required_in") == ALL]
    for head in policy.tables.values():
        if head.per_row and head.rules is None:
            said = {name: _example(policy, name) for name in head.every_rule_says}
            last = {"id": "${9:short-name}", "else": "^true"} | said | {"cites": "[${10:.consequence}]"}
            row[head.name] = [*({"use": name} for name in required), last]
    return row


_NEEDED: Final = {"within": "${5:15 calendar days}", "after": "${6:event}"}


def _example(policy: Policy, name: str) -> str:
    """A value of a field, in the form in which a rule says it."""
    field = policy.fields[name]
    first = next(iter(field.values), next(iter(policy.parties), "value"))
    return f"[{first}]" if field.many else first
