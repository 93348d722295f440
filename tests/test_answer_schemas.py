"""What the commands give to programs is what their schemas say, to the last key."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from engine import load_pack
from engine.cli.app import app
from engine.policy.answer_schemas import ANSWERS
from engine.policy.editor import schema_of
from tests.conforming import conforms

PACK = load_pack()
VERSION = PACK.version("1.0.0")
EXAMPLES = PACK.folder / "examples"
SILENT, UNKNOWN = EXAMPLES / "seller-silent-so-far.yaml", EXAMPLES / "lost-package.yaml"
# Mappings of which every key may be left out: a name stands there when there is something to say of it.
NAMES = "rows.names"  # those of the policy
SOME = {
    *("next_deadlines", "steps.next_deadlines", "steps.fields", "now", "later.fields", "ways.fields", "ends.fields"),
    *("rows.tables.rules.says", NAMES),
}


def answer(name: str, file: Path, *more: str) -> Any:
    arguments = ["decide", str(file), "--explain"] if name == "explanation" else [name, str(file)]
    data = json.loads(CliRunner().invoke(app, [*arguments, "--format", "json", *more]).stdout)
    return data["explanation"] if name == "explanation" else data


def printed(name: str) -> Any:
    return json.loads(CliRunner().invoke(app, ["schema", name, "--for", "1.0.0"]).stdout)


def mappings(node: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(node, dict):
        yield path, node
        for key, below in node.items():
            yield from mappings(below, f"{path}.{key}".strip("."))
    elif isinstance(node, list):
        for below in node:
            yield from mappings(below, path)


@pytest.mark.parametrize("name", ANSWERS)
def test_the_schema_that_is_printed_is_that_of_the_version(name: str) -> None:
    assert printed(name) == json.loads(json.dumps(schema_of(name, VERSION.policy, {}, {})))
    conforms(name, answer(name, UNKNOWN), VERSION)


@pytest.mark.parametrize("name", ANSWERS)
def test_no_key_more_and_none_less(name: str) -> None:
    validator, data = Draft202012Validator(printed(name)), answer(name, SILENT)
    assert validator.is_valid(data)
    for number, (path, mapping) in enumerate(list(mappings(data))[:150]):
        for key in (None, *mapping):
            other = copy.deepcopy(data)
            found = list(mappings(other))[number][1]
            if key is None:
                found["zz"] = next(iter(mapping.values()), "zz")
            else:
                del found[key]
            free = path == NAMES if key is None else path in SOME
            assert validator.is_valid(other) == free, (path, key)


@pytest.mark.parametrize("name", ANSWERS)
def test_another_version_is_told_apart(name: str) -> None:
    data = answer(name, SILENT, *(() if name == "explanation" else ("--policy", "1.0.0")))
    assert not Draft202012Validator(schema_of(name, PACK.version("1.1.0").policy, {}, {})).is_valid(data)
