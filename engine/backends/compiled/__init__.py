"""Rows as generated Python: the fast way to run a linked program, where all that is asked is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.lazily import names_of

if TYPE_CHECKING:
    from engine.backends.compiled.building import Ask, Decide, build, build_table
    from engine.backends.compiled.generated import Generated
    from engine.backends.compiled.generating import generate, generate_table
    from engine.backends.compiled.known import NotKnown

__all__ = ["Ask", "Decide", "Generated", "NotKnown", "build", "build_table", "generate", "generate_table"]

_BUILD = "engine.backends.compiled.building"
_GENERATE = "engine.backends.compiled.generating"
__getattr__ = names_of(
    __name__,
    {
        **dict.fromkeys(("Ask", "Decide", "build", "build_table"), _BUILD),
        **dict.fromkeys(("generate", "generate_table"), _GENERATE),
        "Generated": "engine.backends.compiled.generated",
        "NotKnown": "engine.backends.compiled.known",
    },
)
