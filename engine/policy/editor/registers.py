"""The registers of a pack in schemas for authors: their own, and the clauses and readings that others name."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping

from engine.policy.registers import Clause, Reading
from engine.policy.schema_help import Schema, one_of
from engine.policy.schemas import shipped


def readings_schema(clauses: Mapping[str, Clause]) -> Schema:
    """The schema of a readings register, which knows the clauses."""
    schema = copy.deepcopy(shipped("readings"))
    schema["$defs"]["reading"]["properties"]["clauses"]["items"] = clause_id(clauses)
    return schema


def clause_id(clauses: Mapping[str, Clause], prefixes: Iterable[str] = ()) -> Schema:
    """The ids of a register with their gists; below each of the prefixes also as `.x`. Any id, without a register."""
    schema: Schema = {
        "title": "Clause id",
        "description": "An id from clauses.yaml" + (", or `.x` for the row's own clause x." if prefixes else "."),
        "type": "string",
    }
    if not clauses:
        return schema
    meanings = {name: clause.gist for name, clause in clauses.items()}
    for prefix in prefixes:
        for name, clause in clauses.items():
            if prefix and name.startswith(prefix + "."):
                short = name.removeprefix(prefix)
                meanings[short] = f"{meanings[short]} | {clause.gist}" if short in meanings else clause.gist
    return schema | one_of(meanings, "No clause of clauses.yaml has this id.")


def reading_number(readings: Mapping[int, Reading]) -> Schema:
    """The numbers of a register with what they are about and the reading taken. Any number, without a register."""
    schema: Schema = {"title": "Reading", "description": "A number from readings.yaml.", "type": "integer"}
    if not readings:
        return schema
    meanings = {n: f"{r.title}: {r.readings.get(r.taken, '')}".strip() for n, r in readings.items()}
    return schema | one_of(meanings, "No reading of readings.yaml has this number.")
