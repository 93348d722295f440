"""What is generated: source and constants."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Generated:
    """A row as Python source, with the constants that it names. Both are plain data: they can be kept and sent.

    `entry` is the name of the function that decides.
    """

    source: str
    constants: dict[str, object]
    entry: str
