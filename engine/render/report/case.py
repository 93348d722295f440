"""One case of the report: what follows, until when, why, and what it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape
from typing import Final

from engine.decision import Deadline, Decision, Reason, ReasonState
from engine.explanation.model import Explanation
from engine.library import Registry
from engine.link.program import IS, Program
from engine.policy.model import Field
from engine.render.decision_to_text import Telling
from engine.render.decision_words import state_of, values_said
from engine.render.html_parts import breakable
from engine.render.moments import local, relative
from engine.render.phrases import capital, named
from engine.render.policy_words import answer_to, condition_of, tables_of
from engine.render.report.trace import trace_to_html

WHY: Final[dict[ReasonState, str]] = {
    "held": "Why",
    "open": "What it hangs on",
    "failed": "What was looked at before, and failed for want of proof or by a finding",
}
SHORT: Final = 12  # digits of a digest that a person compares


@dataclass(frozen=True, slots=True)
class CaseReport:
    """A case of the report, with the program and the registers that `telling` has its words from. `timeline` is a
    picture of its periods (SVG), `changes` what would change the outcome (HTML of sections), each empty where there is
    none."""

    name: str
    decision: Decision
    telling: Telling
    program: Program
    registers: Registry
    explanation: Explanation
    timeline: str = ""
    changes: str = ""

    @property
    def title(self) -> str:
        """What the case is called: its own title, or that of its row."""
        return self.telling.title or self.row

    @property
    def row(self) -> str:
        return self.telling.words.rows.get(self.decision.scenario, "Scenario not known")

    @property
    def standing(self) -> tuple[str, str]:
        """Where the case stands, and what that means."""
        field = self.telling.words.standing
        value = str(self.decision.fields[field.written_as])
        return capital(named(value)), field.values.get(value, "")


def case_to_html(case: CaseReport, prefix: str = "") -> str:
    """The sections of a case. `prefix` stands before every anchor: there may be several cases on a page."""
    return _Case(case, prefix).whole()


class _Case:
    def __init__(self, case: CaseReport, prefix: str) -> None:
        self.case = case
        self.prefix = prefix
        self.decision = case.decision
        self.program = case.program
        self.policy = case.program.policy
        self.registers = case.registers
        self.tables = dict(tables_of(self.program))

    def whole(self) -> str:
        trace = trace_to_html(self.case.explanation, self.program, self.prefix)
        sections = [
            self.verdict(),
            self.section("follows", "What follows", self.fields()),
            self.section("missing", "What is missing", self.missing()),
            self.section("until", f"Until when ({self.decision.zone or 'UTC'})", self.deadlines()),
            *(self.section(f"why-{state}", heading, self.rules(state)) for state, heading in WHY.items()),
            self.section("changes", "What would change it", self.case.changes),
            self.section("trace", "How it came about", trace),
            self.section("clauses", "Clauses and readings", self.appendix()),
        ]
        return "\n".join(part for part in sections if part)

    def section(self, name: str, title: str, content: str) -> str:
        """A section, unless there is nothing in it."""
        anchor = f"{self.prefix}{name}"
        heading = f'<h2 id="{anchor}">{escape(title)}</h2>'
        return f'<section class="level-2" aria-labelledby="{anchor}">{heading}{content}</section>' if content else ""

    def verdict(self) -> str:
        word, meaning = self.case.standing
        decision, telling = self.decision, self.case.telling
        kind = "known" if decision.determined else "open"
        facts = [
            self.case.row,
            f"as of {local(decision.as_of, decision.zone)}, {telling.moment}",
            f"{self.policy.title}, version {decision.policy.version}: {telling.version}",
        ]
        about = "".join(f"<li>{escape(fact)}</li>" for fact in facts)
        return (
            f'<header class="verdict {kind}"><h1>{escape(self.case.title)}</h1>'
            f'<p class="stands"><strong>{escape(word)}</strong> {escape(meaning)}</p>'
            f'<ul class="about">{about}</ul></header>'
        )

    # ------------------------------------------------------------------------------------------------- what follows

    def fields(self) -> str:
        parts, empty = [], []
        for field in self.policy.fields.values():
            if field is self.program.standing_field:
                continue
            label, words = capital(named(field.written_as)), values_said(self.decision, field)
            if words:
                values = "".join(f"<li>{self.value(field, word)}</li>" for word in words)
                parts.append(f'<div><dt>{escape(label)}</dt><dd><ul class="plain">{values}</ul></dd></div>')
            else:
                empty.append(named(field.written_as))
        told = f'<dl class="says">{"".join(parts)}</dl>' if parts else ""
        nothing = f'<p class="note">Nothing under {escape(", ".join(empty))}.</p>' if empty else ""
        return told + nothing if parts else ""

    def value(self, field: Field, word: str) -> str:
        if field.of == "parties":
            return f"<strong>{escape(self.policy.parties[word].title)}</strong>{escape(self.period(word))}"
        if field.of == "evidence":
            party, _, proposition = word.partition(".")
            clauses = tuple(c for r in self.decision.reasons if not r.table and r.rule == word for c in r.clauses)
            who, what = self.policy.parties[party].title, self.policy.propositions[proposition]
            return f"<strong>{escape(who)}</strong>: {escape(what)}{self.marks(clauses)}"
        meaning = field.values.get(word, "")
        return f"{escape(meaning or word)} <code>{breakable(word)}</code>" if meaning else escape(named(word))

    def period(self, party: str) -> str:
        """Until when a party may still submit."""
        windows = {r.window.name for r in self.program.records if r.party == party and r.window}
        for deadline in self.decision.deadlines:
            if deadline.window in windows and deadline.state == "running":
                until = local(deadline.at, self.decision.zone)
                return f", until {until} ({relative(deadline.at, self.decision.as_of)})"
        return ""

    # ---------------------------------------------------------------------------------------------- what is missing

    def missing(self) -> str:
        items = "".join(self.asked(name) for name in self.decision.missing_facts)
        asked = f'<ul class="lines asked">{items}</ul>' if items else ""
        unassessed = "".join(
            f"<li>{escape(self.policy.facts[name].meaning)} <code>{breakable(name)}</code></li>"
            for name in self.decision.unassessed
        )
        lead = "<p>Received, and to be assessed: what is it found to prove?</p>" if unassessed else ""
        return asked + (f'{lead}<ul class="lines">{unassessed}</ul>' if unassessed else "")

    def asked(self, name: str) -> str:
        fact = self.policy.facts.get(name)
        if fact is None:  # the row itself
            question, answer = "Which row was the dispute filed under?", " | ".join(self.policy.rows)
        else:
            question, answer = fact.ask or fact.meaning, answer_to(fact, self.policy)
        return (
            f"<li><strong>{escape(question)}</strong> <code>{breakable(name)}</code>"
            f'<p class="note">{escape(capital(answer))}</p></li>'
        )

    # -------------------------------------------------------------------------------------------------- until when

    def deadlines(self) -> str:
        rows = "".join(self.deadline(deadline) for deadline in self.decision.deadlines)
        if not rows:
            return ""
        picture = f'<figure class="timeline">{self.case.timeline}</figure>' if self.case.timeline else ""
        heads = "".join(f'<th scope="col">{head}</th>' for head in ("Last instant", "What is due", "Whose", "State"))
        return f'{picture}<table class="deadlines"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>'

    def deadline(self, deadline: Deadline) -> str:
        party = self.policy.parties[deadline.party].title if deadline.party else ""
        name, state = capital(named(deadline.name)), capital(state_of(deadline, self.decision))
        return (
            f'<tr><th scope="row">{escape(local(deadline.at, self.decision.zone))}</th>'
            f"<td>{escape(name)}{self.marks(deadline.clauses)}</td><td>{escape(party)}</td>"
            f'<td><span class="state {deadline.state}">{escape(state)}</span></td></tr>'
        )

    # --------------------------------------------------------------------------------------------------------- why

    def rules(self, state: ReasonState) -> str:
        reasons = [reason for reason in self.decision.reasons if reason.state == state and reason.table in self.tables]
        items = "".join(self.rule(reason) for reason in reasons)
        return f'<ul class="rules">{items}</ul>' if items else ""

    def rule(self, reason: Reason) -> str:
        table = self.tables[reason.table]
        rule = next(rule for rule in table.rules if rule.id == reason.rule)
        chosen = rule.says.get(IS)
        name = named(chosen.text if chosen else reason.rule)
        when = f"<p>If {escape(condition_of(rule.when, self.program))}.</p>" if rule.when is not None else ""
        general = (
            f'<p class="note">General rule: {escape(named(reason.general))}.</p>'
            if reason.general and reason.general != reason.rule
            else ""
        )
        title = f'<span class="label">{escape(capital(named(table.title)))}</span><h3>{escape(capital(name))}</h3>'
        body = f'<div class="body">{title}{when}{general}</div>'
        return f'<li class="rule"><div class="row">{body}{self.rests(reason)}</div></li>'

    def rests(self, reason: Reason) -> str:
        """What a rule rests on, by the gists of its clauses and the readings taken."""
        items = [f"<li>{escape(self.gist(clause))} {self.clause(clause)}</li>" for clause in reason.clauses]
        items += [f"<li>{self.reading(number)} {escape(self.taken(number))}</li>" for number in reason.readings]
        return f'<div class="rests"><p>Rests on</p><ul>{"".join(items)}</ul></div>' if items else ""

    # ---------------------------------------------------------------------------------------------------- clauses

    def marks(self, clauses: Iterable[str]) -> str:
        found = " ".join(self.clause(clause) for clause in clauses)
        return f'<div class="marks">{found}</div>' if found else ""

    def clause(self, clause: str) -> str:
        if clause not in self.registers.clauses:
            return breakable(clause)
        title = escape(self.gist(clause))
        return f'<a href="#{self.prefix}clause-{escape(clause)}" title="{title}">{breakable(clause)}</a>'

    def reading(self, number: int) -> str:
        if number not in self.registers.readings:
            return f"Reading {number}"
        return f'<a href="#{self.prefix}reading-{number}">Reading {number}</a>'

    def gist(self, clause: str) -> str:
        return self.registers.clauses[clause].gist if clause in self.registers.clauses else ""

    def taken(self, number: int) -> str:
        reading = self.registers.readings.get(number)
        return reading.readings.get(reading.taken, "") if reading is not None else ""

    def appendix(self) -> str:
        """Every clause and reading that the page names, with its gist and its answer."""
        cited = dict.fromkeys(clause for clauses, _ in self.bases() for clause in clauses)
        taken = sorted({number for _, readings in self.bases() for number in readings})
        clauses = "".join(
            f'<li id="{self.prefix}clause-{escape(name)}"><code>{breakable(name)}</code> {escape(clause.gist)}</li>'
            for name, clause in self.registers.clauses.items()
            if name in cited
        )
        readings = "".join(self.told_reading(number) for number in taken if number in self.registers.readings)
        return "".join(f'<ul class="lines sources">{items}</ul>' for items in (clauses, readings) if items)

    def told_reading(self, number: int) -> str:
        title = self.registers.readings[number].title
        return (
            f'<li id="{self.prefix}reading-{number}"><strong>Reading {number}. {escape(title)}</strong>: '
            f"{escape(self.taken(number))}</li>"
        )

    def bases(self) -> Iterator[tuple[tuple[str, ...], tuple[int, ...]]]:
        yield from ((reason.clauses, reason.readings) for reason in self.decision.reasons)
        yield from ((deadline.clauses, deadline.readings) for deadline in self.decision.deadlines)


def identity(case: CaseReport) -> str:
    """What was decided by what, to be compared."""
    decision = case.decision
    digests = (f"policy {_short(decision.policy.digest)}", f"case {_short(decision.case_digest)}")
    return f"{decision.policy.name} {decision.policy.version}, {', '.join(digests)}, engine {decision.engine_version}"


def _short(digest: str) -> str:
    kind, _, digits = digest.partition(":")
    return f"{kind}:{digits[:SHORT]}"
