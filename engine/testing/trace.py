"""How a decision came to what it says: what was read, what it came to, and what it was made of."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from engine.expr.check import Expression
from engine.expr.terms import Term, terms, written
from engine.expr.unknown import Unknown
from engine.link.names import shown
from engine.link.program import (
    Choice,
    FactName,
    Formula,
    PartyPart,
    PartyRecord,
    Proof,
    RecordPart,
    Rule,
    Table,
    TablePart,
    Window,
    WindowPart,
)
from engine.source import Place
from engine.testing.model import PolicyTest
from engine.testing.watch import Watching

TIMES: Final = ("starts", "ends", "running", "ended")  # parts of a window that hang on no event but its start
Kind = Literal["term", "fact", "name", "window", "party", "proof", "record", "rule"]
Origin = Literal["", "test", "example", "common", "declaration", "nowhere", "later"]
State = Literal["decides", "held", "failed", "unreached", "open", "unasked", "runs", "unstarted"]


@dataclass(frozen=True, slots=True)
class Seen:
    """Something that was read: its text, what it came to, where it stands, and what it was made of.

    `value` is a value of the language, an Unknown, or None for what is absent. `origin` tells where a fact comes from:
    the test itself, its example, the common facts of its file, the declaration of the fact, nowhere; or it is later
    than the moment of the decision.
    """

    text: str
    value: object
    kind: Kind
    place: Place | None = None
    origin: Origin = ""
    below: tuple[Seen, ...] = ()


@dataclass(frozen=True, slots=True)
class PartTrace:
    """What became of a rule (`table/rule`), a window, or a whole table that is not read, in a case.

    `by` is the rule that kept it from being reached; `why` are the terms that made it so.
    """

    part: str
    state: State
    place: Place
    by: str = ""
    why: tuple[Seen, ...] = ()


class Tracer:
    """Looks into a decision that was watched. `test` is where its case comes from."""

    def __init__(self, watching: Watching, test: PolicyTest) -> None:
        self.watching = watching
        self.program = watching.program
        self.test = test

    # -------------------------------------------------------------------------------------------- rules and windows

    def rule(self, table: Table, rule: Rule) -> PartTrace:
        """What became of a rule of a table, or of an alternative of a name."""
        part = f"{table.name}/{rule.id}"
        read = self.watching.outcomes.read.get(table.name)
        if read is None:
            return PartTrace(table.name, "unasked", table.place)
        outcome = read[1]
        if outcome.asked is not True:
            state: State = "open" if isinstance(outcome.asked, Unknown) else "unasked"
            return PartTrace(table.name, state, table.place, why=self.why(table.asked_if))
        holds = rule.when is None or self.watching.seen.get(rule.when.tree)
        stop = self._stop(table, rule)
        if stop is not None:
            return PartTrace(part, "unreached", rule.place, f"{table.name}/{stop.id}", self.why(stop.when))
        if isinstance(holds, Unknown):
            return PartTrace(part, "open", rule.place, why=self.why(rule.when))
        if not holds:
            return PartTrace(part, "failed", rule.place, why=self.why(rule.when))
        still_open = [other for other, _ in outcome.still_open]
        if table.hit == "first" and still_open:
            by = f"{table.name}/{still_open[0].id}"
            return PartTrace(part, "open", rule.place, by, self.why(still_open[0].when))
        return PartTrace(part, "decides" if table.hit == "first" else "held", rule.place, why=self.why(rule.when))

    def _stop(self, table: Table, rule: Rule) -> Rule | None:
        """The rule behind which a table was not read on, when that is before this rule."""
        outcome = self.watching.outcomes.read[table.name][1]
        if table.hit == "all":
            return None
        last = outcome.hold[0] if outcome.hold else None
        if table is self.program.standing and outcome.still_open:
            last = outcome.still_open[0][0]
        rules = list(table.rules)
        return last if last is not None and rules.index(rule) > rules.index(last) else None

    def window(self, window: Window) -> PartTrace:
        """What became of a window."""
        clock = self.watching.clocks.clock(window)
        if clock.asked is not True:
            state: State = "open" if isinstance(clock.asked, Unknown) else "unasked"
            return PartTrace(window.name, state, window.place, why=self.why(window.asked_if))
        found = tuple(self._clock(window))
        if isinstance(clock.ends, Unknown):
            return PartTrace(window.name, "open", window.place, why=found)
        if clock.starts is None and clock.ends is None:
            return PartTrace(window.name, "unstarted", window.place, why=found)
        return PartTrace(window.name, "runs", window.place, why=found)

    def _clock(self, window: Window) -> Iterator[Seen]:
        """Which alternative holds, when it starts and ends, and what meets the window."""
        holding = self.watching.spans_that_hold(window)
        for span in window.spans:
            yield from self.why(span.when)
            if span in holding and not window.latest:
                break
        for span in holding or window.spans:
            if span.after is not None:
                yield self._expression(span.after)
        yield Seen(f"{window.name}.ends", self.watching.clocks.clock(window).ends, "window", window.place)
        if window.met_by is not None:
            yield self._expression(window.met_by)

    # --------------------------------------------------------------------------------------------------- conditions

    def why(self, condition: Expression | None) -> tuple[Seen, ...]:
        """The terms that made a condition what it came to; none for one that always holds or was never asked."""
        if condition is None:
            return ()
        known = {term.tree: term for term in terms(condition)}
        return tuple(self._term(term) for term in self._deciding(condition.tree, known))

    def _deciding(self, tree: ast.expr, known: dict[ast.expr, Term]) -> Iterator[Term]:
        value = self.watching.seen.get(tree)
        match tree:
            case ast.BoolOp(operator, parts):
                settles = isinstance(operator, ast.Or)
                if value is settles:
                    parts = [next(part for part in parts if self.watching.seen.get(part) is settles)]
                elif isinstance(value, Unknown):
                    parts = [part for part in parts if isinstance(self.watching.seen.get(part), Unknown)]
                for part in parts:
                    yield from self._deciding(part, known)
            case ast.UnaryOp(_, operand):
                yield from self._deciding(operand, known)
            case _:
                if tree in known and tree in self.watching.seen:
                    yield known[tree]

    def _term(self, term: Term) -> Seen:
        value = self.watching.came_to(term)
        names = tuple(self.name(name) for name in _names(term.tree))
        if len(names) == 1 and _is_one_name(term.tree):
            return Seen(term.text, value, names[0].kind, term.place, names[0].origin, names[0].below)
        return Seen(term.text, value, "term", term.place, below=names)

    def _expression(self, expression: Expression) -> Seen:
        """An expression that is no condition, such as the moment after which a window counts."""
        self.watching.evaluate(expression)
        return self._term(written(expression, expression.tree))

    # --------------------------------------------------------------------------------------------------------- names

    def name(self, name: str) -> Seen:
        """What a name came to, and what it was made of."""
        value, meaning = self.watching.value(name), self.program.names[name]
        match meaning:
            case FactName(fact):
                return Seen(fact, value, "fact", self.program.policy.facts[fact].place, self._origin(fact))
            case Formula(expression):
                made = self.why(expression) if expression.type.kind == "bool" else (self._expression(expression),)
                return Seen(name, value, "name", expression.place, below=made)
            case Choice(table):
                return Seen(name, value, "name", table.place, below=tuple(self._held(table)))
            case TablePart(table):
                return Seen(name, value, "name", table.place, below=tuple(self._held(table)))
            case WindowPart(window):
                met_by = window.met_by.text if window.met_by and meaning.part in TIMES else ""
                made = tuple(seen for seen in self.window(window).why if seen.text not in (name, met_by))
                return Seen(name, value, "window", window.place, below=made)
            case PartyPart(record, part):
                return Seen(name, value, "party", below=tuple(self._party(record, part)))
            case Proof(proposition):
                proving = [r for r in self.program.records if proposition in r.may_prove]
                return Seen(shown(name), value, "proof", below=tuple(self._fact(r.fact) for r in proving))
            case RecordPart():
                ends = [record.window for record in self.program.records if record.window is not None]
                return Seen(name, value, "record", below=tuple(self._end(window) for window in ends))
            case _:
                return Seen(shown(name), value, "name")

    def _held(self, table: Table) -> Iterator[Seen]:
        """The rules of a table that hold or are open; its guard, while that keeps it closed."""
        read = self.watching.outcomes.read.get(table.name)
        if read is None or read[1].asked is not True:
            yield from self.why(table.asked_if)
            return
        outcome = read[1]
        for rule in [*outcome.hold, *(rule for rule, _ in outcome.still_open)]:
            value = True if rule.when is None else self.watching.seen.get(rule.when.tree)
            yield Seen(f"{table.name}/{rule.id}", value, "rule", rule.place, below=self.why(rule.when))

    def _party(self, record: PartyRecord, part: str) -> Iterator[Seen]:
        if part == "evidence_insufficient":
            for owed in record.owes:
                if self.watching.records.owes(record, owed) is not False:
                    yield self.name("proven:" + owed.proposition)
            return
        yield self._fact(record.fact)
        if record.window is not None:
            yield self._end(record.window)

    def _end(self, window: Window) -> Seen:
        ends = self.watching.clocks.clock(window).ends
        starts = [span.after for span in window.spans if span.after is not None]
        below = () if isinstance(ends, datetime) else tuple(self._expression(start) for start in starts[:1])
        return Seen(f"{window.name}.ends", ends, "window", window.place, below=below)

    def _fact(self, fact: str) -> Seen:
        return self.name(fact)

    def _origin(self, fact: str) -> Origin:
        """Where the value of a fact comes from."""
        group, _, key = fact.partition(".")
        given = self.test.case["facts"].get(group, {})
        if key not in given or given[key] == "unknown":
            return "declaration" if fact in self.watching.case.values else "nowhere"
        if self.watching.case.values.get(fact) is not None and self.watching.fact(fact) is None:
            return "later"
        if key in self.test.own.get(group, {}):
            return "test"
        return "example" if self.test.example is not None else "common"


def _names(tree: ast.expr) -> Iterable[str]:
    """The names that a term reads, in order, without those of functions."""
    functions = {node.func for node in ast.walk(tree) if isinstance(node, ast.Call)}
    found = (node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and node not in functions)
    return dict.fromkeys(found)


def _is_one_name(tree: ast.expr) -> bool:
    return isinstance(tree, ast.Name)
