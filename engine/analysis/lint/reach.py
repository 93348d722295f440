"""Rules and alternatives that can never decide, and conditions that never or always hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from engine.analysis.conditions import Conditions
from engine.analysis.lint.places import declared_at
from engine.analysis.lint.stands import ROWS, Stands, Verdict, listed
from engine.analysis.lint.terms import contradiction, terms
from engine.analysis.logic import Formula as Condition
from engine.analysis.logic import TooHard, all_of, can_hold, implies, negation
from engine.analysis.reading import names_in_use
from engine.diagnostics import Diagnostic, quoted
from engine.document.read import text
from engine.expr.check import Expression
from engine.expr.types import BOOL
from engine.library import Registry
from engine.link.parts import windows
from engine.link.program import (
    Choice,
    Formula,
    Program,
    Rule,
    TablePart,
    Window,
)
from engine.pack import Version
from engine.policy.words import ALL, REQUIRED_IN
from engine.source import Place

NEVER_HOLDS: Final = "lint/never-holds"
COVERED: Final = "lint/covered"
ALWAYS_HOLDS: Final = "lint/always-holds"
SWITCHED_OFF: Final = "lint/switched-off"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a list that is read from the top: its name for the reader, its condition, and where it stands.

    `general` is the general rule that it uses; `waits` tells that what comes later is not looked at while the
    condition is open."""

    name: str
    when: Expression | None
    place: Place
    general: str = ""
    waits: bool = True


@dataclass(frozen=True, slots=True)
class Ladder:
    """Lines that are read from the top, or that all count, under a guard. `what` they are called."""

    what: str
    lines: tuple[Line, ...]
    first: bool
    guard: Expression | None
    within: str


def unreached(version: Version, _registers: Registry) -> Iterator[Diagnostic]:
    """Warnings about what cannot decide in any row that has it."""
    stands = Stands(len(version.programs))
    settled = _settled(list(version.programs.values()))
    for program in version.programs.values():
        conditions = Conditions(program, settled)
        for name, meaning in program.names.items():
            if isinstance(meaning, Formula) and meaning.expression.type.kind == BOOL.kind:
                verdict = _alone(meaning.expression, conditions.meaning(name), conditions)
                stands.add(meaning.expression.place, program.scenario, verdict)
        for ladder in ladders(program):
            _judge(ladder, program, conditions, stands)
        for condition in _guards(program):
            verdict = _alone(condition, conditions.holds(condition), conditions)
            stands.add(condition.place, program.scenario, verdict)
    yield from stands.told()


def _settled(programs: Sequence[Program]) -> frozenset[str]:
    """The names that hold in no case of any row, or in every case of all: what reads them is not to blame for it."""
    found: dict[str, set[bool | None]] = {}
    for program in programs:
        conditions = Conditions(program)
        for name, meaning in program.names.items():
            asks = isinstance(meaning, TablePart) and not meaning.field
            if asks or (isinstance(meaning, Formula) and meaning.expression.type.kind == BOOL.kind):
                found.setdefault(name, set()).add(_constant(conditions.meaning(name)))
    return frozenset(name for name, values in found.items() if len(values) == 1 and None not in values)


def _constant(formula: Condition) -> bool | None:
    """Whether a formula always (True) or never (False) holds; None for neither, or for what is too hard to say."""
    try:
        return False if not can_hold(formula) else True if not can_hold(negation(formula)) else None
    except TooHard:
        return None


def ladders(program: Program) -> Iterator[Ladder]:
    """The tables, choices and periods of a row whose lines have conditions."""
    for table in program.tables.values():
        yield Ladder("rule", _lines(table.rules), table.hit == "first", table.asked_if, "the table is asked")
    read = names_in_use(program)
    for name, meaning in program.names.items():
        if isinstance(meaning, Choice) and name in read:
            yield Ladder("alternative", _lines(meaning.table.rules), True, None, "")
    for window in windows(program):
        yield _periods(window)


def _lines(rules: Iterable[Rule]) -> tuple[Line, ...]:
    return tuple(
        Line(f"use: {rule.general}" if rule.general == rule.id else rule.id, rule.when, rule.place,
             rule.general or "", waits=rule.if_unknown == "open")
        for rule in rules
    )  # fmt: skip


def _periods(window: Window) -> Ladder:
    lines = (Line(f"within: {span.amount or 'never'}", span.when, span.place) for span in window.spans)
    return Ladder("alternative", tuple(lines), not window.latest, window.asked_if, "the period is asked for")


def _guards(program: Program) -> Iterator[Expression]:
    """Conditions that stand alone."""
    found = [table.asked_if for table in program.tables.values()]
    found += [window.asked_if for window in windows(program)]
    found += [owed.when for record in program.records for owed in record.owes]
    found += [rule.when for rule in program.transition]
    yield from (condition for condition in found if condition is not None)


# ------------------------------------------------------------------------------------------------------------ verdicts


