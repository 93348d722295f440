"""What an expression may speak of, and what a checked expression is."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from engine.expr.words import FUNCTIONS as FUNCTIONS
from engine.expr.words import PRESENT as PRESENT
from engine.expr.words import PROVEN as PROVEN
from engine.expr.words import UNSETTLED as UNSETTLED

if TYPE_CHECKING:
    from engine.expr.types import Type
    from engine.source import Place


@dataclass(frozen=True, slots=True)
class Scope:
    """What an expression may speak of.

    `type_of` gives the type of a declared name, None for another. `groups` are sets of words that stand after `in`.
    `tables` are the tables that `unsettled` may be asked about here. `refused` tells a name whose own declaration was
    refused: what reads it is refused without a word. `defined` is where a name is defined, if it can that part of it
    which gives one of some values.
    """

    type_of: Callable[[str], Type | None]
    names: Callable[[], set[str]]
    propositions: frozenset[str]
    groups: Mapping[str, frozenset[str]]
    grouped: str
    tables: frozenset[str]
    refused: Callable[[str], bool]
    defined: Callable[[str, frozenset[str]], Place | None]


@dataclass(frozen=True, slots=True)
class Expression:
    """A checked expression. `tree` holds only resolved names, constants, logic, comparisons and calls.

    `names` are the names it reads, in order; `place` is where it was written, and `span` gives the place of some of its
    characters. `parts` are the conditions that it was put together from, when it was not written in one piece.
    """

    text: str
    place: Place
    tree: ast.expr = field(compare=False, repr=False)
    type: Type
    names: tuple[str, ...]
    span: Callable[[int, int], Place] | None = field(default=None, compare=False, repr=False)
    parts: tuple[Expression, ...] = field(default=(), compare=False, repr=False)


def constant(value: object, type_: Type, place: Place, text: str) -> Expression:
    """An expression that is a plain value."""
    return Expression(text, place, ast.Constant(value), type_, ())  # type: ignore[arg-type]
