"""The facts of a version in the order in which its rows are decided: a scenario is a part of every array."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np

from engine.columns.answers import Words
from engine.columns.vectors.facts import FactArrays
from engine.columns.vectors.sets import Handed
from engine.columns.vectors.values import NO_WORD, Array, Coded, Given, Values, hidden, spread
from engine.columns.vectors.zones import Zones


class Ordered:
    """`rows` are the numbers of the rows in a batch (None: all as they lie), in parts in which they keep their order:
    `lengths` says how long those are. `moments` are those (microseconds, UTC) at which the facts of a batch are known,
    as they lie; `as_of` are the same in order."""

    def __init__(
        self,
        facts: FactArrays,
        rows: Array | None,
        lengths: Sequence[int],
        moments: Array,
        words: Words,
        zones: Zones,
    ) -> None:
        self.rows = facts.rows if rows is None else len(rows)
        self.as_of = moments if rows is None else moments[rows]
        self.words = words
        self.zones = zones
        self.wrong = facts.wrong if rows is None else facts.wrong[rows]
        self._facts = facts
        self._moments = moments
        self._order = rows
        self._lengths = lengths
        self._found: dict[str, Values] = {}

    def fact(self, name: str) -> Values:
        """A fact of all rows."""
        found = self._found.get(name)
        if found is None:
            found = self._found[name] = self._ordered(name)
        return found

    def _ordered(self, name: str) -> Values:
        found, fact = self._facts.values[name], self._facts.policy.facts[name]
        if found.kind == "set":
            return found if self._order is None else self._ordered_lists(found)
        if fact.kind != "event":
            return self.ordered(found)
        if isinstance(found, Given):
            return found.known_at(self._moments, self._order)
        found = self.ordered(found)
        return Values(hidden(found.v, found.v > self.as_of), found.u, "instant")

    def _ordered_lists(self, found: Values) -> Values:
        lists = found.v
        if isinstance(lists, Handed):
            lists = lists.ordered(self._places, self._parts)
        elif lists is not None:
            lists = lists.taken(self._order)
        return Values(lists, None if found.u is None else found.u[self._order], "set")

    def ordered(self, values: Values) -> Values:
        """Values of all rows of the batch in this order."""
        return values if self._order is None else values.taken(self._order)

    @cached_property
    def _places(self) -> Array:
        """Where each row of the batch goes; -1: nowhere."""
        places = np.full(self._facts.rows, -1)
        places[self._order] = np.arange(self.rows)
        return places

    @cached_property
    def _parts(self) -> Array:
        """The number of the part of each row."""
        return np.repeat(np.arange(len(self._lengths), dtype=np.min_scalar_type(len(self._lengths))), self._lengths)

    @cached_property
    def zone_numbers(self) -> Array:
        """The number of the zone in which the calendar days of each row are counted; -1: it is not known."""
        found = self.fact(self._facts.policy.zone_fact)
        codes, places = (
            (found.codes, found.places) if isinstance(found, Coded) else np.unique(found.v, return_inverse=True)
        )
        there = np.bincount(spread(places, self.rows), minlength=len(codes)) > 0
        numbers = [
            self.zones.number(self.words.word(code)) if own and code != NO_WORD else -1
            for code, own in zip(codes.tolist(), there.tolist(), strict=True)
        ]
        alone = {number for number, own in zip(numbers, there.tolist(), strict=True) if own}
        return np.int64(alone.pop()) if len(alone) == 1 else np.array(numbers).take(places)
