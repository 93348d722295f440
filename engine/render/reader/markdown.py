"""The page for readers in Markdown: the same chapters, with anchors that its links lead to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape

from engine.link.program import Basis
from engine.render.markdown_parts import MarkdownParts
from engine.render.markdown_text import escaped
from engine.render.phrases import Phrase
from engine.render.reader.content import (
    Block,
    Chapter,
    Detail,
    Entries,
    Entry,
    Framework,
    Lines,
    Link,
    Points,
    Prose,
    ReaderPage,
    RuleList,
    ToldRule,
)
from engine.render.table.sheet import is_choice

DEEPEST = 6  # the deepest heading that Markdown has


def reader_to_markdown(page: ReaderPage) -> str:
    """The whole page as a Markdown document."""
    return "\n".join(_Writing(page).whole()) + "\n"


class _Writing(MarkdownParts):
    def __init__(self, page: ReaderPage) -> None:
        super().__init__()
        self.page = page
        self.marked = False

    def whole(self) -> Iterator[str]:
        page = self.page
        yield f"# {escaped(page.title)}"
        yield ""
        yield " · ".join(escaped(fact) for fact in page.facts)
        yield from ("", "**Contents**", "", *self.contents(page.chapters, 0))
        for chapter in page.chapters:
            yield from self.chapter(chapter, 2)
        yield from ("", "---")
        for text in page.foot:
            yield from ("", escaped(text))

    def contents(self, chapters: Iterable[Chapter], depth: int) -> Iterator[str]:
        for chapter in chapters:
            if chapter.anchor:
                yield f"{' ' * depth}- [{chapter.number} {escaped(chapter.title)}](#{escape(chapter.anchor)})"
                yield from self.contents(chapter.chapters, depth + 2)

    def chapter(self, chapter: Chapter, level: int) -> Iterator[str]:
        number = f"{chapter.number} " if chapter.number else ""
        yield ""
        yield f"{'#' * min(level, DEEPEST)} {_anchor(chapter.anchor)}{number}{escaped(chapter.title)}"
        for block in chapter.blocks:
            yield ""
            yield from self.block(block)
        for part in chapter.chapters:
            yield from self.chapter(part, level + 1)

    def block(self, block: Block) -> Iterator[str]:
        match block:
            case Prose(text):
                yield escaped(text)
            case Points(texts):
                yield from (f"- {escaped(text)}" for text in texts)
            case Lines(lines, anchors):
                names = anchors or ("",) * len(lines)
                for line, name in zip(lines, names, strict=True):
                    first, *rest = self.item(line, 0, is_choice(lines))
                    yield f"- {_anchor(name)}{first.removeprefix('- ')}"
                    yield from rest
            case RuleList():
                yield from self.rules(block)
            case Entries(_, entries):
                for entry in entries:
                    yield from self.entry(entry)
            case Framework(sheet):
                yield from self.framework(sheet)

    # ------------------------------------------------------------------------------------------------------ rules

    def rules(self, block: RuleList) -> Iterator[str]:
        if block.order:
            yield from (escaped(block.order), "")
        if block.asked_if is not None:
            yield from (*self.when("only if", block.asked_if, 0), "")
        for number, rule in enumerate(block.rules, 1):
            yield from self.rule(rule, f"{number}." if block.order else "-")

    def rule(self, told: ToldRule, bullet: str) -> Iterator[str]:
        rule, indent = told.rule, " " * (len(bullet) + 1)
        yield f"{bullet} {_anchor(told.anchor)}**{escaped(rule.title)}**"
        yield from self.when(told.lead, rule.when, len(indent))
        if isinstance(rule.when, Phrase) and (line := self.page.terms.get(rule.when.term or "")) and line.when:
            yield from self.when(f"{line.label}: if", line.when, len(indent))
        yield from (f"{indent}- {escaped(line.label)}: {self.said(line.said)}" for line in rule.says)
        yield from (f"{indent}- {escaped(remark)}" for remark in rule.remarks)
        if told.general:
            yield f"{indent}- Takes the general rule {_link(told.general)}."
        if told.served:
            yield f"{indent}- Serves {_links(told.served)}."
        yield from self.rests(rule.basis, len(indent))

    def phrase(self, phrase: Phrase, text: str, term: str = "") -> str:
        known = phrase.term is not None and phrase.term in self.page.terms
        return f"[{escaped(text)}](#term-{escape(phrase.term or '')})" if known else escaped(text)

    def said(self, said: Iterable[Phrase]) -> str:
        return "<br>".join(self.phrase(phrase, str(phrase)) for phrase in said)

    def marks(self, basis: Basis) -> str:
        return ""

    def rests(self, basis: Basis, depth: int) -> Iterator[str]:
        if basis == Basis():
            return
        yield f"{' ' * depth}- Rests on"
        for clause in basis.clauses:
            known = clause in self.page.gists
            gist = f"{escaped(self.page.gists[clause])} " if known else ""
            yield f"{' ' * depth}  - {gist}" + (_link(Link(clause, f"clause-{clause}")) if known else escaped(clause))
        for number in basis.readings:
            title, link = self.page.readings.get(number), Link(f"Reading {number}", f"reading-{number}")
            yield f"{' ' * depth}  - " + (f"{_link(link)} {escaped(title)}" if title else link.text)

    # ---------------------------------------------------------------------------------------------------- entries

    def entry(self, entry: Entry) -> Iterator[str]:
        mark = f"{escaped(entry.mark)} " if entry.mark else ""
        title = f"**{escaped(entry.title)}**" if entry.text or entry.line else escaped(entry.title)
        name = f" `{entry.name}`" if entry.name else ""
        yield f"- {_anchor(entry.anchor)}{mark}{title}{name}"
        if entry.text:
            yield f"  - {escaped(entry.text)}"
        if entry.line:
            line = entry.line
            if line.said:
                yield f"  - {self.said(line.said)}"
            if line.guard:
                yield from self.when(line.guard, line.when, 2)
            yield from self.rests(line.basis, 2)
            for part in line.lines:
                yield from self.item(part, 2, is_choice(line.lines))
        for value in entry.values:
            text = escaped(value.text)
            yield f"  - `{value.name}` " + (f"**{text}** (taken)" if value.taken else text)
        yield from (f"  - {_detail(detail)}" for detail in entry.details)


def _anchor(name: str) -> str:
    return f'<a id="{escape(name)}"></a>' if name else ""


def _detail(detail: Detail) -> str:
    said = " ".join(part for part in (escaped(detail.text), _links(detail.links)) if part)
    return f"{escaped(detail.label)}: {said}"


def _links(links: Iterable[Link]) -> str:
    return ", ".join(_link(link) for link in links)


def _link(link: Link) -> str:
    return f"[{escaped(link.text)}](#{escape(link.anchor)})"
