"""What is told of the parts of a program whatever the case: worked out when it is first asked for, and kept.

How a condition or a term is told is a closure, which takes the tracer of a case.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final, NamedTuple

from engine.explanation.model import Missing, Seen, made
from engine.expr.check import Expression
from engine.expr.terms import Term, names_in, terms, written
from engine.expr.unknown import Unknown
from engine.link.names import shown
from engine.link.parts import windows
from engine.link.program import FactName, Formula, Program, Rule, Span, Table, Window
from engine.source import Place

if TYPE_CHECKING:
    from engine.evaluation.trace import Tracer

Tell = Callable[["Tracer"], Seen]
Why = Callable[["Tracer"], tuple[Seen, ...]]


class RuleText(NamedTuple):
    """A rule: `table/rule`, the tree of its condition and how it is told, as written; and the rest of its trace. `says`
    is None where that hangs on the case."""

    rule: Rule
    part: str
    tree: ast.expr | None
    why: Why
    when: str
    says: tuple[tuple[str, object], ...] | None
    place: Place
    basis: tuple[str | None, tuple[str, ...], tuple[int, ...]]


class WindowText(NamedTuple):
    """A window: of each alternative how long it is and what it counts from, as written; the only one, if it always
    holds; what meets it; its end as a name; and the moments that alternatives count from."""

    spans: Mapping[int, tuple[str, str]]
    alone: Span | None
    met_by: str
    ends: str
    starts: tuple[Expression, ...]


class Texts:
    """The texts of a program. May be shared by threads: who is late works one out twice, which does no harm."""

    def __init__(self, program: Program) -> None:
        self.program = program
        # By the identity of a part of the program, which the program keeps.
        self.conditions: dict[int, Why] = {}
        self.written: dict[int, Tell] = {}
        self.rules: dict[int, RuleText] = {}
        self.tables: dict[str, tuple[RuleText, ...]] = {}
        self.windows: dict[int, WindowText] = {}
        self.formulas: Final = tuple(name for name, m in program.names.items() if isinstance(m, Formula))
        self.all_windows: Final = tuple(windows(program))

    def condition(self, condition: Expression) -> Why:
        """What tells which terms made a condition what it came to; none of one that was not asked."""
        found = self.conditions.get(id(condition))
        if found is None:
            known = {term.tree: _telling(term, self.program) for term in terms(condition)}
            found = self.conditions[id(condition)] = _why(condition.tree, known)
        return found

    def expression(self, expression: Expression) -> Tell:
        """What tells an expression that is no condition, as one term."""
        found = self.written.get(id(expression))
        if found is None:
            found = self.written[id(expression)] = _telling(written(expression, expression.tree), self.program)
        return found

    def rule(self, rule: Rule) -> RuleText:
        found = self.rules.get(id(rule))
        if found is None:
            when, basis = rule.when, rule.basis
            trees = ((name, value.tree) for name, value in rule.says.items())
            says = tuple((name, tree.value) for name, tree in trees if isinstance(tree, ast.Constant))
            found = self.rules[id(rule)] = RuleText(
                rule, f"{rule.table}/{rule.id}", None if when is None else when.tree,
                _nothing if when is None else self.condition(when), one_line(when),
                says if len(says) == len(rule.says) else None, rule.place,
                (rule.general, basis.clauses, basis.readings),
            )  # fmt: skip
        return found

    def table(self, table: Table) -> tuple[RuleText, ...]:
        """The rules of a table."""
        found = self.tables.get(table.name)
        if found is None:
            found = self.tables[table.name] = tuple(self.rule(rule) for rule in table.rules)
        return found

    def window(self, window: Window) -> WindowText:
        found = self.windows.get(id(window))
        if found is None:
            found = self.windows[id(window)] = WindowText(
                {id(span): (within(span), one_line(span.after)) for span in window.spans},
                window.spans[0] if len(window.spans) == 1 and window.spans[0].when is None else None,
                one_line(window.met_by),
                f"{window.name}.ends",
                tuple(span.after for span in window.spans if span.after is not None),
            )
        return found


def missing(value: object) -> Missing | None:
    """What an unknown value waits for; None for one that is known."""
    return Missing(value.facts, value.findings) if isinstance(value, Unknown) else None


def outside(value: object) -> object:
    """A value of the language as an explanation has it."""
    return Missing(value.facts, value.findings) if isinstance(value, Unknown) else value


def one_line(expression: Expression | None) -> str:
    """An expression as written, on one line; nothing for none."""
    return " ".join(expression.text.split()) if expression is not None else ""


def within(span: Span) -> str:
    """How long an alternative of a window is, as written."""
    if span.amount:
        return str(span.amount)
    return f"until {one_line(span.until)}" if span.until else ""


# ------------------------------------------------------------------------------------------------------------- terms


def _telling(term: Term, program: Program) -> Tell:
    """What tells a term that came to something."""
    tree, text, names = term.tree, term.text, tuple(dict.fromkeys(names_in(term.tree)))
    if len(names) == 1:
        [name] = names
        find = "fact" if isinstance(program.names[name], FactName) else "name"
        if isinstance(tree, ast.Name):
            return _told_name(name, find) if text == shown(name) else _told_otherwise(name, text)
        return _told_of_one(tree, text, name, find)

    def told(tracer: Tracer) -> Seen:
        value = tracer.seen[tree]
        below = tuple([tracer.name(name) for name in names])
        if value.__class__ is Unknown:
            value = missing(value)
        return made(Seen, (text, value, "term", None, "", below, None))

    return told


def _told_name(name: str, find: str) -> Tell:
    def told(tracer: Tracer) -> Seen:
        names = tracer.names
        return names[name] if name in names else getattr(tracer, find)(name)

    return told


def _told_otherwise(name: str, text: str) -> Tell:
    return lambda tracer: tracer.name(name)._replace(text=text)


def _told_of_one(tree: ast.expr, text: str, name: str, find: str) -> Tell:
    def told(tracer: Tracer) -> Seen:
        names, value = tracer.names, tracer.seen[tree]
        below = names[name] if name in names else getattr(tracer, find)(name)
        if value.__class__ is Unknown:
            value = missing(value)
        return made(Seen, (text, value, "term", None, "", (below,), None))

    return told


# -------------------------------------------------------------------------------------------------------- conditions


def _nothing(tracer: Tracer) -> tuple[Seen, ...]:
    return ()


def _why(tree: ast.expr, known: Mapping[ast.expr, Tell]) -> Why:
    """As `engine.expr.terms.deciding`, worked out for one condition."""
    match tree:
        case ast.UnaryOp(_, operand):
            return _why(operand, known)
        case ast.BoolOp(operator, parts):
            return _joined(tree, isinstance(operator, ast.Or), [(part, _why(part, known)) for part in parts])
        case _:
            return _alone(tree, known[tree]) if tree in known else _nothing


def _alone(tree: ast.expr, tell: Tell) -> Why:
    return lambda tracer: (tell(tracer),) if tree in tracer.seen else ()


def _joined(tree: ast.BoolOp, settles: bool, parts: list[tuple[ast.expr, Why]]) -> Why:
    """Of a condition that joins any others."""

    def why(tracer: Tracer) -> tuple[Seen, ...]:
        seen = tracer.seen
        if tree not in seen:
            return ()
        value = seen[tree]
        if value is settles:
            for part, below in parts:
                if seen[part] is settles:
                    return below(tracer)
        found: list[Seen] = []
        is_open = value.__class__ is Unknown
        for part, below in parts:
            if not is_open or seen[part].__class__ is Unknown:
                found += below(tracer)
        return tuple(found)

    return why
