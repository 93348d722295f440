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


class Reasons:
    """The reasons of one row, each made once. May be shared by threads and by all cases of the row.

    Rules, windows and owed evidence are told by their identity: the program keeps them.
    """

    def __init__(self) -> None:
        self._rules: dict[tuple[ReasonState, int], Reason] = {}
        self._windows: dict[tuple[ReasonState, int, tuple[str, ...], tuple[int, ...]], Reason] = {}
        self._owed: dict[tuple[ReasonState, int], Reason] = {}
        self._evidence: Reason | None = None

    def rule(self, state: ReasonState, rule: Rule) -> Reason:
        key = state, id(rule)
        found = self._rules.get(key)
        if found is None:
            found = self._rules[key] = rule_reason(state, rule)
        return found

    def window(self, state: ReasonState, window: Window, basis: Basis) -> Reason:
        key = state, id(window), basis.clauses, basis.readings
        found = self._windows.get(key)
        if found is None:
            found = self._windows[key] = window_reason(state, window, basis)
        return found

    def owed(self, state: ReasonState, owed: Owed) -> Reason:
        key = state, id(owed)
        found = self._owed.get(key)
        if found is None:
            found = self._owed[key] = owed_reason(state, owed)
        return found

    def evidence(self, evidence: Evidence) -> Reason:
        found = self._evidence
        if found is None:
            found = self._evidence = evidence_reason(evidence)
        return found
