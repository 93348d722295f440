"""The words of the expression language."""

from __future__ import annotations

from typing import Final

PROVEN: Final = "proven:"
UNSETTLED: Final = "unsettled:"
PRESENT: Final = ("given", "happened")  # the functions that test whether there is a value
FUNCTIONS: Final = {
    "proven": "proven(proposition)",
    "happened": "happened(event)",
    "given": "given(fact)",
    "contains": "contains(list, value)",
    "latest": "latest(instant, instant, ...)",
    "earliest": "earliest(instant, instant, ...)",
    "day": "day(instant)",
    "date": "date('2025-01-31')",
    "unsettled": "unsettled(table)",
}
