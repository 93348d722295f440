"""Python source as it is written: names, constants, functions, each with the line of the policy that it comes from."""

from __future__ import annotations

import ast
import builtins
import keyword
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import PurePath
from typing import Final, TypeVar

from engine.backends.compiled.building import OFFERED
from engine.source import Place

WIDTH: Final = 110
LOCAL: Final = (  # the variables of generated functions
    "_", "all_ends", "all_starts", "as_of", "asks", "at", "basis", "beside", "by", "case", "choices", "day",
    "deadline", "deadlines", "done", "drops", "ends", "event", "facts", "fields", "found", "held", "hold", "holds",
    "in_time", "last", "late", "made", "name", "number", "one", "owing", "part", "passed", "proof", "proved",
    "proven", "reason", "reasons", "rule", "shown", "sought", "spans", "stands", "starts", "state", "submitted",
    "told", "unsure", "why",
)  # fmt: skip
TAKEN: Final = frozenset({*keyword.kwlist, *dir(builtins), *LOCAL, *OFFERED, "Answer", "EVENTS", "not_known"})
NUMBERED: Final = re.compile(r"(said|unsure_of|value)_\d+$")  # variables, too
GIVEN: Final = "WHAT_IT_IS_GIVEN"  # the parameters of a function that are known when it is written
_SETS: Final = re.compile(r"^ +\w+ = (.*)$")
_PLAINLY: Final = re.compile(r" +(\w+) = (?:\w+|'[^']*'|\((?:(?:'[^']*'|\d+),? ?)*\)|\w+ != \(\))$")
One = TypeVar("One")


@dataclass(slots=True)
class Module:
    """A module under way: its constants and its functions."""

    constants: dict[str, object] = field(default_factory=dict)
    functions: list[str] = field(default_factory=list)
    events: set[str] = field(default_factory=set)  # variables of which only their truth tells whether they are there
    _names: dict[tuple[str, str], str] = field(default_factory=dict)
    _taken: set[str] = field(default_factory=lambda: set(TAKEN))
    _constants: dict[tuple[str, object], str] = field(default_factory=dict)

    def name(self, kind: str, of: str) -> str:
        """The Python name of something; the same one whenever it is asked for."""
        key = (kind, of)
        if key not in self._names:
            self._names[key] = self._fresh(of)
        return self._names[key]

    def constant(self, called: str, value: object) -> str:
        """The name of a constant; equal ones of the same type are one."""
        key = (type(value).__name__, value)
        if key not in self._constants:
            name = self._fresh(called.upper())
            self._constants[key] = name
            self.constants[name] = value
        return self._constants[key]

    def taken(self) -> frozenset[str]:
        """The names that nothing else can get."""
        return frozenset(self._taken)

    def write(self, lines: Lines) -> None:
        """Add a function."""
        self.functions.append(_without_unread(lines.done()))

    def _fresh(self, wanted: str) -> str:
        plain = "".join(c if c.isalnum() and c.isascii() else "_" for c in wanted)
        plain = plain if plain and not plain[0].isdigit() else f"n_{plain}"
        name, number = plain, 1
        while name in self._taken or NUMBERED.match(name):
            number += 1
            name = f"{plain}_{number}"
        self._taken.add(name)
        return name


