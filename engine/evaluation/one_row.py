"""Decide one case under its row: run the program, then gather fields, deadlines and reasons into a Decision."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Final

from engine.backends.interpreter import Interpreter
from engine.case.model import Case
from engine.decision import Deadline, DeadlineState, Decision, PolicyId, Reason, ReasonState, Value
from engine.expr.unknown import Unknown
from engine.link.program import Basis, Owed, Program, Rule, Table, Window
from engine.policy.from_document import LEFT_OUT
from engine.policy.model import Field
from engine.resources import ENGINE_VERSION

FIRST_MOMENT: Final = datetime(2000, 1, 1, tzinfo=UTC)
LAST_MOMENT: Final = datetime(2101, 1, 1, tzinfo=UTC)


def run(program: Program, case: Case, as_of: datetime) -> Decision:
    """The decision of a case at a moment. `as_of` is an aware datetime between 2000 and 2100.

    Raises ValueError for a naive or far-off `as_of`. Reads nothing but its arguments.
    """
    if as_of.tzinfo is None:
        raise ValueError("as_of needs an offset from UTC")
    as_of = as_of.astimezone(UTC)
    if not FIRST_MOMENT <= as_of < LAST_MOMENT:
        raise ValueError("as_of lies outside the years 2000 to 2100")
    return _Gathering(Interpreter(program, case, as_of)).decision()


def outward(program: Program, values: dict[str, Value]) -> Mapping[str, Value]:
    """Values by field, under the fields' outward names."""
    return MappingProxyType({program.policy.fields[name].written_as: value for name, value in values.items()})


def empty_values(program: Program) -> dict[str, Value]:
    """No outcome: every field at what it falls back on, the standing at its value for what is not known."""
    empty: dict[str, Value] = {}
    for field in program.policy.fields.values():
        fallback = (field.if_unknown or "") if field is program.standing_field else field.otherwise
        empty[field.name] = () if field.many else fallback
    return empty


def empty_fields(program: Program) -> Mapping[str, Value]:
    """No outcome, under the fields' outward names."""
    return outward(program, empty_values(program))


