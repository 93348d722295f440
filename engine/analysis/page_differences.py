"""A copy of the published page against the register: every sentence unchanged, or what became of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from engine.analysis.page_matches import SHORT, Stretch, match
from engine.analysis.page_text import SENTENCE, PageText, digest, page_text
from engine.diagnostics import Diagnostic, Report, quoted
from engine.policy.registers import Clause
from engine.source import Place, Source

What = Literal["changed", "new", "missing", "moved", "repeated"]
NAMED: Final = 10  # clauses that a message names

SAID: Final[dict[What, str]] = {
    "changed": "the page says something else than {ids}: {found}",
    "new": "no clause is registered for {found}",
    "missing": "the page no longer has {ids}",
    "moved": "{ids} stands in another place",
    "repeated": "{ids} stands here once more",
}
HELP: Final[dict[What, str]] = {
    "changed": "see whether the rules that rest on it still hold; then renew its gist, digest and length",
    "new": "register it with a gist, and cite it or say why no rule does",
    "missing": "see what rests on it; then take it out of the register",
    "moved": "renew the places in the register",
    "repeated": "register it as a clause of its own",
}


@dataclass(frozen=True, slots=True)
class Difference:
    """Where page and register part: the clauses, the text found (none for what is missing), and where it stands."""

    what: What
    clauses: tuple[str, ...]
    found: str
    place: Place

    @property
    def registration(self) -> tuple[str, int] | None:
        """Digest and length that the register would hold of the text found; none where that is not one sentence."""
        if self.what == "new" or (self.what == "changed" and len(self.clauses) == 1):
            return digest(self.found), len(self.found)
        return None


@dataclass(frozen=True, slots=True)
class Comparison:
    """A page against a register: how many sentences are registered, how many stand unchanged, and all differences."""

    page: str
    registered: int
    unchanged: int
    differences: tuple[Difference, ...]


def compare(source: Source, clauses: Mapping[str, Clause]) -> Comparison:
    """The page in a source against the clauses of a register, which are in the order of the page."""
    page, registered = page_text(source), list(clauses.values())
    differences = sorted(_Differences(page, registered).all(), key=lambda d: (d.place.line, d.place.column))
    gone = {clause for d in differences if d.what != "repeated" for clause in d.clauses}
    return Comparison(source.name, len(registered), len(registered) - len(gone), tuple(differences))


def findings(comparison: Comparison, clauses: Mapping[str, Clause]) -> list[Diagnostic]:
    """The differences as problems for the reader."""
    report = Report()
    for difference in comparison.differences:
        ids = ", ".join(quoted(clause) for clause in difference.clauses[:NAMED])
        if len(difference.clauses) > NAMED:
            ids += f" and {len(difference.clauses) - NAMED} more"
        report.error(
            f"page/{difference.what}",
            SAID[difference.what].format(ids=ids, found=quoted(difference.found)),
            difference.place,
            help=_help(difference),
            related=[("registered here", clauses[clause].place) for clause in difference.clauses[:1]],
        )
    return report.found


def _help(difference: Difference) -> str:
    written = difference.registration
    return HELP[difference.what] + (f' (digest: "{written[0]}", length: {written[1]})' if written else "")


class _Differences:
    def __init__(self, page: PageText, clauses: list[Clause]) -> None:
        self.page = page
        self.clauses = clauses
        self.matches = match(page, clauses)
        self.unkept = {number for number in range(len(clauses)) if number not in self.matches.kept}

    def all(self) -> Iterator[Difference]:
        gaps = list(self.gaps())
        pieces = [list(self.recognized(stretch)) for _, stretch in gaps]
        for found in pieces:
            yield from (difference for _, difference in found)
        for (numbers, stretch), found in zip(gaps, pieces, strict=True):
            rest = self.rest(stretch, [piece for piece, _ in found])
            yield from self.unmatched([number for number in numbers if number in self.unkept], rest, stretch)

    def gaps(self) -> Iterator[tuple[range, Stretch]]:
        """What lies between kept sentences: numbers of the register, and a stretch of the page."""
        kept = sorted(self.matches.kept.items())
        before, start = -1, 0
        for number, stretch in [*kept, (len(self.clauses), Stretch(len(self.page.text), len(self.page.text)))]:
            begin = self.page.skip(start, stretch.start)
            end = self.page.skip_back(begin, stretch.start)
            if begin < end or number > before + 1:
                yield range(before + 1, number), Stretch(begin, end)
            before, start = number, stretch.end

    def recognized(self, gap: Stretch) -> Iterator[tuple[Stretch, Difference]]:
        """Registered sentences in a gap: moved there, or repeated. What stands inside a sentence is part of that."""
        inside = [s for s in self.matches.seen if gap.start <= s.start and s.end <= gap.end]
        start = gap.start
        for stretch in sorted(inside, key=lambda s: (s.start, -s.end)):
            if stretch.start < start or not (stretch == gap or self.stands_alone(stretch)):
                continue
            numbers = self.matches.seen[stretch]
            number = next((n for n in numbers if n in self.unkept), None)
            what: What = "repeated" if number is None else "moved"
            self.unkept.discard(-1 if number is None else number)
            yield stretch, self.difference(what, [numbers[0] if number is None else number], stretch)
            start = stretch.end

    def stands_alone(self, stretch: Stretch) -> bool:
        starts, ends = self.page.starts[stretch.start], self.page.ends[stretch.end]
        return stretch.end - stretch.start >= SHORT and starts == ends == SENTENCE

    def rest(self, gap: Stretch, taken: list[Stretch]) -> list[Stretch]:
        """What is left of a gap."""
        rest, start = [], gap.start
        for piece in [*taken, Stretch(gap.end, gap.end)]:
            begin = self.page.skip(start, piece.start)
            end = self.page.skip_back(begin, piece.start)
            if begin < end:
                rest.append(Stretch(begin, end))
            start = piece.end
        return rest

    def unmatched(self, numbers: list[int], rest: list[Stretch], gap: Stretch) -> Iterator[Difference]:
        if not numbers:
            yield from (self.difference("new", [], stretch) for stretch in rest)
        elif not rest:
            yield from (self.difference("missing", [number], Stretch(gap.start, gap.start)) for number in numbers)
        else:
            sentences = [Stretch(*piece) for stretch in rest for piece in self.page.sentences(*stretch)]
            if len(sentences) == len(numbers):
                for number, sentence in zip(numbers, sentences, strict=True):
                    yield self.difference("changed", [number], sentence)
            else:
                yield self.difference("changed", numbers, Stretch(rest[0].start, rest[-1].end))

    def difference(self, what: What, numbers: list[int], stretch: Stretch) -> Difference:
        clauses = tuple(self.clauses[number].id for number in numbers)
        return Difference(what, clauses, self.page.text[slice(*stretch)], self.page.place(*stretch))
