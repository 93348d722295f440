"""What can still come of a case: its unknown facts tried out, one after the other, until nothing is open any more.

At each node the first fact that the decision waits for takes every value that can make a difference. A fact that no
node asks for cannot change what follows: the logic of unknown values has settled it. Rules that decide without what
they wait for are taken as open here, so that what is settled stays settled.
"""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from engine.analysis.trial_values import Compared, compared, trial_values
from engine.backends.interpreter import Interpreter
from engine.case.model import Case
from engine.decision import Value
from engine.evaluation.one_row import run as decide
from engine.evaluation.watching import Watching
from engine.expr.unknown import Unknown, waiting
from engine.link.program import Choice, Meaning, Program, RecordPart, Table, TablePart, Unsettled
from engine.policy.from_document import LEFT_OUT, SCENARIO
from engine.policy.model import Fact

BUDGET: Final = 800  # decisions for a tree
TURNS: Final = 6  # values of a fact that are tried on a way down
WIDE: Final = 0.8  # of the ways down take what leaves the most open
FIRST: Final = ("zone", "event", "instant", "date", "integer", "decimal")  # tried before others: days hang on the zone;
SOON: Final = len(FIRST)  # the rest has the most values, and what comes below is tried again for each
LACKING: Final = "lacking"  # the part of the record that leaves out what is not assessed
FEW: Final = 3  # values that are all tried as they are; of more, those that come to the same are tried once


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a decision says when nothing is open: the fields that people go by, everything but remarks, deadlines."""

    fields: tuple[tuple[str, Value], ...]
    details: tuple[tuple[str, Value], ...]
    deadlines: tuple[tuple[str, datetime, str], ...]


@dataclass(slots=True)
class Node:
    """A case that is tried: settled with an outcome, or asking for a fact with a node for each value. `waits` are all
    the facts that it waits for; a node that has neither was not looked into any more. `lists` are the findings that
    only the list of what is lacking waits for: it leaves out what is not assessed, so a settled case may have some."""

    given: Mapping[str, object]
    outcome: Outcome | None = None
    asks: str = ""
    waits: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()
    children: list[tuple[object, Node]] = field(default_factory=list)

    @property
    def cut(self) -> bool:
        return self.outcome is None and not self.children

    def nodes(self) -> Iterator[Node]:
        """This node and all below it."""
        todo = [self]
        while todo:
            node = todo.pop()
            yield node
            todo.extend(child for _, child in reversed(node.children))


class Trial:
    """Decides a case with some of its facts tried out. Counts how often."""

    def __init__(self, programs: Mapping[str, Program], case: Case, as_of: datetime) -> None:
        self.programs = {name: strict(program) for name, program in programs.items()}
        self.case = case
        self.as_of = as_of
        self.decisions = 0
        self._compared: dict[str, Compared] = {}

    def tree(self, budget: int = BUDGET) -> Node:
        """All that can come of the case, breadth first, as far as the budget of decisions reaches."""
        return self.grown(Node({}), budget)

    def grown(self, root: Node, budget: int) -> Node:
        """A node with all that can come of it."""
        todo, last = deque([root]), self.decisions + budget
        while todo and self.decisions < last:
            node = todo.popleft()
            run = self.look(node)
            if node.outcome is None:
                values = list(self.programs) if run is None else self._values(node, run)
                node.children = [(value, Node({**node.given, node.asks: value})) for value in values]
                todo.extend(child for _, child in node.children)
        return root

    def pairs(self, budget: int) -> Iterator[tuple[str, Node, Node]]:
        """Settled cases that differ in one fact: the fact, a case and the other one. The same on every run.

        The cases are found by going down to where nothing is open, mostly by values that leave the most open."""
        choose = random.Random(self.case.digest)
        last, wide = self.decisions + budget, True
        while self.decisions < last:
            leaf = self._down(Node({}), choose, wide, last)
            if leaf is None:
                return
            for name in leaf.given:
                yield from ((name, leaf, other) for other in self._turned(leaf, name, choose, last))
            wide = choose.random() < WIDE

    def listed(self, leaf: Node) -> Iterator[tuple[str, Node, Node]]:
        """Settled cases that differ in one finding that only the list of what is lacking waits for: the finding, the
        case in which all of them prove nothing, and one in which this one proves something."""
        run = self._run(self.programs[str(leaf.given.get(SCENARIO, self.case.scenario))], leaf.given)[0]
        values = {name: self._trials(Node({}, asks=name), run) for name in leaf.lists}
        nothing = {**leaf.given, **{name: found[0] for name, found in values.items()}}
        base = Node(nothing)
        self.look(base)
        for name, found in values.items():
            for value in found[1:]:
                other = Node({**nothing, name: value})
                self.look(other)
                yield name, base, other

    def _turned(self, leaf: Node, name: str, choose: random.Random, last: int) -> Iterator[Node]:
        """The settled cases that have another value of one fact; what is still open then takes any value."""
        before = Node({key: value for key, value in leaf.given.items() if key != name}, asks=name)
        scenario = before.given.get(SCENARIO, self.case.scenario)
        run = None if scenario is None else self._run(self.programs[str(scenario)], before.given)[0]
        values = list(self.programs) if run is None else self._trials(before, run)
        for value in values if len(values) <= TURNS else choose.sample(values, TURNS):
            if value != leaf.given[name]:
                other = self._down(Node({**before.given, name: value}), choose, False, last)
                if other is not None:
                    yield other

    def _down(self, node: Node, choose: random.Random, wide: bool, last: int) -> Node | None:
        """A settled case below a node. A `wide` way takes the value that leaves the most open; else any is taken."""
        run = self.look(node)
        while node.outcome is None:
            if self.decisions >= last:
                return None
            values = list(self.programs) if run is None else self._trials(node, run)
            tried = choose.sample(values, min(len(values), TURNS if wide else 1))
            children = [Node({**node.given, node.asks: value}) for value in tried]
            runs = [self.look(child) for child in children]
            best = max(range(len(children)), key=lambda number: len(children[number].waits))
            node, run = children[best], runs[best]
        return node

    def _first(self, waits: Sequence[str]) -> str:
        facts = next(iter(self.programs.values())).policy.facts
        return min(waits, key=lambda name: FIRST.index(facts[name].kind) if _early(facts.get(name)) else SOON)

    def look(self, node: Node) -> Watching | None:
        """Decide the case of a node, and note what came of it. None while the row is not known."""
        scenario = node.given.get(SCENARIO, self.case.scenario)
        if scenario is None:
            node.asks, node.waits = SCENARIO, (SCENARIO,)
            return None
        program = self.programs[str(scenario)]
        run, outcome, waits = self._run(program, node.given)
        node.waits = waits
        if waits:
            node.asks = self._first(waits)
        else:
            node.outcome, node.lists = outcome, _listed(run)
        return run

    def _run(self, program: Program, given: Mapping[str, object]) -> tuple[Watching, Outcome, tuple[str, ...]]:
        self.decisions += 1
        values = {**self.case.values, **{name: value for name, value in given.items() if name != SCENARIO}}
        case = Case(program.scenario, MappingProxyType(values), self.case.digest)
        made: list[Watching] = []

        def watching(*arguments: Any) -> Interpreter:
            made.append(Watching(*arguments))
            return made[0]

        decision = decide(program, case, self.as_of, watching)
        run = made[0]
        declared = {field.written_as: field for field in program.policy.fields.values()}
        said = [(name, value) for name, value in decision.fields.items() if declared[name].if_unknown != LEFT_OUT]
        main = tuple(
            (n, v) for n, v in said if declared[n].must_be_known or declared[n].name == program.standing_field.name
        )
        ends = tuple((d.window, d.at, d.state) for d in decision.deadlines)
        waits = (*decision.missing_facts, *decision.unassessed)
        if decision.determined and not waits:
            waits = self._open_deadlines(run)
        return run, Outcome(main, tuple(said), ends), waits

    @staticmethod
    def _open_deadlines(run: Interpreter) -> tuple[str, ...]:
        """What the deadlines wait for that a settled decision shows."""
        hold = run.outcomes.outcome(run.program.standing).hold
        named = hold[0].deadlines if hold else None
        waits: dict[str, None] = {}
        own = (record.window for record in run.program.records if record.window is not None)
        for window in (*run.program.windows, *own):
            if window.deadline is None or (named is not None and window.deadline not in named):
                continue
            clock = run.clocks.clock(window)
            parts = [clock.asked, clock.ends]
            if clock.asked is True and isinstance(clock.ends, datetime):
                parts += [run.clocks.paused(window), run.clocks.met(window)]
            still_open = waiting(*parts) if clock.asked is not False else None
            if still_open is not None:
                waits.update(dict.fromkeys((*still_open.facts, *still_open.findings)))
        return tuple(waits)

    def _trials(self, node: Node, run: Watching) -> list[object]:
        program = run.program
        if program.scenario not in self._compared:
            self._compared[program.scenario] = compared(program)
        return trial_values(program.policy.facts[node.asks], run, self._compared[program.scenario])

    def _values(self, node: Node, run: Watching) -> list[object]:
        program = run.program
        values = self._trials(node, run)
        if len(values) <= FEW or program.policy.facts[node.asks].kind == "enum":
            return values
        alike: dict[Hashable, list[object]] = {}
        for value in values:
            tried, outcome, waits = self._run(program, {**node.given, node.asks: value})
            alike.setdefault((_signature(tried), outcome.details, _states(outcome), waits), []).append(value)
        return [group[len(group) // 2] for group in alike.values()]


def _listed(run: Watching) -> tuple[str, ...]:
    """The findings on which it hangs whether something is listed as lacking."""
    read = (name for name, one in run.program.names.items() if isinstance(one, RecordPart) and one.part == LACKING)
    if not any(map(run.has_read, read)):
        return ()
    dropped = run.outcomes.not_owed()
    owing = (record for record in run.program.records if dropped.get(record.party) is not True)
    owed = ((record, one) for record in owing for one in record.owes)
    proven = [run.records.is_proven(one) for record, one in owed if run.records.owes(record, one) is not False]
    waits = (one.findings for one in proven if isinstance(one, Unknown) and one.waits_for_findings_only)
    return tuple(dict.fromkeys(name for findings in waits for name in findings))


def _early(fact: Fact | None) -> bool:
    return fact is not None and fact.kind in FIRST


def _states(outcome: Outcome) -> Hashable:
    return tuple(sorted((window, state) for window, _, state in outcome.deadlines))


def _signature(run: Watching) -> Hashable:
    """What every part of every condition came to; of an instant, that there is one."""
    return frozenset((id(node), _kind(value)) for node, value in run.seen.items())


def _kind(value: object) -> Hashable:
    match value:
        case Unknown():
            return ("unknown", value.facts, value.findings)
        case datetime():
            return "instant"
        case bool() | str() | int() | None:
            return value
        case _:
            return repr(value)


def strict(program: Program) -> Program:
    """The program without rules that decide while they are open."""
    tables: dict[str, Table] = {}

    def table(one: Table) -> Table:
        if one.name not in tables:
            tables[one.name] = replace(one, rules=tuple(replace(rule, if_unknown="open") for rule in one.rules))
        return tables[one.name]

    def meaning(one: Meaning) -> Meaning:
        return replace(one, table=table(one.table)) if isinstance(one, TablePart | Choice | Unsettled) else one

    names = MappingProxyType({name: meaning(one) for name, one in program.names.items()})
    own = MappingProxyType({name: table(one) for name, one in program.tables.items()})
    return replace(program, names=names, tables=own, standing=table(program.standing))
