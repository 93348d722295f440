"""Python source as it is written: names, constants, functions, each with the line of the policy that it comes from."""

from __future__ import annotations

import ast
import builtins
import keyword
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Final

from engine.source import Place

WIDTH: Final = 110
TAKEN: Final = frozenset({*keyword.kwlist, *dir(builtins), "k", "facts", "case", "found", "why"})


@dataclass(frozen=True, slots=True)
class Generated:
    """A row as Python source, with the constants that it names. Both are plain data: they can be kept and sent.

    `entry` is the name of the function that decides.
    """

    source: str
    constants: dict[str, object]
    entry: str


@dataclass(slots=True)
class Module:
    """A module under way: its constants, the attributes of what is made out of a case, and its functions."""

    constants: dict[str, object] = field(default_factory=dict)
    attributes: dict[str, None] = field(default_factory=dict)
    functions: list[str] = field(default_factory=list)
    _names: dict[tuple[str, str], str] = field(default_factory=dict)
    _taken: set[str] = field(default_factory=lambda: set(TAKEN))
    _constants: dict[tuple[str, object], str] = field(default_factory=dict)

    def name(self, kind: str, of: str) -> str:
        """The Python name of something; the same one whenever it is asked for."""
        key = (kind, of)
        if key not in self._names:
            self._names[key] = self._fresh(of)
        return self._names[key]

    def attribute(self, name: str) -> str:
        """An attribute of what is made out of a case; unread at first."""
        self.attributes[name] = None
        return f"k.{name}"

    def constant(self, called: str, value: object) -> str:
        """The name of a constant; equal ones of the same type are one."""
        key = (type(value).__name__, value)
        if key not in self._constants:
            name = self._fresh(called.upper())
            self._constants[key] = name
            self.constants[name] = value
        return self._constants[key]

    def _fresh(self, wanted: str) -> str:
        plain = "".join(c if c.isalnum() and c.isascii() else "_" for c in wanted)
        plain = plain if plain and not plain[0].isdigit() else f"n_{plain}"
        name, number = plain, 1
        while name in self._taken:
            number += 1
            name = f"{plain}_{number}"
        self._taken.add(name)
        return name


class Lines:
    """The lines of a function under way."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._depth = 0

    @contextmanager
    def inside(self, head: str) -> Iterator[None]:
        """What follows stands inside of this line."""
        self.add(head)
        with self.under():
            yield

    @contextmanager
    def under(self) -> Iterator[None]:
        """What follows stands inside of the last line."""
        self._depth += 1
        before = len(self.lines)
        yield
        if len(self.lines) == before:
            self.add("pass")
        self._depth -= 1

    def add(self, *lines: str) -> None:
        self.lines += [f"{'    ' * self._depth}{line}" for line in lines]

    def comment(self, *words: object) -> None:
        self.add("# " + " ".join(str(word) for word in words if word))

    def expression(self, head: str, value: ast.expr, tail: str = "") -> None:
        """A line with an expression; a long one goes over several, part by part."""
        self.add(*_laid_out(head, value, tail, WIDTH - 4 * self._depth))

    def text(self) -> str:
        return "\n".join(self.lines)


def _laid_out(head: str, value: ast.expr, tail: str, width: int) -> Iterator[str]:
    whole = f"{head}{ast.unparse(value)}{tail}"
    if len(whole) <= width or not isinstance(value, ast.BoolOp):
        yield whole
        return
    word = "and" if isinstance(value.op, ast.And) else "or"
    yield f"{head}("
    for number, part in enumerate(value.values):
        start = f"{word} " if number else ""
        bracketed = isinstance(part, ast.BoolOp | ast.IfExp)
        opened, closed = ("(", ")") if bracketed else ("", "")
        yield from (f"    {line}" for line in _laid_out(start + opened, part, closed, width - 4))
    yield f"){tail}"


def python(text: str) -> ast.expr:
    """An expression as a tree."""
    return ast.parse(text, mode="eval").body


def at(place: Place) -> str:
    """Where something is written: file and line, the folder left out."""
    return f"{PurePath(place.source.name).name}:{place.line}"


def tuple_of(items: Iterable[str]) -> str:
    """A tuple display."""
    listed = list(items)
    return f"({', '.join(listed)}{',' if len(listed) == 1 else ''})"


def text(value: ast.expr) -> str:
    """An expression to be put into a line, in brackets where it needs them."""
    found = ast.unparse(value)
    return f"({found})" if isinstance(value, ast.IfExp | ast.BoolOp) else found
