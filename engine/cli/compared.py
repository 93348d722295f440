"""The two versions that a command compares, and the cases that it decides under both."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from engine.cli import packs, sources
from engine.cli.cases import Item, problem_at
from engine.cli.progress import Progress, size_of
from engine.diagnostics import InvalidDocument, Report, quoted

if TYPE_CHECKING:
    from engine.analysis.behaviour import Behaviour, Unreadable
    from engine.library import Registry
    from engine.pack import Version
    from engine.testing.model import PolicyTest


@dataclass(frozen=True, slots=True)
class Pair:
    """Two versions, and the folder of the pack whose registers, policy tests and examples go with them."""

    before: Version
    after: Version
    folder: Path
    registers: Registry

    @property
    def begins(self) -> str:
        """The first day of the later version; empty while it has none."""
        day = self.after.first_day
        return day.isoformat() if day is not None else ""


def two_versions(pack: str | None, before: str, after: str) -> Pair:
    """The versions of these names, or in these files; other versions of the pack may be as wrong as they like.

    Raises InvalidDocument with everything that is wrong with the two, UsageError for two policies."""
    from engine.library import EMPTY, load_ledger, load_registers, version_files
    from engine.pack import load_version, unknown_version

    report = Report()
    folder = packs.near(_folder_beside(after, before)) if pack is None else packs.find(pack)
    registers, ledger = load_registers(folder, report), load_ledger(folder, report)
    files = version_files(folder)
    found = []
    for name in (before, after):
        if not _is_file(name) and name not in files:
            raise unknown_version(name, files)
        file = Path(name) if _is_file(name) else files[name]
        inside = file.resolve() in {one.resolve() for one in files.values()}  # a copy elsewhere may say what it likes
        found.append(load_version(file, registers, report, ledger if inside else EMPTY))
    report.stop_if_wrong()
    old, new = found
    assert old is not None and new is not None
    if old.policy.name != new.policy.name:
        names = f"{quoted(old.policy.name)} and {quoted(new.policy.name)}"
        raise click.UsageError(f"these are versions of two policies, {names}")
    return Pair(old, new, folder, registers)


def _is_file(version: str) -> bool:
    return Path(version).suffix in (".yaml", ".yml", ".json")


def _folder_beside(*versions: str) -> Path:
    """The folder of the first of them that is a file beside the registers of a pack; else the only pack there is."""

    folders = [Path(version).parent for version in versions if _is_file(version)]
    beside = [folder for folder in folders if (folder / "clauses.yaml").exists()]
    return next(iter(beside), None) or packs.find(None)


# --------------------------------------------------------------------------------------------------------------- cases


def cases_of_pack(folder: Path, report: Report, tests: Sequence[PolicyTest] = ()) -> tuple[PolicyTest, ...]:
    """The policy tests of a pack, unless they are given, and its examples that name a moment. What is wrong with them
    goes to the report."""
    from engine.testing.suite import examples, policy_tests

    found = (*(tests or policy_tests(folder, report)), *examples(folder, report))
    lines = [str(file) for file in sorted((folder / "examples").glob("*")) if sources.is_lines(file.name)]
    own = OwnCases(None)
    return (*found, *(case for file in lines for case in own.read(file)))


def behaviour_of(pair: Pair, files: Iterable[str], as_of: datetime, output: Path | None) -> Behaviour:
    """What both versions make of the pack's cases, and of those in files. Raises InvalidDocument for a file that
    cannot be read; a wrong line of JSON Lines is told with the cases that cannot be decided."""
    from engine.analysis.behaviour import behaviour

    names = list(files)
    own, progress = OwnCases(as_of), Progress("cases", size_of(names), output)
    try:
        report = Report()
        pack = cases_of_pack(pair.folder, report)
        report.stop_if_wrong()
        found = behaviour(pair.before, pair.after, _chained(pack, own, names, progress))
    finally:
        progress.end()
    return replace(found, unreadable=(*found.unreadable, *own.broken))


def _chained(
    pack: Iterable[PolicyTest], own: OwnCases, files: Iterable[str], progress: Progress
) -> Iterator[PolicyTest]:
    yield from pack
    for file in files:
        yield from own.read(file, progress)


@dataclass(slots=True)
class OwnCases:
    """Reads cases from files; those that name no moment are for `as_of`, or passed over where that is None."""

    as_of: datetime | None
    broken: list[Unreadable] = field(default_factory=list)

    def read(self, file: str, progress: Progress | None = None) -> Iterator[PolicyTest]:
        """The cases of a file, one after the other. Raises InvalidDocument."""
        for item in sources.from_file(file):
            case = self._case(item)
            if progress is not None:
                progress.step(item.size, case is None)
            if case is not None:
                yield case

    def _case(self, item: Item) -> PolicyTest | None:
        from engine.analysis.behaviour import Unreadable
        from engine.source import Place, Source
        from engine.testing.model import PolicyTest

        found, line = item.found, item.line or 1
        place = Place(Source(item.source, ""), line, 1, line, 1)
        data = None if isinstance(found, InvalidDocument) else found.data
        if not isinstance(data, Mapping):
            problem = found if isinstance(found, InvalidDocument) else problem_at("case/shape", "a case is a mapping")
            if item.line is None:
                raise problem
            case = PolicyTest(item.source, item.name, {}, "", {}, None, place)
            self.broken.append(Unreadable(case, "both", problem))
            return None
        moment = data.get("as_of") or (self.as_of and self.as_of.isoformat())
        if moment is None:
            return None
        return PolicyTest(item.source, str(data.get("title") or item.name), data, str(moment), {}, None, place)
