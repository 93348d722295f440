"""Whether what became of a damaged file is good enough for the person who wrote it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from tests.damage.model import FILES, Damage
from tests.damage.runner import Outcome

MEBIBYTES: Final = 100
NEAR: Final = 2  # lines
MOST: Final = 260  # diagnostics of one file: a hundred each of the register, the declarations and the rules, at most
CODE: Final = re.compile(r"[a-z]+/[a-z0-9-]+\Z")
# What Python says to programmers, and a reader should never see.
PYTHON: Final = re.compile(
    r"Traceback|NoneType|\b[A-Z][a-z]+Error\b|<class |object at 0x|\bdict\b|\btuple\b|\bint\b|\bstr\b|argument of type"
    r"|subscriptable|not iterable|unexpected indent|invalid syntax|recursion|\bNode\b|\bSentinel\b"
)

Tried = Sequence[tuple[Damage, Outcome]]


def problems(damage: Damage, outcome: Outcome) -> Iterator[str]:
    """Everything about an outcome that a reader could complain of."""
    if outcome.verdict not in ("refused", "accepted"):
        yield f"{outcome.verdict}: {outcome.trace[-1500:]}"
        return
    if outcome.mebibytes > MEBIBYTES:
        yield f"took {outcome.mebibytes:.0f} MB"
    if outcome.verdict == "accepted" and not damage.harmless and not outcome.told:
        yield "accepted without a good reason"
    if len(outcome.told) > MOST:
        yield f"{len(outcome.told)} diagnostics"
    seen = Counter((told.code, told.file, told.line, told.column, told.message) for told in outcome.told)
    for (code, file, line, *_), times in seen.items():
        if times > 1:
            yield f"{file}:{line}: {code} is told {times} times"
    for told in outcome.told:
        if not CODE.match(told.code):
            yield f"{told.code!r} is no code"
        if told.line < 1 or told.column < 1 or not told.file:
            yield f"{told.code} has no place: {told.message}"
        if found := PYTHON.search(re.sub("`[^`]*`", "", f"{told.message} {told.help}")):
            yield f"{told.code} speaks Python ({found.group()}): {told.message} ({told.help})"


def distance(damage: Damage, outcome: Outcome) -> int:
    """How many lines lie between the damage and the nearest problem that was told, second places left out."""
    told = [d.line for d in outcome.told if d.file == FILES[damage.kind].name and d.severity == "error"]
    return min((abs(line - own) for line in told for own in damage.lines), default=10**6)


def accuracy(tried: Tried) -> float:
    """The part of the refused files with a definite line of which the line was told, or one near it."""
    refused = [(d, o) for d, o in tried if o.verdict == "refused" and d.lines]
    return sum(distance(d, o) <= NEAR for d, o in refused) / len(refused) if refused else 1.0
