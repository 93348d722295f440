"""The framework table as an HTML table, which becomes one card per row where a screen is narrow."""

from __future__ import annotations

from html import escape

from engine.render.html_parts import Parts
from engine.render.table.sheet import NOTHING, Rules, RuleText, Sheet, SheetRow

CAPTION = "The framework table, one row per scenario. The rules in full stand below it."


def framework(sheet: Sheet, parts: Parts) -> str:
    """The table. Its rows link to the anchors `row-NAME` and to those of their rules."""
    heads = [head("Scenario", "", "narrow")]
    heads += [head(column.title, column.note, "" if column.by_party else "narrow") for column in sheet.columns]
    heads.append(head("Rules", "; ".join(table.title for table in sheet.tables)))
    rows = "\n".join(_row(sheet, row, parts) for row in sheet.rows)
    return (
        f'<div class="wide"><table role="table" class="framework"><caption>{CAPTION}</caption>'
        f'<thead role="rowgroup"><tr role="row">{"".join(heads)}</tr></thead>'
        f'\n<tbody role="rowgroup">{rows}</tbody></table></div>'
    )


def head(title: str, note: str = "", kind: str = "") -> str:
    """The head of a column."""
    more = f'<p class="note">{escape(note)}</p>' if note else ""
    named = f' class="{kind}"' if kind else ""
    return f'<th role="columnheader" scope="col"{named}>{escape(title)}{more}</th>'


def cell(title: str, content: str) -> str:
    """A cell. On a narrow screen it says its column's title itself."""
    return f'<td role="cell"><p class="cell-title" aria-hidden="true">{escape(title)}</p><div>{content}</div></td>'


def anchor(row: str, table: str, rule: str) -> str:
    """The id of a rule of a row on a page."""
    return escape(f"rule-{row}-{table}-{rule}")


def _row(sheet: Sheet, row: SheetRow, parts: Parts) -> str:
    parts.prefix = row.clauses
    cells = [cell(column.title, parts.lines(row.cells[column.key]) or NOTHING) for column in sheet.columns]
    cells.append(cell("Rules", "".join(_brief(row, rules, parts) for rules in row.rules)))
    parts.prefix = ""
    description = f"<p>{escape(row.description)}</p>" if row.description else ""
    title = f'<a class="title" href="#row-{escape(row.name)}">{escape(row.title)}</a>{description}'
    return f'<tr role="row"><th role="rowheader" scope="row">{title}</th>{"".join(cells)}</tr>'


def _brief(row: SheetRow, rules: Rules, parts: Parts) -> str:
    """The rules of a row by their names, each with the first thing that it says."""
    items = "".join(
        f'<li><a href="#{anchor(row.name, rules.name, rule.id)}">{escape(rule.title)}</a>: {_first(rule, parts)}</li>'
        for rule in rules.rules
    )
    return f'<p class="label">{escape(rules.title)}</p><ol class="brief">{items}</ol>' if rules.own else ""


def _first(rule: RuleText, parts: Parts) -> str:
    return "".join(parts.said(line.said, ", ") for line in rule.says[:1])
