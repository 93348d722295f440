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
        marked = [(line[:2].ljust(2), line[2:]) for line in text.rstrip("\n").split("\n")]
        assert {mark for mark, _ in marked} <= {"- ", "+ ", "  "}, f"each line begins with two signs:\n{text}"
        lines = dedent("\n".join(line for _, line in marked)).split("\n")
        both = list(zip((mark for mark, _ in marked), lines, strict=True))
        before = tuple(line for mark, line in both if mark != "+ ")
        return cls(before, tuple(line for mark, line in both if mark != "- "))


def changed(text: str, change: str, after: str = "") -> str:
    """The text with a change made to it."""
    wanted = Change.read(change)
    lines = text.split("\n")
    start = text[: text.index(after)].count("\n") if after else 0
    for number in range(start, len(lines) - len(wanted.before) + 1):
        indentation = _indentation(lines[number : number + len(wanted.before)], wanted.before)
        if indentation is not None:
            new = [f"{indentation}{line}" if line else "" for line in wanted.after]
            return "\n".join([*lines[:number], *new, *lines[number + len(wanted.before) :]])
    raise AssertionError(f"these lines do not follow one another{f' after {after!r}' if after else ''}:\n{change}")


def _indentation(lines: Sequence[str], wanted: Sequence[str]) -> str | None:
    """The indentation at which lines are those that are wanted; None when they are not."""
    first, text = lines[0], wanted[0].strip()
    if not first.endswith(text) or first.strip() != text:
        return None
    indentation = first[: len(first) - len(wanted[0])]
    return indentation if [f"{indentation}{line}" if line else "" for line in wanted] == list(lines) else None