def _alone(condition: Expression, formula: Condition, conditions: Conditions) -> Verdict | None:
    match _constant(formula):
        case False:
            return _never(condition, None, "", conditions)
        case True:
            return _always(condition, "leave it out")
        case _:
            return None


def _judge(ladder: Ladder, program: Program, conditions: Conditions, stands: Stands) -> None:
    guard = conditions.holds(ladder.guard)
    above: list[tuple[Line, Condition]] = []
    found: dict[Line, Verdict | None] = {}
    for line in ladder.lines:
        formula = conditions.holds(line.when)
        if line.when is not None:
            try:
                found[line] = _verdict(
                    ladder, line, line.when, formula, guard, above if ladder.first else [], conditions
                )
            except TooHard:
                found[line] = None
        above.append((line, formula))
    for line, verdict in found.items():
        stands.add(line.place, program.scenario, _switched_off(line, verdict, found, program))


def _switched_off(
    line: Line, verdict: Verdict | None, found: Mapping[Line, Verdict | None], program: Program
) -> Verdict | None:
    """The verdict on a general rule that the row must use, and that decides nowhere in it."""
    if verdict is None or verdict.code == ALWAYS_HOLDS or not line.general:
        return verdict
    policy = program.policy
    general = policy.general_rules[line.general]
    where = text(general, REQUIRED_IN)
    rows = policy.groups[where].scenarios if where in policy.groups else ()
    uses = [other for other, told in found.items() if other.general == line.general and told is None]
    if uses or not (where == ALL or program.scenario in rows):
        return verdict
    message = f"{quoted(line.general)} is required{ROWS}, and is switched off: {verdict.message.replace(ROWS, '')}"
    required = (f"{quoted(line.general)} is here", declared_at(policy, "general_rules", line.general))
    return Verdict(SWITCHED_OFF, message, "mend it, or say `not_used:` with a reason", (required, *verdict.related))


def _verdict(
    ladder: Ladder,
    line: Line,
    when: Expression,
    formula: Condition,
    guard: Condition,
    above: Sequence[tuple[Line, Condition]],
    conditions: Conditions,
) -> Verdict | None:
    asked = all_of((guard, formula))
    covering = [(other, holds) for other, holds in above if other.waits or _part_of(other, when)]
    if can_hold(all_of((asked, *(negation(holds) for _, holds in covering)))):
        always = not can_hold(negation(formula))
        return _always(when, "write `else: true` if that is meant") if always else None
    if not can_hold(guard):
        return None  # which is told where the guard stands
    if not can_hold(asked):
        return _never(when, ladder.guard, ladder.within, conditions)
    first = _first(asked, covering)
    if len(first) == 1 and first[0].when is not None and not can_hold(negation(conditions.holds(first[0].when))):
        return None  # that it always holds is told there
    names = listed(other.name for other in first)
    whole = f"the {ladder.what} {names}" if len(first) == 1 else f"one of the {ladder.what}s {names}"
    return Verdict(
        COVERED,
        f"this {ladder.what} can never decide{ROWS}: whenever it holds, {whole} above holds first",
        "put it above, narrow what stands above, or take it out",
        tuple((f"{quoted(other.name)} is here", other.place) for other in first),
    )


def _part_of(other: Line, when: Expression) -> bool:
    """Whether all that another line asks is asked here, too: then it is settled whenever this one is."""
    if other.when is None:
        return True
    asked = {term.text for term in terms(when)}
    return all(term.text in asked for term in terms(other.when))


def _first(asked: Condition, covering: Sequence[tuple[Line, Condition]]) -> list[Line]:
    """Which lines above hold whenever this one would: one of them alone, if there is such, or no more than needed."""
    for other, holds in covering:
        if implies(asked, holds):
            return [other]
    needed = contradiction([asked, *(negation(holds) for _, holds in covering)])
    return [covering[number - 1][0] for number in needed if number > 0]


def _never(when: Expression, guard: Expression | None, within: str, conditions: Conditions) -> Verdict | None:
    parts = terms(when)
    above = terms(guard) if guard is not None else []
    formulas = [conditions.part(term.tree) for term in [*parts, *above]]
    odd = contradiction(formulas)
    if len(odd) == 1 and odd[0] < len(parts) and conditions.asks_in_vain(parts[odd[0]].tree):
        return None  # which is told as the question that it is
    own = [parts[number].text for number in odd if number < len(parts)]
    others = [above[number - len(parts)].text for number in odd if number >= len(parts)]
    said = f"{listed(own)} can never hold{' together' if len(own) > 1 else ''}{ROWS}"
    if others:
        said += f" while {within}, which asks for {listed(others)}"
    related = ((f"{within} under this condition", guard.place),) if others and guard is not None else ()
    return Verdict(NEVER_HOLDS, said, "correct the condition, or take out what stands under it", related)


def _always(when: Expression, help: str) -> Verdict:
    return Verdict(ALWAYS_HOLDS, f"{quoted(' '.join(when.text.split()))} always holds{ROWS}", help, kind="always")
