"""Something that is equal to itself alone, so that what follows from it can be kept."""

from __future__ import annotations

from typing import Generic, TypeVar

T = TypeVar("T")


class Same(Generic[T]):
    def __init__(self, own: T) -> None:
        self.own = own

    def __hash__(self) -> int:
        return id(self.own)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and other.own is self.own
