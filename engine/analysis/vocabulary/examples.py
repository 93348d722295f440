"""Lines of YAML that are right in one version: how a word of it is used."""

from __future__ import annotations

from typing import Final

from engine.expr.check import Scope, fits
from engine.expr.types import Type
from engine.link.names import field_type
from engine.policy.model import Field, Policy
from engine.policy.words import RESERVED

DAY: Final = "2025-03-01"
AMOUNT: Final = "2.50"
NUMBER: Final = "2"
TEXT: Final = "some words"


def holds(name: str, type_: Type, scope: Scope, values: tuple[str, ...] = ()) -> str:
    """A condition on a name. `values` gives the order in which the values of its type are declared."""
    ordered = [value for value in values if value in type_.values] or sorted(type_.values)
    present = f"given({name}) and " if type_.nullable else ""
    match type_.kind:
        case "bool":
            return name
        case "word":
            return f"{name} == {value(ordered[0], scope)}" if ordered else f"given({name})"
        case "integer":
            return f"{present}{name} >= {NUMBER}"
        case "decimal":
            return f"{present}{name} >= '{AMOUNT}'"
        case "date":
            return f"{present}{name} >= date('{DAY}')"
        case "text":
            return f"{name} == '{TEXT}'"
        case "instant":
            return f"happened({name})"
        case "list" if ordered:
            return f"contains({name}, {value(ordered[0], scope)})"
        case _:
            return f"given({name})"


def value(word: str, scope: Scope) -> str:
    """A value as a formula writes it: in quotes where the bare word is a name, or a word of the language."""
    plain = word.isidentifier() and word not in RESERVED and word not in ("true", "false")
    return word if plain and scope.type_of(word) is None else f"'{word}'"


def when(condition: str) -> str:
    """A condition as the line of a rule."""
    return f"when: {condition}"


def says(field: Field, word: str) -> str:
    """A value as a rule says it of a field."""
    return f"{field.name}: [{word}]" if field.many else f"{field.name}: {word}"


def field_for(type_: Type, policy: Policy) -> Field | None:
    """A field of the decision of which a rule may say a value of this type."""
    if type_.kind not in ("word", "list"):
        return None
    return next((field for field in policy.fields.values() if fits(type_, field_type(field, policy))), None)
