"""The names of a program as a graph: what depends on itself is refused, and every part is told the facts it reads."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from engine.diagnostics import quoted
from engine.expr.check import PROVEN, Expression
from engine.link.findings import Findings
from engine.link.names import shown, shown_way
from engine.link.parts import conditions, names_below, names_of
from engine.link.program import (
    Choice,
    FactName,
    Formula,
    Meaning,
    PartyPart,
    PartyRecord,
    Program,
    Proof,
    RecordPart,
    Rule,
    Table,
    TablePart,
    Unsettled,
    Window,
    WindowPart,
)
from engine.source import Place

Read = Expression | str | None  # an expression, or a name
LACKS: Final = "evidence_insufficient"
OWED_PARTS: Final = (LACKS, "lacking", "awaited_evidence")  # parts of parties and of the record that read owed evidence
MOST: Final = 250  # levels of expressions that may rest on each other: a backend goes down them one call in another


class Order:
    """The names as a graph: refuses cycles, and finds the facts that each name reads in the end."""

    def __init__(self, program: Program, report: Findings) -> None:
        self.program = program
        self.report = report
        self._facts: dict[str, tuple[str, ...]] = {}
        self._levels: dict[str, int] = {}

    def sound(self) -> bool:
        """Whether no name depends on itself, and none on too many others; else the report says which."""
        before = self.report.refusals
        for root in self.program.names:
            self._follow(root)
            if self.report.refusals > before:
                return False
        return True

    def facts(self, name: str) -> tuple[str, ...]:
        """The facts that a name reads in the end, in the order in which it reads them."""
        return self._facts[name]

    def _follow(self, root: str) -> None:
        """Settle a name after all those that it reads, one at a time."""
        way = {root: iter(self._below(root))}
        while way and root not in self._facts:
            name = next(reversed(way))
            below = next((other for other in way[name] if other not in self._facts), None)
            if below is None:
                self._settle(name)
                del way[name]
            elif below in way:
                self._cycle([*list(way)[list(way).index(below) :], below])
                return
            else:
                way[below] = iter(self._below(below))

    def _settle(self, name: str) -> None:
        meaning = self.program.names[name]
        below = [other for other in self._below(name) if other in self._facts]
        found = (fact for other in below for fact in self._facts[other])
        self._facts[name] = (meaning.fact,) if isinstance(meaning, FactName) else tuple(dict.fromkeys(found))
        own = max((_depth(part.tree) for part in self._reads(meaning) if isinstance(part, Expression)), default=0)
        self._levels[name] = 4 + own + max((self._levels[other] for other in below), default=0)
        if self._levels[name] > MOST and all(self._levels[other] <= MOST for other in below):
            message = f"{quoted(shown(name))} rests on too many names, one under the other"
            self.report.error("link/too-deep", message, self._place(meaning, ""), help="say it in fewer steps")

    def _cycle(self, way: list[str]) -> None:
        place = self._place(self.program.names[way[0]], way[1])
        before, after = f"{quoted(shown(way[0]))} depends on itself", f": {shown_way(way)}"
        self.report.error_in(self.program.scenario, "link/cycle", before, after, place)

    def _place(self, meaning: Meaning, below: str) -> Place:
        """Where a name is said to be what it is: the expression that reads the name below, if there is one."""
        for part in self._reads(meaning):
            if isinstance(part, Expression) and below in part.names:
                return part.place
        match meaning:
            case Formula(expression):
                return expression.place
            case WindowPart(window, _):
                return window.place
            case Choice(table) | TablePart(table, _) | Unsettled(table):
                return table.place
            case PartyPart(record, _) if record.owes:
                return record.owes[0].place
            case _:
                return self.program.policy.rows[self.program.scenario].place

    # ------------------------------------------------------------------------------------------- what reads what

    def _below(self, name: str) -> list[str]:
        return self._names(self._reads(self.program.names[name]))

    @staticmethod
    def _names(parts: Iterable[Read]) -> list[str]:
        found: list[str] = []
        for part in parts:
            if part is not None:
                found += [part] if isinstance(part, str) else part.names
        return found

    def _in_the_end(self, parts: Iterable[Read]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(fact for name in self._names(parts) for fact in self._facts[name]))

    def _reads(self, meaning: Meaning) -> Iterator[Read]:
        match meaning:
            case Formula(expression):
                yield expression
            case Choice(table) | TablePart(table, _) | Unsettled(table):
                yield from self._table(table)
            case WindowPart(window, _):
                yield from self._window(window)
            case Proof(_):
                for record in self.program.records:
                    yield from self._record(record)
                yield from (also.fact for also in self.program.policy.evidence.also)
            case PartyPart(record, _):
                yield from self._record(record)
                yield from self._owed(record)
            case RecordPart(part):
                for record in self.program.records:
                    yield from self._record(record)
                    if part in OWED_PARTS:
                        yield from self._owed(record)
                if part == "lacking":
                    for table in self.program.tables.values():
                        if any(rule.not_owed_by for rule in table.rules):
                            yield from self._table(table)

    @staticmethod
    def _table(table: Table) -> Iterator[Read]:
        yield table.asked_if
        for rule in table.rules:
            yield from (rule.when, *rule.says.values())

    def _window(self, window: Window) -> Iterator[Read]:
        if any(s.until or (s.amount and s.amount.unit == "calendar days") for s in window.spans):
            yield self.program.policy.zone_fact
        yield from (window.asked_if, window.met_by)
        yield from (r.fact for r in self.program.records if r.window is not None and r.window.name == window.name)
        for span in window.spans:
            yield from (span.when, span.after, span.until)
        if window.paused_by is not None:
            yield f"{window.paused_by}.met"

    @staticmethod
    def _record(record: PartyRecord) -> Iterator[Read]:
        yield record.fact
        if record.window is not None:
            yield f"{record.window.name}.ends"

    @staticmethod
    def _owed(record: PartyRecord) -> Iterator[Read]:
        yield from (owed.when for owed in record.owes)
        yield from (PROVEN + owed.proposition for owed in record.owes)

    # ------------------------------------------------------------------------------------------------ filling in

    def with_facts(self) -> Program:
        """The program, every rule, window and owed proposition told the facts that it reads in the end."""
        program = self.program
        tables = {name: self._told_table(table) for name, table in program.tables.items()}
        windows = {w.name: self._told_window(w) for w in program.windows}
        records = tuple(self._told_record(r) for r in program.records)
        for record in records:
            if record.window is not None:
                windows[record.window.name] = record.window
        parties = {record.party: record for record in records}
        names = {name: self._told(meaning, tables, windows, parties) for name, meaning in program.names.items()}
        standing = tables[program.standing.name]
        own = tuple(windows[w.name] for w in program.windows)
        return replace(program, names=names, tables=tables, windows=own, records=records, standing=standing)

    def _told(
        self,
        meaning: Meaning,
        tables: Mapping[str, Table],
        windows: Mapping[str, Window],
        parties: Mapping[str, PartyRecord],
    ) -> Meaning:
        match meaning:
            case WindowPart(window, part):
                return WindowPart(windows[window.name], part)
            case PartyPart(record, part):
                return PartyPart(parties[record.party], part)
            case TablePart(table, field):
                return TablePart(tables[table.name], field)
            case Unsettled(table):
                return Unsettled(tables[table.name])
            case Choice(table):
                return Choice(self._told_table(table))
            case _:
                return meaning

    def _told_table(self, table: Table) -> Table:
        below = names_below(self.program, names_of(conditions(table)), through_windows=True)
        owes = [o for r in self.program.records for o in r.owes if f"{r.party}.{LACKS}" in below]
        proofs = [*(name for name in self.program.names if name in below), *(PROVEN + o.proposition for o in owes)]
        return replace(
            table,
            rules=tuple(self._told_rule(rule) for rule in table.rules),
            proofs=tuple(dict.fromkeys(name.removeprefix(PROVEN) for name in proofs if name.startswith(PROVEN))),
            reads_owed=self._reads_owed(below),
        )

    def _told_rule(self, rule: Rule) -> Rule:
        facts = self._in_the_end([rule.when])
        direct = self._all_names(rule.when)
        findings = {f.name for f in self.program.policy.facts.values() if f.finding}
        hangs = any(name.startswith(PROVEN) or name in findings for name in direct)
        said = names_below(self.program, names_of(rule.says.values()), through_windows=True)
        read = said | names_below(self.program, rule.when.names if rule.when else (), through_windows=True)
        choices = tuple(n for n, m in self.program.names.items() if n in read and isinstance(m, Choice))
        return replace(rule, facts=facts, hangs_on_proof=hangs, choices=choices, says_owed=self._reads_owed(said))

    def _reads_owed(self, names: set[str]) -> bool:
        """Whether one of the names lists owed evidence, or says that it is not proven."""
        parts = (m for m in map(self.program.names.get, names) if isinstance(m, PartyPart | RecordPart))
        return any(m.part in OWED_PARTS for m in parts)

    def _all_names(self, expression: Expression | None) -> set[str]:
        """The names a condition reads, through definitions."""
        seen: set[str] = set()
        waiting = list(expression.names) if expression else []
        while waiting:
            name = waiting.pop()
            if name not in seen:
                seen.add(name)
                meaning = self.program.names[name]
                if isinstance(meaning, Formula):
                    waiting.extend(meaning.expression.names)
                elif isinstance(meaning, PartyPart) and meaning.part == LACKS:
                    waiting.extend(PROVEN + owed.proposition for owed in meaning.record.owes)
        return seen

    def _told_window(self, window: Window) -> Window:
        return replace(window, facts=self._in_the_end(self._window(window)))

    def _told_record(self, record: PartyRecord) -> PartyRecord:
        owes = tuple(replace(o, facts=self._in_the_end([o.when])) for o in record.owes)
        window = self._told_window(record.window) if record.window else None
        return replace(record, window=window, owes=owes)


def _depth(tree: ast.AST) -> int:
    return 1 + max(map(_depth, ast.iter_child_nodes(tree)), default=0)
