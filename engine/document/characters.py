"""Characters that hide something from a reader of a text, or that break lines in some programs only."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from engine.document.limits import PROBLEMS
from engine.source import Place, Source

_HIDDEN = (
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"  # controls, with U+0085
    "\u00ad\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f"  # zero-width, bidi marks
    "\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb"  # breaks, bidi controls, byte order mark
    "\ud800-\udfff\ufffe\uffff\U000e0000-\U000e007f"
)
IN_VALUE = re.compile(f"[{_HIDDEN}]|\r(?!\n)")
IN_YAML = re.compile(f"[{_HIDDEN}\t]|\r(?!\n)")

_NAMES = {
    "\x00": "NUL",
    "\t": "a tab",
    "\n": "a line break",
    "\r": "a carriage return without a line feed",
    "\x1b": "ESCAPE",
    "\x7f": "DELETE",
    "\x85": "NEXT LINE",
    "\ufeff": "a byte order mark",
}


def is_surrogate(character: str) -> bool:
    return "\ud800" <= character <= "\udfff"


def describe(character: str) -> str:
    """What to call a character that cannot be shown: `U+200B (ZERO WIDTH SPACE)`."""
    known = "half of a surrogate pair" if is_surrogate(character) else _NAMES.get(character)
    name = known or unicodedata.name(character, "a control character")
    return f"U+{ord(character):04X} ({name})"


def forbidden(source: Source, pattern: re.Pattern[str]) -> Iterator[tuple[str, Place]]:
    """The first hundred characters of a text that the pattern forbids, each with its place."""
    line, begin = 1, 0
    for count, match in enumerate(pattern.finditer(source.text)):
        if count == PROBLEMS:
            return
        line += source.text.count("\n", begin, match.start())
        begin = match.start()
        column = begin - (source.text.rfind("\n", 0, begin) + 1) + 1
        yield match.group(), Place(source, line, column, line, column + 1)
