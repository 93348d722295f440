"""What generated tellings work with: what was read and told of a case, each worked out when it is first asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from engine.backends.compiled.known import NotKnown
from engine.case.model import Case
from engine.clock import local_day
from engine.explanation.model import PartTrace, Seen, made
from engine.policy.basis import Basis
from engine.source import Place

if TYPE_CHECKING:
    from engine.evaluation.trace import Places

MOST: Final = 20_000  # traces of rules that are not reached, kept for a table
NONE_HOLDS: Final = -1  # of a table of which the first rule counts: that none holds,
NOT_ASKED: Final = -2  # and that it is not asked; else the number of the rule
Read = Callable[["Facts", "Values", "Values"], Any]
Tell = Callable[["Facts", "Values", "Values", "ToldFacts", "Told"], Any]


class Facts(dict[str, Any]):
    """The facts that were read, in that order, as known at the moment: an event that is later has not happened yet.

    `declared` gives the place of a fact and whether it is an event. What is told of one is made when it is read.
    Raises NotKnown for one that the case does not give.
    """

    __slots__ = ("as_of", "assumed", "declared", "given", "place_given", "told")

    def __init__(
        self,
        case: Case,
        as_of: datetime,
        declared: Mapping[str, tuple[Place, bool]],
        place_given: Places | None,
        told: ToldFacts,
    ) -> None:
        self.given = case.values
        self.assumed = case.assumed
        self.as_of = as_of
        self.declared = declared
        self.place_given = place_given
        self.told = told

    def __missing__(self, name: str) -> object:
        try:
            value: Any = self.given[name]
        except KeyError:
            raise NotKnown(name) from None
        origin = "declaration" if name in self.assumed else "case"
        place, is_event = self.declared[name]
        if is_event and value is not None and value > self.as_of:
            value = None
            if origin == "case":
                origin = "later"
        given = None if self.place_given is None else self.place_given(name)
        self.told[name] = made(Seen, (name, value, "fact", place, origin, (), given))
        self[name] = value
        return value


class ToldFacts(dict[str, Seen]):
    """What is told of facts, read or not."""

    __slots__ = ("facts",)

    facts: Facts

    def __missing__(self, name: str) -> Seen:
        self.facts.pop(name, self.facts[name])  # which leaves it unread
        return self[name]


class Values(dict[str, Any]):
    """What was read besides facts, and what it came to, in the order in which that was settled."""

    __slots__ = ("facts", "names", "outcomes", "reads")

    names: Values
    outcomes: Values

    def __init__(self, facts: Facts, reads: Mapping[str, Read]) -> None:
        self.facts = facts
        self.reads = reads

    def __missing__(self, name: str) -> Any:
        found = self[name] = self.reads[name](self.facts, self.names, self.outcomes)
        return found


class Told(dict[str, Any]):
    """What is told besides facts."""

    __slots__ = ("facts", "names", "outcomes", "owed", "tells", "told_facts")

    def __init__(
        self, facts: Facts, names: Values, outcomes: Values, told_facts: ToldFacts, tells: Mapping[str, Tell]
    ) -> None:
        self.facts = facts
        self.names = names
        self.outcomes = outcomes
        self.told_facts = told_facts
        self.tells = tells
        self.owed: set[str] = set()  # what may be owed, as far as it was read before anything was told

    def __missing__(self, name: str) -> Any:
        found = self[name] = self.tells[name](self.facts, self.names, self.outcomes, self.told_facts, self)
        return found


def day_of(values: Values, instant: datetime | None) -> date | None:
    """The local day of an instant, None for one that never happened."""
    return None if instant is None else local_day(instant, values["the zone"])


# ------------------------------------------------------------------------------------------------- in generated code

Times = tuple[bool, datetime | None, datetime | None, Basis, tuple[int, ...]]


def running(as_of: datetime, window: Times, only_ends: bool) -> bool:
    """Whether a window has started and not ended; one that only has an end runs from the beginning."""
    asked, starts, ends, _, _ = window
    if starts is None:
        return asked and only_ends and not (ends is not None and as_of > ends)
    return starts <= as_of and (ends is None or as_of <= ends)


def ended(as_of: datetime, window: Times) -> bool:
    """Whether the end of a window lies behind."""
    ends = window[2]
    return ends is not None and as_of > ends


def as_many(value: Any) -> Any:
    """A value of a list, or a list."""
    return (value,) if isinstance(value, str) else value


def hold_any(hold: list[int] | None, numbers: list[int]) -> bool:
    """Whether some of these rules of a table hold."""
    return hold is not None and not set(numbers).isdisjoint(hold)


def of_these(ids: tuple[str, ...], truths: tuple[tuple[bool, ...], ...]) -> tuple[str, ...]:
    """The ids of which everything is true."""
    return tuple([one for one, truth in zip(ids, truths, strict=True) if all(truth)])


def proves(facts: Facts, name: str, proposition: str) -> bool:
    """Whether a fact that the case gives proves something beside the materials; it is not read for that."""
    found = facts.given.get(name)
    return isinstance(found, frozenset) and proposition in found


def alternatives(
    which: tuple[int, ...], texts: tuple[tuple[str, str], ...], counted: tuple[bool, ...]
) -> tuple[str, str]:
    """How long a window is and what it counts from, as written, by the alternatives that hold."""
    if len(which) == 1:
        return texts[which[0]]
    within = "; ".join([texts[number][0] for number in which])
    return within, "; ".join(dict.fromkeys([texts[number][1] for number in which if counted[number]]))


class Behind(dict[int, tuple[PartTrace, ...]]):
    """What became of the rules of a table that are not reached, by the number of the one that decides. The same in all
    cases: what is made once is kept, unless it is too much."""

    __slots__ = ("_rules",)

    def __init__(self, rules: tuple[tuple[Any, ...], ...]) -> None:
        self._rules = rules

    def __missing__(self, number: int) -> tuple[PartTrace, ...]:
        by = self._rules[number][0]
        found = tuple([
            made(PartTrace, (part, "unreached", place, by, (), when, None, (), general, clauses, readings))
            for part, place, when, general, clauses, readings in self._rules[number + 1 :]
        ])  # fmt: skip
        if len(self) * len(self._rules) < MOST:
            self[number] = found
        return found
