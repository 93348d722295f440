"""The hand-written decision as the public `Decision`, to compare what the public object costs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from types import MappingProxyType

from benchmarks.by_hand.clock import zone
from benchmarks.by_hand.decide import Plain, decide
from benchmarks.by_hand.reasons import Reason as PlainReason
from engine import Case, Deadline, Decision, Reason, Version
from engine.decision import PolicyId
from engine.link.program import Basis, Choice, Program
from engine.resources import ENGINE_VERSION


class ByHand:
    """The hand-written function behind the signature of `Version.decide`. What is constant is made once."""

    def __init__(self, version: Version) -> None:
        policy = version.policy
        self.policy = PolicyId(policy.name, policy.version, policy.digest)
        self.reasons = known_reasons(version)

    def decide(self, case: Case, as_of: datetime) -> Decision:
        """Raises LookupError when something asked is missing."""
        assert case.scenario is not None
        plain = decide(case.scenario, case.values, as_of)
        return self.public(plain, case)

    def public(self, plain: Plain, case: Case) -> Decision:
        known = self.reasons[plain.scenario]
        return Decision(
            scenario=plain.scenario,
            as_of=plain.as_of,
            fields=MappingProxyType({
                "status": plain.status,
                "in_favor_of": plain.in_favor_of,
                "liable": plain.liable,
                "remedies": plain.remedies,
                "return": plain.goods_back,
                "risk": plain.risk,
                "awaiting_from": plain.awaiting_from,
                "missing_evidence": plain.missing_evidence,
                "notes": plain.notes,
            }),
            missing_facts=(),
            unassessed=(),
            deadlines=tuple([
                Deadline(name, window, party, at, state, passed, clauses, known.readings[window, clauses])
                for at, name, window, party, state, passed, clauses in plain.deadlines
            ]),
            reasons=known.all(plain.reasons),
            policy=self.policy,
            case_digest=case.digest,
            engine_version=ENGINE_VERSION,
            determined=True,
            zone=zone(case.values["dispute.time_zone"]),
        )  # fmt: skip


class Known:
    """The public reasons of a row, found by the identity of the constants that the hand-written function gives."""

    def __init__(self, program: Program) -> None:
        self.by_content: dict[PlainReason, Reason] = {
            (r.state, r.table, r.rule, r.clauses): r for r in _reasons(program)
        }
        self.readings = {(r.rule, r.clauses): r.readings for r in self.by_content.values() if r.state == "shown"}
        self.by_identity: dict[int, Reason] = {}

    def all(self, plain: Iterable[PlainReason]) -> tuple[Reason, ...]:
        known = self.by_identity
        try:
            return tuple([known[id(reason)] for reason in plain])
        except KeyError:
            known.update({id(reason): self.by_content[reason] for reason in plain})
            return tuple([known[id(reason)] for reason in plain])


def known_reasons(version: Version) -> dict[str, Known]:
    return {name: Known(program) for name, program in version.programs.items()}


def _reasons(program: Program) -> Iterator[Reason]:
    choices = [meaning.table for meaning in program.names.values() if isinstance(meaning, Choice)]
    for table in (*program.tables.values(), *choices):
        for rule in table.rules:
            for state in ("held", "failed"):
                yield Reason(state, table.name, rule.id, *_of(rule.basis), rule.facts, rule.general)
    for record in program.records:
        for owed in record.owes:
            yield Reason("owed", "", owed.id, *_of(owed.basis), owed.facts)
    evidence = program.policy.evidence
    yield Reason("owed", evidence.owed, "", evidence.clauses, evidence.readings)
    for also in evidence.also:
        yield Reason("owed", evidence.owed, also.fact, also.clauses, also.readings, (also.fact,))
    for window in (*program.windows, *(r.window for r in program.records if r.window is not None)):
        for span in window.spans:
            yield Reason("shown", "", window.name, *_of(window.basis + span.basis), window.facts)


def _of(basis: Basis) -> tuple[tuple[str, ...], tuple[int, ...]]:
    return basis.clauses, basis.readings
