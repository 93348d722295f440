"""Notices as data: who reads them and may see what, the texts of a language, and the letter that comes out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from engine.document.nodes import Mapping as MappingNode
from engine.document.nodes import Scalar
from engine.policy.model import seal
from engine.source import Place

OTHERS: Final = "others"  # stands for every reader that a text does not name
ALL: Final = "all"

BlockKind = Literal["title", "heading", "paragraph", "item"]
Key = tuple[str, ...]  # a section of a language, and the names below it


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who is written to, and what may be shown. What is not named is not shown; None stands for all there is.

    `fields` are fields of the decision by their outward names, without the values that it `hides`; `reasons` the tables
    whose rules it is told; `facts` those of the case; `asked` whose missing facts are asked for; `handed_in` the
    parties whose submissions are shown; `title` is whether the case's own title is.
    """

    name: str
    party: str | None
    fields: tuple[str, ...] | None
    hides: Mapping[str, tuple[str, ...]]
    reasons: tuple[str, ...] | None
    deadlines: tuple[str, ...] | None
    facts: tuple[str, ...]
    asked: tuple[str, ...] | None
    handed_in: tuple[str, ...] | None
    title: bool
    node: MappingNode
    place: Place

    def __post_init__(self) -> None:
        seal(self)


def among(name: str, names: tuple[str, ...] | None) -> bool:
    """Whether a name is one of those; None stands for all."""
    return names is None or name in names


@dataclass(frozen=True, slots=True)
class Text:
    """A text in one language: one for each reader that is named, and one for the `others`."""

    by_reader: Mapping[str, Scalar]
    place: Place

    def __post_init__(self) -> None:
        seal(self)

    def for_reader(self, name: str) -> Scalar | None:
        return self.by_reader.get(name) or self.by_reader.get(OTHERS)


@dataclass(frozen=True, slots=True)
class Language:
    """All texts of one language. `weekdays` begin with Monday; `halves` are those of the day, empty for a day of 24
    hours; `joints` stand between the words of a list, the second before the last one; `parts` are what letters have in
    common."""

    code: str
    name: str
    weekdays: tuple[str, ...]
    months: tuple[str, ...]
    halves: tuple[str, ...]
    joints: tuple[str, str]
    moment: Scalar
    day: Scalar
    texts: Mapping[Key, Text]
    parts: Mapping[str, Scalar]
    letters: Mapping[str, Scalar]
    document: MappingNode

    def __post_init__(self) -> None:
        seal(self)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The readers of a pack, and its languages by their codes."""

    policy: str
    readers: Mapping[str, Reader]
    languages: Mapping[str, Language]
    document: MappingNode

    def __post_init__(self) -> None:
        seal(self)


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a letter: its title, a heading, a paragraph or an item of a list. The text is one line."""

    kind: BlockKind
    text: str


@dataclass(frozen=True, slots=True)
class Letter:
    """What a reader is written, in blocks."""

    reader: str
    language: str
    blocks: tuple[Block, ...]

    @property
    def title(self) -> str:
        return next((block.text for block in self.blocks if block.kind == "title"), "")
