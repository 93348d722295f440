"""Whether policy tests can be run, and whether what they expect can ever come out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import Path as FilePath
from typing import Any

from engine.clock import BadTime, parse_instant
from engine.diagnostics import Diagnostic, InvalidDocument, Report, did_you_mean, quoted
from engine.document import Node, key_place_of, place_of, plain
from engine.library import version_files
from engine.link.parts import choices_read
from engine.pack import Pack, Version
from engine.policy.schemas import decision_parts
from engine.source import Place
from engine.testing.compare import DEADLINES, PAUSED, REASONS, reading_name
from engine.testing.coverage_points import Points, points_of
from engine.testing.model import Claim, PolicyTest, Suite
from engine.testing.suite import joined, read_tests, suite_in, test_files

Path = tuple[str | int, ...]


def checked_suite(pack: Pack, report: Report, files: Iterable[FilePath] = ()) -> Suite:
    """The tests of a pack, or those in files, with everything in the report that is wrong with them."""
    chosen = list(files) or test_files(pack.folder)
    documents = [document for file in chosen if (document := read_tests(file, report)) is not None]
    return joined(check_tests(document, pack, report) for document in documents)


def check_tests(document: Node, pack: Pack, report: Report) -> Suite:
    """What a document says that its schema has passed. What is wrong under a version that it holds for is reported."""
    data: Any = plain(document)
    _check_versions(document, (), data, pack, report)
    for number, test in enumerate(data["tests"]):
        _check_versions(document, ("tests", number), test, pack, report)
    found = suite_in(document, pack.folder, report)
    _check_names(found.tests, report)
    for version in pack.versions.values():
        checking = _Checking(document, data, pack, version, report)
        for held in found.tests:
            if held.holds_for(version.name):
                checking.test(held)
        checking.claims(claim for claim in found.claims if claim.holds_for(version.name))
    return found


def _check_versions(document: Node, path: Path, says: Mapping[str, Any], pack: Pack, report: Report) -> None:
    """The versions that a document, or one of its tests, holds for are there."""
    known = version_files(pack.folder)
    for number, name in enumerate(says.get("versions", ())):
        if name not in known:
            _unknown("version", name, known, place_of(document, (*path, "versions", number)), report)


def _check_names(tests: Iterable[PolicyTest], report: Report) -> None:
    """Report tests that have the name of another of the same version: nobody could tell which one failed."""
    named: dict[str, list[PolicyTest]] = {}
    for test in tests:
        others = named.setdefault(test.name, [])
        same = next((other for other in others if _share_a_version(test, other)), None)
        if same is not None:
            report.error(
                "test/name-twice",
                f"two tests have the name {quoted(test.name)}",
                test.place,
                related=[("the other one is here", same.place)],
                help="say in each name what sets the two apart",
            )
        others.append(test)


def _share_a_version(test: PolicyTest, other: PolicyTest) -> bool:
    if test.versions is None or other.versions is None:
        return True
    return bool(set(test.versions) & set(other.versions))


class _Checking:
    def __init__(self, document: Node, data: Mapping[str, Any], pack: Pack, version: Version, report: Report) -> None:
        self.document = document
        self.numbers = {place_of(document, ("tests", n)): n for n in range(len(data["tests"]))}
        self.data = data
        self.pack = pack
        self.version = version
        self.report = report
        self.schema: Mapping[str, Any] = decision_parts(version.policy)

    @cached_property
    def points(self) -> Points:
        """Everything in the version that can be tried."""
        return points_of(self.version)

    @cached_property
    def citable(self) -> list[str]:
        """The clauses and readings that can be reasons: those of the registers, or else those that are cited."""
        registers = self.pack.registers.under(self.version.policy)
        clauses = list(registers.clauses) or self._cited("clauses")
        return clauses + (list(map(reading_name, registers.readings)) or self._cited("readings"))

    def _cited(self, measure: str) -> list[str]:
        return [entry.part for entry in self.points.entries.values() if entry.measure == measure]

    def test(self, test: PolicyTest) -> None:
        """The case of a test with its moment, and all that it expects."""
        number = self.numbers[test.place]
        try:
            self.version.read_case(test.case)
        except InvalidDocument as problem:
            self.report.found.extend(self._placed(found, number, test) for found in problem.diagnostics)
        own = "as_of" in self.data["tests"][number] or test.example is not None
        self._moment(test.as_of, ("tests", number, "as_of") if own else ("as_of",))
        self._expectations(("tests", number, "expect"), test)
        numbers = self.pack.registers.readings
        for at, reading in enumerate(self.data["tests"][number].get("readings", ())):
            if numbers and reading not in numbers:
                place = place_of(self.document, ("tests", number, "readings", at))
                _unknown("reading", reading, map(str, numbers), place, self.report)

    def _placed(self, found: Diagnostic, number: int, test: PolicyTest) -> Diagnostic:
        """A problem of the whole case, where it is written: in the test, its example, or what all tests share."""
        path: Path = ("tests", number, *found.path)
        if found.path and not _holds(self.data["tests"][number], found.path[:3]):
            path = ("tests", number, "example") if test.example is not None else found.path
        where = key_place_of if path and "unknown-" in found.code and test.example is None else place_of
        return replace(found, place=where(self.document, path), path=path)

    def _moment(self, written: str, path: Path) -> None:
        try:
            parse_instant(written)
        except BadTime as bad:
            self.report.error("case/time", str(bad), place_of(self.document, path), path=path)

    def _expectations(self, path: Path, test: PolicyTest) -> None:
        """Every field that is expected is one of the decision, and every value one of its own."""
        for name, value in test.expect.items():
            at: Path = (*path, name)
            if name in REASONS:
                self._reasons(at, value, test.scenario)
            elif name in DEADLINES:
                self._words("deadline", at, value, self.schema["deadlines"]["items"]["properties"]["name"]["enum"])
                for deadline, moment in value.items() if name == "deadlines" else ():
                    if moment != PAUSED:
                        self._moment(moment, (*at, deadline))
            elif name not in self.schema:
                options = [*self.schema, *REASONS, *DEADLINES]
                _unknown("field of a decision", name, options, key_place_of(self.document, at), self.report)
            elif isinstance(value, list):
                self._words("value", at, value, self.schema[name].get("items", {}).get("enum", ()))
            elif value not in self.schema[name].get("enum", [value]):
                _unknown("value", value, self.schema[name]["enum"], place_of(self.document, at), self.report)

    def _reasons(self, path: Path, value: Iterable[str], scenario: str) -> None:
        """Clause ids, rules as `table/rule`, or readings."""
        program = self.version.programs.get(scenario)
        if program is None:
            return
        tables = (*program.tables.values(), *choices_read(program))
        rules = [f"{table.name}/{rule.id}" for table in tables for rule in table.rules]
        self._words("clause or rule", path, value, [*self.citable, *rules])

    def _words(self, what: str, path: Path, words: Iterable[str], options: Iterable[str]) -> None:
        """Words in a list, or the keys of a mapping."""
        known = list(options)
        for number, word in enumerate(words):
            if word not in known:
                last = word if isinstance(words, Mapping) else number
                _unknown(what, word, known, key_place_of(self.document, (*path, last)), self.report)

    # ------------------------------------------------------------------------------------------ what cannot happen

    def claims(self, claims: Iterable[Claim]) -> None:
        """Every claim is about something that stands in the version."""
        for claim in claims:
            self._claim(claim)

    def _claim(self, claim: Claim) -> None:
        path = next(
            ("cannot_happen", n)
            for n in range(len(self.data["cannot_happen"]))
            if place_of(self.document, ("cannot_happen", n)) == claim.place
        )
        rows = list(self.version.programs)
        if claim.scenario is not None and claim.scenario not in rows:
            _unknown("scenario", claim.scenario, rows, place_of(self.document, (*path, "scenario")), self.report)
            return
        entries = self.points.entries.values()
        there = [entry for entry in entries if claim.scenario is None or claim.scenario in entry.rows]
        parts = {entry.part for entry in there if entry.measure not in ("clauses", "readings")}
        if claim.at not in parts:
            what = f"part of {quoted(claim.scenario)}" if claim.scenario else "part of the policy"
            _unknown(what, claim.at, parts, place_of(self.document, (*path, "at")), self.report)
            return
        terms = {entry.term for entry in there if entry.part == claim.at and entry.term}
        if claim.term and claim.term not in terms:
            _unknown("term there", claim.term, terms, place_of(self.document, (*path, "term")), self.report)
        elif not claim.term and not any(entry.part == claim.at and not entry.term for entry in there):
            help = "name the `term`: " + ", ".join(sorted(terms))
            message = f"{quoted(claim.at)} neither decides nor runs; only its condition is asked"
            self.report.error("test/unknown-word", message, place_of(self.document, (*path, "at")), help=help)


def _holds(data: Any, path: Path) -> bool:
    for part in path:
        if not isinstance(data, Mapping) or part not in data:
            return False
        data = data[part]
    return True


def _unknown(what: str, word: object, options: Iterable[str], place: Place, report: Report) -> None:
    known = list(options)
    hint = did_you_mean(str(word), known) or (f"it can be {', '.join(known)}" if 0 < len(known) <= 12 else None)
    report.error("test/unknown-word", f"no such {what}: {quoted(word)}", place, help=hint)
