"""What a backend runs: the tables, windows, parties and names of one row, each with its place and its clauses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from engine.policy.basis import Basis as Basis
from engine.policy.model import Field, Policy, seal
from engine.policy.words import IS as IS

if TYPE_CHECKING:
    from engine.clock import Amount
    from engine.expr.scope import Expression
    from engine.source import Place


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of a table, or an alternative of a choice (which says one thing, under the empty name).

    `when` is None for a rule that always holds. `says` gives its outputs by field. `deadlines` are those the decision
    shows when this rule decides (None: all). `not_owed_by` names the parties whose missing evidence no longer matters.
    `if_unknown` is what happens while the condition is open: nothing special, or it does not hold meanwhile, its
    missing facts listed or left out. `hangs_on_proof` tells that the condition reads proof or findings. `choices` are
    the names with alternatives that it reads in the end; `says_owed` tells that an output lists owed evidence.
    """

    id: str
    table: str
    when: Expression | None
    says: Mapping[str, Expression]
    basis: Basis
    place: Place
    general: str | None = None
    deadlines: tuple[str, ...] | None = None
    not_owed_by: tuple[str, ...] = ()
    if_unknown: Literal["open", "list", "leave_out"] = "open"
    hangs_on_proof: bool = False
    facts: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    says_owed: bool = False

    def __post_init__(self) -> None:
        seal(self)


@dataclass(frozen=True, slots=True)
class Table:
    """Rules with a hit policy. `fields` are those that its rules say.

    `proofs` are the propositions that its conditions read in the end; `reads_owed` tells that they read owed evidence.
    `not_owed_by` names the parties whose missing evidence some rule drops.
    """

    name: str
    title: str
    hit: Literal["first", "all"]
    asked_if: Expression | None
    rules: tuple[Rule, ...]
    fields: tuple[str, ...]
    place: Place
    proofs: tuple[str, ...] = ()
    reads_owed: bool = False
    not_owed_by: tuple[str, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        found = dict.fromkeys(party for rule in self.rules for party in rule.not_owed_by)
        object.__setattr__(self, "not_owed_by", tuple(found))


@dataclass(frozen=True, slots=True)
class Span:
    """One way for a window to end: an amount after its start, the end of a local day, or never (both None)."""

    when: Expression | None
    amount: Amount | None
    until: Expression | None
    after: Expression | None
    basis: Basis
    place: Place


@dataclass(frozen=True, slots=True)
class Window:
    """A period. `spans` are read from the top; with `latest` all that hold count, and the last end is the end.

    `bases` say what it rests on with each of its spans; `only_ends` that it may have an end and no start.
    """

    name: str
    meaning: str
    party: str | None
    deadline: str | None
    asked_if: Expression | None
    spans: tuple[Span, ...]
    latest: bool
    met_by: Expression | None
    paused_by: str | None
    basis: Basis
    place: Place
    facts: tuple[str, ...] = ()
    bases: tuple[Basis, ...] = field(init=False, repr=False, compare=False)
    only_ends: bool = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        only_ends = any(span.after is None and span.until is not None for span in self.spans)
        object.__setattr__(self, "only_ends", only_ends)
        object.__setattr__(self, "bases", tuple(self.basis + span.basis for span in self.spans))


@dataclass(frozen=True, slots=True)
class Owed:
    """A proposition that a party owes, under a condition."""

    party: str
    proposition: str
    when: Expression | None
    basis: Basis
    place: Place
    facts: tuple[str, ...] = ()
    id: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "id", f"{self.party}.{self.proposition}")


@dataclass(frozen=True, slots=True)
class PartyRecord:
    """A party's part in the row. `window` is None for a party without a period here: its materials only prove.

    `may_prove` is what its materials may be found to prove: while they are not assessed, only that is open.
    """

    party: str
    fact: str
    window: Window | None
    owes: tuple[Owed, ...]
    may_prove: frozenset[str]


