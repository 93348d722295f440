"""The framework table in a terminal: a table where there is room, and one block per row where there is not."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from typing import Final

from rich.box import HORIZONTALS
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

from engine.link.program import Basis
from engine.render.page import Page, Piece, Style
from engine.render.phrases import Condition, Joined, Phrase, capital
from engine.render.table.sheet import (
    NOTHING,
    TOGETHER,
    Line,
    Rules,
    RuleTable,
    RuleText,
    Sheet,
    SheetRow,
    always,
    is_choice,
    is_plain,
    marks,
    needs_list,
    used_general,
)

TABLE_FROM: Final = 100  # columns from which the periods and the evidence stand in a table
RULES_FROM: Final = 150  # and the rules too
WIDEST: Final = 240
LABELS: Final = 20  # the width of the labels in a block


def table_to_page(sheet: Sheet, width: int) -> Page:
    """The table for a terminal of this width."""
    console = Console(file=io.StringIO(), width=width, highlight=False, markup=False, emoji=False)
    page = Page()
    for part in _Drawing(sheet, width).parts():
        for row in console.render_lines(part, pad=False):
            page.fixed(*(Piece(segment.text, _style(segment)) for segment in row))
    return page


def _style(segment: Segment) -> Style:
    look = segment.style
    if look is None:
        return ""
    return "quiet" if look.dim else "strong" if look.bold else "name" if look.color is not None else ""


class _Drawing:
    def __init__(self, sheet: Sheet, width: int) -> None:
        self.sheet = sheet
        self.width = width
        self.prefix = ""

    def parts(self) -> Iterator[RenderableType]:
        sheet = self.sheet
        yield Text(f"{sheet.title}", style="bold")
        yield Text(f"version {sheet.version}, {sheet.state}", style="dim")
        yield Text("Clauses: “.x” is a row's own clause x.", style="dim")
        yield from (self.order(table) for table in sheet.tables)
        if self.width >= TABLE_FROM:
            yield Text()
            yield self.table()
        for row in sheet.rows:
            yield from self.row(row)
        yield from self.section("Periods that every row shares", sheet.same)
        yield from self.section("What counts as proof", sheet.sources)
        yield from self.section("Terms", sheet.terms.values())

    def section(self, title: str, lines: Iterable[Line]) -> Iterator[RenderableType]:
        lines = list(lines)
        if lines:
            yield Text(f"\n{title}", style="bold underline")
            yield from (Padding(self.line(line), (0, 0, 0, 2)) for line in lines)

    # ------------------------------------------------------------------------------------------ periods, evidence

    def table(self) -> Table:
        table = Table(box=HORIZONTALS, show_lines=True, expand=True, header_style="bold", pad_edge=False)
        table.add_column("Scenario", ratio=3, overflow="fold")
        for column in self.sheet.columns:
            table.add_column(column.title, ratio=6 if column.by_party else 4, overflow="fold")
        for row in self.sheet.rows:
            self.prefix = row.clauses
            head = Group(Text(row.title, style="bold"), Text(row.description))
            table.add_row(head, *(self.lines(row.cells[column.key]) for column in self.sheet.columns))
        self.prefix = ""
        return table

    def row(self, row: SheetRow) -> Iterator[RenderableType]:
        self.prefix = row.clauses
        yield Text(f"\n{row.title}", style="bold underline")
        if self.width < TABLE_FROM:
            if row.description:
                yield Text(row.description)
            grid = Table.grid(padding=(0, 1))
            grid.add_column(width=LABELS, overflow="fold")
            grid.add_column(overflow="fold")
            for column in self.sheet.columns:
                grid.add_row(Text(column.title, style="bold"), self.lines(row.cells[column.key]))
            yield grid
        yield from (self.rules(rules) for rules in row.rules)
        self.prefix = ""

    # ------------------------------------------------------------------------------------------------------ rules

    @staticmethod
    def order(table: RuleTable) -> Text:
        asked = f" Only if {table.asked_if}." if table.asked_if is not None else ""
        return Text(f"{table.title}: {table.order}{asked}", style="dim")

    def rules(self, rules: Rules) -> RenderableType:
        title = Text(rules.title, style="bold")
        if (only := always(rules)) is not None:
            return Group(title, Padding(Group(self.says(only), *self.marks(only.basis)), (0, 0, 0, 2)))
        return Group(title, self.rule_table(rules) if self.width >= RULES_FROM else self.rule_blocks(rules))

    def rule_table(self, rules: Rules) -> Table:
        labels = list(dict.fromkeys(line.label for rule in rules.rules for line in rule.says))
        table = Table(box=HORIZONTALS, show_lines=True, expand=True, header_style="bold", pad_edge=False)
        for title, ratio in (("Rule", 4), ("Holds", 9), *((label, 3) for label in labels), ("Rests on", 6)):
            table.add_column(title, ratio=ratio, overflow="fold")
        for number, rule in enumerate(rules.rules, 1):
            says = {line.label: self.said(line.said, "; ") for line in rule.says}
            cells = (says.get(label, Text()) for label in labels)
            holds = Group(self.when(rule.guard, rule.when), *self.remarks(rule))
            table.add_row(self.name(number, rule), holds, *cells, Group(*self.marks(rule.basis)))
        return table

    def rule_blocks(self, rules: Rules) -> Group:
        blocks: list[RenderableType] = []
        for number, rule in enumerate(rules.rules, 1):
            when = self.when(rule.guard, rule.when)
            inside = Group(when, self.says(rule), *self.remarks(rule), *self.marks(rule.basis))
            blocks += [Padding(self.name(number, rule), (0, 0, 0, 2)), Padding(inside, (0, 0, 0, 5))]
        return Group(*blocks)

    @staticmethod
    def name(number: int, rule: RuleText) -> Text:
        text = Text(f"{number}. {rule.title}", style="bold")
        if general := used_general(rule):
            text.append(f" (general rule {general})", style="not bold dim")
        return text

    def says(self, rule: RuleText) -> Text:
        parts = [Text.assemble((f"{line.label}: ", "bold"), self.said(line.said, ", ")) for line in rule.says]
        return Text("; ").join(parts)

    @staticmethod
    def remarks(rule: RuleText) -> Iterator[Text]:
        return (Text(remark, style="dim") for remark in rule.remarks)

    # ------------------------------------------------------------------------------------------------------ lines

    def lines(self, lines: Iterable[Line]) -> Group:
        lines = list(lines)
        choice = is_choice(lines)
        return Group(*(self.line(line, choice) for line in lines)) if lines else Group(Text(NOTHING))

    def line(self, line: Line, choice: bool = False) -> Group:
        """A line with what stands below it. In a choice the condition comes first."""
        said = self.said(line.said, ", ")
        text = Text.assemble((line.label, "bold"), ": " if line.label and said else "", said)
        if not line.label:
            text = Text(capital(text.plain[:1])).append_text(text[1:]) if text else text
        parts: list[RenderableType] = [text] if text else []
        if line.note:
            parts.append(Text(line.note, style="dim"))
        if choice and is_plain(line.when):
            parts = [Text.assemble(self.lead(line.guard), f" {line.when}" if line.when else "", ": ", said)]
        elif choice:
            parts = [self.when(line.guard, line.when), Text.assemble("then: ", said)]
        elif line.guard:
            parts.append(self.when(line.guard, line.when))
        parts += self.marks(line.basis)
        if line.lines:
            parts.append(Padding(self.lines(line.lines), (0, 0, 0, 2)))
        return Group(*parts)

    @staticmethod
    def said(said: Iterable[Phrase], joint: str) -> Text:
        return Text(joint).join(Text(str(phrase), style="italic" if phrase.term else "") for phrase in said)

    def when(self, guard: str, when: Condition | None) -> RenderableType:
        if when is None:
            return self.lead(guard)
        if not isinstance(when, Joined) or not needs_list(when):
            return Text.assemble(self.lead(guard), " ", str(when))
        first = Text.assemble(self.lead(guard), " ", TOGETHER[when.word])
        return Group(first, *self.parts_of(when))

    def parts_of(self, when: Joined) -> Iterator[RenderableType]:
        for part in when.parts:
            grid = Table.grid(padding=(0, 1))
            grid.add_column(width=1)
            grid.add_column(overflow="fold")
            if isinstance(part, Joined):
                grid.add_row("-", Group(Text(TOGETHER[part.word]), *self.parts_of(part)))
            else:
                grid.add_row("-", Text(str(part)))
            yield Padding(grid, (0, 0, 0, 2))

    @staticmethod
    def lead(guard: str) -> Text:
        return Text(capital(guard), style="cyan")

    def marks(self, basis: Basis) -> list[Text]:
        text = marks(basis, self.prefix)
        return [Text(f"[{text}]", style="dim")] if text else []