class _Gathering:
    def __init__(self, interpreter: Interpreter) -> None:
        self.run = interpreter
        self.program = interpreter.program
        self.standing = self.program.standing_field

    def decision(self) -> Decision:
        rule, waits_for = self._stand()
        fields = empty_values(self.program)
        open_fields: Unknown | None = None
        missing = [] if waits_for is None else [waits_for]
        if rule is not None:
            fields, open_fields, details = self._fields(rule)
            missing = details if open_fields is None else [open_fields]
            if open_fields is not None and not open_fields.waits_for_findings_only:
                rule, fields = None, empty_values(self.program)
        missing_facts, unassessed = self._missing(missing)
        settled = rule is not None and open_fields is None
        reasons = tuple(self._reasons(rule, settled))
        deadlines, shown = self._deadlines(rule)
        policy, zone = self.program.policy, self.run.zone()
        return Decision(
            scenario=self.program.scenario,
            as_of=self.run.as_of,
            fields=outward(self.program, fields),
            missing_facts=missing_facts,
            unassessed=unassessed,
            deadlines=deadlines,
            reasons=reasons + shown,
            policy=PolicyId(policy.name, policy.version, policy.digest),
            case_digest=self.run.case.digest,
            engine_version=ENGINE_VERSION,
            determined=rule is not None,
            zone=None if isinstance(zone, Unknown) else zone,
        )

    def _stand(self) -> tuple[Rule | None, Unknown | None]:
        """The rule that says where the case stands; or what the first open one above it waits for."""
        outcome = self.run.outcomes.outcome(self.program.standing)
        if outcome.still_open:
            return None, outcome.still_open[0][1]
        return (outcome.hold[0] if outcome.hold else None), None

    # ------------------------------------------------------------------------------------------------------ fields

    def _fields(self, rule: Rule) -> tuple[dict[str, Value], Unknown | None, list[Unknown]]:
        """The values of all fields, what the ones that must be known wait for, and the details that stay open.

        While one that must be known is open, only what the standing rule itself says is filled in.
        """
        values: dict[str, Value] = {}
        open_fields: Unknown | None = None
        details: list[Unknown] = []
        for field in self.program.policy.fields.values():
            value = self._field(field, rule)
            if not isinstance(value, Unknown):
                values[field.name] = value
            elif field.must_be_known or field is self.standing:
                open_fields = value if open_fields is None else open_fields.and_also(value)
            elif field.many:
                values[field.name] = tuple(dict.fromkeys((*self._so_far(field), *value.sure)))
                if field.if_unknown != LEFT_OUT:
                    details.append(value)
            else:
                values[field.name] = field.if_unknown or field.otherwise
                details.append(value)
        if open_fields is not None:
            own = {name: values[name] for name in rule.says if name in values}
            return {**empty_values(self.program), **own}, open_fields, details
        listed = (c for _, outcome in self.run.outcomes.read.values() for _, c in outcome.listed)
        return values, None, [*details, *listed]

    def _field(self, field: Field, rule: Rule) -> Value | Unknown:
        values: list[str] = []
        for table in self.program.tables_of(field):
            value = self.run.value(f"{table.name}.{field.name}")
            if isinstance(value, Unknown) or not field.many:
                return value  # type: ignore[return-value]
            values.extend(value)  # type: ignore[arg-type]
        if field.many:
            return tuple(dict.fromkeys(values))
        return field.otherwise

    def _so_far(self, field: Field) -> tuple[str, ...]:
        found = (self.run.outcomes.gathered_so_far(table, field.name) for table in self.program.tables_of(field))
        return tuple(dict.fromkeys(value for values in found for value in values))

    def _missing(self, waits_for: Sequence[Unknown]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The facts and findings to be made out, and the materials to be assessed."""
        names = dict.fromkeys(name for one in waits_for for name in one.facts)
        unassessed: dict[str, None] = {}
        for finding in (name for one in waits_for for name in one.findings):
            materials = self.program.policy.facts[finding].kind == "submissions"
            (unassessed if materials else names)[finding] = None
        return tuple(names), tuple(unassessed)

    # --------------------------------------------------------------------------------------------------- deadlines

    def _deadlines(self, rule: Rule | None) -> tuple[tuple[Deadline, ...], tuple[Reason, ...]]:
        """The deadlines to show, in the order of time, and a reason for each."""
        found: list[Deadline] = []
        reasons: list[Reason] = []
        windows = [*self.program.windows, *(r.window for r in self.program.records if r.window is not None)]
        for window in windows:
            if window.deadline is None or (
                rule and rule.deadlines is not None and window.deadline not in rule.deadlines
            ):
                continue
            clock = self.run.clocks.clock(window)
            if clock.asked is not True or isinstance(clock.ends, Unknown):
                if isinstance(clock.ends, Unknown):
                    reasons.append(_window_reason("open", window, clock.basis))
                continue
            if clock.ends is None:
                continue
            basis = clock.basis
            passed = self.run.as_of > clock.ends
            found.append(
                Deadline(
                    window.deadline,
                    window.name,
                    window.party,
                    clock.ends,
                    self._state(window, passed),
                    passed,
                    basis.clauses,
                    basis.readings,
                )
            )
            reasons.append(_window_reason("shown", window, basis))
        found.sort(key=lambda deadline: (deadline.at, deadline.name))
        return tuple(found), tuple(reasons)

    def _state(self, window: Window, passed: bool) -> DeadlineState:
        record = next((r for r in self.program.records if r.window is window), None)
        met = self.run.clocks.met(window)
        if record is not None:
            met = self.run.records.received(record).submitted
        if self.run.clocks.paused(window) is True:
            return "paused"
        if met is True:
            return "met"
        if not passed:
            return "running"
        return "missed" if window.met_by is not None or record is not None else "ended"

    # ----------------------------------------------------------------------------------------------------- reasons

    def _reasons(self, rule: Rule | None, settled: bool) -> Iterator[Reason]:
        """The rules that decided; while the outcome is open, those it hangs on instead."""
        if rule is not None:
            yield _rule_reason("decided", rule)
        for table, outcome in list(self.run.outcomes.read.values()):
            if table is self.program.standing:
                if rule is None:
                    yield from (_rule_reason("open", r) for r, _ in outcome.still_open[:1])
                continue
            if table.hit == "all" or settled or not outcome.still_open:
                yield from (_rule_reason("decided", r) for r in outcome.hold)
                yield from (_rule_reason("open", r) for r, _ in outcome.listed)
                yield from (_rule_reason("failed", r) for r in outcome.failed)
            if not settled and not (table.hit == "all" and outcome.hold):
                yield from (_rule_reason("open", r) for r, _ in outcome.still_open)
                if table.hit == "first" and outcome.still_open:
                    yield from (_rule_reason("open", r) for r in outcome.hold)
        yield from self._evidence()

    def _evidence(self) -> Iterator[Reason]:
        evidence = self.program.policy.evidence
        general = Basis(evidence.clauses, evidence.readings)
        dropped = self.run.outcomes.not_owed() if self._judged() else {}
        owes = False
        for owed, owing in self.run.records.owed.items():
            if owing is not False and dropped.get(owed.party) is not True:
                owes = True
                yield _owed_reason("open" if isinstance(owing, Unknown) else "owed", owed)
        if owes:
            yield Reason("owed", evidence.owed, "", general.clauses, general.readings)
        for also in evidence.also:
            if also.fact in self.run.records.proven_also_by:
                yield Reason("owed", evidence.owed, also.fact, also.clauses, also.readings, (also.fact,))

    def _judged(self) -> bool:
        return any(
            table.name in self.run.outcomes.read
            for table in self.program.tables.values()
            if any(rule.not_owed_by for rule in table.rules)
        )


def _rule_reason(state: ReasonState, rule: Rule) -> Reason:
    return Reason(state, rule.table, rule.id, rule.basis.clauses, rule.basis.readings, rule.facts, rule.general)


def _window_reason(state: ReasonState, window: Window, basis: Basis) -> Reason:
    return Reason(state, "", window.name, basis.clauses, basis.readings, window.facts)


def _owed_reason(state: ReasonState, owed: Owed) -> Reason:
    return Reason(state, "", owed.id, owed.basis.clauses, owed.basis.readings, owed.facts)
