"""Why: the rules that decided or that the outcome hangs on, and the evidence that is owed."""

from __future__ import annotations

from collections.abc import Iterator

from engine.backends.interpreter import Interpreter
from engine.decision import Reason, ReasonState
from engine.expr.unknown import Unknown
from engine.link.program import Basis, Owed, Rule, Window


def reasons(run: Interpreter, rule: Rule | None, settled: bool) -> Iterator[Reason]:
    """The rules that decided; while the outcome is open (`settled` is false), those it hangs on instead.

    `rule` is the standing rule that decided, if one did.
    """
    if rule is not None:
        yield _rule_reason("held", rule)
    for table, outcome in list(run.outcomes.read.values()):
        if table is run.program.standing:
            if rule is None:
                yield from (_rule_reason("open", r) for r, _ in outcome.still_open[:1])
            continue
        if table.hit == "all" or settled or not outcome.still_open:
            yield from (_rule_reason("held", r) for r in outcome.hold)
            yield from (_rule_reason("open", r) for r, _ in outcome.listed)
            yield from (_rule_reason("failed", r) for r in outcome.failed)
        if not settled and not (table.hit == "all" and outcome.hold):
            yield from (_rule_reason("open", r) for r, _ in outcome.still_open)
            if table.hit == "first" and outcome.still_open:
                yield from (_rule_reason("open", r) for r in outcome.hold)
    yield from _evidence(run)


def _evidence(run: Interpreter) -> Iterator[Reason]:
    evidence = run.program.policy.evidence
    general = Basis(evidence.clauses, evidence.readings)
    not_owed = run.outcomes.not_owed() if _outcome_was_read(run) else {}
    owes = False
    for owed, owing in run.records.owed.items():
        if owing is not False and not_owed.get(owed.party) is not True:
            owes = True
            yield _owed_reason("open" if isinstance(owing, Unknown) else "owed", owed)
    if owes:
        yield Reason("owed", evidence.owed, "", general.clauses, general.readings)
    for also in evidence.also:
        if also.fact in run.records.proven_also_by:
            yield Reason("owed", evidence.owed, also.fact, also.clauses, also.readings, (also.fact,))


def _outcome_was_read(run: Interpreter) -> bool:
    """Whether a table was read whose rules can make evidence irrelevant."""
    return any(any(rule.not_owed_by for rule in table.rules) for table, _ in run.outcomes.read.values())


def window_reason(state: ReasonState, window: Window, basis: Basis) -> Reason:
    """A window as a reason: its deadline is shown, or hangs on missing facts."""
    return Reason(state, "", window.name, basis.clauses, basis.readings, window.facts)


def _rule_reason(state: ReasonState, rule: Rule) -> Reason:
    return Reason(state, rule.table, rule.id, rule.basis.clauses, rule.basis.readings, rule.facts, rule.general)


def _owed_reason(state: ReasonState, owed: Owed) -> Reason:
    return Reason(state, "", owed.id, owed.basis.clauses, owed.basis.readings, owed.facts)
