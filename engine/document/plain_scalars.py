"""What a YAML text without quotes means: a decimal number, `true`, `false`, nothing, or a text.

YAML readers disagree about many more words and numbers; those are not guessed at."""

from __future__ import annotations

import re

from engine.document.nodes import ScalarValue
from engine.document.numbers import exact_number

_CONSTANTS: dict[str, bool | None] = {"true": True, "false": False, "null": None, "~": None, "": None}
_SWITCHES = frozenset({"yes", "no", "on", "off", "y", "n"})
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?\Z")
_NUMBER_LIKE = re.compile(
    r"""[-+]?(?:
        [0-9][0-9_]*(?:\.[0-9_]*)?(?:e[-+]?[0-9]+)?
      | \.[0-9][0-9_]*(?:e[-+]?[0-9]+)?
      | 0x[0-9a-f_]+ | 0o[0-7_]+ | 0b[01_]+
      | [0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]*)?
      | [0-9][0-9_]*(?::[0-9]+)+(?:\.[0-9_]*)?
      | \.inf
    )\Z | \.nan\Z""",
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)
_NUMBER_STARTS = frozenset("0123456789+-.")


class Unclear(Exception):
    """A text without quotes that readers take differently; `reason` and `remedy` are for the writer."""

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.remedy = remedy


def meaning(text: str) -> ScalarValue:
    """The value of an unquoted text. Raises Unclear for words and numbers with more than one reading."""
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if text[0] in _NUMBER_STARTS and _NUMBER_LIKE.match(text):
        return _number(text)
    if len(text) <= 5:
        word = text.lower()
        if word in _SWITCHES:
            raise Unclear(
                "is a switch for some YAML readers and a text for others",
                f"write `true` or `false`, or quote it if it is a text: '{text}'",
            )
        if word in _CONSTANTS:
            raise Unclear(
                f"is not written the one way that is read alike everywhere, `{word}`",
                f"write `{word}`, or quote it if it is a text: '{text}'",
            )
    return text


def _number(text: str) -> ScalarValue:
    shown = text if len(text) <= 40 else "..."
    if not _NUMBER.match(text):
        raise Unclear(
            "looks like a number, but not every YAML reader takes it for the same one",
            f"quote it if it is a text: '{shown}'; a number has decimal digits only, such as 1000 or 12.50",
        )
    try:
        return exact_number(text)
    except ValueError as error:
        reason = f"is too large or too fine for a number: {error}"
        raise Unclear(reason, f"quote it if it is a text: '{shown}'") from None
