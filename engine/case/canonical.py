"""Values as the digest of a case writes them: in one way, however the case was written."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime

from engine.case.model import Submission


def digest_of(scenario: str | None, values: Mapping[str, object]) -> str:
    """The digest of the facts of a case, by their values as a Case has them."""
    import hashlib

    text = canonical({"scenario": scenario, "facts": dict(values)})
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def canonical(value: object) -> str:
    """Values as the digest writes them."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_canonical)


def _canonical(value: object) -> object:
    from decimal import Decimal

    match value:
        case datetime() | date():
            return value.isoformat()
        case frozenset():
            return sorted(value)
        case Submission():
            return [value.at, value.proves, value.authentic]
        case Decimal():
            return f"decimal:{value.normalize()}"
        case _:
            raise TypeError(f"{type(value).__name__} has no canonical form")


def order_of(one: Submission) -> tuple[object, ...]:
    """Submissions stand in the order of time, and those of one instant in an order of their own."""
    return (one.at, sorted(one.proves or ()), one.authentic is None, bool(one.authentic))