class Lines:
    """The lines of a function under way, and which variables are certainly set where they stand.

    An expression reads a variable that is worked out late by `x if x is not UNREAD else (x := ...)`. When it is
    written, what is surely set already is read plainly, and what it surely reads is set in lines before it.
    """

    def __init__(self, module: Module, facts: Mapping[str, str]) -> None:
        """`facts` are those that are kept in a variable, once they are surely read, with the names of these."""
        self.lines: list[str] = []
        self._module = module
        self._facts = facts
        self._unread: dict[str, None] = {}  # variables that are not set on every way
        self._read: set[str] = set()
        self._set: set[str] = set()  # what `once` has set somewhere
        self._outside: set[str] | None = None  # what is set before an `elif`, which may never be asked
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
        before, read = len(self.lines), set(self._read if self._outside is None else self._outside)
        self._outside = None
        yield
        if len(self.lines) == before:
            self.add("pass")
        self._depth -= 1
        self._read = read

    @contextmanager
    def here(self) -> Iterator[None]:
        """What follows stands where it would anyhow."""
        yield

    def once(self, name: str, line: str) -> None:
        """A line that sets a variable, unless it is set already."""
        if name in self._read:
            return
        if name in self._set:
            self._unread[name] = None
            self.add(f"if {name} is UNREAD:", f"    {line}")
        else:
            self.add(line)
        self._set.add(name)
        self._read.add(name)

    def add(self, *lines: str) -> None:
        self.lines += [f"{'    ' * self._depth}{line}" for line in lines]

    def comment(self, *words: object) -> None:
        self.add("# " + " ".join(str(word) for word in words if word))

    def expression(self, head: str, value: ast.expr, tail: str = "") -> None:
        """A line with an expression; a long one goes over several, part by part."""
        alternative = head.startswith("elif")
        if alternative:
            self._outside = set(self._read)
        found = self._settled(value, self._read, not alternative)
        if head in ("if ", "elif "):
            found = _asked(found)
        self.add(*laid_out(head, found, tail, WIDTH - 4 * self._depth))

    def text(self, value: ast.expr) -> str:
        """An expression to be put into the next line, in brackets where it needs them."""
        found = self._settled(value, self._read, True)
        text = ast.unparse(found)
        return f"({text})" if isinstance(found, ast.IfExp | ast.BoolOp) else text

    def done(self) -> str:
        """The text."""
        if self._unread:
            self.lines.insert(1, f"    {' = '.join(self._unread)} = UNREAD")
        return "\n".join(self.lines)

    # ------------------------------------------------------------------------------------------- what is read when

    def _settled(self, node: ast.expr, read: set[str], surely: bool) -> ast.expr:
        """The expression with reading made as plain as it can be. `read` is added to."""
        if isinstance(node, ast.IfExp) and isinstance(node.orelse, ast.NamedExpr):
            return self._variable(node.orelse, read, surely)
        match node:
            case ast.Subscript(ast.Name("facts"), ast.Constant(str() as fact)) if fact in self._facts:
                name = self._facts[fact]
                if name not in read:
                    if not surely:
                        return node
                    read.add(name)
                    self.add(f"{name} = facts[{fact!r}]")
                return ast.Name(name)
            case ast.Compare(ast.Constant(str() as fact), [ast.In()], [ast.Name("facts")]):
                return ast.Constant(True) if self._facts.get(fact) in read else node
            case ast.BoolOp(operator, [first, *others]):
                begun = self._settled(first, read, surely)
                later = set(read)
                found = [begun, *(self._settled(other, later, False) for other in others)]
                if isinstance(operator, ast.And):
                    found = [part for part in found if not (isinstance(part, ast.Constant) and part.value is True)]
                return found[0] if len(found) == 1 else ast.BoolOp(operator, found)
            case ast.UnaryOp(operator, ast.UnaryOp(ast.Not(), ast.UnaryOp(ast.Not(), operand))):
                return ast.UnaryOp(operator, self._settled(operand, read, surely))
            case ast.UnaryOp(operator, operand):
                return ast.UnaryOp(operator, self._settled(operand, read, surely))
            case ast.Subscript(ast.IfExp() as whole, which):
                return ast.Subscript(self._settled(whole, read, surely), which)
            case ast.Compare(left, operators, others):
                begun = self._settled(left, read, surely)
                return ast.Compare(begun, operators, [self._settled(other, read, surely) for other in others])
            case ast.Call(called, arguments, keywords):
                found = [self._settled(one, read, surely) for one in arguments]
                if isinstance(called, ast.Name) and called.id == "before" and all(map(_is_plain, found)):
                    return self._before(*found)
                return ast.Call(called, found, keywords)
            case _:
                return node

    def _before(self, left: ast.expr, right: ast.expr) -> ast.expr:
        """What `before` does, in place."""
        known = not isinstance(right, ast.Name) or right.id not in self._module.events
        never = ast.Compare(right, [ast.Is()], [ast.Constant(None)]) if known else ast.UnaryOp(ast.Not(), right)
        if isinstance(left, ast.Name) and left.id in self._module.events:
            there: ast.expr = happened(left)
        else:
            there = ast.Compare(left, [ast.IsNot()], [ast.Constant(None)])
        return ast.BoolOp(ast.And(), [there, ast.BoolOp(ast.Or(), [never, ast.Compare(left, [ast.Lt()], [right])])])

    def _variable(self, named: ast.NamedExpr, read: set[str], surely: bool) -> ast.expr:
        """A variable, worked out in a line before this one if it is surely read."""
        name = named.target.id
        if name in read:
            return named.target
        if surely:
            self.expression(f"{name} = ", named.value)
            read.add(name)
            return named.target
        self._unread[name] = None
        value = self._settled(named.value, read, False)
        read.add(name)
        return local(name, value)


