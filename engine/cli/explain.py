"""`explain`: what a diagnostic means, what to avoid and what to write instead."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from engine.cli import exits
from engine.cli.forms import form_option
from engine.cli.output import opened

if TYPE_CHECKING:
    from engine.render.diagnostic_pages import DiagnosticPage


def complete_code(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    try:
        from engine.render.diagnostic_pages import diagnostic_pages

        return [code for code in diagnostic_pages() if code.startswith(incomplete)]
    except Exception:  # the shell must never see a traceback in the middle of a line
        return []


@click.command(short_help="Explain what a diagnostic means, and what to write instead.")
@click.argument("codes", nargs=-1, metavar="[CODE]...", shell_complete=complete_code)
@form_option("text", "markdown")
def command(codes: tuple[str, ...], form: str) -> int:
    """Explain what a diagnostic means: what leads to it, what to avoid, what to write instead, and why.

    CODE is what stands in brackets behind `error` or `warning`, such as link/never-reached. Without CODE, every code is
    listed with what it means.

    \b
    Examples:
      aftersale explain link/never-reached
      aftersale explain
    """
    from engine.render.diagnostic_pages import diagnostic_pages, explanation_to_page, explanations_to_page

    pages = diagnostic_pages()
    chosen = [_named(code, pages) for code in codes]
    with opened(None) as out:
        if form == "markdown":
            out.data("\n".join(page.markdown for page in chosen) if chosen else _index(pages))
        elif not chosen:
            out.page(explanations_to_page(pages))
        for number, page in enumerate(chosen if form == "text" else ()):
            out.data("\n" if number else "")
            out.page(explanation_to_page(page))
    return exits.OK


def _named(code: str, pages: dict[str, DiagnosticPage]) -> DiagnosticPage:
    """The page of a code, which may be written without its family where that leaves no doubt."""
    from engine.diagnostics import did_you_mean, quoted

    if code in pages:
        return pages[code]
    found = [page for page in pages.values() if page.code.partition("/")[2] == code]
    if len(found) == 1:
        return found[0]
    near = "it is one of " + ", ".join(page.code for page in found) if found else did_you_mean(code, pages)
    raise click.UsageError(f"no diagnostic has the code {quoted(code)}; {near or '`aftersale explain` lists them all'}")


def _index(pages: dict[str, DiagnosticPage]) -> str:
    rows = "".join(f"| `{page.code}` | {page.summary} |\n" for page in pages.values())
    return f"| Code | Meaning |\n| --- | --- |\n{rows}"
