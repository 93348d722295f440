"""What became of every table, rule, window, party and name that a decision read, and of the facts behind them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal, NamedTuple
from zoneinfo import ZoneInfo

from engine.source import Place

Kind = Literal["term", "fact", "name", "window", "party", "proof", "record", "rule"]
Origin = Literal["", "case", "test", "example", "common", "declaration", "nowhere", "later"]
State = Literal["decides", "held", "failed", "unreached", "open", "set_aside", "unasked", "runs", "unstarted"]
Asked = Literal["asked", "unasked", "open"]
Owing = Literal["owed", "not_owed", "dropped", "open"]

made: Final = tuple.__new__  # makes one of the tuples below of all its fields: an explanation has hundreds of them
TOLD: Final = ("decides", "held")  # the states of a rule that says something


@dataclass(frozen=True, slots=True)
class Missing:
    """A value that is not known, and the facts and findings that it waits for."""

    facts: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()


class Seen(NamedTuple):
    """Something that was read: its text, what it came to, where it stands, and what it was made of.

    `value` is a value of the language (instants in UTC), Missing, or None for what is absent. `origin` tells where a
    fact comes from: the case (of a policy test: the test itself, its example, the common facts of its file), the
    declaration of the fact, nowhere; or it is later than the moment of the decision. `place` is where the policy
    declares it, None for a term; `given` where the case gives a fact, if that is known.
    """

    text: str
    value: object
    kind: Kind
    place: Place | None = None
    origin: Origin = ""
    below: tuple[Seen, ...] = ()
    given: Place | None = None

    def everything(self) -> Iterator[Seen]:
        """This, and all that it was made of."""
        yield self
        for part in self.below:
            yield from part.everything()


class PartTrace(NamedTuple):
    """What became of a rule (`table/rule`), a window, or a whole table that is not read, in a case.

    `by` is the rule that kept it from being reached, or one before it that is open; `why` are the terms that made it
    so; they are left out where another rule of the table decides and has them itself. Of a rule, `when` is its
    condition as written, empty when it always holds; `says` is what it says, by field, when it decides or holds.
    """

    part: str
    state: State
    place: Place
    by: str = ""
    why: tuple[Seen, ...] = ()
    when: str = ""
    waits_for: Missing | None = None
    says: tuple[tuple[str, object], ...] = ()
    general: str | None = None
    clauses: tuple[str, ...] = ()
    readings: tuple[int, ...] = ()

    @property
    def rule(self) -> str:
        """The id of a rule in its table."""
        return self.part.partition("/")[2]

    @property
    def tells(self) -> bool:
        """Whether it is a rule that decides or holds."""
        return self.state in TOLD


class TableTrace(NamedTuple):
    """A table that was consulted, or a name with alternatives (`choice`). `guard` are the terms of `asked_if`."""

    name: str
    title: str
    choice: bool
    hit: Literal["first", "all"]
    state: Asked
    guard: tuple[Seen, ...]
    rules: tuple[PartTrace, ...]
    place: Place


class WindowTrace(NamedTuple):
    """A window that was read. `within` is the alternative by which it ends, as written, `after` what it counts from.

    Instants are in UTC; None for a start or an end that does not come. `met_by` is what meets it, as written, `met_at`
    when that happened.
    """

    name: str
    meaning: str
    party: str | None
    deadline: str | None
    trace: PartTrace
    within: str
    after: str
    starts: datetime | Missing | None
    ends: datetime | Missing | None
    running: bool | Missing
    ended: bool | Missing
    met: bool | Missing
    missed: bool | Missing
    paused: bool | Missing
    met_by: str
    met_at: datetime | Missing | None


class OwedTrace(NamedTuple):
    """Evidence that a party may owe. `dropped`: it no longer matters, by a rule that decides. `proven_by` are the facts
    that prove it."""

    id: str
    party: str
    proposition: str
    state: Owing
    proven: bool | Missing
    proven_by: tuple[str, ...]
    why: tuple[Seen, ...]
    clauses: tuple[str, ...]
    readings: tuple[int, ...]
    place: Place


class RecordTrace(NamedTuple):
    """A party's part: whether it takes part, what it handed in, and until when (UTC) it may."""

    party: str
    fact: str
    involved: bool | Missing
    submitted: bool | Missing
    late: bool | Missing
    awaited: bool | Missing
    ends: datetime | Missing | None
    owes: tuple[OwedTrace, ...]


class RowTrace(NamedTuple):
    """A case under one row. `standing` is the table that says where it stands.

    `tables` are those that were consulted, in the order in which they were settled, `unread` the names of the others;
    `names` are the formulas that were read; `facts` all the facts that were read for the decision and then for telling
    it, in that order: no other fact has part in the decision.
    """

    scenario: str
    title: str
    determined: bool
    standing: str
    tables: tuple[TableTrace, ...]
    unread: tuple[str, ...]
    windows: tuple[WindowTrace, ...]
    records: tuple[RecordTrace, ...]
    names: tuple[Seen, ...]
    facts: tuple[Seen, ...]

    def rules(self) -> Iterator[PartTrace]:
        """The rules of all tables that were consulted."""
        for table in self.tables:
            yield from table.rules

    def table(self, name: str) -> TableTrace | None:
        """The table of this name, if it was consulted."""
        return next((table for table in self.tables if table.name == name), None)


@dataclass(frozen=True, slots=True)
class Explanation:
    """How the decision of a case at a moment came about: one row, or every row while the row of the case is not known.

    `governed_by` says why this version decided, empty when nobody asked. `zone` is that of the dispute, for showing
    instants; it is not compared.
    """

    policy: str
    version: str
    digest: str
    governed_by: str
    as_of: datetime
    case_digest: str
    rows: tuple[RowTrace, ...]
    zone: ZoneInfo | None = field(default=None, repr=False, compare=False)

    @property
    def facts(self) -> tuple[str, ...]:
        """The facts that it mentions. Any other fact of the case may change, and the decision stays."""
        return tuple(dict.fromkeys(fact.text for row in self.rows for fact in row.facts))

    def to_dict(self) -> dict[str, object]:
        """Plain data as `aftersale schema explanation` describes it; instants in the dispute's own zone."""
        from engine.explanation.to_data import explanation_to_data

        return explanation_to_data(self)
