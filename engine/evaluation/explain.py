"""Decide a case once more, watched, and tell how its decision came about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, cast
from zoneinfo import ZoneInfo

from engine.backends.compiled.known import NotKnown
from engine.backends.records import surely_shown
from engine.case.model import Case
from engine.evaluation.moment import checked_moment
from engine.evaluation.one_row import read
from engine.evaluation.quick import ONE_AT_A_TIME
from engine.evaluation.swift import Codes
from engine.evaluation.texts import Texts, missing, outside
from engine.evaluation.trace import Places, Tracer
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
    made,
)
from engine.expr.unknown import Unknown
from engine.link.program import Owed, PartyRecord, Program, Table, Window

if TYPE_CHECKING:
    from engine.evaluation.telling.building import Telling


WORTH_IT: Final = 150  # explanations under a row after which the time to write its telling has come back


class Explaining:
    """Explains cases under the rows of a version: after so many under one row by generated Python, where all that is
    asked is known, and else by closures. May be shared by threads."""

    def __init__(self, programs: Mapping[str, Program], worth_it: int = WORTH_IT) -> None:
        self._programs = programs
        self._worth_it = worth_it
        self._codes: dict[str, Codes] = {}
        self._tellings: dict[str, Telling] = {}
        self._explained: dict[str, int] = dict.fromkeys(programs, 0)

    def __reduce__(self) -> tuple[type[Explaining], tuple[Mapping[str, Program], int]]:
        return Explaining, (self._programs, self._worth_it)

    def explain(self, case: Case, as_of: datetime, governed_by: str = "", given: Places | None = None) -> Explanation:
        """How the decision of a case at a moment came about: under its row, or under every row while that is not known.

        `as_of` is an aware datetime; `governed_by` says why this version decides; `given` tells where the case gives a
        fact. Raises ValueError as `run` does, and KeyError for a row that there is not.
        """
        chosen = self._programs.values() if case.scenario is None else [self._programs[case.scenario]]
        rows: list[RowTrace] = []
        zone: ZoneInfo | None = None
        for program in chosen:
            row, zone = self._row(program, case, checked_moment(as_of), given)
            rows.append(row)
        return _explanation(self._programs, case, as_of, governed_by, rows, zone)

    def compile(self, scenario: str | None = None) -> None:
        """Write the telling of one row, or of all of them, now: a service does it before the first request."""
        from engine.evaluation.telling.building import build
        from engine.evaluation.telling.generating import generate

        for name in self._programs if scenario is None else (scenario,):
            with ONE_AT_A_TIME:
                if name not in self._tellings:
                    program = self._programs[name]
                    self._tellings[name] = build(generate(program), program.policy, name)

    def _row(
        self, program: Program, case: Case, as_of: datetime, given: Places | None
    ) -> tuple[RowTrace, ZoneInfo | None]:
        telling = self._tellings.get(program.scenario) or self._counted(program)
        if telling is not None:
            try:
                return telling.row(case, as_of, given)
            except NotKnown:
                pass
        codes = self._codes.get(program.scenario)
        if codes is None:
            codes = self._codes.setdefault(program.scenario, Codes(program))
        return _row(codes.run(program, case, as_of), given, codes.texts)

    def _counted(self, program: Program) -> Telling | None:
        scenario = program.scenario
        self._explained[scenario] += 1
        if self._explained[scenario] <= self._worth_it:
            return None
        self.compile(scenario)
        return self._tellings[scenario]


class OpenExplanation:
    """Becomes an Explanation, which takes less time than to initialize a frozen one."""

    __slots__ = Explanation.__slots__


def explain_plainly(
    programs: Mapping[str, Program], case: Case, as_of: datetime, governed_by: str = "", given: Places | None = None
) -> Explanation:
    """As `Explaining.explain`, by the interpreter that goes through the trees, and with nothing kept from before: what
    the quick way is held to."""
    chosen = programs.values() if case.scenario is None else [programs[case.scenario]]
    moment = checked_moment(as_of)
    rows = [_row(Watching(program, case, moment), given, Texts(program)) for program in chosen]
    return _explanation(programs, case, as_of, governed_by, [row for row, _ in rows], rows[-1][1])


def _explanation(
    programs: Mapping[str, Program],
    case: Case,
    as_of: datetime,
    governed_by: str,
    rows: Iterable[RowTrace],
    zone: ZoneInfo | None,
) -> Explanation:
    policy = next(iter(programs.values())).policy
    explanation: Any = OpenExplanation()
    explanation.policy = policy.name
    explanation.version = policy.version
    explanation.digest = policy.digest
    explanation.governed_by = governed_by
    explanation.as_of = as_of
    explanation.case_digest = case.digest
    explanation.rows = tuple(rows)
    explanation.zone = zone
    explanation.__class__ = Explanation
    return cast("Explanation", explanation)


def _row(watching: Watching, given: Places | None, texts: Texts) -> tuple[RowTrace, ZoneInfo | None]:
    determined, zone = read(watching), watching.zone()
    row = _Telling(watching, given, texts).row(determined)
    watching.__dict__.clear()  # it refers to itself: so it goes now, and not when the collector of garbage comes
    return row, None if isinstance(zone, Unknown) else zone


class _Telling:
    """Tells what a watched decision read. What the telling itself reads comes after; its facts are told, too."""

    def __init__(self, watching: Watching, given: Places | None, texts: Texts) -> None:
        self.watching = watching
        self.program = watching.program
        self.texts = texts
        self.tracer = Tracer(watching, given=given, texts=texts)
        self.tables = [table for table, _ in watching.outcomes.read.values()]
        self.windows = [window for window in texts.all_windows if window.name in watching.clocks.read]
        self.records = [record for record in self.program.records if record.party in watching.records.read]
        self.owed = set(watching.records.owed)
        self.formulas = [name for name in texts.formulas if name in watching.memo]

    def row(self, determined: bool) -> RowTrace:
        program, tracer, told = self.program, self.tracer, self.tracer.names
        consulted = {table.name for table in self.tables}
        tables = tuple([self.table(table) for table in self.tables])
        windows = tuple([self.window(window) for window in self.windows])
        records = tuple([self.record(record) for record in self.records])
        names = tuple([tracer.name(name) for name in self.formulas])
        unread = tuple([name for name in program.tables if name not in consulted])
        facts = tuple([told[fact] if fact in told else tracer.fact(fact) for fact in self.watching.facts_read])
        title, standing = program.policy.rows[program.scenario].title, program.standing.name
        return RowTrace(
            program.scenario, title, determined, standing, tables, unread, windows, records, names, facts
        )  # fmt: skip

    def table(self, table: Table) -> TableTrace:
        outcome = self.watching.outcomes.outcome(table)
        state: Asked = "open" if isinstance(outcome.asked, Unknown) else "asked" if outcome.asked else "unasked"
        asked = outcome.asked is True
        guard = self.tracer.why(table.asked_if)
        rules = self.tracer.rules(table, outcome) if asked else ()
        choice = table.name not in self.program.tables
        return made(TableTrace, (table.name, table.title, choice, table.hit, state, guard, rules, table.place))

    # ------------------------------------------------------------------------------------------------------ windows

    def window(self, window: Window) -> WindowTrace:
        clocks = self.watching.clocks
        clock = clocks.clock(window)
        # What the telling asks of a window that is not asked for could only be read in vain.
        asked = clock.asked is True
        texts = self.texts.window(window)
        spans = [] if not asked else [texts.alone] if texts.alone else self.watching.spans_that_hold(window)
        trace = self.tracer.window(window)
        told: list[object] = [clock.starts, clock.ends, *clocks.parts(clock, window)]
        met_at = self.watching.seen[window.met_by.tree] if window.met_by is not None and asked else None
        if Unknown in map(type, told):
            told = [outside(value) for value in told]
        if len(spans) == 1:
            within, after = texts.spans[id(spans[0])]
        else:
            within = "; ".join([texts.spans[id(span)][0] for span in spans])
            after = "; ".join(dict.fromkeys([texts.spans[id(span)][1] for span in spans if span.after is not None]))
        return made(WindowTrace, (
            window.name, window.meaning, window.party, window.deadline, trace, within, after, *told, texts.met_by,
            outside(met_at),
        ))  # fmt: skip

    # ------------------------------------------------------------------------------------------------------ records

    def record(self, record: PartyRecord) -> RecordTrace:
        told = self.watching.records.received(record)
        known: list[object] = [told.involved, told.submitted, told.late, told.awaited, told.ends]
        if Unknown in map(type, known):
            known = [outside(value) for value in known]
        return made(RecordTrace, (record.party, record.fact, *known, tuple(self._owes(record)) if record.owes else ()))

    def _owes(self, record: PartyRecord) -> Iterator[OwedTrace]:
        # What a party owes may no longer matter, by a rule that decides.
        dropped = any(record.party in rule.not_owed_by for rule in self.watching.rules_that_decided())
        for owed in record.owes:
            if owed.id not in self.owed:
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

    def _proven_by(self, owed: Owed) -> Iterator[str]:
        """The facts that prove what is owed: materials in time, and what proves besides."""
        for record in self.program.records:
            in_time = self.watching.records.received(record).in_time
            if not isinstance(in_time, Unknown) and surely_shown(in_time, owed.proposition):
                yield record.fact
        for also in self.program.policy.evidence.also:
            shown = self.watching.as_known(also.fact)
            if isinstance(shown, frozenset) and owed.proposition in shown:
                yield also.fact


def _truth(value: bool | Unknown) -> bool | Missing:
    return value if isinstance(value, bool) else cast("Missing", missing(value))
