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
    from engine.decision import Answer, Reason

EMPTY: Final[frozenset[str]] = frozenset()


class NotKnown(KeyError):
    """A finding is asked that is not made yet. As a missing fact does, it sends the case to the reference meaning."""


class _Unread:
    """The mark of a name that nothing has read yet."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "UNREAD"


UNREAD: Final = _Unread()


class _Unknown:
    """An event of which nothing is known, or what a party owes where that is not. Whatever is asked of it raises
    NotKnown; but it may be handed on."""

    __slots__ = ()

    def _asked(self, *_: object) -> bool:
        raise NotKnown

    __bool__ = __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = __getattr__ = _asked
    __iter__ = __add__ = __radd__ = _asked
    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = _Unknown()


def before(left: Any, right: Any) -> bool:
    """Whether one comes strictly before the other; what never happens comes after everything."""
    if right is None:
        return bool(left) if left is UNKNOWN else left is not None
    return left is not None and left < right


def latest(*values: Any) -> Any:
    """The latest; None when one of them never happened."""
    return None if None in values else max(values)


def earliest(*values: Any) -> Any:
    """The earliest of those that happened; None when none did."""
    return min((value for value in values if value), default=None)


def sure(proof: bool | None) -> bool:
    """A proof as true or false. Raises NotKnown while it waits for a finding."""
    if proof is None:
        raise NotKnown
    return proof


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


# ------------------------------------------------------------------------------------- proof, in one piece

OwedItem = tuple[str, str, "Reason"]  # its id, what is to be proven, its reason


def weighed(
    also: tuple[frozenset[str], ...], *materials: tuple[tuple[Submission, ...], frozenset[str]]
) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """What is proven by materials alone, what is proven by them or by what stands beside them, and what they may yet be
    found to prove. `materials` are those of each party that came in time, with what they may prove."""
    proved, unsure = EMPTY, EMPTY
    for in_time, may_prove in materials:
        for one in in_time:
            if one.authentic is False:
                continue
            if one.proves is None:
                unsure |= may_prove
            elif one.authentic is None:
                unsure |= one.proves
            else:
                proved = proved | one.proves if proved else one.proves
    proven = proved
    for others in also:
        if others:
            proven = proven.union(others)
    return proved, proven, unsure


def not_found_yet() -> bool:
    """Raise NotKnown: something waits for a finding."""
    raise NotKnown


def lacks(owed: tuple[OwedItem, ...], proven: frozenset[str], unsure: frozenset[str]) -> bool:
    """Whether something that is owed is surely not proven. Raises NotKnown while that hangs on a finding."""
    waits = False
    for _, proposition, _ in owed:
        if proposition not in proven:
            if proposition not in unsure:
                return True
            waits = True
    return waits and not_found_yet()


def awaited_evidence(*parties: tuple[bool, tuple[OwedItem, ...]]) -> tuple[str, ...]:
    """The ids of what the parties owe that are awaited."""
    return tuple([one[0] for awaited, owed in parties if awaited for one in owed])


def unproven(owed: tuple[OwedItem, ...], proven: frozenset[str], unsure: frozenset[str]) -> tuple[str, ...]:
    """The ids of what is owed and surely not proven."""
    return tuple([name for name, what, _ in owed if what not in proven and what not in unsure])


def proven_beside(sought: Iterable[str], proved: frozenset[str], also: tuple[frozenset[str], ...]) -> set[int]:
    """The numbers, from 1, of what stands beside the materials and proves something that they do not."""
    found: set[int] = set()
    for proposition in sought:
        if proposition not in proved:
            for number, others in enumerate(also, 1):
                if proposition in others:
                    found.add(number)
                    break
    return found
