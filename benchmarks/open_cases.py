"""Cases of which something asked is not known: compiled rows leave them to the reference meaning."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from datetime import datetime

from benchmarks.backtest import sample_plan
from benchmarks.cases import made_up, tests, version
from benchmarks.harness import Contest, Contestant, Size, agree
from engine.backends.compiled import build, generate
from engine.case.model import Case
from engine.evaluation.one_row import run
from engine.evaluation.quick import FEW
from engine.sampling.to_arrow import record_batches
from engine.sampling.to_lines import lines

KNOWN, LEFT, PLAINLY = "all that is asked is known", "something is not", "the same by the interpreter"
SAMPLED = 8_000  # cases of `sample`, of which few are left
One = tuple[Case, datetime]


def contests(size: Size) -> Iterator[Contest]:
    disputes = [(one.case, one.moment) for one in (*tests(), *made_up(size.inputs)) if one.case.scenario is not None]
    yield _contest("open_disputes", "Cases that compiled rows leave: made-up disputes", disputes)
    sampled = list(_sampled(1_500 if size.quick else SAMPLED))
    yield _contest("open_sample", "Cases that compiled rows leave: those of `sample`", sampled)


def _contest(name: str, title: str, cases: Iterable[One]) -> Contest:
    chosen, programs = version(), version().programs
    rows = {row: build(generate(program), row) for row, program in programs.items()}
    known: list[One] = []
    left: list[One] = []
    for case, moment in cases:
        try:
            rows[str(case.scenario)](case, moment)
            known.append((case, moment))
        except KeyError:
            left.append((case, moment))
    for group in (known, left):
        random.Random(name).shuffle(group)
    share = len(left) / (len(left) + len(known))
    del known[len(left) :]

    def decide(group: list[One]) -> list[object]:
        return [chosen.decide(case, moment) for case, moment in group]

    def plainly(group: list[One]) -> list[object]:
        return [run(programs[str(case.scenario)], case, moment) for case, moment in group]

    for _ in range(FEW // len(left) + 2):
        decide(left)  # so that closures decide
    agree(LEFT, decide(left), PLAINLY, plainly(left))
    return Contest(
        name,
        title,
        KNOWN,
        [
            Contestant(KNOWN, lambda n: decide(known[:n]), "`Version.decide`, compiled: as many other cases"),
            Contestant(LEFT, lambda n: decide(left[:n]), "`Version.decide`, closures"),
            Contestant(PLAINLY, lambda n: plainly(left[:n]), "going through trees, nothing kept of the row"),
        ],
        len(known),
        says=f"{share:.1%} of {len(left) / share:.0f} cases are left.",
    )


def _sampled(count: int) -> Iterator[One]:
    plan = sample_plan()
    for batch in record_batches(plan, 1, count):
        for line in lines(plan, batch).splitlines():
            whole = version().read_json(line)
            assert whole.as_of is not None
            yield whole.case, whole.as_of
