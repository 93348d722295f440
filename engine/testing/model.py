"""A policy test as plain data, and what cannot happen according to those who write tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.policy.model import seal
from engine.source import Place

Facts = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class PolicyTest:
    """A case at a moment, and what its decision must say; an example of the pack expects nothing.

    `case` is plain data as `Version.read_case` takes it; `as_of` an instant with its offset. `versions` are those that
    it holds for, None for all. `place` is where it stands. `own` are the facts that it says itself; the others are
    those of the `example` that it changes, or the common facts of its file.
    """

    file: str
    name: str
    case: Mapping[str, Any] = field(compare=False)
    as_of: str
    expect: Mapping[str, Any] = field(compare=False)
    versions: tuple[str, ...] | None
    place: Place
    own: Facts = field(default_factory=dict, compare=False)
    example: str | None = None

    def __post_init__(self) -> None:
        seal(self)

    @property
    def scenario(self) -> str:
        return str(self.case["scenario"])

    def holds_for(self, version: str) -> bool:
        """Whether it is a test of this version."""
        return self.versions is None or version in self.versions

    def __str__(self) -> str:
        return f"{self.file}: {self.name}"


@dataclass(frozen=True, slots=True)
class Claim:
    """Something that cannot happen, and why: a part of the policy never decides, or a term of it never is `value`.

    `term` is empty for the part itself; `value` None for a term that is never asked. `scenario` None is for every row.
    """

    at: str
    term: str
    value: bool | None
    scenario: str | None
    because: str
    versions: tuple[str, ...] | None
    place: Place

    def holds_for(self, version: str) -> bool:
        """Whether it is said of this version."""
        return self.versions is None or version in self.versions

    def __str__(self) -> str:
        value = "" if self.value is None else f" is {str(self.value).lower()}"
        what = f"{self.term}{value} in {self.at}" if self.term else self.at
        return f"{what}, in {self.scenario}" if self.scenario else what


@dataclass(frozen=True, slots=True)
class Suite:
    """What the tests of a pack say."""

    tests: tuple[PolicyTest, ...] = ()
    claims: tuple[Claim, ...] = ()


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A part of a decision that is not as expected. Both are shown as text."""

    field: str
    expected: str
    actual: str

    def __str__(self) -> str:
        return f"{self.field}: expected {self.expected}, found {self.actual}"
