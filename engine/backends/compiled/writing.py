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
from typing import Final

from engine.backends.compiled.building import OFFERED
from engine.source import Place

WIDTH: Final = 110
RETURNS: Final = "return "
LOCAL: Final = (  # the variables of generated functions
    "_", "all_ends", "all_starts", "as_of", "asks", "at", "basis", "case", "choices", "day", "deadline", "deadlines",
    "done", "drops", "dropped", "ends", "event", "facts", "fields", "found", "held", "hold", "holds", "in_time", "k",
    "last", "late", "made", "name", "number", "one", "owing", "part", "passed", "proof", "proved", "proved_by",
    "proven", "reason", "reasons", "rule", "self", "show", "shown", "spans", "starts", "state", "submitted", "told",
    "unsure", "why", "zone_of_days",
)  # fmt: skip
TAKEN: Final = frozenset({*keyword.kwlist, *dir(builtins), *LOCAL, *OFFERED, "Answer", "Known", "not_known"})
NUMBERED: Final = re.compile(r"(said|unsure_of|value)_\d+$")  # variables, too
_ATTRIBUTE: Final = re.compile(r"\bk\.(\w+)( = )?")
_KEPT: Final = re.compile(r" +k\.(\w+) = (?!found = )")


@dataclass(slots=True)
class Module:
    """A module under way: its constants, the attributes of what is made out of a case, and its functions."""

    constants: dict[str, object] = field(default_factory=dict)
    attributes: dict[str, None] = field(default_factory=dict)
    functions: list[str] = field(default_factory=list)
    gives: dict[str, frozenset[str]] = field(default_factory=dict)  # what each function certainly reads
    in_place: dict[str, list[str]] = field(default_factory=dict)  # lines that may stand for a call of a function
    _names: dict[tuple[str, str], str] = field(default_factory=dict)
    _taken: set[str] = field(default_factory=lambda: set(TAKEN))
    _constants: dict[tuple[str, object], str] = field(default_factory=dict)

    def name(self, kind: str, of: str) -> str:
        """The Python name of something; the same one whenever it is asked for."""
        key = (kind, of)
        if key not in self._names:
            self._names[key] = self._fresh(of)
        return self._names[key]

    def attribute(self, function: str, which: str = "") -> str:
        """The attribute that keeps what a function works out, or something beside it; unread at first."""
        name = self.name(f"{which} of", f"{function}_{which}") if which else function
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

    def taken(self) -> frozenset[str]:
        """The names that nothing else can get."""
        return frozenset(self._taken)

    def write(self, function: str, lines: Lines) -> None:
        """Add a function."""
        text, gives = lines.done()
        self.functions.append(text)
        self.gives[function] = gives

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
    """The lines of a function under way, and which attributes of `k` are certainly read where they stand.

    An expression reads an attribute by `k.x if k.x is not UNREAD else x(k, facts)`. When it is written, what is surely
    read already is read plainly, and what it surely reads is read in lines before it.
    """

    def __init__(self, module: Module, facts: Mapping[str, str] | None = None) -> None:
        """`facts` are those that are kept in a variable, once they are surely read, with the names of these."""
        self.lines: list[str] = []
        self._module = module
        self._facts = facts or {}
        self._unread: dict[str, None] = {}  # variables that are not read on every way
        self._read: set[str] = set()
        self._outside: set[str] | None = None  # what is read before an `elif`, which may never be asked
        self._returns: list[set[str]] = []
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

    def add(self, *lines: str) -> None:
        for line in lines:
            self.lines.append(f"{'    ' * self._depth}{line}")
            if line.startswith(RETURNS):
                self._returns.append(set(self._read))

    def comment(self, *words: object) -> None:
        self.add("# " + " ".join(str(word) for word in words if word))

    def expression(self, head: str, value: ast.expr, tail: str = "") -> None:
        """A line with an expression; a long one goes over several, part by part."""
        alternative = head.startswith("elif")
        if alternative:
            self._outside = set(self._read)
        found = self._settled(value, self._read, not alternative)
        self.add(*_laid_out(head, found, tail, WIDTH - 4 * self._depth))

    def text(self, value: ast.expr) -> str:
        """An expression to be put into the next line, in brackets where it needs them."""
        found = self._settled(value, self._read, True)
        text = ast.unparse(found)
        return f"({text})" if isinstance(found, ast.IfExp | ast.BoolOp) else text

    def keep(self, function: str, which: str, value: str) -> None:
        """Keep something that a function works out beside what it gives."""
        place = self._module.attribute(function, which)
        self._read.add(place.removeprefix("k."))
        self.add(f"{place} = {value}")

    def give(self, function: str, value: str | ast.expr, which: str = "") -> None:
        """Keep what a function works out, and return it."""
        place = self._module.attribute(function, which)
        self._read.add(place.removeprefix("k."))
        if isinstance(value, ast.expr):
            self.expression(f"{place} = found = ", value)
            value = "found"
        else:
            self.add(f"{place} = {value}")
        self.add(RETURNS + value)

    def done(self) -> tuple[str, frozenset[str]]:
        """The text, and the attributes that are certainly read when the function returns."""
        if not self.lines[-1].lstrip().startswith((RETURNS, "raise")):
            self._returns.append(self._read)
        if self._unread:
            self.lines.insert(1, f"    {' = '.join(self._unread)} = UNREAD")
        return "\n".join(self.lines), frozenset(set.intersection(*self._returns) if self._returns else set())

    # ------------------------------------------------------------------------------------------- what is read when

    def _settled(self, node: ast.expr, read: set[str], surely: bool) -> ast.expr:
        """The expression with reading made as plain as it can be. `read` is added to."""
        reading = _reading(node)
        if isinstance(reading, ast.NamedExpr):
            return self._variable(reading, read, surely)
        if reading is not None:
            attribute, function = reading
            plain = python(f"k.{attribute}")
            if attribute in read:
                return plain
            read.add(attribute)
            read |= self._module.gives.get(function, frozenset())
            if not surely:
                return node
            instead = self._module.in_place.get(function, [f"{function}(k, facts)"])
            self.add(f"if k.{attribute} is UNREAD:", *(f"    {line}" for line in instead))
            return plain
        match node:
            case ast.Subscript(ast.Name("facts"), ast.Constant(str() as fact)) if fact in self._facts:
                name = self._facts[fact]
                if name not in read:
                    if not surely:
                        return node
                    read.add(name)
                    self.add(f"{name} = facts[{fact!r}]")
                return ast.Name(name)
            case ast.BoolOp(operator, [first, *others]):
                begun = self._settled(first, read, surely)
                later = set(read)
                return ast.BoolOp(operator, [begun, *(self._settled(other, later, False) for other in others)])
            case ast.UnaryOp(operator, operand):
                return ast.UnaryOp(operator, self._settled(operand, read, surely))
            case ast.Compare(left, operators, others):
                begun = self._settled(left, read, surely)
                return ast.Compare(begun, operators, [self._settled(other, read, surely) for other in others])
            case ast.Call(called, arguments, keywords):
                found = [self._settled(one, read, surely) for one in arguments]
                if isinstance(called, ast.Name) and called.id == "before" and all(map(_is_plain, found)):
                    return _before(*found)
                return ast.Call(called, found, keywords)
            case _:
                return node

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


