"""Propositional logic over variables that take one of several values: can a formula hold at all?

A formula is `True`, `False`, an `Is` (a variable has one of some values), an `All` or an `Any` of formulas. There is no
negation among them: `negation` pushes it down to the variables. The functions below keep formulas small as they build
them. Variables are taken to be independent of each other, so "it cannot hold" is always true, and "it can" may be not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

MOST: Final = 5_000  # steps until a question is given up
Values = frozenset[object]


class TooHard(Exception):
    """The question takes more steps than it is worth."""


@dataclass(frozen=True, slots=True)
class Is:
    """The variable has one of these values, which are some of `all` that it can have, but neither all nor none."""

    variable: str
    values: Values
    all: Values


@dataclass(frozen=True, slots=True)
class All:
    parts: tuple[Formula, ...]


@dataclass(frozen=True, slots=True)
class Any:
    parts: tuple[Formula, ...]


Formula = bool | Is | All | Any


def is_in(variable: str, values: Iterable[object], all_values: Values) -> Formula:
    """Whether a variable has one of some values."""
    some = frozenset(values) & all_values
    return False if not some else True if some == all_values else Is(variable, some, all_values)


def truth(variable: str) -> Formula:
    """A variable that is true or false."""
    return Is(variable, _TRUE, _BOTH)


_TRUE: Final[Values] = frozenset({True})
_BOTH: Final[Values] = frozenset({True, False})


def all_of(parts: Iterable[Formula]) -> Formula:
    """Whether all of the formulas hold. What they say of one variable is put together."""
    flat: dict[Formula, None] = {}
    of: dict[str, Is] = {}
    for part in _flat(parts, All):
        if part is False:
            return False
        if isinstance(part, Is):
            known = of.get(part.variable)
            both = part if known is None else is_in(part.variable, known.values & part.values, part.all)
            if not isinstance(both, Is):
                return False
            of[part.variable] = both
        elif part is not True:
            flat[part] = None
    found = [*of.values(), *flat]
    return True if not found else found[0] if len(found) == 1 else All(tuple(found))


def any_of(parts: Iterable[Formula]) -> Formula:
    """Whether one of the formulas holds. What they say of one variable is put together."""
    flat: dict[Formula, None] = {}
    of: dict[str, Is] = {}
    for part in _flat(parts, Any):
        if part is True:
            return True
        if isinstance(part, Is):
            known = of.get(part.variable)
            either = part if known is None else is_in(part.variable, known.values | part.values, part.all)
            if not isinstance(either, Is):
                return True
            of[part.variable] = either
        elif part is not False:
            flat[part] = None
    found = [*of.values(), *flat]
    return False if not found else found[0] if len(found) == 1 else Any(tuple(found))


def _flat(parts: Iterable[Formula], kind: type[All] | type[Any]) -> Iterator[Formula]:
    for part in parts:
        if isinstance(part, All | Any) and isinstance(part, kind):
            yield from part.parts
        else:
            yield part


def negation(formula: Formula) -> Formula:
    """What holds exactly when the formula does not."""
    match formula:
        case bool():
            return not formula
        case Is(variable, values, every):
            return Is(variable, every - values, every)
        case All(parts):
            return any_of(negation(part) for part in parts)
        case Any(parts):
            return all_of(negation(part) for part in parts)


def can_hold(formula: Formula, most: int = MOST) -> bool:
    """Whether some values of the variables make the formula hold. Raises TooHard after so many steps."""
    steps = 0
    waiting = [formula]
    while waiting:
        one = waiting.pop()
        steps += 1
        if steps > most:
            raise TooHard
        one = _settled(one)
        if one is True:
            return True
        if one is not False:
            waiting.extend(_branches(one))
    return False


def implies(first: Formula, second: Formula, most: int = MOST) -> bool:
    """Whether the second holds whenever the first does. Raises TooHard."""
    return not can_hold(all_of((first, negation(second))), most)


def _settled(formula: Formula) -> Formula:
    """The formula with what it asks of single variables put in everywhere. Variables that stand alone are dropped."""
    while isinstance(formula, All):
        known = {part.variable: part.values for part in formula.parts if isinstance(part, Is)}
        if not known:
            return formula
        formula = all_of(_given(part, known) for part in formula.parts if not isinstance(part, Is))
    return True if isinstance(formula, Is) else formula


def _given(formula: Formula, known: Mapping[str, Values]) -> Formula:
    """The formula, when some variables are known to have one of some values."""
    match formula:
        case Is(variable, values, _) if variable in known:
            possible = known[variable]
            left = values & possible
            return False if not left else True if left == possible else Is(variable, left, possible)
        case All(parts):
            return all_of(_given(part, known) for part in parts)
        case Any(parts):
            return any_of(_given(part, known) for part in parts)
        case _:
            return formula


def _branches(formula: Formula) -> Iterator[Formula]:
    """The formula under each value that matters of the variable that stands in it most often."""
    found: Counter[str] = Counter()
    sets: dict[str, tuple[Values, dict[Values, None]]] = {}
    for atom in _atoms(formula):
        found[atom.variable] += 1
        sets.setdefault(atom.variable, (atom.all, {}))[1][atom.values] = None
    variable = max(found, key=lambda name: (found[name], name))
    every, asked = sets[variable]
    alike: dict[tuple[bool, ...], set[object]] = {}
    for value in every:
        alike.setdefault(tuple(value in values for values in asked), set()).add(value)
    for key in sorted(alike):
        yield _given(formula, {variable: frozenset(alike[key])})


def _atoms(formula: Formula) -> Iterator[Is]:
    if isinstance(formula, Is):
        yield formula
    elif isinstance(formula, All | Any):
        for part in formula.parts:
            yield from _atoms(part)
