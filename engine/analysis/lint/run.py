"""All families of warnings about a version, in the order of its text, without those that a comment answers.

`# lint/CODE: REASON`, on the line of the warning or above it, says that what is warned of is meant.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from engine.analysis.lint.evidence import evidence
from engine.analysis.lint.periods import periods
from engine.analysis.lint.places import warning
from engine.analysis.lint.questions import questions
from engine.analysis.lint.reach import unreached
from engine.analysis.lint.unused import unused
from engine.diagnostics import Diagnostic, in_order, quoted
from engine.library import Registry
from engine.pack import Version
from engine.source import Place, Source

FAMILIES: Final[tuple[Callable[[Version, Registry], Iterable[Diagnostic]], ...]] = (
    unused,
    unreached,
    questions,
    evidence,
    periods,
)
_ANSWER: Final = re.compile(r"#\s*(lint/[a-z-]+):\s*\S")


def lint(version: Version, registers: Registry) -> list[Diagnostic]:
    """Warnings about a version that can be used. It must have been linked without an error, in every row."""
    source = version.policy.document.place.source
    registers = registers.under(version.policy)
    answers = _answers(source)
    answered: set[int] = set()
    told: list[Diagnostic] = []
    for family in FAMILIES:
        for found in family(version, registers):
            line = _answer(found, answers)
            if line is None:
                told.append(found)
            else:
                answered.add(line)
    told += (_idle(source, line, answers[line]) for line in answers if line not in answered)
    return in_order(told)


def _answers(source: Source) -> dict[int, re.Match[str]]:
    """The comments that answer a warning, by the number of their line."""
    lines = enumerate(source.text.split("\n"), 1)
    return {number: match for number, line in lines if "# lint/" in line and (match := _ANSWER.search(line))}


def _answer(found: Diagnostic, answers: dict[int, re.Match[str]]) -> int | None:
    """The line of the comment that answers a warning: its own, or one of the comments right above it."""
    if found.place is None or not answers:
        return None
    for number in _above(found.place):
        if number in answers and answers[number][1] == found.code:
            return number
    return None


def _above(place: Place) -> Iterator[int]:
    yield place.line
    number = place.line - 1
    while place.source.line(number).lstrip().startswith("#"):
        yield number
        number -= 1


def _idle(source: Source, line: int, comment: re.Match[str]) -> Diagnostic:
    place = Place(source, line, comment.start(1) + 1, line, comment.end(1) + 1)
    message = f"there is no warning {quoted(comment[1])} here that this comment could answer"
    return warning("lint/no-warning", message, place, help="take it out, or put it right above what is warned of")
