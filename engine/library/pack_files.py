"""Packs on disk: where they are, their versions and their registers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from engine.diagnostics import Diagnostic, InvalidDocument, Report, quoted
from engine.document import read_document
from engine.document.nodes import Mapping as MappingNode
from engine.document.nodes import Node, at, key_place_of
from engine.document.read import text, under
from engine.document.schema import check
from engine.library.ledger import LEDGER, Ledger
from engine.library.places import is_version
from engine.library.registry import Registry
from engine.policy.from_document import read_policy
from engine.policy.model import Policy
from engine.policy.registers import (
    check_numbers,
    check_registers,
    read_clauses,
    read_readings,
)
from engine.policy.schemas import shipped, version_schema
from engine.source import Place

# What a fault in the schema's eyes does not hide: everything else in these blocks is looked at all the same.
_APART: Final = frozenset({"policy", "version", "title", "effective_from", "changes", "amends", "takes"})
_BY_ENTRY: Final = frozenset({"transition", "facts", "define", "windows", "general_rules", "scenarios"})


@dataclass(frozen=True, slots=True)
class Draft:
    """A policy as far as it can be read. `faulty` are the ids of the nodes in which the schema found a fault."""

    policy: Policy
    faulty: frozenset[int]


def load_draft(path: Path, report: Report) -> Draft | None:
    """The policy in a file, with what is wrong in the report; None when that hides everything else."""
    try:
        document = read_document(path)
    except InvalidDocument as problem:
        report.found.extend(problem.diagnostics)
        return None
    return draft_of(document, report)


def draft_of(document: Node, report: Report) -> Draft | None:
    """The policy in a document: against the schema of all policies first, then against that of its own declarations."""
    general, own, later = Report(), Report(), Report()
    check(document, shipped("policy"), general)
    if not isinstance(document, MappingNode) or any(map(_hides_all, general.errors)):
        report.found.extend(map(_told, general.found))
        return None
    policy = read_policy(document, later)
    check(document, version_schema(policy), own)
    faults = [_told(fault) for fault in own.found if not _for_the_linker(fault, policy)]
    report.found.extend(faults)
    units = [_unit(document, fault.path[:2]) for fault in faults]
    report.found.extend(d for d in later.found if d.place is None or not any(_within(d.place, unit) for unit in units))
    faulty = {id(at(document, fault.path[:length])) for fault in faults for length in range(2, len(fault.path) + 1)}
    return Draft(policy, frozenset(faulty))


def _hides_all(fault: Diagnostic) -> bool:
    """Whether nothing can be said of the rest of a policy: a block is not there, or what it declares is not clear."""
    block = fault.path[0] if fault.path else ""
    if block in _APART:
        return False
    if block == "tables":
        return len(fault.path) < 4 or fault.path[2] != "rules"
    return block not in _BY_ENTRY or len(fault.path) < 2 or fault.code == "schema/key"


def _told(fault: Diagnostic) -> Diagnostic:
    """The fault, with a hint for a key that versions once had."""
    if fault.code == "schema/unknown-key" and fault.path == ("state",):
        return replace(fault, help=f"take the line out: what is published stands in `{LEDGER}`; every other is a draft")
    return fault


def _for_the_linker(fault: Diagnostic, policy: Policy) -> bool:
    """Whether the linker says it better: a table that is the same for every row stands in a row."""
    in_row = fault.code == "schema/unknown-key" and len(fault.path) == 3 and fault.path[0] == "scenarios"
    return in_row and fault.path[2] in policy.tables


def _unit(document: Node, path: tuple[str | int, ...]) -> Place:
    """What stands under a path, its key included."""
    value = at(document, path).place
    key = key_place_of(document, path) if path else value
    return Place(value.source, key.line, key.column, value.end_line, value.end_column)


def _within(place: Place, whole: Place) -> bool:
    start = (whole.line, whole.column) <= (place.line, place.column)
    return start and (place.line, place.column) <= (whole.end_line, whole.end_column)


def load_registers(pack: Path, report: Report) -> Registry:
    """The clause and readings registers beside the versions."""
    clauses_file = _load(pack / "clauses.yaml", "clauses", report)
    readings_file = _load(pack / "readings.yaml", "readings", report)
    clauses = read_clauses(clauses_file) if clauses_file else {}
    check_numbers(clauses, report)
    check_registers(clauses, readings_file, report)
    readings = read_readings(readings_file) if readings_file else {}
    return Registry(clauses, readings, tuple(_policy_named(file) for file in (clauses_file, readings_file) if file))


def _policy_named(document: MappingNode) -> tuple[str, Place]:
    node = under(document, "policy")
    return text(document, "policy"), node.place if node else document.place


def check_one_policy(policies: Iterable[Policy], registers: Registry, ledger: Ledger, report: Report) -> None:
    """All versions and registers of a pack belong to the same policy."""
    own = [_policy_named(policy.document) for policy in policies]
    first, *others = [*([ledger.policy] if ledger.policy else []), *own, *registers.policies]
    for name, place in others:
        if name != first[0]:
            message = f"this belongs to the policy {quoted(name)}, and the pack to {quoted(first[0])}"
            report.error("pack/other-policy", message, place, related=[("the pack's policy is named here", first[1])])


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
    own = f"{policy.version}.yaml"
    named = path.suffix == ".yaml" and is_version(path.stem)
    if named and is_version(policy.version) and path.name != own:
        place = node.place if node else policy.document.place
        report.error(
            "pack/file-name",
            f"the file {quoted(path.name)} holds version {quoted(policy.version)}",
            place,
            help=f"name the file {policy.version}.yaml, or correct `version`",
        )
