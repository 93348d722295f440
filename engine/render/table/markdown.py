"""The framework table in Markdown: a table of periods and evidence, and below it the rules of every row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.link.program import Basis
from engine.render.markdown_text import escaped
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


def table_to_markdown(sheet: Sheet) -> str:
    """The table as a Markdown document."""
    return "\n".join(_Writing(sheet).lines()) + "\n"


class _Writing:
    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.prefix = ""

    def lines(self) -> Iterator[str]:
        sheet = self.sheet
        yield f"# {escaped(sheet.title)}"
        yield ""
        yield f"Version {escaped(sheet.version)}, {sheet.state}."
        yield "Where a clause begins with a dot, it is the row's own."
        yield ""
        yield from self.table()
        yield ""
        yield "## Rules"
        yield ""
        yield from (f"- {self.order(table)}" for table in sheet.tables)
        for row in sheet.rows:
            yield from self.row(row)
        yield from self.section("Periods that every row shares", sheet.same)
        yield from self.section("What counts as proof", sheet.sources)
        yield from self.section("Terms", sheet.terms.values())

    def section(self, title: str, lines: Iterable[Line]) -> Iterator[str]:
        items = [item for line in lines for item in self.item(line, 0)]
        if items:
            yield from ("", f"## {title}", "", *items)

    # -------------------------------------------------------------------------------------------------- the table

    def table(self) -> Iterator[str]:
        yield f"| Scenario | {' | '.join(escaped(column.title) for column in self.sheet.columns)} |"
        yield "| --- |" + " --- |" * len(self.sheet.columns)
        for row in self.sheet.rows:
            self.prefix = row.clauses
            head = f"**{escaped(row.title)}**" + (f"<br>{escaped(row.description)}" if row.description else "")
            cells = ("<br>".join(self.cell(row.cells[column.key])) or NOTHING for column in self.sheet.columns)
            yield f"| {head} | {' | '.join(cells)} |"
        self.prefix = ""

    def cell(self, lines: Iterable[Line], bullet: str = "") -> Iterator[str]:
        for line in lines:
            main = self.main(line)
            if line.guard:
                main += f", *{line.guard}*" + (f" {escaped(str(line.when))}" if line.when else "")
            yield f"{bullet}{main} {self.marks(line.basis)}".rstrip()
            yield from self.cell(line.lines, "- ")

    def main(self, line: Line) -> str:
        said = self.said(line.said)
        label = f"**{escaped(line.label)}**" if line.label else ""
        return f"{label}: {said}" if label and said else label or capital(said)

    # ------------------------------------------------------------------------------------------------------ rules

    def order(self, table: RuleTable) -> str:
        asked = f" *Only if* {escaped(str(table.asked_if))}." if table.asked_if is not None else ""
        return f"**{escaped(table.title)}**: {escaped(table.order)}{asked}"

    def row(self, row: SheetRow) -> Iterator[str]:
        self.prefix = row.clauses
        yield from ("", f"### {escaped(row.title)}")
        for rules in row.rules:
            yield from ("", f"**{escaped(rules.title)}**", "")
            yield from self.rules(rules)
        self.prefix = ""

    def rules(self, rules: Rules) -> Iterator[str]:
        if (only := always(rules)) is not None:
            yield f"- {self.says(only)} {self.marks(only.basis)}".rstrip()
            return
        for number, rule in enumerate(rules.rules, 1):
            general = f" (general rule {escaped(used_general(rule))})" if used_general(rule) else ""
            yield f"{number}. **{escaped(rule.title)}**{general}"
            yield from self.when(rule.guard, rule.when, 3)
            yield f"   - {self.says(rule)}"
            yield from (f"   - {escaped(remark)}" for remark in rule.remarks)
            if rests := self.marks(rule.basis):
                yield f"   - {rests}"

    def says(self, rule: RuleText) -> str:
        return "; ".join(f"{escaped(line.label)}: {self.said(line.said)}" for line in rule.says)

    # ------------------------------------------------------------------------------------------------------ lines

    def item(self, line: Line, depth: int, choice: bool = False) -> Iterator[str]:
        main, rests = self.main(line), self.marks(line.basis)
        if choice and is_plain(line.when):
            main = f"{_lead(line.guard, line.when)}: {self.said(line.said)}"
        yield f"{' ' * depth}- {main} {rests}".rstrip()
        if line.note:
            yield f"{' ' * depth}  - {escaped(line.note)}"
        if line.guard and not (choice and is_plain(line.when)):
            yield from self.when(line.guard, line.when, depth + 2)
        for part in line.lines:
            yield from self.item(part, depth + 2, is_choice(line.lines))

    def when(self, guard: str, when: Condition | None, depth: int) -> Iterator[str]:
        if isinstance(when, Joined) and needs_list(when):
            yield f"{' ' * depth}- *{capital(guard)}* {TOGETHER[when.word]}"
            yield from self.parts(when, depth + 2)
        else:
            yield f"{' ' * depth}- {_lead(guard, when)}"

    def parts(self, when: Joined, depth: int) -> Iterator[str]:
        for part in when.parts:
            if isinstance(part, Joined):
                yield f"{' ' * depth}- {TOGETHER[part.word]}"
                yield from self.parts(part, depth + 2)
            else:
                yield f"{' ' * depth}- {escaped(str(part))}"

    @staticmethod
    def said(said: Iterable[Phrase]) -> str:
        return ", ".join(f"*{escaped(str(phrase))}*" if phrase.term else escaped(str(phrase)) for phrase in said)

    def marks(self, basis: Basis) -> str:
        plain = marks(basis, self.prefix)
        return f"({escaped(plain)})" if plain else ""


def _lead(guard: str, when: Condition | None) -> str:
    return f"*{capital(guard)}*" + (f" {escaped(str(when))}" if when else "")
