"""Tables of many cases: which rules hold, which are open, and what follows for each field."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.columns.buffers import chosen
from engine.columns.vectors.bits import Bits, any_of_bits, everywhere, numbered, places, some, truths
from engine.columns.vectors.values import (
    FALSE,
    KNOWN,
    NO_WORD,
    NOTHING,
    UNKNOWNS,
    Array,
    Kind,
    NotInColumns,
    Truths,
    Values,
    any_of,
    first_of,
    level,
    same,
    settled,
    spread,
    truth,
    waiting,
    within,
)
from engine.link.program import IS, Rule, Table, TablePart

if TYPE_CHECKING:
    from engine.columns.vectors.run import Run

ABSENT: Final[dict[Kind, Array]] = {
    "word": NO_WORD,
    "instant": NOTHING,
    "date": NOTHING,
    "integer": NOTHING,
    "decimal": NOTHING,
}
TOTAL: Final[dict[Kind, Array]] = {"bool": np.bool_(False), "tuple": np.int32(0)}  # where some alternative always holds
KIND_OF: Final[dict[str, Kind]] = {
    "bool": "bool",
    "word": "word",
    "text": "word",
    "zone": "word",
    "integer": "integer",
    "decimal": "decimal",
    "date": "date",
    "instant": "instant",
    "list": "tuple",
}


@dataclass(slots=True)
class Outcome:
    """A table in each case: for each rule (by its number) the rows in which it holds, is open (and for what), failed
    for want of proof or by a finding, or is open and only listed. Rules without such rows are left out."""

    asked: Values
    hold: dict[int, Bits] = field(default_factory=dict)
    still_open: dict[int, tuple[Bits, Array]] = field(default_factory=dict)
    failed: dict[int, Bits] = field(default_factory=dict)
    listed: dict[int, tuple[Bits, Array]] = field(default_factory=dict)
    _first: Array | None = None

    def first(self, rows: int) -> Array:
        """Of a table of which one rule holds at most: one more than its number in each row, 0 where none does."""
        if self._first is None:
            self._first = numbered(((number + 1, mask) for number, mask in self.hold.items()), rows)
        return self._first

    def always(self, rows: int) -> int | None:
        """The number of the one rule that holds in all rows."""
        if len(self.hold) != 1:
            return None
        number, mask = next(iter(self.hold.items()))
        return number if np.array_equal(mask, everywhere(rows)) else None


class Outcomes:
    def __init__(self, run: Run) -> None:
        self._in = run
        self.read: dict[str, Outcome] = {}
        self._not_owed: dict[str, Values] | None = None

    def outcome(self, table: Table) -> Outcome:
        found = self.read.get(table.name)
        if found is None:
            found = self.read[table.name] = self._outcome(table)
        return found

    def _outcome(self, table: Table) -> Outcome:
        run, rows = self._in, self._in.rows
        outcome = Outcome(run.holds(table.asked_if))
        first = table.hit == "first"
        in_stages = table.name == run.program.standing.name
        rest = outcome.asked.bits(rows).copy()  # the rows in which the table is still being read
        for number, rule in enumerate(table.rules):
            if not some(rest):
                break
            holds = run.holds(rule.when)
            if same(holds, False) and not rule.hangs_on_proof:
                continue
            here = rest & holds.bits(rows)
            if some(here):
                outcome.hold[number] = here
            if holds.u is not None:
                self._open(outcome, number, rule, rest & ~holds.known(rows), spread(holds.u, rows))
            if first:
                if rule.hangs_on_proof:
                    failed = rest & holds.false(rows)
                    if some(failed):
                        outcome.failed[number] = failed
                rest ^= here
                if in_stages and number in outcome.still_open:  # what comes later does not matter yet
                    rest &= ~outcome.still_open[number][0]
        return outcome

    @staticmethod
    def _open(outcome: Outcome, number: int, rule: Rule, rows: Bits, waits: Array) -> None:
        if not some(rows):
            return
        if rule.if_unknown == "open":
            outcome.still_open[number] = (rows, waits)
        elif rule.if_unknown == "list":
            outcome.listed[number] = (rows, waits)

    def part(self, meaning: TablePart) -> Values:
        return self.field(meaning.table, meaning.field) if meaning.field else self.any(meaning.table)

    def any(self, table: Table) -> Values:
        """Whether any rule of the table holds."""
        outcome, rows = self.outcome(table), self._in.rows
        if same(outcome.asked, False):
            return FALSE
        held = any_of_bits(outcome.hold.values(), rows)
        if outcome.asked.u is None and not outcome.still_open:
            return Truths(held, rows)
        waits = np.array(level(outcome.asked.u, rows))
        for mask, own in outcome.still_open.values():
            waits = UNKNOWNS.both(waits, within(own, mask, rows))
        waits[truths(held, rows)] = KNOWN
        return truth(held, rows, waits)

    # ------------------------------------------------------------------------------------------------------ fields

    def field(self, table: Table, name: str) -> Values:
        """What a table says of a field; not known where the rules that are still possible disagree on it."""
        outcome = self.outcome(table)
        many = name != IS and self._in.program.policy.fields[name].many
        if table.hit == "all" and not many:
            raise NotInColumns("one value of all rules that hold")
        if table.hit == "all":
            found = self._gathered(table, outcome, name)
        else:
            found = self._decided(table, outcome, name)
        if outcome.asked.u is None:
            return found
        return found.waiting_for(first_of(outcome.asked.u, found.u))

    def _decided(self, table: Table, outcome: Outcome, name: str) -> Values:
        rows = self._in.rows
        if not outcome.still_open and (found := self._constants(table, outcome, name)) is not None:
            return found
        possible = {*outcome.hold, *outcome.still_open}
        says = {n: self._says(rule, name) for n, rule in enumerate(table.rules) if n in possible and name in rule.says}
        nothing = self._nothing(table, name, says)
        plain = [says.get(number, nothing) for number in range(len(table.rules))]
        by_rule: Array = np.array([nothing.v, *(own.v if own.single else nothing.v for own in plain)])
        values: Array = by_rule.take(outcome.first(rows))
        for number, mask in outcome.hold.items():
            if not plain[number].single:
                there = places(mask)
                values[there] = plain[number].v[there]
        if not outcome.still_open and all(plain[number].u is None for number in outcome.hold):
            return Values(values, None, nothing.kind)
        unknown: Array = np.zeros(rows, np.int16)
        sure: Array = np.zeros(rows, np.int32)
        for number, mask in outcome.hold.items():
            own = plain[number]
            if own.u is not None:
                there = places(mask & ~own.known(rows))
                unknown[there] = spread(own.u, rows)[there]
                if own.sure is not None:
                    sure[there], values[there] = spread(own.sure, rows)[there], 0
        for number, (mask, waits) in reversed(outcome.still_open.items()):
            self._or_else(plain[number], places(mask), waits, (values, unknown, sure))
        if nothing.kind == "bool":
            values = values & (unknown == KNOWN)
        tuples = nothing.kind == "tuple"
        return Values(values, unknown if np.count_nonzero(unknown) else None, nothing.kind, sure if tuples else None)

    def _constants(self, table: Table, outcome: Outcome, name: str) -> Values | None:
        """What a table says of a field, where all rules that hold say a word that is written there."""
        if name == IS or self._in.program.policy.fields[name].many:
            return None
        by_rule, others = self._written(table, name)
        if not others.isdisjoint(outcome.hold):
            return None
        always = outcome.always(self._in.rows)
        if always is not None:
            return Values(by_rule[always + 1], None, "word")
        return Values(chosen(by_rule, outcome.first(self._in.rows)), None, "word")

    def _written(self, table: Table, name: str) -> tuple[Array, frozenset[int]]:
        """The codes of the words that rules say, behind that of what stands where none does; and the numbers of
        the rules that say something else."""
        words, others = self._in.words, []
        found = words.kept.get((id(table), name))
        if found is None:
            codes = [words.code(self._in.program.policy.fields[name].otherwise)] * (len(table.rules) + 1)
            for number, rule in enumerate(table.rules):
                said = rule.says.get(name)
                if said is not None and isinstance(said.tree, ast.Constant) and isinstance(said.tree.value, str):
                    codes[number + 1] = words.code(said.tree.value)
                elif said is not None:
                    others.append(number)
            found = words.kept[id(table), name] = np.array(codes, np.int32), frozenset(others)
        return found

    def _or_else(self, own: Values, at: Array, waits: Array, so_far: tuple[Array, Array, Array]) -> None:
        """In these rows it may be what an open rule says; it is not known where that is something else."""
        values, unknown, sure = so_far
        own_values = own.v if own.single else own.v[at]
        own_unknown: Array = KNOWN if own.u is None else own.u[at]
        self._in.doubt[at] |= (unknown[at] != KNOWN) & (own_unknown != KNOWN)
        differ = (unknown[at] != KNOWN) | (own_unknown != KNOWN) | (own_values != values[at])
        rows = at[differ]
        both = UNKNOWNS.both(waits[rows], own_unknown[differ] if np.ndim(own_unknown) else own_unknown)
        unknown[rows] = UNKNOWNS.both(both, unknown[rows])
        sure[rows] = 0

    def _gathered(self, table: Table, outcome: Outcome, name: str) -> Values:
        """The lists of all rules that hold, one behind the other; not known where a rule that says it is open; there,
        it is what the rules that hold say so far."""
        run = self._in
        ids: Array = np.zeros(run.rows, np.int32)
        sure: Array = np.zeros(run.rows, np.int32)
        unknown: Array = np.zeros(run.rows, np.int16)
        told: list[tuple[Array, Bits]] = []
        for number, mask in outcome.hold.items():
            rule = table.rules[number]
            if name not in rule.says:
                continue
            own = self._says(rule, name)
            if own.u is not None:
                still_open = places(mask & ~own.known(run.rows))
                still_open = still_open[unknown[still_open] == KNOWN]
                unknown[still_open] = own.u[still_open]
                if own.sure is not None:
                    sure[still_open] = own.sure[still_open]
                mask = mask & own.known(run.rows)
            if own.single:
                told.append((own.v, mask))
                continue
            ids = run.lists.joined(ids, run.lists.together(run.rows, told))
            told = []
            ids = run.lists.joined(ids, np.where(truths(mask, run.rows), own.v, np.int32(0)))
        ids = run.lists.joined(ids, run.lists.together(run.rows, told))
        for number, (mask, waits) in reversed(outcome.still_open.items()):
            if name in table.rules[number].says:
                at = places(mask)
                unknown[at], sure[at] = waits[at], 0
        return Values(ids, unknown if np.count_nonzero(unknown) else None, "tuple", sure)

    def _says(self, rule: Rule, name: str) -> Values:
        expression = rule.says[name]
        found = self._in.evaluate(expression)
        if name != IS and self._in.program.policy.fields[name].many and found.kind == "word":
            return self._as_lists(found)
        if found.kind == "set":
            raise NotInColumns("a list of a fact as a value of a field")
        return found

    def _as_lists(self, words: Values) -> Values:
        """Lists of one word each."""
        lists = self._in.lists
        if words.single:
            return Values(np.int32(lists.id([int(words.v)])), words.u, "tuple")
        if (words.v < 0).any():  # no word at all, or one of this batch alone
            self._in.doubt |= words.v < 0
        return Values(lists.ones(words.v), words.u, "tuple")

    def _nothing(self, table: Table, name: str, says: dict[int, Values]) -> Values:
        """What stands where no rule says anything."""
        run = self._in
        if name != IS:
            declared = run.program.policy.fields[name]
            if declared.many:
                return Values(np.int32(0), None, "tuple")
            return Values(np.int32(run.words.code(declared.otherwise)), None, "word")
        kinds = {own.kind for own in says.values()}
        if not kinds:
            kinds = {KIND_OF[rule.says[name].type.kind] for rule in table.rules[:1]}
        kind = next(iter(kinds))
        if len(kinds) > 1 or kind not in ABSENT:
            if len(kinds) == 1 and kind in TOTAL and table.rules[-1].when is None:
                return Values(TOTAL[kind], None, kind)
            raise NotInColumns(f"alternatives that are {' or '.join(sorted(kinds))}")
        return Values(ABSENT[kind], None, kind)

    # ---------------------------------------------------------------------------------------------- the whole table

    def unsettled(self, table: Table) -> Values:
        """Whether fields that must be known are open for want of findings only."""
        waits = self.open_fields(table)
        if waits is None:
            return FALSE
        findings = UNKNOWNS.findings_only(waits)
        return settled(findings, np.where(findings, KNOWN, waits))

    def open_fields(self, table: Table) -> Array | None:
        """What the fields of a table wait for that must be known."""
        fields = (name for name in table.fields if self._in.program.policy.fields[name].must_be_known)
        return waiting(*(self._in.value(f"{table.name}.{name}").u for name in fields))

    def not_owed(self) -> dict[str, Values]:
        """The parties whose missing evidence no longer matters, by the rules that decide or may decide."""
        if self._not_owed is None:
            found: dict[str, Values] = {}
            for table in self._in.program.tables.values():
                for party in dict.fromkeys(party for rule in table.rules for party in rule.not_owed_by):
                    found[party] = any_of([found.get(party, FALSE), self._drops(table, party)])
            self._not_owed = found
        return self._not_owed

    def _drops(self, table: Table, party: str) -> Values:
        """Whether the rules of a table that decide drop what a party owes."""
        outcome, rows = self.outcome(table), self._in.rows
        dropping = (mask for n, mask in outcome.hold.items() if party in table.rules[n].not_owed_by)
        holds = any_of_bits(dropping, rows)
        if outcome.asked.u is None and not outcome.still_open:
            return Truths(holds, rows)
        waits = np.array(level(outcome.asked.u, rows))
        for number, (mask, own) in outcome.still_open.items():
            differs = mask & ~holds if party in table.rules[number].not_owed_by else mask & holds
            waits = UNKNOWNS.both(waits, within(own, differs, rows))
        if table.hit == "all":
            waits[truths(holds, rows)] = KNOWN
        return truth(holds, rows, waits)
