"""A mutant: one change to a version's document, with a name that survives when its line moves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from engine.diagnostics import Diagnostic
from engine.document import Node
from engine.source import Place

Path = tuple[str | int, ...]
Kind = Literal[
    "amount",  # a period is one longer, one shorter, or of the other unit
    "anchor",  # a period counts from another instant
    "guard",  # a guard, or what meets or pauses a period, is dropped
    "term",  # a part of a condition is negated, dropped, or compared otherwise
    "rule",  # a rule or an alternative is taken out, or stands below the next one
    "output",  # a rule says another value, one more or one less
    "owed",  # an owed proposition is dropped, exchanged, or owed always
    "setting",  # another key of a rule, a field, a party, a table or a fact says something else
]
State = Literal["killed", "survived", "refused", "same"]

LEFT_OUT: Final = "(left out)"


@dataclass(frozen=True, slots=True)
class Edit:
    """What is done at a path: a node is put there (`node`), taken out (None), or exchanged with the next (`swap`)."""

    node: Node | None = None
    swap: bool = False


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change to a document.

    `at` and `becomes` name it: the way through the document by keys and ids, and the whole text that stands there
    afterwards. `said` tells the change to a reader, `needs` what a test must show to notice it. `scenario` is the row
    in which it stands, if it stands in one.
    """

    kind: Kind
    path: Path
    at: str
    becomes: str
    said: str
    needs: str
    place: Place
    scenario: str | None
    edit: Edit

    @property
    def name(self) -> tuple[str, str]:
        return self.at, self.becomes


@dataclass(frozen=True, slots=True)
class Seen:
    """A case whose decision changes, and each field that changes with what happens to it. `example`: it is no test."""

    case: str
    example: bool
    changes: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Trial:
    """What became of a mutant: a test noticed it, none did, the checks refuse it, or it changes no program at all.

    `by` is the first test that noticed it, or the message of the checks. `seen` are cases of a survivor that decide
    otherwise without a test that says so.
    """

    state: State
    by: str = ""
    seen: tuple[Seen, ...] = ()


@dataclass(frozen=True, slots=True)
class MutationReport:
    """What became of the mutants of a version.

    `of` is how many mutants there are; fewer are tried when only a part or a sample of them was asked for. `declared`
    are the reasons why mutants change nothing, by their names; `findings` tell what of that is wrong.
    """

    policy: str
    version: str
    tests: int
    of: int
    trials: tuple[tuple[Mutant, Trial], ...]
    declared: Mapping[tuple[str, str], str]
    findings: tuple[Diagnostic, ...] = ()

    def in_state(self, state: State) -> list[tuple[Mutant, Trial]]:
        """The mutants of which this became, without those that are declared to change nothing."""
        return [
            (m, t) for m, t in self.trials if t.state == state and (state != "survived" or m.name not in self.declared)
        ]

    @property
    def excused(self) -> list[tuple[Mutant, Trial]]:
        """The survivors that are declared to change nothing."""
        return [(m, t) for m, t in self.trials if t.state == "survived" and m.name in self.declared]

    @property
    def score(self) -> int:
        """Of a hundred mutants that change something, how many are noticed; rounded down. 100 where there are none."""
        killed, survived = len(self.in_state("killed")), len(self.in_state("survived"))
        return 100 * killed // (killed + survived) if killed + survived else 100
