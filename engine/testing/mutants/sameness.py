"""What a program means, as a value that can be compared: without places, texts and names that nothing reads."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass

from engine.expr.check import Expression
from engine.link.program import Choice, Formula, Program
from engine.policy.model import Policy
from engine.source import Place

APART = frozenset({"place", "policy", "meaning", "title", "ask", "example", "supplied_by"})


def meaning(program: Program) -> tuple[object, ...]:
    """What decides the cases of a row. Two programs with equal meanings give equal decisions, digests apart."""
    parts = (program.tables, program.windows, program.records, program.standing.name, program.standing_field.name)
    return (*map(_plain, parts), _plain(_read(program)), _declared(program.policy))


def _declared(policy: Policy) -> object:
    parts = (policy.zone_fact, policy.facts, policy.fields, policy.evidence)
    return tuple(map(_plain, parts))


def _read(program: Program) -> dict[str, object]:
    """The formulas and choices that the row reads in the end, by name."""
    found: dict[str, object] = {}
    waiting: list[object] = [program.tables, program.windows, program.records]
    while waiting:
        for name in _names(waiting.pop()):
            said = program.names.get(name)
            if name not in found and isinstance(said, Formula | Choice):
                found[name] = said
                waiting.append(said)
    return dict(sorted(found.items()))


def _names(value: object) -> Iterator[str]:
    if isinstance(value, Expression):
        yield from value.names
    elif isinstance(value, Mapping):
        for below in value.values():
            yield from _names(below)
    elif isinstance(value, tuple):
        for below in value:
            yield from _names(below)
    elif is_dataclass(value) and not isinstance(value, Place):
        for field in fields(value):
            yield from _names(getattr(value, field.name))


def _plain(value: object) -> object:
    if isinstance(value, Expression):
        return ast.dump(value.tree)
    if isinstance(value, Mapping):
        return tuple((key, _plain(below)) for key, below in value.items())
    if isinstance(value, tuple):
        return tuple(map(_plain, value))
    if is_dataclass(value) and not isinstance(value, type):
        own = (getattr(value, field.name) for field in fields(value) if field.name not in APART)
        return (type(value).__name__, *map(_plain, own))
    return value
