"""JSON Schemas made from the declarations of a version: of its cases, its decisions, and of the version itself."""

from __future__ import annotations

import copy
import json
from functools import cache
from typing import Any, Final

from engine.policy.from_document import SCENARIO
from engine.policy.model import ABSENT, Fact, Field, Policy
from engine.policy.schema_help import Schema, offered, one_of, pattern
from engine.policy.schema_parts import (
    EXAMPLE,
    INSTANT_FORM,
    NO_INSTANT,
    basis,
    closed,
    deadline_names,
    field_value,
    head,
    instant,
    list_of,
    words_of,
)
from engine.resources import file_text

KINDS: Final = ("policy", "clauses", "readings", "tests", "ledger", "mutants", "readers", "notices", "sample")
UNKNOWN: Final[dict[Any, str]] = {"unknown": "Nobody told us."}


@cache
def shipped(kind: str) -> Schema:
    """The schema of a kind of document of a pack (policy, clauses, readings, tests, ledger, mutants, readers, notices,
    sample), of the explanation of a decision, or of a backtest."""
    loaded: Schema = json.loads(file_text("schemas", f"{kind}.schema.json"))
    return loaded


# ------------------------------------------------------------------------------------------------------------- cases


def case_schema(policy: Policy) -> Schema:
    """The schema of a case of this version."""
    groups: dict[str, Schema] = {}
    for fact in policy.facts.values():
        group, _, name = fact.name.partition(".")
        groups.setdefault(group, {})[name] = _fact(fact)
    facts = {g: closed(g, f"Facts about: {g}.", properties) for g, properties in groups.items()}
    properties = {
        "policy": {"title": "Policy", "description": "The pack that decides the case.", "enum": [policy.name, None]},
        "scenario": {
            "title": "Scenario",
            "description": "The row of the framework table that the dispute was filed under.",
            **one_of({row.name: f"{row.title}. {row.description}" for row in policy.rows.values()} | UNKNOWN),
        },
        "as_of": instant("As of", "The moment of the decision; the command's own option wins.", "string", "null"),
        "title": {
            "title": "Title",
            "description": "What the case is about.",
            "type": ["string", "null"],
            "maxLength": 1000,
        },
        "facts": closed("Facts", "What is known, in groups. What is left out, or `unknown`, is not known.", facts),
    }
    return head(policy, "case") | closed(f"Case: {policy.title}", "The facts of one dispute.", properties, ["scenario"])


def _fact(fact: Fact) -> Schema:
    description = fact.meaning
    if fact.if_absent is not ABSENT:
        description += f" Left out, it is {json.dumps(fact.if_absent, default=str)}."
    schema: Schema = {"title": fact.ask or fact.name, "description": description}
    none = {None: "It is known that there is none."} if fact.nullable else {}
    unless = {value: f"`{value}`: {meaning}" for value, meaning in UNKNOWN.items()}
    match fact.kind:
        case "bool":
            return schema | one_of({True: "Yes.", False: "No."} | UNKNOWN | none)
        case "enum":
            return schema | one_of({**fact.values} | UNKNOWN | none)
        case "integer" | "decimal":
            kind = "integer" if fact.kind == "integer" else "number"
            schema |= {"type": _types(kind, fact), "minimum": -(10**9), "maximum": 10**9}
            return schema | pattern("^unknown$", f"A number, or {unless['unknown']}")
        case "instant" | "event":
            said = {"null": "It is known that it did not happen."} | UNKNOWN
            schema |= {"type": ["string", "null"]} | offered({fact.example or EXAMPLE: fact.meaning} | said)
            return schema | pattern(f"^({INSTANT_FORM}|unknown)$", NO_INSTANT)
        case "date":
            schema |= {"type": _types("string", fact)}
            return schema | pattern("^((20[0-9]{2}|2100)-[0-9]{2}-[0-9]{2}|unknown)$", "A day such as 2025-06-10.")
        case "propositions":
            return schema | _propositions(fact)
        case "submissions":
            schema |= {"type": ["array", "string"], "maxItems": 100, "items": _submission(fact)}
            return schema | pattern("^unknown$", f"A list of submissions, or {unless['unknown']}")
        case _:
            return schema | {"type": _types("string", fact), "maxLength": 1000}


