"""What differs between two versions, as plain data: parts with what they said before and what they say after."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from engine.pack import Version
from engine.source import Place

Kind = Literal[
    "head", "clause", "reading", "fact", "proposition", "group", "field", "party", "proof", "table", "name",
    "window", "period", "general rule", "scenario", "evidence", "rule",
]  # fmt: skip
What = Literal["added", "removed", "changed"]
# What can be otherwise for it: a decision, its reasons alone, or only what people read and where it is written.
Effect = Literal["decision", "reasons", "wording"]

# Keys of a part that several keys of the document say together, or that none of them says.
PERIOD: Final = "period"  # within, after, until, whichever
WHEN: Final = "when"  # when, and_when, else
POSITION: Final = "position"  # the id of the rule above it; empty for the first rule
ID: Final = "id"
USE: Final = "use"
ALTERNATIVES: Final = "alternatives"
RULES: Final = "rules"


@dataclass(frozen=True, slots=True)
class Difference:
    """One key of a part, before and after; None where there was nothing.

    A value is an expression, the spans of a period, the rules of a choice, or plain data as the document has it.
    """

    key: str
    before: object
    after: object
    effect: Effect = "decision"


def alone(key: str, value: object, added: bool, effect: Effect) -> Difference:
    """A key of a part that one version alone has."""
    return Difference(key, None, value, effect) if added else Difference(key, value, None, effect)


@dataclass(frozen=True, slots=True)
class Escape:
    """A row that a change of a general part does not reach: by a key of its own, rules of its own, or `not_used`.

    `says` is what stands there: the row's own value of `key`, or the reason why the general rule is not used.
    """

    row: str
    why: Literal["own key", "own rules", "not used"]
    key: str
    says: object
    place: Place


@dataclass(frozen=True, slots=True)
class Change:
    """A part of a policy that was added, removed or changed.

    `row` is the scenario in whose block it stands, None for a general part; `table` that of a rule, `party` that of a
    period or of evidence. `rows` are the scenarios in which it takes effect, `escapes` those that it passes by.
    A part that was added or removed has all its keys as differences. `was` is the name before, where that is another.
    """

    kind: Kind
    name: str
    what: What
    differences: tuple[Difference, ...]
    row: str | None = None
    table: str = ""
    party: str = ""
    was: str = ""
    rows: tuple[str, ...] = ()
    escapes: tuple[Escape, ...] = ()
    before: Place | None = None
    after: Place | None = None

    @property
    def effect(self) -> Effect:
        """The strongest of what can be otherwise for it; mere wording where it reaches no scenario."""
        effects = {difference.effect for difference in self.differences}
        if not self.rows:
            return "wording"
        if "decision" in effects or self.what != "changed":
            return "decision"
        return "reasons" if "reasons" in effects or not effects else "wording"


@dataclass(frozen=True, slots=True)
class Differences:
    """Everything that differs, in the order of the policy: general parts first, then row by row."""

    before: Version
    after: Version
    changes: tuple[Change, ...]

    @property
    def rows(self) -> tuple[str, ...]:
        """The scenarios of both versions, in the order of the later one."""
        return tuple(dict.fromkeys([*self.after.policy.rows, *self.before.policy.rows]))

    def touching(self, row: str) -> tuple[Change, ...]:
        """The changes that take effect in a scenario, those of mere wording left out."""
        return tuple(change for change in self.changes if row in change.rows and change.effect != "wording")
