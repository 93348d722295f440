"""All schemas of a pack, as the files that its documents name in their first line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Final

from engine.policy.answer_schemas import ANSWERS
from engine.policy.editor.registers import readings_schema
from engine.policy.editor.tests import tests_schema
from engine.policy.editor.version import policy_schema
from engine.policy.model import Policy
from engine.policy.registers import Clause, Reading, as_amended
from engine.policy.schema_help import Schema
from engine.policy.schemas import KINDS, case_schema, decision_schema, shipped

FOLDER: Final = "schemas"  # within a pack
OF_A_VERSION: Final = ("policy", "case", "decision", "tests")


def schema_of(name: str, policy: Policy, clauses: Mapping[str, Clause], readings: Mapping[int, Reading]) -> Schema:
    """The schema of one kind of document that belongs to a version: one of `OF_A_VERSION` or `ANSWERS`."""
    clauses = as_amended(clauses, policy)
    match name:
        case "policy":
            return policy_schema(policy, clauses, readings)
        case "tests":
            return tests_schema(policy, as_amended(clauses, policy))
        case "case":
            return case_schema(policy)
        case "decision":
            return decision_schema(policy)
        case _:
            return ANSWERS[name](policy)


def schema_files(
    policies: Iterable[Policy], clauses: Mapping[str, Clause], readings: Mapping[int, Reading]
) -> dict[str, str]:
    """The text of every schema of a pack, by the name of its file: those of the registers, and those of each version
    after its number."""
    found = {f"{kind}.schema.json": shipped(kind) for kind in KINDS if kind not in OF_A_VERSION}
    found["readings.schema.json"] = readings_schema(clauses)
    for policy in policies:
        for name in OF_A_VERSION:
            found[f"{policy.version}.{name}.schema.json"] = schema_of(name, policy, clauses, readings)
    return {name: written(schema) for name, schema in found.items()}


def written(schema: Schema) -> str:
    """A schema as text."""
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"
