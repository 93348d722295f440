"""What the reference reads while it decides, by row: an outcome that is still open tells what was read of it.

The values are those of a run; here only follows which of them the reference would have asked for, and where it stops.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import numpy as np

from engine.columns.vectors.bits import Bits, nowhere, packed
from engine.columns.vectors.kept import kept
from engine.columns.vectors.values import NOTHING, Values, spread
from engine.expr.check import Expression
from engine.expr.scope import PROVEN
from engine.link.parts import names_below
from engine.link.program import (
    IS,
    Choice,
    Constant,
    FactName,
    Formula,
    Owed,
    PartyPart,
    PartyRecord,
    Program,
    Proof,
    RecordPart,
    Rule,
    Span,
    Table,
    TablePart,
    Unsettled,
    Window,
    WindowPart,
)

if TYPE_CHECKING:
    from engine.columns.vectors.run import Run

LACKS = "evidence_insufficient"


@kept
def _leading(program: Program) -> frozenset[str]:
    """The names that lead to tables, parties or evidence; nothing is to be followed of the others."""
    names = program.names
    plain = (FactName, Formula, Constant, WindowPart)
    found = (
        name
        for name in names
        if any(not isinstance(names[below], plain) for below in names_below(program, [name], through_windows=True))
    )
    return frozenset(found)


class Reading:
    """The rows in which tables and choices (by name), owed evidence and propositions are read."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._leading = _leading(run.program)
        self.tables: dict[str, Bits] = {}
        self.owed: dict[tuple[str, str], Bits] = {}
        self.proofs: dict[str, Bits] = {}
        self._seen: dict[tuple[str, str], Bits] = {}

    def _new(self, kind: str, name: str, rows: Bits) -> Bits | None:
        """Those of the rows in which something is read for the first time; None when there are none."""
        seen = self._seen.get((kind, name))
        if seen is None:
            self._seen[kind, name] = rows
            return rows
        new: Bits = rows & ~seen
        if not np.count_nonzero(new):
            return None
        self._seen[kind, name] = seen | rows
        return new

    # ------------------------------------------------------------------------------------------------- expressions

    def expression(self, expression: Expression | None, rows: Bits) -> None:
        if expression is not None and np.count_nonzero(rows) and self._leading.intersection(expression.names):
            self._tree(expression.tree, rows)

    def _tree(self, node: ast.AST, rows: Bits) -> None:
        match node:
            case ast.Name(id=name):
                self.name(name, rows)
            case ast.BoolOp(op=op, values=parts):
                for number, part in enumerate(parts):
                    self._tree(part, rows)
                    if number + 1 < len(parts):
                        value = self._run.evaluate_tree(part)
                        count = self._run.rows
                        rows = rows & ~(value.bits(count) if isinstance(op, ast.Or) else value.false(count))
                        if not np.count_nonzero(rows):
                            return
            case ast.Compare() | ast.UnaryOp() | ast.Call():
                for child in ast.iter_child_nodes(node):
                    if isinstance(child, ast.expr) and not (isinstance(node, ast.Call) and child is node.func):
                        self._tree(child, rows)
            case _:
                pass

    def name(self, name: str, rows: Bits) -> None:
        if name not in self._leading:
            return
        new = self._new("name", name, rows)
        if new is None:
            return
        match self._run.program.names[name]:
            case Formula(expression):
                self._tree(expression.tree, new)
            case Choice(table):
                self.field(table, IS, new)
            case WindowPart(window, part):
                self._window(window, part, new)
            case PartyPart(record, part):
                self._party(record, part, new)
            case RecordPart(part):
                self._record(part, new)
            case TablePart(table, field):
                if field:
                    self.field(table, field, new)
                else:
                    self.outcome(table, new)
            case Proof(proposition):
                self._proof(proposition, new)
            case Unsettled(table):
                for field in table.fields:
                    if self._run.program.policy.fields[field].must_be_known:
                        self.name(f"{table.name}.{field}", new)
            case _:
                pass

    # ------------------------------------------------------------------------------------------------------ tables

    def outcome(self, table: Table, rows: Bits) -> None:
        new = self._new("table", table.name, rows)
        if new is None:
            return
        self.tables[table.name] = self._seen["table", table.name]
        self.expression(table.asked_if, new)
        outcome = self._run.outcomes.outcome(table)
        rest = new & outcome.asked.bits(self._run.rows)
        in_stages = table.name == self._run.program.standing.name
        for number, rule in enumerate(table.rules):
            if not np.count_nonzero(rest):
                return
            self.expression(rule.when, rest)
            if table.hit == "first" and number in outcome.hold:
                rest = rest & ~outcome.hold[number]
            if in_stages and number in outcome.still_open:
                rest = rest & ~outcome.still_open[number][0]

    def field(self, table: Table, name: str, rows: Bits) -> None:
        """A field of a table, with what the rules say that give it."""
        self.outcome(table, rows)
        outcome = self._run.outcomes.outcome(table)
        rows = rows & outcome.asked.bits(self._run.rows)
        if table.hit == "all":
            for number, (mask, _) in outcome.still_open.items():
                if name in table.rules[number].says:
                    rows = rows & ~mask
            for number, mask in outcome.hold.items():
                rows = rows & ~self._says(table.rules[number], name, rows & mask)
            return
        for number, mask in outcome.hold.items():
            self._says(table.rules[number], name, rows & mask)
        for number, (mask, _) in outcome.still_open.items():
            self._says(table.rules[number], name, rows & mask)

    def _says(self, rule: Rule, name: str, rows: Bits) -> Bits:
        """What a rule says of a field is read. The rows in which that is not known."""
        expression = rule.says.get(name)
        if expression is None or not np.count_nonzero(rows):
            return nowhere(self._run.rows)
        self.expression(expression, rows)
        return rows & ~self._run.evaluate(expression).known(self._run.rows)

    def so_far(self, table: Table, name: str, rows: Bits) -> None:
        """What all rules that hold say of a field."""
        self.outcome(table, rows)
        for number, mask in self._run.outcomes.outcome(table).hold.items():
            self._says(table.rules[number], name, rows & mask)

    def not_owed(self, rows: Bits) -> None:
        """The tables whose rules can drop owed evidence."""
        for table in self._run.program.tables.values():
            if any(rule.not_owed_by for rule in table.rules):
                self.outcome(table, rows)

    # ----------------------------------------------------------------------------------------------------- windows

    def _window(self, window: Window, part: str, rows: Bits) -> None:
        run = self._run
        self.clock(window, rows)
        if part == "met":
            self._met(window, rows)
        elif part == "paused":
            self._paused(window, rows)
        elif part == "missed":
            ended = run.clocks.ended(run.clocks.clock(window))
            rows = rows & ~ended.false(run.rows)
            self._met(window, rows)
            self._paused(window, rows)

    def clock(self, window: Window, rows: Bits) -> None:
        new = self._new("clock", window.name, rows)
        if new is None:
            return
        self.expression(window.asked_if, new)
        count = self._run.rows
        rest = new & self._run.holds(window.asked_if).bits(count)
        for span in window.spans:
            self.expression(span.when, rest)
            holds = self._run.holds(span.when)
            self._span(span, rest & ~holds.false(count))
            if not window.latest:
                rest = rest & ~holds.bits(count)

    def _span(self, span: Span, rows: Bits) -> None:
        self.expression(span.after, rows)
        self.expression(span.until, rows)

    def _met(self, window: Window, rows: Bits) -> None:
        run = self._run
        record = run.records.of(window)
        if record is not None:
            self._received(record, rows)
            return
        self.clock(window, rows)
        clock = run.clocks.clock(window)
        rows = rows & ~clock.asked.false(run.rows)
        if not any(span.after is None and span.until is not None for span in window.spans):
            rows = rows & ~_never(clock.starts, run.rows)
        self.expression(window.met_by, rows)

    def _paused(self, window: Window, rows: Bits) -> None:
        if window.paused_by is None:
            return
        run = self._run
        self.name(f"{window.paused_by}.met", rows)
        held = run.value(f"{window.paused_by}.met")
        rows = rows & ~held.false(run.rows)
        self.clock(window, rows)
        ends = run.clocks.clock(window).ends
        known = held.known(run.rows) & ends.known(run.rows) & packed(spread(ends.v != NOTHING, run.rows))
        holder = next(one for one in run.program.windows if one.name == window.paused_by)
        self.expression(holder.met_by, rows & known)

    # ----------------------------------------------------------------------------------------------------- records

    def _received(self, record: PartyRecord, rows: Bits) -> None:
        if record.window is not None:
            self.clock(record.window, rows)

    def _owes(self, record: PartyRecord, owed: Owed, rows: Bits) -> None:
        key = (owed.party, owed.proposition)
        new = self._new("owed", ".".join(key), rows)
        if new is not None:
            self.owed[key] = self._seen["owed", ".".join(key)]
            self._received(record, new)
            self.expression(owed.when, new)

    def _party(self, record: PartyRecord, part: str, rows: Bits) -> None:
        self._received(record, rows)
        if part == LACKS:
            for owed in record.owes:
                self._owes(record, owed, rows)
                self.name(PROVEN + owed.proposition, rows)

    def _record(self, part: str, rows: Bits) -> None:
        if part == "lacking":
            self.not_owed(rows)
        for record in self._run.program.records:
            if part in ("awaits", "awaited", "complete_at"):
                self._received(record, rows)
                continue
            for owed in record.owes:
                self._received(record, rows)
                self._owes(record, owed, rows)
                if part == "lacking":
                    self.name(PROVEN + owed.proposition, rows)

    def _proof(self, proposition: str, rows: Bits) -> None:
        self.proofs[proposition] = self._seen["name", PROVEN + proposition]
        for record in self._run.program.records:
            self._received(record, rows)
            rows = rows & ~self._run.records.shown_by(record, proposition).bits(self._run.rows)
            if not np.count_nonzero(rows):
                return


def _never(value: Values, rows: int) -> Bits:
    """Where it is known that something never happens."""
    return packed(spread(value.v == NOTHING, rows)) & value.known(rows)
