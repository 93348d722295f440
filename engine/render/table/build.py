"""A version's programs to its framework table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from engine.expr.check import Expression
from engine.library import Registry
from engine.link.program import Program, Table, Window
from engine.pack import Version
from engine.policy.model import Policy, TableHead
from engine.render.phrases import capital, named
from engine.render.table.sheet import Column, Line, Rules, RuleTable, Sheet, SheetRow
from engine.render.telling import ORDERS, Telling, together
from engine.render.version_states import state_of


def framework_table(version: Version, registers: Registry, telling: Telling | None = None) -> Sheet:
    """The framework table of a version, its columns in the order in which the rows are written.

    With `telling`, the terms and sources that it named before are explained, too."""
    return _Building(version, registers, telling or Telling(version)).sheet()


class _Building:
    def __init__(self, version: Version, registers: Registry, telling: Telling) -> None:
        self.policy: Policy = version.policy
        self.programs: Mapping[str, Program] = version.programs
        self.state = state_of(version)
        self.registers = registers.under(version.policy)
        self.tell = telling

    def sheet(self) -> Sheet:
        policy = self.policy
        differing = [name for name in policy.windows if self._differs(name)]
        columns = tuple(self._columns(differing))
        rows = tuple(self._row(name, program, columns) for name, program in self.programs.items())
        first = next(iter(self.programs.values()), None)
        same = tuple(self._same(window) for window in (first.windows if first else ()) if window.name not in differing)
        sources = tuple(self.tell.sources())
        tables = tuple(
            RuleTable(
                head.title, ORDERS[head.hit], self.tell.condition(first.tables[head.name].asked_if if first else None)
            )
            for head in self._tables()
        )
        terms = self.tell.terms()
        cited = self.tell.cited()
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
        return len({_content(window) for window in self._windows(name)}) > 1

    def _windows(self, name: str) -> list[Window]:
        """A window of the policy as it stands in each row."""
        return [window for program in self.programs.values() for window in program.windows if window.name == name]

    def _same(self, window: Window) -> Line:
        """A window that is the same in every row; it rests on what it rests on in any of them."""
        everywhere = replace(window, basis=together(w.basis for w in self._windows(window.name)))
        return self.tell.period(everywhere, capital(named(window.name)), self.tell.parts(window), window.meaning)

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
                cells[column.key] = tuple(self.tell.period(window, title) for window, title in periods if window)
            elif column.key == evidence.owed:
                cells[column.key] = tuple(self.tell.owed(record) for record in program.records if record.owes)
            else:
                cells[column.key] = tuple(self.tell.period(w, "") for w in program.windows if w.name == column.key)
        own = row.entries.entries
        rules = tuple(self._rules(program.tables[head.name], head.name in own) for head in self._tables())
        return SheetRow(name, row.title, row.description, row.clauses, cells, rules)

    def _rules(self, table: Table, own: bool) -> Rules:
        last = len(table.rules) > 1 and table.hit == "first"
        return Rules(
            table.name,
            table.title,
            tuple(self.tell.rule(rule, "otherwise" if last else "") for rule in table.rules),
            own,
        )


def _content(window: Window) -> tuple[object, ...]:
    """What a window says, without where it is written and what it rests on."""
    spans = tuple((_text(s.when), s.amount, _text(s.until), _text(s.after)) for s in window.spans)
    return (spans, window.latest, _text(window.asked_if), _text(window.met_by), window.paused_by)


def _text(expression: Expression | None) -> str | None:
    return expression.text if expression else None
