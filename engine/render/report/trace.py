"""How a decision came about, to be unfolded: what decided stands open, everything else is one line each."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from html import escape
from pathlib import Path
from typing import Final

from engine.explanation.model import (
    Explanation,
    Missing,
    OwedTrace,
    PartTrace,
    RecordTrace,
    RowTrace,
    Seen,
    State,
    TableTrace,
    WindowTrace,
)
from engine.expr.terms import terms
from engine.link.parts import expressions, formulas_read, of_table
from engine.link.program import Choice, Program
from engine.policy.model import Field
from engine.render.explanation_words import OWING, became, on_the_path, part_of, proof_of, wanted
from engine.render.html_parts import breakable
from engine.render.phrases import capital, named
from engine.render.trace_to_text import ORIGINS, value_text
from engine.render.words import term_in_words

STATES: Final[dict[State, str]] = {
    "decides": "decides",
    "held": "holds",
    "failed": "does not hold",
    "unreached": "never reached",
    "open": "open",
    "set_aside": "open, counts as not so meanwhile",
    "unasked": "not asked",
    "runs": "has started",
    "unstarted": "has not started",
}


def trace_to_html(explanation: Explanation, program: Program, prefix: str) -> str:
    """The trace of every row; `program` is that of the first, which gives terms their words."""
    several = len(explanation.rows) > 1
    parts = []
    for row in explanation.rows:
        text = _Row(row, program, explanation, prefix).whole()
        parts.append(f"<details><summary>If it is: {escape(row.title)}</summary>{text}</details>" if several else text)
    return "".join(parts)


class _Row:
    def __init__(self, row: RowTrace, program: Program, explanation: Explanation, prefix: str) -> None:
        self.row = row
        self.policy = program.policy
        self.zone = explanation.zone
        self.prefix = prefix
        self.trees = _trees(program)

    def whole(self) -> str:
        tables = sorted(
            self.row.tables, key=lambda table: (not on_the_path(self.row, table), table.name != self.row.standing)
        )
        text = "".join(self.table(table) for table in tables)
        unread = ", ".join(self.title(name) for name in self.row.unread)
        rest = f'<p class="note">Not consulted: {escape(unread)}.</p>' if unread else ""
        windows = "".join(self.window(window) for window in self.row.windows)
        records = "".join(self.record(record) for record in self.row.records)
        facts = "".join(self.fact(fact) for fact in self.row.facts)
        note = '<p class="note">Nothing else in the case has part in the decision.</p>'
        return (
            f"{text}{rest}{_folded('Periods', windows)}{_folded('What was received, and what is owed', records)}"
            f"{_folded('Every fact that was read', facts, note)}"
        )

    def title(self, name: str) -> str:
        return self.policy.tables[name].title if name in self.policy.tables else capital(named(name))

    # ------------------------------------------------------------------------------------------------------ tables

    def table(self, table: TableTrace) -> str:
        opened = " open" if on_the_path(self.row, table) and not table.choice else ""
        how = "The first rule that holds decides." if table.hit == "first" else "Every rule that holds counts."
        if table.state != "asked":
            how = "Not asked." if table.state == "unasked" else "Whether it is asked is open."
        guard = self.terms(table.guard)
        if guard and table.state == "asked":
            words = "; ".join(self.words(seen) for seen in table.guard)
            guard = f'<details><summary class="note">Asked, because: {escape(words)}</summary>{guard}</details>'
        rules = "".join(self.rule(rule, table) for rule in table.rules if rule.state != "unreached")
        rules += self.unreached([rule for rule in table.rules if rule.state == "unreached"])
        told = [rule for rule in table.rules if rule.tells]
        said = ", ".join(named(rule.rule) for rule in told) if not table.choice else self.said(told)
        result = f' <span class="result">{escape(said or self.nothing(table))}</span>'
        return (
            f"<details{opened}><summary>{escape(self.title(table.name))}:{result}</summary>"
            f'<p class="note">{how}</p>{guard}<ol class="traced">{rules}</ol></details>'
        )

    @staticmethod
    def unreached(rules: list[PartTrace]) -> str:
        """The rules behind the one that decided, or that is waited for."""
        if not rules:
            return ""
        names, before = ", ".join(named(rule.rule) for rule in rules), named(rules[0].by.partition("/")[2])
        return f'<li class="unreached">Never reached, because “{escape(before)}” comes before: {escape(names)}</li>'

    def nothing(self, table: TableTrace) -> str:
        if table.state != "asked":
            return "not asked" if table.state == "unasked" else "open"
        still_open = any(rule.state == "open" for rule in table.rules)
        return "open" if still_open and table.hit == "first" else "no rule holds"

    def said(self, rules: Iterable[PartTrace]) -> str:
        return ", ".join(value_text(value, self.zone) for rule in rules for _, value in rule.says)

    def rule(self, rule: PartTrace, table: TableTrace) -> str:
        state = STATES[rule.state]
        if rule.by:
            other = named(rule.by.partition("/")[2])
            in_doubt = f"“{other}” before it is open"
            state += f"; {in_doubt}, and says the same" if rule.tells else f": {in_doubt}"
        name = capital(named(rule.rule))
        badge = f'<span class="state {rule.state}">{escape(state)}</span>'
        first = f': <span class="short">{escape(self.words(rule.why[0]))}</span>' if rule.why and not rule.tells else ""
        says = "".join(self.saying(field, value) for field, value in rule.says)
        waits = rule.waits_for
        names = ", ".join(wanted(waits)) if waits is not None else ""
        body = (
            (f'<p class="note">Hangs on: {escape(names)}.</p>' if names else "")
            + (self.terms(rule.why) or ('<p class="note">No rule before it holds.</p>' if table.hit == "first" else ""))
            + (f'<dl class="says">{says}</dl>' if says else "")
            + f'<p class="note">{escape(Path(rule.place.source.name).name)}, line {rule.place.line}'
            + (f": <code>{escape(rule.when)}</code>" if rule.when else "")
            + "</p>"
        )
        opened = " open" if rule.tells and not table.choice else ""
        summary = f"<summary>{escape(name)} {badge}{first}</summary>"
        return f'<li class="{rule.state}"><details{opened}>{summary}{body}</details></li>'

    def saying(self, name: str, value: object) -> str:
        """What a rule says of a field, by the meanings of its values."""
        field = self.policy.fields.get(name)
        if field is None:
            return f"<div><dt>It is</dt><dd>{escape(value_text(value, self.zone))}</dd></div>"
        words = value if isinstance(value, tuple) else (value,)
        told = "<br>".join(escape(self.meaning(field, word)) for word in words) or "nothing"
        return f"<div><dt>{escape(capital(named(field.written_as)))}</dt><dd>{told}</dd></div>"

    def meaning(self, field: Field, word: object) -> str:
        if not isinstance(word, str):
            return value_text(word, self.zone)
        party, _, proposition = word.partition(".")
        if field.of != "values" and party in self.policy.parties:
            title = self.policy.parties[party].title
            return f"{title}: {self.policy.propositions[proposition]}" if proposition else title
        return field.values.get(word) or named(word)

    # ------------------------------------------------------------------------------------------------------- terms

    def terms(self, found: Iterable[Seen]) -> str:
        items = "".join(self.term(seen) for seen in found)
        return f'<ul class="terms">{items}</ul>' if items else ""

    def term(self, seen: Seen) -> str:
        if seen.kind == "fact" and seen.text not in self.trees:
            return self.fact(seen)
        value = value_text(seen.value, self.zone)
        below = "" if seen.kind == "fact" else self.terms(seen.below)
        source = self.source(seen) if seen.kind == "fact" else ""
        words = escape(capital(self.words(seen)))
        return f"<li>{words} <code>{escape(seen.text)}: {escape(value)}</code>{source}{below}</li>"

    def words(self, seen: Seen) -> str:
        """A term in words, as it came out."""
        tree = self.trees.get(seen.text)
        if tree is None or not isinstance(seen.value, bool | Missing):
            return f"{named(seen.text)}: {value_text(seen.value, self.zone)}"
        holds = seen.value if isinstance(seen.value, bool) else True
        said = term_in_words(tree, self.policy, holds)
        return said if isinstance(seen.value, bool) else f"it is not known whether {said}"

    def fact(self, fact: Seen) -> str:
        declared = self.policy.facts.get(fact.text)
        meaning = declared.meaning if declared is not None else capital(named(fact.text))
        value = escape(value_text(fact.value, self.zone))
        source = self.source(fact)
        return f"<li>{escape(meaning)} <code>{breakable(fact.text)}</code>: <strong>{value}</strong>{source}</li>"

    @staticmethod
    def source(fact: Seen) -> str:
        """Where the case gives a fact."""
        told = ORIGINS[fact.origin]
        if fact.given is not None:
            file = Path(fact.given.source.name).name
            told = f"{file}, line {fact.given.line}" + (f", {told}" if told else "")
        return f' <span class="note">{escape(told)}</span>' if told else ""

    # ---------------------------------------------------------------------------------------- periods and parties

    def window(self, window: WindowTrace) -> str:
        state = window.trace.state
        word = became(window)
        badge = f'<span class="state {word or state}">{escape(word or STATES[state])}</span>'
        span = ""
        if state == "runs":
            ends = "no end" if window.ends is None else value_text(window.ends, self.zone)
            after = f" after <code>{breakable(window.after)}</code>" if window.after else ""
            span = f"<p>{escape(value_text(window.starts, self.zone))} to <strong>{escape(ends)}</strong></p>"
            span += f'<p class="note">{escape(window.within)}{after}</p>'
        name = capital(named(window.name))
        return f"<li><strong>{escape(name)}</strong> {badge}{span or self.terms(window.trace.why)}</li>"

    def record(self, record: RecordTrace) -> str:
        title = self.policy.parties[record.party].title
        owed = "".join(self.owed(owed) for owed in record.owes)
        owes = f'<ul class="terms">{owed}</ul>' if owed else ""
        return f"<li><strong>{escape(title)}</strong>: {escape(part_of(record))}{owes}</li>"

    def owed(self, owed: OwedTrace) -> str:
        by = ", ".join(self.policy.facts[fact].meaning.removesuffix(".") for fact in owed.proven_by)
        said = proof_of(owed.proven)
        badge = f'<span class="state {owed.state}">{escape(OWING[owed.state])}, {escape(said)}</span>'
        shown = f' <span class="note">by: {escape(by)}</span>' if by else ""
        text = self.policy.propositions[owed.proposition]
        return f"<li>{escape(text)} {badge}{shown}{self.terms(owed.why)}</li>"


def _folded(title: str, items: str, note: str = "") -> str:
    return f'<details><summary>{title}</summary>{note}<ul class="lines">{items}</ul></details>'


def _trees(program: Program) -> dict[str, ast.expr]:
    """The terms of all conditions of a program, by their text."""
    conditions = [*expressions(program), *(expression for _, expression in formulas_read(program))]
    for meaning in program.names.values():
        if isinstance(meaning, Choice):
            conditions.extend(of_table(meaning.table))
    return {term.text: term.tree for condition in conditions for term in terms(condition)}
