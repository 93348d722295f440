"""What a service holds: a pack with its versions, loaded once, shared by threads, deciding cases."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from engine.case.model import Case, WholeCase
from engine.case.reader import CaseReader
from engine.clock import local_day, parse_instant, zone
from engine.decision import Answer, Decision
from engine.decision.to_json import decision_to_json
from engine.diagnostics import Diagnostic, InvalidDocument, Report, did_you_mean, in_order, quoted
from engine.document.json_quick import quick_json
from engine.evaluation.quick import Quick
from engine.library.ledger import EMPTY, Ledger, Publication
from engine.library.registry import Registry
from engine.link.program import Program
from engine.policy.model import Policy

if TYPE_CHECKING:
    from engine.backends.compiled.building import Decide
    from engine.evaluation.explain import Explaining
    from engine.evaluation.trace import Places
    from engine.explanation.model import Explanation
    from engine.link.compile import Citable


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Version:
    """One version of a policy, checked and linked. `publication` is None for a draft. Immutable; may be shared by
    threads."""

    policy: Policy
    programs: Mapping[str, Program]
    publication: Publication | None = None
    _cases: CaseReader = field(init=False, repr=False, compare=False)
    _quick: Quick = field(init=False, repr=False, compare=False)
    _explaining: Explaining | None = field(default=None, init=False, repr=False, compare=False)
    _by: _By = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_cases", CaseReader(self.policy))
        object.__setattr__(self, "_quick", Quick(self.programs))
        object.__setattr__(self, "_by", _By(self, ""))

    def __repr__(self) -> str:
        return f"<Version {self.name} of {self.policy.name}>"

    @property
    def name(self) -> str:
        return self.policy.version

    @property
    def first_day(self) -> date | None:
        """The first local day of filing that falls under it; of a draft, the day that it is meant for, or None."""
        return self.publication.first_day if self.publication is not None else self.policy.effective_from

    def read_case(self, data: object) -> Case:
        """A case from plain data: `{"scenario": ..., "facts": {...}}`. Raises InvalidDocument with all problems."""
        return self._cases.read(data).case

    def read(self, data: object) -> WholeCase:
        """As `read_case`, with the moment that the case names for its decision, and its title."""
        return self._cases.read(data)

    def read_quick(self, data: object, commas: int) -> WholeCase | None:
        """As `read`, for what `quick_json` gave. None when the case has to be read slowly, for whatever reason."""
        return self._cases.read_quick(data, commas)

    def read_json(self, content: bytes) -> WholeCase:
        """A case from its JSON text, read strictly. Raises InvalidDocument with all problems and their places."""
        return self._cases.read_json(content)

    def decide(self, case: Case, as_of: datetime | str) -> Decision:
        """The decision of a case at a moment: an aware datetime, or ISO 8601 with an offset. Raises ValueError."""
        return self._decide(case, as_of, self._by)

    def decide_json(self, content: bytes, as_of: datetime | str | None = None) -> bytes:
        """The decision of a case given as JSON, as JSON on one line: that of `to_dict()`.

        Without `as_of` the case names its moment. Raises InvalidDocument for what is wrong with the case, and
        ValueError as `decide` does and where there is no moment.
        """
        return _decided(self, self._cases.read_json(content), as_of)

    def explain(
        self, case: Case, as_of: datetime | str, governed_by: str = "", given: Places | None = None
    ) -> Explanation:
        """How the decision of a case at a moment comes about. `governed_by` says why this version decides it, and
        `given` tells where a fact (`group.name`) stands in the case. Raises ValueError as `decide` does."""
        self._check(case)
        explaining = self._explaining or self._start_explaining()
        return explaining.explain(case, _moment(as_of), governed_by, given)

    def take_rows_from(self, kept: Callable[[str], Decide | None]) -> None:
        """Use rows that were compiled before from the same policy, where `kept` has them by their scenario."""
        self._quick.take_from(kept)

    def compile(self, explanations: bool = False) -> None:
        """Turn every row into Python and make the check of cases now; with `explanations` also what explains them.
        Without it this is done after some cases."""
        self._cases.prepare()
        self._quick.compile()
        if explanations:
            (self._explaining or self._start_explaining()).compile()

    def rules(self, scenario: str, table: str) -> Callable[[Mapping[str, object], datetime], Answer]:
        """What one table of a scenario says by itself, as a function: facts, typed as a Case has them, and an aware
        moment to an Answer. It is compiled here and reads only what it needs. Raises ValueError for a scenario or a
        table that the version does not have."""
        for what, name, there in (("scenario", scenario, self.programs), ("table", table, self.policy.tables)):
            if name not in there:
                hint = did_you_mean(name, there) or "there are " + ", ".join(there)
                raise ValueError(f"version {self.name} has no {what} {quoted(name)}; {hint}")
        program = self.programs[scenario]
        return self._quick.rules(program, program.tables[table])

    def _decide(self, case: Case, as_of: datetime | str, by: _By) -> Decision:
        moment = parse_instant(as_of) if isinstance(as_of, str) else as_of
        if (scenario := case.scenario) is not None and scenario in self.programs:
            return self._quick.run(scenario, case, moment, by)
        self._check(case)
        from engine.evaluation.any_row import run_any

        return run_any(self.programs, case, moment, self._quick.run).made(by, case)

    def _start_explaining(self) -> Explaining:
        from engine.evaluation.explain import Explaining

        explaining = Explaining(self.programs)
        object.__setattr__(self, "_explaining", explaining)
        return explaining

    def _check(self, case: Case) -> None:
        if case.scenario is not None and case.scenario not in self.programs:
            raise ValueError(f"version {self.name} has no scenario {quoted(case.scenario)}; the case is of another one")


@dataclass(frozen=True, slots=True)
class _By:
    """What made a decision: a version, and why this one."""

    version: Version
    governed_by: str

    def explain(self, case: Case, as_of: datetime) -> Explanation:
        return self.version.explain(case, as_of, self.governed_by)


def _quickly(version: Version | None, quick: tuple[object, int]) -> tuple[Version, WholeCase] | None:
    case = None if version is None else version.read_quick(*quick)
    return None if version is None or case is None else (version, case)


def _decided(version: Version, whole: WholeCase, as_of: datetime | str | None) -> bytes:
    """A decision as JSON."""
    moment = as_of if as_of is not None else whole.as_of
    if moment is None:
        raise ValueError("the case names no moment to decide it at; pass `as_of`")
    return decision_to_json(version.decide(whole.case, moment)).encode()


def _moment(as_of: datetime | str) -> datetime:
    return parse_instant(as_of) if isinstance(as_of, str) else as_of


@dataclass(frozen=True, slots=True)
class Pack:
    """All versions of one policy with its registers and its ledger. Immutable; may be shared by threads.

    `faults` are those of the drafts that cannot be used: they are not among the versions.
    """

    name: str
    folder: Path
    versions: Mapping[str, Version]
    registers: Registry
    ledger: Ledger = EMPTY
    faults: Mapping[str, tuple[Diagnostic, ...]] = field(default_factory=lambda: MappingProxyType({}))

    def __repr__(self) -> str:
        return f"<Pack {self.name}: {', '.join(self.versions)}>"

    def version(self, name: str) -> Version:
        """The version of this name, a draft too. Raises InvalidDocument when there is none, or it has faults."""
        if name in self.faults:
            raise InvalidDocument(self.faults[name])
        if name not in self.versions:
            raise unknown_version(name, self.versions)
        return self.versions[name]

    def governing(self, data: object) -> Version:
        """The published version that governs a case: the one in force on the local day of its filing, unless a
        transition rule of that one keeps the case with an earlier version.

        `data` is the case as plain data. Raises InvalidDocument when none is, or when that cannot be known.
        """
        return self.version(self.governing_with_reason(data)[0])

    def governing_with_reason(self, data: object) -> tuple[str, str]:
        """The name of the version that governs a case, and why it does."""
        from engine.evaluation.governing import governing

        found = governing(self.ledger, {name: version.programs for name, version in self.versions.items()}, data)
        return found.version, found.why

    def decide(self, data: object, as_of: datetime | str, version: str | None = None) -> Decision:
        """The decision of a case given as plain data, by the version that governs it or by the one named."""
        name, why = (version, "") if version is not None else self.governing_with_reason(data)
        chosen = self.version(name)
        return chosen._decide(chosen.read_case(data), as_of, _By(chosen, why))

    def decide_json(self, content: bytes, as_of: datetime | str | None = None, version: str | None = None) -> bytes:
        """The decision of a case given as JSON, as JSON on one line, by the version that governs it or the one named.

        As `decide_json` of that version, and InvalidDocument where none governs the case.
        """
        found = self.read_quick(content, version)
        if found is None:
            from engine.case.written import from_json, placed

            document = from_json(content)
            try:
                chosen = self.version(version) if version is not None else self.governing(document.data)
                found = chosen, chosen.read(document.data)
            except InvalidDocument as problem:
                raise placed(problem, document) from None
        return _decided(*found, as_of)

    def read_quick(self, content: bytes, version: str | None = None) -> tuple[Version, WholeCase] | None:
        """A case given as JSON, with the version that governs it or the one named; None when the quick way to both does
        not lead there: then what is wrong or unusual has to be found out slowly."""
        quick = quick_json(content)
        if quick is None:
            return None
        if version is not None:
            return _quickly(self.versions.get(version), quick)
        latest = next((t.version for t in reversed(self.ledger.tenures) if t.version in self.versions), "")
        found = _quickly(self.versions.get(latest), quick)
        if found is None:
            return None
        chosen = self._in_force(found[0].policy, found[1].case)
        return found if chosen is found[0] else _quickly(chosen, quick)

    def _in_force(self, policy: Policy, case: Case) -> Version | None:
        """The version in force on the local day of filing, where the case gives what a policy reads that from and no
        transition rule can tell otherwise."""
        filed, place = case.values.get(policy.filed_fact), case.values.get(policy.zone_fact)
        given = case.assumed.isdisjoint((policy.filed_fact, policy.zone_fact))
        if not given or not isinstance(filed, datetime) or not isinstance(place, str):
            return None
        tenure = self.ledger.on(local_day(filed, zone(place)))
        found = None if tenure is None else self.versions.get(tenure.version)
        return None if found is None or next(iter(found.programs.values())).transition else found


def unknown_version(name: str, versions: Mapping[str, object]) -> InvalidDocument:
    report = Report()
    hint = did_you_mean(name, versions) or "versions: " + ", ".join(versions)
    report.error("pack/unknown-version", f"no version {quoted(name)} in this pack", help=hint)
    return InvalidDocument(report.found)


def load_pack(name: str | Path | None = None, only: str | None = None, drafts: bool = True) -> Pack:
    """A pack by its folder, or by the name of one that is shipped; without a name, the only one that is.

    Every version is checked and linked, without `drafts` those that are published, or the one named in `only`. Raises
    InvalidDocument with every problem found. A draft with faults is no problem where a version is published: it is
    left out, and told when it is asked for.
    """
    from engine.library import find_pack

    path = find_pack(name)
    report = Report()
    pack = check_pack(path, report, only, drafts)
    if pack.ledger.publications and only is None:
        told = {fault for faults in pack.faults.values() for fault in faults}
        report.found[:] = [one for one in report.found if one not in told]
    report.stop_if_wrong()
    return pack


def check_pack(path: Path, report: Report, only: str | None = None, drafts: bool = True) -> Pack:
    """As `load_pack`, with what is wrong in the report and the versions that cannot be used left out."""
    from engine.library import check_files, check_one_policy, load_ledger, load_registers, version_files

    registers = load_registers(path, report)
    ledger = load_ledger(path, report)
    files = version_files(path)
    if only is not None and only not in files:
        raise unknown_version(only, files)
    check_files(ledger, files, report)
    versions: dict[str, Version] = {}
    faults: dict[str, tuple[Diagnostic, ...]] = {}
    for name, file in files.items():
        published = ledger.publication(name) is not None
        if name != only if only is not None else not (drafts or published):
            continue
        own = Report()
        version = load_version(file, registers, own, ledger)
        report.found.extend(own.found)
        if version is not None:
            versions[version.name] = version
        elif not published:
            faults[name] = tuple(in_order(own.found))
    if versions:
        own = Report()
        check_one_policy((version.policy for version in versions.values()), registers, ledger, own)
        report.found.extend(own.found)
        for name in [name for name, version in versions.items() if version.publication is None]:
            source = versions[name].policy.document.place.source
            if there := [one for one in own.found if one.place and one.place.source is source]:
                del versions[name]
                faults[name] = tuple(there)
    report.found[:] = in_order(report.found)
    return Pack(path.resolve().name, path, MappingProxyType(versions), registers, ledger, MappingProxyType(faults))


def citable(policy: Policy, registers: Registry) -> Citable:
    """What the rules of a version may cite: the registers, and the clauses that the version itself brings."""
    from engine.link.compile import Citable

    clauses, new = None, frozenset[str]()
    if registers.clauses:
        new = frozenset(policy.amends) - registers.clauses.keys()
        clauses = frozenset(registers.clauses) | new
    return Citable(clauses, frozenset(registers.readings) if registers.readings else None, new)


def load_version(file: Path, registers: Registry, report: Report, ledger: Ledger = EMPTY) -> Version | None:
    """The version in a file; None when it cannot be used, and the report says why."""
    from engine.library import check_place, check_unchanged, load_draft
    from engine.link.assemble import link
    from engine.policy.registers import check_taken

    before = len(report.errors)
    draft = load_draft(file, report)
    if draft is None:
        return None
    policy = draft.policy
    check_place(policy, file, report)
    check_unchanged(policy, ledger, report)
    if registers.readings:
        check_taken(registers.readings, policy, report)
    programs = link(policy, citable(policy, registers), report, faulty=draft.faulty)
    if len(report.errors) > before:
        return None
    return Version(policy, MappingProxyType(programs), ledger.publication(policy.version))
