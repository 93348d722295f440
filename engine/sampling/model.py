"""What made-up cases look like, as plain data: the register `sample.yaml` of a pack."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Final, Literal

from engine.policy.model import seal
from engine.source import Place

FILE: Final = "sample.yaml"  # within a pack
REGISTER: Final = "sample"
Weights = Mapping[str, Decimal]
NEVER: Final = Decimal(0)
ALWAYS: Final = Decimal(100)


def no_weights() -> Weights:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Draw:
    """How one thing is drawn. All numbers are per cent, but for weights, and for `by`: seconds, the least and the most.

    `after` is the event from which the time is counted; `before` tells that it is counted backwards.
    """

    values: Weights = field(default_factory=no_weights)
    between: tuple[Decimal, Decimal] | None = None
    chance: Decimal | None = None
    unknown: Decimal = NEVER
    absent: Decimal = NEVER
    after: str = ""
    before: bool = False
    by: tuple[int, int] | None = None
    mostly: Literal["", "small", "large"] = ""
    count: Weights = field(default_factory=no_weights)
    owed: Decimal = NEVER
    beside: Decimal = NEVER
    not_assessed: Decimal = NEVER
    forged: Decimal = NEVER
    doubted: Decimal = NEVER

    def __post_init__(self) -> None:
        seal(self)


@dataclass(frozen=True, slots=True)
class Otherwise:
    """Cases in which something is drawn otherwise: `where` gives facts, and the scenario, with the values they have;
    of these cases `share` in a hundred, by lot."""

    where: Mapping[str, frozenset[str]]
    share: Decimal
    draw: Draw

    def __post_init__(self) -> None:
        seal(self)


@dataclass(frozen=True, slots=True)
class Said:
    """What is said of a fact, or of the moment of the decision. The first of `otherwise` that fits holds.

    `only_in` are scenarios and groups; empty: those that can need the fact.
    """

    draw: Draw
    otherwise: tuple[Otherwise, ...] = ()
    only_in: tuple[str, ...] = ()
    place: Place | None = None

    @property
    def draws(self) -> tuple[Draw, ...]:
        return (self.draw, *(other.draw for other in self.otherwise))

    def waits_for(self) -> frozenset[str]:
        """The facts that are drawn before this one."""
        anchors = {draw.after for draw in self.draws if draw.after}
        return frozenset(anchors.union(*(other.where for other in self.otherwise)))


@dataclass(frozen=True, slots=True)
class Profile:
    """What made-up cases of a policy look like. An empty one says nothing, and everything is drawn evenly."""

    scenarios: Weights = field(default_factory=no_weights)
    days: tuple[date, date] | None = None
    as_of: Said | None = None
    facts: Mapping[str, Said] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        seal(self)
