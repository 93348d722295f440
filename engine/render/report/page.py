"""The page of one case, or of several behind a list: no script, nothing fetched, everything from outside escaped."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Final

from engine.render.html_parts import breakable
from engine.render.reader.html_style import STYLE
from engine.render.report.case import CaseReport, case_to_html, identity
from engine.render.report.style import REPORT_STYLE

REMARK: Final = "This page says what the policy indicates on the facts and findings given. It is not a judgment."


def report_to_html(cases: Sequence[CaseReport], problems: Sequence[tuple[str, str]] = ()) -> str:
    """The whole page; `problems` are the cases that cannot be decided, with what is wrong."""
    several = len(cases) + len(problems) > 1
    title = cases[0].title if not several and cases else f"{len(cases) + len(problems)} cases"
    prefixes = [f"case-{number}-" if several else "" for number in range(1, len(cases) + 1)]
    listed = _list(cases, prefixes, problems) if several or problems else ""
    articles = [_article(case, prefix) for case, prefix in zip(cases, prefixes, strict=True)]
    return "\n".join(
        [
            "<!doctype html>",
            '<html lang="en">',
            "<head>",
            '<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="color-scheme" content="light dark">',
            f"<title>{escape(title)}</title>",
            f"<style>{STYLE}{REPORT_STYLE}</style>",
            "</head>",
            "<body>",
            '<a class="skip" href="#content">Skip to the content</a>',
            listed,
            '<main id="content" tabindex="-1">',
            *articles,
            "</main>",
            f"<footer><p>{escape(REMARK)}</p></footer>",
            "</body>",
            "</html>",
            "",
        ]
    )


def _article(case: CaseReport, prefix: str) -> str:
    name = f' id="{prefix}top"' if prefix else ""
    decided = f'<p class="note identity">{breakable(identity(case))}</p>'
    return f"<article{name}>{case_to_html(case, prefix)}{decided}</article>"


def _list(cases: Sequence[CaseReport], prefixes: Sequence[str], problems: Sequence[tuple[str, str]]) -> str:
    items = [
        f'<li><a href="#{prefix}top">{escape(case.title)}</a> <span class="note">{escape(case.row)}, '
        f"{escape(case.name)}</span>: <strong>{escape(case.standing[0])}</strong></li>"
        for case, prefix in zip(cases, prefixes, strict=True)
    ]
    items += [f'<li class="wrong">{escape(name)}: {escape(said)}</li>' for name, said in problems]
    return f'<nav class="cases" aria-label="Cases"><p class="nav-title">Cases</p><ol>{"".join(items)}</ol></nav>'
