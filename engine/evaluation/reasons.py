"""Why: the rules that decided or that the outcome hangs on, and the evidence that is owed.

What is told, and in which order, follows from what holds, not from the order in which a backend reads: the standing
rule, the tables as the version declares them, the choices, the evidence. Of an open outcome, what was read is told.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from engine.backends.as_reasons import also_reason
from engine.decision import Reason
from engine.expr.unknown import Unknown
from engine.expr.words import PROVEN

if TYPE_CHECKING:
    from engine.backends.as_reasons import Reasons
    from engine.backends.interpreter import Interpreter
    from engine.backends.outcomes import Outcome
    from engine.link.program import Rule, Table


def reasons(run: Interpreter, rule: Rule | None, settled: bool) -> list[Reason]:
    """The rules that decided; while the outcome is open (`settled` is false), those it hangs on instead.

    `rule` is the standing rule that decided, if one did.
    """
    tables, tells_evidence, told = _read(run, rule, settled)
    as_reason, standing = run.reasons.rule, run.program.standing
    found = [] if rule is None else [as_reason("held", rule)]
    for table in tables:
        outcome = run.outcomes.outcome(table)
        if table is not standing:
            _of_table(run.reasons, table, outcome, settled, found)
        elif rule is None:
            found += [as_reason("open", one) for one, _ in outcome.still_open[:1]]
    if tells_evidence:
        _evidence(run, told, found)
    return found


def read_for_reasons(run: Interpreter, rule: Rule | None, settled: bool) -> None:
    """Read what `reasons` reads."""
    if settled and rule is not None and not rule.says_owed and not run.program.reads_owed:
        for table in run.program.tables.values():
            run.outcomes.outcome(table)
        return
    _, tells_evidence, _ = _read(run, rule, settled)
    if tells_evidence and _outcome_was_read(run):
        run.outcomes.not_owed()


def _read(run: Interpreter, rule: Rule | None, settled: bool) -> tuple[list[Table], bool, frozenset[str]]:
    """The tables to tell of, whether evidence is told, and the propositions that it is told of."""
    if not settled or rule is None:
        return _in_order(run, run.outcomes.read), True, frozenset(run.program.policy.propositions)
    tables = _tables_that_count(run, rule)
    tells_evidence = rule.says_owed or any(table.reads_owed for table in tables)
    return tables, tells_evidence, _read_evidence(run, tables) if tells_evidence else frozenset()


def _of_table(reasons: Reasons, table: Table, outcome: Outcome, settled: bool, found: list[Reason]) -> None:
    still_open = outcome.still_open
    if table.hit == "all" or settled or not still_open:
        for rule in outcome.hold:
            found.append(reasons.rule("held", rule))
        for rule, _ in outcome.listed:
            found.append(reasons.rule("open", rule))
        for rule in outcome.failed:
            found.append(reasons.rule("failed", rule))
    if still_open and not settled and not (table.hit == "all" and outcome.hold):
        found += [reasons.rule("open", rule) for rule, _ in still_open]
        if table.hit == "first":
            found += [reasons.rule("open", rule) for rule in outcome.hold]


def _tables_that_count(run: Interpreter, rule: Rule) -> list[Table]:
    """Of a settled outcome: every table that is asked, and the choices that the rules that decided read."""
    asked = [
        table
        for table in run.program.tables.values()
        if table is not run.program.standing and run.outcomes.outcome(table).asked is True
    ]
    decided = [rule, *(held for table in asked for held in run.outcomes.outcome(table).hold)]
    return [*asked, *_choices(run, {name for one in decided for name in one.choices})]


def _choices(run: Interpreter, names: Iterable[str]) -> list[Table]:
    return [table for name, table in run.program.choices.items() if name in names]


def _in_order(run: Interpreter, names: Iterable[str]) -> list[Table]:
    """The tables and choices of these names, in the order in which the version declares them."""
    tables = [table for name, table in run.program.tables.items() if name in names]
    return [*tables, *_choices(run, names)]


def _read_evidence(run: Interpreter, tables: Iterable[Table]) -> frozenset[str]:
    """Make out what is owed and what is proven, as far as the outcome speaks of it. The propositions of that."""
    told = dict.fromkeys(proposition for table in tables for proposition in table.proofs)
    for record in run.program.records:
        for owed in record.owes:
            run.records.owes(record, owed)
            told[owed.proposition] = None
    for proposition in told:
        run.value(PROVEN + proposition)
    return frozenset(told)


def _evidence(run: Interpreter, told: frozenset[str], found: list[Reason]) -> None:
    """What is owed, and what proved some of the told propositions beside the materials."""
    evidence, records = run.program.policy.evidence, run.records
    not_owed = run.outcomes.not_owed() if _outcome_was_read(run) else {}
    owes = False
    for record in run.program.records:
        if not_owed.get(record.party) is True:
            continue
        for owed in record.owes:
            owing = records.owed.get(owed.id, False)
            if owing is not False:
                owes = True
                found.append(run.reasons.owed("open" if isinstance(owing, Unknown) else "owed", owed))
    if owes:
        found.append(run.reasons.evidence(evidence))
    for also in evidence.also:
        if told & records.proven_also_by.get(also.fact, frozenset()):
            found.append(also_reason(evidence, also))


def _outcome_was_read(run: Interpreter) -> bool:
    """Whether a table was read whose rules can make evidence irrelevant."""
    return any(table.not_owed_by for table, _ in run.outcomes.read.values())
