"""Which version governs a filing: that of the term into which its local day falls."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import NoReturn

from engine.clock import BadTime, local_day, parse_instant, zone
from engine.diagnostics import InvalidDocument, Report
from engine.library.ledger import Ledger, Term
from engine.policy.model import Policy


def governing(ledger: Ledger, policies: Mapping[str, Policy], facts: object) -> tuple[Term, tuple[date, ...]]:
    """The term into which the filing of a case falls, and the local days on which that may have been.

    `facts` are those of the case as plain data; `policies` are the published versions. When the zone or the moment of
    filing is not known, the answer is given only if there is one. Raises InvalidDocument otherwise.
    """
    if not ledger.terms:
        refuse(
            "pack/no-version",
            "no version of this policy is published",
            help="name a draft with `--policy VERSION`, or publish one: `aftersale publish VERSION --from DATE`",
        )
    asked = [policies[term.version] for term in reversed(ledger.terms) if term.version in policies]
    days = next((days for policy in asked if (days := _filing_days(policy, facts))), ())
    if not days:
        if len(ledger.terms) == 1:
            return ledger.terms[0], ()
        path = ("facts", *asked[0].filed_fact.split(".")) if asked else ()
        message = "more than one version is possible: when the dispute was filed is not known"
        refuse("pack/version-unclear", message, path=path, help="give that fact, or name a version")
    possible = {term.version if (term := ledger.on(day)) is not None else None for day in days}
    if len(possible) > 1:
        message = "more than one version is possible: the filing is near the start of a version"
        path = ("facts", *asked[0].zone_fact.split("."))
        refuse("pack/version-unclear", message, path=path, help="give the time zone, or name a version")
    term = ledger.on(days[0])
    if term is None:
        first = ledger.terms[0]
        message = f"no version was in force on {days[0]}"
        refuse("pack/no-version", message, help=f"{first.version} begins on {first.first_day}")
    return term, days


def refuse(code: str, message: str, *, help: str, path: tuple[str, ...] = ()) -> NoReturn:
    report = Report()
    report.error(code, message, path=path, help=help)
    raise InvalidDocument(report.found)


def _filing_days(policy: Policy, facts: object) -> tuple[date, ...]:
    """The local days on which the filing may have been; none when nothing is known of it."""
    filed = value_of(facts, policy.filed_fact)
    try:
        instant = filed if isinstance(filed, datetime) and filed.tzinfo else parse_instant(str(filed))
    except BadTime:
        return ()
    return local_days(instant, value_of(facts, policy.zone_fact))


def local_days(instant: datetime, zone_name: object) -> tuple[date, ...]:
    """The local day of an instant; the three that it may be while the zone is not known."""
    try:
        return (local_day(instant, zone(str(zone_name))),)
    except BadTime:
        day = instant.astimezone(UTC).date()
        return (day - timedelta(days=1), day, day + timedelta(days=1))


def value_of(facts: object, name: str) -> object:
    """A fact of a case as plain data; None when it is not there."""
    for part in name.split("."):
        facts = facts.get(part) if isinstance(facts, Mapping) else None
    return facts
