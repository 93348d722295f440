"""Evidence that cannot come from the party that owes it, and rules for the unknown where nothing can be unknown."""

from __future__ import annotations

from collections.abc import Iterator

from engine.analysis.lint.stands import ROWS, Stands, Verdict
from engine.diagnostics import Diagnostic, quoted
from engine.library import Registry
from engine.link.program import Program
from engine.pack import Version
from engine.source import Place


def evidence(version: Version, _registers: Registry) -> Iterator[Diagnostic]:
    """Warnings about what is owed, and about `if_unknown`."""
    for family in (_cannot_prove, _known):
        stands = Stands(len(version.programs))
        for program in version.programs.values():
            for place, verdict in family(program):
                stands.add(place, program.scenario, verdict)
        yield from stands.told()


def _cannot_prove(program: Program) -> Iterator[tuple[Place, Verdict | None]]:
    for record in program.records:
        for owed in record.owes:
            verdict = None
            if owed.proposition not in record.may_prove:
                party = program.policy.parties[record.party]
                message = f"{quoted(record.party)} owes {quoted(owed.proposition)}, and its materials may not prove it"
                help = f"add it under `may_prove` of {quoted(record.party)}, or let another party owe it"
                verdict = Verdict("lint/cannot-prove", message, help, (("the party is here", party.place),))
            yield owed.place, verdict


def _known(program: Program) -> Iterator[tuple[Place, Verdict | None]]:
    for table in program.tables.values():
        for rule in table.rules:
            if rule.if_unknown != "open":
                message = f"this rule reads no fact{ROWS}, so its condition is never unknown"
                verdict = Verdict("lint/if-unknown", message, "take out `if_unknown`")
                yield rule.place, None if rule.facts else verdict
