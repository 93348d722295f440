"""What follows from a part of a policy, kept for as long as somebody holds that part."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar
from weakref import finalize

K = TypeVar("K")
V = TypeVar("V")


def kept(make: Callable[[K], V]) -> Callable[[K], V]:
    """`make`, called once for each object: that one itself, not one that is equal to it. What it gives is forgotten
    with the object, so it must not lead back to it."""
    found: dict[int, V] = {}

    def of(one: K) -> V:
        number = id(one)
        if number not in found:
            made = make(one)
            finalize(one, found.pop, number, None).atexit = False
            found[number] = made
        return found[number]

    return of
