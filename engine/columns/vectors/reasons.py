"""Reasons of many cases as lists."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import numpy as np

from engine.columns.answers import Words
from engine.columns.patterns import Lists
from engine.columns.vectors.bits import Array, Bits, everywhere, some
from engine.columns.vectors.marks import NO_CODE, Marks, always, each, lists_of, one_of

Reason = tuple[str, Bits]  # and the rows that have it


class OneOf(NamedTuple):
    """Reasons of which each row has one at most: by row its number (0: none of them), and the texts by number."""

    numbers: Array
    texts: Mapping[int, str]


def reason_lists(told: Iterable[Reason | OneOf], words: Words, rows: int) -> tuple[Array, Lists]:
    """By row the number of its list of reasons, and the lists: codes of words."""
    columns: list[Marks] = []
    alone: list[tuple[int, Bits]] = []
    for one in told:
        mask: Bits = one[1]
        if isinstance(one, OneOf):
            codes = [words.code(one.texts[n]) if n in one.texts else NO_CODE for n in range(max(one.texts) + 1)]
            columns += [*each(alone, rows), one_of(one.numbers, codes)]
            alone = []
        elif np.array_equal(mask, everywhere(rows)):
            columns += [*each(alone, rows), always(words.code(one[0]))]
            alone = []
        elif some(mask):
            alone.append((words.code(one[0]), mask))
    return lists_of([*columns, *each(alone, rows)], rows)
