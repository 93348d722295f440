"""Rows as generated Python: the fast way to run a linked program, where all that is asked is known.

`build` and `generate` are modules here; the functions of these names stand in them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.lazily import names_of

if TYPE_CHECKING:
    from engine.backends.compiled.building import Ask, Decide, Generated, build, build_table
    from engine.backends.compiled.generating import generate, generate_table
    from engine.backends.compiled.known import NotKnown

__all__ = ["Ask", "Decide", "Generated", "NotKnown", "build_table", "generate_table"]

_BUILD = "engine.backends.compiled.building"
_GENERATE = "engine.backends.compiled.generating"
__getattr__ = names_of(
    __name__,
    {
        **dict.fromkeys(("Ask", "Decide", "Generated", "build_table"), _BUILD),
        "generate_table": _GENERATE,
        "NotKnown": "engine.backends.compiled.known",
    },
)