def _is_plain(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute | ast.Name)


def _before(left: ast.expr, right: ast.expr) -> ast.expr:
    """What `before` does, in place."""
    there, never = (
        ast.Compare(left, [ast.IsNot()], [ast.Constant(None)]),
        ast.Compare(right, [ast.Is()], [ast.Constant(None)]),
    )
    return ast.BoolOp(ast.And(), [there, ast.BoolOp(ast.Or(), [never, ast.Compare(left, [ast.Lt()], [right])])])


def local(name: str, value: ast.expr) -> ast.expr:
    """What reads a variable, which is worked out when it is first read."""
    test = ast.Compare(ast.Name(name), [ast.IsNot()], [ast.Name("UNREAD")])
    return ast.IfExp(test, ast.Name(name), ast.NamedExpr(ast.Name(name), value))


def _reading(node: ast.expr) -> tuple[str, str] | ast.NamedExpr | None:
    """The attribute and the function of what reads an attribute of `k`; or how a variable is worked out."""
    match node:
        case ast.IfExp(ast.Compare(_, [ast.IsNot()], [ast.Name("UNREAD")]), ast.Name(), ast.NamedExpr() as named):
            return named
        case ast.IfExp(ast.Compare(_, [ast.IsNot()], [ast.Name("UNREAD")]), ast.Attribute(_, attribute), otherwise):
            if isinstance(otherwise, ast.Subscript) and isinstance(otherwise.value, ast.Tuple):
                otherwise = otherwise.value.elts[0]
            if isinstance(otherwise, ast.Call) and isinstance(otherwise.func, ast.Name):
                return attribute, otherwise.func.id
    return None


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


def pruned(functions: list[str], attributes: Iterable[str]) -> tuple[list[str], list[str]]:
    """The functions without the lines that keep what nothing reads, and the attributes that are read."""
    read = {name for function in functions for name, kept in _ATTRIBUTE.findall(function) if not kept}
    unread = {name for name in attributes if name not in read}

    def needed(line: str) -> bool:
        kept = _KEPT.match(line)
        return kept is None or kept[1] not in unread

    left = ["\n".join(filter(needed, function.split("\n"))) for function in functions]
    return left, [name for name in attributes if name in read]
