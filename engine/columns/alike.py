"""Scenarios that one program decides, because theirs differ in nothing but words that stand for each: such as its own
name, where the rules of all scenarios stand in one table and ask for it."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from itertools import chain
from typing import TYPE_CHECKING, Final

from engine.columns.vectors.kept import kept
from engine.link.parts import expressions, of_table
from engine.link.program import Choice, Constant, Formula, Program

if TYPE_CHECKING:
    from engine.pack import Version

PARTS: Final = tuple(one.name for one in fields(Program) if one.compare and one.name not in ("scenario", "names"))


@dataclass(frozen=True, slots=True)
class Alike:
    """`program` decides the cases of all `scenarios`, if each name in `words` means the word of the case's own one."""

    program: Program
    scenarios: tuple[str, ...]
    words: Mapping[str, Mapping[str, str]]


@kept
def alike(version: Version) -> tuple[Alike, ...]:
    """The scenarios of a version, with those together that one program decides."""
    found: list[list[Program]] = []
    for program in version.programs.values():
        others = next((others for others in found if _differ_in_words(others[0], program)), None)
        if others is None:
            found.append([program])
        else:
            others.append(program)
    return tuple(_together(group) for group in found)


def _differ_in_words(one: Program, other: Program) -> bool:
    if one.names.keys() != other.names.keys():
        return False
    for name, meaning in one.names.items():
        if meaning != other.names[name] and not (_is_word(meaning) and _is_word(other.names[name])):
            return False
    return all(getattr(one, part) == getattr(other, part) for part in PARTS) and all(
        own is another or ast.dump(own) == ast.dump(another)
        for own, another in zip(_trees(one), _trees(other), strict=True)
    )


def _trees(program: Program) -> Iterator[ast.expr]:
    meanings = program.names.values()
    formulas = (meaning.expression for meaning in meanings if isinstance(meaning, Formula))
    choices = (of_table(meaning.table) for meaning in meanings if isinstance(meaning, Choice))
    return (one.tree for one in chain(expressions(program), formulas, *choices))


def _is_word(meaning: object) -> bool:
    return isinstance(meaning, Constant) and isinstance(meaning.value, str)


def _together(group: list[Program]) -> Alike:
    words: dict[str, Mapping[str, str]] = {}
    for name in group[0].names:
        meanings = {program.scenario: program.names[name] for program in group}
        if any(meaning != group[0].names[name] for meaning in meanings.values()):
            words[name] = {own: str(one.value) for own, one in meanings.items() if isinstance(one, Constant)}
    return Alike(group[0], tuple(program.scenario for program in group), words)
