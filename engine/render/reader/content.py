"""The page for readers as plain data: chapters of blocks, which every format shows alike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from engine.render.phrases import Condition
from engine.render.table.sheet import Line, RuleText, Sheet


@dataclass(frozen=True, slots=True)
class Link:
    """A place on the page, by its anchor, and how it is called."""

    text: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Prose:
    """A paragraph."""

    text: str


@dataclass(frozen=True, slots=True)
class Points:
    """Sentences, one below the other."""

    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lines:
    """Periods, evidence or alternatives, with what they rest on. `anchors` are those of the lines that have one."""

    lines: tuple[Line, ...]
    anchors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ToldRule:
    """A rule with its anchor and the words that lead its condition in.

    `served` are the rows that a general rule serves; `general` is where the general rule stands that this one uses.
    """

    anchor: str
    lead: str
    rule: RuleText
    served: tuple[Link, ...] = ()
    general: Link | None = None


@dataclass(frozen=True, slots=True)
class RuleList:
    """The rules of a table in the order in which they are read. `order` says how, `asked_if` when at all."""

    order: str
    asked_if: Condition | None
    rules: tuple[ToldRule, ...]


@dataclass(frozen=True, slots=True)
class Value:
    """One of several values or answers: its name, what it says, whether it is the one taken."""

    name: str
    text: str
    taken: bool = False


@dataclass(frozen=True, slots=True)
class Detail:
    """Something more about an entry: what it is, in words, in links, or in both."""

    label: str
    text: str = ""
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """A word, a clause or a reading explained. `name` is what documents call it, `mark` what stands before it."""

    anchor: str
    title: str
    name: str = ""
    mark: str = ""
    text: str = ""
    line: Line | None = None
    values: tuple[Value, ...] = ()
    details: tuple[Detail, ...] = ()


@dataclass(frozen=True, slots=True)
class Entries:
    """Words, clauses or readings explained; `kind` tells pages how densely to set them."""

    kind: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Framework:
    """The framework table."""

    sheet: Sheet


Block = Prose | Points | Lines | RuleList | Entries | Framework


@dataclass(frozen=True, slots=True)
class Chapter:
    """A part of the page. One without an anchor is not in the contents; `number` is given when the page is whole.

    `prefix` is what the clauses begin with that are the row's own.
    """

    title: str
    anchor: str = ""
    blocks: tuple[Block, ...] = ()
    chapters: tuple[Chapter, ...] = ()
    prefix: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True)
class ReaderPage:
    """A version for readers.

    `facts` are short statements about the version; `foot` says what the page was made from. `terms` are the
    definitions that it explains; `gists` and `readings` are what the clauses and readings say that it cites.
    """

    title: str
    version: str
    facts: tuple[str, ...]
    chapters: tuple[Chapter, ...]
    foot: tuple[str, ...]
    terms: Mapping[str, Line] = field(default_factory=dict)
    gists: Mapping[str, str] = field(default_factory=dict)
    readings: Mapping[int, str] = field(default_factory=dict)


def numbered(chapters: Iterable[Chapter], above: str = "") -> Iterator[Chapter]:
    """The chapters with their numbers; those without an anchor have none. Chapters that are empty are left out."""
    number = 0
    for chapter in chapters:
        if not chapter.blocks and not chapter.chapters:
            continue
        if not chapter.anchor:
            yield replace(chapter, chapters=tuple(numbered(chapter.chapters)))
            continue
        number += 1
        own = f"{above}{number}"
        yield replace(chapter, number=own, chapters=tuple(numbered(chapter.chapters, f"{own}.")))
