"""A version of a policy as plain data. Rules and windows stay as written; `engine.link` puts them together per row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

from engine.expr.types import BOOL, DECIMAL, INSTANT, INTEGER, TEXT, Type
from engine.policy.absent import ABSENT as ABSENT

if TYPE_CHECKING:
    from engine.document.nodes import Mapping as MappingNode
    from engine.document.nodes import Node
    from engine.source import Place

FactKind = Literal[
    "bool", "enum", "integer", "decimal", "text", "zone", "date", "instant", "event", "propositions", "submissions"
]


def seal(record: Any) -> None:
    """Make the mappings of a frozen dataclass read-only."""
    for field in fields(record):
        value = getattr(record, field.name, None)
        if isinstance(value, dict):
            object.__setattr__(record, field.name, MappingProxyType(value))


@dataclass(frozen=True, slots=True)
class Fact:
    """A typed input. `values` are those of an enum with their meanings; `if_absent` is taken when it is left out."""

    name: str
    kind: FactKind
    meaning: str
    ask: str
    values: Mapping[str, str]
    finding: bool
    nullable: bool
    if_absent: object
    supplied_by: str | None
    example: str | None
    place: Place

    def __post_init__(self) -> None:
        seal(self)

    @property
    def type(self) -> Type:
        """The type that the fact has in an expression."""
        match self.kind:
            case "bool":
                return BOOL
            case "enum":
                return Type("word", frozenset(self.values), self.nullable)
            case "integer":
                return Type(INTEGER.kind, nullable=self.nullable)
            case "decimal":
                return Type(DECIMAL.kind, nullable=self.nullable)
            case "date":
                return Type("date", nullable=self.nullable)
            case "instant" | "event":
                return INSTANT
            case "zone":
                return Type("zone")
            case "propositions" | "submissions":
                return Type("list", frozenset(self.values))
            case _:
                return Type(TEXT.kind, nullable=self.nullable)


@dataclass(frozen=True, slots=True)
class Field:
    """A field of the decision: a single value from one table, or a list gathered from all tables.

    `of` says where the words of a list come from: its own `values`, the parties, or the evidence owed.
    """

    name: str
    written_as: str
    meaning: str
    values: Mapping[str, str]
    many: bool
    of: Literal["values", "parties", "evidence"]
    otherwise: str
    if_unknown: str | None
    must_be_known: bool
    place: Place

    def __post_init__(self) -> None:
        seal(self)

    @property
    def must_stand(self) -> bool:
        """Whether every case has a value of this field: a single value with nothing to fall back on."""
        return not self.many and not self.otherwise


@dataclass(frozen=True, slots=True)
class Party:
    """Who takes part. `period` holds the keys of its default submission period, empty for none.

    `may_prove` are the propositions that its materials may be found to prove; all, where nothing is said.
    """

    name: str
    title: str
    submits: str | None
    may_prove: tuple[str, ...]
    period: Mapping[str, Node]
    place: Place

    def __post_init__(self) -> None:
        seal(self)


@dataclass(frozen=True, slots=True)
class AlsoProven:
    """A fact that proves propositions beside the materials of this dispute."""

    fact: str
    clauses: tuple[str, ...]
    readings: tuple[int, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Evidence:
    """The keys by which rows say periods and owed propositions, and what else may prove one."""

    periods: str
    owed: str
    also: tuple[AlsoProven, ...]
    clauses: tuple[str, ...]
    readings: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Scenarios under one name."""

    name: str
    title: str
    scenarios: tuple[str, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class TableHead:
    """A table without its rules. `rules` serves every row that has no rules of its own under the table's name."""

    name: str
    title: str
    hit: Literal["first", "all"]
    asked_if: Node | None
    per_row: bool
    every_rule_says: tuple[str, ...]
    rules: Node | None
    place: Place


@dataclass(frozen=True, slots=True)
class Amended:
    """What a version has instead of what a register says: the gist of a clause, or the letter of a reading."""

    text: str
    place: Place


@dataclass(frozen=True, slots=True)
class Row:
    """A scenario: its block as written, with the title, the clauses prefix and the description taken out."""

    name: str
    title: str
    clauses: str
    description: str
    entries: MappingNode
    place: Place


@dataclass(frozen=True, slots=True)
class Policy:
    """One version. `effective_from` is the first day that its document proposes, if it does. `digest` is that of its
    content: comments and layout do not change it. `transition` are the rules for cases that stay with an earlier one.
    """

    name: str
    version: str
    title: str
    effective_from: date | None
    changes: tuple[str, ...]
    amends: Mapping[str, Amended]
    takes: Mapping[int, Amended]
    zone_fact: str
    filed_fact: str
    facts: Mapping[str, Fact]
    propositions: Mapping[str, str]
    groups: Mapping[str, Group]
    fields: Mapping[str, Field]
    parties: Mapping[str, Party]
    evidence: Evidence
    define: Mapping[str, Node]
    windows: Mapping[str, MappingNode]
    general_rules: Mapping[str, MappingNode]
    tables: Mapping[str, TableHead]
    rows: Mapping[str, Row]
    document: MappingNode
    digest: str
    transition: tuple[Node, ...] = ()

    def __post_init__(self) -> None:
        seal(self)
