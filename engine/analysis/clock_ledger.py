"""The clocks of one case: what runs, for whom, until when; what was met or missed; and what would start the others."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from datetime import datetime

from engine.analysis.clock_model import ClockEntry, ClockLedger, ClockState
from engine.analysis.settling import settling
from engine.backends.interpreter import Interpreter
from engine.case.model import Case
from engine.clock import parse_instant
from engine.decision import Decision
from engine.evaluation.deadlines import deadline_state
from engine.evaluation.one_row import run
from engine.expr.unknown import Unknown, waiting
from engine.link.program import FactName, Formula, Program, RecordPart, Span, Window, WindowPart
from engine.pack import Version


def clock_ledger(version: Version, case: Case, as_of: datetime | str) -> ClockLedger:
    """The clocks of a case at a moment: an aware datetime, or ISO 8601 with an offset. Raises ValueError.

    While the row is not known, they are those on which all rows agree.
    """
    moment = parse_instant(as_of) if isinstance(as_of, str) else as_of
    decision = version.decide(case, moment)
    programs = [version.programs[case.scenario]] if case.scenario is not None else list(version.programs.values())
    first, *rest = rows = [_Clocks(program, case, moment).entries() for program in programs]
    return ClockLedger(
        decision,
        tuple(entry for entry in first if all(entry in other for other in rest)),
        frozenset(entry.starts for entries in rows for entry in entries if entry.starts is not None),
        frozenset(entry.ends for entries in rows for entry in entries if entry.ends is not None),
    )


class _Clocks:
    """The clocks under one row. Every value is the interpreter's own; nothing is counted here."""

    def __init__(self, program: Program, case: Case, as_of: datetime) -> None:
        found: list[Interpreter] = []

        def new(program: Program, case: Case, as_of: datetime) -> Interpreter:
            found.append(Interpreter(program, case, as_of))
            return found[0]

        decision = run(program, case, as_of, new)
        self.run = found[0]
        self.program = program
        self.zone = decision.zone
        self.shown = self._shown(decision)

    def _shown(self, decision: Decision) -> tuple[str, ...] | None:
        """The deadlines to which the rule that says how the case stands keeps; None: all."""
        if not decision.determined:
            return None
        hold = self.run.outcomes.outcome(self.program.standing).hold
        return hold[0].deadlines if hold else None

    def entries(self) -> list[ClockEntry]:
        own = (record.window for record in self.program.records)
        return [self._entry(window) for window in (*(w for w in own if w is not None), *self.program.windows)]

    def _entry(self, window: Window) -> ClockEntry:
        run = self.run
        clock = run.clocks.clock(window)
        asked = clock.asked is True
        spans = self._spans(window) if asked else ()
        state = self._state(window)
        done_at, late = self._done(window) if asked else (None, False)
        still_open = (
            waiting(clock.asked, clock.starts, clock.ends, run.clocks.missed(window)) if state == "open" else None
        )
        return ClockEntry(
            window=window.name,
            meaning=window.meaning,
            party=window.party,
            deadline=window.deadline,
            state=state,
            counts=self.shown is None or window.deadline in self.shown,
            spans=spans,
            zone=self.zone if any(map(_by_days, spans)) else None,
            starts=clock.starts if isinstance(clock.starts, datetime) else None,
            ends=clock.ends if isinstance(clock.ends, datetime) else None,
            met_by=window.met_by,
            done_at=done_at,
            late=late,
            would_start=tuple(dict.fromkeys(self._would_start(window))) if state == "not started" else (),
            because=tuple(settling(window.asked_if, run)) if window.asked_if is not None and not asked else (),
            missing=(*still_open.facts, *still_open.findings) if still_open is not None else (),
            paused_by=window.paused_by if state == "paused" else None,
            clauses=clock.basis.clauses,
            readings=clock.basis.readings,
        )

    def _state(self, window: Window) -> ClockState:
        clocks, as_of = self.run.clocks, self.run.as_of
        clock = clocks.clock(window)
        if clock.asked is False:
            return "not asked"
        if waiting(clock.asked, clock.starts, clock.ends) is not None:
            return "open"
        if clock.ends is None and clock.starts is None:
            return "not started"
        if isinstance(clock.starts, datetime) and clock.starts > as_of:
            return "not started"
        passed = isinstance(clock.ends, datetime) and as_of > clock.ends
        if passed and isinstance(clocks.missed(window), Unknown):
            return "open"
        return deadline_state(self.run, window, passed)

    def _spans(self, window: Window) -> tuple[Span, ...]:
        """The alternatives that count: all that hold where the last end is the end, else the first."""
        found = []
        for span in window.spans:
            holds = self.run.holds(span.when)
            if holds is True:
                found.append(span)
            if holds is not False and not window.latest:
                break
        return tuple(found)

    def _done(self, window: Window) -> tuple[datetime | None, bool]:
        """When what meets a window came, and whether that was too late."""
        ends = self.run.clocks.clock(window).ends
        record = self.run.records.of(window)
        if record is not None:
            known = self.run.value(record.fact)
            came = [s.at for s in known if s.at <= self.run.as_of] if isinstance(known, tuple) else []
            done = min(came, default=None)
        else:
            done = None if window.met_by is None else self.run.evaluate(window.met_by)
        if not isinstance(done, datetime):
            return None, False
        return done, isinstance(ends, datetime) and done > ends

    # ------------------------------------------------------------------------------------------ what starts a window

    def _would_start(self, window: Window) -> Iterator[str]:
        """The facts that have not happened and that the start of a window waits for."""
        for span in window.spans:
            holds = self.run.holds(span.when)
            if holds is not False and span.after is not None:
                yield from self._waits(span.after.tree)
            if holds is not False and not window.latest:
                return

    def _waits(self, tree: ast.expr) -> Iterator[str]:
        match tree:
            case ast.Call(_, arguments):
                for argument in arguments:
                    yield from self._waits(argument)
            case ast.Name(name) if self.run.value(name) is None:
                match self.program.names[name]:
                    case FactName(fact):
                        yield fact
                    case Formula(expression):
                        yield from self._waits(expression.tree)
                    case WindowPart(window):
                        yield from self._would_start(window)
                    case RecordPart():
                        yield from (
                            r.fact for r in self.program.records if self.run.records.received(r).awaited is True
                        )


def _by_days(span: Span) -> bool:
    return span.until is not None or (span.amount is not None and span.amount.unit != "hours")
