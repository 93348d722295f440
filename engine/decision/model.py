"""What comes out: the decision, its reasons and its deadlines, as plain immutable data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol
from zoneinfo import ZoneInfo

from engine.clock import format_instant

if TYPE_CHECKING:
    from engine.case.model import Case
    from engine.explanation.model import Explanation

Value = str | tuple[str, ...]
ReasonState = Literal["held", "open", "failed", "shown", "owed"]
DeadlineState = Literal["running", "met", "missed", "ended", "paused"]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why: a rule that decided or is still open, one above it that failed for want of proof or by a finding, a
    deadline that is shown, or evidence that is owed.

    `facts` are the facts that it reads in the end. `general` names the general rule that a row used. `written` is its
    text in JSON once it was written.
    """

    state: ReasonState
    table: str
    rule: str
    clauses: tuple[str, ...]
    readings: tuple[int, ...]
    facts: tuple[str, ...] = ()
    general: str | None = None
    written: str | None = field(default=None, init=False, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Deadline:
    """The last instant of a window (UTC); that instant itself is in time. `passed` is whether `as_of` lies after it."""

    name: str
    window: str
    party: str | None
    at: datetime
    state: DeadlineState
    passed: bool
    clauses: tuple[str, ...]
    readings: tuple[int, ...]


class PolicyId(NamedTuple):
    """Which text decided: name, version and the digest of its content."""

    name: str
    version: str
    digest: str


class MadeBy(Protocol):
    """What made a decision, and can explain it."""

    def explain(self, case: Case, as_of: datetime) -> Explanation: ...


@dataclass(frozen=True, slots=True)
class Decision:
    """The decision of one case at one moment.

    `fields` holds the fields that the policy declares, under their outward names: texts, or tuples of texts. They are
    attributes too, as far as no attribute of this class has the name. `missing_facts` are facts and findings to be made
    out; `unassessed` are materials that were received and wait for somebody to say what they prove. Two equal inputs
    give equal decisions.
    """

    scenario: str
    as_of: datetime
    fields: Mapping[str, Value]
    missing_facts: tuple[str, ...]
    unassessed: tuple[str, ...]
    deadlines: tuple[Deadline, ...]
    reasons: tuple[Reason, ...]
    policy: PolicyId
    case_digest: str
    engine_version: str
    determined: bool
    zone: ZoneInfo | None = field(default=None, repr=False, compare=False)
    _made_by: MadeBy | None = field(default=None, init=False, repr=False, compare=False)
    _case: Case | None = field(default=None, init=False, repr=False, compare=False)

    def explain(self) -> Explanation:
        """How it came about: every table, rule, window and fact that was read. The case is decided once more for it.

        Raises ValueError for a decision that no version of a pack made, such as a copy with something replaced.
        """
        if self._made_by is None or self._case is None:
            raise ValueError("this decision does not know its case; ask its version: `version.explain(case, as_of)`")
        return self._made_by.explain(self._case, self.as_of)

    def made(self, by: MadeBy | None, case: Case) -> Decision:
        """The decision itself, which now knows what made it of which case."""
        object.__setattr__(self, "_made_by", by)
        object.__setattr__(self, "_case", case)
        return self

    def __getattr__(self, name: str) -> Value:
        if name.startswith("__"):
            raise AttributeError(name)
        fields: Mapping[str, Value] = object.__getattribute__(self, "fields")
        if name in fields:
            return fields[name]
        raise AttributeError(f"the decision has no field `{name}`; it has {', '.join(fields)}")

    def __getitem__(self, name: str) -> Value:
        return self.fields[name]

    def to_dict(self) -> dict[str, object]:
        """Plain data as the version's decision schema describes it. Instants are texts in the dispute's own zone."""
        fields = {name: list(value) if isinstance(value, tuple) else value for name, value in self.fields.items()}
        return {
            "scenario": self.scenario,
            "as_of": format_instant(self.as_of, self.zone),
            "determined": self.determined,
            **fields,
            "missing_facts": list(self.missing_facts),
            "unassessed": list(self.unassessed),
            "deadlines": [self._deadline(deadline) for deadline in self.deadlines],
            "reasons": [reason_to_dict(reason) for reason in self.reasons],
            "policy": {"name": self.policy.name, "version": self.policy.version, "digest": self.policy.digest},
            "case_digest": self.case_digest,
            "engine_version": self.engine_version,
        }

    def _deadline(self, deadline: Deadline) -> dict[str, object]:
        return {
            "name": deadline.name,
            "window": deadline.window,
            "party": deadline.party,
            "at": format_instant(deadline.at, self.zone),
            "state": deadline.state,
            "passed": deadline.passed,
            "clauses": list(deadline.clauses),
            "readings": list(deadline.readings),
        }


def reason_to_dict(reason: Reason) -> dict[str, object]:
    return {
        "state": reason.state,
        "table": reason.table,
        "rule": reason.rule,
        "general": reason.general,
        "clauses": list(reason.clauses),
        "readings": list(reason.readings),
        "facts": list(reason.facts),
    }
