"""The decisions of many cases that a program settles: fields, deadlines and reasons, as columns of answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from engine.columns.answers import NONE, Answers, reason_words
from engine.columns.vectors.outcomes import Outcome
from engine.columns.vectors.run import Run
from engine.columns.vectors.values import FALSE, KNOWN, NOTHING, Array, Values, first_of, level, negation, spread
from engine.decision import ReasonState
from engine.link.program import Choice, Rule, Table, Window
from engine.policy.from_document import LEFT_OUT
from engine.policy.model import Field

STATES: Final = ("running", "met", "missed", "ended", "paused")


class Gathering:
    """What a run says of the rows of which it settles all that is decided; `settled` are the numbers of these."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._program = run.program
        self._standing = run.outcomes.outcome(run.program.standing)
        self._fields = {name: self._field(field) for name, field in run.program.policy.fields.items()}
        self._tables = [t for t in run.program.tables.values() if t is not run.program.standing]
        for table in self._tables:
            run.outcomes.outcome(table)
        self._choices = self._choices_that_count()
        self._evidence = self._evidence_reasons()
        self._windows = self._shown()
        self._deadlines = self._deadline_columns()
        self.settled = np.flatnonzero(self._settled())

    def _settled(self) -> Array:
        """Rows with a standing rule, nothing open that the decision would tell, and nothing listed or doubtful."""
        rows = self._run.rows
        decided = np.zeros(rows, np.bool_)
        for mask in self._standing.hold.values():
            decided |= mask
        for mask, _ in self._standing.still_open.values():
            decided &= ~mask
        for name, value in self._fields.items():
            field = self._program.policy.fields[name]
            if value.u is not None and (not field.many or field.must_be_known or field.if_unknown != LEFT_OUT):
                decided &= spread(value.u == KNOWN, rows)
        for outcome in self._run.outcomes.read.values():
            for mask in outcome.listed.values():
                decided &= ~mask
        return decided & ~self._run.doubt

    # ------------------------------------------------------------------------------------------------------ fields

    def _field(self, field: Field) -> Values:
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

    # ----------------------------------------------------------------------------------------------------- reasons

    def _choices_that_count(self) -> list[tuple[Table, Array]]:
        """The choices that the rules that decided read, each with the rows in which one did."""
        run = self._run
        found: dict[str, Array] = {}
        for table in (self._program.standing, *self._tables):
            for number, mask in run.outcomes.outcome(table).hold.items():
                for name in table.rules[number].choices:
                    found[name] = found[name] | mask if name in found else mask
        names = self._program.names.items()
        return [(m.table, found[name]) for name, m in names if name in found and isinstance(m, Choice)]

    def _evidence_reasons(self) -> list[tuple[str, Array]]:
        """What is owed, where the decision speaks of evidence."""
        run, evidence = self._run, self._program.policy.evidence
        counted = [(t, spread(run.outcomes.outcome(t).asked.v, run.rows)) for t in self._tables]
        counted += self._choices
        tells = np.zeros(run.rows, np.bool_)
        for number, mask in self._standing.hold.items():
            if self._program.standing.rules[number].says_owed:
                tells |= mask
        for table, mask in counted:
            if table.reads_owed:
                tells |= mask
        if not tells.any():
            return []
        not_owed = run.outcomes.not_owed()
        found: list[tuple[str, Array]] = []
        owes_any = np.zeros(run.rows, np.bool_)
        proofs: dict[str, Array] = {}
        for record in self._program.records:
            for owed in record.owes:
                owes = run.records.owes(record, owed)
                matters = tells & ~spread(not_owed.get(owed.party, FALSE).v, run.rows)
                owes_any |= matters & ~negation(owes).v
                found.append((reason_words("owed", "", owed.id), matters & owes.v))
                if owes.u is not None:
                    found.append((reason_words("open", "", owed.id), matters & (owes.u != KNOWN)))
                proofs[owed.proposition] = tells
        found.append((reason_words("owed", evidence.owed, ""), owes_any))
        for table, mask in counted:
            for proposition in table.proofs:
                proofs[proposition] = proofs.get(proposition, FALSE.v) | (mask & tells)
        for also in evidence.also:
            proving = np.zeros(run.rows, np.bool_)
            for proposition, mask in proofs.items():
                proving |= mask & run.records.proven_by(proposition, also.fact)
            found.append((reason_words("owed", evidence.owed, also.fact), proving))
        return found

    def _reasons(self) -> list[tuple[str, Array]]:
        """Every reason that some row has, in the order in which they are told, with its rows."""
        found = [
            (_of_rule("held", self._program.standing.rules[number]), mask)
            for number, mask in self._standing.hold.items()
        ]
        for table in self._tables:
            found += _of_table(table, self._run.outcomes.outcome(table))
        for table, read in self._choices:
            found += [(text, mask & read) for text, mask in _of_table(table, self._run.outcomes.outcome(table))]
        found += self._evidence
        for window, there, waits in self._windows:
            found.append((reason_words("shown", "", window.name), there))
            if waits is not None:
                found.append((reason_words("open", "", window.name), waits))
        return found

    # --------------------------------------------------------------------------------------------------- deadlines

    def _shown(self) -> list[tuple[Window, Array, Array | None]]:
        """The windows whose deadlines are shown, with the rows in which one is, and in which it hangs on facts."""
        run = self._run
        own = (record.window for record in self._program.records if record.window is not None)
        found: list[tuple[Window, Array, Array | None]] = []
        for window in (*self._program.windows, *own):
            if window.deadline is None:
                continue
            named = np.zeros(run.rows, np.bool_)
            for number, mask in self._standing.hold.items():
                deadlines = self._program.standing.rules[number].deadlines
                if deadlines is None or window.deadline in deadlines:
                    named |= mask
            if not named.any():
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
        windows = [window for window, _, _ in self._windows]
        order = sorted(range(len(windows)), key=lambda number: windows[number].deadline or "")
        at = np.full((run.rows, len(order)), NOTHING)
        state = np.zeros((run.rows, len(order)), np.int8)
        for column, number in enumerate(order):
            window, there, _ = self._windows[number]
            clock = run.clocks.clock(window)
            np.copyto(at[:, column], clock.ends.v, where=there)
            state[:, column] = self._states(window, run.as_of > clock.ends.v)
        return at, state, [windows[number] for number in order]

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
        """Give the answers of the settled rows; `rows` are their numbers among the answers."""
        own = self.settled
        at = rows[own]
        if not len(at):
            return
        run, words = self._run, answers.words
        answers.version[at] = words.code(version)
        answers.decided[at] = True
        answers.determined[at] = True
        nothing = np.zeros(len(at), np.int32)
        said = set()
        for name, field in self._program.policy.fields.items():
            said.add(field.written_as)
            value = spread(self._fields[name].v, run.rows)[own]
            if field.written_as in answers.single:
                answers.single[field.written_as][at] = value
            elif field.many:
                answers.lists[field.written_as].add(at, *run.lists.ragged(value))
            else:  # a list in another version
                answers.lists[field.written_as].add(at, np.ones(len(at), np.int32), value)
        for name in ("missing_facts", "unassessed", *(n for n in answers.fields if n not in said)):
            if name in answers.lists:
                answers.lists[name].add(at, nothing, np.zeros(0, np.int32))
        texts, masks = zip(*self._reasons(), strict=True)
        counts, which = _true_by_row(masks, own)
        answers.lists["reasons"].add(at, counts, words.codes(texts)[which])
        self._answer_deadlines(answers, at, own)

    def _answer_deadlines(self, answers: Answers, at: Array, own: Array) -> None:
        ends, states, windows = self._deadlines
        words = answers.words
        if not windows:
            empty = [np.zeros(0, type_) for type_ in ("i4", "i4", "i4", "i8", "i4", "?")]
            answers.deadlines.add(at, np.zeros(len(at), np.int32), *empty)
            return
        ends, states = ends[own], states[own]
        order = np.argsort(ends, axis=1, kind="stable")
        ends = np.take_along_axis(ends, order, axis=1)
        there = ends != NOTHING
        which, instants = order[there], ends[there]
        states = np.take_along_axis(states, order, axis=1)[there]
        counts = there.sum(axis=1, dtype=np.int32)
        moments = np.repeat(spread(self._run.as_of, self._run.rows)[own], counts)
        party = [NONE if window.party is None else words.code(window.party) for window in windows]
        answers.deadlines.add(
            at,
            counts,
            words.codes(str(window.deadline) for window in windows)[which],
            words.codes(window.name for window in windows)[which],
            np.array(party, np.int32)[which],
            instants,
            words.codes(STATES)[states],
            moments > instants,
        )


def _of_table(table: Table, outcome: Outcome) -> list[tuple[str, Array]]:
    held = [(_of_rule("held", table.rules[number]), mask) for number, mask in outcome.hold.items()]
    return [*held, *((_of_rule("failed", table.rules[number]), mask) for number, mask in outcome.failed.items())]


def _of_rule(state: ReasonState, rule: Rule) -> str:
    return reason_words(state, rule.table, rule.id)


def _true_by_row(masks: Sequence[Array], rows: Array) -> tuple[Array, Array]:
    """Of some rows: how many of the masks are true in each, and which ones, in order."""
    matrix = np.empty((len(rows), len(masks)), np.bool_)
    for number, mask in enumerate(masks):
        matrix[:, number] = mask[rows]
    return matrix.sum(axis=1, dtype=np.int32), np.nonzero(matrix)[1]
