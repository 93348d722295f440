"""The only door to Jinja: templates of a few plain words, checked name by name, and run in its sandbox.

A template may write what it is given, ask `if`, and go through a list with `for`. It calls nothing, counts nothing and
sets nothing, so that it always ends. What it may read is known by kinds before it runs; while it runs, nothing but
plain data can be reached.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, Final

from engine.diagnostics import Report, did_you_mean, quoted
from engine.document.nodes import Scalar
from engine.document.text_places import text_span
from engine.notices.kinds import SAY, Group, Kind, Many, Say, Word
from engine.source import Place

if TYPE_CHECKING:
    from jinja2 import Template, nodes
    from jinja2.sandbox import SandboxedEnvironment

_TAG: Final = re.compile(r"\{[{%].*?[%}]\}")
INERT: Final = "\ue000"  # stands before everything that was put in: it is never read as the form of a letter
LONGEST: Final = 64 * 1024  # characters of a letter
DEEPEST: Final = 16  # blocks and conditions in one another
# A line of nothing but questions writes none; but one that is drawn to the line before it, by `{%-`, belongs to that.
ONLY_ASKED: Final = re.compile(
    r"^[ \t]*((?:\{%(?!-)(?:(?!%\})(?:.|\n))*%\}[ \t]*)+)\n", re.M
)  # a line that writes nothing
INCLUDED: Final = re.compile(r"\{%-?[ \t]*include[ \t]+(['\"])([^'\"]*)\1[ \t]*-?%\}")
CLAUSE: Final = "clause"
CITED: Final = "cited"
FILTERS: Final = ("capital", CLAUSE, "listed")
MAY: Final = "a template may write names, ask `if` and go through lists with `for`"


class TooLong(Exception):
    """A letter that grows past all bounds."""


class Data:
    """Values by their names, for templates: nothing else of it can be reached. What is not there is nothing."""

    __slots__ = ("_values",)

    def __init__(self, values: Mapping[str, object]) -> None:
        self._values = values

    def get(self, name: object) -> object:
        return self._values.get(name) if isinstance(name, str) else None


def available() -> bool:
    """Whether Jinja is installed."""
    try:
        import jinja2  # noqa: F401
    except ImportError:
        return False
    return True


def with_parts(text: str, parts: Mapping[str, Scalar]) -> str:
    """A letter that was checked, with the parts put in place that it takes."""
    return INCLUDED.sub(lambda match: str(parts[match[2]].value) if match[2] in parts else "", text)


def render(text: str, values: Mapping[str, object], joints: tuple[str, str], cited: Callable[[str], None]) -> str:
    """What a template that was checked makes of these values. `cited` is told each clause that it names.

    Raises TooLong."""
    parts, size = [], 0
    own = {"joints": joints, CITED: cited}
    for part in _compiled(text).generate({**values, "_own": Data(own)}):
        size += len(part)
        if size > LONGEST:
            raise TooLong
        parts.append(part)
    return "".join(parts)


@lru_cache(maxsize=2048)
def _compiled(text: str) -> Template:
    return _environment().from_string(ONLY_ASKED.sub(r"\1", text))


@cache
def _environment() -> SandboxedEnvironment:
    from jinja2 import StrictUndefined, Undefined, pass_context
    from jinja2.sandbox import SandboxedEnvironment

    class Plain(SandboxedEnvironment):
        """A sandbox without anything to call, and without attributes."""

        def getattr(self, obj: Any, attribute: str) -> Any:
            if obj is None:
                return None  # below what is not there is nothing
            return obj.get(attribute) if isinstance(obj, Data) else self.undefined(obj=obj, name=attribute)

        def getitem(self, obj: Any, argument: Any) -> Any:
            return self.getattr(obj, argument)

        def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
            return False

        def is_safe_callable(self, obj: Any) -> bool:
            return False

    def finished(value: object) -> object:
        if isinstance(value, Undefined):
            return value
        text = "" if value is None else str(value).replace(INERT, "")
        return INERT + " ".join(text.split()) if text else ""

    @pass_context
    def listed(context: Any, values: Iterable[str]) -> str:
        *most, last = [str(value) for value in values] or [""]
        between, before_last = context["_own"].get("joints")
        return f"{between.join(most)}{before_last}{last}" if most else last

    @pass_context
    def clause(context: Any, name: str) -> str:
        context["_own"].get(CITED)(name)
        return f"[{name}]"

    def capital(text: object) -> str:
        said = "" if text is None else str(text)
        return said[:1].upper() + said[1:]

    environment = Plain(undefined=StrictUndefined, finalize=finished, cache_size=0)
    environment.globals.clear()
    environment.tests.clear()
    environment.filters = {"capital": capital, "clause": clause, "listed": listed}
    return environment


# -------------------------------------------------------------------------------------------------------------- checks


@dataclass(slots=True)
class Checker:
    """Checks templates against the kinds of what they may read. `clauses` is None where there is no register."""

    report: Report
    clauses: frozenset[str] | None
    parts: Mapping[str, Scalar] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)

    def check_letter(self, scalar: Scalar, names: Mapping[str, Kind], parts: Mapping[str, Scalar]) -> set[str]:
        """Check a letter with the `parts` that it takes. Which ones these are."""
        self.parts, self.taken = parts, set()
        self.check(scalar, names)
        self.parts, taken = {}, self.taken
        for name in sorted(taken):
            self.check(parts[name], names)
        return taken

    def check(self, scalar: Scalar, names: Mapping[str, Kind]) -> None:
        """Report all that a template must not say, with its place."""
        from jinja2 import TemplateSyntaxError

        text = str(scalar.value)
        try:
            tree = _environment().parse(text)
            _Walk(self, scalar).blocks(tree.body, dict(names), 0, frozenset())
        except TemplateSyntaxError as problem:
            message = f"this is no template: {_sentence(problem.message or '')}"
            self.report.error("notice/template", message, _line(scalar, problem.lineno), help=MAY)
        except RecursionError:
            self.report.error("notice/template", "this is no template: it is nested too deeply", scalar.place, help=MAY)


@dataclass(slots=True)
class _Walk:
    """Goes through one template."""

    checker: Checker
    scalar: Scalar

    def blocks(self, body: Iterable[nodes.Node], names: Mapping[str, Kind], depth: int, looked: frozenset[str]) -> None:
        """What is written and asked in one place. `looked` are the names of the `for`s around it."""
        from jinja2 import nodes

        for node in body:
            match node:
                case nodes.Output():
                    for part in node.nodes:
                        if not isinstance(part, nodes.TemplateData):
                            self.written(part, names)
                case nodes.If() if depth < DEEPEST:
                    self.asked(node.test, names, depth)
                    self.blocks(node.body, names, depth + 1, looked)
                    self.blocks(node.elif_, names, depth + 1, looked)
                    self.blocks(node.else_, names, depth + 1, looked)
                case nodes.For() if depth < DEEPEST:
                    self.loop(node, names, depth, looked)
                case nodes.Include(template=nodes.Const(value=str(name))) if not looked:
                    self.included(name, node)
                case _:
                    self.refuse(node, f"`{_called(node)}` has no place in a template")

    def included(self, name: str, node: nodes.Node) -> None:
        """A part that a letter takes; a part takes no other one."""
        parts = self.checker.parts
        if name not in (match[2] for match in INCLUDED.finditer(str(self.scalar.value))):
            self.refuse(node, "a part is taken by `{% include 'NAME' %}`, and nothing else stands there")
        elif name in parts:
            self.checker.taken.add(name)
        else:
            hint = did_you_mean(name, parts) or (f"parts: {_named(parts)}" if parts else "only letters take parts")
            self.unknown(f"no part is called {quoted(name)} here", node, name, hint)

    def loop(self, node: nodes.For, names: Mapping[str, Kind], depth: int, looked: frozenset[str]) -> None:
        """A list may be gone through; inside, only a list that belongs to what is looked at."""
        from jinja2 import nodes

        if node.test is not None or node.recursive or not isinstance(node.target, nodes.Name):
            self.refuse(node, "a `for` takes one name and goes through one list")
            return
        name, kind = str(node.target.name), self.kind(node.iter, names)
        if name in names:
            self.refuse(node, f"the name {quoted(name)} is taken")
            return
        if looked and _root(node.iter) not in looked:
            self.refuse(node, f"a `for` inside another goes through a list of its name: {_named(sorted(looked))}")
            return
        if isinstance(kind, Many):
            self.blocks(node.body, {**names, name: kind.of}, depth + 1, looked | {name})
            self.blocks(node.else_, names, depth + 1, looked)
        elif kind is not None:
            self.refuse(node.iter, "only a list can be gone through")

    def asked(self, node: nodes.Node, names: Mapping[str, Kind], depth: int) -> None:
        """A condition."""
        from jinja2 import nodes

        match node:
            case nodes.And() | nodes.Or() if depth < DEEPEST:
                self.asked(node.left, names, depth + 1)
                self.asked(node.right, names, depth + 1)
            case nodes.Not() if depth < DEEPEST:
                self.asked(node.node, names, depth + 1)
            case nodes.Compare():
                self.compared(node, names)
            case nodes.Name() | nodes.Getattr():
                kind = self.kind(node, names)
                if isinstance(kind, Word):
                    self.refuse(node, "a word has to be compared with one of its values")
                elif isinstance(kind, Group):
                    self.refuse(node, f"say which {kind.what}")
            case _:
                self.refuse(node, f"`{_called(node)}` has no place in a condition")

    def compared(self, node: nodes.Compare, names: Mapping[str, Kind]) -> None:
        """`word == 'value'`, `word in ['value', 'value']`, `'value' in list`."""
        from jinja2 import nodes

        sides = [node.expr, *(operand.expr for operand in node.ops)]
        if len(sides) != 2 or node.ops[0].op not in ("eq", "ne", "in", "notin"):
            self.refuse(node, "words are compared by `==`, `!=`, `in` and `not in`, two at a time")
            return
        fixed = [side for side in sides if isinstance(side, nodes.Const | nodes.List | nodes.Tuple)]
        others = [side for side in sides if side not in fixed]
        if len(others) != 1:
            self.refuse(node, "one side of a comparison is a name, the other a word in quotes")
            return
        kind = self.kind(others[0], names)
        membership = node.ops[0].op in ("in", "notin")
        if membership and sides[1] is others[0]:
            word = kind.of if isinstance(kind, Many) else None
        else:
            word = kind if isinstance(kind, Word) else None
        if kind is not None and not isinstance(word, Word):
            self.refuse(others[0], "this cannot be compared with a word")
        elif isinstance(word, Word):
            given = fixed[0].items if isinstance(fixed[0], nodes.List | nodes.Tuple) else [fixed[0]]
            for one in given:
                self.word(one, word)

    def word(self, node: nodes.Node, word: Word) -> None:
        from jinja2 import nodes

        if not isinstance(node, nodes.Const) or not isinstance(node.value, str):
            self.refuse(node, "compare with a word in quotes")
        elif node.value not in word.options:
            hint = did_you_mean(node.value, word.options) or f"it can be {_named(sorted(word.options)[:12])}"
            self.unknown(f"{quoted(node.value)} is none of the words that this can be", node, node.value, hint)

    def written(self, node: nodes.Node, names: Mapping[str, Kind]) -> None:
        """What is put into the letter."""
        from jinja2 import nodes

        if isinstance(node, nodes.Filter):
            self.filtered(node, names)
        elif isinstance(node, nodes.Name | nodes.Getattr):
            match self.kind(node, names):
                case None | Say():
                    pass
                case Word(written=True):
                    pass
                case Many(Say()):
                    self.refuse(node, "a list is written by a `for`, or in one line by `| listed`")
                case Group(what):
                    self.refuse(node, f"say which {what}")
                case _:
                    self.refuse(node, "this is a word for comparing; `said` has the texts")
        else:
            self.refuse(node, f"`{_called(node)}` has no place in a template")

    def filtered(self, node: nodes.Filter, names: Mapping[str, Kind]) -> None:
        from jinja2 import nodes

        if node.name not in FILTERS or node.args or node.kwargs or node.dyn_args or node.dyn_kwargs:
            hint: str | None = did_you_mean(node.name, FILTERS) or f"there are {_named(FILTERS)}, all without arguments"
            self.refuse(node, f"no way to write something is called {quoted(node.name)}, as it is used here", hint)
        elif node.name == CLAUSE:
            if not isinstance(node.node, nodes.Const) or not isinstance(node.node.value, str):
                self.refuse(node, "a clause is named in quotes: `{{ 'part.sentence' | clause }}`")
            elif self.checker.clauses is not None and node.node.value not in self.checker.clauses:
                name = node.node.value
                hint = did_you_mean(name, self.checker.clauses)
                self.unknown(f"no such clause in the register: {quoted(name)}", node, name, hint)
        elif isinstance(node.node, nodes.Name | nodes.Getattr):
            kind = self.kind(node.node, names)
            fits = kind == Many(SAY) if node.name == "listed" else isinstance(kind, Say)
            if kind is not None and not fits:
                self.refuse(node, f"{quoted(node.name)} takes {'a list' if node.name == 'listed' else 'one text'}")
        elif node.name == "capital" and isinstance(node.node, nodes.Filter) and node.node.name == "listed":
            self.filtered(node.node, names)
        else:
            self.refuse(node, f"`{_called(node.node or node)}` has no place in a template")

    def kind(self, node: nodes.Node, names: Mapping[str, Kind]) -> Kind | None:
        """The kind of a name; None, with a message, for one that is not known."""
        from jinja2 import nodes

        match node:
            case nodes.Name(name=name) if name in names:
                return names[name]
            case nodes.Name(name=name):
                hint = did_you_mean(name, names) or f"here, there are {_named(names)}"
                self.unknown(f"no name {quoted(name)} here", node, name, hint)
            case nodes.Getattr(node=below, attr=name):
                group = self.kind(below, names)
                if isinstance(group, Group):
                    if name in group.parts:
                        return group.parts[name]
                    some = _named(list(group.parts)[:12]) or "nothing"
                    hint = did_you_mean(name, group.parts) or f"there are {some}"
                    self.unknown(f"no {group.what} is called {quoted(name)}", node, name, hint)
                elif group is not None:
                    self.refuse(node, f"nothing stands below it: {quoted(name)}")
            case _:
                self.refuse(node, f"`{_called(node)}` has no place in a template")
        return None

    # ---------------------------------------------------------------------------------------------------- messages

    def refuse(self, node: nodes.Node, message: str, help: str | None = MAY) -> None:
        self.checker.report.error("notice/not-allowed", message, _line(self.scalar, node.lineno or 1), help=help)

    def unknown(self, message: str, node: nodes.Node, word: str, help: str | None) -> None:
        place = _word_in_line(self.scalar, node.lineno or 1, word)
        self.checker.report.error("notice/unknown-name", message, place, help=help)


def _root(node: Any) -> str:
    from jinja2 import nodes

    while isinstance(node, nodes.Getattr):
        node = node.node
    return str(node.name) if isinstance(node, nodes.Name) else ""


def _called(node: nodes.Node) -> str:
    return type(node).__name__.lower()


def _named(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _sentence(message: str) -> str:
    """The first sentence of what the parser says, without its full stop."""
    text = " ".join(message.split()).split(". ")[0]
    return (text[:1].lower() + text[1:]).rstrip(".")


def _line(scalar: Scalar, number: int) -> Place:
    """The place of a line of a template, without the white space around it."""
    lines = str(scalar.value).split("\n")
    at = min(max(number, 1), len(lines)) - 1
    line, start = lines[at], sum(len(line) + 1 for line in lines[:at])
    return text_span(scalar, start + len(line) - len(line.lstrip()), start + len(line.rstrip()))


def _word_in_line(scalar: Scalar, number: int, word: str) -> Place:
    """The place of a word in a line of a template: where it is part of the template, rather than of the text."""
    lines = str(scalar.value).split("\n")
    at = min(max(number, 1), len(lines)) - 1
    tags = [match.span() for match in _TAG.finditer(lines[at])]
    found = [match.start() for match in re.finditer(rf"(?<!\w){re.escape(word)}(?!\w)", lines[at])]
    column = next((one for one in found if any(start < one < end for start, end in tags)), next(iter(found), None))
    if column is None:
        return _line(scalar, number)
    start = sum(len(line) + 1 for line in lines[:at]) + column
    return text_span(scalar, start, start + len(word))
