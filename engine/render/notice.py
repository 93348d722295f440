"""A letter as text, Markdown or HTML. The same blocks in every form, with everything from outside escaped."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from itertools import groupby
from typing import Final

from engine.notices import Block, Letter
from engine.render.markdown_text import escaped
from engine.render.page import Page, Piece

SUFFIXES: Final = {"text": "txt", "markdown": "md", "html": "html"}
STYLE: Final = """
:root { color-scheme: light dark; }
body { font: 17px/1.55 system-ui, sans-serif; max-width: 40em; margin: 2.5em auto; padding: 0 1.2em; }
h1 { font-size: 1.5em; line-height: 1.25; margin: 0 0 1em; }
h2 { font-size: 1.1em; margin: 1.8em 0 .4em; }
p, ul { margin: .6em 0; }
li { margin: .35em 0; }
ul { padding-left: 1.3em; }
body { overflow-wrap: break-word; }
@media print {
  body { font-size: 11pt; margin: 0; max-width: none; }
  h2 { break-after: avoid; }
  li { break-inside: avoid; }
}
"""


def letter_to_page(letter: Letter) -> Page:
    """The letter for a terminal, or a plain text."""
    page = Page()
    before = None
    for block in letter.blocks:
        if block.kind in ("title", "heading"):
            page.heading(block.text)
        elif block.kind == "item":
            page.line("- ", block.text, indent=2, hang=4)
        else:
            if before != "heading":
                page.gap()
            page.line(Piece(block.text))
        if block.kind == "title":
            page.gap()
        before = block.kind
    return page


def letter_to_markdown(letter: Letter) -> str:
    """The letter as CommonMark."""
    marks = {"title": "# ", "heading": "## ", "item": "- ", "paragraph": ""}
    parts = ["\n".join(f"{marks[kind]}{escaped(block.text)}" for block in run) if kind == "item"
             else "\n\n".join(f"{marks[kind]}{escaped(block.text)}" for block in run)
             for kind, run in groupby(letter.blocks, lambda block: block.kind)]  # fmt: skip
    return "\n\n".join(parts) + "\n"


def letter_to_html(letter: Letter) -> str:
    """The letter as a page that stands alone."""
    head = '<meta charset="utf-8">\n<meta name="viewport" content="width=device-width, initial-scale=1">'
    body = "\n".join(_html(letter.blocks))
    return (
        f'<!doctype html>\n<html lang="{escape(letter.language)}">\n<head>\n{head}\n'
        f"<title>{escape(letter.title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n{body}\n"
        "</main>\n</body>\n</html>\n"
    )


def _html(blocks: tuple[Block, ...]) -> Iterator[str]:
    tags = {"title": "h1", "heading": "h2", "paragraph": "p", "item": "li"}
    for kind, run in groupby(blocks, lambda block: block.kind):
        lines = [f"<{tags[kind]}>{escape(block.text)}</{tags[kind]}>" for block in run]
        yield "\n".join(["<ul>", *lines, "</ul>"] if kind == "item" else lines)
