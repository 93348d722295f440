"""A version's programs to its framework table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from engine.expr.check import Expression
from engine.library import Registry
from engine.link.program import Basis, Choice, Formula, PartyRecord, Program, Rule, Span, Table, Window
from engine.pack import Version
from engine.policy.model import Field, Policy, TableHead
from engine.render.phrases import Condition, Phrase, bare, capital, named, party_title
from engine.render.table.sheet import Column, Guard, Line, Rules, RuleTable, RuleText, Sheet, SheetRow
from engine.render.version_states import state_of
from engine.render.words import condition, moment, said

ORDERS: Final = {
    "first": "Read from the top: the first rule that holds decides.",
    "all": "Every rule that holds counts.",
}


def framework_table(version: Version, registers: Registry) -> Sheet:
    """The framework table of a version, its columns in the order in which the rows are written."""
    return _Building(version, registers).sheet()


class _Building:
    def __init__(self, version: Version, registers: Registry) -> None:
        self.policy: Policy = version.policy
        self.programs: Mapping[str, Program] = version.programs
        self.state = state_of(version)
        self.registers = registers
        self._named: dict[str, Field | None] = {}
        self._bases: list[Basis] = []

    def sheet(self) -> Sheet:
        policy = self.policy
        differing = [name for name in policy.windows if self._differs(name)]
        columns = tuple(self._columns(differing))
        rows = tuple(self._row(name, program, columns) for name, program in self.programs.items())
        first = next(iter(self.programs.values()), None)
        same = tuple(
            replace(self._period(window, capital(named(window.name)), self._parts(window)), note=window.meaning)
            for window in (first.windows if first else ())
            if window.name not in differing
        )
        sources = tuple(self._sources())
        tables = tuple(
            RuleTable(
                head.title, ORDERS[head.hit], self._condition(first.tables[head.name].asked_if if first else None)
            )
            for head in self._tables()
        )
        terms = self._terms()
        cited = Basis()
        for basis in self._bases:
            cited += basis
        known, readings = self.registers.clauses, self.registers.readings
        return Sheet(
            title=policy.title,
            version=policy.version,
            state=self.state,
            digest=policy.digest,
            columns=columns,
            tables=tables,
            rows=rows,
            same=same,
            sources=sources,
            terms=terms,
            gists={clause: known[clause].gist for clause in known if clause in cited.clauses},
            readings={
                number: f"{readings[number].title}: {readings[number].readings[readings[number].taken]}"
                for number in readings
                if number in cited.readings
            },
        )

    # ---------------------------------------------------------------------------------------------------- columns

    def _differs(self, name: str) -> bool:
        return (
            len({_content(window) for p in self.programs.values() for window in p.windows if window.name == name}) > 1
        )

    def _columns(self, differing: list[str]) -> Iterator[Column]:
        evidence = self.policy.evidence
        keys = self._written()
        keys += [key for key in (*differing, evidence.periods, evidence.owed) if key not in keys]
        notes = {window.name: window.meaning for p in self.programs.values() for window in p.windows}
        for key in keys:
            by_party = key in (evidence.periods, evidence.owed)
            if by_party or key in differing:
                yield Column(key, capital(named(key)), notes.get(key, ""), by_party)

    def _written(self) -> list[str]:
        """The keys of all rows in the order of the rows: a key that only some have stands behind the one before it."""
        keys: list[str] = []
        for row in self.policy.rows.values():
            at = 0
            for key in row.entries.entries:
                if key not in keys:
                    keys.insert(at, key)
                at = keys.index(key) + 1
        return keys

    def _tables(self) -> list[TableHead]:
        return [head for head in self.policy.tables.values() if head.per_row]

    # ------------------------------------------------------------------------------------------------------- rows

    def _row(self, name: str, program: Program, columns: Iterable[Column]) -> SheetRow:
        row, evidence = self.policy.rows[name], self.policy.evidence
        cells: dict[str, tuple[Line, ...]] = {}
        for column in columns:
            if column.key == evidence.periods:
                periods = [(r.window, self.policy.parties[r.party].title) for r in program.records]
                cells[column.key] = tuple(self._period(window, title) for window, title in periods if window)
            elif column.key == evidence.owed:
                cells[column.key] = tuple(self._owed(record) for record in program.records if record.owes)
            else:
                cells[column.key] = tuple(self._period(w, "") for w in program.windows if w.name == column.key)
        own = row.entries.entries
        rules = tuple(self._rules(program.tables[head.name], head.name in own) for head in self._tables())
        return SheetRow(name, row.title, row.description, row.clauses, cells, rules)

    def _period(self, window: Window, label: str, parts: tuple[Line, ...] = ()) -> Line:
        guard: Guard = "only if" if window.asked_if else ""
        when = self._condition(window.asked_if)
        if len(window.spans) == 1 and window.spans[0].when is None:
            span = window.spans[0]
            return Line(label, self._span(span), guard, when, self._basis(window.basis + span.basis), parts)
        how = (Phrase("the last to end of those that hold"),) if window.latest else ()
        lines = tuple(
            Line("", self._span(span), _guard(span.when), self._condition(span.when), self._basis(span.basis))
            for span in window.spans
        )
        return Line(label, how, guard, when, self._basis(window.basis), lines + parts)

    def _parts(self, window: Window) -> tuple[Line, ...]:
        """What meets a window, and what holds it up."""
        met = [Line("", (Phrase(f"met when {self._moment(window.met_by)}"),))] if window.met_by else []
        held = window.paused_by and f"held up once “{capital(named(window.paused_by))}” is met in time"
        return tuple(met + ([Line("", (Phrase(held),))] if held else []))

    def _span(self, span: Span) -> tuple[Phrase, ...]:
        if span.until is not None:
            return (Phrase(f"until the end of {self._said_value(span.until)}"),)
        if span.amount is None:
            return (Phrase("no period"),)
        return (Phrase(f"{span.amount} after {self._moment(span.after)}" if span.after else str(span.amount)),)

    def _moment(self, expression: Expression) -> str:
        self._read(expression)
        return moment(expression, self.policy)

    def _said_value(self, expression: Expression) -> str:
        self._read(expression)
        return expression.text if not expression.names else moment(expression, self.policy)

    def _owed(self, record: PartyRecord) -> Line:
        lines = tuple(
            Line("", (Phrase("", self.policy.propositions[owed.proposition]),), "if" if owed.when else "",
                 self._condition(owed.when), self._basis(owed.basis))
            for owed in record.owes
        )  # fmt: skip
        return Line(self.policy.parties[record.party].title, lines=lines)

    # ------------------------------------------------------------------------------------------------------ rules

    def _rules(self, table: Table, own: bool) -> Rules:
        last = len(table.rules) > 1 and table.hit == "first"
        return Rules(
            table.name, table.title, tuple(self._rule(rule, "otherwise" if last else "") for rule in table.rules), own
        )

    def _rule(self, rule: Rule, without: Guard) -> RuleText:
        policy = self.policy
        remarks: list[str] = []
        if rule.not_owed_by:
            parties = " and ".join(party_title(policy.parties[party]) for party in rule.not_owed_by)
            remarks.append(f"What {parties} did not prove no longer matters.")
        if rule.if_unknown != "open":
            listed = ", and what is missing is listed" if rule.if_unknown == "list" else ""
            remarks.append(f"While this is not known, it counts as not so{listed}.")
        says = tuple(
            Line(capital(named(policy.fields[name].written_as)), self._said(value, policy.fields[name]))
            for name, value in rule.says.items()
        )
        return RuleText(
            id=rule.id,
            title=capital(named(rule.id)),
            guard="if" if rule.when else without,
            when=self._condition(rule.when),
            says=says,
            remarks=tuple(remarks),
            basis=self._basis(rule.basis),
            general=rule.general,
        )

    def _said(self, value: Expression, field: Field | None) -> tuple[Phrase, ...]:
        for name in value.names:
            self._named[name] = field
        if field is None:
            return (Phrase(moment(value, self.policy) if value.names else named(value.text)),)
        return said(value, field, self.policy)

    # ------------------------------------------------------------------------------------------ terms and sources

    def _condition(self, expression: Expression | None) -> Condition | None:
        if expression is None:
            return None
        self._read(expression)
        return condition(expression, self.policy)

    def _read(self, expression: Expression) -> None:
        for name in expression.names:
            self._named.setdefault(name, None)

    def _basis(self, basis: Basis) -> Basis:
        self._bases.append(basis)
        return basis

    def _terms(self) -> dict[str, Line]:
        """Every definition that is named so far, and those that these name in turn, in the order of the policy."""
        found: dict[str, Line] = {}
        while missing := [name for name in self.policy.define if name in self._named and name not in found]:
            for name in missing:
                found[name] = self._term(name)
        return {name: found[name] for name in self.policy.define if name in found}

    def _term(self, name: str) -> Line:
        meanings = [program.names[name] for program in self.programs.values()]
        label = capital(named(name))
        if isinstance(meanings[0], Formula):
            expression = meanings[0].expression
            if expression.type.kind == "bool":
                return Line(label, (), "if", self._condition(expression))
            return Line(label, (Phrase(self._said_value(expression)),))
        tables = [meaning.table for meaning in meanings if isinstance(meaning, Choice)]
        lines = []
        for same in zip(*(table.rules for table in tables), strict=True):
            basis = Basis()
            for rule in same:
                basis += rule.basis
            rule = same[0]
            value = next(iter(rule.says.values()))
            lines.append(Line("", self._said(value, self._named[name]), _guard(rule.when), self._condition(rule.when),
                              self._basis(basis)))  # fmt: skip
        return Line(label, (), lines=tuple(lines))

    def _sources(self) -> Iterator[Line]:
        evidence = self.policy.evidence
        if evidence.clauses or evidence.readings:
            basis = self._basis(Basis(evidence.clauses, evidence.readings))
            yield Line("", (Phrase("what the parties submit in time"),), basis=basis)
        for also in evidence.also:
            basis = self._basis(Basis(also.clauses, also.readings))
            yield Line("", (Phrase("", bare(self.policy.facts[also.fact].meaning)),), basis=basis)


def _guard(when: Expression | None) -> Guard:
    return "if" if when is not None else "otherwise"


def _content(window: Window) -> tuple[object, ...]:
    """What a window says, without where it is written and what it rests on."""
    spans = tuple((_text(s.when), s.amount, _text(s.until), _text(s.after)) for s in window.spans)
    return (spans, window.latest, _text(window.asked_if), _text(window.met_by), window.paused_by)


def _text(expression: Expression | None) -> str | None:
    return expression.text if expression else None
