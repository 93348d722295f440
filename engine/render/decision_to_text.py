"""A decision for a person: where the case stands, what follows, why, until when, and what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

from engine.render.decision_words import state_of, values_said
from engine.render.moments import local, relative
from engine.render.page import Page, Piece, Style

if TYPE_CHECKING:
    from engine.decision import Decision, Reason, ReasonState
    from engine.render.wording import FieldWords, Wording

LABELS: Final = 20  # the column at which values begin
DATES: Final = 32  # the column after a moment
SHORT: Final = 12  # digits of a digest that a person compares
WHY: Final[dict[ReasonState, str]] = {
    "held": "Why",
    "open": "What it hangs on",
    "failed": "What was looked at before, and failed for want of proof or by a finding",
}
STATES: Final[dict[str, Style]] = {"running": "good", "missed": "bad", "paused": "warn"}


class Telling(NamedTuple):
    """What a decision is told with.

    `words` are those of its row, or of any row while the row is not known; `moment` says where its moment comes from,
    `version` why this version decided."""

    words: Wording
    moment: str
    version: str
    title: str = ""


def decision_to_page(decision: Decision, telling: Telling) -> Page:
    """The decision as a page, told in the words that its policy declares."""
    return _Teller(decision, telling).page()


class _Teller:
    def __init__(self, decision: Decision, telling: Telling) -> None:
        self.decision = decision
        self.telling = telling
        self.words = telling.words
        self._page = Page()
        self._told: set[str] = set()  # clauses and readings whose content stands above

    def page(self) -> Page:
        self._verdict()
        self._fields()
        self._missing()
        self._deadlines()
        for state, heading in WHY.items():
            reasons = [r for r in self.decision.reasons if r.state == state and r.table in self.words.tables]
            self._rules(heading, reasons)
        self._identity()
        return self._page

    # ------------------------------------------------------------------------------------------------- what follows

    def _verdict(self) -> None:
        standing, rows = self.words.standing, self.words.rows
        value = str(self.decision.fields[standing.written_as])
        style: Style = "strong" if self.decision.determined else "warn"
        self._page.line(Piece(value, style), f"  {standing.values.get(value, '')}", hang=2)
        row = rows.get(self.decision.scenario, "Scenario not known")
        moment = local(self.decision.as_of, self.decision.zone)
        title = f": {self.telling.title}" if self.telling.title else ""
        self._page.line(Piece(f"{row}{title}", "strong"))
        self._page.line(Piece(f"as of {moment}, {self.telling.moment}", "quiet"))

    def _fields(self) -> None:
        empty = []
        self._page.gap()
        before = len(self._page.lines)
        for field in self.words.fields:
            label, values = _words(field.written_as), values_said(self.decision, field)
            if not values:
                empty.append(label)
            for number, word in enumerate(values):
                self._page.item(Piece("" if number else label, "name"), *self._value(field, word), column=LABELS)
        if len(self._page.lines) > before and empty:
            self._page.item(Piece("nothing under", "quiet"), Piece(", ".join(empty), "quiet"), column=LABELS)

    def _value(self, field: FieldWords, word: str) -> Iterator[Piece]:
        if field.of == "parties":
            yield Piece(self.words.parties[word], "strong")
            yield from self._period(word)
        elif field.of == "evidence":
            party, _, proposition = word.partition(".")
            yield Piece(f"{self.words.parties[party]}: ", "strong")
            yield Piece(self.words.propositions[proposition])
            clauses = [c for r in self.decision.reasons if not r.table and r.rule == word for c in r.clauses]
            yield Piece(f" [{', '.join(clauses)}]" if clauses else "", "quiet")
        else:
            yield Piece(word, "strong")
            yield Piece(f"  {field.values[word]}" if word in field.values else "")

    def _period(self, party: str) -> Iterator[Piece]:
        """Until when a party may still submit."""
        for deadline in self.decision.deadlines:
            if deadline.window in self.words.windows[party] and deadline.state == "running":
                until = local(deadline.at, self.decision.zone)
                yield Piece(f", until {until} ({relative(deadline.at, self.decision.as_of)})")

    # ---------------------------------------------------------------------------------------------- what is missing

    def _missing(self) -> None:
        if self.decision.missing_facts:
            self._page.heading("What is missing")
        for name in self.decision.missing_facts:
            fact = self.words.facts.get(name)
            if fact is None:  # the row itself
                self._ask(name, "Which row was the dispute filed under?", " | ".join(self.words.rows))
            else:
                self._ask(name, fact.question, fact.answer)
        if self.decision.unassessed:
            self._page.heading("Received, and to be assessed: what is it found to prove?")
        for name in self.decision.unassessed:
            self._page.line(Piece(name, "warn"), f"  {self.words.facts[name].meaning}", indent=2, hang=4)

    def _ask(self, name: str, question: str, answer: str) -> None:
        self._page.line(Piece(name, "warn"), f"  {question}", indent=2, hang=4)
        self._page.line(Piece(answer, "quiet"), indent=4)

    # -------------------------------------------------------------------------------------------------- until when

    def _deadlines(self) -> None:
        if not self.decision.deadlines:
            return
        self._page.heading(f"Deadlines ({self.decision.zone or 'UTC'})")
        for deadline in self.decision.deadlines:
            party = self.words.parties[deadline.party] if deadline.party else ""
            self._page.item(
                local(deadline.at, self.decision.zone),
                Piece(_words(deadline.name), "strong"), f" ({party}): " if party else ": ",
                Piece(state_of(deadline, self.decision), STATES.get(deadline.state, "")),
                Piece(f" [{', '.join(deadline.clauses)}]" if deadline.clauses else "", "quiet"), column=DATES,
            )  # fmt: skip

    # --------------------------------------------------------------------------------------------------------- why

    def _rules(self, heading: str, reasons: Iterable[Reason]) -> None:
        for number, reason in enumerate(reasons):
            if number == 0:
                self._page.heading(heading)
            table = self.words.tables[reason.table]
            rule = table.rules[reason.rule]
            general = f" (general rule {reason.general})" if reason.general and reason.general != reason.rule else ""
            name = f"{_words(table.title)}: {rule.name}"
            self._page.line(Piece(name, "strong"), Piece(general, "quiet"), indent=2, hang=4)
            if rule.condition:
                self._page.line(f"if {rule.condition}", indent=4, hang=7)
            self._basis(reason, told=reason.state == "failed")

    def _basis(self, reason: Reason, told: bool) -> None:
        """Clauses with their gists and readings with the answer taken; those told before, or all, by name alone."""
        clauses, readings = self.words.clauses, self.words.readings
        again: list[str] = []
        for name in reason.clauses:
            if name in clauses and not told and name not in self._told:
                self._told.add(name)
                self._page.line(Piece(name, "name"), f"  {clauses[name]}", indent=4, hang=6)
            else:
                again.append(name)
        for number in reason.readings:
            label = f"reading {number}"
            if number in readings and not told and label not in self._told:
                self._told.add(label)
                self._page.line(Piece(label, "name"), f"  {readings[number]}", indent=4, hang=6)
            else:
                again.append(label)
        if again:
            self._page.line(Piece(", ".join(again), "name"), indent=4, hang=6)

    # ------------------------------------------------------------------------------------------------ what decided

    def _identity(self) -> None:
        decision, policy = self.decision, self.decision.policy
        self._page.gap()
        lines = (
            f"{policy.name} {policy.version} ({_short(policy.digest)}), {self.telling.version}",
            f"case {_short(decision.case_digest)}, engine {decision.engine_version}",
        )
        for line in lines:
            self._page.line(Piece(line, "quiet"))


def _words(name: str) -> str:
    return name.replace("_", " ")


def _short(digest: str) -> str:
    kind, _, digits = digest.partition(":")
    return f"{kind}:{digits[:SHORT]}"
