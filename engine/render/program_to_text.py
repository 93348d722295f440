"""A row as it is decided: every table with its rules in their order, then the periods, the evidence and the names."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from engine.analysis.reach import Reach
from engine.expr.check import Expression
from engine.link.program import Basis, Choice, Formula, Program, Rule, Span, Table, Window
from engine.render.page import Page, Piece
from engine.source import Place

COLUMN: Final = 16
HITS: Final = {"first": "the first rule that holds decides", "all": "every rule that holds counts"}
MEANWHILE: Final = {"list": "it does not hold, and what is missing is listed", "leave_out": "it does not hold"}


def program_to_page(program: Program) -> Page:
    """The rules of a row in the order in which they are read, each with what it says, rests on and comes from."""
    return _Writer(program).page()


class _Writer:
    def __init__(self, program: Program) -> None:
        self.program = program
        self.policy = program.policy
        self.reach = Reach(program)
        self._page = Page()

    def page(self) -> Page:
        row = self.policy.rows[self.program.scenario]
        self._page.line(Piece(f"{row.title} ({row.name})", "strong"))
        self._page.line(row.description)
        self._page.line(Piece(f"{self.policy.name} {self.policy.version}, {_place(row.place)}", "quiet"))
        for table in self.program.tables.values():
            self._table(table)
        self._page.heading("Periods")
        for window in (*self.program.windows, *(r.window for r in self.program.records if r.window)):
            self._window(window)
        self._evidence()
        self._definitions()
        return self._page

    # ------------------------------------------------------------------------------------------------------- tables

    def _table(self, table: Table) -> None:
        self._page.heading(table.title)
        self._page.line(Piece(f"{table.name}: {HITS[table.hit]}", "quiet"), indent=2)
        if table.asked_if is not None:
            self._key("asked if", table.asked_if.text)
        for number, rule in enumerate(table.rules, 1):
            self._page.gap()
            self._page.line(f"{number:>2}. ", Piece(rule.id, "strong"), Piece(f"  {_place(rule.place)}", "quiet"))
            self._rule(rule)

    def _rule(self, rule: Rule) -> None:
        if rule.general is not None:
            place = self.policy.general_rules[rule.general].place
            self._key("uses", f"{rule.general}, {_place(place)}")
        never = "  (never in this row)" if self.reach.settled(rule.when) is False else ""
        self._key("when" if rule.when else "else", _text(rule.when) if rule.when else "true", never)
        for field, value in rule.says.items():
            self._key(field, _said(value))
        if rule.deadlines is not None:
            self._key("deadlines", ", ".join(rule.deadlines) or "none is shown")
        if rule.not_owed_by:
            self._key("no longer owed", f"by {', '.join(rule.not_owed_by)}")
        if rule.if_unknown in MEANWHILE:
            self._key("while unknown", MEANWHILE[rule.if_unknown])
        self._basis(rule.basis)

    # ---------------------------------------------------------------------------------------- periods and evidence

    def _window(self, window: Window) -> None:
        party = f"  {self.policy.parties[window.party].title}" if window.party else ""
        self._page.gap()
        self._page.line(Piece(window.name, "strong"), party, Piece(f"  {_place(window.place)}", "quiet"), indent=2)
        if window.meaning:
            self._page.line(window.meaning, indent=4)
        if window.asked_if is not None:
            self._key("asked if", window.asked_if.text)
        for span in window.spans:
            self._span(span, alone=len(window.spans) == 1)
        if window.latest:
            self._key("whichever", "is latest")
        if window.met_by is not None:
            self._key("met by", window.met_by.text)
        if window.paused_by is not None:
            self._key("paused by", window.paused_by)
        if window.deadline is not None:
            self._key("deadline", window.deadline)
        self._basis(window.basis)

    def _span(self, span: Span, alone: bool) -> None:
        after = f" after {span.after.text}" if span.after else ""
        if span.until is not None:
            said = f"the end of {span.until.text}"
        else:
            said = f"{span.amount}{after}" if span.amount else "never"
        condition = "" if alone else f", if {span.when.text}" if span.when else ", else"
        self._key("until" if span.until else "within", said + condition)
        self._basis(span.basis)

    def _evidence(self) -> None:
        owed = [owed for record in self.program.records for owed in record.owes]
        if owed:
            self._page.heading("Evidence owed")
        for one in owed:
            self._page.gap()
            title = self.policy.parties[one.party].title
            self._page.line(
                Piece(one.proposition, "strong"), f"  {title}", Piece(f"  {_place(one.place)}", "quiet"), indent=2
            )
            self._page.line(self.policy.propositions[one.proposition], indent=4)
            if one.when is not None:
                self._key("when", _text(one.when))
            self._basis(one.basis)

    # --------------------------------------------------------------------------------------------------- definitions

    def _definitions(self) -> None:
        found = {name: self.program.names[name] for name in self.policy.define if name in self.reach.names}
        if found:
            self._page.heading("Names")
        for name, meaning in found.items():
            if isinstance(meaning, Formula):
                self._page.gap()
                place = _place(meaning.expression.place)
                self._page.line(Piece(name, "strong"), Piece(f"  {place}", "quiet"), indent=2)
                self._key("means", _text(meaning.expression))
            elif isinstance(meaning, Choice):
                self._page.gap()
                self._page.line(Piece(name, "strong"), Piece(f"  {_place(meaning.table.place)}", "quiet"), indent=2)
                self._alternatives(meaning.table.rules)

    def _alternatives(self, rules: Iterable[Rule]) -> None:
        for rule in rules:
            never = "  (never in this row)" if self.reach.settled(rule.when) is False else ""
            condition = f"if {_text(rule.when)}" if rule.when else "else"
            says: Mapping[str, Expression] = rule.says
            self._key("is", f"{', '.join(map(_said, says.values()))}, {condition}", never)
            self._basis(rule.basis)

    # -------------------------------------------------------------------------------------------------------- pieces

    def _key(self, key: str, value: str, remark: str = "") -> None:
        self._page.item(Piece(key, "name"), value, Piece(remark, "warn"), indent=4, column=4 + COLUMN)

    def _basis(self, basis: Basis) -> None:
        if basis.clauses:
            self._page.item(
                Piece("cites", "quiet"), Piece(", ".join(basis.clauses), "quiet"), indent=4, column=4 + COLUMN
            )
        if basis.readings:
            numbers = ", ".join(map(str, basis.readings))
            self._page.item(Piece("readings", "quiet"), Piece(numbers, "quiet"), indent=4, column=4 + COLUMN)


def _said(value: Expression) -> str:
    """What a rule says for a field: a plain value, or a formula as it is written, behind `=`."""
    return value.text if isinstance(value.tree, ast.Constant) else f"={_text(value)}"


def _text(expression: Expression | None) -> str:
    return " ".join(expression.text.split()) if expression else ""


def _place(place: Place) -> str:
    return f"{Path(place.source.name).name}:{place.line}"
