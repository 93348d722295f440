"""Contests: contestants that do the same work, checked to agree, timed in turns, told as ratios to one of them."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

SLICE: Final = 0.02  # seconds that a contestant should take in a round
LEAST: Final = 40  # inputs in a round, however slow the contestant: fewer would be another mix of inputs


class Disagreement(AssertionError):
    """Two contestants do not give the same answer, so that comparing their times would mean nothing."""


@dataclass(frozen=True, slots=True)
class Size:
    """How much is done: inputs of a contest, and seconds that the rounds of a contest may take.

    `quick` is for seeing that everything agrees and runs: what takes long to prepare is left out.
    """

    inputs: int
    seconds: float
    quick: bool


@dataclass(frozen=True, slots=True)
class Contestant:
    """`run` does the work for the first n inputs of the contest; n is never below `least`, unless there are fewer."""

    name: str
    run: Callable[[int], object]
    note: str = ""
    least: int = LEAST


@dataclass(frozen=True, slots=True)
class Target:
    """What is to be reached: `who` takes at most so many times the time of `against`."""

    who: str
    against: str
    at_most: float


@dataclass(frozen=True, slots=True)
class Contest:
    """Who does what; `base` names the contestant that the others are compared with.

    `clock` tells seconds: those of the processor by default, which a busy machine does not lengthen; `left_out` who
    does not take part and why. Inputs lie in a random order.
    """

    name: str
    title: str
    base: str
    contestants: Sequence[Contestant]
    inputs: int
    targets: Sequence[Target] = ()
    left_out: Mapping[str, str] = field(default_factory=dict)
    says: str = ""
    clock: Callable[[], float] = time.process_time


@dataclass(frozen=True, slots=True)
class Measured:
    """One contestant's figures: seconds for one input, and times the base, with the middle half of the rounds."""

    name: str
    seconds: float
    ratio: float
    low: float
    high: float
    note: str


@dataclass(frozen=True, slots=True)
class Reached:
    """A target and what was measured."""

    who: str
    against: str
    at_most: float
    ratio: float
    reached: bool


@dataclass(frozen=True, slots=True)
class Result:
    name: str
    title: str
    base: str
    says: str
    rounds: int
    measured: tuple[Measured, ...]
    targets: tuple[Reached, ...]
    left_out: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Figures:
    """What is not a ratio of times: rows of texts under a head."""

    name: str
    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    says: str = ""


def agree(who: str, answers: Sequence[object], base: str, expected: Sequence[object]) -> None:
    """Raise Disagreement when two contestants do not answer alike."""
    if len(answers) != len(expected):
        raise Disagreement(f"{who} gives {len(answers)} answers, {base} {len(expected)}")
    for number, (found, wanted) in enumerate(zip(answers, expected, strict=True)):
        if found != wanted:
            raise Disagreement(f"input {number}: {who} says {found!r}, {base} says {wanted!r}")


def measure(contest: Contest, size: Size) -> Result:
    """Time the contestants in turns, at least three rounds, until the seconds are over."""
    many = {one.name: _how_many(contest, one) for one in contest.contestants}
    times: dict[str, list[float]] = {one.name: [] for one in contest.contestants}
    gc.collect()
    gc.freeze()  # what is loaded is no garbage to look through
    begin, rounds = time.perf_counter(), 0
    while rounds < 3 or time.perf_counter() - begin < size.seconds:
        for one in _rotated(contest.contestants, rounds):
            n, again = many[one.name]
            start = contest.clock()
            for _ in range(again):
                one.run(n)
            times[one.name].append((contest.clock() - start) / (n * again))
        rounds += 1
    gc.unfreeze()
    measured = []
    for one in contest.contestants:
        low, middle, high = _quartiles(times[one.name], times[contest.base])
        measured.append(Measured(one.name, statistics.median(times[one.name]), middle, low, high, one.note))
    reached = []
    for target in contest.targets:
        ratio = _quartiles(times[target.who], times[target.against])[1]
        reached.append(Reached(target.who, target.against, target.at_most, ratio, ratio <= target.at_most))
    return Result(
        contest.name,
        contest.title,
        contest.base,
        contest.says,
        rounds,
        tuple(measured),
        tuple(reached),
        dict(contest.left_out),
    )


def _quartiles(mine: Sequence[float], theirs: Sequence[float]) -> list[float]:
    """The quartiles of the ratios in the same round."""
    return statistics.quantiles([one / other for one, other in zip(mine, theirs, strict=True)], n=4)


def _how_many(contest: Contest, one: Contestant) -> tuple[int, int]:
    """So many inputs, and how often all of them, that a round takes a slice of time. The work is warm after that."""
    n = min(one.least, contest.inputs)
    while True:
        start = time.perf_counter()
        one.run(n)
        took = time.perf_counter() - start
        if took >= SLICE / 2 or n >= contest.inputs:
            return n, max(1, round(SLICE / max(took, 1e-6))) if n >= contest.inputs else 1
        n = min(contest.inputs, max(2 * n, int(n * SLICE / max(took, 1e-6))))


def _rotated(contestants: Sequence[Contestant], by: int) -> Iterator[Contestant]:
    """Nobody always comes behind the same one."""
    first = by % len(contestants)
    yield from contestants[first:]
    yield from contestants[:first]
