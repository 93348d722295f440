"""The source of a row as a function that decides. It needs nothing of the program that it was generated from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from types import CodeType, MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Protocol

from engine.backends.compiled import known, made
from engine.case.model import Case
from engine.clock import days_after, end_of_day, zone
from engine.decision import Deadline, Decision, MadeBy, Reason

if TYPE_CHECKING:
    from engine.backends.compiled.generated import Generated
    from engine.decision import Answer


class Decide(Protocol):
    """A case and a moment (UTC) to a decision; `by` is what can explain it."""

    def __call__(self, case: Case, as_of: datetime, by: MadeBy | None = None, /) -> Decision: ...


Ask = Callable[[Mapping[str, object], datetime], "Answer"]
OFFERED: Final[dict[str, object]] = {
    **{name: getattr(known, name) for name in (
        "NotKnown", "UNREAD", "UNKNOWN", "before", "latest", "earliest", "sure", "received",
        "not_authentic", "once", "joined", "as_list", "together", "day_in", "nothing",
        "answers", "weighed", "not_found_yet", "lacks", "awaited_evidence", "unproven", "proven_beside",
    )},
    "after_days": days_after,
    "zone_named": zone,
    "UTC": UTC,
    "end_of_day": end_of_day,
    "OpenDeadline": made.OpenDeadline,
    "OpenDecision": made.OpenDecision,
    "Deadline": Deadline,
    "Decision": Decision,
    "Reason": Reason,
    "MappingProxyType": MappingProxyType,
    "timedelta": timedelta,
}  # fmt: skip


def build(generated: Generated, name: str = "row") -> Decide:
    """The function that the source of a row defines: a case and a moment (UTC) to a decision. It raises KeyError (of
    which NotKnown is one) for a case of which something asked is not known. `name` is what a traceback calls it."""
    found: Decide = _function(generated, name, {})
    return found


def build_table(generated: Generated, not_known: Ask, name: str = "table") -> Ask:
    """The function that the source of a table defines: facts and a moment to an answer. Where something asked is not
    known, `not_known` answers."""
    from engine.decision.answer import Answer

    found: Ask = _function(generated, name, {"not_known": not_known, "Answer": Answer})
    return found


def code_of(generated: Generated, name: str) -> CodeType:
    """The code of a row or a table, which `function_of` turns into a function at once, in this process or another one.
    `name` is what a traceback calls it."""
    return compile(generated.source, _file(name), "exec", dont_inherit=True)


def function_of(code: CodeType, constants: Mapping[str, object], entry: str) -> Any:
    """The function of this name in code that goes with these constants."""
    namespace: dict[str, Any] = {**OFFERED, **constants}
    exec(code, namespace)
    return namespace[entry]


def _function(generated: Generated, name: str, more: dict[str, object]) -> Any:
    import linecache

    linecache.cache[_file(name)] = (len(generated.source), None, generated.source.splitlines(True), _file(name))
    return function_of(code_of(generated, name), {**generated.constants, **more}, generated.entry)


def _file(name: str) -> str:
    return f"<compiled {name}>"
