"""Text inside Markdown."""

from __future__ import annotations

import re
from typing import Final

_SPECIAL: Final = re.compile(r"([\\`*_\[\]<>|#~$&])")
_AT_START: Final = re.compile(r"^([-+]|[0-9]+[.)])(?=\s)")


def escaped(text: str) -> str:
    """Text that Markdown shows as it stands, on one line."""
    return _AT_START.sub(r"\\\1", _SPECIAL.sub(r"\\\1", " ".join(text.split())))
