"""What conditions and values become in words: phrases, alone or joined, and the ways to put declared text into them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from engine.policy.model import Party


@dataclass(frozen=True, slots=True)
class Phrase:
    """One thing said. `quote` is what somebody declared, as written; `term` is the definition that the text names.

    A text that ends with `that` leads into the quote as its clause; another one stands before a colon.
    """

    text: str
    quote: str = ""
    term: str | None = None

    def __str__(self) -> str:
        if not self.text or not self.quote:
            return self.text or as_clause(self.quote)
        if not self.leads:
            return f"{self.text}: “{self.quote}”"
        return f"{self.text} “{bare(self.quote)}”" if self.is_open else f"{self.text} {as_clause(self.quote)}"

    @property
    def leads(self) -> bool:
        """Whether the text leads into the quote."""
        return self.text.endswith(" that")

    @property
    def is_open(self) -> bool:
        """Whether the words of the quote could be taken for a joint."""
        return bool({"and", "or"} & set(self.quote.split()) or "," in self.quote)

    @property
    def among_others(self) -> str:
        """As it stands beside other phrases, in quotes where it is not clear how far it goes."""
        if self.text:
            return f"{self.text} “{bare(self.quote)}”" if self.quote and self.leads else str(self)
        return f"“{bare(self.quote)}”" if self.is_open else str(self)


@dataclass(frozen=True, slots=True)
class Joined:
    """Conditions that hold together (`and`), or of which one is enough (`or`)."""

    word: Literal["and", "or"]
    parts: tuple[Condition, ...]

    def __str__(self) -> str:
        return f" {self.word} ".join(_inside(part) for part in self.parts)


Condition = Phrase | Joined


def _inside(part: Condition) -> str:
    return part.among_others if isinstance(part, Phrase) else f"({part})"


def named(name: str) -> str:
    """A declared name in words: `bad_faith_in_bulk` is `bad faith in bulk`."""
    return name.replace("_", " ").replace("-", " ").replace(".", " ")


def capital(text: str) -> str:
    """The text with a capital at its start."""
    return text[:1].upper() + text[1:]


def as_clause(sentence: str) -> str:
    """A declared sentence inside another one: no full stop, and no capital that only marked its start."""
    text = bare(sentence)
    first = text.split(" ", 1)[0]
    return text[:1].lower() + text[1:] if first[1:].islower() or first == "A" else text


def bare(sentence: str) -> str:
    """A declared sentence without its end mark and without the remark behind a semicolon."""
    return sentence.split("; ", 1)[0].strip().removesuffix(".").removesuffix("?")


def party_title(party: Party) -> str:
    """A party inside a sentence: `the customer` for one plain word, else its title as declared."""
    return f"the {party.title.lower()}" if party.title.istitle() and party.title.isalpha() else party.title


def either(texts: Iterable[str]) -> str:
    """`a, b or c`."""
    *most, last = [*texts] or ["nothing"]
    return f"{', '.join(most)} or {last}" if most else last
