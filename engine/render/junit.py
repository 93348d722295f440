"""Results of tests and of checks as JUnit XML, in the form that Jenkins, GitLab and other CI systems read.

Only what the schema of Jenkins (junit-10) allows is written, so a place stands in the text of a failure.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from xml.etree import ElementTree

FIRST: Final = 0x20  # below it, XML allows a tab and a line feed only


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a test failed: in one line, and in full."""

    message: str
    text: str
    kind: str


@dataclass(frozen=True, slots=True)
class TestCase:
    """One test. `group` is what it belongs to, such as a file; `output` is shown beside it."""

    __test__ = False  # for pytest, which takes every class of this name for tests

    name: str
    group: str
    failure: Failure | None = None
    output: str = ""


@dataclass(frozen=True, slots=True)
class TestSuite:
    """Tests that belong together."""

    __test__ = False

    name: str
    cases: tuple[TestCase, ...]


def junit(suites: Iterable[TestSuite]) -> str:
    """The whole document."""
    root = ElementTree.Element("testsuites")
    for suite in suites:
        failed = sum(case.failure is not None for case in suite.cases)
        counts = {"tests": str(len(suite.cases)), "failures": str(failed), "errors": "0", "skipped": "0"}
        below = ElementTree.SubElement(root, "testsuite", {"name": _clean(suite.name), **counts})
        for case in suite.cases:
            node = ElementTree.SubElement(
                below, "testcase", {"classname": _clean(case.group), "name": _clean(case.name)}
            )
            if case.failure is not None:
                said = {"message": _clean(case.failure.message), "type": case.failure.kind}
                ElementTree.SubElement(node, "failure", said).text = _clean(case.failure.text)
            if case.output:
                ElementTree.SubElement(node, "system-out").text = _clean(case.output)
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _clean(text: str) -> str:
    """The text without what XML cannot hold."""
    return "".join(c if _allowed(ord(c)) else f"\\u{ord(c):04x}" for c in text)


def _allowed(code: int) -> bool:
    return code in (9, 10) or (FIRST <= code < 0xD800) or (code > 0xDFFF and code & 0xFFFE != 0xFFFE)
