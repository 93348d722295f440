"""Rules, windows and owed evidence as reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.decision import Reason, ReasonState

if TYPE_CHECKING:
    from engine.link.program import Basis, Owed, Rule, Window
    from engine.policy.model import AlsoProven, Evidence


def rule_reason(state: ReasonState, rule: Rule) -> Reason:
    return Reason(state, rule.table, rule.id, rule.basis.clauses, rule.basis.readings, rule.facts, rule.general)


def window_reason(state: ReasonState, window: Window, basis: Basis) -> Reason:
    """A window as a reason: its deadline is shown, or hangs on missing facts."""
    return Reason(state, "", window.name, basis.clauses, basis.readings, window.facts)


def owed_reason(state: ReasonState, owed: Owed) -> Reason:
    return Reason(state, "", owed.id, owed.basis.clauses, owed.basis.readings, owed.facts)


def evidence_reason(evidence: Evidence) -> Reason:
    """What all owed evidence rests on."""
    return Reason("owed", evidence.owed, "", evidence.clauses, evidence.readings)


def also_reason(evidence: Evidence, also: AlsoProven) -> Reason:
    """A fact that proved something beside the materials."""
    return Reason("owed", evidence.owed, also.fact, also.clauses, also.readings, (also.fact,))
