"""Decide a case once more, watched, and tell how its decision came about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import cast
from zoneinfo import ZoneInfo

from engine.backends.interpreter import Interpreter
from engine.backends.records import Received
from engine.case.model import Case
from engine.evaluation.one_row import run
from engine.evaluation.trace import Places, Tracer, missing, nowhere, outside
from engine.evaluation.watching import Watching
from engine.explanation.model import (
    Asked,
    Explanation,
    Missing,
    OwedTrace,
    Owing,
    RecordTrace,
    RowTrace,
    TableTrace,
    WindowTrace,
)
from engine.expr.check import Expression
from engine.expr.unknown import Unknown
from engine.link.parts import windows
from engine.link.program import Formula, Owed, PartyRecord, Program, Span, Table, Window


def explain(
    programs: Mapping[str, Program], case: Case, as_of: datetime, governed_by: str = "", given: Places = nowhere
) -> Explanation:
    """How the decision of a case at a moment came about: under its row, or under every row while that is not known.

    `as_of` is an aware datetime; `governed_by` says why this version decides; `given` tells where the case gives a
    fact. Raises ValueError as `run` does, and KeyError for a row that there is not.
    """
    chosen = programs.values() if case.scenario is None else [programs[case.scenario]]
    rows: list[RowTrace] = []
    zone: ZoneInfo | None = None
    for program in chosen:
        row, zone = _row(program, case, as_of, given)
        rows.append(row)
    policy = next(iter(programs.values())).policy
    return Explanation(
        policy.name, policy.version, policy.digest, governed_by, as_of, case.digest, tuple(rows), zone
    )  # fmt: skip


def _row(program: Program, case: Case, as_of: datetime, given: Places) -> tuple[RowTrace, ZoneInfo | None]:
    watched: list[Watching] = []

    def new(program: Program, case: Case, as_of: datetime) -> Interpreter:
        watched.append(Watching(program, case, as_of))
        return watched[-1]

    decision = run(program, case, as_of, new)
    return _Telling(watched[-1], given).row(decision.determined), decision.zone


class _Telling:
    """Tells what a watched decision read. What the telling itself reads comes after; its facts are told, too."""

    def __init__(self, watching: Watching, given: Places) -> None:
        self.watching = watching
        self.program = watching.program
        self.tracer = Tracer(watching, given=given)
        self.tables = [table for table, _ in watching.outcomes.read.values()]
        self.windows = [window for window in windows(self.program) if window.name in watching.clocks.read]
        self.records = [record for record in self.program.records if record.party in watching.records.read]
        self.owed = set(watching.records.owed)
        self.formulas = [
            name for name, m in self.program.names.items() if isinstance(m, Formula) and watching.has_read(name)
        ]

    def row(self, determined: bool) -> RowTrace:
        program = self.program
        consulted = {table.name for table in self.tables}
        told = RowTrace(
            scenario=program.scenario,
            title=program.policy.rows[program.scenario].title,
            determined=determined,
            standing=program.standing.name,
            tables=tuple(self.table(table) for table in self.tables),
            unread=tuple(name for name in program.tables if name not in consulted),
            windows=tuple(self.window(window) for window in self.windows),
            records=tuple(self.record(record) for record in self.records),
            names=tuple(self.tracer.name(name) for name in self.formulas),
            facts=(),
        )
        return replace(told, facts=tuple(self.tracer.fact(fact) for fact in self.watching.facts_read))

    def table(self, table: Table) -> TableTrace:
        outcome = self.watching.outcomes.outcome(table)
        state: Asked = "open" if isinstance(outcome.asked, Unknown) else "asked" if outcome.asked else "unasked"
        asked = outcome.asked is True
        return TableTrace(
            name=table.name,
            title=table.title,
            choice=table.name not in self.program.tables,
            hit=table.hit,
            state=state,
            guard=self.tracer.why(table.asked_if),
            rules=tuple(self.tracer.rule(table, rule) for rule in table.rules) if asked else (),
            place=table.place,
        )

    # ------------------------------------------------------------------------------------------------------ windows

    def window(self, window: Window) -> WindowTrace:
        clocks = self.watching.clocks
        clock = clocks.clock(window)
        # What the telling asks of a window that is not asked for could only be read in vain.
        asked = clock.asked is True
        spans = self.watching.spans_that_hold(window) if asked else []
        return WindowTrace(
            name=window.name,
            meaning=window.meaning,
            party=window.party,
            deadline=window.deadline,
            trace=self.tracer.window(window),
            within="; ".join(
                str(s.amount) if s.amount else f"until {_text(s.until)}" if s.until else "" for s in spans
            ),
            after="; ".join(dict.fromkeys(_text(span.after) for span in spans if span.after is not None)),
            starts=_instant(clock.starts),
            ends=_instant(clock.ends),
            running=_truth(clocks.running(clock, window)),
            ended=_truth(clocks.ended(clock)),
            met=_truth(clocks.met(window)),
            missed=_truth(clocks.missed(window)),
            paused=_truth(clocks.paused(window)),
            met_by=_text(window.met_by),
            met_at=_instant(self.watching.evaluate(window.met_by)) if window.met_by is not None and asked else None,
        )

    # ------------------------------------------------------------------------------------------------------ records

    def record(self, record: PartyRecord) -> RecordTrace:
        received = self.watching.records.received(record)
        return RecordTrace(
            party=record.party,
            fact=record.fact,
            involved=_truth(received.involved),
            submitted=_truth(received.submitted),
            late=_truth(received.late),
            awaited=_truth(received.awaited),
            ends=_instant(received.ends),
            owes=tuple(self._owes(record)),
        )

    def _owes(self, record: PartyRecord) -> Iterator[OwedTrace]:
        dropped = self._dropped(record)
        for owed in record.owes:
            if owed not in self.owed:
                continue
            owing = self.watching.records.owes(record, owed)
            state: Owing = "open" if isinstance(owing, Unknown) else "owed" if owing else "not_owed"
            yield OwedTrace(
                id=owed.id,
                party=owed.party,
                proposition=owed.proposition,
                state="dropped" if state == "owed" and dropped else state,
                proven=_truth(self.watching.records.is_proven(owed)),
                proven_by=tuple(self._proven_by(owed)),
                why=self.tracer.why(owed.when),
                clauses=owed.basis.clauses,
                readings=owed.basis.readings,
                place=owed.place,
            )

    def _dropped(self, record: PartyRecord) -> bool:
        """Whether what a party owes no longer matters, by a rule that decides."""
        decided: Iterable[tuple[str, ...]] = (rule.not_owed_by for rule in self.watching.rules_that_decided())
        return any(record.party in parties for parties in decided)

    def _proven_by(self, owed: Owed) -> Iterator[str]:
        """The facts that prove what is owed: materials in time, and what proves besides."""
        for record in self.program.records:
            if _shows(self.watching.records.received(record), owed.proposition):
                yield record.fact
        for also in self.program.policy.evidence.also:
            shown = self.watching.as_known(also.fact)
            if isinstance(shown, frozenset) and owed.proposition in shown:
                yield also.fact


def _shows(received: Received, proposition: str) -> bool:
    if isinstance(received.in_time, Unknown):
        return False
    return any(s.authentic is True and proposition in (s.proves or ()) for s in received.in_time)


def _within(span: Span) -> str:
    """How long a window is by one of its alternatives, as written."""
    if span.until is not None:
        return f"until {_text(span.until)}"
    return str(span.amount) if span.amount is not None else "never"


def _text(expression: Expression | None) -> str:
    return " ".join(expression.text.split()) if expression is not None else ""


def _instant(value: object) -> datetime | Missing | None:
    return cast("datetime | Missing | None", outside(value))


def _truth(value: bool | Unknown) -> bool | Missing:
    return value if isinstance(value, bool) else cast("Missing", missing(value))
