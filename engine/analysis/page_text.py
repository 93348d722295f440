"""A copy of the published page in its normal form, with the places that its parts stand at."""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from engine.source import Place, Source

SIGNS: Final = "•-"
BETWEEN: Final = f" {SIGNS}"
PAGE_BYTES: Final = 256 * 1024  # comparing so large a page takes a second at most
WORD: Final = 1
SENTENCE: Final = 2
_RUNS: Final = re.compile(r"\s+|\S+")


@dataclass(frozen=True, slots=True)
class PageText:
    """A page with runs of white space made one space.

    `at` gives for each character its position in the source, `lines` the positions where lines begin. `starts` and
    `ends` tell how likely a sentence begins or ends at each position: WORD where any word does, SENTENCE at a line
    break, a list sign, a mark of punctuation, or where two words run together.
    """

    source: Source
    text: str
    at: tuple[int, ...]
    lines: tuple[int, ...]
    starts: bytes
    ends: bytes

    def digest(self, start: int, end: int) -> str:
        """The digest of a stretch, as the register writes it."""
        return digest(self.text[start:end])

    def skip(self, start: int, end: int) -> int:
        """The first position from `start` on that is neither a space nor a list sign."""
        while start < end and self.text[start] in BETWEEN:
            start += 1
        return start

    def skip_back(self, start: int, end: int) -> int:
        """The position behind the last character before `end` that is neither a space nor a list sign."""
        while end > start and self.text[end - 1] in BETWEEN:
            end -= 1
        return end

    def place(self, start: int, end: int) -> Place:
        """Where a stretch stands in the source; an empty one stands before the character at its start."""
        if start == end:
            first = last = self.at[start] if start < len(self.at) else len(self.source.text)
        else:
            first, last = self.at[start], self.at[end - 1] + 1
        line, end_line = bisect_right(self.lines, first), bisect_right(self.lines, max(first, last - 1))
        return Place(self.source, line, first - self.lines[line - 1] + 1, end_line, last - self.lines[end_line - 1] + 1)

    def sentences(self, start: int, end: int) -> list[tuple[int, int]]:
        """A stretch cut where sentences seem to begin. It begins with one."""
        cuts = [start, *(p for p in range(start + 1, end) if self.starts[p] == SENTENCE and self._ended_before(p))]
        return [(p, self.skip_back(p, stop)) for p, stop in zip(cuts, [*cuts[1:], end], strict=True)]

    def _ended_before(self, position: int) -> bool:
        """Whether a sentence ended before this position, and not only a part of one."""
        stop = self.skip_back(0, position)
        if stop == position - 1:
            return self.text[stop - 1] in ".!?:"
        return self.ends[stop] == SENTENCE


def digest(text: str) -> str:
    """The digest of a sentence in its normal form, as the register writes it."""
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def page_text(source: Source) -> PageText:
    """The normal form of a source."""
    pieces: list[str] = []
    at: list[int] = []
    breaks: set[int] = set()
    for run in _RUNS.finditer(source.text):
        if run[0].isspace():
            if "\n" in run[0]:
                breaks.add(len(at))
            pieces.append(" ")
            at.append(run.start())
        else:
            pieces.append(run[0])
            at.extend(range(run.start(), run.end()))
    text = "".join(pieces)
    starts = bytes(_start(text, position, breaks) for position in range(len(text)))
    ends = bytes(_end(text, position, breaks) for position in range(len(text) + 1))
    lengths = accumulate((len(line) + 1 for line in source.text.split("\n")), initial=0)
    return PageText(source, text, tuple(at), tuple(lengths)[:-1], starts, ends)


def _start(text: str, position: int, breaks: set[int]) -> int:
    char = text[position]
    if char in BETWEEN:
        return 0
    before = text[position - 1 : position]
    if before != " ":
        return SENTENCE if not before.isalnum() or (char.isupper() and not before.isupper()) else 0
    sure = position == 1 or position - 1 in breaks or not text[position - 2].isalnum()
    return SENTENCE if sure else WORD


def _end(text: str, position: int, breaks: set[int]) -> int:
    before, after = text[max(0, position - 1) : position], text[position : position + 1]
    if before in ("", " "):
        return 0
    if not after or not before.isalnum() or position in breaks or after in SIGNS:
        return SENTENCE
    if after == " ":
        return SENTENCE if text[position + 1 : position + 2] in SIGNS else WORD
    return SENTENCE if not after.isalnum() or after.isupper() else 0
