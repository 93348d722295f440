"""What to tell the writer of a document about one fault that a schema finds in it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from engine.diagnostics import Diagnostic, did_you_mean, quoted
from engine.document.nodes import Node, at, child, key_place_of, place_of
from engine.document.schema_fault import Fault
from engine.document.schema_words import (
    Path,
    Schema,
    because,
    condition,
    description,
    forbidden_keys,
    homes_of,
    kind_of,
    listed,
    part,
    schema_of,
    shown,
    type_words,
)
from engine.source import Place


def tell(fault: Fault, node: Node, roots: Mapping[str, Schema]) -> Iterable[Diagnostic]:
    """The messages for one fault, with places in the document. Values are shown only cut and escaped."""
    teller = _Teller(node, roots)
    return teller.key(fault) if fault.about_key else _TELLERS.get(fault.keyword, _Teller.other)(teller, fault)


@dataclass(frozen=True, slots=True)
class _Teller:
    node: Node
    roots: Mapping[str, Schema]

    def key(self, fault: Fault) -> Iterator[Diagnostic]:
        message = f"{shown(fault.value)} cannot be a key here{self._why(fault)}"
        yield self._at_key((*fault.path, str(fault.value)), "schema/key", message, self._nearest(fault))

    def unknown_keys(self, fault: Fault) -> Iterator[Diagnostic]:
        known = list(part(fault.here, "properties"))
        patterns = list(part(fault.here, "patternProperties"))
        can_stand = f"; here can stand {listed(known)}" if known else ""
        for key in fault.value:
            if key in known or any(re.search(pattern, key) for pattern in patterns):
                continue
            hint = self._home(key, fault.path) or did_you_mean(key, known)
            message = f"the key {quoted(key)} cannot stand here{can_stand}"
            yield self._at_key((*fault.path, key), "schema/unknown-key", message, hint)

    def missing_keys(self, fault: Fault) -> Iterator[Diagnostic]:
        """A key that is only misspelt is told where it stands."""
        known = list(part(fault.here, "properties"))
        closed = fault.here.get("additionalProperties") is False
        misspelt = {did_you_mean(key, known) for key in fault.value if closed and key not in known}
        for key in fault.wanted:
            if key not in fault.value and did_you_mean(key, [key]) not in misspelt:
                yield self._missing(key, "", fault)

    def missing_partners(self, fault: Fault) -> Iterator[Diagnostic]:
        for key, partners in fault.wanted.items():
            for partner in partners:
                if key in fault.value and partner not in fault.value:
                    yield self._missing(partner, f", because {quoted(key)} is there", fault)

    def type(self, fault: Fault) -> Iterator[Diagnostic]:
        wanted, value = fault.wanted, fault.value
        text_wanted = "string" in ([wanted] if isinstance(wanted, str) else wanted)
        unquoted = text_wanted and value is not None and not isinstance(value, list | dict)
        message = f"expected {type_words(wanted)}, but this is {kind_of(value)}{self._about(fault)}"
        yield self._at(fault.path, "schema/type", message, "quote it if it is a text" if unquoted else None)

    def choice(self, fault: Fault) -> Iterator[Diagnostic]:
        expected = f"expected {listed(fault.options)}" if fault.options else "nothing of the kind is declared"
        message = f"{shown(fault.value)} cannot stand here; {expected}"
        yield self._at(fault.path, "schema/value", message, self._nearest(fault))

    def pattern(self, fault: Fault) -> Iterator[Diagnostic]:
        yield self._at(fault.path, "schema/pattern", f"{shown(fault.value)} does not fit{self._why(fault)}")

    def too_short(self, fault: Fault) -> Iterator[Diagnostic]:
        least = fault.wanted
        message = "this must not be empty" if least == 1 else f"expected at least {least} {_UNITS[fault.keyword]}"
        yield self._at(fault.path, "schema/empty", message + self._about(fault))

    def too_long(self, fault: Fault) -> Iterator[Diagnostic]:
        message = f"expected at most {fault.wanted} {_UNITS[fault.keyword]}"
        yield self._at(fault.path, "schema/too-long", message + self._about(fault))

    def out_of_range(self, fault: Fault) -> Iterator[Diagnostic]:
        message = f"{shown(fault.value)} is out of range: expected {_RANGES[fault.keyword]} {fault.wanted}"
        yield self._at(fault.path, "schema/range", message + self._about(fault))

    def repeated(self, fault: Fault) -> Iterator[Diagnostic]:
        seen: set[str] = set()
        for index, item in enumerate(fault.value):
            key = json.dumps(item, sort_keys=True, default=str)
            if key in seen:
                message = f"{shown(item)} stands in the list for the second time"
                yield self._at((*fault.path, index), "schema/value", message)
            seen.add(key)
        if len(seen) == len(fault.value):
            yield self._at(fault.path, "schema/value", "two values of the list are equal")

    def not_here(self, fault: Fault) -> Iterator[Diagnostic]:
        refused = fault.wanted
        about = because(description(refused, self.roots) or condition(fault.way, self.roots))
        keys = refused.get("required")
        if isinstance(keys, list) and isinstance(fault.value, dict):
            what = f"the key {listed(keys)}" if len(keys) == 1 else f"the keys {listed(keys)} together"
            yield self._at_key((*fault.path, keys[-1]), "schema/not-here", f"{what} cannot stand here{about}")
        else:
            yield self._at_key(fault.path, "schema/not-here", f"this cannot stand here{about}")

    def never(self, fault: Fault) -> Iterator[Diagnostic]:
        """The validator does not say which of the properties it met; look which are there."""
        about = because(condition(fault.way, self.roots))
        keys = [key for key in forbidden_keys(fault.way, self.roots) if child(at(self.node, fault.path), key)]
        for key in keys:
            message = f"the key {quoted(key)} cannot stand here{about}"
            yield self._at_key((*fault.path, key), "schema/not-here", message)
        if not keys:
            yield self._at(fault.path, "schema/not-here", f"this cannot stand here{about}")

    def other(self, fault: Fault) -> Iterator[Diagnostic]:
        yield self._at(fault.path, "schema/value", f"this has none of the forms that fit here{self._about(fault)}")

    def _about(self, fault: Fault) -> str:
        return because(description(fault.here, self.roots))

    def _at(self, path: Path, code: str, message: str, help: str | None = None) -> Diagnostic:
        return Diagnostic(code, message, _first_line(place_of(self.node, path)), help, path=path)

    def _at_key(self, path: Path, code: str, message: str, help: str | None = None) -> Diagnostic:
        place = key_place_of(self.node, path) if path else place_of(self.node, path)
        return Diagnostic(code, message, _first_line(place), help, path=path)

    def _missing(self, key: str, cause: str, fault: Fault) -> Diagnostic:
        declared = part(fault.here, "properties", key) or part(schema_of(fault.path, self.roots), "properties", key)
        about = because(description(declared, self.roots), condition(fault.way, self.roots))
        return self._at_key(fault.path, "schema/missing-key", f"the key {quoted(key)} is missing{cause}{about}")

    def _home(self, key: str, path: Path) -> str | None:
        homes = homes_of(key, path, self.roots)
        rest = f" and {len(homes) - 3} other places" if len(homes) > 3 else ""
        named = ", ".join(quoted(home) if home else "the top of the document" for home in homes[:3])
        return f"{quoted(key)} is read under {named}{rest}" if homes else None

    def _why(self, fault: Fault) -> str:
        if words := self._about(fault):
            return words
        if fault.options:
            return f"; expected {listed(fault.options)}"
        return f"; it must match {quoted(fault.wanted)}" if fault.keyword == "pattern" else ""

    def _nearest(self, fault: Fault) -> str | None:
        return did_you_mean(str(fault.value), map(str, fault.options))


def _first_line(place: Place) -> Place:
    if place.line == place.end_line:
        return place
    end = max(len(place.source.line(place.line)), place.column) + 1
    return Place(place.source, place.line, place.column, place.line, end)


_UNITS = {
    "minItems": "items",
    "maxItems": "items",
    "minLength": "characters",
    "maxLength": "characters",
    "minProperties": "keys",
    "maxProperties": "keys",
}
_RANGES = {
    "minimum": "at least",
    "maximum": "at most",
    "exclusiveMinimum": "more than",
    "exclusiveMaximum": "less than",
    "multipleOf": "a multiple of",
}
_TELLERS: dict[str, Callable[[_Teller, Fault], Iterator[Diagnostic]]] = {
    "additionalProperties": _Teller.unknown_keys,
    "required": _Teller.missing_keys,
    "dependentRequired": _Teller.missing_partners,
    "type": _Teller.type,
    "enum": _Teller.choice,
    "const": _Teller.choice,
    "pattern": _Teller.pattern,
    "minItems": _Teller.too_short,
    "minLength": _Teller.too_short,
    "minProperties": _Teller.too_short,
    "maxItems": _Teller.too_long,
    "maxLength": _Teller.too_long,
    "maxProperties": _Teller.too_long,
    **dict.fromkeys(_RANGES, _Teller.out_of_range),
    "uniqueItems": _Teller.repeated,
    "not": _Teller.not_here,
    "": _Teller.never,
    "items": _Teller.never,
}
