"""Words of a reader, quoted, and what may have been meant by them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

SHOWN: Final = 80  # characters of a reader's own text that a message repeats


def did_you_mean(word: str, options: Iterable[str]) -> str | None:
    """A hint with the nearest of the options, or None when none is near."""
    from difflib import get_close_matches

    near = get_close_matches(word, list(options), n=1, cutoff=0.6)
    return f"did you mean `{near[0]}`?" if near else None


def quoted(value: object) -> str:
    """A reader's own text in back quotes: cut after 80 characters, control characters escaped."""
    text = str(value)
    if len(text) > SHOWN:
        text = text[:SHOWN] + "..."
    return "`" + "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text) + "`"
