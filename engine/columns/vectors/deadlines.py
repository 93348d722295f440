"""The deadlines of many cases, each row's in the order in which they come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.columns.answers import Deadlines
from engine.columns.patterns import Lists, distinct, lines
from engine.columns.vectors.bits import Array, Bits, packed, truths
from engine.columns.vectors.values import NOTHING, spread
from engine.link.program import Window

if TYPE_CHECKING:
    from engine.columns.vectors.run import Run

STATES: Final = ("running", "met", "missed", "ended", "paused")
KINDS: Final = 2 * len(STATES)  # each with what is passed behind what is not


@dataclass(frozen=True, slots=True)
class Shown:
    """The different lists, a line of marks for each, and by row the number of its own. Of each window, `columns` say
    which rows have it, when it ends, and its place in their lists."""

    ids: Array
    lines: Array
    windows: Sequence[Window]
    columns: Sequence[tuple[Array, Array, Array]]

    def lists(self, codes: Deadlines) -> Lists:
        """The lists as codes."""
        counts = np.count_nonzero(self.lines, axis=1).astype(np.int32)
        starts = np.cumsum(counts) - counts
        kinds = np.array(
            [
                codes.code(str(window.deadline), window.name, window.party, state, passed)
                for window in self.windows
                for state in STATES
                for passed in (False, True)
            ],
            np.int32,
        )
        found = np.empty(int(counts.sum()), np.int32)
        rows, which = self.lines.nonzero()
        place, kind = np.divmod(self.lines[rows, which].astype(np.int32) - 1, KINDS)
        found[starts[rows] + place] = kinds[which * KINDS + kind]
        return counts, found


def deadlines_of(run: Run, windows: Sequence[tuple[Window, Bits]]) -> Shown:
    """The deadlines of windows in the rows in which they are shown. What comes at the same instant goes by name."""
    windows = sorted(windows, key=lambda one: one[0].deadline or "")
    there = [truths(mask, run.rows) for _, mask in windows]
    ends = [spread(run.clocks.clock(window).ends.v, run.rows) for window, _ in windows]
    at = [
        end if np.array_equal(mask, packed(end != NOTHING)) else np.where(own, end, NOTHING)
        for (_, mask), own, end in zip(windows, there, ends, strict=True)
    ]
    mark = np.min_scalar_type(KINDS * len(windows))
    places = [np.zeros(run.rows, np.uint8) for _ in windows]
    for first, then in combinations(range(len(windows)), 2):
        behind = (at[first] > at[then]).view(np.uint8)
        places[first] += behind
        places[then] += behind ^ np.uint8(1)
    marks = lines(run.rows, len(windows), mark)
    for column, (window, _) in enumerate(windows):
        own = places[column].astype(mark) * mark.type(KINDS) + _kinds(run, window, at[column])
        marks[:, column] = (own + mark.type(1)) * there[column]
    different, ids = distinct(marks)
    return Shown(ids, different, [window for window, _ in windows], list(zip(there, at, places, strict=True)))


def _kinds(run: Run, window: Window, ends: Array) -> Array:
    """What became of a window: the number of its state, twice, and one more where it is passed. By numbers alone, which
    takes less time than to choose by row."""
    passed = (run.as_of > ends).view(np.uint8)
    behind = "missed" if window.met_by is not None or run.records.of(window) is not None else "ended"
    state = passed * np.uint8(STATES.index(behind))  # on running, which is the first
    instead = [(run.clocks.met(window), "met")]
    if window.paused_by is not None:
        instead.append((run.clocks.paused(window), "paused"))
    for value, name in instead:
        here = truths(value.bits(run.rows), run.rows).view(np.uint8)
        state = state * (here ^ np.uint8(1)) + here * np.uint8(STATES.index(name))
    return state * np.uint8(2) + passed
