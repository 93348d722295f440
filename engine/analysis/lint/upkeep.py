"""The registers of a pack: what no version uses of them, and kinds of clauses that look misspelt, as warnings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from engine.analysis.clause_report import clause_report
from engine.analysis.lint.places import warning
from engine.diagnostics import Diagnostic, did_you_mean, quoted
from engine.library import Registry
from engine.pack import Version


def upkeep(versions: Sequence[Version], registers: Registry) -> list[Diagnostic]:
    """What is so of the registers under every version of a pack; what only one of them leaves unused is its own affair.

    Unlike for `clauses`, these are warnings: all versions can be used."""
    return [*_odd_kinds(registers), *_unused(versions, registers)]


def _unused(versions: Sequence[Version], registers: Registry) -> list[Diagnostic]:
    if not versions:
        return []
    reports = [clause_report(version, registers).findings for version in versions]
    everywhere = set.intersection(*({(one.code, one.place) for one in findings} for findings in reports))
    return [replace(one, severity="warning") for one in reports[-1] if (one.code, one.place) in everywhere]


def _odd_kinds(registers: Registry) -> Iterator[Diagnostic]:
    """Kinds that one clause alone has, and that look like those of others."""
    counts = Counter(clause.kind for clause in registers.clauses.values())
    common = [kind for kind, count in counts.items() if count > 1]
    for clause in registers.clauses.values():
        near = did_you_mean(clause.kind, common) if counts[clause.kind] == 1 else None
        if near is not None:
            message = f"no other clause is of the kind {quoted(clause.kind)}"
            yield warning("lint/odd-kind", message, clause.place, help=near)
