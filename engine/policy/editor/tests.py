"""The schema of a pack's policy tests for their authors: closed to the facts and the decision of one version."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any, Final

from engine.document.nodes import Node
from engine.document.read import entries, items, text, under
from engine.policy.model import Policy
from engine.policy.registers import Clause
from engine.policy.schema_help import Schema, offered
from engine.policy.schemas import case_schema, decision_parts, shipped

APART: Final = ("policy", "case_digest", "engine_version")  # of a decision: what no test can know
FACTS: Final = {"$ref": "#/$defs/facts"}
REASON: Final = {"title": "Reason", "description": "A clause id, or `table/rule`.", "type": "string", "minLength": 1}


def tests_schema(policy: Policy, clauses: Mapping[str, Clause]) -> Schema:
    """The schema of tests that this version decides. The clauses and rules that may be reasons are offered only:
    which of them there are changes with every edit."""
    schema = copy.deepcopy(shipped("tests"))
    schema["$id"] = f"{policy.name}-{policy.version}-tests.schema.json"
    case, decision = case_schema(policy)["properties"], decision_parts(policy)
    defs = schema["$defs"]
    defs["facts"] = case["facts"]
    defs["reason"] = REASON | offered(dict(_rules(policy)) | {name: clause.gist for name, clause in clauses.items()})
    test = defs["test"]["properties"]
    for properties in (schema["properties"], test):
        properties["facts"] = {key: properties["facts"][key] for key in ("title", "description")} | FACTS
    test["scenario"] = case["scenario"]
    test["as_of"] |= {key: case["as_of"][key] for key in ("pattern", "patternErrorMessage")}
    expect = test["expect"]
    said = {name: part for name, part in decision.items() if name not in APART}
    expect |= {"properties": said | expect["properties"], "additionalProperties": False}
    parts = expect["properties"]
    names = decision["deadlines"]["items"]["properties"]["name"]["enum"]
    for key in ("deadlines", "deadline_states"):
        value = parts[key]["additionalProperties"]
        parts[key] |= {"properties": dict.fromkeys(names, value), "additionalProperties": False}
    parts["missing_facts"]["items"] |= {"enum": decision["missing_facts"]["items"]["enum"]}
    for name in ("reasons", "not_reasons"):
        parts[name]["items"] = {"$ref": "#/$defs/reason"}
    return schema


def _rules(policy: Policy) -> Iterator[tuple[str, str]]:
    """The rules as reasons name them, each with what it says."""
    for table in policy.tables.values():
        lists: list[tuple[str, Node | None]] = [(table.title, table.rules)]
        lists += [(row.title, under(row.entries, table.name)) for row in policy.rows.values()]
        for title, rules in lists:
            for rule in items(rules):
                name = text(rule, "id") or text(rule, "use")
                if name:
                    yield f"{table.name}/{name}", f"{title}. {_condition(rule)}"


def _condition(rule: Any) -> str:
    said = {key: text(rule, key) for key, _ in entries(rule) if key in ("when", "and_when", "use")}
    return "; ".join(f"{key}: {words}" for key, words in said.items() if words)
