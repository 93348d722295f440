"""Cases decided under two versions: whose decision changes, and in what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal
from zoneinfo import ZoneInfo

from engine.decision import Deadline, Decision
from engine.diagnostics import InvalidDocument
from engine.pack import Version
from engine.policy.model import seal
from engine.testing.model import PolicyTest

Part = Literal["field", "deadline", "missing", "reason"]
How = Literal["decision", "deadline", "reasons"]
COUNTS: Final = ("cases", "decision", "deadline", "reasons")


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A part of a decision under both versions: a field by its outward name, a deadline by name, a list of what is
    missing, or the reasons, of which only those are named that the other version does not give.

    Values are texts, tuples of texts or Deadlines; None where a version's decision has no such part."""

    part: Part
    name: str
    before: object
    after: object


@dataclass(frozen=True, slots=True)
class CaseChange:
    """A case that is not decided the same under both versions, with everything that changes.

    `how`: a field or what is missing changes, only a deadline does, or only the reasons do.
    `zone` is the dispute's own.
    """

    case: PolicyTest
    how: How
    fields: tuple[FieldChange, ...]
    zone: ZoneInfo | None = None


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A case that cannot be decided under one version or both, and why."""

    case: PolicyTest
    version: Literal["before", "after", "both"]
    problem: InvalidDocument


@dataclass(slots=True)
class Count:
    """How many cases of a scenario were decided under both versions, and in how many of them something changes."""

    cases: int = 0
    decision: int = 0
    deadline: int = 0
    reasons: int = 0

    @property
    def moved(self) -> int:
        """The cases in which anything changes."""
        return self.decision + self.deadline + self.reasons


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What two versions make of the same cases.

    `counts` is by scenario, the empty name for cases without one; `tried` holds what took part in a decision under
    either version, by scenario: rules as `table/rule`, windows, and evidence as `party.proposition`.
    """

    before: str
    after: str
    counts: Mapping[str, Count]
    changes: tuple[CaseChange, ...]
    unreadable: tuple[Unreadable, ...]
    tried: Mapping[str, frozenset[str]]

    def __post_init__(self) -> None:
        seal(self)

    @property
    def total(self) -> Count:
        """The counts of all scenarios together."""
        all_ = self.counts.values()
        return Count(*(sum(getattr(count, name) for count in all_) for name in COUNTS))

    def of(self, how: How) -> tuple[CaseChange, ...]:
        """The cases that change in this way, in their order."""
        return tuple(change for change in self.changes if change.how == how)


def behaviour(before: Version, after: Version, cases: Iterable[PolicyTest]) -> Behaviour:
    """Every case, at its own moment, decided under both versions. What a test expects plays no part."""
    found = _Tally({row: Count() for row in {**after.programs, **before.programs}})
    for case in cases:
        found.add(case, _decided(before, case), _decided(after, case))
    tried = {row: frozenset(names) for row, names in found.tried.items()}
    return Behaviour(before.name, after.name, found.counts, tuple(found.changes), tuple(found.unreadable), tried)


@dataclass(slots=True)
class _Tally:
    counts: dict[str, Count]
    changes: list[CaseChange] = field(default_factory=list)
    unreadable: list[Unreadable] = field(default_factory=list)
    tried: dict[str, set[str]] = field(default_factory=dict)

    def add(self, case: PolicyTest, old: Decision | InvalidDocument, new: Decision | InvalidDocument) -> None:
        if isinstance(old, InvalidDocument):
            both = isinstance(new, InvalidDocument)
            self.unreadable.append(Unreadable(case, "both" if both else "before", old))
            return
        if isinstance(new, InvalidDocument):
            self.unreadable.append(Unreadable(case, "after", new))
            return
        scenario = case.case.get("scenario")
        row = scenario if isinstance(scenario, str) and scenario in self.counts else ""  # while it is not known
        count = self.counts.setdefault(row, Count())
        count.cases += 1
        for decision in (old, new):
            self.tried.setdefault(row, set()).update(_took_part(decision))
        changed = tuple(field_changes(old, new))
        if changed:
            how = _how(changed)
            setattr(count, how, getattr(count, how) + 1)
            self.changes.append(CaseChange(case, how, changed, new.zone))


def _decided(version: Version, case: PolicyTest) -> Decision | InvalidDocument:
    try:
        return version.decide(version.read_case(case.case), case.as_of)
    except InvalidDocument as problem:
        return problem


def _took_part(decision: Decision) -> Iterator[str]:
    for reason in decision.reasons:
        yield f"{reason.table}/{reason.rule}" if reason.table else reason.rule
    yield from (deadline.window for deadline in decision.deadlines)


# ------------------------------------------------------------------------------------------------------ one decision


def field_changes(old: Decision, new: Decision) -> Iterator[FieldChange]:
    """Everything in which two decisions of one case differ: fields, what is missing, deadlines, then reasons."""
    for name in dict.fromkeys([*old.fields, *new.fields]):
        was, now = old.fields.get(name), new.fields.get(name)
        if _unordered(was) != _unordered(now):
            yield FieldChange("field", name, was, now)
    for name in ("missing_facts", "unassessed"):
        was, now = getattr(old, name), getattr(new, name)
        if set(was) != set(now):
            yield FieldChange("missing", name, was, now)
    olds, news = ({deadline.name: deadline for deadline in decision.deadlines} for decision in (old, new))
    for name in dict.fromkeys([*olds, *news]):
        first, second = olds.get(name), news.get(name)
        if _shown(first) != _shown(second):
            yield FieldChange("deadline", name, first, second)
    if _reasons(old) != _reasons(new):
        gone, come = (tuple(sorted(a - b)) for a, b in ((_reasons(old), _reasons(new)), (_reasons(new), _reasons(old))))
        yield FieldChange("reason", "reasons", gone, come)


def _how(changes: Iterable[FieldChange]) -> How:
    parts = {change.part for change in changes}
    if parts & {"field", "missing"}:
        return "decision"
    return "deadline" if "deadline" in parts else "reasons"


def _reasons(decision: Decision) -> set[str]:
    """The clauses and readings that a decision rests on, and its rules as `table/rule`."""
    found = {f"{reason.table}/{reason.rule}" for reason in decision.reasons if reason.table}
    for reason in decision.reasons:
        found |= {*reason.clauses, *(f"reading {number}" for number in reason.readings)}
    return found


def _shown(deadline: Deadline | None) -> tuple[object, ...]:
    """What a reader of a deadline goes by: while it is paused, no instant."""
    if deadline is None:
        return ()
    return (None if deadline.state == "paused" else deadline.at, deadline.state, deadline.party)


def _unordered(value: object) -> object:
    return tuple(sorted(value)) if isinstance(value, tuple) else value
