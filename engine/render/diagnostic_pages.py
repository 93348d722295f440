"""The pages that explain each diagnostic: what it means, what to avoid, what to write, and why."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from engine.render.page import Page, Piece
from engine.resources import folder

INLINE: Final = re.compile(r"(\*\*[^*]+\*\*|`[^`]+`)")


@dataclass(frozen=True, slots=True)
class DiagnosticPage:
    """One page: the code, its first paragraph, and the whole of it as Markdown."""

    code: str
    summary: str
    markdown: str

    @property
    def text(self) -> str:
        """The page without the marks of Markdown, but for back quotes."""
        lines = (line for line in self.markdown.splitlines() if not line.startswith("```"))
        return "\n".join(line.removeprefix("# ").replace("**", "") for line in lines).strip() + "\n"


def diagnostic_pages() -> dict[str, DiagnosticPage]:
    """All pages by their codes, in the order of the codes. Raises FileNotFoundError when they did not come along."""
    found = sorted((folder("docs") / "diagnostics").glob("*-*.md"))
    pages = (_page(file.read_text(encoding="utf-8")) for file in found)
    return {page.code: page for page in sorted(pages, key=lambda page: page.code)}


def _page(markdown: str) -> DiagnosticPage:
    title, first, *_ = markdown.split("\n\n", 2)
    return DiagnosticPage(title.removeprefix("# ").strip(), " ".join(first.split()), markdown)


def explanation_to_page(explained: DiagnosticPage) -> Page:
    """A page for people at a terminal."""
    page = Page()
    inside = False
    paragraph: list[str] = []

    def close() -> None:
        if paragraph:
            page.line(*_pieces(" ".join(paragraph)))
            paragraph.clear()

    for line in explained.markdown.splitlines():
        if line.startswith("```"):
            close()
            inside = not inside
        elif inside:
            page.fixed(Piece(line, "quiet" if line.lstrip().startswith("#") else ""), indent=4)
        elif line.startswith("# "):
            page.heading(line.removeprefix("# "))
            page.gap()
        elif not line.strip():
            close()
            page.gap()
        else:
            paragraph.append(line)
    close()
    return page


def _pieces(text: str) -> list[Piece]:
    pieces = []
    for part in INLINE.split(text):
        if part.startswith("**"):
            pieces.append(Piece(part.strip("*"), "strong"))
        elif part:
            pieces.append(Piece(part, "name" if part.startswith("`") else ""))
    return pieces


def explanations_to_page(pages: dict[str, DiagnosticPage]) -> Page:
    """Every code with what it means, by families."""
    page = Page()
    for family in dict.fromkeys(code.partition("/")[0] for code in pages):
        page.heading(family)
        for code, explained in pages.items():
            if code.startswith(f"{family}/"):
                page.item(Piece(code, "name"), *_pieces(explained.summary), column=28)
    return page
