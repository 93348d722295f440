"""Which version governs a case, and why: by the local day of its filing, and the transition rules of that version."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, NoReturn

from engine.diagnostics import InvalidDocument, Report
from engine.evaluation.why import ONLY, in_force
from engine.library import Filing, Ledger, Tenure, filing
from engine.link.program import Program

if TYPE_CHECKING:
    from engine.evaluation.transition import Outcome


@dataclass(frozen=True, slots=True)
class Governed:
    """The version that governs a case, and why it does, as a sentence without its full stop."""

    version: str
    why: str


def governing(ledger: Ledger, versions: Mapping[str, Mapping[str, Program]], data: object) -> Governed:
    """The version that governs a case, given as plain data. `versions` are the programs of the published ones.

    Where a fact is not known, the answer is given if it is the same whatever that fact is. Raises InvalidDocument when
    no version governs it, or when that cannot be known yet: then the facts to be found out are told.
    """
    if not ledger.tenures:
        _refuse(
            "pack/no-version",
            "no version of this policy is published",
            help="name a draft with `--policy VERSION`, or publish one: `aftersale publish VERSION --from DATE`",
        )
    facts = data.get("facts") if isinstance(data, Mapping) else None
    policies = [
        next(iter(versions[tenure.version].values())).policy
        for tenure in reversed(ledger.tenures)
        if tenure.version in versions
    ]
    found = filing(policies, facts)
    if found is None:
        if len(ledger.tenures) == 1:
            return Governed(ledger.tenures[0].version, ONLY)
        message = "more than one version is possible: when the dispute was filed is not known"
        path = ("facts", *policies[0].filed_fact.split(".")) if policies else ()
        _refuse("pack/version-unclear", message, path=path, help="give that fact, or name a version")
    tenure = _on_filing(ledger, found)
    programs = versions.get(tenure.version, {})
    if not programs or not next(iter(programs.values())).transition:
        return Governed(tenure.version, in_force(tenure.first_day, found.day))
    from engine.evaluation.transition import transition_outcomes

    outcomes = transition_outcomes(programs, data, found.at)
    possible = [one for outcome in outcomes for one in _possible(ledger, tenure, found, outcome, facts)]
    if len({one.version for one in possible}) > 1:
        missing = list(dict.fromkeys(name for outcome in outcomes for name in outcome.missing)) or [found.zone_fact]
        _refuse(
            "pack/version-unclear",
            f"more than one version is possible: a transition rule of {tenure.version} hangs on what is not known",
            path=("facts", *missing[0].split(".")),
            help=f"give {', '.join(missing)}; or name a version",
        )
    return possible[0]


def _on_filing(ledger: Ledger, found: Filing) -> Tenure:
    """The tenure in which a case was filed."""
    tenures = {day: ledger.on(day) for day in found.days}
    if len({tenure.version if tenure is not None else None for tenure in tenures.values()}) > 1:
        message = "more than one version is possible: the filing is near the start of a version"
        path = ("facts", *found.zone_fact.split("."))
        _refuse("pack/version-unclear", message, path=path, help="give the time zone, or name a version")
    tenure = tenures[found.day]
    if tenure is None:
        first = ledger.tenures[0]
        message = f"no version was in force on {found.day}"
        _refuse("pack/no-version", message, help=f"{first.version} begins on {first.first_day}")
    return tenure


def _possible(ledger: Ledger, tenure: Tenure, found: Filing, outcome: Outcome, facts: object) -> Iterator[Governed]:
    """The versions that may govern a case, if this is what holds."""
    rule = outcome.rule
    if rule is None:
        yield Governed(tenure.version, f"{in_force(tenure.first_day, found.day)}; no transition rule holds")
        return
    if outcome.at is None:
        for earlier in ledger.tenures:
            if not earlier.empty and earlier.first_day <= tenure.first_day:
                yield Governed(earlier.version, "")
        return
    for day in found.days_of(outcome.at, facts):
        version = _in_force(ledger, day).version
        why = (
            f"{rule.because.rstrip('.')}: {rule.counts_from.text} was on {day}, when {version} was in force, and the "
            f"filing on {found.day}, when {tenure.version} was"
        )
        yield Governed(version, why)


def _in_force(ledger: Ledger, day: date) -> Tenure:
    """The tenure of a day; before the first, the first one: there is none that could govern it instead."""
    return ledger.on(day) or next(tenure for tenure in ledger.tenures if not tenure.empty)


def _refuse(code: str, message: str, *, help: str, path: tuple[str, ...] = ()) -> NoReturn:
    report = Report()
    report.error(code, message, path=path, help=help)
    raise InvalidDocument(report.found)
