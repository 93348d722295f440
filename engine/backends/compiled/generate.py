"""A linked row as Python source, and the source as a function that decides."""

from __future__ import annotations

import linecache
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

from engine.backends.compiled import known, made, whole
from engine.backends.compiled.row import Row
from engine.backends.compiled.writing import Generated
from engine.case.model import Case
from engine.clock import days_after, end_of_day
from engine.decision import Deadline, Decision, Reason
from engine.link.program import Program
from engine.resources import ENGINE_VERSION

Decide = Callable[[Case, datetime], Decision]

_HEAD: Final = """\
# {policy} {version}, {scenario}: written by aftersale {engine} from the checked policy.
# `facts` are those of the case; what is asked and not there raises KeyError, and a finding that is not made yet
# NotKnown: then the reference meaning decides. `k` keeps what is worked out. Names in capitals are constants.
"""
_OFFERED: Final[dict[str, object]] = {
    **{name: getattr(known, name) for name in (
        "EMPTY", "NotKnown", "UNREAD", "before", "latest", "earliest", "sure", "zone", "after_hours", "received",
        "shown_by", "not_authentic", "joined", "as_list", "last_of", "together", "day_in",
    )},
    "after_days": days_after,
    "end_of_day": end_of_day,
    "OpenDeadline": made.OpenDeadline,
    "OpenDecision": made.OpenDecision,
    "Deadline": Deadline,
    "Decision": Decision,
    "Reason": Reason,
    "timedelta": timedelta,
}  # fmt: skip


def generate(program: Program) -> Generated:
    """A row as Python source with its constants. The same program gives the same text."""
    row = Row(program)
    entry = whole.write(row)
    policy = program.policy
    head = _HEAD.format(policy=policy.name, version=policy.version, scenario=program.scenario, engine=ENGINE_VERSION)
    parts = [head, _known(row), *row.module.functions]
    return Generated("\n\n".join(part.rstrip("\n") for part in parts) + "\n", row.module.constants, entry)


def build(generated: Generated, name: str = "row") -> Decide:
    """The function that source defines: a case and a moment (UTC) to a decision. It raises KeyError or NotKnown for a
    case of which something asked is not known. `name` is what a traceback calls the source."""
    namespace: dict[str, Any] = {**_OFFERED, **generated.constants}
    file = f"<compiled {name}>"
    linecache.cache[file] = (len(generated.source), None, generated.source.splitlines(True), file)
    exec(compile(generated.source, file, "exec", dont_inherit=True), namespace)
    found: Decide = namespace[generated.entry]
    return found


def _known(row: Row) -> str:
    attributes = list(row.module.attributes)
    lines = ["class Known:", "    __slots__ = ("]
    lines += [f"        {name!r}," for name in ("as_of", *attributes)]
    lines += ["    )", "", "    def __init__(self, as_of):", "        self.as_of = as_of"]
    lines += [f"        self.{name} = UNREAD" for name in attributes]
    return "\n".join(lines)
