"""Which rule of one list is which of another: by id first, then by what they say; and which of them moved."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Hashable, Sequence

from engine.analysis.canonical import canonical
from engine.analysis.differences import ID, USE, WHEN
from engine.analysis.row_parts import Part

Pairs = list[tuple[int, int]]


def matched(before: Sequence[Part], after: Sequence[Part]) -> Pairs:
    """The pairs of rules that are the same one, as indexes, in the order of the later list.

    A rule that has no partner of its own id takes one of the same content, then one of the same condition, then one
    that says the same.
    """
    pairs: Pairs = []
    for key in (_id, _content, _condition, _says):
        _pair(before, after, key, pairs)
    return sorted(pairs, key=lambda pair: pair[1])


def moved(pairs: Pairs) -> frozenset[int]:
    """The indexes, in the later list, of the rules that moved: the fewest that make the order another."""
    lasts: list[int] = []  # the smallest last element of an ascending run of each length, and where it stands
    where: list[int] = []
    before: list[int] = []  # the element before each in its run, -1 for the first
    for number, (old, _) in enumerate(pairs):
        length = bisect_left(lasts, old)
        lasts[length : length + 1], where[length : length + 1] = [old], [number]
        before.append(where[length - 1] if length else -1)
    stayed: set[int] = set()
    number = where[-1] if where else -1
    while number >= 0:
        stayed.add(number)
        number = before[number]
    return frozenset(new for number, (_, new) in enumerate(pairs) if number not in stayed)


def _pair(before: Sequence[Part], after: Sequence[Part], key: Callable[[Part], Hashable | None], pairs: Pairs) -> None:
    """Pair what is not paired yet and has the same key, in order."""
    olds, news = {old for old, _ in pairs}, {new for _, new in pairs}
    waiting: dict[Hashable, list[int]] = {}
    for number, part in enumerate(before):
        if number not in olds and (found := key(part)) is not None:
            waiting.setdefault(found, []).append(number)
    for number, part in enumerate(after):
        if number not in news and (found := key(part)) is not None and waiting.get(found):
            pairs.append((waiting[found].pop(0), number))


def _id(part: Part) -> Hashable:
    return part.name


def _content(part: Part) -> Hashable:
    return canonical({key: value for key, value in part.means.items() if key != ID})


def _condition(part: Part) -> Hashable:
    return canonical(part.means[WHEN]) if part.means[WHEN] is not None else None


def _says(part: Part) -> Hashable | None:
    """What a rule says; nothing for one that takes that from a general rule, as others do, too."""
    if part.means[USE] is not None:
        return None
    return canonical({key: value for key, value in part.means.items() if key not in (ID, USE, WHEN)})
