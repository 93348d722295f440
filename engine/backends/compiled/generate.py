"""A linked row as Python source, and the source as a function that decides."""

from __future__ import annotations

import linecache
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from engine.backends.compiled import alone, known, made, whole
from engine.backends.compiled.row import Row
from engine.backends.compiled.writing import Generated, pruned
from engine.case.model import Case
from engine.clock import days_after, end_of_day
from engine.decision import Answer, Deadline, Decision, Reason
from engine.link.program import Program, Table
from engine.resources import ENGINE_VERSION

Decide = Callable[[Case, datetime], Decision]
Ask = Callable[[Mapping[str, object], datetime], Answer]

_HEAD: Final = """\
# {policy} {version}, {part}: written by aftersale {engine} from the checked policy.
# `facts` are those of the case; what is asked and not there raises KeyError, and a finding that is not made yet
# NotKnown: then the reference meaning decides. `k` keeps what is worked out. Names in capitals are constants.
"""
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


def generate(program: Program) -> Generated:
    """A row as Python source with its constants. The same program gives the same text."""
    row = Row(program)
    return _generated(row, whole.write(row), program.scenario)


def generate_table(program: Program, table: Table) -> Generated:
    """One table of a row, alone, as Python source with its constants."""
    row = Row(program)
    return _generated(row, alone.write(row, table), f"{program.scenario}, {table.name}")


def _generated(row: Row, entry: str, part: str) -> Generated:
    policy = row.program.policy
    head = _HEAD.format(policy=policy.name, version=policy.version, part=part, engine=ENGINE_VERSION)
    functions, attributes = pruned(row.module.functions, row.module.attributes)
    parts = [head, *([_known(attributes)] if attributes else []), *functions]
    return Generated("\n\n".join(part.rstrip("\n") for part in parts) + "\n", row.module.constants, entry)


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


def _known(attributes: list[str]) -> str:
    lines = ["class Known:", "    __slots__ = ("]
    lines += [f"        {name!r}," for name in ("as_of", *attributes)]
    lines += ["    )", "", "    def __init__(self, as_of):", "        self.as_of = as_of"]
    lines += [f"        self.{name} = UNREAD" for name in attributes]
    return "\n".join(lines)