def _types(kind: str, fact: Fact) -> list[str]:
    types = [kind] if kind == "string" else [kind, "string"]
    return [*types, "null"] if fact.nullable else types


def _propositions(fact: Fact) -> Schema:
    words: Schema = {"title": "Proposition", "description": "What is found to be proven."}
    schema: Schema = {"type": ["array", "string"], "items": words | one_of(fact.values)}
    return schema | pattern("^unknown$", "A list of propositions in brackets, or `unknown`: not assessed yet.")


def _submission(fact: Fact) -> Schema:
    proves = {"title": "Proves", "description": "What it is found to prove; left out or `unknown`: not assessed yet."}
    properties = {
        "submitted_at": instant("Submitted at", "When it was handed in."),
        "proves": proves | _propositions(fact),
        "authentic": {
            "title": "Authentic",
            "description": "Whether it was found to be authentic; left out: yes.",
            **one_of({True: "Yes.", False: "No: it proves nothing."} | UNKNOWN),
        },
    }
    return closed("Submission", "What a party handed in.", properties, ["submitted_at"])


# --------------------------------------------------------------------------------------------------------- decisions


def decision_schema(policy: Policy) -> Schema:
    """The schema of a decision of this version, as `Decision.to_dict` gives it; with what can be asked for beside."""
    properties = decision_parts(policy)
    required = list(properties)
    for key, told, name in (
        ("explanation", "How it came about", "explanation"),
        ("what_if", "What would change it", "what-if"),
    ):
        properties[key] = {
            "title": key.replace("_", " ").capitalize(),
            "description": f"{told}, where that was asked for: see `aftersale schema {name}`.",
            "type": "object",
            "additionalProperties": {"title": "Part", "description": "One part of it."},
        }
    title = f"Decision: {policy.title}"
    return head(policy, "decision") | closed(title, "The decision of one case at one moment.", properties, required)


def decision_parts(policy: Policy) -> Schema:
    """The schemas of the keys that every decision has."""
    text = {"type": "string"}
    fields: Schema = {field.written_as: field_value(field, policy) for field in policy.fields.values()}
    facts = list(policy.facts)
    return {
        "scenario": {"title": "Scenario", "description": "The row of the case.", "enum": [*policy.rows, "unknown"]},
        "as_of": instant("As of", "The moment of the decision."),
        "determined": {
            "title": "Determined",
            "description": "False while a fact is missing that decides.",
            "type": "boolean",
        },
        **fields,
        "missing_facts": list_of(
            "Missing facts", "The facts and findings that must be made out.", "Fact", enum=[SCENARIO, *facts]
        ),
        "unassessed": list_of("Unassessed", "Materials received that wait to be assessed.", "Fact", enum=facts),
        "deadlines": {
            "title": "Deadlines",
            "description": "In the order of time.",
            "type": "array",
            "items": _deadline(policy),
        },
        "reasons": {
            "title": "Reasons",
            "description": "Why: rules that hold, are open or failed, deadlines shown, evidence owed.",
            "type": "array",
            "items": _reason(),
        },
        "policy": closed(
            "Policy",
            "Which text decided.",
            {
                "name": {"title": "Name", "description": "The pack.", "const": policy.name},
                "version": {"title": "Version", "description": "The version.", "const": policy.version},
                "digest": {"title": "Digest", "description": "Of its content.", "const": policy.digest},
            },
            ["name", "version", "digest"],
        ),
        "case_digest": {
            "title": "Case digest",
            "description": "Of the facts.",
            "type": "string",
            "pattern": "^sha256:[0-9a-f]{64}$",
        },
        "engine_version": {"title": "Engine version", "description": "Of the engine.", **text},
    }


