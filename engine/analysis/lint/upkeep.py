"""Clauses and readings of the registers that no version uses, as warnings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from engine.analysis.clause_report import clause_report
from engine.diagnostics import Diagnostic
from engine.library import Registry
from engine.pack import Version


def upkeep(versions: Sequence[Version], registers: Registry) -> list[Diagnostic]:
    """What is so of the registers under every version of a pack; what only one of them leaves unused is its own affair.

    Unlike for `clauses`, these are warnings: all versions can be used."""
    if not versions:
        return []
    reports = [clause_report(version, registers).findings for version in versions]
    everywhere = set.intersection(*({(one.code, one.place) for one in findings} for findings in reports))
    return [replace(one, severity="warning") for one in reports[-1] if (one.code, one.place) in everywhere]
