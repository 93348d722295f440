"""Exact, bounded numbers out of their decimal writing."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from engine.document.limits import FRACTION_DIGITS, NUMBER

WHOLE_DIGITS = len(str(NUMBER))
BOUNDS = f"a number lies between -{NUMBER} and {NUMBER} and has at most {FRACTION_DIGITS} digits after the point"


def exact_number(text: str) -> int | Decimal:
    """The number that `text` (in JSON's grammar) writes: an int, or a Decimal when it has a fraction or an exponent.

    Raises ValueError when it is out of bounds."""
    whole = text.removeprefix("-")
    if whole.isdigit():
        if len(whole) <= WHOLE_DIGITS and int(whole) <= NUMBER:
            return int(text)
        raise ValueError(BOUNDS)
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise ValueError(BOUNDS) from None
    exponent = value.as_tuple().exponent
    if not isinstance(exponent, int) or not -FRACTION_DIGITS <= exponent <= WHOLE_DIGITS:
        raise ValueError(BOUNDS)
    if value.adjusted() >= WHOLE_DIGITS or abs(value) > NUMBER:
        raise ValueError(BOUNDS)
    return value if exponent <= 0 else Decimal(int(value))
