"""Every schema, shipped and generated: valid, closed, told, and of keywords that editors handle."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from engine import Version, load_pack
from engine.diagnostics import Report
from engine.document import plain, read_document
from engine.document.schema import check
from engine.policy.schemas import KINDS, case_schema, decision_schema, shipped, version_schema

VERSION: Version = load_pack().version("1.0.0")
SCHEMAS: dict[str, dict[str, Any]] = {kind: shipped(kind) for kind in KINDS} | {
    "the case of 1.0.0": case_schema(VERSION.policy),
    "the decision of 1.0.0": decision_schema(VERSION.policy),
    "the policy of 1.0.0": version_schema(VERSION.policy),
}
KEYWORDS = {
    "$schema", "$id", "$defs", "$ref", "title", "description", "type", "properties", "required", "items", "enum",
    "const", "pattern", "minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems", "minProperties",
    "additionalProperties", "propertyNames",
}  # fmt: skip
each = pytest.mark.parametrize("name", SCHEMAS)


def parts(schema: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every schema in a schema, with the way to it."""
    if not isinstance(schema, dict):
        return
    yield path, schema
    for key in ("properties", "$defs"):
        for name, part in schema.get(key, {}).items():
            yield from parts(part, f"{path}/{key}/{name}")
    for key in ("items", "additionalProperties", "propertyNames"):
        yield from parts(schema.get(key), f"{path}/{key}")


@each
def test_is_a_schema_of_the_2020_12_dialect(name: str) -> None:
    assert SCHEMAS[name]["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    Draft202012Validator.check_schema(SCHEMAS[name])


@each
def test_has_only_keywords_that_editors_handle(name: str) -> None:
    assert not {(path, key) for path, part in parts(SCHEMAS[name]) for key in part.keys() - KEYWORDS}


@each
def test_every_object_is_closed(name: str) -> None:
    for path, part in parts(SCHEMAS[name]):
        kinds = part.get("type", [])
        if "object" in ([kinds] if isinstance(kinds, str) else kinds) and "additionalProperties" not in part:
            # what a row holds is closed by the schema of its version
            assert name == "policy" and path == "/$defs/row/additionalProperties", path


@each
def test_every_property_is_told(name: str) -> None:
    schema = SCHEMAS[name]
    for path, part in parts(schema):
        for key, found in part.get("properties", {}).items():
            found = schema["$defs"][found["$ref"].rpartition("/")[2]] if "$ref" in found else found
            assert found.get("title"), f"{path}/{key}"
            assert found.get("description"), f"{path}/{key}"


@each
def test_every_pattern_is_anchored_and_plain(name: str) -> None:
    for path, part in parts(SCHEMAS[name]):
        pattern = part.get("pattern")
        if pattern is not None:
            assert pattern.lstrip("(").startswith("^"), path
            assert pattern.rstrip(")").endswith("$"), path
            assert "\\d" not in pattern, path
            assert not re.search(r"[+*][^()]*\)[+*]", pattern) or "\\." in pattern, path  # no nested repetition


def test_the_shipped_version_passes_both_schemas() -> None:
    report = Report()
    document = read_document(load_pack().folder / "1.0.0.yaml")
    check(document, SCHEMAS["policy"], report)
    check(document, SCHEMAS["the policy of 1.0.0"], report)
    assert not report.found


def test_every_closed_object_refuses_a_key_that_it_does_not_know() -> None:
    """Each mapping of the shipped version, with one key more, is refused by the schema of the version."""
    parts_alone = Draft202012Validator({**SCHEMAS["the policy of 1.0.0"], "required": []})
    whole: Any = plain(read_document(load_pack().folder / "1.0.0.yaml"))

    def mappings(value: Any) -> Iterator[dict[str, Any]]:
        if isinstance(value, dict):
            yield value
        for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            yield from mappings(inner)

    for name in ("evidence", "scenarios", "windows", "parties", "general_rules"):
        part = {name: whole[name]}
        assert parts_alone.is_valid(part)
        for mapping in list(mappings(part[name])):
            mapping["No Such Key"] = "x"
            assert not parts_alone.is_valid(part), (name, list(mapping)[:3])
            del mapping["No Such Key"]