def happened(event: ast.expr) -> ast.expr:
    """Whether an event has happened, as true or false."""
    return ast.UnaryOp(ast.Not(), ast.UnaryOp(ast.Not(), event))


def _asked(condition: ast.expr) -> ast.expr:
    """A condition of which only the truth counts."""
    match condition:
        case ast.UnaryOp(ast.Not(), ast.UnaryOp(ast.Not(), inner)):
            return _asked(inner)
        case ast.UnaryOp(ast.Not(), inner):
            return ast.UnaryOp(ast.Not(), _asked(inner))
        case ast.BoolOp(operator, parts):
            return ast.BoolOp(operator, [_asked(part) for part in parts])
        case _:
            return condition


def _is_plain(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute | ast.Name)


def local(name: str, value: ast.expr) -> ast.expr:
    """What reads a variable, which is worked out when it is first read."""
    test = ast.Compare(ast.Name(name), [ast.IsNot()], [ast.Name("UNREAD")])
    return ast.IfExp(test, ast.Name(name), ast.NamedExpr(ast.Name(name), value))


def laid_out(head: str, value: ast.expr, tail: str, width: int) -> Iterator[str]:
    """A line with an expression, or several if it is too long."""
    whole = f"{head}{ast.unparse(value)}{tail}"
    if len(whole) <= width or not isinstance(value, ast.BoolOp):
        yield whole
    else:
        yield from _by_parts(head, value, tail, width)


def _by_parts(head: str, value: ast.BoolOp, tail: str, width: int) -> Iterator[str]:
    """An expression in brackets, part by part."""
    word = "and " if isinstance(value.op, ast.And) else "or "
    yield f"{head}("
    for number, part in enumerate(value.values):
        start, text = word if number else "", ast.unparse(part)
        text = f"({text})" if isinstance(part, ast.BoolOp | ast.IfExp) else text
        if len(start) + len(text) <= width - 4 or not isinstance(part, ast.BoolOp):
            yield f"    {start}{text}"
        else:
            yield from (f"    {line}" for line in _by_parts(start, part, "", width - 4))
    yield f"){tail}"


@lru_cache(maxsize=4096)
def python(text: str) -> ast.expr:
    """An expression as a tree, which nobody changes."""
    return ast.parse(text, mode="eval").body


def at(place: Place) -> str:
    """Where something is written: file and line, the folder left out."""
    return f"{PurePath(place.source.name).name}:{place.line}"


def tuple_of(items: Iterable[str]) -> str:
    """A tuple display."""
    listed = list(items)
    return f"({', '.join(listed)}{',' if len(listed) == 1 else ''})"


def alternatives(lines: Lines, found: Iterable[tuple[ast.expr, One]]) -> Iterator[tuple[One, Lines]]:
    """Alternatives of which the first whose condition holds counts, each with the lines to write it in."""
    word = "if"
    for condition, one in found:
        always = isinstance(condition, ast.Constant)
        if always and not condition.value:  # type: ignore[attr-defined]
            continue
        if not always:
            lines.expression(f"{word} ", condition, ":")
        elif word == "elif":
            lines.add("else:")
        with lines.under() if word == "elif" or not always else lines.here():
            yield one, lines
        if always:
            return
        word = "elif"


def _without_unread(text: str) -> str:
    """A function without the lines that set a variable plainly which nothing reads."""
    while True:
        lines = text.split("\n")
        read = set(re.findall(r"\w+", "\n".join(_SETS.sub(r"\1", line) for line in lines)))
        left = [line for line in lines if (found := _PLAINLY.match(line)) is None or found[1] in read]
        if len(left) == len(lines):
            return "\n".join(_passing(left))
        text = "\n".join(left)


def _passing(lines: list[str]) -> Iterator[str]:
    """The lines, with `pass` where nothing stands below a head."""
    for number, line in enumerate(lines):
        yield line
        if line.endswith(":") and not line.lstrip().startswith("#"):
            depth = len(line) - len(line.lstrip())
            below = next((one for one in lines[number + 1 :] if not one.lstrip().startswith("#")), "")
            if len(below) - len(below.lstrip()) <= depth:
                yield f"{' ' * depth}    pass"
