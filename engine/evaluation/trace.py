"""How a decision came to what it says: what was read, what it came to, and what it was made of."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, Final

from engine.backends.outcomes import Outcome
from engine.case.model import Case
from engine.evaluation.texts import RuleText, Texts, missing, outside
from engine.evaluation.watching import Watching
from engine.explanation.model import Missing, Origin, PartTrace, Seen, State, made
from engine.expr.check import Expression
from engine.expr.unknown import Unknown
from engine.link.names import shown
from engine.link.program import (
    Choice,
    Constant,
    FactName,
    Formula,
    PartyPart,
    PartyRecord,
    Proof,
    RecordPart,
    Rule,
    Table,
    TablePart,
    Unsettled,
    Window,
    WindowPart,
)
from engine.source import Place

TIMES: Final = ("starts", "ends", "running", "ended")  # parts of a window that hang on no event but its start
Places = Callable[[str], Place | None]


class Tracer:
    """Looks into a decision that was watched. `origin` tells where the value of a fact comes from, `given` the place
    where the case gives it; `texts` are those of its program, if they are kept."""

    def __init__(
        self,
        watching: Watching,
        origin: Callable[[str], Origin] | None = None,
        given: Places | None = None,
        texts: Texts | None = None,
    ) -> None:
        self.watching = watching
        self.program = watching.program
        self.texts = texts or Texts(watching.program)
        self._origin = origin
        self._given = given
        self.seen = watching.seen
        self._memo = watching.memo
        self._meanings = watching.program.names
        self.names: dict[str, Seen] = {}
        self._ends: dict[str, Seen] = {}
        self._windows: dict[str, PartTrace] = {}
        self._holding: dict[str, tuple[Seen, ...]] = {}

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
        number = next(number for number, one in enumerate(table.rules) if one is rule)
        return self._rules(table, outcome, number, number + 1, alone=True)[0]

    def rules(self, table: Table, outcome: Outcome) -> tuple[PartTrace, ...]:
        """What became of all rules of a table that is asked."""
        return tuple(self._rules(table, outcome, 0, len(table.rules)))

    def _rules(self, table: Table, outcome: Outcome, first: int, behind: int, alone: bool = False) -> list[PartTrace]:
        seen, rules, found = self.seen, self.texts.table(table), list[PartTrace]()
        stop = self._stop(table, outcome)
        last = behind if stop is None else next(number for number, text in enumerate(rules) if text.rule is stop)
        for text in rules[first : min(behind, last + 1)]:
            holds = True if text.tree is None else seen.get(text.tree)
            if holds is True:
                found.append(self._that_holds(table, outcome, text))
            elif holds.__class__ is Unknown:
                found.append(self._part(text, "open" if text.rule.if_unknown == "open" else "set_aside", text))
            else:
                why = text.why(self)
                found.append(
                    made(PartTrace, (text.part, "failed", text.place, "", why, text.when, None, (), *text.basis))
                )
        if stop is not None and last + 1 < behind:
            by = self.texts.rule(stop)
            why = by.why(self) if alone or outcome.still_open else ()  # else it stands with the rule that decides
            found += [
                made(PartTrace, (text.part, "unreached", text.place, by.part, why, text.when, None, (), *text.basis))
                for text in rules[max(first, last + 1) : behind]
            ]
        return found

    def _that_holds(self, table: Table, outcome: Outcome, text: RuleText) -> PartTrace:
        if table.hit == "all":
            return self._part(text, "held", text)
        if not outcome.still_open:
            return self._part(text, "decides", text)
        first_open = self.texts.rule(outcome.still_open[0][0])
        if self._agreed(table):
            return self._part(text, "held", text, first_open)
        return self._part(text, "open", first_open, first_open)

    def _agreed(self, table: Table) -> bool:
        """Whether the rules that are still possible say the same."""
        fields = table.fields or tuple(dict.fromkeys(name for rule in table.rules for name in rule.says))
        return not any(isinstance(self.watching.outcomes.field(table, name), Unknown) for name in fields)

    def _part(self, text: RuleText, state: State, because: RuleText, by: RuleText | None = None) -> PartTrace:
        """A rule that holds or may, `because` of its own condition or that of another rule."""
        why = because.why(self)
        says: tuple[tuple[str, object], ...] = ()
        waits_for: Missing | None = None
        if state == "decides" or state == "held":
            says = text.says if text.says is not None else self._says(text.rule)
        else:
            asked = (by if by is not None and state == "open" else text).tree
            waits_for = missing(self.seen.get(asked)) if asked is not None else None
        part = "" if by is None else by.part
        return made(PartTrace, (text.part, state, text.place, part, why, text.when, waits_for, says, *text.basis))

    def _says(self, rule: Rule) -> tuple[tuple[str, object], ...]:
        said = self.watching.evaluate
        return tuple([(name, outside(said(value))) for name, value in rule.says.items()])

    def _stop(self, table: Table, outcome: Outcome) -> Rule | None:
        """The rule behind which a table was not read on."""
        if table.hit == "all":
            return None
        if table is self.program.standing and outcome.still_open:
            return outcome.still_open[0][0]
        return outcome.hold[0] if outcome.hold else None

    def window(self, window: Window) -> PartTrace:
        """What became of a window."""
        found = self._windows.get(window.name)
        if found is None:
            found = self._windows[window.name] = self._window(window)
        return found

    def _window(self, window: Window) -> PartTrace:
        clock = self.watching.clocks.clock(window)
        ends, basis = clock.ends, clock.basis
        if clock.asked is not True:
            state: State = "open" if isinstance(clock.asked, Unknown) else "unasked"
            why = self.why(window.asked_if)
        else:
            why = self._clock(window, ends)
            if isinstance(ends, Unknown):
                state = "open"
            else:
                state = "unstarted" if clock.starts is None and ends is None else "runs"
        waits_for = missing(ends) if state == "open" else None
        return made(PartTrace, (
            window.name, state, window.place, "", why, "", waits_for, (), None, basis.clauses, basis.readings
        ))  # fmt: skip

    def _clock(self, window: Window, ends: object) -> tuple[Seen, ...]:
        """Which alternative holds, when it starts and ends, and what meets the window."""
        texts, found = self.texts.window(window), list[Seen]()
        if texts.alone is None:
            holding = self.watching.spans_that_hold(window)
            for span in window.spans:
                found += self.why(span.when)
                if span in holding and not window.latest:
                    break
            found += [self.expression(span.after) for span in holding or window.spans if span.after is not None]
        elif texts.alone.after is not None:
            found.append(self.expression(texts.alone.after))
        found.append(made(Seen, (texts.ends, outside(ends), "window", window.place, "", (), None)))
        if window.met_by is not None:
            found.append(self.expression(window.met_by))
        return tuple(found)

    # --------------------------------------------------------------------------------------------------- conditions

    def why(self, condition: Expression | None) -> tuple[Seen, ...]:
        """The terms that made a condition what it came to; none for one that always holds or was never asked."""
        return () if condition is None else self.texts.condition(condition)(self)

    def expression(self, expression: Expression) -> Seen:
        """An expression that is no condition, such as the moment after which a window counts."""
        if expression.tree not in self.seen:
            self.watching.evaluate(expression)
        return (self.texts.written.get(id(expression)) or self.texts.expression(expression))(self)

    # --------------------------------------------------------------------------------------------------------- names

    def name(self, name: str) -> Seen:
        """What a name came to, and what it was made of."""
        found = self.names.get(name)
        if found is None:
            meaning, memo = self._meanings[name], self._memo
            value = memo[name] if name in memo else self.watching.value(name)
            if value.__class__ is Unknown:
                value = missing(value)
            found = self.names[name] = _MEANINGS[type(meaning)](self, name, meaning, value)
        return found

    def _of_fact(self, name: str, meaning: FactName, value: object) -> Seen:
        return self.fact(meaning.fact)

    def _of_formula(self, name: str, meaning: Formula, value: object) -> Seen:
        expression = meaning.expression
        below = self.why(expression) if expression.type.kind == "bool" else (self.expression(expression),)
        return made(Seen, (name, value, "name", expression.place, "", below, None))

    def _of_table(self, name: str, meaning: Choice | TablePart, value: object) -> Seen:
        table = meaning.table
        return made(Seen, (name, value, "name", table.place, "", self._held(table), None))

    def _of_window(self, name: str, meaning: WindowPart, value: object) -> Seen:
        window = meaning.window
        met_by = window.met_by.text if window.met_by and meaning.part in TIMES else ""
        below = tuple([seen for seen in self.window(window).why if seen.text not in (name, met_by)])
        return made(Seen, (name, value, "window", window.place, "", below, None))

    def _of_party(self, name: str, meaning: PartyPart, value: object) -> Seen:
        record = meaning.record
        if meaning.part == "evidence_insufficient":
            below = tuple(self._evidence(record))
        else:
            fact = self.fact(record.fact)
            below = (fact,) if record.window is None else (fact, self._end(record.window))
        return made(Seen, (name, value, "party", None, "", below, None))

    def _of_proof(self, name: str, meaning: Proof, value: object) -> Seen:
        below = tuple([self.fact(fact) for fact in self._proving(meaning.proposition)])
        return made(Seen, (shown(name), value, "proof", None, "", below, None))

    def _of_record(self, name: str, meaning: RecordPart, value: object) -> Seen:
        ends = [record.window for record in self.program.records if record.window is not None]
        return made(Seen, (name, value, "record", None, "", tuple([self._end(window) for window in ends]), None))

    def _of_none(self, name: str, meaning: Constant | Unsettled, value: object) -> Seen:
        return Seen(shown(name), value, "name")

    def _held(self, table: Table) -> tuple[Seen, ...]:
        """The rules of a table that hold or are open; its guard, while that keeps it closed."""
        found = self._holding.get(table.name)
        if found is None:
            read = self.watching.outcomes.read.get(table.name)
            if read is None or read[1].asked is not True:
                return self.why(table.asked_if)
            outcome = read[1]
            rules = [*outcome.hold, *(rule for rule, _ in outcome.still_open)]
            found = self._holding[table.name] = tuple([self._held_rule(self.texts.rule(rule)) for rule in rules])
        return found

    def _held_rule(self, text: RuleText) -> Seen:
        value = True if text.tree is None else outside(self.seen.get(text.tree))
        return made(Seen, (text.part, value, "rule", text.place, "", text.why(self), None))

    def _evidence(self, record: PartyRecord) -> Iterator[Seen]:
        for owed in record.owes:
            if self.watching.records.owes(record, owed) is not False:
                yield self.name("proven:" + owed.proposition)

    def _end(self, window: Window) -> Seen:
        found = self._ends.get(window.name)
        if found is None:
            found = self._ends[window.name] = self._told_end(window)
        return found

    def _told_end(self, window: Window) -> Seen:
        ends: object = self.watching.clocks.clock(window).ends
        texts = self.texts.window(window)
        below: tuple[Seen, ...] = ()
        if ends.__class__ is not datetime:
            below = tuple([self.expression(start) for start in texts.starts[:1]])
            ends = outside(ends)
        return made(Seen, (texts.ends, ends, "window", window.place, "", below, None))

    def _proving(self, proposition: str) -> Iterator[str]:
        """The facts that were read to see whether something is proven."""
        yield from (record.fact for record in self.program.records if proposition in record.may_prove)
        also = (also.fact for also in self.program.policy.evidence.also)
        yield from (fact for fact in also if self.watching.has_read(fact))

    def fact(self, fact: str) -> Seen:
        """A fact as it was read, and where the case gives it."""
        found = self.names.get(fact)
        if found is None:
            found = self.names[fact] = self._told_fact(fact)
        return found

    def _told_fact(self, fact: str) -> Seen:
        place = self.program.policy.facts[fact].place
        known, given = self.watching.as_known(fact), None if self._given is None else self._given(fact)
        origin = _origin(self.watching.case, fact, known) if self._origin is None else self._origin(fact)
        if known.__class__ is Unknown:
            known = missing(known)
        return made(Seen, (fact, known, "fact", place, origin, (), given))


_MEANINGS: Final[dict[type, Callable[[Tracer, str, Any, object], Seen]]] = {
    FactName: Tracer._of_fact,
    Formula: Tracer._of_formula,
    Choice: Tracer._of_table,
    TablePart: Tracer._of_table,
    WindowPart: Tracer._of_window,
    PartyPart: Tracer._of_party,
    Proof: Tracer._of_proof,
    RecordPart: Tracer._of_record,
    Constant: Tracer._of_none,
    Unsettled: Tracer._of_none,
}


def origin_of(watching: Watching, fact: str) -> Origin:
    """Where the value of a fact comes from."""
    return _origin(watching.case, fact, watching.as_known(fact))


def _origin(case: Case, fact: str, known: object) -> Origin:
    if fact not in case.values:
        return "nowhere"
    if fact in case.assumed:
        return "declaration"
    if known is None and case.values[fact] is not None:
        return "later"
    return "case"
