"""The source of a row as a function that decides. It needs nothing of the program that it was generated from."""

from __future__ import annotations

import linecache
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from engine.backends.compiled import known, made
from engine.case.model import Case
from engine.clock import days_after, end_of_day
from engine.decision import Answer, Deadline, Decision, Reason

Decide = Callable[[Case, datetime], Decision]
Ask = Callable[[Mapping[str, object], datetime], Answer]
_OFFERED: Final[dict[str, object]] = {
    **{name: getattr(known, name) for name in (
        "EMPTY", "NotKnown", "UNREAD", "before", "latest", "earliest", "sure", "zone", "after_hours", "received",
        "shown_by", "not_authentic", "once", "joined", "as_list", "last_of", "together", "day_in", "nothing",
        "by_then", "answers",
    )},
    "after_days": days_after,
    "end_of_day": end_of_day,
    "OpenDeadline": made.OpenDeadline,
    "OpenDecision": made.OpenDecision,
    "Deadline": Deadline,
    "Decision": Decision,
    "Reason": Reason,
    "Answer": Answer,
    "timedelta": timedelta,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Generated:
    """A row as Python source, with the constants that it names. Both are plain data: they can be kept and sent.

    `entry` is the name of the function that decides.
    """

    source: str
    constants: dict[str, object]
    entry: str


def build(generated: Generated, name: str = "row") -> Decide:
    """The function that the source of a row defines: a case and a moment (UTC) to a decision. It raises KeyError (of
    which NotKnown is one) for a case of which something asked is not known. `name` is what a traceback calls it."""
    found: Decide = _function(generated, name, {})
    return found


def build_table(generated: Generated, not_known: Ask, name: str = "table") -> Ask:
    """The function that the source of a table defines: facts and a moment to an answer. Where something asked is not
    known, `not_known` answers."""
    found: Ask = _function(generated, name, {"not_known": not_known})
    return found


def _function(generated: Generated, name: str, more: dict[str, object]) -> Any:
    namespace: dict[str, Any] = {**_OFFERED, **generated.constants, **more}
    file = f"<compiled {name}>"
    linecache.cache[file] = (len(generated.source), None, generated.source.splitlines(True), file)
    exec(compile(generated.source, file, "exec", dont_inherit=True), namespace)
    return namespace[generated.entry]
