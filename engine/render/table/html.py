"""The framework table as a page that stands alone: no script, nothing fetched, everything from outside escaped."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from engine.link.program import Basis
from engine.render.phrases import Condition, Phrase, capital
from engine.render.table.html_style import STYLE
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
    needs_list,
    short,
    used_general,
)


def table_to_html(sheet: Sheet) -> str:
    """The whole page. Clauses and readings are marks whose titles tell what they say."""
    return _Page(sheet).page()


class _Page:
    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.prefix = ""

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
                self.table(),
                self.section("rules", "Rules", "\n".join(self.details(row) for row in sheet.rows)),
                self.section("same", "Periods that every row shares", self.lines(sheet.same)),
                self.section("sources", "What counts as proof", self.lines(sheet.sources)),
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

    # -------------------------------------------------------------------------------------------------- the table

    def table(self) -> str:
        heads = [_head("Scenario", "", "narrow")]
        heads += [
            _head(column.title, column.note, "" if column.by_party else "narrow") for column in self.sheet.columns
        ]
        heads.append(_head("Rules", "; ".join(table.title for table in self.sheet.tables)))
        rows = "\n".join(self.row(row) for row in self.sheet.rows)
        return (
            '<div class="wide"><table role="table" class="framework">'
            "<caption>The framework table, one row per scenario. The rules in full stand below it.</caption>"
            f'<thead role="rowgroup"><tr role="row">{"".join(heads)}</tr></thead>'
            f'\n<tbody role="rowgroup">{rows}</tbody></table></div>'
        )

    def row(self, row: SheetRow) -> str:
        self.prefix = row.clauses
        cells = [_cell(column.title, self.lines(row.cells[column.key]) or NOTHING) for column in self.sheet.columns]
        cells.append(_cell("Rules", "".join(self.brief(row, rules) for rules in row.rules)))
        description = f"<p>{escape(row.description)}</p>" if row.description else ""
        head = f'<a class="title" href="#row-{escape(row.name)}">{escape(row.title)}</a>{description}'
        return f'<tr role="row"><th role="rowheader" scope="row">{head}</th>{"".join(cells)}</tr>'

    def brief(self, row: SheetRow, rules: Rules) -> str:
        """The rules of a row by their names, each with the first thing that it says."""
        items = "".join(
            f'<li><a href="#{_anchor(row, rules, rule)}">{escape(rule.title)}</a>: '
            f"{''.join(self.said(line.said, ', ') for line in rule.says[:1])}</li>"
            for rule in rules.rules
        )
        return f'<p class="label">{escape(rules.title)}</p><ol class="brief">{items}</ol>' if rules.own else ""

    # ------------------------------------------------------------------------------------------------------ rules

    def details(self, row: SheetRow) -> str:
        self.prefix = row.clauses
        prefix = f' <span class="note">.x stands for {escape(row.clauses)}.x</span>' if row.clauses else ""
        tables = "\n".join(
            self.rules(row, rules, table) for rules, table in zip(row.rules, self.sheet.tables, strict=True)
        )
        name = f"row-{escape(row.name)}"
        text = f'<section aria-labelledby="{name}"><h3 id="{name}">{escape(row.title)}{prefix}</h3>\n{tables}</section>'
        self.prefix = ""
        return text

    def rules(self, row: SheetRow, rules: Rules, table: RuleTable) -> str:
        if (only := always(rules)) is not None:
            return self.always(row, rules, only)
        labels = list(dict.fromkeys(line.label for rule in rules.rules for line in rule.says))
        heads = "".join(_head(text) for text in ("Rule", "Holds", *labels, "Rests on"))
        rows = "\n".join(self.rule(row, rules, rule, labels) for rule in rules.rules)
        asked = f" {self.when('only if', table.asked_if)}." if table.asked_if else ""
        caption = (
            f'<span class="label">{escape(rules.title)}</span> <span class="note">{escape(table.order)}{asked}</span>'
        )
        return (
            f'<div class="wide"><table role="table" class="rules"><caption>{caption}</caption>'
            f'<thead role="rowgroup"><tr role="row">{heads}</tr></thead>'
            f'\n<tbody role="rowgroup">{rows}</tbody></table></div>'
        )

    def always(self, row: SheetRow, rules: Rules, rule: RuleText) -> str:
        said = "; ".join(f"{escape(line.label)}: {self.said(line.said, ', ')}" for line in rule.says)
        title = f'<span class="label">{escape(rules.title)}</span>'
        return f'<div class="always" id="{_anchor(row, rules, rule)}">{title} {said} {self.marks(rule.basis)}</div>'

    def rule(self, row: SheetRow, rules: Rules, rule: RuleText, labels: Iterable[str]) -> str:
        general = used_general(rule)
        note = f'<p class="note">general rule {escape(general)}</p>' if general else ""
        remarks = "".join(f'<p class="note">{escape(remark)}</p>' for remark in rule.remarks)
        says = {line.label: self.said(line.said, "<br>") for line in rule.says}
        cells = [_cell("Holds", f"{self.when(rule.guard, rule.when)}{remarks}")]
        cells += [_cell(label, says.get(label, "")) for label in labels]
        cells.append(_cell("Rests on", self.marks(rule.basis)))
        head = f'<th role="rowheader" scope="row"><span class="title">{escape(rule.title)}</span>{note}</th>'
        return f'<tr role="row" id="{_anchor(row, rules, rule)}">{head}{"".join(cells)}</tr>'

    # ------------------------------------------------------------------------------------------------------ lines

    def lines(self, lines: Iterable[Line], kind: str = "lines") -> str:
        lines = tuple(lines)
        choice = is_choice(lines)
        items = "".join(f"<li>{self.line(line, choice)}</li>" for line in lines)
        return f'<ul class="{kind}">{items}</ul>' if items else ""

    def line(self, line: Line, choice: bool = False) -> str:
        """A line with what stands below it. In a choice the condition comes first."""
        label = f'<span class="label">{escape(line.label)}</span>' if line.label else ""
        said = self.said(line.said, ", ")
        text = f"{label}: {said}" if label and said else label or (said if choice else capital(said))
        when = f"<div>{self.when(line.guard, line.when)}</div>" if line.guard else ""
        note = f'<p class="note">{escape(line.note)}</p>' if line.note else ""
        if choice and is_plain(line.when):
            parts: tuple[str, ...] = (f"{self.when(line.guard, line.when)}: {text}",)
        else:
            parts = (when, f"then: {text}") if choice else (text, note, when)
        return f"{' '.join(parts)}{self.marks(line.basis)}{self.lines(line.lines, 'alternatives')}"

    def said(self, said: Iterable[Phrase], joint: str) -> str:
        return joint.join(self.phrase(phrase, str(phrase)) for phrase in said)

    def when(self, guard: str, when: Condition | None) -> str:
        lead = f'<span class="lead">{capital(guard)}</span>' if guard else ""
        return f"{lead} {self.condition(when)}" if when is not None else lead

    def condition(self, when: Condition) -> str:
        if isinstance(when, Phrase):
            return self.phrase(when, str(when))
        if not needs_list(when):
            joint = f" <strong>{when.word}</strong> "
            return joint.join(self.phrase(p, p.among_others) for p in when.parts if isinstance(p, Phrase))
        parts = "".join(f"<li>{self.condition(part)}</li>" for part in when.parts)
        return f'{TOGETHER[when.word]}<ul class="parts">{parts}</ul>'

    def phrase(self, phrase: Phrase, text: str) -> str:
        if phrase.term is None or phrase.term not in self.sheet.terms:
            return escape(text)
        return f'<a class="term" href="#term-{escape(phrase.term)}">{escape(text)}</a>'

    # ------------------------------------------------------------------------------------------ marks and sections

    def marks(self, basis: Basis) -> str:
        gists, answers = self.sheet.gists, self.sheet.readings
        parts = [self.mark("clause", id_, short(id_, self.prefix), gists.get(id_, "")) for id_ in basis.clauses]
        if basis.readings:
            numbers = (self.mark("reading", str(n), str(n), answers.get(n, "")) for n in basis.readings)
            parts.append(f"<span>reading{'s'[: len(basis.readings) - 1]} {', '.join(numbers)}</span>")
        return f'<div class="marks">{" ".join(parts)}</div>' if parts else ""

    @staticmethod
    def mark(kind: str, name: str, text: str, gist: str) -> str:
        breakable = escape(text).replace(".", "<wbr>.").replace("_", "_<wbr>")
        return f'<a href="#{kind}-{escape(name)}" title="{escape(gist)}">{breakable}</a>'

    def terms(self) -> str:
        items = (
            f'<div id="term-{escape(name)}"><dt>{escape(line.label)}</dt>'
            f"<dd>{self.line(Line('', line.said, line.guard, line.when, line.basis, line.lines))}</dd></div>"
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


def _head(title: str, note: str = "", kind: str = "") -> str:
    more = f'<p class="note">{escape(note)}</p>' if note else ""
    named = f' class="{kind}"' if kind else ""
    return f'<th role="columnheader" scope="col"{named}>{escape(title)}{more}</th>'


def _cell(title: str, content: str) -> str:
    """A cell. On a narrow screen it says its column's title itself."""
    return f'<td role="cell"><p class="cell-title" aria-hidden="true">{escape(title)}</p><div>{content}</div></td>'


def _anchor(row: SheetRow, rules: Rules, rule: RuleText) -> str:
    return escape(f"rule-{row.name}-{rules.name}-{rule.id}")
