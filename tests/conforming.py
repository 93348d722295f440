"""Whether what a command gives to programs is what its schema says."""

from __future__ import annotations

from typing import Any

from jsonschema import Draft202012Validator

from engine import Version
from engine.policy.editor import schema_of

_VALIDATORS: dict[tuple[str, str], Draft202012Validator] = {}


def _validator(name: str, version: Version) -> Draft202012Validator:
    key = (name, version.policy.digest)
    if key not in _VALIDATORS:
        _VALIDATORS[key] = Draft202012Validator(schema_of(name, version.policy, {}, {}))
    return _VALIDATORS[key]


def conforms(name: str, data: Any, version: Version) -> Any:
    """The data, after it was held to the schema of a decision, an explanation, or another answer."""
    found = _validator(name, version).iter_errors(data)
    problems = [f"{'/'.join(map(str, problem.absolute_path))}: {problem.message}" for problem in found]
    assert not problems, "\n".join(problems[:20])
    return data
