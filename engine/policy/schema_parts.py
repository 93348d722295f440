"""The parts of which the schemas of a version are made: closed objects, lists, instants, fields of the decision."""

from __future__ import annotations

from typing import Final

from engine.document.nodes import Scalar
from engine.document.read import entries
from engine.policy.model import Field, Policy
from engine.policy.schema_help import Schema

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
INSTANT_FORM: Final = (
    "(20[0-9]{2}|2100)-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\\.[0-9]{1,6})?)?([Zz]|[+-][0-9]{2}:[0-9]{2})"
)
INSTANT: Final = f"^{INSTANT_FORM}$"
EXAMPLE: Final = "2025-06-10T09:00:00-04:00"
NO_INSTANT: Final = f"An instant with its offset from UTC, such as {EXAMPLE}."


def closed(title: str, description: str, properties: Schema, required: list[str] | None = None) -> Schema:
    schema: Schema = {"title": title, "description": description, "type": "object", "additionalProperties": False}
    return schema | {"properties": properties} | ({"required": required} if required else {})


def head(policy: Policy, what: str) -> Schema:
    return {"$schema": DIALECT, "$id": f"{policy.name}-{policy.version}-{what}.schema.json"}


def instant(title: str, description: str, *types: str) -> Schema:
    schema: Schema = {"title": title, "description": description, "type": list(types) or "string", "pattern": INSTANT}
    return schema | {"patternErrorMessage": NO_INSTANT}


def basis() -> Schema:
    return {
        "clauses": list_of("Clauses", "What it rests on.", "Clause", type="string"),
        "readings": list_of("Readings", "The readings it takes.", "Reading", type="integer"),
    }


def list_of(title: str, description: str, item: str, **kind: object) -> Schema:
    items = {"title": item, "description": "One of them.", **kind}
    return {"title": title, "description": description, "type": "array", "items": items}


def field_value(field: Field, policy: Policy) -> Schema:
    schema: Schema = {"title": field.written_as, "description": field.meaning}
    if field.many:
        return list_of(field.written_as, field.meaning, "Value", enum=list(field.values) or words_of(field, policy))
    values = dict.fromkeys([*field.values, field.otherwise or None])
    return schema | {"enum": [value for value in values if value is not None]}


def words_of(field: Field, policy: Policy) -> list[str]:
    """The words of a list that is not of the field's own values."""
    if field.of == "parties":
        return list(policy.parties)
    return [f"{party}.{p}" for party in policy.parties for p in policy.propositions] if field.of == "evidence" else []


def deadline_names(policy: Policy) -> set[str]:
    periods = [dict(entries(window)) for window in policy.windows.values()]
    periods += [dict(party.period) for party in policy.parties.values()]
    rows = [block for row in policy.rows.values() for _, block in entries(row.entries)]
    for block in rows:
        periods += [dict(entries(block)), *(dict(entries(period)) for _, period in entries(block))]
    found = (period.get("deadline") for period in periods)
    return {str(node.value) for node in found if isinstance(node, Scalar)}
