"""A full decision of the shipped policy, against a function written by hand for it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache

from benchmarks.by_hand import decide
from benchmarks.by_hand.public import ByHand
from benchmarks.cases import Asked, made_up, settled, tests, version
from benchmarks.harness import Contest, Contestant, Disagreement, Size, Target
from engine import Decision
from engine.backends.interpreter import Interpreter
from engine.evaluation.one_row import run

MIX = 300  # cases that an explanation is timed on: a decision takes a thousand in a round, and cases differ
FULL, EXPLAINED = "aftersale", "aftersale, with its explanation"


@cache
def agreed(size: Size) -> tuple[list[Asked], int, int]:
    """The cases of which all that is asked is known and on which the hand-written function agrees in everything; how
    many were looked at; and of how many something asked is missing.

    Raises Disagreement.
    """
    by_hand, found, open_ones = ByHand(version()), [], 0
    looked_at = [*tests(), *made_up(size.inputs)]
    for one in looked_at:
        if one.case.scenario is None:
            open_ones += 1
            continue
        decision = version().decide(one.case, one.moment)
        try:
            mine: Decision | None = by_hand.decide(one.case, one.moment)
        except LookupError:
            mine = None
        if mine is None or not settled(decision):
            open_ones += 1
        elif mine == decision and mine.to_dict() == decision.to_dict():
            found.append(one)
        else:
            raise Disagreement(f"{one.data} at {one.as_of}: by hand {mine.to_dict()}, {decision.to_dict()}")
    random.Random("decision").shuffle(found)  # every contestant takes the first of them: so all take the same mix
    return found, len(looked_at), open_ones


def contests(size: Size) -> Iterator[Contest]:
    asked, looked_at, open_ones = agreed(size)
    by_hand, chosen, programs = ByHand(version()), version(), version().programs
    args = [(one.case.scenario, one.case.values, one.moment) for one in asked]
    cases = [(one.case, one.moment) for one in asked]
    rows = [(programs[str(case.scenario)], case, moment) for case, moment in cases]
    yield Contest(
        "decision",
        "One full decision of the shipped policy",
        "by hand, plain data",
        [
            Contestant(
                "by hand, plain data",
                lambda n: [decide(scenario, values, moment) for scenario, values, moment in args[:n]],  # type: ignore[arg-type]
                "fields, missing evidence, notes, deadlines, reasons with clauses, as tuples",
            ),
            Contestant(
                "by hand, as a Decision",
                lambda n: [by_hand.decide(case, moment) for case, moment in cases[:n]],
                "the same as the public, immutable objects",
            ),
            Contestant(
                FULL,
                lambda n: [chosen.decide(case, moment) for case, moment in cases[:n]],
                "`Version.decide`: a typed case in, a Decision out",
            ),
            Contestant(
                EXPLAINED,
                lambda n: [chosen.decide(case, moment).explain() for case, moment in cases[:n]],
                "what became of every rule, window, party, name and fact",
                least=MIX,
            ),
            Contestant(
                "the reference interpreter",
                lambda n: [run(program, case, moment, Interpreter) for program, case, moment in rows[:n]],
                "the meaning that the compiled code is held to",
            ),
        ],
        len(cases),
        targets=[Target(FULL, "by hand, plain data", 1.5), Target(FULL, "by hand, as a Decision", 1.5)],
        says=(
            f"{len(cases)} of {looked_at} cases (the pack's tests and made-up disputes) on which the hand-written"
            f" function gives an equal decision; in {open_ones} something asked is missing, which it does not handle."
        ),
    )

    def decided(n: int) -> None:
        for case, moment in cases[:n]:
            chosen.decide(case, moment)

    def explained(n: int) -> None:
        for case, moment in cases[:n]:
            chosen.decide(case, moment).explain()

    with_or_without = [Contestant("a decision", decided), Contestant("its explanation too", explained, least=MIX)]
    yield Contest(
        "explanation",
        "A decision with its whole explanation",
        "a decision",
        with_or_without,
        len(cases),
        targets=[Target("its explanation too", "a decision", 15.0)],
        says=(
            "The deciding rules and their clauses are in every decision; this is what became of everything else."
            " Both are dropped once they were made: who hands an explanation on does not keep hundreds."
        ),
    )
