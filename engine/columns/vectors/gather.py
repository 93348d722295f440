"""The decisions of many cases: fields, what is missing, deadlines and reasons, as columns of answers.

`engine.evaluation` says what a decision is. Three kinds of rows are told apart: `settled` (a standing rule holds and
nothing that must be known is open), `pending` (it hangs on findings only), and the others, which are undetermined.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.columns.answers import DEADLINES, MISSING, REASONS, Answers
from engine.columns.patterns import Lists
from engine.columns.vectors.bits import Bits, any_of_bits, everywhere, inverse, nowhere, packed, places, some, truths
from engine.columns.vectors.deadlines import deadlines_of
from engine.columns.vectors.reasons import reason_lists
from engine.columns.vectors.run import Run
from engine.columns.vectors.told import Told
from engine.columns.vectors.values import (
    KNOWN,
    NOTHING,
    UNKNOWNS,
    Array,
    Values,
    first_of,
    level,
    spread,
    waiting,
    within,
)
from engine.columns.vectors.word_lists import WordLists
from engine.link.program import Window
from engine.policy.from_document import LEFT_OUT
from engine.policy.model import Field


class Gathering:
    """What a run says of its rows, in the columns that are wanted. `answered` are those of which it does (None: all);
    the reference is left with the others."""

    def __init__(self, run: Run, wanted: frozenset[str]) -> None:
        self._run = run
        self._program = run.program
        self._wanted = wanted
        self._standing = run.outcomes.outcome(run.program.standing)
        fields = run.program.policy.fields.values()
        open_ones = bool(wanted.intersection((REASONS, *MISSING)))
        self._values = {
            f.name: self._field(f) for f in fields if open_ones or self._is_firm(f) or f.written_as in wanted
        }
        if open_ones:
            for table in run.program.tables.values():
                run.outcomes.outcome(table)
        ruled = any_of_bits(self._standing.hold.values(), run.rows)
        waits = waiting(*(self._values[f.name].u for f in fields if self._is_firm(f)))
        self._open_fields = None if waits is None else within(waits, ruled, run.rows)
        if self._open_fields is None:
            self._settled = self._determined = ruled
            self._pending = nowhere(run.rows)
        else:
            self._settled = ruled & packed(self._open_fields == KNOWN)
            self._pending = packed(UNKNOWNS.findings_only(self._open_fields))
            self._determined = self._settled | self._pending
        self._missing = self._missing_lists() if wanted.intersection(MISSING) else None
        self._windows = self._shown() if wanted.intersection((REASONS, DEADLINES)) else []
        self._deadlines = deadlines_of(run, [one[:2] for one in self._windows]) if DEADLINES in wanted else None
        self._reasons = self._all_reasons() if REASONS in wanted else None
        self.answered = inverse(packed(run.doubt), run.rows) if run.doubt.any() else None

    # ------------------------------------------------------------------------------------------------------ fields

    def _is_firm(self, field: Field) -> bool:
        """Whether a field must be known; the standing must."""
        return field.must_be_known or field is self._program.standing_field

    def _field(self, field: Field) -> Values:
        """A field in every row; of a list that is not known, what is told of it so far."""
        run = self._run
        tables = self._program.tables_of[field.name]
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
        told = spread(value.v, rows)
        if value.u is not None and not field.many:
            otherwise = np.int32(self._run.words.code(field.if_unknown or field.otherwise))
            told = np.where(truths(value.known(rows), rows), told, otherwise)
        shown = self._settled
        if some(self._pending):
            own = self._pending if field.if_unknown == LEFT_OUT else self._pending & self._said_by_standing(field)
            shown = shown | (own & value.known(rows) if self._is_firm(field) else own)
        if np.array_equal(shown, everywhere(rows)):
            return told
        return np.where(truths(shown, rows), told, self._empty(field))

    def _said_by_standing(self, field: Field) -> Bits:
        rules = self._program.standing.rules
        return any_of_bits((m for n, m in self._standing.hold.items() if field.name in rules[n].says), self._run.rows)

    # ---------------------------------------------------------------------------------------------- what is missing

    def _missing_lists(self) -> tuple[Array, Array] | None:
        """The ids of the lists of facts and findings to be made out, and of materials to be assessed."""
        run, sequences = self._run, WordLists()
        parts: list[Array] = []
        where_it_stands = self._waits_for()
        if where_it_stands is not None:
            undecided = within(where_it_stands, inverse(self._determined, run.rows), run.rows)
            parts.append(first_of(undecided, self._open_fields))
        elif self._open_fields is not None:
            parts.append(self._open_fields)
        for name, value in self._values.items():
            field = self._program.policy.fields[name]
            if value.u is not None and not (self._is_firm(field) or (field.many and field.if_unknown == LEFT_OUT)):
                parts.append(within(value.u, self._settled, run.rows))
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
            found = first_of(found, within(waits, mask, self._run.rows))
        return found

    def _listed(self) -> list[Array]:
        """What conditions wait for that do not hold meanwhile. Where more than one table lists something, or one that
        is not always read, the order in which the reference reads would tell."""
        run = self._run
        found: list[Array] = []
        before = nowhere(run.rows)
        for name, outcome in run.outcomes.read.items():
            table = self._program.tables.get(name)
            here = self._settled & any_of_bits((mask for mask, _ in outcome.listed.values()), run.rows)
            if not some(here):
                continue
            found += [within(waits, self._settled & mask, run.rows) for mask, waits in outcome.listed.values()]
            run.doubt[places(here if table is None or not table.fields else here & before)] = True
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

    def _all_reasons(self) -> tuple[Array, Lists]:
        """By row the number of its list of reasons, and the lists."""
        rows = self._run.rows
        told = Told(self._run, self._settled, self._determined)
        still_open = inverse(self._settled, rows) & ~packed(self._run.doubt)
        if some(still_open):
            told.read(still_open, self._values)
        return reason_lists([*told.reasons(), *told.of_windows(self._windows)], self._run.words, rows)

    # --------------------------------------------------------------------------------------------------- deadlines

    def _shown(self) -> list[tuple[Window, Bits, Bits | None]]:
        """The windows whose deadlines are shown, with the rows in which one is, and in which it hangs on facts."""
        run = self._run
        own = (record.window for record in self._program.records if record.window is not None)
        found: list[tuple[Window, Bits, Bits | None]] = []
        for window in (*self._program.windows, *own):
            if window.deadline is None:
                continue
            named = inverse(self._determined, run.rows)
            for number, mask in self._standing.hold.items():
                deadlines = self._program.standing.rules[number].deadlines
                if deadlines is None or window.deadline in deadlines:
                    named |= mask
            if not some(named):
                continue
            clock = run.clocks.clock(window)
            there = named & clock.asked.bits(run.rows) & packed(spread(clock.ends.v != NOTHING, run.rows))
            waits = None
            if clock.ends.u is not None:
                waits = named & ~clock.ends.known(run.rows)
                there &= ~waits
            found.append((window, there, waits))
        return found

    # --------------------------------------------------------------------------------------------------- to answers

    def answer(self, answers: Answers, rows: Array | None, version: str) -> None:
        """Give the answers of these rows; `rows` are their numbers among the answers (None: these are all)."""
        run = self._run
        own = None if self.answered is None else places(self.answered)
        at = rows if own is None else own if rows is None else rows[own]

        def given(value: Array) -> Array:
            return value if own is None else value[own]

        answers.give("version", at, answers.words.code(version))
        everywhere: Array = slice(None) if at is None else at
        answers.decided[everywhere] = True
        answers.determined[everywhere] = given(truths(self._determined, run.rows))
        for field in self._program.policy.fields.values():
            name = field.written_as
            if name in answers.single:
                answers.give(name, at, given(self._told(field)))
            elif name in answers.lists:
                value = given(self._told(field))
                answers.give(name, at, value if field.many else run.lists.ones(value))
        for name, ids in zip(MISSING, self._missing or (), strict=False):
            answers.give(name, at, given(ids))
        if self._reasons is not None:
            ids, lists = self._reasons
            answers.reasons.add(at, given(ids), lists)
        if self._deadlines is not None:
            answers.deadlines.add(at, given(self._deadlines.ids), self._deadlines.lists(answers.shared.deadlines))
            answers.instants(everywhere, [tuple(map(given, one)) for one in self._deadlines.columns])
