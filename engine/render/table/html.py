"""The framework table as a page that stands alone: no script, nothing fetched, everything from outside escaped."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from engine.render.html_parts import Parts
from engine.render.table.html_frame import anchor, cell, framework, head
from engine.render.table.html_style import STYLE
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


def table_to_html(sheet: Sheet) -> str:
    """The whole page. Clauses and readings are marks whose titles tell what they say."""
    return _Page(sheet).page()


class _Page:
    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.parts = Parts(sheet.terms, sheet.gists, sheet.readings)

    def page(self) -> str:
        sheet = self.sheet
        return "\n".join(
            [
                "<!doctype html>",
                '<html lang="en">',
                "<head>",
                '<meta charset="utf-8">',
                '<meta name="viewport" content="width=device-width, initial-scale=1">',
                f"<title>{escape(sheet.title)}, version {escape(sheet.version)}</title>",
                f"<style>{STYLE}</style>",
                "</head>",
                "<body>",
                "<header>",
                f"<h1>{escape(sheet.title)}</h1>",
                f'<p class="facts">Version {escape(sheet.version)}, {escape(sheet.state)}. '
                f"Content <code>{escape(sheet.digest[:19])}</code></p>",
                "</header>",
                self.contents(),
                "<main>",
                framework(sheet, self.parts),
                self.section("rules", "Rules", "\n".join(self.details(row) for row in sheet.rows)),
                self.section("same", "Periods that every row shares", self.parts.lines(sheet.same)),
                self.section("sources", "What counts as proof", self.parts.lines(sheet.sources)),
                self.section("terms", "Terms", self.terms()),
                self.section("clauses", "Clauses", self.explained("clause", sheet.gists.items())),
                self.section("readings", "Readings of unclear places",
                             self.explained("reading", ((str(n), text) for n, text in sheet.readings.items()))),
                "</main>",
                "</body>",
                "</html>",
                "",
            ]
        )  # fmt: skip

    def contents(self) -> str:
        links = (f'<li><a href="#row-{escape(row.name)}">{escape(row.title)}</a></li>' for row in self.sheet.rows)
        return f'<nav aria-label="Scenarios"><ul>{"".join(links)}</ul></nav>'

    @staticmethod
    def section(name: str, title: str, content: str) -> str:
        return f'<section aria-labelledby="{name}"><h2 id="{name}">{title}</h2>{content}</section>' if content else ""

    # ------------------------------------------------------------------------------------------------------ rules

    def details(self, row: SheetRow) -> str:
        self.parts.prefix = row.clauses
        prefix = f' <span class="note">.x stands for {escape(row.clauses)}.x</span>' if row.clauses else ""
        tables = "\n".join(
            self.rules(row, rules, table) for rules, table in zip(row.rules, self.sheet.tables, strict=True)
        )
        name = f"row-{escape(row.name)}"
        text = f'<section aria-labelledby="{name}"><h3 id="{name}">{escape(row.title)}{prefix}</h3>\n{tables}</section>'
        self.parts.prefix = ""
        return text

    def rules(self, row: SheetRow, rules: Rules, table: RuleTable) -> str:
        if (only := always(rules)) is not None:
            return self.always(row, rules, only)
        labels = list(dict.fromkeys(line.label for rule in rules.rules for line in rule.says))
        heads = "".join(head(text) for text in ("Rule", "Holds", *labels, "Rests on"))
        rows = "\n".join(self.rule(row, rules, rule, labels) for rule in rules.rules)
        asked = f" {self.parts.when('only if', table.asked_if)}." if table.asked_if else ""
        caption = (
            f'<span class="label">{escape(rules.title)}</span> <span class="note">{escape(table.order)}{asked}</span>'
        )
        return (
            f'<div class="wide"><table role="table" class="rules"><caption>{caption}</caption>'
            f'<thead role="rowgroup"><tr role="row">{heads}</tr></thead>'
            f'\n<tbody role="rowgroup">{rows}</tbody></table></div>'
        )

    def always(self, row: SheetRow, rules: Rules, rule: RuleText) -> str:
        said = "; ".join(f"{escape(line.label)}: {self.parts.said(line.said, ', ')}" for line in rule.says)
        title = f'<span class="label">{escape(rules.title)}</span>'
        name = anchor(row.name, rules.name, rule.id)
        return f'<div class="always" id="{name}">{title} {said} {self.parts.marks(rule.basis)}</div>'

    def rule(self, row: SheetRow, rules: Rules, rule: RuleText, labels: Iterable[str]) -> str:
        general = used_general(rule)
        note = f'<p class="note">general rule {escape(general)}</p>' if general else ""
        remarks = "".join(f'<p class="note">{escape(remark)}</p>' for remark in rule.remarks)
        says = {line.label: self.parts.said(line.said, "<br>") for line in rule.says}
        cells = [cell("Holds", f"{self.parts.when(rule.guard, rule.when)}{remarks}")]
        cells += [cell(label, says.get(label, "")) for label in labels]
        cells.append(cell("Rests on", self.parts.marks(rule.basis)))
        start = f'<th role="rowheader" scope="row"><span class="title">{escape(rule.title)}</span>{note}</th>'
        return f'<tr role="row" id="{anchor(row.name, rules.name, rule.id)}">{start}{"".join(cells)}</tr>'

    # ------------------------------------------------------------------------------------------ explanations

    def terms(self) -> str:
        items = (
            f'<div id="term-{escape(name)}"><dt>{escape(line.label)}</dt>'
            f"<dd>{self.parts.line(Line('', line.said, line.guard, line.when, line.basis, line.lines))}</dd></div>"
            for name, line in self.sheet.terms.items()
        )
        content = "".join(items)
        return f'<dl class="defined">{content}</dl>' if content else ""

    @staticmethod
    def explained(kind: str, known: Iterable[tuple[str, str]]) -> str:
        items = "".join(
            f'<div id="{kind}-{escape(name)}"><dt>{escape(name)}</dt><dd>{escape(text)}</dd></div>'
            for name, text in known
        )
        return f'<dl class="defined sources">{items}</dl>' if items else ""
