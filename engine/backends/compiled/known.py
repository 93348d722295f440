"""What generated code works with, besides plain Python: two-valued, for a case of which all that is asked is known.

A fact that is asked for and not there raises KeyError, a finding that is not yet made NotKnown, which is one: then the
reference meaning decides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from engine.case.model import Submission
from engine.policy.basis import Basis

if TYPE_CHECKING:
    from engine.decision import Answer

EMPTY: Final[frozenset[str]] = frozenset()
NOTHING: Final = (EMPTY, EMPTY)  # what no materials prove, and may yet be found to prove


class NotKnown(KeyError):
    """A finding is asked that is not made yet. As a missing fact does, it sends the case to the reference meaning."""


class _Unread:
    """The mark of a name that nothing has read yet."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "UNREAD"


UNREAD: Final = _Unread()


def before(left: Any, right: Any) -> bool:
    """Whether one comes strictly before the other; what never happens comes after everything."""
    return left is not None and (right is None or left < right)


def latest(*values: Any) -> Any:
    """The latest; None when one of them never happened."""
    return None if None in values else max(values)


def earliest(*values: Any) -> Any:
    """The earliest of those that happened; None when none did."""
    return min((value for value in values if value is not None), default=None)


def sure(proof: bool | None) -> bool:
    """A proof as true or false. Raises NotKnown while it waits for a finding."""
    if proof is None:
        raise NotKnown
    return proof


def by_then(at: datetime | None, as_of: datetime) -> datetime | None:
    """An event as known at a moment: what is later has not happened yet."""
    return None if at is not None and at > as_of else at


def received(
    materials: tuple[Submission, ...], as_of: datetime, ends: datetime | None
) -> tuple[tuple[Submission, ...], bool]:
    """What came in time, in order, and whether something came late."""
    if not materials:
        return (), False
    if len(materials) == 1:
        at = materials[0].at
        if at > as_of:
            return (), False
        return (materials, False) if ends is None or at <= ends else ((), True)
    so_far = [one for one in materials if one.at <= as_of]
    in_time = tuple(so_far if ends is None else [one for one in so_far if one.at <= ends])
    return in_time, len(in_time) < len(so_far)


def shown_by(in_time: tuple[Submission, ...], may_prove: frozenset[str]) -> tuple[frozenset[str], frozenset[str]]:
    """What materials prove, and what they may yet be found to prove."""
    if not in_time:
        return NOTHING
    proved, unsure = EMPTY, EMPTY
    for one in in_time:
        if one.authentic is False:
            continue
        if one.proves is None:
            unsure |= may_prove
        elif one.authentic is None:
            unsure |= one.proves
        else:
            proved = proved | one.proves if proved else one.proves
    return proved, unsure


def not_authentic(in_time: tuple[Submission, ...]) -> bool | None:
    """Whether some material is found not to be authentic; None while that hangs on a finding."""
    unsure = False
    for one in in_time:
        if one.authentic is False:
            return True
        unsure = unsure or one.authentic is None
    return None if unsure else False


def once(values: tuple[str, ...]) -> tuple[str, ...]:
    """A list with every value once, in the order met."""
    return values if len(values) < 2 else tuple(dict.fromkeys(values))


def joined(*lists: tuple[str, ...]) -> tuple[str, ...]:
    """The values of lists that have each of theirs once: all of them once, in the order met."""
    whole: tuple[str, ...] = ()
    for values in lists:
        if values:
            whole = tuple(dict.fromkeys(whole + values)) if whole else values
    return whole


def as_list(value: str | tuple[str, ...]) -> tuple[str, ...]:
    """A value of a list, or a list with every value once."""
    return (value,) if isinstance(value, str) else once(value)


def together(basis: Basis, others: Iterable[Basis]) -> Basis:
    """A basis with others behind it."""
    for other in others:
        basis += other
    return basis


def day_in(instant: datetime | None, zone: Any) -> date | None:
    """The local day of an instant, None for one that never happened."""
    return None if instant is None else instant.astimezone(zone).date()


def nothing(*_: object) -> None:
    """The group of a value that no rule asks for."""


def answers(
    rules: Mapping[int, tuple[str, tuple[tuple[str, ...], ...], tuple[str, ...], tuple[int, ...]]],
    fields: tuple[str, ...],
) -> Callable[[tuple[int, ...]], Answer]:
    """What gives the answer for the numbers of the rules that hold; each is put together once. `rules` has for each
    number its id, what it says of each field, its clauses and its readings."""
    from engine.decision.answer import Answer

    @lru_cache(maxsize=4096)
    def answer(numbers: tuple[int, ...]) -> Answer:
        held = [rules[number] for number in numbers]
        says = {field: joined(*(once(rule[1][place]) for rule in held)) for place, field in enumerate(fields)}
        clauses = tuple(dict.fromkeys(clause for rule in held for clause in rule[2]))
        readings = tuple(dict.fromkeys(reading for rule in held for reading in rule[3]))
        return Answer(True, tuple(rule[0] for rule in held), says, clauses, readings)

    return answer
