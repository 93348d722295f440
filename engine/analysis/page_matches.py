"""Which sentences of a register stand on a page, in their order: the longest common part of the two.

The register holds only the digest and the length of each sentence, so a sentence is looked for by hashing what may be
one. What the two have in common at both ends is walked along; between them, of all that is found, the longest chain is
taken that keeps the order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from engine.analysis.page_text import SENTENCE, WORD, PageText
from engine.policy.registers import Clause

SHORT: Final = 20  # characters of a sentence that may also stand inside another one


class Stretch(NamedTuple):
    """A part of a page, from one position to another."""

    start: int
    end: int


@dataclass(slots=True)
class Matches:
    """`kept` are the sentences in their order, by their number in the register; `seen` is all that was found between
    the common ends: stretches with the sentences that they may be."""

    kept: dict[int, Stretch] = field(default_factory=dict)
    seen: dict[Stretch, list[int]] = field(default_factory=dict)


def match(page: PageText, clauses: Sequence[Clause]) -> Matches:
    """The sentences of a register on a page."""
    return _Matching(page, clauses).run()


class _Matching:
    def __init__(self, page: PageText, clauses: Sequence[Clause]) -> None:
        self.page = page
        self.clauses = clauses
        self.matches = Matches()

    def run(self) -> Matches:
        first, last, start, end = self.walk(0, len(self.clauses), 0, len(self.page.text))
        if start < end:
            self.look(start, end)
            if first < last:
                self.matches.kept |= _chain(self.matches.seen, range(first, last), end)
                self.fill(first, last, start, end)
        return self.matches

    def walk(self, first: int, last: int, start: int, end: int) -> tuple[int, int, int, int]:
        """Keep what matches at the two ends of a stretch. What is left: sentences from, to, positions from, to."""
        kept = self.matches.kept
        while first < last:
            begin = self.page.skip(start, end)
            if (found := self.is_at(first, begin, end)) is None:
                break
            kept[first] = found
            first, start = first + 1, found.end
        while first < last:
            stop = self.page.skip_back(start, end)
            if (
                found := self.is_at(last - 1, stop - self.clauses[last - 1].length, stop)
            ) is None or found.start < start:
                break
            kept[last - 1] = found
            last, end = last - 1, found.start
        return first, last, start, end

    def is_at(self, number: int, start: int, end: int) -> Stretch | None:
        clause = self.clauses[number]
        stop = start + clause.length
        if start < 0 or stop > end or self.page.digest(start, stop) != clause.digest:
            return None
        return Stretch(start, stop)

    def look(self, start: int, end: int) -> None:
        """Find every sentence of the register in a stretch, short ones only where a sentence seems to stand."""
        by_length: dict[int, dict[str, list[int]]] = {}
        for number, clause in enumerate(self.clauses):
            by_length.setdefault(clause.length, {}).setdefault(clause.digest, []).append(number)
        page = self.page
        begins = {
            least: [position for position in range(start, end) if page.starts[position] >= least]
            for least in (WORD, SENTENCE)
        }
        for length, digests in by_length.items():
            least = SENTENCE if length < SHORT else WORD
            for begin in begins[least]:
                stop = begin + length
                if stop <= end and page.ends[stop] >= least and (numbers := digests.get(page.digest(begin, stop))):
                    self.matches.seen[Stretch(begin, stop)] = numbers

    def fill(self, first: int, last: int, start: int, end: int) -> None:
        """Walk along the gaps that the chain has left: a sentence need not begin where one is expected."""
        kept = self.matches.kept
        known = [number for number in range(first, last) if number in kept]
        for number, following in zip([first - 1, *known], [*known, last], strict=True):
            begin = kept[number].end if number in known else start
            stop = kept[following].start if following in known else end
            self.walk(number + 1, following, begin, stop)


def _chain(seen: dict[Stretch, list[int]], numbers: range, length: int) -> dict[int, Stretch]:
    """As many sentences as can be kept in their order without overlap; of several ways, the one with the most text."""
    by_number: dict[int, list[Stretch]] = {}
    for stretch, found in seen.items():
        for number in found:
            if number in numbers:
                by_number.setdefault(number, []).append(stretch)
    best = _Best(length)
    for number in sorted(by_number):
        longer = [best.before(stretch.start).and_then(number, stretch) for stretch in by_number[number]]
        for one in longer:
            best.add(one)
    chain: dict[int, Stretch] = {}
    link: _Link | None = best.before(length)
    while link is not None and link.stretch is not None:
        chain[link.number] = link.stretch
        link = link.previous
    return chain


@dataclass(frozen=True, slots=True)
class _Link:
    """The last sentence of a chain, with the number of its sentences and of their characters."""

    count: int = 0
    size: int = 0
    number: int = -1
    stretch: Stretch | None = None
    previous: _Link | None = None

    def and_then(self, number: int, stretch: Stretch) -> _Link:
        return _Link(self.count + 1, self.size + stretch.end - stretch.start, number, stretch, self)

    def better_than(self, other: _Link) -> bool:
        return (self.count, self.size) > (other.count, other.size)


class _Best:
    """The best chain that ends at or before a position (a Fenwick tree of maxima)."""

    def __init__(self, length: int) -> None:
        self._tree = [_Link()] * (length + 2)

    def before(self, position: int) -> _Link:
        found, position = self._tree[0], position + 1
        while position > 0:
            if self._tree[position].better_than(found):
                found = self._tree[position]
            position -= position & -position
        return found

    def add(self, link: _Link) -> None:
        position = link.stretch.end + 1 if link.stretch else len(self._tree)
        while position < len(self._tree):
            if link.better_than(self._tree[position]):
                self._tree[position] = link
            position += position & -position
