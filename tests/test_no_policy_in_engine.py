"""Policy is data: no id that the shipped pack declares stands as a literal in the engine or in the schemas."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engine import Version, load_pack

ROOT = Path(__file__).resolve().parent.parent
VERSION = load_pack().version("1.0.0")


def declared(version: Version) -> set[str]:
    """Every id that the pack declares, and the groups of its facts."""
    policy = version.policy
    ids: set[str] = {policy.name, *policy.rows, *policy.parties, *policy.propositions, *policy.groups, *policy.define}
    ids |= {*policy.tables, *policy.windows, *policy.general_rules, policy.evidence.periods, policy.evidence.owed}
    for fact in policy.facts.values():
        ids |= {fact.name, fact.name.partition(".")[0]}
        ids |= set(fact.values) | ({fact.supplied_by} if fact.supplied_by else set())
    for field in policy.fields.values():
        ids |= {field.name, field.written_as, field.otherwise, *field.values}
    for program in version.programs.values():
        ids |= {rule.id for table in program.tables.values() for rule in table.rules}
        ids |= {w.deadline for w in program.windows if w.deadline}
        ids |= {r.window.deadline for r in program.records if r.window is not None and r.window.deadline}
    return {i for i in ids if i}


JSON_SCHEMA = {"required"}  # a keyword of JSON Schema, and what the pack says of a return
# Keys of every policy and of every diagnostic, which two facts of the pack happen to be called, too.
LANGUAGE = {"filed_at", "time_zone", "severity"}
IDS = declared(VERSION) - JSON_SCHEMA
PARTS = {fact.name.partition(".")[2] for fact in VERSION.policy.facts.values()} - LANGUAGE
COMPOUND = re.compile("|".join(rf"(?<![\w.-]){re.escape(i)}(?![\w-])" for i in sorted(IDS) if re.search("[._-]", i)))


def literals(path: Path) -> Iterator[tuple[int, str]]:
    """The text literals of a module, docstrings left out; of f-strings the fixed parts."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.lineno, node.value


@pytest.mark.parametrize("path", sorted((ROOT / "engine").rglob("*.py")), ids=lambda p: str(p.relative_to(ROOT)))
def test_no_module_knows_the_policy(path: Path) -> None:
    """Neither as a text, nor as a part of a dotted one; ids of more than one word not in a sentence either."""
    found = list(literals(path))
    assert not [(line, value) for line, value in found if value in IDS | PARTS]
    dotted = [(line, value) for line, value in found if re.fullmatch(r"[\w-]*(\.[\w-]*)+", value)]
    assert not [(line, value) for line, value in dotted if (IDS | PARTS).intersection(value.split("."))]
    assert not [(line, value) for line, value in found if COMPOUND.search(value)]


def words(schema: Any) -> Iterator[str]:
    """The property names and fixed values of a schema."""
    if isinstance(schema, dict):
        yield from schema.get("properties", {})
        yield from (value for value in schema.get("enum", []) if isinstance(value, str))
        if isinstance(schema.get("const"), str):
            yield schema["const"]
        for value in schema.values():
            yield from words(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from words(value)


@pytest.mark.parametrize("path", sorted((ROOT / "schemas").glob("*.json")), ids=lambda p: p.name)
def test_no_schema_knows_the_policy(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not sorted(set(words(json.loads(text))) & IDS)
    assert not COMPOUND.findall(text)


def test_the_test_looks_at_something() -> None:
    assert {"seller", "lost_package", "automatic_deduction", "order.shipping_mode", "appeal_due"} <= IDS
    assert len(IDS) > 200
