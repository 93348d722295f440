"""The parts of a row: what each means in the end, and the blocks that it is put together from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from engine.analysis.differences import ALTERNATIVES, ID, PERIOD, USE, WHEN, Kind
from engine.analysis.reach import Reach
from engine.document.nodes import Node
from engine.document.read import entries, items, text, under
from engine.link.compile import Citable, Compiler
from engine.link.findings import Findings
from engine.link.program import Choice, Formula, Meaning, Owed, Program, Rule, Window
from engine.pack import Version
from engine.policy.words import REQUIRED_IN
from engine.source import Place

CITES: Final = "cites"
READINGS: Final = "readings"
BASIS: Final = (CITES, READINGS)
_WRITTEN_AS: Final = {
    PERIOD: ("within", "after", "until", "whichever"),
    WHEN: ("when", "and_when", "else"),
}


@dataclass(frozen=True, slots=True)
class Part:
    """A window, a party's period, owed evidence or a rule, as it stands in a row.

    `means` is what it says in the end, key by key. `base` is the general block that it takes, whose name is `general`;
    `own` is what the row itself writes. `row` is the row in whose block that stands, None for rules of all rows.
    """

    kind: Kind
    name: str
    means: Mapping[str, object]
    own: Mapping[str, Node]
    place: Place
    row: str | None
    base: Mapping[str, Node] = field(default_factory=dict)
    general: str = ""
    table: str = ""
    party: str = ""


def keys_of(key: str) -> tuple[str, ...]:
    """The keys of the document that say a key of a part."""
    return _WRITTEN_AS.get(key, (key,))


class Side:
    """One of two versions that are compared: its rows taken apart."""

    def __init__(self, version: Version) -> None:
        self.version = version
        self.policy = version.policy
        self._reach: dict[str, Reach] = {}

    def reach(self, row: str) -> Reach:
        """What a row reads."""
        if row not in self._reach:
            self._reach[row] = Reach(self.version.programs[row])
        return self._reach[row]

    @cached_property
    def compiler(self) -> Compiler:
        """Turns what a general block says into expressions."""
        return Compiler(self.policy, Citable(), Findings())

    # -------------------------------------------------------------------------------------------- parts of a row

    def windows(self, row: str) -> Iterator[Part]:
        """The windows of a row."""
        entries_of_row = self.policy.rows[row].entries
        for window in self.version.programs[row].windows:
            own = dict(entries(under(entries_of_row, window.name)))
            base = dict(entries(self.policy.windows[window.name]))
            yield Part(
                "window", window.name, _of_window(window), own, window.place, row, base, window.name,
                party=window.party or "",
            )  # fmt: skip

    def periods(self, row: str) -> Iterator[Part]:
        """The periods of the parties that take part in a row."""
        periods = under(self.policy.rows[row].entries, self.policy.evidence.periods)
        for record in self.version.programs[row].records:
            if record.window is not None:
                party = self.policy.parties[record.party]
                own = dict(entries(under(periods, party.name)))
                yield Part(
                    "period", party.name, _of_window(record.window), own, record.window.place, row, party.period,
                    party.name, party=party.name,
                )  # fmt: skip

    def evidence(self, row: str) -> Iterator[Part]:
        """What the parties owe in a row."""
        owed = under(self.policy.rows[row].entries, self.policy.evidence.owed)
        for record in self.version.programs[row].records:
            nodes = {item.place: dict(entries(item)) for item in items(under(owed, record.party))}
            for one in record.owes:
                yield Part(
                    "evidence", one.proposition, _of_owed(one), nodes[one.place], one.place, row, party=one.party
                )

    def own_rules(self, row: str, table: str) -> bool:
        """Whether a row has rules of its own in a table."""
        return row in self.policy.rows and under(self.policy.rows[row].entries, table) is not None

    def rules(self, row: str, table: str) -> list[Part]:
        """The rules of a table as they stand in a row."""
        own = under(self.policy.rows[row].entries, table)
        shared = self.policy.tables[table].rules if table in self.policy.tables else None
        nodes = {item.place: dict(entries(item)) for item in items(shared if own is None else own)}
        program: Program = self.version.programs[row]
        rules = program.tables[table].rules if table in program.tables else ()
        return [
            Part(
                "rule", rule.id, _of_rule(rule), nodes[rule.place], rule.place, None if own is None else row,
                self.general_rule(rule.general), rule.general or "", table,
            )
            for rule in rules
        ]  # fmt: skip

    def general_rule(self, name: str | None) -> Mapping[str, Node]:
        """The keys that a general rule gives to the rules that use it."""
        node = self.policy.general_rules.get(name) if name else None
        return {key: value for key, value in entries(node) if key != REQUIRED_IN}

    def not_used(self, row: str, rule: str) -> Node | None:
        """Where a row says that it does not use a general rule."""
        blocks = [block for _, block in entries(self.policy.rows[row].entries)]
        for item in (item for block in blocks for item in items(block)):
            if text(item, "use") == rule and under(item, "not_used") is not None:
                return under(item, "not_used")
        return None

    # ------------------------------------------------------------------------------------------------------ names

    def name_means(self, name: str) -> Mapping[str, object]:
        """What a defined name means, the same in all rows: a formula, or the alternatives of a choice."""
        first = next(iter(self.version.programs.values()))
        meaning: Meaning = first.names[name]
        if isinstance(meaning, Formula):
            return {"means": meaning.expression}
        return {ALTERNATIVES: meaning.table.rules} if isinstance(meaning, Choice) else {}

    def is_choice(self, name: str) -> bool:
        """Whether a defined name has alternatives."""
        return ALTERNATIVES in self.name_means(name)

    def holds_in(self, row: str, rule: Part) -> bool:
        """Whether a rule can hold in a row at all."""
        found = next((r for r in self.version.programs[row].tables[rule.table].rules if r.place == rule.place), None)
        return found is not None and self.reach(row).settled(found.when) is not False


def _of_window(window: Window) -> dict[str, object]:
    return {
        PERIOD: (window.spans, window.latest),
        "asked_if": window.asked_if,
        "met_by": window.met_by,
        "paused_by": window.paused_by,
        "deadline": window.deadline,
        "party": window.party,
        "meaning": window.meaning,
    }


def _of_owed(owed: Owed) -> dict[str, object]:
    return {WHEN: owed.when}


def _of_rule(rule: Rule) -> dict[str, object]:
    return {
        ID: rule.id,
        USE: rule.general,
        WHEN: rule.when,
        **rule.says,
        "deadlines": rule.deadlines,
        "no_longer_owed_by": rule.not_owed_by or None,
        "if_unknown": None if rule.if_unknown == "open" else rule.if_unknown,
    }
