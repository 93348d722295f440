"""Everything in a version that a test can try, each thing once for its place in the document."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field

from engine.expr.check import Expression
from engine.expr.terms import terms
from engine.link.parts import choices_read, formulas_read, windows
from engine.link.program import Basis, Program, Rule, Table, Window
from engine.link.settled import settled, settled_tree
from engine.pack import Version
from engine.policy.model import AlsoProven, Policy
from engine.source import Place
from engine.testing.compare import reading_name
from engine.testing.coverage_model import Measure
from engine.testing.model import PolicyTest

Key = tuple[Hashable, ...]


@dataclass(slots=True)
class Entry:
    """A point that is being filled. `rests_on`, for what is cited, are the points of the parts that cite it."""

    measure: Measure
    part: str
    place: Place
    term: str = ""
    value: bool | None = None
    needs: str = ""
    behind: tuple[str, ...] = ()
    general: bool = False
    rows: list[str] = field(default_factory=list)
    tests: dict[PolicyTest, None] = field(default_factory=dict)
    rests_on: set[Key] = field(default_factory=set)


@dataclass(slots=True)
class Points:
    """The points of a version by key, and the keys of the linked parts of its rows by identity."""

    version: Version
    entries: dict[Key, Entry] = field(default_factory=dict)
    of_part: dict[int, tuple[Key, ...]] = field(default_factory=dict)
    cited_by: dict[int, tuple[Key, ...]] = field(default_factory=dict)

    def add(self, key: Key, row: str, new: Entry) -> Key:
        entry = self.entries.setdefault(key, new)
        if row and row not in entry.rows:
            entry.rows.append(row)
        return key

    def tried(self, keys: tuple[Key, ...], test: PolicyTest) -> None:
        for key in keys:
            self.entries[key].tests[test] = None


def points_of(version: Version) -> Points:
    """All points of a version, none of them tried yet."""
    points = Points(version)
    for program in version.programs.values():
        _Collecting(points, program).all()
    return points


class _Collecting:
    def __init__(self, points: Points, program: Program) -> None:
        self.points = points
        self.program = program
        self.policy: Policy = program.policy
        self.row = program.scenario

    def all(self) -> None:
        for table in self.program.tables.values():
            self.terms(table.name, table.asked_if)
            self.rules(table, "rules")
            self.cell_of_table(table)
        for choice in choices_read(self.program):
            self.rules(choice, "alternatives")
        for name, formula in formulas_read(self.program):
            self.terms(name, formula)
        for window in windows(self.program):
            self.window(window)
        self.evidence()

    # ---------------------------------------------------------------------------------------------- rules, windows

    def rules(self, table: Table, measure: Measure) -> None:
        above: list[str] = []
        for rule in table.rules:
            place = home(rule, self.policy)
            general = rule.general if place != rule.place else None
            name = general or rule.id
            part = f"{table.name}/{name}"
            row = "" if settled(self.program, rule.when) is False else self.row
            behind = tuple(above) if table.hit == "first" else ()
            new = Entry(measure, part, place, needs=_text(rule.when), behind=behind, general=general is not None)
            key = self.points.add((measure, table.name, place), row, new)
            self.part(rule, (key,), rule.basis, place)
            self.terms(part, rule.when)
            above.append(rule.id)

    def cell_of_table(self, table: Table) -> None:
        if not self.policy.tables[table.name].per_row:
            return
        own = self.policy.rows[self.row].entries.entries.get(table.name)
        place = own.key_place if own else table.place
        key = self.cell(table.name, place)
        self.points.of_part[id(table)] = (key,)

    def window(self, window: Window) -> None:
        self.terms(window.name, window.asked_if)
        cell = self.cell(window.name, window.place)
        self.part(window, (cell,), window.basis, window.place)
        for number, span in enumerate(window.spans, 1):
            keys = (cell,)
            if len(window.spans) > 1:
                new = Entry("alternatives", f"{window.name}/{number}", span.place, needs=_text(span.when))
                row = "" if settled(self.program, span.when) is False else self.row
                keys = (self.points.add(("alternatives", window.name, span.place), row, new),)
                self.terms(f"{window.name}/{number}", span.when)
            self.part(span, keys if len(window.spans) > 1 else (), span.basis, span.place, keys)

    def evidence(self) -> None:
        declared = self.policy.evidence
        keys: list[Key] = []
        for record in self.program.records:
            for owed in record.owes:
                self.terms(owed.id, owed.when)
                key = self.cell(owed.id, owed.place, _text(owed.when))
                keys.append(key)
                self.part(owed, (key,), owed.basis, owed.place)
        place = self.policy.document.place
        basis = Basis(declared.clauses, declared.readings)
        self.points.cited_by[id(declared)] = self.cited(basis, place, keys)
        for also in declared.also:
            self.also(also)

    def also(self, also: AlsoProven) -> None:
        new = Entry("alternatives", also.fact, also.place, needs=f"{also.fact} proves something that is asked for")
        key = self.points.add(("alternatives", also.fact, also.place), self.row, new)
        self.part(also, (key,), Basis(also.clauses, also.readings), also.place)

    # ------------------------------------------------------------------------------------------------------ pieces

    def cell(self, column: str, place: Place, needs: str = "") -> Key:
        return self.points.add(("cells", column, place), self.row, Entry("cells", column, place, needs=needs))

    def terms(self, part: str, condition: Expression | None) -> None:
        for term in terms(condition):
            fixed = settled_tree(self.program, term.tree)
            for value in (True, False):
                if fixed in (None, value):
                    new = Entry("conditions", part, term.place, term.text, value)
                    self.points.add((term.tree, value), self.row, new)

    def part(
        self, part: object, keys: tuple[Key, ...], basis: Basis, place: Place, rests_on: tuple[Key, ...] = ()
    ) -> None:
        """A linked part: the points that it tries when it is used, and what it cites."""
        self.points.of_part[id(part)] = keys
        self.points.cited_by[id(part)] = self.cited(basis, place, rests_on or keys)

    def cited(self, basis: Basis, place: Place, keys: Iterable[Key]) -> tuple[Key, ...]:
        found: list[Key] = []
        for clause in basis.clauses:
            found.append(self.points.add(("clauses", clause), self.row, Entry("clauses", clause, place)))
        for reading in basis.readings:
            name = reading_name(reading)
            found.append(self.points.add(("readings", reading), self.row, Entry("readings", name, place)))
        for key in found:
            self.points.entries[key].rests_on.update(keys)
        return tuple(found)


def home(rule: Rule, policy: Policy) -> Place:
    """Where a rule counts: at the general rule that it uses as it is, or where it is written itself."""
    if rule.general is None:
        return rule.place
    general = policy.general_rules[rule.general].place
    own = [rule.when, *rule.says.values()]
    unchanged = all(e is not None and not e.parts and _inside(e.place, general) for e in own)
    return general if unchanged else rule.place


def _inside(inner: Place, outer: Place) -> bool:
    return inner.source.name == outer.source.name and outer.line <= inner.line <= outer.end_line


def _text(condition: Expression | None) -> str:
    return " ".join(condition.text.split()) if condition else ""
