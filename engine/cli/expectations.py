"""Policy tests as documents: their cases, and whether what they expect can ever come out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Final

from engine.cli.cases import read
from engine.diagnostics import Diagnostic, InvalidDocument, Report, did_you_mean, quoted
from engine.document import Node, key_place_of, place_of, plain
from engine.link.program import Choice
from engine.pack import Pack, Version
from engine.policy.schemas import decision_schema

REASONS: Final = ("reasons", "not_reasons")

Path = tuple[str | int, ...]


def check_tests(document: Node, pack: Pack, report: Report) -> None:
    """Report what is wrong with policy tests that their schema has passed, under every version they hold for."""
    data: Any = plain(document)
    names = data.get("versions", list(pack.versions))
    for number, name in enumerate(names):
        if name not in pack.versions:
            _unknown("version", name, pack.versions, place_of(document, ("versions", number)), report)
    for version in (pack.versions[name] for name in names if name in pack.versions):
        checking = _Checking(document, data, pack, version, report)
        for number, test in enumerate(data["tests"]):
            checking.case(number, test)
            checking.expectations(number, test)


class _Checking:
    def __init__(self, document: Node, data: Mapping[str, Any], pack: Pack, version: Version, report: Report) -> None:
        self.document = document
        self.common: Mapping[str, Any] = data.get("facts", {})
        self.pack = pack
        self.version = version
        self.report = report
        self.schema: Mapping[str, Any] = decision_schema(version.policy)["properties"]

    def case(self, number: int, test: Mapping[str, Any]) -> None:
        """The common facts with those of the test on top."""
        own = test["facts"]
        groups = dict.fromkeys((*self.common, *own))
        facts = {group: {**self.common.get(group, {}), **own.get(group, {})} for group in groups}
        try:
            read({"scenario": test["scenario"], "facts": facts, "as_of": test["as_of"]}, self.version)
        except InvalidDocument as problem:
            self.report.found.extend(self._placed(found, number, own) for found in problem.diagnostics)

    def _placed(self, found: Diagnostic, number: int, own: Mapping[str, Any]) -> Diagnostic:
        """A problem of the merged case, where it is written: in the test, or among the common facts."""
        path: Path = ("tests", number, *found.path)
        if found.path[:1] == ("facts",) and not _holds(own, found.path[1:3]):
            path = found.path
        where = key_place_of if path and "unknown-" in found.code else place_of
        return replace(found, place=where(self.document, path), path=path)

    def expectations(self, number: int, test: Mapping[str, Any]) -> None:
        """Every field that is expected is one of the decision, and every value one of its own."""
        for name, value in test["expect"].items():
            path: Path = ("tests", number, "expect", name)
            if name in REASONS:
                self._reasons(path, value, test["scenario"])
            elif name == "deadlines":
                self._words("deadline", path, value, self.schema[name]["items"]["properties"]["name"]["enum"])
            elif name not in self.schema:
                options = [*self.schema, *REASONS]
                _unknown("field of a decision", name, options, key_place_of(self.document, path), self.report)
            elif isinstance(value, list):
                self._words("value", path, value, self.schema[name].get("items", {}).get("enum", ()))
            elif value not in self.schema[name].get("enum", [value]):
                _unknown("value", value, self.schema[name]["enum"], place_of(self.document, path), self.report)

    def _reasons(self, path: Path, value: Iterable[str], scenario: str) -> None:
        """Clause ids, or rules as `table/rule`."""
        program = self.version.programs.get(scenario)
        if program is None:
            return
        choices = (meaning.table for meaning in program.names.values() if isinstance(meaning, Choice))
        tables = (*program.tables.values(), *choices)
        rules = [f"{table.name}/{rule.id}" for table in tables for rule in table.rules]
        self._words("clause or rule", path, value, [*self.pack.registers.clauses, *rules])

    def _words(self, what: str, path: Path, words: Iterable[str], options: Iterable[str]) -> None:
        """Words in a list, or the keys of a mapping."""
        known = list(options)
        for number, word in enumerate(words):
            if word not in known:
                last = word if isinstance(words, Mapping) else number
                _unknown(what, word, known, key_place_of(self.document, (*path, last)), self.report)


def _holds(facts: Any, path: Path) -> bool:
    for part in path:
        if part not in facts:
            return False
        facts = facts[part]
    return True


def _unknown(what: str, word: object, options: Iterable[str], place: Any, report: Report) -> None:
    hint = did_you_mean(str(word), options)
    report.error("test/unknown-word", f"no such {what}: {quoted(word)}", place, help=hint)
