"""What a version is: a draft, published, retired; and on which days filings fall under it."""

from __future__ import annotations

from datetime import date

from engine.library import Ledger, Tenure
from engine.pack import Version


def state_of(version: Version) -> str:
    """What a version is, whatever the day, with its first day: `published, for disputes filed from 2024-01-01`."""
    if version.publication is not None:
        return f"published, for disputes filed from {version.publication.first_day}"
    first_day = version.first_day
    return f"draft, meant for disputes filed from {first_day}" if first_day is not None else "draft"


def days_of(tenure: Tenure) -> str:
    """The days of filing on which a version governs."""
    if tenure.empty:
        return "governs no filing"
    if tenure.next_day is None:
        return f"filings from {tenure.first_day}"
    return f"filings from {tenure.first_day} to before {tenure.next_day}"


def state_on(version: Version, ledger: Ledger, day: date) -> str:
    """What a version is on a day, in one word or two."""
    if ledger.superseded_by(version.name) is not None and ledger.state(version.name, day) == "retired":
        return "superseded"
    tenure = ledger.tenure(version.name)
    if tenure is not None and tenure.holds(day):
        return "in force"
    return ledger.state(version.name, day)
