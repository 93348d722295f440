"""Documents of every kind, recognised by what they hold, and everything that is wrong with them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from engine.case.written import CaseDocument, placed
from engine.cli import packs, sources
from engine.diagnostics import Diagnostic, InvalidDocument, Report, in_order, quoted

if TYPE_CHECKING:
    from engine.document import Node
    from engine.library import Registry
    from engine.pack import Pack, Version
    from engine.testing.model import PolicyTest

POLICY: Final = "policy"
CLAUSES: Final = "clause register"
READINGS: Final = "readings register"
LEDGER: Final = "ledger"
TESTS: Final = "policy tests"
MUTANTS: Final = "mutants register"
READERS: Final = "readers of notices"
NOTICES: Final = "texts of notices"
SAMPLE: Final = "sample register"
CASE: Final = "case"
KINDS: Final = (
    "a policy has `facts` and `scenarios`, a register says `register: clauses`, `readings`, `ledger`, `mutants`, "
    "`readers`, `notices` or `sample`, policy tests have `tests`, a case has `scenario`"
)
REGISTERS: Final = (("clauses.yaml", CLAUSES), ("readings.yaml", READINGS), ("published.yaml", LEDGER))


class Checker:
    """Checks documents against the versions and registers of one pack, which are loaded when they are first needed."""

    def __init__(self, pack: str | None) -> None:
        self._name = pack
        self._pack: Pack | None = None
        self.checked: list[tuple[str, str]] = []
        self.versions: list[Version] = []  # those that were checked and can be used
        self.tests: list[PolicyTest] = []  # those of the documents that were checked
        self.report = Report()

    @property
    def found(self) -> list[Diagnostic]:
        return in_order(self.report.found)

    # ---------------------------------------------------------------------------------------------------- documents

    def everything(self) -> None:
        """The versions, the registers, the tests and the examples of the pack."""
        from engine.analysis.lint import upkeep
        from engine.library import version_files
        from engine.pack import check_pack

        folder = packs.find(self._name)
        self._pack = check_pack(folder, self.report)
        self.versions += self._pack.versions.values()
        for version in _that_may_change(self._pack):
            self._lint(version, self._pack.registers)
        if not self.report.errors:  # or what cites a clause may be in a version that could not be read
            self.report.found.extend(upkeep(list(self._pack.versions.values()), self._pack.registers))
        registers = ((folder / name, kind) for name, kind in REGISTERS)
        self.checked += [(str(path), kind) for path, kind in registers if path.exists()]
        self.checked += [(str(path), POLICY) for path in version_files(folder).values()]
        if not self.checked:
            self.report.error(
                "pack/empty", f"the folder {quoted(folder)} holds no version", help="name one with `--pack`"
            )
        self._notices(self._pack)
        for name in ("mutants.yaml", "sample.yaml"):
            if (folder / name).exists():
                self.file(str(folder / name))
        for below in ("tests", "examples"):
            for path in sorted((folder / below).glob("*")):
                if path.suffix in (".yaml", ".yml", ".json") or sources.is_lines(path.name):
                    self.file(str(path))

    def file(self, path: str) -> None:
        """One file, whatever it holds."""
        if sources.is_lines(path):
            self._lines(path)
            return
        from engine.document import plain, read_document

        try:
            document = read_document(Path(path))
        except InvalidDocument as problem:
            self.checked.append((path, "document"))
            self.report.found.extend(problem.diagnostics)
            return
        kind = kind_of(document)
        self.checked.append((path, kind or "document"))
        if kind is None:
            self.report.error("document/unknown-kind", "this is none of the documents that can be checked",
                              document.place, help=KINDS)  # fmt: skip
        elif kind == POLICY:
            self._policy(Path(path))
        elif kind in (CLAUSES, READINGS):
            self._register(Path(path), document, kind)
        elif kind == LEDGER:
            self._ledger(Path(path), document)
        elif kind == TESTS:
            self._tests(document)
        elif kind == MUTANTS:
            self._mutants(document)
        elif kind in (READERS, NOTICES):
            self._one_of_the_notices(Path(path), document, kind)
        elif kind == SAMPLE:
            self._sample(document)
        else:
            self._case(CaseDocument(plain(document), lambda: document), self.report)

    # -------------------------------------------------------------------------------------- versions and registers

    def pack(self) -> Pack | None:
        """The pack, without what is wrong with it: that is told where the pack itself is checked."""
        if self._pack is None:
            from engine.pack import check_pack

            self._pack = check_pack(packs.find(self._name), Report())
        return self._pack

    def _policy(self, path: Path) -> None:
        from engine.library import load_ledger, load_registers
        from engine.pack import load_version

        registers: Registry = load_registers(path.parent, Report())
        if not registers.clauses and (pack := self.pack()) is not None:
            registers = pack.registers
        version = load_version(path, registers, self.report, load_ledger(path.parent, Report()))
        if version is not None:
            self.versions.append(version)
            self._lint(version, registers)

    def _lint(self, version: Version, registers: Registry) -> None:
        from engine.analysis.lint import lint

        self.report.found.extend(lint(version, registers))

    def _ledger(self, path: Path, document: Node) -> None:
        from engine.library import check_files, read_ledger, version_files

        check_files(read_ledger(document, self.report), version_files(path.parent), self.report)

    def _register(self, path: Path, document: Node, kind: str) -> None:
        from engine.document import Mapping as MappingNode
        from engine.document.schema import check
        from engine.library import load_registers
        from engine.policy.registers import check_numbers, check_registers, read_clauses
        from engine.policy.schemas import shipped

        before = len(self.report.errors)
        check(document, shipped("clauses" if kind == CLAUSES else "readings"), self.report)
        if len(self.report.errors) > before or not isinstance(document, MappingNode):
            return
        if kind == CLAUSES:
            check_numbers(read_clauses(document), self.report)
        else:
            check_registers(load_registers(path.parent, Report()).clauses, document, self.report)

    # ------------------------------------------------------------------------------------------------- cases, tests

    def _lines(self, path: str) -> None:
        cases = 0
        for item in sources.from_file(path):
            cases += 1
            own = Report()
            found = item.found
            if isinstance(found, InvalidDocument):
                own.found.extend(found.diagnostics)
            else:
                self._case(found, own)
            self.report.found.extend(_in_line(own.found, path, item.line))
        self.checked.append((path, f"{cases} cases"))

    def _case(self, document: CaseDocument, report: Report) -> None:
        try:
            version = self._version_for(document.data)
            if version is not None:
                version.read(document.data)
        except InvalidDocument as problem:
            report.found.extend(placed(problem, document).diagnostics)

    def _version_for(self, data: object) -> Version | None:
        """The version that a case is checked against: the one that governs it, or the last while that is not known."""
        pack = self.pack()
        if pack is None or not pack.versions:
            return None
        try:
            return pack.governing(data)
        except InvalidDocument:
            return packs.last(pack)

    def _tests(self, document: Node) -> None:
        from engine.document.schema import check
        from engine.policy.schemas import shipped
        from engine.testing.check import check_tests

        before = len(self.report.errors)
        check(document, shipped("tests"), self.report)
        pack = self.pack()
        if len(self.report.errors) == before and pack is not None:
            self.tests += check_tests(document, pack, self.report).tests

    def _mutants(self, document: Node) -> None:
        from engine.document.schema import check
        from engine.policy.schemas import shipped
        from engine.testing.mutants.declared import check_declared, read_declared
        from engine.testing.mutants.sites import mutants

        before = len(self.report.errors)
        check(document, shipped("mutants"), self.report)
        pack = self.pack()
        if len(self.report.errors) == before and pack is not None:
            known = {version.name: mutants(version.policy) for version in pack.versions.values()}
            check_declared(read_declared(document), known, self.report)

    # ------------------------------------------------------------------------------------------------------- notices

    def _notices(self, pack: Pack) -> None:
        """The readers and the languages of a pack, as far as its versions can be used."""
        from engine.notices import check_notices, notice_files

        files = notice_files(pack.folder)
        self.checked += [(str(path), NOTICES if code else READERS) for code, path in files.items()]
        if files and pack.versions:
            check_notices(pack, self.report, later=_drafts(pack))

    def _one_of_the_notices(self, path: Path, document: Node, kind: str) -> None:
        """One file of notices, with those beside it."""
        from engine.document.schema import check
        from engine.notices import check_notices
        from engine.policy.schemas import shipped

        pack = self.pack()
        if pack is None or not pack.versions or path.resolve().parent.parent != pack.folder.resolve():
            check(document, shipped("readers" if kind == READERS else "notices"), self.report)
            return
        whole = Report()
        check_notices(pack, whole, later=_drafts(pack))
        self.report.found += [one for one in whole.found if one.place and Path(one.place.source.name).name == path.name]

    def _sample(self, document: Node) -> None:
        from engine.sampling.read import checked_profile

        pack = self.pack()
        if pack is not None and pack.versions:
            checked_profile(document, [version.policy for version in pack.versions.values()], self.report)


def _drafts(pack: Pack) -> list[str]:
    """The versions whose letters nobody gets yet; none where the pack has only such versions."""
    published = pack.ledger.publications
    return [name for name in pack.versions if published and pack.ledger.publication(name) is None]


def kind_of(document: Node) -> str | None:
    """What a document is, by the keys at its top; None for nothing that is known."""
    from engine.document import Mapping as MappingNode
    from engine.document.read import text

    keys = set(document.entries) if isinstance(document, MappingNode) else set()
    if "register" in keys:
        kinds = {"clauses": CLAUSES, "readings": READINGS, "ledger": LEDGER, "mutants": MUTANTS}
        kinds |= {"readers": READERS, "notices": NOTICES, "sample": SAMPLE}
        return kinds.get(text(document, "register"))
    if "tests" in keys:
        return TESTS
    if {"facts", "scenarios"} <= keys:
        return POLICY
    return CASE if "scenario" in keys else None


def _that_may_change(pack: Pack) -> list[Version]:
    """The drafts, and the last version, from which the next one will be made."""
    versions = list(pack.versions.values())
    return [one for one in versions if pack.ledger.publication(one.name) is None or one is versions[-1]]


def _in_line(found: Iterable[Diagnostic], path: str, line: int | None) -> Iterator[Diagnostic]:
    """Problems of one line of JSON Lines, at their places in the whole file."""
    from engine.source import Place, Source

    number = line or 1

    def whole(place: Place | None) -> Place:
        if place is None:
            return Place(Source(path, "\n" * number), number, 1, number, 1)
        source = Source(path, "\n" * (number - 1) + place.source.line(place.line))
        return Place(source, number, place.column, number, place.end_column)

    for one in found:
        related = tuple((message, whole(place)) for message, place in one.related)
        yield replace(one, place=whole(one.place), related=related)
