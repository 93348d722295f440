"""A document against a JSON Schema, told in plain words with places. The schemas are ours, never a reader's."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Any

from engine.diagnostics import Diagnostic, Report, in_order
from engine.document.limits import PROBLEMS
from engine.document.nodes import Node, plain
from engine.document.schema_fault import Fault
from engine.document.schema_messages import tell
from engine.document.schema_words import Path

if TYPE_CHECKING:
    from jsonschema import ValidationError

_NO_SCHEMAS: Mapping[str, dict[str, object]] = {}


def check(
    node: Node, schema: dict[str, object], report: Report, *, registry: Mapping[str, dict[str, object]] = _NO_SCHEMAS
) -> None:
    """Report everything in a document that its schema does not allow, in the order of the text.

    `registry` holds the other schemas, by URI, that `$ref` may name; nothing is looked up anywhere else. Whatever the
    document, nothing is raised; a `$ref` to a schema that is not given raises an error of jsonschema's own."""
    from referencing import Registry
    from referencing.jsonschema import DRAFT202012

    known: Registry[Any] = Registry().with_resources(
        (uri, DRAFT202012.create_resource(other)) for uri, other in registry.items()
    )
    validator = _validator_class()(schema, registry=known, format_checker=None)
    faults = sorted(map(_fault, validator.iter_errors(plain(node))), key=lambda fault: len(fault.path))
    roots = {"": schema, **registry}
    told: list[Diagnostic] = []
    settled: set[Path] = set()  # a value that is of the wrong kind has no further faults
    for fault in faults:
        if any(fault.path[:length] in settled for length in range(len(fault.path) + 1)):
            continue
        if fault.keyword == "type":
            settled.add(fault.path)
            told = [problem for problem in told if problem.path != fault.path]
        told += islice(tell(fault, node, roots), PROBLEMS)
        if len(told) >= PROBLEMS:
            break
    report.found.extend(in_order(told))


@lru_cache(maxsize=1)
def _validator_class() -> Any:
    from jsonschema import Draft202012Validator, validators

    return validators.extend(Draft202012Validator, {"pattern": _pattern})  # type: ignore[no-untyped-call]


def _pattern(_validator: object, pattern: str, value: object, _schema: object) -> Iterator[ValidationError]:
    """In Python, unlike in JSON Schema, `$` also matches before a line feed at the end."""
    from jsonschema import ValidationError

    strict = pattern[:-1] + r"\Z" if pattern.endswith("$") and not pattern.endswith(r"\$") else pattern
    if isinstance(value, str) and not re.search(strict, value):
        yield ValidationError("")


def _fault(error: ValidationError) -> Fault:
    return Fault(
        str(error.validator or ""),
        error.validator_value,
        error.instance,
        tuple(error.absolute_path),
        error.schema if isinstance(error.schema, Mapping) else {},
        tuple(error.absolute_schema_path),
    )
