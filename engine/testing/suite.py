"""The cases of a pack: its policy tests, and its examples as cases of which nothing is expected."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from engine.diagnostics import InvalidDocument, Report
from engine.document import Node, place_of, plain, read_document
from engine.document.schema import check
from engine.policy.schemas import shipped
from engine.testing.model import Facts, PolicyTest

SUFFIXES = (".yaml", ".yml", ".json")


def policy_tests(pack: Path, report: Report) -> tuple[PolicyTest, ...]:
    """The tests under `tests/` of a pack's folder, in the order of the files. What is wrong goes to the report."""
    found: list[PolicyTest] = []
    for file in _files(pack / "tests"):
        document = _read(file, report)
        before = len(report.errors)
        if document is not None:
            check(document, shipped("tests"), report)
            if len(report.errors) == before:
                found.extend(tests_in(document))
    return tuple(found)


def tests_in(document: Node) -> Iterator[PolicyTest]:
    """The tests of a document that its schema has passed."""
    data: Any = plain(document)
    versions = tuple(data["versions"]) if "versions" in data else None
    for number, test in enumerate(data["tests"]):
        place = place_of(document, ("tests", number))
        case = {"scenario": test["scenario"], "facts": merged(data.get("facts", {}), test["facts"])}
        yield PolicyTest(place.source.name, test["name"], case, test["as_of"], test["expect"], versions, place)


def examples(pack: Path, report: Report) -> tuple[PolicyTest, ...]:
    """The case files under `examples/` that name a moment, as tests that expect nothing of every version."""
    found: list[PolicyTest] = []
    for file in _files(pack / "examples"):
        document = _read(file, report)
        data: Any = plain(document) if document is not None else None
        if document is not None and isinstance(data, dict) and data.get("as_of") and data.get("scenario"):
            case = {"scenario": data["scenario"], "facts": data.get("facts", {})}
            name = str(data.get("title") or file.stem)
            found.append(PolicyTest(str(file), name, case, str(data["as_of"]), {}, None, document.place))
    return tuple(found)


def merged(common: Facts, own: Facts) -> dict[str, dict[str, Any]]:
    """The common facts, group by group, with a test's own on top."""
    return {group: {**common.get(group, {}), **own.get(group, {})} for group in {**common, **own}}


def _files(folder: Path) -> list[Path]:
    return [file for file in sorted(folder.glob("*")) if file.suffix in SUFFIXES]


def _read(file: Path, report: Report) -> Node | None:
    try:
        return read_document(file)
    except InvalidDocument as problem:
        report.found.extend(problem.diagnostics)
        return None
