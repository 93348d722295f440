"""Linked parts of a version in words: windows, owed evidence, rules and definitions, as lines that any page shows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from engine.expr.check import Expression
from engine.link.program import Basis, Choice, Formula, PartyRecord, Program, Rule, Span, Window
from engine.pack import Version
from engine.policy.model import Field, Policy
from engine.render.periods import day_in_words, span_in_words
from engine.render.phrases import Condition, Phrase, bare, capital, named, party_title
from engine.render.table.sheet import Guard, Line, RuleText
from engine.render.words import condition, moment, said

ORDERS: Final = {
    "first": "Read from the top: the first rule that holds decides.",
    "all": "Every rule that holds counts.",
}


class Telling:
    """Tells the parts of one version, and remembers which definitions and sources it named on the way."""

    def __init__(self, version: Version) -> None:
        self.policy: Policy = version.policy
        self.programs: Mapping[str, Program] = version.programs
        self._named: dict[str, Field | None] = {}
        self._bases: list[Basis] = []

    # ---------------------------------------------------------------------------------------- periods and evidence

    def period(self, window: Window, label: str, parts: tuple[Line, ...] = (), note: str = "") -> Line:
        """How long a window is, from when, and under which condition."""
        guard: Guard = "only if" if window.asked_if else ""
        when = self.condition(window.asked_if)
        if len(window.spans) == 1 and window.spans[0].when is None:
            span = window.spans[0]
            return Line(label, self._span(span), guard, when, self.basis(window.basis + span.basis), parts, note)
        how = (Phrase("the last to end of those that hold"),) if window.latest else ()
        lines = tuple(
            Line("", self._span(span), _guard(span.when), self.condition(span.when), self.basis(span.basis))
            for span in window.spans
        )
        return Line(label, how, guard, when, self.basis(window.basis), lines + parts, note)

    def parts(self, window: Window) -> tuple[Line, ...]:
        """What meets a window, and what holds it up."""
        met = [Line("", (Phrase(f"met when {self._moment(window.met_by)}"),))] if window.met_by else []
        held = window.paused_by and f"held up once “{capital(named(window.paused_by))}” is met in time"
        return tuple(met + ([Line("", (Phrase(held),))] if held else []))

    def owed(self, record: PartyRecord) -> Line:
        """What a party must prove."""
        lines = tuple(
            Line("", (Phrase("", self.policy.propositions[owed.proposition]),), "if" if owed.when else "",
                 self.condition(owed.when), self.basis(owed.basis))
            for owed in record.owes
        )  # fmt: skip
        return Line(self.policy.parties[record.party].title, lines=lines)

    def sources(self) -> Iterator[Line]:
        """What proves a proposition."""
        evidence = self.policy.evidence
        if evidence.clauses or evidence.readings:
            basis = self.basis(Basis(evidence.clauses, evidence.readings))
            yield Line("", (Phrase("what the parties submit in time"),), basis=basis)
        for also in evidence.also:
            basis = self.basis(Basis(also.clauses, also.readings))
            yield Line("", (Phrase("", bare(self.policy.facts[also.fact].meaning)),), basis=basis)

    def _span(self, span: Span) -> tuple[Phrase, ...]:
        for expression in (span.until, span.after if span.amount else None):
            if expression is not None:
                self._read(expression)
        return (Phrase(span_in_words(span, self.policy)),)

    def _moment(self, expression: Expression) -> str:
        self._read(expression)
        return moment(expression, self.policy)

    def _said_value(self, expression: Expression) -> str:
        self._read(expression)
        return day_in_words(expression, self.policy)

    # ------------------------------------------------------------------------------------------------------ rules

    def rule(self, rule: Rule, without: Guard) -> RuleText:
        """A rule; `without` is how it is led in when it has no condition."""
        policy = self.policy
        remarks: list[str] = []
        if rule.not_owed_by:
            parties = " and ".join(party_title(policy.parties[party]) for party in rule.not_owed_by)
            remarks.append(f"What {parties} did not prove no longer matters.")
        if rule.if_unknown != "open":
            listed = ", and what is missing is listed" if rule.if_unknown == "list" else ""
            remarks.append(f"While this is not known, it counts as not so{listed}.")
        if rule.deadlines is not None:
            shown = " and ".join(f"“{capital(named(name))}”" for name in rule.deadlines)
            remarks.append(f"The decision shows no deadline but {shown}." if shown else "It shows no deadline.")
        says = tuple(
            Line(capital(named(policy.fields[name].written_as)), self._said(value, policy.fields[name]))
            for name, value in rule.says.items()
        )
        return RuleText(
            id=rule.id,
            title=capital(named(rule.id)),
            guard="if" if rule.when else without,
            when=self.condition(rule.when),
            says=says,
            remarks=tuple(remarks),
            basis=self.basis(rule.basis),
            general=rule.general,
        )

    def condition(self, expression: Expression | None) -> Condition | None:
        """A condition in words; None for none."""
        if expression is None:
            return None
        self._read(expression)
        return condition(expression, self.policy)

    def _said(self, value: Expression, field: Field | None) -> tuple[Phrase, ...]:
        for name in value.names:
            self._named[name] = field
        if field is None:
            return (Phrase(moment(value, self.policy) if value.names else named(value.text)),)
        return said(value, field, self.policy)

    def _read(self, expression: Expression) -> None:
        for name in expression.names:
            self._named.setdefault(name, None)

    # ---------------------------------------------------------------------------------------- what has been named

    def basis(self, basis: Basis) -> Basis:
        """The basis itself, remembered."""
        self._bases.append(basis)
        return basis

    def cited(self) -> Basis:
        """Everything that what was told so far rests on."""
        return together(self._bases)

    def terms(self) -> dict[str, Line]:
        """Every definition that is named so far, and those that these name in turn, in the order of the policy."""
        found: dict[str, Line] = {}
        while missing := [name for name in self.policy.define if name in self._named and name not in found]:
            for name in missing:
                found[name] = self._term(name)
        return {name: found[name] for name in self.policy.define if name in found}

    def _term(self, name: str) -> Line:
        meanings = [program.names[name] for program in self.programs.values()]
        label = capital(named(name))
        if isinstance(meanings[0], Formula):
            expression = meanings[0].expression
            if expression.type.kind == "bool":
                return Line(label, (), "if", self.condition(expression))
            return Line(label, (Phrase(self._said_value(expression)),))
        tables = [meaning.table for meaning in meanings if isinstance(meaning, Choice)]
        lines = []
        for same in zip(*(table.rules for table in tables), strict=True):
            rule = same[0]
            value = next(iter(rule.says.values()))
            basis = self.basis(together(rule.basis for rule in same))
            lines.append(Line("", self._said(value, self._named[name]), _guard(rule.when), self.condition(rule.when),
                              basis))  # fmt: skip
        return Line(label, (), lines=tuple(lines))


def together(bases: Iterable[Basis]) -> Basis:
    """All that these rest on, each source once."""
    whole = Basis()
    for basis in bases:
        whole += basis
    return whole


def _guard(when: Expression | None) -> Guard:
    return "if" if when is not None else "otherwise"
