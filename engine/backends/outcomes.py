"""Tables of one case: which rules hold, which are open, and what follows for each field."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.backends.records import any_of
from engine.expr.unknown import Unknown, waiting
from engine.policy.words import IS

if TYPE_CHECKING:
    from engine.backends.interpreter import Interpreter
    from engine.link.program import Rule, Table, TablePart, Unsettled


class Outcome:
    """A table in a case. `hold` are the rules that hold (one at most in a `first` table), `still_open` those that may.

    `failed` are rules above the deciding one that failed for want of proof or by a finding; `listed` are conditions
    that do not hold meanwhile, whose missing facts the decision lists.
    """

    __slots__ = ("asked", "failed", "hold", "listed", "still_open")

    def __init__(self, asked: bool | Unknown) -> None:
        self.asked = asked
        self.hold: list[Rule] = []
        self.still_open: list[tuple[Rule, Unknown]] = []
        self.failed: list[Rule] = []
        self.listed: list[tuple[Rule, Unknown]] = []


class Outcomes:
    def __init__(self, interpreter: Interpreter) -> None:
        self._in = interpreter
        self.read: dict[str, tuple[Table, Outcome]] = {}

    def outcome(self, table: Table) -> Outcome:
        found = self.read.get(table.name)
        if found is None:
            found = self.read[table.name] = (table, self._outcome(table))
        return found[1]

    def _outcome(self, table: Table) -> Outcome:
        outcome = Outcome(self._in.holds(table.asked_if))
        if outcome.asked is not True:
            return outcome
        first = table.hit == "first"
        in_stages = table.name == self._in.program.standing.name
        for rule, holds in self._in.tried(table):
            if holds is False:
                if first and rule.hangs_on_proof:
                    outcome.failed.append(rule)
            elif holds is True:
                outcome.hold.append(rule)
                if first:
                    break
            elif rule.if_unknown == "open":
                outcome.still_open.append((rule, holds))
                if in_stages:  # what comes later does not matter yet
                    break
            elif rule.if_unknown == "list":
                outcome.listed.append((rule, holds))
        return outcome

    def part(self, meaning: TablePart) -> object:
        return self.field(meaning.table, meaning.field) if meaning.field else self.any(meaning.table)

    def any(self, table: Table) -> bool | Unknown:
        """Whether any rule of the table holds."""
        outcome = self.outcome(table)
        if outcome.hold or outcome.asked is False:
            return bool(outcome.hold)
        still_open = self.still_open(outcome)
        return False if still_open is None else still_open

    @staticmethod
    def still_open(outcome: Outcome) -> Unknown | None:
        if isinstance(outcome.asked, Unknown):
            return outcome.asked
        found: Unknown | None = None
        for _, condition in outcome.still_open:
            found = condition if found is None else found.and_also(condition)
        return found

    # ------------------------------------------------------------------------------------------------------ fields

    def field(self, table: Table, name: str) -> object:
        """What a table says of a field; Unknown when the rules that are still possible disagree on it."""
        outcome = self.outcome(table)
        if outcome.asked is not True:
            return outcome.asked if isinstance(outcome.asked, Unknown) else self._nothing(name)
        if table.hit == "all":
            return self._gathered(outcome, name)
        value = self._says(outcome.hold[0], name) if outcome.hold else self._nothing(name)
        for rule, condition in reversed(outcome.still_open):
            other = self._says(rule, name)
            if other is value:  # open or not, they say the same
                continue
            if isinstance(value, Unknown) or isinstance(other, Unknown) or value != other:
                found = condition
                for candidate in (other, value):
                    if isinstance(candidate, Unknown):
                        found = found.and_also(candidate)
                value = found
        return value

    def gathered_so_far(self, table: Table, name: str) -> tuple[str, ...]:
        """The values of the rules that hold, whatever else is open."""
        outcome = self.outcome(table)
        values: list[str] = []
        for rule in outcome.hold:
            said = self._says(rule, name)
            if not isinstance(said, Unknown):
                values.extend(said)  # type: ignore[arg-type]
        return tuple(dict.fromkeys(values))

    def _gathered(self, outcome: Outcome, name: str) -> object:
        for rule, condition in outcome.still_open:
            if name in rule.says:
                return condition
        values: list[str] = []
        for rule in outcome.hold:
            said = self._says(rule, name)
            if isinstance(said, Unknown):
                return said
            values.extend(said)  # type: ignore[arg-type]
        return tuple(dict.fromkeys(values))

    def _says(self, rule: Rule, name: str) -> object:
        expression = rule.says.get(name)
        if expression is None:
            return self._nothing(name)
        value = self._in.evaluate(expression)
        if name is not IS and isinstance(value, str) and self._in.program.policy.fields[name].many:
            return (value,)
        return value

    def _nothing(self, name: str) -> object:
        if name == IS:
            return None
        declared = self._in.program.policy.fields[name]
        return () if declared.many else declared.otherwise

    # ---------------------------------------------------------------------------------------------- the whole table

    def unsettled(self, meaning: Unsettled) -> bool | Unknown:
        """Whether fields that must be known are open for want of findings only; Unknown when facts are missing too."""
        still_open = self.open_fields(meaning.table)
        if still_open is None:
            return False
        return True if still_open.waits_for_findings_only else still_open

    def open_fields(self, table: Table) -> Unknown | None:
        """What the fields of a table wait for that must be known."""
        found: Unknown | None = None
        for name in table.fields:
            if self._in.program.policy.fields[name].must_be_known:
                value = self._in.value(f"{table.name}.{name}")
                if isinstance(value, Unknown):
                    found = value if found is None else found.and_also(value)
        return found

    def not_owed(self) -> dict[str, bool | Unknown]:
        """The parties whose missing evidence no longer matters, by the rules that decide or may decide."""
        found: dict[str, bool | Unknown] = {}
        for table in self._in.program.tables.values():
            for party in table.not_owed_by:
                found[party] = any_of(found.get(party, False), self._drops(table, party))
        return found

    def _drops(self, table: Table, party: str) -> bool | Unknown:
        """Whether the rules of a table that decide drop what a party owes."""
        outcome = self.outcome(table)
        if isinstance(outcome.asked, Unknown):
            return outcome.asked
        holds = any(party in rule.not_owed_by for rule in outcome.hold)
        if table.hit == "all" and holds:
            return True
        differing = [condition for rule, condition in outcome.still_open if (party in rule.not_owed_by) is not holds]
        still_open = waiting(*differing)
        return holds if still_open is None else still_open
