"""A policy to programs: one for each row, or one row alone when only that is needed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from engine.diagnostics import Report, quoted
from engine.document.nodes import Sequence
from engine.document.read import entries, items, under
from engine.expr.check import PROVEN, UNSETTLED, Expression
from engine.link.compile import Citable, Compiler
from engine.link.names import ANY
from engine.link.program import (
    Basis,
    Choice,
    Constant,
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
from engine.link.rules import check_required, link_choice, link_table
from engine.link.windows import link_records, link_windows
from engine.policy.from_document import PARTY_PARTS, RECORD, RECORD_PARTS, SCENARIO, WINDOW_PARTS, known
from engine.policy.model import Field, Policy, Row
from engine.source import Place


def link(policy: Policy, citable: Citable, report: Report, only: str | None = None) -> dict[str, Program]:
    """The programs of all rows, or of the one named. What is wrong goes to the report, and its row is left out."""
    compiler = Compiler(policy, citable, report)
    standing = _standing(policy, report)
    check_required(compiler)
    _check_bases(compiler)
    programs: dict[str, Program] = {}
    for name, row in policy.rows.items():
        if standing is None or (only is not None and name != only):
            continue
        _check_keys(row, compiler)
        program = _program(row, compiler, *standing)
        if program is not None:
            programs[name] = program
    return programs


def _standing(policy: Policy, report: Report) -> tuple[str, Field] | None:
    """The table and the field that say where a case stands: the field that has a value for `if_unknown`."""
    fields = [f for f in policy.fields.values() if f.if_unknown is not None and not f.many and f.must_stand]
    if len(fields) != 1:
        place = policy.document.place
        report.error(
            "link/standing",
            "exactly one field of the decision says where a case stands: the single value "
            "without `otherwise` that has `if_unknown`",
            place,
        )
        return None
    tables = [t for t in policy.tables.values() if fields[0].name in t.every_rule_says]
    if len(tables) != 1:
        report.error("link/standing", f"exactly one table says {quoted(fields[0].name)} in every rule", fields[0].place)
        return None
    return tables[0].name, fields[0]


def _check_keys(row: Row, compiler: Compiler) -> None:
    policy = compiler.policy
    per_row = [t.name for t in policy.tables.values() if t.per_row]
    options = [*policy.windows, *per_row, policy.evidence.periods, policy.evidence.owed]
    for key, entry in row.entries.entries.items():
        if key in policy.tables and key not in per_row:
            compiler.report.error(
                "link/not-per-row",
                f"the table {quoted(key)} is the same for every row",
                entry.key_place,
                related=[("to give rows rules of their own, say `per: scenario` here", policy.tables[key].place)],
            )
        else:
            known(key, options, "window, table or evidence block", entry.value, compiler.report)


def _check_bases(compiler: Compiler) -> None:
    """The clauses and readings of what belongs to no row."""
    document = compiler.policy.document
    for item in items(under(under(document, "evidence"), "also_proven_by")):
        compiler.basis(dict(entries(item)), "")
    compiler.basis(dict(entries(under(document, "evidence"))), "")


def _program(row: Row, compiler: Compiler, standing: str, field: Field) -> Program | None:
    policy, report = compiler.policy, compiler.report
    before = len(report.errors)
    windows, records = link_windows(row, compiler), link_records(row, compiler)
    tables: dict[str, Table] = {}
    for head in policy.tables.values():
        scope = compiler.names.standing_scope if head.name == standing else compiler.names.scope
        tables[head.name] = link_table(head, row, compiler, scope)
    last = tables[standing].rules[-1:]
    if not last or last[0].when is not None:
        report.error(
            "link/no-else",
            f"the last rule of {quoted(standing)} is `else: true`: every case stands somewhere",
            (last[0] if last else tables[standing]).place,
        )
    names = _names(row, compiler, tables, windows, records)
    if len(report.errors) > before:
        return None
    program = Program(policy, row.name, names, tables, tuple(windows), tuple(records), tables[standing], field)
    order = _Order(program, report)
    return order.with_facts() if order.acyclic() else None


def _names(
    row: Row, compiler: Compiler, tables: Mapping[str, Table], windows: list[Window], records: list[PartyRecord]
) -> dict[str, Meaning]:
    policy = compiler.policy
    names: dict[str, Meaning] = {SCENARIO: Constant(row.name)}
    names |= {fact: FactName(fact) for fact in policy.facts}
    names |= {f"{RECORD}.{part}": RecordPart(part) for part in RECORD_PARTS}
    names |= {PROVEN + proposition: Proof(proposition) for proposition in policy.propositions}
    for window in windows + [r.window for r in records if r.window is not None]:
        names |= {f"{window.name}.{part}": WindowPart(window, part) for part in WINDOW_PARTS}
    for record in records:
        names |= {f"{record.party}.{part}": PartyPart(record, part) for part in PARTY_PARTS}
        if record.window is None:
            period = f"{policy.evidence.periods}.{record.party}"
            names |= {
                f"{period}.{part}": Constant(None if part in ("starts", "ends") else False) for part in WINDOW_PARTS
            }
    for table in tables.values():
        names[f"{table.name}.{ANY}"] = TablePart(table, "")
        names[UNSETTLED + table.name] = Unsettled(table)
        names |= {f"{table.name}.{name}": TablePart(table, name) for name in table.fields}
    for name, node in policy.define.items():
        if isinstance(node, Sequence):
            names[name] = Choice(link_choice(name, node, row, compiler))
        elif (formula := compiler.expression(node, None, compiler.bare(node))) is not None:
            names[name] = Formula(formula)
    return names


# ------------------------------------------------------------------------------------- what depends on what


class _Order:
    """The names as a graph: refuses cycles, and finds the facts that each name reads in the end."""

    def __init__(self, program: Program, report: Report) -> None:
        self.program = program
        self.report = report
        self._facts: dict[str, tuple[str, ...]] = {}
        self._way: list[str] = []
        self._fine = True

    def acyclic(self) -> bool:
        for name in self.program.names:
            self.facts(name)
        return self._fine

    def facts(self, name: str) -> tuple[str, ...]:
        if name in self._facts:
            return self._facts[name]
        if name in self._way:
            self._cycle(name)
            return ()
        self._way.append(name)
        found = dict.fromkeys(fact for direct in self._reads(name) for fact in direct)
        self._way.pop()
        self._facts[name] = tuple(found)
        return self._facts[name]

    def _cycle(self, name: str) -> None:
        way = [*self._way[self._way.index(name) :], name]
        meaning = self.program.names[name]
        place = self._place(meaning)
        if self._fine:
            self.report.error(
                "link/cycle",
                f"{quoted(name)} depends on itself in the row {quoted(self.program.scenario)}: "
                + " -> ".join(w.rstrip(".:") for w in way),
                place,
            )
        self._fine = False

    def _place(self, meaning: Meaning) -> Place:
        match meaning:
            case Formula(expression):
                return expression.place
            case WindowPart(window, _):
                return window.place
            case Choice(table) | TablePart(table, _) | Unsettled(table):
                return table.place
            case _:
                return self.program.policy.document.place

    def of(self, *expressions: Expression | None) -> Iterable[tuple[str, ...]]:
        return (self.facts(name) for expression in expressions if expression for name in expression.names)

    def _reads(self, name: str) -> Iterable[tuple[str, ...]]:
        meaning = self.program.names[name]
        match meaning:
            case FactName(fact):
                yield (fact,)
            case Formula(expression):
                yield from self.of(expression)
            case Choice(table) | TablePart(table, _) | Unsettled(table):
                yield from self._table(table)
            case WindowPart(window, _):
                yield from self._window(window)
            case Proof(_):
                yield from (self._record(r) for r in self.program.records)
                yield tuple(also.fact for also in self.program.policy.evidence.also)
            case PartyPart(record, _):
                yield self._record(record)
                yield from self._owed(record)
            case RecordPart(part):
                for record in self.program.records:
                    yield self._record(record)
                    if part in ("lacking", "awaited_evidence"):
                        yield from self._owed(record)
                if part == "lacking":
                    for table in self.program.tables.values():
                        if any(rule.not_owed_by for rule in table.rules):
                            yield from self._table(table)

    def _table(self, table: Table) -> Iterable[tuple[str, ...]]:
        yield from self.of(table.asked_if)
        for rule in table.rules:
            yield from self.of(rule.when, *rule.says.values())

    def _window(self, window: Window) -> Iterable[tuple[str, ...]]:
        yield (self.program.policy.zone_fact,) if self._counts_days(window) else ()
        yield from self.of(window.asked_if, window.met_by)
        for span in window.spans:
            yield from self.of(span.when, span.after, span.until)
        if window.paused_by is not None:
            yield self.facts(f"{window.paused_by}.met")

    @staticmethod
    def _counts_days(window: Window) -> bool:
        return any(s.until or (s.amount and s.amount.unit == "calendar days") for s in window.spans)

    def _record(self, record: PartyRecord) -> tuple[str, ...]:
        window = self.facts(f"{record.window.name}.ends") if record.window else ()
        return (record.fact, *window)

    def _owed(self, record: PartyRecord) -> Iterable[tuple[str, ...]]:
        yield from self.of(*(owed.when for owed in record.owes))
        if record.owes:
            yield from (self.facts(PROVEN + owed.proposition) for owed in record.owes)

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
        return replace(table, rules=tuple(self._told_rule(rule) for rule in table.rules))

    def _told_rule(self, rule: Rule) -> Rule:
        facts = tuple(dict.fromkeys(f for facts in self.of(rule.when) for f in facts))
        direct = self._all_names(rule.when)
        findings = {f.name for f in self.program.policy.facts.values() if f.finding}
        hangs = any(name.startswith(PROVEN) or name in findings for name in direct)
        return replace(rule, facts=facts, hangs_on_proof=hangs)

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
                elif isinstance(meaning, PartyPart) and meaning.part == "evidence_insufficient":
                    waiting.extend(PROVEN + owed.proposition for owed in meaning.record.owes)
        return seen

    def _told_window(self, window: Window) -> Window:
        return replace(window, facts=tuple(dict.fromkeys(f for facts in self._window(window) for f in facts)))

    def _told_record(self, record: PartyRecord) -> PartyRecord:
        owes = tuple(
            replace(o, facts=tuple(dict.fromkeys(f for facts in self.of(o.when) for f in facts))) for o in record.owes
        )
        window = self._told_window(record.window) if record.window else None
        return replace(record, window=window, owes=owes)


def basis_of_evidence(policy: Policy) -> Basis:
    """The clauses that all owed evidence rests on."""
    return Basis(policy.evidence.clauses, policy.evidence.readings)
