"""Packs on disk: their versions, registers, and which version governs a filing."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final

from engine.clock import BadTime, local_day, parse_instant, zone
from engine.diagnostics import InvalidDocument, Report, did_you_mean, quoted
from engine.document import read_document
from engine.document.nodes import Mapping as MappingNode
from engine.document.read import under
from engine.document.schema import check
from engine.policy.from_document import read_policy
from engine.policy.model import Policy
from engine.policy.registers import Clause, Reading, check_numbers, check_registers, read_clauses, read_readings
from engine.policy.schemas import shipped, version_schema
from engine.resources import folder

VERSION_FILE: Final = re.compile(r"(0|[1-9][0-9]{0,3})\.(0|[1-9][0-9]{0,3})\.(0|[1-9][0-9]{0,3})\.yaml\Z")
DECLARATIONS: Final = (
    "facts",
    "propositions",
    "groups",
    "decision",
    "parties",
    "evidence",
    "windows",
    "tables",
    "general_rules",
)


def find_pack(name: str | Path | None = None) -> Path:
    """The folder of a pack: a path, the name of a shipped one, or the only one there is. Raises InvalidDocument."""
    if name is not None and Path(name).is_dir():
        return Path(name)
    packs = {p.name: p for p in sorted(folder("policies").iterdir()) if p.is_dir() and version_files(p)}
    if name is None and len(packs) == 1:
        return next(iter(packs.values()))
    if name is not None and str(name) in packs:
        return packs[str(name)]
    report = Report()
    said = f"no pack {quoted(name)}" if name is not None else "there is more than one pack; name one"
    report.error("pack/unknown", said, help=did_you_mean(str(name), packs) or "packs: " + ", ".join(packs))
    raise InvalidDocument(report.found)


def version_key(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def version_files(pack: Path) -> dict[str, Path]:
    """The files of a pack's versions, oldest first."""
    found = {p.name.removesuffix(".yaml"): p for p in pack.iterdir() if VERSION_FILE.match(p.name)}
    return {name: found[name] for name in sorted(found, key=version_key)}


def load_policy(path: Path, report: Report) -> Policy | None:
    """The Policy in a file; None when it cannot be used, and the report says why."""
    try:
        document = read_document(path)
    except InvalidDocument as problem:
        report.found.extend(problem.diagnostics)
        return None
    return policy_of(document, report)


def policy_of(document: object, report: Report) -> Policy | None:
    """The Policy in a document: against the schema of all policies first, then against that of its own declarations."""
    before = len(report.errors)
    general = Report()
    check(document, shipped("policy"), general)  # type: ignore[arg-type]
    if not isinstance(document, MappingNode) or _declarations_wrong(document, general):
        report.found.extend(general.found)
        return None
    policy = read_policy(document, Report())
    own = Report()
    check(document, version_schema(policy), own)
    report.found.extend(own.found or general.found)
    if len(report.errors) > before:
        return None
    policy = read_policy(document, report)
    return policy if len(report.errors) == before else None


def _declarations_wrong(document: MappingNode, report: Report) -> bool:
    """Whether something is wrong outside the rows and the rules, so that the version's own schema cannot be made."""
    return any(not d.path or d.path[0] not in ("scenarios", "define") for d in report.errors)


@dataclass(frozen=True, slots=True)
class Registry:
    """The registers of a pack, empty where it has none."""

    clauses: Mapping[str, Clause]
    readings: Mapping[int, Reading]


def load_registers(pack: Path, report: Report) -> Registry:
    """The clause and readings registers beside the versions."""
    clauses_file = _load(pack / "clauses.yaml", "clauses", report)
    readings_file = _load(pack / "readings.yaml", "readings", report)
    clauses = read_clauses(clauses_file) if clauses_file else {}
    check_numbers(clauses, report)
    check_registers(clauses, readings_file, report)
    return Registry(clauses, read_readings(readings_file) if readings_file else {})


def _load(path: Path, kind: str, report: Report) -> MappingNode | None:
    if not path.exists():
        return None
    try:
        document = read_document(path)
    except InvalidDocument as problem:
        report.found.extend(problem.diagnostics)
        return None
    before = len(report.errors)
    check(document, shipped(kind), report)
    return document if isinstance(document, MappingNode) and len(report.errors) == before else None


def check_place(policy: Policy, path: Path, report: Report) -> None:
    """A version stands in a file of its own name."""
    node = under(policy.document, "version")
    if VERSION_FILE.match(path.name) and path.name != f"{policy.version}.yaml":
        place = node.place if node else policy.document.place
        report.error(
            "pack/file-name",
            f"the file {quoted(path.name)} holds version {quoted(policy.version)}",
            place,
            help=f"name the file {policy.version}.yaml, or correct `version`",
        )


# ------------------------------------------------------------------------------------------- which version governs


def governing(policies: Sequence[Policy], facts: object) -> tuple[str, str]:
    """The version that governs a case, and why, from its facts as plain data.

    The last published version whose first day is not after the local day of filing. When the zone or the moment of
    filing is not known, the answer is given only if there is one. Raises InvalidDocument otherwise.
    """
    published = sorted(
        (p for p in policies if p.state != "draft"), key=lambda p: (p.effective_from, version_key(p.version))
    )
    report = Report()
    if not published:
        report.error("pack/no-version", "no version of this policy is published")
        raise InvalidDocument(report.found)
    days = _filing_days(published[-1], facts)
    if days is None:
        if len(published) == 1:
            return published[0].version, "it is the only published version"
        report.error(
            "pack/version-unclear",
            "more than one version is possible: when the dispute was filed is not known",
            path=("facts", *published[-1].filed_fact.split(".")),
            help="give that fact, or name a version",
        )
        raise InvalidDocument(report.found)
    possible = {_on(day, published) for day in days}
    if len(possible) > 1:
        report.error(
            "pack/version-unclear",
            "more than one version is possible: the filing is near the start of a version",
            path=("facts", *published[-1].zone_fact.split(".")),
            help="give the time zone, or name a version",
        )
        raise InvalidDocument(report.found)
    version = possible.pop()
    if version is None:
        first = published[0]
        report.error(
            "pack/no-version",
            f"no version was in force on {days[0]}",
            help=f"{first.version} begins on {first.effective_from}",
        )
        raise InvalidDocument(report.found)
    policy = next(p for p in published if p.version == version)
    return version, f"in force since {policy.effective_from}, the dispute was filed on {days[len(days) // 2]}"


def _on(day: date, published: Sequence[Policy]) -> str | None:
    return next((p.version for p in reversed(published) if p.effective_from <= day), None)


def _filing_days(policy: Policy, facts: object) -> list[date] | None:
    """The local days on which the filing may have been; None when nothing is known of it."""
    filed = _value(facts, policy.filed_fact)
    try:
        instant = filed if isinstance(filed, datetime) and filed.tzinfo else parse_instant(str(filed))
    except BadTime:
        return None
    try:
        return [local_day(instant, zone(str(_value(facts, policy.zone_fact))))]
    except BadTime:
        day = instant.astimezone(UTC).date()
        return [day - timedelta(days=1), day, day + timedelta(days=1)]


def _value(facts: object, name: str) -> object:
    for part in name.split("."):
        facts = facts.get(part) if isinstance(facts, Mapping) else None
    return facts
