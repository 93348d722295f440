"""The framework table in Markdown: a table of periods and evidence, and below it the rules of every row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.render.markdown_parts import MarkdownParts
from engine.render.markdown_text import escaped
from engine.render.table.sheet import (
    Line,
    Rules,
    RuleTable,
    RuleText,
    Sheet,
    SheetRow,
    always,
    used_general,
)


def table_to_markdown(sheet: Sheet) -> str:
    """The table as a Markdown document."""
    return "\n".join(_Writing(sheet).lines()) + "\n"


class _Writing(MarkdownParts):
    def __init__(self, sheet: Sheet) -> None:
        super().__init__()
        self.sheet = sheet

    def lines(self) -> Iterator[str]:
        sheet = self.sheet
        yield f"# {escaped(sheet.title)}"
        yield ""
        yield f"Version {escaped(sheet.version)}, {sheet.state}."
        yield "Where a clause begins with a dot, it is the row's own."
        yield ""
        yield from self.framework(sheet)
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

    # ------------------------------------------------------------------------------------------------------ rules

    def order(self, table: RuleTable) -> str:
        asked = f" {self.lead('only if', table.asked_if)}." if table.asked_if is not None else ""
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
