"""The cases of a pack: its policy tests, and its examples as cases of which nothing is expected."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from engine.diagnostics import InvalidDocument, Report, did_you_mean, quoted
from engine.document import Node, place_of, plain, read_document
from engine.document.schema import check
from engine.policy.schemas import shipped
from engine.source import Place
from engine.testing.model import Claim, Facts, PolicyTest, Suite

SUFFIXES: Final = (".yaml", ".yml", ".json")
HEAD: Final = ("scenario", "as_of")  # what a test may take from its document or its example


def policy_tests(pack: Path, report: Report) -> tuple[PolicyTest, ...]:
    """The tests under `tests/` of a pack's folder, in the order of the files. What is wrong goes to the report."""
    return suite(pack, report).tests


def suite(pack: Path, report: Report) -> Suite:
    """The tests of a pack's folder, and what they say cannot happen."""
    found = [document for file in test_files(pack) if (document := read_tests(file, report)) is not None]
    return joined(suite_in(document, pack, report) for document in found)


def test_files(pack: Path) -> list[Path]:
    """The files under `tests/` of a pack's folder."""
    return _files(pack / "tests")


def read_tests(file: Path, report: Report) -> Node | None:
    """A document of policy tests; None when it cannot be read or is not as its schema says."""
    document, before = _read(file, report), len(report.errors)
    if document is not None:
        check(document, shipped("tests"), report)
    return document if len(report.errors) == before else None


def joined(suites: Iterator[Suite]) -> Suite:
    """Several suites as one."""
    all_of = list(suites)
    tests = tuple(test for one in all_of for test in one.tests)
    return Suite(tests, tuple(claim for one in all_of for claim in one.claims))


def suite_in(document: Node, pack: Path, report: Report) -> Suite:
    """What a document says that its schema has passed. A test that has no case is told and left out."""
    data: Any = plain(document)
    versions = tuple(data["versions"]) if "versions" in data else None
    tests = tuple(_tests_in(document, data, versions, _Examples(pack), report))
    claims = []
    for number, claim in enumerate(data.get("cannot_happen", ())):
        term = " ".join(claim.get("term", "").split())
        place = place_of(document, ("cannot_happen", number))
        what = (claim["at"], term, claim.get("is"), claim.get("scenario"), claim["because"])
        claims.append(Claim(*what, versions, place))
    return Suite(tests, tuple(claims))


def _tests_in(
    document: Node, data: Any, versions: tuple[str, ...] | None, known: _Examples, report: Report
) -> Iterator[PolicyTest]:
    for number, test in enumerate(data["tests"]):
        place = place_of(document, ("tests", number))
        own, example = test.get("facts", {}), test.get("example")
        base: Mapping[str, Any] | None = data
        if example is not None:
            base = known.named(example, place_of(document, ("tests", number, "example")), report)
        if base is None:
            continue
        head = {key: test.get(key, base.get(key)) for key in HEAD}
        if _whole(head, example, place_of(document, ("tests", number, "name")), report):
            case = {"scenario": head["scenario"], "facts": merged(base.get("facts", {}), own)}
            as_of, expect = str(head["as_of"]), test["expect"]
            holds_for = tuple(test["versions"]) if "versions" in test else versions
            yield PolicyTest(place.source.name, test["name"], case, as_of, expect, holds_for, place, own, example)


def _whole(head: Mapping[str, Any], example: str | None, place: Place, report: Report) -> bool:
    """Whether a test has a scenario and a moment: its own, those of its document, or those of its example."""
    lacking = [key for key, value in head.items() if value is None]
    for key in lacking:
        help = f"write `{key}:` in the test, or for all tests at the top of the document"
        if example is not None:
            help = f"write `{key}:` in the test; the example does not say it"
        report.error("test/no-case", f"this test has no `{key}`", place, help=help)
    return not lacking


class _Examples:
    """The example files of a pack, each read when a test first names it."""

    def __init__(self, pack: Path) -> None:
        self.files = {file.name: file for file in _files(pack / "examples")}
        self.read: dict[str, Mapping[str, Any] | None] = {}

    def named(self, name: str, place: Place, report: Report) -> Mapping[str, Any] | None:
        """The case of an example as plain data; None when it is not there or cannot be used."""
        if name not in self.files:
            hint = did_you_mean(name, self.files) or "it is the name of a YAML or JSON file with one case"
            report.error("test/unknown-word", f"no such file under `examples/`: {quoted(name)}", place, help=hint)
            return None
        if name not in self.read:
            document = _read(self.files[name], report)
            data = plain(document) if document is not None else None
            shaped = isinstance(data, dict) and _grouped(data.get("facts", {}))
            if document is not None and not shaped:
                report.error("case/shape", "a case is a mapping with `scenario` and `facts`", document.place)
            self.read[name] = data if isinstance(data, dict) and shaped else None
        return self.read[name]


def _grouped(facts: object) -> bool:
    return isinstance(facts, dict) and all(isinstance(group, dict) for group in facts.values())


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
