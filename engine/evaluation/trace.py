"""How a decision came to what it says: what was read, what it came to, and what it was made of."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Final

from engine.evaluation.watching import Watching
from engine.explanation.model import TOLD, Missing, Origin, PartTrace, Seen, State
from engine.expr.check import Expression
from engine.expr.terms import Term, deciding, terms, written
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

TIMES: Final = ("starts", "ends", "running", "ended")  # parts of a window that hang on no event but its start
Places = Callable[[str], Place | None]


def nowhere(fact: str) -> Place | None:
    """The place of a fact in a case that has no places."""
    return None


class Tracer:
    """Looks into a decision that was watched. `origin` tells where the value of a fact comes from, `given` the place
    where the case gives it."""

    def __init__(self, watching: Watching, origin: Callable[[str], Origin] | None = None, given: Places = nowhere):
        self.watching = watching
        self.program = watching.program
        self._origin = origin or (lambda fact: origin_of(watching, fact))
        self._given = given
        self._names: dict[str, Seen] = {}
        self._terms: dict[ast.expr, tuple[Seen, ...]] = {}

    # -------------------------------------------------------------------------------------------- rules and windows

    def rule(self, table: Table, rule: Rule) -> PartTrace:
        """What became of a rule of a table, or of an alternative of a name."""
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
            return self._part(rule, "unreached", self.why(stop.when), stop)
        if isinstance(holds, Unknown):
            return self._part(rule, "open" if rule.if_unknown == "open" else "set_aside", self.why(rule.when))
        if not holds:
            return self._part(rule, "failed", self.why(rule.when))
        still_open = [other for other, _ in outcome.still_open]
        if table.hit == "first" and still_open:
            state = "held" if self._agreed(table) else "open"
            return self._part(rule, state, self.why((rule if state == "held" else still_open[0]).when), still_open[0])
        return self._part(rule, "decides" if table.hit == "first" else "held", self.why(rule.when))

    def _agreed(self, table: Table) -> bool:
        """Whether the rules that are still possible say the same."""
        fields = table.fields or tuple(dict.fromkeys(name for rule in table.rules for name in rule.says))
        return not any(isinstance(self.watching.outcomes.field(table, name), Unknown) for name in fields)

    def _part(self, rule: Rule, state: State, why: tuple[Seen, ...], by: Rule | None = None) -> PartTrace:
        says: tuple[tuple[str, object], ...] = ()
        if state in TOLD:
            said = self.watching.evaluate
            says = tuple((name, outside(said(value))) for name, value in rule.says.items())
        asked = by if by is not None and state == "open" else rule
        waits = self.watching.seen.get(asked.when.tree) if asked.when is not None else None
        return PartTrace(
            part=f"{rule.table}/{rule.id}",
            state=state,
            place=rule.place,
            by=f"{by.table}/{by.id}" if by is not None else "",
            why=why,
            when=" ".join(rule.when.text.split()) if rule.when is not None else "",
            waits_for=missing(waits) if state in ("open", "set_aside") else None,
            says=says,
            general=rule.general,
            clauses=rule.basis.clauses,
            readings=rule.basis.readings,
        )

    def _stop(self, table: Table, rule: Rule) -> Rule | None:
        """The rule behind which a table was not read on, when that is before this rule."""
        outcome = self.watching.outcomes.read[table.name][1]
        if table.hit == "all":
            return None
        last = outcome.hold[0] if outcome.hold else None
        if table is self.program.standing and outcome.still_open:
            last = outcome.still_open[0][0]
        reached = False
        for one in table.rules:
            if one is rule:
                return last if reached else None
            reached = reached or one is last
        return None

    def window(self, window: Window) -> PartTrace:
        """What became of a window."""
        clock = self.watching.clocks.clock(window)
        if clock.asked is not True:
            state: State = "open" if isinstance(clock.asked, Unknown) else "unasked"
            why = self.why(window.asked_if)
        else:
            why = tuple(self._clock(window))
            if isinstance(clock.ends, Unknown):
                state = "open"
            else:
                state = "unstarted" if clock.starts is None and clock.ends is None else "runs"
        basis = clock.basis
        return PartTrace(
            window.name, state, window.place, why=why, clauses=basis.clauses, readings=basis.readings,
            waits_for=missing(clock.ends) if state == "open" else None,
        )  # fmt: skip

    def _clock(self, window: Window) -> Iterator[Seen]:
        """Which alternative holds, when it starts and ends, and what meets the window."""
        holding = self.watching.spans_that_hold(window)
        for span in window.spans:
            yield from self.why(span.when)
            if span in holding and not window.latest:
                break
        for span in holding or window.spans:
            if span.after is not None:
                yield self.expression(span.after)
        yield Seen(f"{window.name}.ends", outside(self.watching.clocks.clock(window).ends), "window", window.place)
        if window.met_by is not None:
            yield self.expression(window.met_by)

    # --------------------------------------------------------------------------------------------------- conditions

    def why(self, condition: Expression | None) -> tuple[Seen, ...]:
        """The terms that made a condition what it came to; none for one that always holds or was never asked."""
        if condition is None:
            return ()
        found = self._terms.get(condition.tree)
        if found is None:
            known, seen = {term.tree: term for term in terms(condition)}, self.watching.seen
            parts = deciding(condition.tree, seen.get)
            found = tuple(self._term(known[part]) for part in parts if part in known and part in seen)
            if condition.tree in self.watching.seen:
                self._terms[condition.tree] = found
        return found

    def _term(self, term: Term) -> Seen:
        value = outside(self.watching.came_to(term))
        names = tuple(self.name(name) for name in _names(term.tree))
        if len(names) == 1 and isinstance(term.tree, ast.Name):
            one = names[0]
            return Seen(term.text, value, one.kind, one.place, one.origin, one.below, one.given)
        return Seen(term.text, value, "term", below=names)

    def expression(self, expression: Expression) -> Seen:
        """An expression that is no condition, such as the moment after which a window counts."""
        self.watching.evaluate(expression)
        return self._term(written(expression, expression.tree))

    # --------------------------------------------------------------------------------------------------------- names

    def name(self, name: str) -> Seen:
        """What a name came to, and what it was made of."""
        found = self._names.get(name)
        if found is None:
            found = self._names[name] = self._name(name)
        return found

    def _name(self, name: str) -> Seen:
        value, meaning = outside(self.watching.value(name)), self.program.names[name]
        match meaning:
            case FactName(fact):
                return self.fact(fact)
            case Formula(expression):
                made = self.why(expression) if expression.type.kind == "bool" else (self.expression(expression),)
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
                return Seen(
                    shown(name), value, "proof", below=tuple(self.fact(fact) for fact in self._proving(proposition))
                )
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
            yield Seen(f"{table.name}/{rule.id}", outside(value), "rule", rule.place, below=self.why(rule.when))

    def _party(self, record: PartyRecord, part: str) -> Iterator[Seen]:
        if part == "evidence_insufficient":
            for owed in record.owes:
                if self.watching.records.owes(record, owed) is not False:
                    yield self.name("proven:" + owed.proposition)
            return
        yield self.fact(record.fact)
        if record.window is not None:
            yield self._end(record.window)

    def _end(self, window: Window) -> Seen:
        ends = self.watching.clocks.clock(window).ends
        starts = [span.after for span in window.spans if span.after is not None]
        below = () if isinstance(ends, datetime) else tuple(self.expression(start) for start in starts[:1])
        return Seen(f"{window.name}.ends", outside(ends), "window", window.place, below=below)

    def _proving(self, proposition: str) -> Iterator[str]:
        """The facts that were read to see whether something is proven."""
        yield from (record.fact for record in self.program.records if proposition in record.may_prove)
        also = (also.fact for also in self.program.policy.evidence.also)
        yield from (fact for fact in also if self.watching.has_read(fact))

    def fact(self, fact: str) -> Seen:
        """A fact as it was read, and where the case gives it."""
        found = self._names.get(fact)
        if found is None:
            value, place = outside(self.watching.as_known(fact)), self.program.policy.facts[fact].place
            found = Seen(fact, value, "fact", place, self._origin(fact), given=self._given(fact))
            self._names[fact] = found
        return found


def origin_of(watching: Watching, fact: str) -> Origin:
    """Where the value of a fact comes from."""
    case = watching.case
    if fact not in case.values:
        return "nowhere"
    if fact in case.assumed:
        return "declaration"
    if case.values[fact] is not None and watching.as_known(fact) is None:
        return "later"
    return "case"


def missing(value: object) -> Missing | None:
    """What an unknown value waits for; None for one that is known."""
    return Missing(value.facts, value.findings) if isinstance(value, Unknown) else None


def outside(value: object) -> object:
    """A value of the language as an explanation has it."""
    return Missing(value.facts, value.findings) if isinstance(value, Unknown) else value


def _names(tree: ast.expr) -> Iterable[str]:
    """The names that a term reads, in order, without those of functions."""
    return dict.fromkeys(_read(tree))


def _read(tree: ast.expr) -> Iterator[str]:
    match tree:
        case ast.Name(name):
            yield name
        case ast.Compare(left, _, [right]):
            yield from _read(left)
            yield from _read(right)
        case ast.Call(_, arguments):
            for argument in arguments:
                yield from _read(argument)
        case ast.BoolOp(_, parts):
            for part in parts:
                yield from _read(part)
        case ast.UnaryOp(_, operand):
            yield from _read(operand)
