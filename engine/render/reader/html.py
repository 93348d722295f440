"""The page for readers in HTML: one file, no script, nothing fetched, everything from outside escaped."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from html import escape

from engine.link.program import Basis
from engine.render.html_parts import Parts, breakable
from engine.render.phrases import Condition, Phrase
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
    Value,
)
from engine.render.reader.html_style import STYLE
from engine.render.table.html_frame import framework
from engine.render.table.sheet import Line, is_choice

DEEPEST = 6  # the deepest heading that HTML has


def reader_to_html(page: ReaderPage) -> str:
    """The whole page."""
    return _Writing(page).whole()


class _Writing:
    def __init__(self, page: ReaderPage) -> None:
        self.page = page
        self.parts = _Parts(page)

    def whole(self) -> str:
        page = self.page
        facts = "".join(f"<li>{escape(fact)}</li>" for fact in page.facts)
        foot = "".join(f"<p>{escape(text)}</p>" for text in page.foot)
        return "\n".join(
            [
                "<!doctype html>",
                '<html lang="en">',
                "<head>",
                '<meta charset="utf-8">',
                '<meta name="viewport" content="width=device-width, initial-scale=1">',
                '<meta name="color-scheme" content="light dark">',
                f"<title>{escape(page.title)}, version {escape(page.version)}</title>",
                f"<style>{STYLE}</style>",
                "</head>",
                "<body>",
                '<a class="skip" href="#content">Skip to the content</a>',
                f'<header><h1>{escape(page.title)}</h1><ul class="about">{facts}</ul></header>',
                f'<nav aria-label="Contents"><p class="nav-title">Contents</p>{self.contents(page.chapters)}</nav>',
                '<main id="content" tabindex="-1">',
                *(self.chapter(chapter, 2) for chapter in page.chapters),
                "</main>",
                f"<footer>{foot}</footer>",
                "</body>",
                "</html>",
                "",
            ]
        )

    def contents(self, chapters: Iterable[Chapter]) -> str:
        items = "".join(
            f'<li><a href="#{escape(chapter.anchor)}"><span class="number">{chapter.number}</span> '
            f"{escape(chapter.title)}</a>{self.contents(chapter.chapters)}</li>"
            for chapter in chapters
            if chapter.anchor
        )
        return f"<ol>{items}</ol>" if items else ""

    def chapter(self, chapter: Chapter, level: int) -> str:
        before = self.parts.prefix
        self.parts.prefix = chapter.prefix or before
        blocks = "".join(self.block(block, level + 1) for block in chapter.blocks)
        below = "\n".join(self.chapter(part, level + 1) for part in chapter.chapters)
        self.parts.prefix = before
        if not chapter.anchor:
            return f'<div class="part">{_heading(level, escape(chapter.title))}{blocks}{below}</div>'
        name = escape(chapter.anchor)
        number = f'<span class="number">{chapter.number}</span> '
        heading = _heading(level, number + escape(chapter.title), name)
        return f'<section class="level-{level}" aria-labelledby="{name}">{heading}{blocks}\n{below}</section>'

    def block(self, block: Block, level: int) -> str:
        match block:
            case Prose(text):
                return f"<p>{escape(text)}</p>"
            case Points(texts):
                return f'<ul class="points">{"".join(f"<li>{escape(text)}</li>" for text in texts)}</ul>'
            case Lines(lines, anchors):
                return self.lines(lines, anchors)
            case RuleList():
                return self.rules(block, level)
            case Entries(kind, entries):
                return f'<div class="entries {kind}">{"".join(self.entry(e, kind, level) for e in entries)}</div>'
            case Framework(sheet):
                self.parts.marked = False
                table = framework(sheet, self.parts)
                self.parts.marked = True
                return table

    def lines(self, lines: tuple[Line, ...], anchors: tuple[str, ...]) -> str:
        """Lines with what each rests on beside it."""
        names = anchors or ("",) * len(lines)
        choice = is_choice(lines)
        items = "".join(
            f"<li{_id(name)}>{self.line(line, choice)}</li>" for line, name in zip(lines, names, strict=True)
        )
        return f'<ul class="lines">{items}</ul>'

    def line(self, line: Line, choice: bool = False) -> str:
        """A line with what it rests on beside it, and the lines below it: in it, or each beside its own sources."""
        if line.basis != Basis() or not line.lines:
            return self.row(self.parts.line(replace(line, basis=Basis()), choice), line.basis)
        body = self.parts.line(replace(line, lines=()), choice)
        below = is_choice(line.lines)
        items = "".join(f"<li>{self.line(part, below)}</li>" for part in line.lines)
        return f'{body}<ul class="alternatives">{items}</ul>'

    def row(self, body: str, basis: Basis) -> str:
        """Something, and beside it what it rests on."""
        return f'<div class="row"><div class="body">{body}</div>{self.parts.rests(basis)}</div>'

    # ------------------------------------------------------------------------------------------------------ rules

    def rules(self, block: RuleList, level: int) -> str:
        asked = self.parts.when("only if", block.asked_if) if block.asked_if is not None else ""
        how = " ".join(text for text in (escape(block.order), asked) if text)
        tag = "ol" if block.order else "ul"
        items = "\n".join(self.rule(rule, level) for rule in block.rules)
        return (f'<div class="note">{how}</div>' if how else "") + f'<{tag} class="rules">{items}</{tag}>'

    def rule(self, told: ToldRule, level: int) -> str:
        rule = told.rule
        of = f'<p class="note">Takes the general rule {_link(told.general)}.</p>' if told.general else ""
        says = "".join(
            f"<div><dt>{escape(line.label)}</dt><dd>{self.parts.said(line.said, '<br>')}</dd></div>"
            for line in rule.says
        )
        remarks = "".join(f'<p class="note">{escape(remark)}</p>' for remark in rule.remarks)
        served = f'<p class="note">Serves {_links(told.served)}.</p>' if told.served else ""
        body = (
            f'{_heading(level, escape(rule.title))}<div class="when">{self.parts.when(told.lead, rule.when)}</div>'
            f"{self.means(rule.when)}{f'<dl class=says>{says}</dl>' if says else ''}{remarks}{of}{served}"
        )
        return f'<li class="rule" id="{escape(told.anchor)}">{self.row(body, rule.basis)}</li>'

    def means(self, when: Condition | None) -> str:
        """What a condition says that is but the name of a definition."""
        line = self.page.terms.get(when.term or "") if isinstance(when, Phrase) else None
        if line is None or line.when is None:
            return ""
        return f'<div class="means">{escape(line.label)}: if {self.parts.condition(line.when)}</div>'

    # ---------------------------------------------------------------------------------------------------- entries

    def entry(self, entry: Entry, kind: str, level: int) -> str:
        mark = f'<span class="mark">{escape(entry.mark)}</span> ' if entry.mark else ""
        name = f" <code>{breakable(entry.name)}</code>" if entry.name else ""
        title = f"{mark}{escape(entry.title)}"
        if kind in ("readings", "terms"):
            title = _heading(level, title + name)
        else:
            title = f'<p class="title">{title}{name}</p>'
        text = f"<p>{escape(entry.text)}</p>" if entry.text else ""
        line = entry.line
        said = self.line(replace(line, label="")) if line else ""
        values = "".join(_value(value) for value in entry.values)
        values = f'<ul class="values">{values}</ul>' if values else ""
        details = "".join(_detail(detail) for detail in entry.details)
        details = f'<dl class="details">{details}</dl>' if details else ""
        inside = f'<div class="body">{title}{text}{said}{values}</div>{details}'
        return f'<div class="entry"{_id(entry.anchor)}>{inside}</div>'


class _Parts(Parts):
    """The pieces of this page: what something rests on is told by its gist."""

    def __init__(self, page: ReaderPage) -> None:
        super().__init__(page.terms, page.gists, page.readings)

    def marks(self, basis: Basis) -> str:
        return self.rests(basis) if self.marked else ""

    def rests(self, basis: Basis) -> str:
        """The clauses and readings below or beside what rests on them."""
        items = [
            f'<li>{escape(self.gists.get(clause, ""))} <a href="#clause-{escape(clause)}">{breakable(clause)}</a></li>'
            if clause in self.gists
            else f"<li>{breakable(clause)}</li>"
            for clause in basis.clauses
        ]
        items += [
            f'<li><a href="#reading-{number}">Reading {number}</a> {escape(self.readings.get(number, ""))}</li>'
            if number in self.readings
            else f"<li>Reading {number}</li>"
            for number in basis.readings
        ]
        return f'<div class="rests"><p>Rests on</p><ul>{"".join(items)}</ul></div>' if items else ""


def _heading(level: int, content: str, name: str = "") -> str:
    tag = f"h{min(level, DEEPEST)}"
    return f"<{tag}{_id(name)}>{content}</{tag}>"


def _id(name: str) -> str:
    return f' id="{escape(name)}"' if name else ""


def _value(value: Value) -> str:
    taken = ' <strong class="taken">taken</strong>' if value.taken else ""
    kind = ' class="chosen"' if value.taken else ""
    return f"<li{kind}><code>{breakable(value.name)}</code> {escape(value.text)}{taken}</li>"


def _detail(detail: Detail) -> str:
    said = " ".join(part for part in (escape(detail.text), _links(detail.links)) if part)
    return f"<div><dt>{escape(detail.label)}</dt><dd>{said}</dd></div>"


def _links(links: Iterable[Link]) -> str:
    return ", ".join(_link(link) for link in links)


def _link(link: Link, before: str = "") -> str:
    return f'{before}<a href="#{escape(link.anchor)}">{escape(link.text)}</a>'