def _deadline(policy: Policy) -> Schema:
    properties: Schema = {
        "name": {"title": "Name", "description": "Which deadline.", "enum": sorted(deadline_names(policy))},
        "window": {"title": "Window", "description": "The window that ends.", "type": "string"},
        "party": {"title": "Party", "description": "Whose it is.", "enum": [*policy.parties, None]},
        "at": instant("At", "The last instant."),
        "state": {
            "title": "State",
            "description": "What became of it, as far as that is known.",
            **one_of(
                {
                    "running": "Its last instant is not over; it may still have to start.",
                    "met": "What it asks for came in time.",
                    "missed": "Its last instant is over, and nothing that came in time is known.",
                    "ended": "Its last instant is over; it asks for nothing.",
                    "paused": "Another window holds it up.",
                }
            ),
        },
        "passed": {
            "title": "Passed",
            "description": "Whether the moment of the decision lies after it.",
            "type": "boolean",
        },
        **basis(),
    }
    return closed("Deadline", "The last instant of a window; it is in time itself.", properties, list(properties))


def _reason() -> Schema:
    properties: Schema = {
        "state": {
            "title": "State",
            "description": "What became of it.",
            "enum": ["held", "open", "failed", "shown", "owed"],
        },
        "table": {"title": "Table", "description": "The table of the rule.", "type": "string"},
        "rule": {"title": "Rule", "description": "The rule, window or evidence.", "type": "string"},
        "general": {"title": "General rule", "description": "The general rule used.", "type": ["string", "null"]},
        **basis(),
        "facts": list_of("Facts", "The facts it reads.", "Fact", type="string"),
    }
    return closed("Reason", "One of them.", properties, list(properties))


# ------------------------------------------------------------------------------------------------------ the version


def version_schema(policy: Policy) -> Schema:
    """The schema of a version that knows its own tables, fields, windows, parties and values: nothing in it is open."""
    schema = copy.deepcopy(shipped("policy"))
    schema["$id"] = head(policy, "policy")["$id"]
    defs = schema["$defs"]
    said = {field.name: _said(field, policy) for field in policy.fields.values()}
    for kind in ("rule", "general_rule"):
        defs[kind]["properties"] = said | defs[kind]["properties"]
        defs[kind]["additionalProperties"] = False
    defs["rule"]["properties"]["use"]["enum"] = list(policy.general_rules)
    for kind in ("rule", "general_rule"):
        defs[kind]["properties"]["deadlines"]["items"]["enum"] = sorted(deadline_names(policy))
        defs[kind]["properties"]["no_longer_owed_by"]["items"]["enum"] = list(policy.parties)
    defs["owed"]["properties"]["proposition"]["enum"] = list(policy.propositions)
    defs["window"]["properties"]["party"]["enum"] = list(policy.parties)
    defs["table"]["properties"]["every_rule_says"]["items"]["enum"] = list(policy.fields)
    row = defs["row"]
    row["additionalProperties"] = False
    for name, table in policy.tables.items():
        if table.per_row:
            row["properties"][name] = {
                "title": table.title,
                "description": "The rules of this row, from the top.",
                "type": "array",
                "items": {"$ref": "#/$defs/rule"},
                "minItems": 1,
            }
    for name in policy.windows:
        row["properties"].setdefault(name, {"$ref": "#/$defs/window"})
    submitting = [party.name for party in policy.parties.values() if party.submits is not None]
    periods = {name: {"$ref": "#/$defs/window"} for name in submitting}
    owed = {
        name: {
            "title": name,
            "description": "What the party must prove.",
            "type": "array",
            "items": {"$ref": "#/$defs/owed"},
        }
        for name in submitting
    }
    row["properties"][policy.evidence.periods] = closed("Periods", "The parties' periods in this row.", periods)
    row["properties"][policy.evidence.owed] = closed("Owed", "What each party must prove in this row.", owed)
    return schema


def _said(field: Field, policy: Policy) -> Schema:
    values = list(field.values) or words_of(field, policy)
    some = "; ".join(f"{v}: {field.values[v]}" if v in field.values else v for v in values)
    description = f"{field.meaning} {some}".strip()
    if not field.many:
        return {"title": field.written_as, "description": description, "type": "string", "maxLength": 1000}
    item: Schema = {"title": "Value", "description": "One of the values of the field.", "type": "string"}
    return {
        "title": field.written_as,
        "description": description,
        "type": ["array", "string"],
        "maxLength": 1000,
        "items": item | ({"enum": values} if values else {}),
    }
