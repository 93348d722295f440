"""Changes in words, as plain data: what every format shows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from engine.analysis.differences import Effect, What
from engine.source import Place


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that a part says, line by line, before and after; no lines where it says nothing.

    Of a list, where something stays, only what went and what came: then it is `partly` told.
    """

    key: str
    label: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    partly: bool = False


@dataclass(frozen=True, slots=True)
class PassedBy:
    """A scenario that a change does not reach, and why."""

    scenario: str
    title: str
    why: str
    place: Place


@dataclass(frozen=True, slots=True)
class Told:
    """A change in words. `kind` says what sort of part it is, `column` under which key of a row or the document it
    stands, `name` is its id there; `who` is the party that it concerns, empty for everybody.

    `rows` are the titles of the scenarios that it takes effect in, by id. Clauses and readings are those that came and
    went, as they are written.
    """

    title: str
    kind: str
    column: str
    name: str
    was: str
    what: What
    effect: Effect
    who: str
    said: tuple[Said, ...]
    rows: dict[str, str]
    everywhere: bool
    passed_by: tuple[PassedBy, ...]
    clauses: tuple[tuple[str, ...], tuple[str, ...]]
    readings: tuple[tuple[str, ...], tuple[str, ...]]
    before: Place | None
    after: Place | None

    @property
    def place(self) -> Place | None:
        """Where it stands; where it stood, if it is gone."""
        return self.after or self.before


@dataclass(frozen=True, slots=True)
class Section:
    """The changes of one scenario, or of what is general; `through` are the titles of general ones that reach it."""

    scenario: str
    title: str
    what: What | Literal[""]
    changes: tuple[Told, ...]
    through: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Announced:
    """A comparison in words. `begins` is the first day of the later version, where it has one; `short` is what its
    authors say of it, `wording` what has no effect on any decision. Gists explain the clauses that changes rest on."""

    policy: str
    title: str
    before: str
    after: str
    begins: str
    short: tuple[str, ...]
    sections: tuple[Section, ...]
    wording: tuple[Told, ...]
    scenarios: dict[str, str]
    gists: dict[str, str] = field(default_factory=dict)
    readings: dict[str, str] = field(default_factory=dict)

    @property
    def same(self) -> bool:
        """Whether nothing differs that a decision can hang on or that people read."""
        return not self.sections and not self.wording
