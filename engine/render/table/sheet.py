"""The framework table as plain data: what every format shows, in words, with what it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from engine.link.program import Basis
from engine.render.phrases import Condition, Joined, Phrase

Guard = Literal["", "if", "only if", "otherwise"]
TOGETHER: Final = {"and": "all of these:", "or": "one of these:"}
NOTHING: Final = "nothing"
ON_ONE_LINE: Final = 60  # characters of a joined condition that still read well without a list


@dataclass(frozen=True, slots=True)
class Line:
    """A period, a piece of evidence, a value that a rule says: a label, what is said, and when it holds.

    `guard` says how `when` is meant; `note` is what the policy declares of it. `lines` are the alternatives or parts
    below it.
    """

    label: str = ""
    said: tuple[Phrase, ...] = ()
    guard: Guard = ""
    when: Condition | None = None
    basis: Basis = field(default_factory=Basis)
    lines: tuple[Line, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class RuleText:
    """A rule in words. `general` is the general rule that the row uses here; `remarks` are what it does besides."""

    id: str
    title: str
    guard: Guard
    when: Condition | None
    says: tuple[Line, ...]
    remarks: tuple[str, ...]
    basis: Basis
    general: str | None


@dataclass(frozen=True, slots=True)
class RuleTable:
    """A table of which every row has rules of its own. `order` says how they are read."""

    title: str
    order: str
    asked_if: Condition | None


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one table for one row. `own` tells them from the rules for rows that have none."""

    name: str
    title: str
    rules: tuple[RuleText, ...]
    own: bool


@dataclass(frozen=True, slots=True)
class Column:
    """A column of periods or evidence: its key, its title and what the policy says of it. `by_party`: a line each."""

    key: str
    title: str
    note: str
    by_party: bool


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A scenario. `clauses` is the beginning of the ids of its own clauses, which marks then leave out."""

    name: str
    title: str
    description: str
    clauses: str
    cells: Mapping[str, tuple[Line, ...]]
    rules: tuple[Rules, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A version's framework table.

    `same` are the periods that all rows share; `terms` are the definitions that conditions name, by name; `sources`
    are what proves besides the materials. `gists` and `readings` explain what is cited: a clause by its gist, a
    reading by the question it answers and the answer taken.
    """

    title: str
    version: str
    state: str
    digest: str
    columns: tuple[Column, ...]
    tables: tuple[RuleTable, ...]
    rows: tuple[SheetRow, ...]
    same: tuple[Line, ...]
    sources: tuple[Line, ...]
    terms: Mapping[str, Line]
    gists: Mapping[str, str] = field(default_factory=dict)
    readings: Mapping[int, str] = field(default_factory=dict)


def is_choice(lines: Iterable[Line]) -> bool:
    """Whether these are alternatives, read from the top: then their conditions come first."""
    return any(line.guard == "otherwise" for line in lines)


def is_plain(when: Condition | None) -> bool:
    """Whether a condition stands on the line of what it is the condition of."""
    return when is None or isinstance(when, Phrase)


def needs_list(when: Condition) -> bool:
    """Whether a condition reads better as a list than as a sentence."""
    nested = isinstance(when, Joined) and any(isinstance(part, Joined) for part in when.parts)
    return isinstance(when, Joined) and (nested or len(str(when)) > ON_ONE_LINE)


def always(rules: Rules) -> RuleText | None:
    """The one rule of a table that has no others and no condition."""
    return rules.rules[0] if len(rules.rules) == 1 and not rules.rules[0].guard else None


def used_general(rule: RuleText) -> str:
    """The general rule that a rule uses under a name of its own; empty when there is none."""
    return rule.general if rule.general and rule.general != rule.id else ""


def short(clause: str, prefix: str) -> str:
    """A clause id as the row writes it: `.x` for the row's own clause x."""
    return clause[len(prefix) :] if prefix and clause.startswith(prefix + ".") else clause


def marks(basis: Basis, prefix: str) -> str:
    """What something rests on, on one line; empty when nothing is cited."""
    parts = [short(clause, prefix) for clause in basis.clauses]
    if basis.readings:
        parts.append(f"reading{'s'[: len(basis.readings) - 1]} {', '.join(map(str, basis.readings))}")
    return ", ".join(parts)
