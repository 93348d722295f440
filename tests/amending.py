"""Edits of YAML files as people write them down: lines that stand there, with those that go and those that come.

Every line of a change begins with two signs: `- ` goes, `+ ` comes, two spaces stay. The lines that stay and go must
follow one another in the file, at whatever indentation; the first such place after `after` is changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import dedent


@dataclass(frozen=True)
class Change:
    """The lines before and after, without the indentation that they have in common."""

    before: tuple[str, ...]
    after: tuple[str, ...]

    @classmethod
    def read(cls, text: str) -> Change:
        both = [(line[:2].ljust(2), line[2:]) for line in cls.shown(text).split("\n")]
        assert {mark for mark, _ in both} <= {"- ", "+ ", "  "}, f"each line begins with two signs:\n{text}"
        before = tuple(line for mark, line in both if mark != "+ ")
        return cls(before, tuple(line for mark, line in both if mark != "- "))

    @staticmethod
    def shown(text: str) -> str:
        """A change without the indentation that its lines have in common, as a difference is shown."""
        marked = [(line[:2].ljust(2), line[2:]) for line in text.rstrip("\n").split("\n")]
        lines = dedent("\n".join(line for _, line in marked)).split("\n")
        return "\n".join(f"{mark}{line}".rstrip() for (mark, _), line in zip(marked, lines, strict=True))


def changed(text: str, change: str, after: str = "") -> str:
    """The text with a change made to it."""
    wanted = Change.read(change)
    lines = text.split("\n")
    number, indentation = _found(lines, wanted, text, after)
    new = [f"{indentation}{line}" if line else "" for line in wanted.after]
    return "\n".join([*lines[:number], *new, *lines[number + len(wanted.before) :]])


def place(text: str, change: str, after: str = "") -> list[str]:
    """The keys under which the lines of a change stand, from the top."""
    lines = text.split("\n")
    number, indentation = _found(lines, Change.read(change), text, after)
    way: list[str] = []
    column = len(indentation)
    for line in reversed(lines[:number]):
        at = len(line) - len(line.lstrip())
        if line.strip() and at < column and line.endswith(":") and not line.lstrip().startswith(("#", "-")):
            way.append(line.strip()[:-1])
            column = at
    return way[::-1]


def _found(lines: Sequence[str], wanted: Change, text: str, after: str) -> tuple[int, str]:
    """The number of the first line of a change, from 0, and its indentation."""
    start = text[: text.index(after)].count("\n") if after else 0
    for number in range(start, len(lines) - len(wanted.before) + 1):
        indentation = _indentation(lines[number : number + len(wanted.before)], wanted.before)
        if indentation is not None:
            return number, indentation
    shown = "\n".join(wanted.before)
    raise AssertionError(f"these lines do not follow one another{f' after {after!r}' if after else ''}:\n{shown}")


def _indentation(lines: Sequence[str], wanted: Sequence[str]) -> str | None:
    """The indentation at which lines are those that are wanted; None when they are not."""
    first, text = lines[0], wanted[0].strip()
    if not first.endswith(text) or first.strip() != text:
        return None
    indentation = first[: len(first) - len(wanted[0])]
    return indentation if [f"{indentation}{line}" if line else "" for line in wanted] == list(lines) else None
