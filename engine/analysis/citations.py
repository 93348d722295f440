"""Which parts of a version rest on which clauses and readings."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal, TypeVar

from engine.link.parts import choices_read, windows
from engine.link.program import Basis, Program
from engine.pack import Version
from engine.source import Place

Kind = Literal["rule", "general rule", "choice", "window", "evidence", "proof", "transition"]
Cited = TypeVar("Cited", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Citer:
    """A part of a version that rests on something: what it is, its name, and the rows in which it does.

    `table` is that of a rule. A general rule stands here once, whatever the rows call it.
    """

    kind: Kind
    table: str
    name: str
    rows: tuple[str, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Citations:
    """The parts that rest on each clause and on each reading, in the order of the policy. `rows` are all rows."""

    clauses: Mapping[str, tuple[Citer, ...]]
    readings: Mapping[int, tuple[Citer, ...]]
    rows: tuple[str, ...]


def citations(version: Version) -> Citations:
    """Everything that a version's programs cite."""
    clauses: dict[str, dict[tuple[str, str, str], Citer]] = {}
    readings: dict[int, dict[tuple[str, str, str], Citer]] = {}
    for program in version.programs.values():
        for citer, basis in _parts(program):
            for clause in basis.clauses:
                _add(clauses, clause, citer)
            for reading in basis.readings:
                _add(readings, reading, citer)
    return Citations(
        {clause: tuple(found.values()) for clause, found in clauses.items()},
        {reading: tuple(found.values()) for reading, found in readings.items()},
        tuple(version.programs),
    )


def _add(into: dict[Cited, dict[tuple[str, str, str], Citer]], cited: Cited, citer: Citer) -> None:
    known = into.setdefault(cited, {})
    key = (citer.kind, citer.table, citer.name)
    if key not in known:
        known[key] = citer
    elif citer.rows[0] not in known[key].rows:
        known[key] = replace(known[key], rows=known[key].rows + citer.rows)


def _parts(program: Program) -> Iterator[tuple[Citer, Basis]]:
    rows = (program.scenario,)
    for table in program.tables.values():
        for rule in table.rules:
            kind: Kind = "rule" if rule.general is None else "general rule"
            yield Citer(kind, table.name, rule.general or rule.id, rows, rule.place), rule.basis
    for table in choices_read(program):
        for rule in table.rules:
            yield Citer("choice", "", rule.id, rows, rule.place), rule.basis
    for window in windows(program):
        basis = window.basis
        for span in window.spans:
            basis += span.basis
        yield Citer("window", "", window.name, rows, window.place), basis
    for record in program.records:
        for owed in record.owes:
            yield Citer("evidence", "", owed.id, rows, owed.place), owed.basis
    for rule_number, kept in enumerate(program.transition, 1):
        yield Citer("transition", "", f"transition {rule_number}", rows, kept.place), kept.basis
    evidence = program.policy.evidence
    place = program.policy.document.place
    yield Citer("proof", "", evidence.owed, rows, place), Basis(evidence.clauses, evidence.readings)
    for also in evidence.also:
        yield Citer("proof", "", also.fact, rows, also.place), Basis(also.clauses, also.readings)
