"""The facts of a version in the order in which its rows are decided: a scenario is a part of every array."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from engine.columns.answers import Words
from engine.columns.vectors.facts import FactArrays
from engine.columns.vectors.sets import Handed
from engine.columns.vectors.values import NO_WORD, NOTHING, Array, Values, spread
from engine.columns.vectors.zones import Zones


class Ordered:
    """`rows` are the numbers of the rows in a batch (None: all as they lie), `as_of` the moments (microseconds, UTC) at
    which their facts are known."""

    def __init__(self, facts: FactArrays, rows: Array | None, as_of: Array, words: Words, zones: Zones) -> None:
        self.rows = len(as_of)
        self.as_of = as_of
        self.words = words
        self.zones = zones
        self.wrong = facts.wrong if rows is None else facts.wrong[rows]
        self._facts = facts
        self._order = rows
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
            v, u = found.v, found.u
            if self._order is not None:
                v = v.ordered(self._places) if isinstance(v, Handed) else None if v is None else v.taken(self._order)
                u = None if u is None else u[self._order]
            return Values(v, u, "set")
        found = self.ordered(found)
        if fact.kind == "event" and self._order is not None and np.ndim(found.v):
            np.putmask(found.v, found.v > self.as_of, NOTHING)  # a copy already
        elif fact.kind == "event":
            return Values(np.where(found.v > self.as_of, NOTHING, found.v), found.u, found.kind)
        return found

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
    def zone_numbers(self) -> Array:
        """The number of the zone in which the calendar days of each row are counted; -1: it is not known."""
        codes = spread(self.fact(self._facts.policy.zone_fact).v, self.rows)
        counts = np.bincount(codes - NO_WORD)
        found = np.full(len(counts), -1)
        for code in counts.nonzero()[0] + NO_WORD:
            if code != NO_WORD:
                found[code - NO_WORD] = self.zones.number(self.words.word(int(code)))
        there = np.unique(found[counts > 0])
        return there[0] if len(there) == 1 else found.take(codes - NO_WORD)
