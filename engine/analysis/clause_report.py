"""Whether every clause and every reading is used, or says why it is not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.analysis.citations import Citations, Citer, citations
from engine.diagnostics import Diagnostic, Report, quoted
from engine.library import Registry
from engine.pack import Version
from engine.policy.registers import Clause, Reading


@dataclass(frozen=True, slots=True)
class ClauseReport:
    """The registers of a pack against one of its versions.

    `findings` are errors for what nothing uses and no reason excuses, warnings for a reason that is no longer true.
    """

    policy: str
    version: str
    clauses: Mapping[str, Clause]
    readings: Mapping[int, Reading]
    citations: Citations
    findings: tuple[Diagnostic, ...]

    def cited_by(self, clause: str) -> tuple[Citer, ...]:
        return self.citations.clauses.get(clause, ())

    def named_by(self, reading: int) -> tuple[Citer, ...]:
        return self.citations.readings.get(reading, ())


def clause_report(version: Version, registers: Registry) -> ClauseReport:
    """The report on a version. Registers that a pack does not have are empty, and nothing is found wrong with them."""
    found, report = citations(version), Report()
    registers = registers.under(version.policy)
    for clause in registers.clauses.values():
        _check_clause(clause, found.clauses.get(clause.id, ()), report)
    for reading in registers.readings.values():
        _check_reading(reading, found.readings.get(reading.number, ()), report)
    policy = version.policy
    return ClauseReport(policy.name, policy.version, registers.clauses, registers.readings, found, tuple(report.found))


def _check_clause(clause: Clause, citers: tuple[Citer, ...], report: Report) -> None:
    if not citers and clause.no_rule is None:
        report.error(
            "clauses/uncited",
            f"nothing rests on the clause {quoted(clause.id)}, and it gives no reason: {clause.gist}",
            clause.place,
            help="cite it where it is carried out, or say under `no_rule` why it is not",
        )
    elif citers and clause.no_rule is not None:
        report.warning(
            "clauses/cited-with-reason",
            f"the clause {quoted(clause.id)} says why no rule cites it ({clause.no_rule}), and is cited",
            clause.place,
            help="take `no_rule` out, or the citation",
            related=[("it is cited here", citer.place) for citer in citers[:1]],
        )


def _check_reading(reading: Reading, citers: tuple[Citer, ...], report: Report) -> None:
    if not citers and reading.not_used is None:
        report.error(
            "readings/unnamed",
            f"nothing names reading {reading.number}, and it gives no reason: {reading.title}",
            reading.place,
            help="name it where it is taken, or say under `not_used` why it is not",
        )
    elif citers and reading.not_used is not None:
        report.warning(
            "readings/named-not-used",
            f"reading {reading.number} says why nothing names it, and is named",
            reading.place,
            help="take `not_used` out, or the number",
            related=[("it is named here", citer.place) for citer in citers[:1]],
        )
