"""Decisions and deadlines, made quickly.

The initializer of a frozen dataclass sets each field through `object.__setattr__`, which takes five times as long as
everything else about it. Generated code fills an instance of a plain class with the same slots, which then becomes one
of the frozen class: from there on it is as immutable, equal and picklable as any other.
"""

from __future__ import annotations

from engine.decision import Deadline, Decision


class OpenDeadline:
    """Becomes a Deadline: `deadline.__class__ = Deadline`."""

    __slots__ = Deadline.__slots__


class OpenDecision:
    """Becomes a Decision: `decision.__class__ = Decision`."""

    __slots__ = Decision.__slots__
