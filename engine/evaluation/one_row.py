"""Decide one case under its row: run the program, then gather fields, deadlines and reasons into a Decision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING

from engine.backends.interpreter import Interpreter, NewInterpreter
from engine.case.model import Case
from engine.decision import Decision, PolicyId, Value
from engine.evaluation.deadlines import deadlines, read_for_deadlines
from engine.evaluation.moment import checked_moment
from engine.evaluation.reasons import read_for_reasons, reasons
from engine.expr.unknown import Unknown
from engine.policy.words import LEFT_OUT
from engine.resources import ENGINE_VERSION

if TYPE_CHECKING:
    from engine.link.program import Program, Rule
    from engine.policy.model import Field


def run(program: Program, case: Case, as_of: datetime, interpreter: NewInterpreter = Interpreter) -> Decision:
    """The decision of a case at a moment. `as_of` is an aware datetime between 2000 and 2100.

    `interpreter` may be one that watches how the reference meaning comes to its values. Raises ValueError for a naive
    or far-off `as_of`. Reads nothing but its arguments.
    """
    return decided(interpreter(program, case, checked_moment(as_of)))


def decided(run: Interpreter) -> Decision:
    """The decision of the case of a run at its moment."""
    return _Gathering(run).decision()


def read(run: Interpreter) -> bool:
    """Read what a decision reads, and in the same order. Whether the case is determined."""
    return _Gathering(run).read()


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
        fields: dict[str, Value] = {}
        open_fields: Unknown | None = None
        missing = [] if waits_for is None else [waits_for]
        if rule is not None:
            fields, open_fields, details = self._fields(rule)
            missing = details if open_fields is None else [open_fields]
            if open_fields is not None and not open_fields.waits_for_findings_only:
                rule = None
        if rule is None:
            fields = empty_values(self.program)
        missing_facts, unassessed = self._missing(missing)
        settled = rule is not None and open_fields is None
        why = reasons(self.run, rule, settled)
        ends, shown = deadlines(self.run, rule)
        policy, zone = self.program.policy, self.run.zone()
        return Decision(
            scenario=self.program.scenario,
            as_of=self.run.as_of,
            fields=outward(self.program, fields),
            missing_facts=missing_facts,
            unassessed=unassessed,
            deadlines=ends,
            reasons=(*why, *shown),
            policy=PolicyId(policy.name, policy.version, policy.digest),
            case_digest=self.run.case.digest,
            engine_version=ENGINE_VERSION,
            determined=rule is not None,
            zone=None if isinstance(zone, Unknown) else zone,
        )

    def read(self) -> bool:
        """Read what the decision reads. Whether the case is determined."""
        rule, _ = self._stand()
        open_fields: Unknown | None = None
        if rule is not None and not self._all_sure():
            _, open_fields, _ = self._fields(rule)
            if open_fields is not None and not open_fields.waits_for_findings_only:
                rule = None
        read_for_reasons(self.run, rule, rule is not None and open_fields is None)
        read_for_deadlines(self.run, rule)
        return rule is not None

    def _stand(self) -> tuple[Rule | None, Unknown | None]:
        """The rule that says where the case stands; or what the first open one above it waits for."""
        outcome = self.run.outcomes.outcome(self.program.standing)
        if outcome.still_open:
            return None, outcome.still_open[0][1]
        return (outcome.hold[0] if outcome.hold else None), None

    # ------------------------------------------------------------------------------------------------------ fields

    def _fields(self, rule: Rule) -> tuple[dict[str, Value], Unknown | None, list[Unknown]]:
        """The values of all fields, what the ones that must be known wait for, and the details that stay open.

        While one that must be known is open, only what the standing rule itself says is filled in, and the sure part of
        the lists that leave out what is not known.
        """
        values: dict[str, Value] = {}
        open_fields: Unknown | None = None
        details: list[Unknown] = []
        for field in self.program.policy.fields.values():
            value = self._field(field)
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
            remarks = [name for name, field in self.program.policy.fields.items() if field.if_unknown == LEFT_OUT]
            own = {name: values[name] for name in (*rule.says, *remarks) if name in values}
            return {**empty_values(self.program), **own}, open_fields, details
        listed = (c for _, outcome in self.run.outcomes.read.values() for _, c in outcome.listed)
        return values, None, [*details, *listed]

    def _all_sure(self) -> bool:
        """Read what the fields hang on, as `_fields` does, without putting together what they say. Whether that is
        sure; what comes behind an unsure one is not read."""
        outcomes = self.run.outcomes
        for field in self.program.policy.fields.values():
            for table, name in zip(self.program.tables_of[field.name], self.program.names_of[field.name], strict=True):
                outcome = outcomes.outcome(table)
                if isinstance(outcome.asked, Unknown) or outcome.still_open:
                    return False
                for rule in outcome.hold:
                    said = rule.says.get(field.name)
                    if said is not None and said.names and isinstance(self.run.value(name), Unknown):
                        return False
                if not field.many:
                    break
        return True

    def _field(self, field: Field) -> Value | Unknown:
        values: list[str] = []
        for name in self.program.names_of[field.name]:
            value = self.run.value(name)
            if isinstance(value, Unknown) or not field.many:
                return value  # type: ignore[return-value]
            values.extend(value)  # type: ignore[arg-type]
        if field.many:
            return tuple(dict.fromkeys(values))
        return field.otherwise

    def _so_far(self, field: Field) -> tuple[str, ...]:
        found = (self.run.outcomes.gathered_so_far(table, field.name) for table in self.program.tables_of[field.name])
        return tuple(dict.fromkeys(value for values in found for value in values))

    def _missing(self, waits_for: Sequence[Unknown]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The facts and findings to be made out, and the materials to be assessed."""
        names = dict.fromkeys(name for one in waits_for for name in one.facts)
        unassessed: dict[str, None] = {}
        for finding in (name for one in waits_for for name in one.findings):
            materials = self.program.policy.facts[finding].kind == "submissions"
            (unassessed if materials else names)[finding] = None
        return tuple(names), tuple(unassessed)
