"""What a service holds: a pack with its versions, loaded once, shared by threads, deciding cases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import MappingProxyType

from engine.case.from_data import read_case
from engine.case.model import Case
from engine.clock import parse_instant
from engine.decision import Decision
from engine.diagnostics import InvalidDocument, Report, did_you_mean, in_order, quoted
from engine.evaluation import run, run_any
from engine.library import (
    Registry,
    check_one_policy,
    check_place,
    find_pack,
    governing,
    load_draft,
    load_registers,
    version_files,
)
from engine.link.assemble import link
from engine.link.compile import Citable
from engine.link.program import Program
from engine.policy.model import Policy


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a policy, checked and linked. Immutable; may be shared by threads."""

    policy: Policy
    programs: Mapping[str, Program]

    def __repr__(self) -> str:
        return f"<Version {self.name} of {self.policy.name}>"

    @property
    def name(self) -> str:
        return self.policy.version

    def read_case(self, data: object) -> Case:
        """A case from plain data: `{"scenario": ..., "facts": {...}}`. Raises InvalidDocument with all problems."""
        return read_case(data, self.policy)

    def decide(self, case: Case, as_of: datetime | str) -> Decision:
        """The decision of a case at a moment: an aware datetime, or ISO 8601 with an offset. Raises ValueError."""
        moment = parse_instant(as_of) if isinstance(as_of, str) else as_of
        if case.scenario is None:
            return run_any(self.programs, case, moment)
        if case.scenario not in self.programs:
            raise ValueError(f"version {self.name} has no scenario {quoted(case.scenario)}; the case is of another one")
        return run(self.programs[case.scenario], case, moment)


@dataclass(frozen=True, slots=True)
class Pack:
    """All versions of one policy with its registers. Immutable; may be shared by threads."""

    name: str
    folder: Path
    versions: Mapping[str, Version]
    registers: Registry

    def __repr__(self) -> str:
        return f"<Pack {self.name}: {', '.join(self.versions)}>"

    def version(self, name: str) -> Version:
        """The version of this name, a draft too. Raises InvalidDocument when there is none."""
        if name not in self.versions:
            raise unknown_version(name, self.versions)
        return self.versions[name]

    def governing(self, data: object) -> Version:
        """The published version that governs a case: the one in force on the local day of its filing.

        `data` is the case as plain data. Raises InvalidDocument when none is, or when that cannot be known.
        """
        return self.versions[self.governing_with_reason(data)[0]]

    def governing_with_reason(self, data: object) -> tuple[str, str]:
        """The name of the version that governs a case, and why it does."""
        facts = data.get("facts") if isinstance(data, Mapping) else None
        return governing([version.policy for version in self.versions.values()], facts)

    def decide(self, data: object, as_of: datetime | str, version: str | None = None) -> Decision:
        """The decision of a case given as plain data, by the version that governs it or by the one named."""
        chosen = self.version(version) if version is not None else self.governing(data)
        return chosen.decide(chosen.read_case(data), as_of)


def unknown_version(name: str, versions: Mapping[str, object]) -> InvalidDocument:
    report = Report()
    hint = did_you_mean(name, versions) or "versions: " + ", ".join(versions)
    report.error("pack/unknown-version", f"no version {quoted(name)} in this pack", help=hint)
    return InvalidDocument(report.found)


def load_pack(name: str | Path | None = None, only: str | None = None) -> Pack:
    """A pack by its folder, or by the name of one that is shipped; without a name, the only one that is.

    Every version is checked and linked, or the one named in `only`. Raises InvalidDocument with every problem found.
    """
    path = find_pack(name)
    report = Report()
    pack = check_pack(path, report, only)
    report.stop_if_wrong()
    return pack


def check_pack(path: Path, report: Report, only: str | None = None) -> Pack:
    """As `load_pack`, with what is wrong in the report and the versions that cannot be used left out."""
    registers = load_registers(path, report)
    files = version_files(path)
    if only is not None and only not in files:
        raise unknown_version(only, files)
    versions: dict[str, Version] = {}
    for name, file in files.items():
        if only is None or name == only:
            version = load_version(file, registers, report)
            if version is not None:
                versions[version.name] = version
    if versions:
        check_one_policy((version.policy for version in versions.values()), registers, report)
    report.found[:] = in_order(report.found)
    return Pack(path.resolve().name, path, MappingProxyType(versions), registers)


def load_version(file: Path, registers: Registry, report: Report) -> Version | None:
    """The version in a file; None when it cannot be used, and the report says why."""
    before = len(report.errors)
    draft = load_draft(file, report)
    if draft is None:
        return None
    policy = draft.policy
    check_place(policy, file, report)
    clauses = frozenset(registers.clauses) if registers.clauses else None
    readings = frozenset(registers.readings) if registers.readings else None
    programs = link(policy, Citable(clauses, readings), report, faulty=draft.faulty)
    return Version(policy, MappingProxyType(programs)) if len(report.errors) == before else None
