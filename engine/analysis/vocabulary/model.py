"""Words as plain data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Meaning:
    """A value that a word may take, or a row of a grid: what it is called and what it means."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a version. `type` is what it is in a formula, or where it stands; `example` is one line of YAML.

    `absent` says what it is when nobody gave it; `values` are those that it may take.
    """

    name: str
    type: str
    meaning: str
    example: str
    values: tuple[Meaning, ...] = ()
    absent: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """Words of one kind. `how` says where they are declared, and how one more is added."""

    name: str
    title: str
    how: str
    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class NotKnown:
    """One way of not knowing: how a case says it, what it means, and what becomes of it in conditions.

    `word` is a fact of the version for which it is so, empty when there is none.
    """

    name: str
    written: str
    means: str
    condition: str
    compared: str
    word: str


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All words of a version, in sections; and the ways of not knowing a fact."""

    policy: str
    version: str
    sections: tuple[Section, ...]
    not_known: tuple[NotKnown, ...]

    def words(self) -> Iterator[tuple[Section, Word]]:
        for section in self.sections:
            for word in section.words:
                yield section, word
