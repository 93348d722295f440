"""A damaged file, and the sound document that the damages are made from."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from random import Random
from typing import Literal, TypeVar

from engine.document import Mapping, Node, Scalar, Sequence, read_yaml
from engine.source import Place, Source

T = TypeVar("T")
Kind = Literal["policy", "clauses", "readings", "case"]
Path_ = tuple[str | int, ...]

PACK = Path(__file__).resolve().parents[2] / "policies" / "tiktok-shop-us"
CASE = Path(__file__).with_name("case.yaml")
FILES: dict[Kind, Path] = {
    "policy": PACK / "1.0.0.yaml",
    "clauses": PACK / "clauses.yaml",
    "readings": PACK / "readings.yaml",
    "case": CASE,
}
EACH = 12  # damages of one way in one document, where there are as many


@dataclass(frozen=True)
class Damage:
    """One damaged file. `lines`: where a message may point, empty if there is no such; `harmless`: why it may pass."""

    way: str
    kind: Kind
    data: bytes
    lines: frozenset[int] = frozenset()
    harmless: str = ""
    note: str = ""


@dataclass(frozen=True)
class Base:
    """A sound document: its text, its lines, its values with their places."""

    kind: Kind
    text: str

    @cached_property
    def lines(self) -> list[str]:
        return self.text.split("\n")

    @cached_property
    def root(self) -> Node:
        return read_yaml(Source(self.kind, self.text))

    @cached_property
    def nodes(self) -> list[tuple[Path_, Node]]:
        """Every value under its path, in the order of the text."""
        return list(_walk(self.root, ()))

    @cached_property
    def keys(self) -> list[tuple[Path_, Place]]:
        """Every key with its place, under the path of its value."""
        return [
            ((*path, key), entry.key_place)
            for path, node in self.nodes
            if isinstance(node, Mapping)
            for key, entry in node.entries.items()
        ]

    @cached_property
    def scalars(self) -> list[tuple[Path_, Scalar]]:
        """The single values that stand on one line."""
        return [
            (path, node)
            for path, node in self.nodes
            if isinstance(node, Scalar) and node.place.line == node.place.end_line and node.style not in ("|", ">")
        ]

    def damage(self, way: str, text: str, *lines: int, harmless: str = "", note: str = "") -> Damage:
        return Damage(way, self.kind, text.encode("utf-8", "surrogatepass"), frozenset(lines), harmless, note)

    def with_line(self, number: int, *new: str) -> str:
        """The text with one line (from 1) replaced by others, or by none."""
        return "\n".join([*self.lines[: number - 1], *new, *self.lines[number:]])

    def with_span(self, place: Place, new: str) -> str:
        """The text with a one-line span replaced."""
        line = self.lines[place.line - 1]
        return self.with_line(place.line, line[: place.column - 1] + new + line[place.end_column - 1 :])

    def block(self, number: int) -> range:
        """The numbers of the lines of what begins on a line: that line and those indented deeper."""
        deep = indent(self.lines[number - 1])
        end = number
        while end < len(self.lines) and (not self.lines[end].strip() or indent(self.lines[end]) > deep):
            end += 1
        while end > number and not self.lines[end - 1].strip():
            end -= 1
        return range(number, end + 1)

    def without(self, numbers: range) -> str:
        return "\n".join(self.lines[: numbers.start - 1] + self.lines[numbers.stop - 1 :])


Way = Callable[[Base, Random], Iterator[Damage]]
WAYS: dict[str, tuple[tuple[Kind, ...], Way]] = {}


def way(*kinds: Kind) -> Callable[[Way], Way]:
    """Registers a way to damage documents of these kinds, under the function's name."""

    def register(function: Way) -> Way:
        WAYS[function.__name__] = (kinds, function)
        return function

    return register


@cache
def base(kind: Kind) -> Base:
    return Base(kind, FILES[kind].read_text(encoding="utf-8"))


def indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def some(random: Random, options: list[T], count: int = EACH) -> list[T]:
    return options if len(options) <= count else random.sample(options, count)


def _walk(node: Node, path: Path_) -> Iterator[tuple[Path_, Node]]:
    yield path, node
    if isinstance(node, Mapping):
        for key, entry in node.entries.items():
            yield from _walk(entry.value, (*path, key))
    elif isinstance(node, Sequence):
        for number, item in enumerate(node.items):
            yield from _walk(item, (*path, number))
