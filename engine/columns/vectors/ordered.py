"""The facts of a version in the order in which its rows are decided: a scenario is a part of every array."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from engine.columns.answers import Words
from engine.columns.vectors.facts import FactArrays, FactValues
from engine.columns.vectors.sets import Handed
from engine.columns.vectors.values import NO_WORD, NOTHING, Array, spread
from engine.columns.vectors.zones import Zones


class Ordered:
    """`rows` are the numbers of the rows in a batch, `as_of` the moments (microseconds, UTC) at which their facts are
    known."""

    def __init__(self, facts: FactArrays, rows: Array, as_of: Array, words: Words, zones: Zones) -> None:
        self.rows = len(rows)
        self.as_of = as_of
        self.words = words
        self.zones = zones
        self.wrong = facts.wrong[rows]
        self._facts = facts
        self._order = rows
        self._as_they_lie = len(rows) == facts.rows and bool((rows == np.arange(len(rows))).all())
        self._found: dict[str, FactValues] = {}

    def fact(self, name: str) -> FactValues:
        """A fact of all rows."""
        found = self._found.get(name)
        if found is None:
            found = self._found[name] = self._ordered(name)
        return found

    def _ordered(self, name: str) -> FactValues:
        found, fact = self._facts.values[name], self._facts.policy.facts[name]
        v, u = found.v, found.u
        if not self._as_they_lie:
            u = None if u is None else u.take(self._order)
            if isinstance(v, Handed):
                v = v.ordered(self._places)
            elif found.kind == "set":
                v = None if v is None else v.taken(self._order)
            else:
                v = v.take(self._order) if np.ndim(v) else v
        if fact.kind == "event":
            v = np.where(v > self.as_of, NOTHING, v)
        return FactValues(v, u, found.kind)

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
