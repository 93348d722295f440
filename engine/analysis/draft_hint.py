"""What the author of a draft should know of its effect: what changes, what does not, and what no case tries."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.analysis.behaviour import Behaviour
from engine.analysis.differences import PERIOD, Change, Differences


@dataclass(frozen=True, slots=True)
class Hint:
    """A draft beside the version before it.

    `named` are the scenarios in which the edit takes effect on paper, `unmoved` those of them in which no case is
    decided otherwise, in nothing. `untried` are the changes that no case tries.
    """

    differences: Differences
    behaviour: Behaviour
    named: tuple[str, ...]
    unmoved: tuple[str, ...]
    untried: tuple[Change, ...]

    @property
    def passing_by(self) -> tuple[Change, ...]:
        """The changes of general parts that some scenario escapes."""
        return tuple(c for c in self.differences.changes if c.escapes and c.effect != "wording")


def hint(differences: Differences, behaviour: Behaviour) -> Hint:
    """The hint on a draft, from what differs and what becomes of the cases."""
    named = tuple(row for row in differences.rows if differences.touching(row))
    counts = behaviour.counts
    unmoved = tuple(row for row in named if row in counts and not counts[row].moved)
    telling = (change for change in differences.changes if change.effect == "decision")
    untried = tuple(change for change in telling if not _is_tried(change, differences, behaviour))
    return Hint(differences, behaviour, named, unmoved, untried)


def _is_tried(change: Change, differences: Differences, behaviour: Behaviour) -> bool:
    """Whether a case can tell: it reaches the rule, owes the evidence, or is decided otherwise for the period.

    Of declarations, which only matter where something reads them, nothing is said.
    """
    if change.kind in ("window", "period"):
        moved = any(behaviour.counts[row].decision for row in change.rows if row in behaviour.counts)
        return moved or all(difference.key not in (PERIOD, "asked_if", "met_by") for difference in change.differences)
    names = set(_names(change, differences))
    return not names or any(names & behaviour.tried.get(row, frozenset()) for row in change.rows)


def _names(change: Change, differences: Differences) -> Iterator[str]:
    """The names by which decisions tell that a part took part."""
    if change.kind == "evidence":
        yield f"{change.party}.{change.name}"
    elif change.kind == "rule":
        yield from (f"{change.table}/{name}" for name in (change.name, change.was) if name)
    elif change.kind == "general rule":
        called = (change.name, change.was or change.name)
        for program in (*differences.before.programs.values(), *differences.after.programs.values()):
            if program.scenario in change.rows:
                rules = (rule for table in program.tables.values() for rule in table.rules)
                yield from (f"{rule.table}/{rule.id}" for rule in rules if rule.general in called)
