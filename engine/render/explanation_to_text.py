"""How a decision came about, for people: what decided first and in full, then everything else that was consulted."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from engine.explanation.model import (
    Explanation,
    OwedTrace,
    PartTrace,
    RecordTrace,
    RowTrace,
    Seen,
    TableTrace,
    WindowTrace,
)
from engine.policy.model import Policy
from engine.render.explanation_words import OWING, became, on_the_path, part_of, proof_of, wanted
from engine.render.page import Page, Piece, Style
from engine.render.trace_to_text import ORIGINS, STATES, value_text
from engine.source import Place

COLUMN: Final = 32
SHORT: Final = 2  # a name made of more terms than that stands alone: its terms are told under the names


def explanation_to_page(explanation: Explanation, policy: Policy) -> Page:
    """The explanation as a page: under each row, what decided, then tables, periods, parties and names."""
    page = Page()
    several = len(explanation.rows) > 1
    for row in explanation.rows:
        page.heading("How it came about" + (f", if it is: {row.title}" if several else ""))
        if explanation.governed_by:
            page.line(f"version {explanation.version}: {explanation.governed_by}", indent=2, hang=4)
        _Row(page, row, policy, explanation.zone).write()
    return page


class _Row:
    def __init__(self, page: Page, row: RowTrace, policy: Policy, zone: ZoneInfo | None) -> None:
        self.page = page
        self.row = row
        self.policy = policy
        self.zone = zone
        self.known: set[str] = set()

    def write(self) -> None:
        self.page.gap()
        tables = sorted(self.row.tables, key=lambda table: table.name != self.row.standing)
        for table in tables:
            if on_the_path(self.row, table):
                self.deciding(table)
        self.page.heading("What else was looked at")
        for table in self.row.tables:
            if not (on_the_path(self.row, table) and table.hit == "first"):
                self.table(table)
        if self.row.unread:
            names = ", ".join(self.row.unread)
            self.page.line(Piece(f"not consulted: {names}", "quiet"), indent=2, hang=4)
        self.page.heading("Periods")
        for window in self.row.windows:
            self.window(window)
        self.page.heading("What was received, and what is owed")
        for record in self.row.records:
            self.record(record)
        if self.row.names:
            self.page.heading("Names")
        self.tree(self.row.names, 2)

    # ------------------------------------------------------------------------------------------------ what decided

    def deciding(self, table: TableTrace) -> None:
        """A table on the path that decided, down to the facts: the rules before the one that decides stay short."""
        self.page.line(Piece(table.name if table.choice else table.title, "strong"), indent=2, hang=4)
        if table.guard:
            self.page.line("asked, for ", *self.terms(table.guard), indent=4, hang=6)
        for rule in table.rules:
            if rule.tells or rule.state == "open":
                self.full(table, rule)
            elif table.hit == "first" and rule.state != "unreached":
                self.rule(rule)
        later = [rule.rule for rule in table.rules if rule.state == "unreached"]
        if later:
            self.page.line(Piece(f"never reached: {', '.join(later)}", "quiet"), indent=4, hang=6)

    def full(self, table: TableTrace, rule: PartTrace) -> None:
        state, style = self.state(rule)
        self.page.line(Piece(rule.rule, "name"), " ", Piece(state, style), self.at(rule.place), indent=4, hang=8)
        if rule.says:
            says = "; ".join(_saying(name, value_text(value, self.zone)) for name, value in rule.says)
            self.page.line("says ", Piece(says, "strong"), indent=6, hang=8)
        if rule.waits_for:
            self.page.line(Piece(f"for want of {', '.join(wanted(rule.waits_for))}", "warn"), indent=6, hang=8)
        if not rule.when and not rule.by and table.hit == "first" and len(table.rules) > 1:
            self.page.line("because no rule before it holds", indent=6)
        self.tree(rule.why, 6)

    def tree(self, found: Iterable[Seen], indent: int) -> None:
        for seen in found:
            again = bool(seen.below) and seen.text in self.known
            self.known.add(seen.text)
            remark = Piece("  as above", "quiet") if again else self.origin(seen)
            value = Piece(value_text(seen.value, self.zone), "strong")
            self.page.line(f"{seen.text}: ", value, remark, indent=indent, hang=indent + 4)
            if not again:
                self.tree(seen.below, indent + 2)

    # ---------------------------------------------------------------------------------------------------- tables

    def table(self, table: TableTrace) -> None:
        how = "the first that holds decides" if table.hit == "first" else "all that hold count"
        head = (Piece(table.name, "strong"), Piece(f"  {'' if table.choice else table.title + '; '}{how}", "quiet"))
        self.page.line(*head, indent=2, hang=4)
        if table.state != "asked":
            state = "not asked" if table.state == "unasked" else "whether it is asked is open"
            self.page.line(f"{state}: ", *self.terms(table.guard), indent=4, hang=6)
        shown = [rule for rule in table.rules if not rule.tells]
        for (state, by), rules in groupby(shown, lambda rule: (rule.state, rule.by)):
            some = list(rules)
            if state == "unreached":
                names = ", ".join(rule.rule for rule in some)
                self.page.line(f"{names}: never reached, because {by} comes before", indent=4, hang=6)
                continue
            for rule in some:
                self.rule(rule)

    def rule(self, rule: PartTrace) -> None:
        said, style = self.state(rule)
        why = [": ", *self.terms(rule.why)] if rule.why else []
        waits = f"  for want of {', '.join(wanted(rule.waits_for))}" if rule.waits_for else ""
        self.page.line(rule.rule, " ", Piece(said, style), *why, Piece(waits, "warn"), indent=4, hang=6)

    @staticmethod
    def state(rule: PartTrace) -> tuple[str, Style]:
        said, style = STATES[rule.state]
        if rule.state == "open" and rule.by:
            said = f"holds, but {rule.by} before it is open"
        elif rule.tells and rule.by:
            said = f"holds; {rule.by} before it is open, and says the same"
        return said.format(rule.by), "quiet" if rule.state == "failed" else style

    def terms(self, found: Iterable[Seen]) -> list[Piece | str]:
        pieces: list[Piece | str] = []
        for number, seen in enumerate(found):
            pieces += [*(["; "] if number else []), *self.short(seen)]
        return pieces

    def short(self, seen: Seen) -> list[Piece | str]:
        """A term on one line: what it came to, and for which facts."""
        value = Piece(value_text(seen.value, self.zone), "strong")
        pieces: list[Piece | str] = [f"{seen.text}: ", value, self.origin(seen)]
        if seen.kind == "term":
            for number, read in enumerate(seen.below):
                lead = " (" if number == 0 else ", "
                pieces += [lead, f"{read.text} is {value_text(read.value, self.zone)}", self.origin(read)]
            pieces += [")"] if seen.below else []
        elif seen.kind == "name" and 0 < len(seen.below) <= SHORT:
            pieces += [", for ", *self.terms(seen.below)]
        return pieces

    # ---------------------------------------------------------------------------------------- periods and parties

    def window(self, window: WindowTrace) -> None:
        said, style = STATES[window.trace.state]
        pieces: list[Piece | str] = [Piece(said, style)]
        if window.trace.state in ("unasked", "open"):
            why = (seen for seen in window.trace.why if seen.text not in (f"{window.name}.ends", window.met_by))
            pieces += [": ", *self.terms(why)]
        else:
            after = f" after {window.after}" if window.after else ""
            pieces = [f"{window.within}{after}: ", *self.span(window), *self.became(window)]
        self.page.item(Piece(window.name, "strong"), *pieces, column=COLUMN)

    def span(self, window: WindowTrace) -> Iterable[Piece | str]:
        starts, ends = value_text(window.starts, self.zone), value_text(window.ends, self.zone)
        if window.trace.state == "unstarted":
            return [Piece("has not started", "quiet")]
        return [starts, " to ", Piece("no end" if window.ends is None else ends, "strong")]

    def became(self, window: WindowTrace) -> Iterable[Piece | str]:
        word = became(window)
        by = f" by {window.met_by}" if word == "met" and window.met_by else ""
        at = f" on {value_text(window.met_at, self.zone)}" if by and window.met_at else ""
        return [", ", Piece(f"{word}{by}{at}", "bad" if word == "missed" else "good")] if word else []

    def record(self, record: RecordTrace) -> None:
        title = self.policy.parties[record.party].title
        until = f", until {value_text(record.ends, self.zone)}" if record.ends and record.involved is not False else ""
        self.page.item(Piece(title, "strong"), part_of(record) + until, column=COLUMN)
        for owed in record.owes:
            self.owed(owed)

    def owed(self, owed: OwedTrace) -> None:
        by = f" by {', '.join(owed.proven_by)}" if owed.proven_by else ""
        said = proof_of(owed.proven) + by
        why = [" (", *self.terms(owed.why), ")"] if owed.why else []
        text = self.policy.propositions[owed.proposition]
        self.page.line(f"{owed.proposition}: {OWING[owed.state]}", *why, f", {said}", Piece(f"  {text}", "quiet"),
                       indent=4, hang=8)  # fmt: skip

    # ------------------------------------------------------------------------------------------------------ places

    def origin(self, seen: Seen) -> Piece:
        """Where a fact comes from: its place in the case, or why it has none."""
        if seen.given is not None:
            later = f", {ORIGINS['later']}" if seen.origin == "later" else ""
            return Piece(f"  [{where(seen.given)}{later}]", "quiet")
        return Piece(f"  [{ORIGINS[seen.origin]}]" if ORIGINS[seen.origin] else "", "quiet")

    @staticmethod
    def at(place: Place) -> Piece:
        return Piece(f"  {Path(place.source.name).name}:{place.line}", "quiet")


def _saying(name: str, value: str) -> str:
    return f"{name}: {value}" if name else value


def where(place: Place) -> str:
    """A place in a case file, short."""
    return f"{Path(place.source.name).name}:{place.line}:{place.column}"
