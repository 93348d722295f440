"""Values of an unknown fact that can make a difference: every word, and every side of every boundary in time."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import combinations
from typing import Final

from engine.analysis.reach import Reach
from engine.analysis.reading import live_expressions
from engine.backends.interpreter import Interpreter
from engine.case.model import Submission
from engine.clock import end_of_day, local_day, zone
from engine.expr.unknown import Unknown
from engine.link.program import Program, Proof, Window
from engine.policy.model import Fact

SECOND: Final = timedelta(seconds=1)
FAR: Final = timedelta(days=400)
MOST_SUBSETS: Final = 4  # propositions of which every subset is tried; of more, none, each, and all
ZONES: Final = ("Etc/GMT+12", "Etc/GMT-14")  # the ends of the earth


@dataclass(frozen=True, slots=True)
class Compared:
    """What one row compares facts with: the constants in its conditions, the propositions that can count, and the
    amounts of its windows."""

    constants: tuple[object, ...]
    propositions: frozenset[str]
    windows: tuple[Window, ...]


def compared(program: Program) -> Compared:
    constants: dict[object, None] = {}
    for expression in live_expressions(program):
        for node in ast.walk(expression.tree):
            if isinstance(node, ast.Constant) and not isinstance(node.value, bool | tuple | None):
                constants[node.value] = None
    owed = {owed.proposition for record in program.records for owed in record.owes}
    read = (program.names[name] for name in Reach(program).names)
    proven = {meaning.proposition for meaning in read if isinstance(meaning, Proof)}
    own = (record.window for record in program.records if record.window is not None)
    return Compared(tuple(constants), frozenset(owed | proven), (*program.windows, *own))


def trial_values(fact: Fact, run: Interpreter, found: Compared) -> list[object]:
    """Values of a fact that is unknown or not assessed in the case that was run, in the order of the policy."""
    match fact.kind:
        case "bool":
            return [True, False]
        case "enum":
            return [*fact.values, *([None] if fact.nullable else [])]
        case "integer" | "decimal":
            return [*_numbers(fact, found), *([None] if fact.nullable else [])]
        case "text":
            texts = [value for value in found.constants if isinstance(value, str)]
            return [*texts, "another text", *([None] if fact.nullable else [])]
        case "zone":
            return list(dict.fromkeys([*([fact.example] if fact.example else []), *ZONES]))
        case "event":
            return [None, *_instants(run, found, run.as_of)]
        case "instant":
            return [*([None] if fact.nullable else []), *_instants(run, found, run.as_of + FAR)]
        case "date":
            days = {local_day(one, zone(ZONES[0])) for one in _known(run, found)}
            near = sorted({day + timedelta(days=step) for day in days for step in (-1, 0, 1)})
            return [*([None] if fact.nullable else []), *near]
        case "propositions":
            return list(_subsets(found.propositions & frozenset(fact.values)))
        case "submissions":
            return list(_submissions(fact, run, found))


def _numbers(fact: Fact, found: Compared) -> Iterator[object]:
    numbers = {n for n in found.constants if isinstance(n, int | Decimal)} | {0}
    near = sorted({n + step for n in numbers for step in (-1, 0, 1) if n + step >= 0})
    yield from (Decimal(n) if fact.kind == "decimal" else int(n) for n in near)


# ------------------------------------------------------------------------------------------------------------ time


def _known(run: Interpreter, found: Compared) -> set[datetime]:
    """Every instant that the case gives or that a window begins or ends at, and the moment of the decision."""
    known = {run.as_of}
    for value in run.case.values.values():
        if isinstance(value, datetime):
            known.add(value)
        elif isinstance(value, tuple):
            known |= {one.at for one in value if isinstance(one, Submission)}
    for window in found.windows:
        clock = run.clocks.clock(window)
        known |= {edge for edge in (clock.starts, clock.ends) if isinstance(edge, datetime)}
    return known


def _instants(run: Interpreter, found: Compared, last: datetime) -> Iterator[datetime]:
    """Each boundary up to `last`, a moment before the first one, and a moment between each two."""
    known = _known(run, found)
    tz = run.zone()
    place = tz if not isinstance(tz, Unknown) else zone(ZONES[0])
    edges = set(known)
    for amount in {span.amount for window in found.windows for span in window.spans if span.amount is not None}:
        for one in known:
            if amount.unit == "hours":
                edges.add(one - timedelta(hours=amount.count))
            else:
                day: date = local_day(one, place) - timedelta(days=amount.count)
                edges |= {end_of_day(day, place), end_of_day(day - timedelta(days=1), place)}
    ordered = sorted(edge for edge in edges if edge <= last)
    before = None
    for edge in ordered:
        gap = FAR if before is None else (edge - before) / 2
        yield edge - timedelta(seconds=int(gap.total_seconds()))
        yield edge
        before = edge
    if before is not None and before + SECOND <= last:
        yield before + SECOND


# -------------------------------------------------------------------------------------------------------- materials


def _subsets(words: Iterable[str]) -> Iterator[frozenset[str]]:
    ordered = sorted(words)
    sizes = range(len(ordered) + 1) if len(ordered) <= MOST_SUBSETS else (0, 1, len(ordered))
    for size in sizes:
        yield from (frozenset(chosen) for chosen in combinations(ordered, size))


def _submissions(fact: Fact, run: Interpreter, found: Compared) -> Iterator[tuple[Submission, ...]]:
    """What came already with each thing that it can be found to prove; where that is not known either: nothing, or one
    submission at either end of the party's period."""
    record = next((one for one in run.program.records if one.fact == fact.name), None)
    words = frozenset(fact.values) & found.propositions
    subsets = list(_subsets(words & record.may_prove if record is not None else words))
    given = run.case.values.get(fact.name)
    if isinstance(given, tuple):
        for proves in subsets:
            yield tuple(
                Submission(one.at, proves if one.proves is None else one.proves, one.authentic is not False)
                for one in given
            )
        if any(one.authentic is None for one in given):
            yield tuple(Submission(one.at, one.proves or frozenset(), one.authentic or False) for one in given)
        return
    yield ()
    clock = run.clocks.clock(record.window) if record is not None and record.window is not None else None
    edges = [edge for edge in (clock.starts, clock.ends) if isinstance(edge, datetime)] if clock is not None else []
    moments = {min(edge + step, run.as_of) for edge in edges for step in (timedelta(0), SECOND)} or {run.as_of}
    for moment in sorted(moments):
        yield from ((Submission(moment, proves, True),) for proves in subsets)
