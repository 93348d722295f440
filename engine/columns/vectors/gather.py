"""The decisions of many cases: fields, what is missing, deadlines and reasons, as columns of answers.

`engine.evaluation` says what a decision is. Three kinds of rows are told apart: `settled` (a standing rule holds and
nothing that must be known is open), `pending` (it hangs on findings only), and the others, which are undetermined.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np

from engine.columns.answers import Answers
from engine.columns.vectors.run import Run
from engine.columns.vectors.told import Told
from engine.columns.vectors.values import (
    KNOWN,
    NOTHING,
    UNKNOWNS,
    Array,
    Lists,
    Values,
    first_of,
    level,
    spread,
    waiting,
)
from engine.link.program import Window
from engine.policy.from_document import LEFT_OUT
from engine.policy.model import Field

STATES: Final = ("running", "met", "missed", "ended", "paused")


class Gathering:
    """What a run says of its rows. `answered` are those of which it does; the reference is left with the others."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._program = run.program
        self._standing = run.outcomes.outcome(run.program.standing)
        self._values = {name: self._field(field) for name, field in run.program.policy.fields.items()}
        for table in run.program.tables.values():
            run.outcomes.outcome(table)
        ruled = _any(self._standing.hold.values(), run.rows)
        waits = level(waiting(*(self._values[f.name].u for f in self._firm())), run.rows)
        self._open_fields = np.where(ruled, waits, KNOWN)
        self._settled = ruled & (self._open_fields == KNOWN)
        self._pending = UNKNOWNS.findings_only(self._open_fields)
        self._determined = self._settled | self._pending
        self._missing = self._missing_lists()
        self._windows = self._shown()
        self._deadlines = self._deadline_columns()
        self._reasons = self._all_reasons()
        self.answered = (~run.doubt).nonzero()[0]

    # ------------------------------------------------------------------------------------------------------ fields

    def _firm(self) -> Iterable[Field]:
        """The fields that must be known, the standing among them."""
        fields = self._program.policy.fields.values()
        return (field for field in fields if field.must_be_known or field is self._program.standing_field)

    def _field(self, field: Field) -> Values:
        """A field in every row; of a list that is not known, what is told of it so far."""
        run = self._run
        tables = self._program.tables_of(field)
        if not field.many:
            if tables:
                return run.value(f"{tables[0].name}.{field.name}")
            return Values(np.int32(run.words.code(field.otherwise)), None, "word")
        ids: Array = np.zeros(run.rows, np.int32)
        sure: Array = np.zeros(run.rows, np.int32)
        unknown = None
        for table in tables:
            value = run.value(f"{table.name}.{field.name}")
            ids = run.lists.joined(ids, value.v)
            if value.u is not None:
                if value.sure is not None:
                    sure = np.where((level(unknown, run.rows) == KNOWN) & (value.u != KNOWN), value.sure, sure)
                unknown = first_of(unknown, value.u)
        if unknown is not None:
            ids = np.where(unknown != KNOWN, run.lists.joined(ids, sure), ids)
        return Values(ids, unknown, "tuple")

    def _empty(self, field: Field) -> Array:
        """What a field falls back on, the standing on its value for what is not known."""
        if field.many:
            return np.int32(0)
        fallback = (field.if_unknown or "") if field is self._program.standing_field else field.otherwise
        return np.int32(self._run.words.code(fallback))

    def _told(self, field: Field) -> Array:
        """A field as the decision tells it: while it hangs on findings, only what the standing rule itself says, and
        the remarks."""
        rows, value = self._run.rows, self._values[field.name]
        told, empty = spread(value.v, rows), self._empty(field)
        firm = field.must_be_known or field is self._program.standing_field
        known = level(value.u, rows) == KNOWN
        if value.u is not None and not field.many:
            otherwise = np.int32(self._run.words.code(field.if_unknown or field.otherwise))
            told = np.where(known, told, otherwise)
        own = spread(np.bool_(field.if_unknown == LEFT_OUT), rows)
        for number, mask in self._standing.hold.items():
            if field.name in self._program.standing.rules[number].says:
                own = own | mask
        shown = self._settled | (self._pending & own & (known if firm else np.True_))
        return np.where(shown, told, empty)

    # ---------------------------------------------------------------------------------------------- what is missing

    def _missing_lists(self) -> tuple[Array, Array] | None:
        """The ids of the lists of facts and findings to be made out, and of materials to be assessed."""
        run, sequences = self._run, Lists()
        waits = np.where(self._determined, self._open_fields, level(self._waits_for(), run.rows))
        waits = np.where(waits == KNOWN, self._open_fields, waits)
        parts: list[Array] = [waits]
        for name, value in self._values.items():
            field = self._program.policy.fields[name]
            firm = field.must_be_known or field is self._program.standing_field
            if value.u is not None and not firm and not (field.many and field.if_unknown == LEFT_OUT):
                parts.append(np.where(self._settled, value.u, KNOWN))
        parts += self._listed()
        ids: Array = np.zeros(run.rows, np.int32)
        for part in parts:
            rows = (part != KNOWN).nonzero()[0]
            if len(rows):
                codes, places = np.unique(part[rows], return_inverse=True)
                own = np.array([sequences.id([code]) for code in codes.tolist()], np.int32)
                ids[rows] = sequences.joined(ids[rows], own[places])
        if not np.count_nonzero(ids):
            return None
        pairs = [self._missing_words(sequence) for sequence in sequences.lists]
        return np.array([facts for facts, _ in pairs], np.int32)[ids], np.array([m for _, m in pairs], np.int32)[ids]

    def _waits_for(self) -> Array | None:
        """What the first open rule waits for that would say where the case stands."""
        found = None
        for mask, waits in self._standing.still_open.values():
            found = first_of(found, np.where(mask, waits, KNOWN))
        return found

    def _listed(self) -> list[Array]:
        """What conditions wait for that do not hold meanwhile. Where more than one table lists something, or one that
        is not always read, the order in which the reference reads would tell."""
        run = self._run
        found: list[Array] = []
        before = np.zeros(run.rows, np.bool_)
        for name, outcome in run.outcomes.read.items():
            table = self._program.tables.get(name)
            here = np.zeros(run.rows, np.bool_)
            for mask, waits in outcome.listed.values():
                found.append(np.where(self._settled & mask, waits, KNOWN))
                here |= self._settled & mask
            run.doubt |= here if table is None or not table.fields else here & before
            before |= here
        return found

    def _missing_words(self, sequence: Sequence[int]) -> tuple[int, int]:
        run = self._run
        unknowns = [UNKNOWNS.all[number] for number in sequence]
        facts = dict.fromkeys(name for one in unknowns for name in one.facts)
        materials: dict[str, None] = {}
        for finding in (name for one in unknowns for name in one.findings):
            is_materials = self._program.policy.facts[finding].kind == "submissions"
            (materials if is_materials else facts)[finding] = None
        return tuple(run.lists.id([run.words.code(name) for name in names]) for names in (facts, materials))  # type: ignore[return-value]

    # ----------------------------------------------------------------------------------------------------- reasons

    def _all_reasons(self) -> list[tuple[str, Array]]:
        told = Told(self._run, self._settled, self._determined)
        if not self._settled.all():
            told.read(~self._settled & ~self._run.doubt, self._open_ones())
        return [*told.reasons(), *told.of_windows(self._windows)]

    def _open_ones(self) -> dict[str, Array]:
        """By field: the rows in which the reference would ask for it, and whether it goes on to what is told so far."""
        return {name: level(value.u, self._run.rows) for name, value in self._values.items()}

    # --------------------------------------------------------------------------------------------------- deadlines

    def _shown(self) -> list[tuple[Window, Array, Array | None]]:
        """The windows whose deadlines are shown, with the rows in which one is, and in which it hangs on facts."""
        run = self._run
        own = (record.window for record in self._program.records if record.window is not None)
        found: list[tuple[Window, Array, Array | None]] = []
        for window in (*self._program.windows, *own):
            if window.deadline is None:
                continue
            named = ~self._determined
            for number, mask in self._standing.hold.items():
                deadlines = self._program.standing.rules[number].deadlines
                if deadlines is None or window.deadline in deadlines:
                    named = named | mask
            if not np.count_nonzero(named):
                continue
            clock = run.clocks.clock(window)
            there = named & clock.asked.v & (clock.ends.v != NOTHING)
            waits = None
            if clock.ends.u is not None:
                waits = named & (clock.ends.u != KNOWN)
                there &= ~waits
            found.append((window, there, waits))
        return found

    def _deadline_columns(self) -> tuple[Array, Array, list[Window]]:
        """For every row and window: when its deadline is, what became of it; and the windows by their names."""
        run = self._run
        order = sorted(range(len(self._windows)), key=lambda number: self._windows[number][0].deadline or "")
        at = np.full((run.rows, len(order)), NOTHING)
        state = np.zeros((run.rows, len(order)), np.int8)
        for column, number in enumerate(order):
            window, there, _ = self._windows[number]
            clock = run.clocks.clock(window)
            np.copyto(at[:, column], clock.ends.v, where=there)
            state[:, column] = self._states(window, run.as_of > clock.ends.v)
        return at, state, [self._windows[number][0] for number in order]

    def _states(self, window: Window, passed: Array) -> Array:
        run = self._run
        behind = "missed" if window.met_by is not None or run.records.of(window) is not None else "ended"
        found = np.where(passed, np.int8(STATES.index(behind)), np.int8(STATES.index("running")))
        found = np.where(run.clocks.met(window).v, np.int8(STATES.index("met")), found)
        if window.paused_by is not None:
            found = np.where(run.clocks.paused(window).v, np.int8(STATES.index("paused")), found)
        return found

    # --------------------------------------------------------------------------------------------------- to answers

    def answer(self, answers: Answers, rows: Array, version: str) -> None:
        """Give the answers of these rows; `rows` are their numbers among the answers."""
        own = self.answered
        at = rows[own]
        if not len(at):
            return
        run, words = self._run, answers.words
        answers.version[at] = words.code(version)
        answers.decided[at] = True
        answers.determined[at] = self._determined[own]
        for field in self._program.policy.fields.values():
            value = self._told(field)[own]
            if field.written_as in answers.single:
                answers.single[field.written_as][at] = value
            elif field.many:
                answers.lists[field.written_as][at] = value
            else:  # a list in another version
                codes, places = np.unique(value, return_inverse=True)
                answers.lists[field.written_as][at] = np.array([run.lists.id([code]) for code in codes.tolist()])[
                    places
                ]
        if self._missing is not None:
            for number, name in enumerate(("missing_facts", "unassessed")):
                answers.lists[name][at] = self._missing[number][own]
        whole = len(own) == run.rows
        for text, mask in self._reasons:
            there = (mask if whole else mask[own]).nonzero()[0]
            if len(there):
                answers.reasons.append((words.code(text), at[there]))
        self._answer_deadlines(answers, at, own)

    def _answer_deadlines(self, answers: Answers, at: Array, own: Array) -> None:
        ends, states, windows = self._deadlines
        if len(own) < self._run.rows:
            ends, states = ends[own], states[own]
        order = np.argsort(ends, axis=1, kind="stable")
        ends = np.take_along_axis(ends, order, axis=1)
        there = ends != NOTHING
        which, instants = order[there], ends[there]
        states = np.take_along_axis(states, order, axis=1)[there]
        kinds = [
            answers.shared.deadlines.code(str(window.deadline), window.name, window.party, state)
            for window in windows
            for state in STATES
        ]
        codes = np.array(kinds, np.int32)[which * len(STATES) + states]
        answers.deadlines.add(at, there.sum(axis=1, dtype=np.int32), codes, instants)


def _any(masks: Iterable[Array], rows: int) -> Array:
    """Where any of them is true."""
    whole = np.zeros(rows, np.bool_)
    for mask in masks:
        whole |= mask
    return whole
