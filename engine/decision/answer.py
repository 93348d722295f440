"""What one table says by itself, as plain immutable data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from engine.decision.model import Value


@dataclass(frozen=True, slots=True)
class Answer:
    """What one table says of a case by itself.

    `rules` are the ids of the rules that decide, one at most where the first decides; `fields` the fields that the
    table says, under their outward names; `clauses` and `readings` what the rules rest on. `asked` is False where the
    table is not asked: then its fields are empty. `missing` are the facts that it waits for: while there are any,
    `fields` has only those that do not hang on them.
    """

    asked: bool
    rules: tuple[str, ...]
    fields: Mapping[str, Value]
    clauses: tuple[str, ...] = ()
    readings: tuple[int, ...] = ()
    missing: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "fields", MappingProxyType(dict(self.fields)))

    @property
    def rule(self) -> str | None:
        """The first rule that decides; None where none does."""
        return self.rules[0] if self.rules else None
