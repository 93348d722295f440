"""One thing that a schema finds wrong in a document, as data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from engine.document.schema_words import Path, Schema


@dataclass(frozen=True, slots=True)
class Fault:
    """A keyword of the schema that a value does not meet; the keyword is empty where nothing at all may stand."""

    keyword: str
    wanted: Any  # what the schema says under the keyword
    value: Any
    path: Path
    here: Schema  # the schema that has the keyword
    way: Path  # from the root schema to the keyword

    @property
    def options(self) -> list[object]:
        return list(self.wanted) if self.keyword == "enum" else [self.wanted] if self.keyword == "const" else []

    @property
    def about_key(self) -> bool:
        pairs = zip(self.way, ("", *self.way), strict=False)
        return any(step == "propertyNames" and before != "properties" for step, before in pairs)
