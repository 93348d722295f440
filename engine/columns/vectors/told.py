"""The reasons of many cases, in the order in which a decision tells them, each with its rows.

Of a settled outcome they follow from what holds; of one that is open, what the reference reads is told.
`engine.evaluation.reasons` says which.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import numpy as np

from engine.columns.answers import reason_words
from engine.columns.vectors.bits import Bits, any_of_bits, everywhere, nowhere, packed, truths
from engine.columns.vectors.outcomes import Outcome
from engine.columns.vectors.reading import Reading
from engine.columns.vectors.reasons import OneOf, Reason
from engine.columns.vectors.run import Run
from engine.columns.vectors.values import FALSE, Values
from engine.decision import ReasonState
from engine.link.program import Choice, Owed, Rule, Table, Window

Reasons = list[Reason | OneOf]
FEW: Final = 4  # rules that are told one by one


class Told:
    """`settled` are the rows whose outcome is; in `determined` ones a standing rule decided."""

    def __init__(self, run: Run, settled: Bits, determined: Bits) -> None:
        self._run = run
        self._program = run.program
        self._settled = settled
        self._determined = determined
        self._standing = run.outcomes.outcome(run.program.standing)
        self._others = [table for table in run.program.tables.values() if table is not run.program.standing]
        self._read: Reading | None = None
        self._nowhere = nowhere(run.rows)
        self._drops_known = everywhere(run.rows)

    def read(self, rows: Bits, fields: Mapping[str, Values]) -> None:
        """Follow what the reference reads in the rows that are open. `fields` are what the fields are."""
        reading = Reading(self._run)
        reading.outcome(self._program.standing, rows)
        rows = rows & any_of_bits(self._standing.hold.values(), self._run.rows)
        for field in self._program.policy.fields.values():
            here = rows
            tables = self._program.tables_of[field.name]
            for table in tables if field.many else tables[:1]:
                name = f"{table.name}.{field.name}"
                reading.name(name, here)
                here = here & self._run.value(name).known(self._run.rows)
            if field.many and not field.must_be_known and field is not self._program.standing_field:
                for table in tables:
                    reading.so_far(table, field.name, rows & ~fields[field.name].known(self._run.rows))
        # what is dropped is asked for once a table was read whose rules drop something
        self._tables_read = dict(reading.tables)
        dropping = self._nowhere.copy()
        for name, mask in self._tables_read.items():
            table = self._table(name)
            if any(rule.not_owed_by for rule in table.rules):
                dropping |= mask
        self._drops_known = dropping | self._settled
        reading.not_owed(dropping)
        self._read = reading

    def _table(self, name: str) -> Table:
        if name in self._program.tables:
            return self._program.tables[name]
        meaning = self._program.names[name]
        assert isinstance(meaning, Choice)
        return meaning.table

    # ------------------------------------------------------------------------------------------------------ tables

    def reasons(self) -> Reasons:
        """The rules that decided or that the outcome hangs on, and the evidence."""
        found: Reasons = []
        rules = self._program.standing.rules
        found += self._held("held", self._program.standing, self._determined)
        for table in self._program.tables.values():
            if table is self._program.standing:
                for number, (mask, _) in self._standing.still_open.items():
                    found.append((_of_rule("open", rules[number]), mask & ~self._determined))
                continue
            found += self._of_table(table, self._settled, self._rows_read(table.name))
        choices = self._choices_that_count()
        for name, meaning in self._program.names.items():
            if isinstance(meaning, Choice):
                counts, read = choices.get(name, self._nowhere), self._rows_read(meaning.table.name)
                found += self._of_table(meaning.table, counts, read)
        return [*found, *self._evidence(choices)]

    def _rows_read(self, table: str) -> Bits:
        """The rows in which a table was read, of those whose outcome is open."""
        return self._nowhere if self._read is None else self._tables_read.get(table, self._nowhere)

    def _of_table(self, table: Table, counts: Bits, read: Bits) -> Reasons:
        """Of the rows in which the table counts for a settled outcome, and of those in which it was read for an open
        one."""
        if not (np.count_nonzero(counts) or np.count_nonzero(read)):
            return []
        outcome = self._run.outcomes.outcome(table)
        open_somewhere = self._nowhere
        for mask, _ in outcome.still_open.values():
            open_somewhere = open_somewhere | mask
        read_whole = read if table.hit == "all" else read & ~open_somewhere
        rows = counts | read_whole
        found = self._held("held", table, rows)
        found += [(_of_rule("open", table.rules[n]), mask & rows) for n, (mask, _) in outcome.listed.items()]
        found += [(_of_rule("failed", table.rules[n]), mask & rows) for n, mask in outcome.failed.items()]
        if np.count_nonzero(read):
            found += self._open_rules(table, outcome, read, open_somewhere)
        return found

    def _open_rules(self, table: Table, outcome: Outcome, read: Bits, open_somewhere: Bits) -> Reasons:
        if table.hit == "all":
            for mask in outcome.hold.values():
                read = read & ~mask
        found: Reasons = [
            (_of_rule("open", table.rules[n]), mask & read) for n, (mask, _) in outcome.still_open.items()
        ]
        return found + self._held("open", table, read & open_somewhere) if table.hit == "first" else found

    def _held(self, state: ReasonState, table: Table, rows: Bits) -> Reasons:
        """The rules of a table that hold, in some rows; of one of which one holds at most, by its number."""
        outcome, count = self._run.outcomes.outcome(table), self._run.rows
        texts = {number: _of_rule(state, table.rules[number]) for number in outcome.hold}
        if table.hit != "first" or len(texts) <= FEW:
            return [(text, outcome.hold[number] & rows) for number, text in texts.items()]
        numbers = outcome.first(count)
        if not np.array_equal(rows, everywhere(count)):
            numbers = numbers * truths(rows, count)
        return [OneOf(numbers, {number + 1: text for number, text in texts.items()})]

    def _choices_that_count(self) -> dict[str, Bits]:
        """The choices that the rules which decided a settled outcome read, each with the rows."""
        found: dict[str, Bits] = {}
        for table in (self._program.standing, *self._others):
            for number, mask in self._run.outcomes.outcome(table).hold.items():
                for name in table.rules[number].choices:
                    found[name] = found.get(name, self._nowhere) | (mask & self._settled)
        return found

    # ---------------------------------------------------------------------------------------------------- evidence

    def _evidence(self, choices: Mapping[str, Bits]) -> Reasons:
        """What is owed, where the decision speaks of evidence."""
        run, evidence = self._run, self._program.policy.evidence
        counted = [(t, run.outcomes.outcome(t).asked.bits(run.rows) & self._settled) for t in self._others]
        counted += [(self._table(name), mask) for name, mask in choices.items()]
        tells = self._nowhere.copy()
        for number, mask in self._standing.hold.items():
            if self._program.standing.rules[number].says_owed:
                tells |= mask & self._settled
        for table, mask in counted:
            if table.reads_owed:
                tells |= mask
        owed = {} if self._read is None else self._read.owed
        proofs = {} if self._read is None else dict(self._read.proofs)
        if not np.count_nonzero(tells) and not owed and not proofs:
            return []
        found: Reasons = []
        owes_any = self._nowhere.copy()
        for record in self._program.records:
            for one in record.owes:
                rows = tells | owed.get((one.party, one.proposition), self._nowhere)
                proofs[one.proposition] = proofs.get(one.proposition, self._nowhere) | tells
                found += self._owed(one, rows & ~self._dropped(one.party), owes_any)
        found.append((reason_words("owed", evidence.owed, ""), owes_any))
        for table, mask in counted:
            for proposition in table.proofs:
                proofs[proposition] = proofs.get(proposition, self._nowhere) | (mask & tells)
        for also in evidence.also:
            proving = self._nowhere.copy()
            for proposition, mask in proofs.items():
                proving |= mask & packed(run.records.proven_by(proposition, also.fact))
            found.append((reason_words("owed", evidence.owed, also.fact), proving))
        return found

    def _dropped(self, party: str) -> Bits:
        dropped = self._run.outcomes.not_owed().get(party, FALSE)
        return dropped.bits(self._run.rows) & self._drops_known

    def _owed(self, owed: Owed, rows: Bits, owes_any: Bits) -> Reasons:
        record = next(one for one in self._program.records if one.party == owed.party)
        owes = self._run.records.owes(record, owed)
        owes_any |= rows & ~owes.false(self._run.rows)
        found: Reasons = [(reason_words("owed", "", owed.id), rows & owes.bits(self._run.rows))]
        if owes.u is not None:
            found.append((reason_words("open", "", owed.id), rows & ~owes.known(self._run.rows)))
        return found

    # ----------------------------------------------------------------------------------------------------- windows

    @staticmethod
    def of_windows(windows: Iterable[tuple[Window, Bits, Bits | None]]) -> Reasons:
        """Of every window: where its deadline is shown, and where it hangs on what is missing."""
        found: Reasons = []
        for window, there, waits in windows:
            found.append((reason_words("shown", "", window.name), there))
            if waits is not None:
                found.append((reason_words("open", "", window.name), waits))
        return found


def _of_rule(state: ReasonState, rule: Rule) -> str:
    return reason_words(state, rule.table, rule.id)
