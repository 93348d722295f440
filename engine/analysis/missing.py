"""Which unknown facts and findings can still change a decision, and in which order to ask for them."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal

from engine.analysis.outcome_tree import BUDGET, Node, Outcome, Trial
from engine.analysis.reach import Reach
from engine.case.model import Case, Submission
from engine.clock import parse_instant
from engine.decision import Decision, Value
from engine.pack import Version
from engine.policy.from_document import SCENARIO

SOME: Final = "some"  # of values without number: that there is one

PAIRS: Final = 1_200  # decisions that are spent on pairs of cases where not everything can be tried
Changes = Literal["outcome", "details", "deadlines", "perhaps", "nothing"]
Fields = tuple[tuple[str, Value], ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """A possible answer and the outcomes that it leaves, each the status and the fields that must be known.

    `value` is a word of the fact, true or false, a number, None for: there is none; SOME for: there is one. `ends` is
    whether nothing is open after it, whatever the value.
    """

    value: object
    outcomes: tuple[Fields, ...]
    ends: bool


@dataclass(frozen=True, slots=True)
class Matter:
    """An unknown fact, with what it can change: the outcome; only which evidence is listed as lacking ("details"); only
    deadlines; "perhaps" where the search ended before that was found out, "nothing" for a finding on which nothing
    hangs. `answers` are empty where they are too many."""

    fact: str
    changes: Changes
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class Missing:
    """What a case waits for. `facts` are in the order in which to ask for them, `findings` apart in the policy's order.

    A fact that is in neither changes nothing that is decided, whatever the others turn out to be; while `complete` is
    False, that is not certain for those in `not_excluded`. `outcomes` are those that are possible, as far as looked.
    """

    decision: Decision
    facts: tuple[Matter, ...]
    findings: tuple[Matter, ...]
    outcomes: tuple[Fields, ...]
    complete: bool
    not_excluded: tuple[str, ...]
    decisions: int

    @property
    def may_matter(self) -> tuple[str, ...]:
        """The facts and findings that can still change the decision, or could not be excluded."""
        found = [one.fact for one in (*self.facts, *self.findings) if one.changes != "nothing"]
        return tuple(dict.fromkeys((*found, *self.not_excluded)))


def may_matter(version: Version, case: Case, as_of: datetime | str, budget: int = BUDGET) -> Missing:
    """What a case waits for at a moment: an aware datetime, or ISO 8601 with an offset. Raises ValueError.

    Found by deciding the case with values tried out, at most some three times `budget`.
    """
    moment = (parse_instant(as_of) if isinstance(as_of, str) else as_of).astimezone(UTC)
    decision = version.decide(case, moment)
    programs = version.programs if case.scenario is None else {case.scenario: version.programs[case.scenario]}
    trial = Trial(programs, case, moment)
    root = trial.tree(budget)
    return _Search(version, case, decision, trial, root, budget).missing()


class _Search:
    def __init__(self, version: Version, case: Case, decision: Decision, trial: Trial, root: Node, budget: int) -> None:
        self.version, self.case, self.decision, self.trial = version, case, decision, trial
        self.nodes = list(root.nodes())
        self.waits = frozenset((*root.waits, *decision.missing_facts, *decision.unassessed))
        self.budget, self.again = budget, trial.decisions + budget
        self.tried: dict[Hashable, frozenset[Outcome]] = {}
        self.short = False  # whether there was no room to try everything
        self.leaves = [node for node in self.nodes if node.outcome is not None]
        self.cut = [node for node in self.nodes if node.cut]
        self.order = {name: number for number, name in enumerate((SCENARIO, *version.policy.facts))}

    def missing(self) -> Missing:
        facts = self.version.policy.facts
        by_fact: dict[str, list[Node]] = {}
        for node in self.nodes:
            if node.children:
                by_fact.setdefault(node.asks, []).append(node)
        changes: dict[str, Changes] = {}
        for name, nodes in by_fact.items():
            if self._differs(name, nodes, True):
                changes[name] = "outcome"
            elif self._differs(name, nodes, False):
                changes[name] = "deadlines"
        if self.cut or self.short:
            self._look_further(changes)
        self._look_at_lists(changes)
        findings = {name for name in (*self.decision.missing_facts, *self.decision.unassessed) if self._finding(name)}
        for name in findings:
            changes.setdefault(name, "nothing")
        matters = {name: Matter(name, how, self._answers(name)) for name, how in changes.items()}
        asked = sorted((m for m in matters.values() if not self._finding(m.fact)), key=self._rank)
        found = sorted((m for m in matters.values() if self._finding(m.fact)), key=lambda m: self.order[m.fact])
        return Missing(
            decision=self.decision,
            facts=tuple(asked),
            findings=tuple(found),
            outcomes=_distinct(self.leaves),
            complete=not (self.cut or self.short),
            not_excluded=tuple(name for name in self._readable(facts) if name not in matters)
            if self.cut or self.short
            else (),
            decisions=self.trial.decisions,
        )

    def _look_further(self, changes: dict[str, Changes]) -> None:
        """Find out about the facts that a tree which was cut says nothing of."""
        for name, one, other in self.trial.pairs(min(PAIRS, self.budget)):
            if one.outcome is None or other.outcome is None:
                continue
            self.leaves += [one, other]
            if one.outcome.details != other.outcome.details:
                changes[name] = "outcome"
            elif one.outcome != other.outcome:
                changes.setdefault(name, "deadlines")
        for name in sorted(self.waits, key=self.order.__getitem__):
            changes.setdefault(name, "perhaps")

    def _look_at_lists(self, changes: dict[str, Changes]) -> None:
        """Find out about the findings that the list of what is lacking leaves out while they are not made."""
        told = ("outcome", "details")
        for leaf in self.leaves:
            if all(changes.get(name) in told for name in leaf.lists):
                continue
            for name, one, other in self.trial.listed(leaf):
                differs = one.outcome and other.outcome and one.outcome.details != other.outcome.details
                if differs and changes.get(name) not in told:
                    changes[name] = "details"

    def _finding(self, name: str) -> bool:
        """Whether only a person can say it: a finding, or what materials prove that came."""
        fact = self.version.policy.facts.get(name)
        return fact is not None and (fact.finding or name in self.case.values)

    def _readable(self, facts: Iterable[str]) -> Iterator[str]:
        programs = self.trial.programs.values()
        read = {name for program in programs for name in Reach(program).facts()}
        for name in facts:
            value = self.case.values.get(name)
            half = isinstance(value, tuple) and any(isinstance(s, Submission) and s.proves is None for s in value)
            if name in read and (name not in self.case.values or half):
                yield name

    # --------------------------------------------------------------------------------------- does a fact matter

    def _differs(self, name: str, nodes: list[Node], by_fields: bool) -> bool:
        """Whether two cases that differ in this fact alone were found to come out differently."""
        for node in nodes:
            for number, (_, first) in enumerate(node.children):
                for other, (value, second) in enumerate(node.children):
                    if number != other and self._other(name, value, first, second, by_fields):
                        return True
        return False

    def _other(self, name: str, value: object, first: Node, second: Node, by_fields: bool) -> bool:
        for leaf in first.nodes():
            if leaf.outcome is not None:
                want = _key(leaf.outcome, by_fields)
                if self._reaches(want, {**leaf.given, name: value}, second, by_fields):
                    return True
        return False

    def _reaches(self, want: object, given: Mapping[str, object], node: Node, by_fields: bool) -> bool:
        """Whether a node below has another outcome, with nothing but what is given or was left open there.

        Where a given value was not tried at a node, because it came to the same as another one there, it is now."""
        if node.outcome is not None:
            return _key(node.outcome, by_fields) != want
        fitting = [(v, child) for v, child in node.children if node.asks not in given or given[node.asks] == v]
        if not fitting and node.children:
            return any(_key(end, by_fields) != want for end in self._tried(given))
        return any(self._reaches(want, {**given, node.asks: v}, child, by_fields) for v, child in fitting)

    def _tried(self, given: Mapping[str, object]) -> frozenset[Outcome]:
        """The outcomes that a case can have that gives this much."""
        key = frozenset(given.items())
        if key not in self.tried:
            if self.trial.decisions > self.again:
                self.short = True
                return frozenset()
            nodes = list(self.trial.grown(Node(given), self.again - self.trial.decisions + 1).nodes())
            self.short = self.short or any(node.cut for node in nodes)
            self.tried[key] = frozenset(node.outcome for node in nodes if node.outcome is not None)
        return self.tried[key]

    # --------------------------------------------------------------------------------------------------- answers

    def _answers(self, name: str) -> tuple[Answer, ...]:
        tried = (node.given[name] for node in (*self.nodes, *self.leaves) if name in node.given)
        values = dict.fromkeys(_told(value) for value in tried)
        fact = self.version.policy.facts.get(name)
        order = [True, False] if fact is not None and fact.kind == "bool" else [*(fact.values if fact else ()), SOME]
        values = dict.fromkeys([v for v in order if v in values] + list(values))
        found = []
        for value in values:
            leaves = [n for n in self.leaves if name not in n.given or _told(n.given[name]) == value]
            cut = any(name not in n.given or _told(n.given[name]) == value for n in self.cut)
            outcomes = _distinct(leaves)
            ends = len(outcomes) == 1 and not cut
            found.append(Answer(value, outcomes, ends))
        return tuple(found)

    def _rank(self, matter: Matter) -> tuple[object, ...]:
        """The outcome before deadlines; what ends the questions most often, then what leaves the fewest outcomes."""
        grades: Mapping[str, int] = {"outcome": 0, "perhaps": 1, "details": 2, "deadlines": 3, "nothing": 4}
        answers = matter.answers
        count = len(answers) or 1
        now = matter.fact in self.waits
        left = sum(len(answer.outcomes) for answer in answers) / count
        ends = sum(answer.ends for answer in answers) / count
        return (matter.fact != SCENARIO, not now, grades[matter.changes], -ends, left, self.order[matter.fact])


def _key(outcome: Outcome, by_fields: bool) -> object:
    return outcome.details if by_fields else outcome


def _told(value: object) -> object:
    """A value as an answer: of values without number, that there is one."""
    if value is None or isinstance(value, bool | str | int):
        return value
    if isinstance(value, tuple | frozenset):
        return SOME if value else None
    return SOME


def _distinct(leaves: Iterable[Node]) -> tuple[Fields, ...]:
    return tuple(dict.fromkeys(leaf.outcome.fields for leaf in leaves if leaf.outcome is not None))
