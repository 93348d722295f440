"""The types of expressions. A word (an enum value) has the type of the values it may be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["bool", "integer", "decimal", "text", "word", "instant", "date", "zone", "list"]

ORDERED: frozenset[Kind] = frozenset({"integer", "decimal", "instant", "date"})
NUMBERS: frozenset[Kind] = frozenset({"integer", "decimal"})


@dataclass(frozen=True, slots=True)
class Type:
    """A kind; for words and for lists of words the values they may take; whether null is one of them."""

    kind: Kind
    values: frozenset[str] = frozenset()
    nullable: bool = False

    def __str__(self) -> str:
        names: dict[Kind, str] = {
            "bool": "true or false",
            "integer": "a whole number",
            "decimal": "a decimal number",
            "text": "a text",
            "instant": "an instant",
            "date": "a date",
            "zone": "a time zone",
        }
        if self.kind in names:
            return names[self.kind]
        some = ", ".join(sorted(self.values)[:6]) + (", ..." if len(self.values) > 6 else "")
        if self.kind == "word" and len(self.values) == 1:
            return f"the value {some}"
        return f"one of {some}" if self.kind == "word" else f"a list of {some}" if some else "an empty list"


BOOL = Type("bool")
INTEGER = Type("integer")
DECIMAL = Type("decimal")
TEXT = Type("text")
DATE = Type("date")
INSTANT = Type("instant", nullable=True)


def word(*values: str) -> Type:
    return Type("word", frozenset(values))


def list_of(values: frozenset[str]) -> Type:
    return Type("list", values)


def comparable(left: Type, right: Type) -> bool:
    """Whether `==` between the two can ever hold."""
    if left.kind == "word" and right.kind == "word":
        return bool(left.values & right.values)
    return left.kind == right.kind or {left.kind, right.kind} <= NUMBERS


def joined(types: list[Type]) -> Type | None:
    """The one type that covers all of them, or None when they do not go together."""
    first, *rest = types
    for other in rest:
        if first.kind == other.kind:
            first = Type(first.kind, first.values | other.values, first.nullable or other.nullable)
        elif {first.kind, other.kind} <= NUMBERS:
            first = Type("decimal", nullable=first.nullable or other.nullable)
        elif {first.kind, other.kind} == {"word", "list"}:
            first = Type("list", first.values | other.values)
        else:
            return None
    return first