@dataclass(frozen=True, slots=True)
class Transition:
    """Cases for which `when` holds are governed by the version in force on the local day of `counts_from`."""

    when: Expression
    counts_from: Expression
    because: str
    basis: Basis
    place: Place


# ------------------------------------------------------------------------------------------------ what a name means


@dataclass(frozen=True, slots=True)
class FactName:
    """A fact of the case."""

    fact: str


@dataclass(frozen=True, slots=True)
class Formula:
    """A definition with one expression."""

    expression: Expression


@dataclass(frozen=True, slots=True)
class Choice:
    """A definition with alternatives."""

    table: Table


@dataclass(frozen=True, slots=True)
class Constant:
    """A value that the row settles."""

    value: object


@dataclass(frozen=True, slots=True)
class WindowPart:
    """A moment of a window, or what became of it."""

    window: Window
    part: str


@dataclass(frozen=True, slots=True)
class PartyPart:
    """What a party did or owes."""

    record: PartyRecord
    part: str


@dataclass(frozen=True, slots=True)
class RecordPart:
    """What was received from all parties together."""

    part: str


@dataclass(frozen=True, slots=True)
class TablePart:
    """A field of a table's outcome; the empty name asks whether any of its rules holds."""

    table: Table
    field: str


@dataclass(frozen=True, slots=True)
class Proof:
    """Whether a proposition is proven."""

    proposition: str


@dataclass(frozen=True, slots=True)
class Unsettled:
    """Whether fields of a table that must be known wait for findings only."""

    table: Table


Meaning = FactName | Formula | Choice | Constant | WindowPart | PartyPart | RecordPart | TablePart | Proof | Unsettled


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Program:
    """Everything that decides the cases of one row.

    `names` says what each name means, as far as any expression of the row reads it; `standing` is the table of the
    field that has an `if_unknown` value, read last: it says where the case stands. `transition` decides nothing: it
    says which cases stay with an earlier version. `reads_owed` tells that some table reads owed evidence. `tables_of`
    gives the tables that say a field, by its name, and `names_of` the names of what each of them says of it.
    """

    policy: Policy
    scenario: str
    names: Mapping[str, Meaning]
    tables: Mapping[str, Table]
    windows: tuple[Window, ...]
    records: tuple[PartyRecord, ...]
    standing: Table
    standing_field: Field
    transition: tuple[Transition, ...] = ()
    choices: Mapping[str, Table] = field(init=False, repr=False, compare=False)  # by name
    record_of: Mapping[str, PartyRecord] = field(init=False, repr=False, compare=False)  # by its own period
    shown: tuple[Window, ...] = field(init=False, repr=False, compare=False)  # windows with a deadline
    reads_owed: bool = field(init=False, repr=False, compare=False)
    tables_of: Mapping[str, tuple[Table, ...]] = field(init=False, repr=False, compare=False)
    names_of: Mapping[str, tuple[str, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        seal(self)
        choices = {name: meaning.table for name, meaning in self.names.items() if isinstance(meaning, Choice)}
        records = {record.window.name: record for record in self.records if record.window is not None}
        reads_owed = any(table.reads_owed for table in (*self.tables.values(), *choices.values()))
        every = (*self.windows, *(record.window for record in self.records))
        object.__setattr__(self, "shown", tuple(w for w in every if w is not None and w.deadline is not None))
        object.__setattr__(self, "choices", MappingProxyType(choices))
        object.__setattr__(self, "reads_owed", reads_owed)
        object.__setattr__(self, "record_of", MappingProxyType(records))
        found = {name: tuple(t for t in self.tables.values() if name in t.fields) for name in self.policy.fields}
        object.__setattr__(self, "tables_of", MappingProxyType(found))
        said = {name: tuple(f"{table.name}.{name}" for table in tables) for name, tables in found.items()}
        object.__setattr__(self, "names_of", MappingProxyType(said))
