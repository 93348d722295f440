"""The words of a version: for a terminal, as Markdown, and as plain data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from engine.analysis.vocabulary.model import NotKnown, Section, Vocabulary, Word
from engine.render.markdown_text import escaped
from engine.render.page import Page, Piece

COLUMN: Final = 20
GRID: Final = (("in a case", "written"), ("means", "means"), ("in a condition", "condition"), ("compared", "compared"),
               ("such as", "word"))  # fmt: skip


# ------------------------------------------------------------------------------------------------------ in a terminal


def vocabulary_to_page(vocabulary: Vocabulary) -> Page:
    """Every section with its words: a line and an example each, with their values below."""
    page = Page()
    count = sum(len(section.words) for section in vocabulary.sections)
    page.line(Piece(f"{count} word{'s'[: count - 1]} of {vocabulary.policy} {vocabulary.version}", "strong"))
    for section in vocabulary.sections:
        page.heading(section.title)
        page.line(Piece(section.how, "quiet"), indent=2)
        for word in section.words:
            _word(page, word)
    if vocabulary.not_known:
        page.heading("What is not known")
        page.line(Piece("These are not the same.", "quiet"), indent=2)
    for row in vocabulary.not_known:
        page.gap()
        page.line(Piece(row.name, "name"), indent=2)
        for label, key in GRID:
            if value := getattr(row, key):
                page.item(Piece(label, "quiet"), value, indent=4, column=COLUMN)
    return page


def _word(page: Page, word: Word) -> None:
    absent = f"; {word.absent}" if word.absent else ""
    page.gap()
    page.line(Piece(word.name, "name"), Piece(f"  {word.type}{absent}", "quiet"), indent=2, hang=6)
    page.line(word.meaning, indent=6)
    page.line(Piece(word.example, "good"), indent=6, hang=8)
    for value in word.values:
        meaning = f"  {value.text}" if value.text else ""
        page.line("- ", Piece(value.name, "strong"), meaning, indent=6, hang=10)


# ---------------------------------------------------------------------------------------------------- for a document


def vocabulary_to_markdown(vocabulary: Vocabulary) -> str:
    """A Markdown document to keep beside the pack: a table for each kind of word."""
    return "\n".join(_markdown(vocabulary)) + "\n"


def _markdown(vocabulary: Vocabulary) -> Iterator[str]:
    yield f"# Words of {escaped(vocabulary.policy)} {escaped(vocabulary.version)}"
    for section in vocabulary.sections:
        yield from ("", f"## {escaped(section.title)}", "", _code_kept(section.how), "")
        yield from ("| Word | What it is | Example |", "| --- | --- | --- |")
        yield from (f"| {_code(word.name)} | {_what(word)} | {_code(word.example)} |" for word in section.words)
    if vocabulary.not_known:
        yield from ("", "## What is not known", "", "These are not the same.", "")
        yield f"| | {' | '.join(label.capitalize() for label, _ in GRID)} |"
        yield "| --- |" + " --- |" * len(GRID)
        yield from (_row(row) for row in vocabulary.not_known)


def _what(word: Word) -> str:
    parts = [f"{_code_kept(word.meaning)} *{escaped(word.type)}*"]
    parts += [escaped(word.absent)] if word.absent else []
    parts += [f"{_code(value.name)} {escaped(value.text)}".rstrip() for value in word.values]
    return "<br>".join(parts)


def _row(row: NotKnown) -> str:
    cells = [_code(row.word) if key == "word" and row.word else _code_kept(getattr(row, key)) for _, key in GRID]
    return f"| {escaped(row.name)} | {' | '.join(cells)} |"


def _code(text: str) -> str:
    """Text as code in a table, where a bar would end the cell."""
    return f"`{' '.join(text.split())}`".replace("|", "\\|") if text else ""


def _code_kept(text: str) -> str:
    """A sentence in which what stands in back quotes is code."""
    parts = text.split("`")
    if len(parts) % 2 == 0:
        return escaped(text)
    return "".join(_code(part) if n % 2 else _spaced(part) for n, part in enumerate(parts))


def _spaced(part: str) -> str:
    """A part of a sentence, escaped, with the spaces at its ends."""
    before = " " if part[:1] == " " else ""
    after = " " if len(part) > 1 and part[-1:] == " " else ""
    return f"{before}{escaped(part)}{after}"


# ------------------------------------------------------------------------------------------------------ for programs


def vocabulary_to_data(vocabulary: Vocabulary) -> dict[str, object]:
    """The words as plain data."""
    return {
        "policy": vocabulary.policy,
        "version": vocabulary.version,
        "sections": [_section_data(section) for section in vocabulary.sections],
        "not_known": [
            {"name": row.name, "written": row.written, "means": row.means, "condition": row.condition,
             "compared": row.compared, "word": row.word or None}
            for row in vocabulary.not_known
        ],
    }  # fmt: skip


def _section_data(section: Section) -> dict[str, object]:
    words = [
        {"name": word.name, "type": word.type, "meaning": word.meaning, "example": word.example,
         "absent": word.absent or None, "values": {value.name: value.text for value in word.values}}
        for word in section.words
    ]  # fmt: skip
    return {"name": section.name, "title": section.title, "how": section.how, "words": words}
