"""Plain words for what a schema expects and for what a document holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from engine.diagnostics import quoted

Schema = Mapping[str, object]
Path = tuple[str | int, ...]

SHOWN_OPTIONS = 24
ANY_NAME = "NAME"
DEEPEST = 8  # steps into a document that are looked at
_TYPES = {
    "string": "a text",
    "array": "a list",
    "object": "a mapping",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "null": "nothing",
}


def type_words(types: object) -> str:
    """`a text or a list` for what a schema says under `type`."""
    names = [types] if isinstance(types, str) else list(types) if isinstance(types, Iterable) else []
    return either([_TYPES.get(str(name), str(name)) for name in names])


def kind_of(value: object) -> str:
    """What a value is, in the same words."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, int):
        return "a whole number"
    if isinstance(value, Decimal):
        return "a number with a fraction"
    return "a text" if isinstance(value, str) else "a list" if isinstance(value, list) else "a mapping"


def either(options: list[str]) -> str:
    """`a, b or c`."""
    return " or ".join([", ".join(options[:-1]), options[-1]] if len(options) > 1 else options)


def listed(options: Iterable[object]) -> str:
    """`a`, `b` and so on; the first of them, where there are many."""
    names = [shown(option) for option in options]
    rest = len(names) - SHOWN_OPTIONS
    return ", ".join(names[:SHOWN_OPTIONS]) + (f" and {rest} more" if rest > 0 else "")


def shown(value: object) -> str:
    """A value as YAML writes it, cut and escaped; of a list or a mapping only what it is."""
    if isinstance(value, list | dict):
        return kind_of(value)
    return quoted("null" if value is None else str(value).lower() if isinstance(value, bool) else value)


def part(schema: object, *way: str) -> Schema:
    """A schema inside a schema; an empty one where there is none."""
    for key in way:
        schema = schema.get(key) if isinstance(schema, Mapping) else None
    return schema if isinstance(schema, Mapping) else {}


def resolved(schema: Schema, roots: Mapping[str, Schema]) -> Schema:
    """The schema that `$ref` leads to, if it is one step away in one of the roots, with what stands beside it."""
    reference = schema.get("$ref")
    if not isinstance(reference, str):
        return schema
    uri, _, pointer = reference.partition("#")
    way = pointer.strip("/").split("/") if pointer.strip("/") else []
    for root in [roots[uri]] if uri in roots else roots.values():
        if found := part(root, *way):
            return {**found, **schema}
    return schema


def description(schema: Schema, roots: Mapping[str, Schema]) -> str:
    """What the schema says about itself; empty when it says nothing."""
    words = resolved(schema, roots).get("description")
    return words if isinstance(words, str) else ""


def because(*reasons: str) -> str:
    """The reasons that are not empty, as the end of a message."""
    words = " ".join(filter(None, reasons))
    return f": {words}" if words else ""


def schema_of(path: Path, roots: Mapping[str, Schema]) -> Schema:
    """The schema of the value at a path of the document, as far as properties, items and references lead there."""
    schema = resolved(roots[""], roots)
    for step in path:
        below = part(schema, "properties", step) if isinstance(step, str) else part(schema, "items")
        schema = resolved(below or part(schema, "additionalProperties"), roots)
    return schema


def condition(way: Path, roots: Mapping[str, Schema]) -> str:
    """What the last `then` or `else` on the way through a schema says about itself."""
    words = ""
    for step, here in _walk(way, roots):
        if step in ("then", "else") and isinstance(here, Mapping):
            words = description(here, roots) or words
    return words


def forbidden_keys(way: Path, roots: Mapping[str, Schema]) -> list[str]:
    """The properties, where a way through a schema ends at such, that may not be there at all."""
    *_, (_, here) = [("", None), *_walk(way, roots)]
    return [key for key, value in here.items() if value is False] if isinstance(here, Mapping) else []


def _walk(way: Path, roots: Mapping[str, Schema]) -> Iterator[tuple[str | int, object]]:
    """The steps and the schemas they lead to; the validator leaves `$ref` and `if` out of the way it tells."""
    here: object = roots[""]
    for step in way:
        if isinstance(here, Mapping):
            here = (here if step in here else resolved(here, roots)).get(str(step))
        elif isinstance(here, list) and isinstance(step, int):
            here = here[step]
        yield step, here


def homes_of(key: str, path: Path, roots: Mapping[str, Schema]) -> list[str]:
    """Where in a document the key can stand, as paths: those near a path first. `NAME` is any name.

    What lies inside of another such place is left out."""
    way = tuple(step for step in path if isinstance(step, str))
    found = {_near(home, way): home for home in _homes(key, roots[""], (), roots)}
    outer = [home for home in found if home != way and not any(home[:length] in found for length in range(len(home)))]
    nearest = sorted(outer, key=lambda home: (-_shared(found[home], way), len(home)))
    return [".".join(home) for home in nearest]


def _near(home: tuple[str, ...], way: tuple[str, ...]) -> tuple[str, ...]:
    """A place with the names of the way put in, as far as it goes there."""
    shared = _shared(home, way)
    return way[:shared] + home[shared:]


def _shared(one: tuple[str, ...], other: tuple[str, ...]) -> int:
    """How many steps two paths have in common from the start."""
    differ = (n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a not in (b, ANY_NAME))
    return next(differ, min(len(one), len(other)))


def _homes(key: str, schema: Schema, way: tuple[str, ...], roots: Mapping[str, Schema]) -> Iterator[tuple[str, ...]]:
    schema = resolved(schema, roots)
    if len(way) > DEEPEST:
        return
    if key in part(schema, "properties"):
        yield way
    for step, below in part(schema, "properties").items():
        if isinstance(below, Mapping):
            yield from _homes(key, below, (*way, step), roots)
    anything = [schema.get("additionalProperties"), *part(schema, "patternProperties").values()]
    conditional = schema.get("allOf")
    inside = [schema.get("items"), schema.get("then"), schema.get("else")]
    inside += conditional if isinstance(conditional, list) else []
    for steps, parts in (((*way, ANY_NAME), anything), (way, inside)):
        for below in parts:
            if isinstance(below, Mapping):
                yield from _homes(key, below, steps, roots)
