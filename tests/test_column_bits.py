"""Truths of many rows as bits say what truth values, a byte for each, say."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from engine.columns.vectors import bits
from engine.columns.vectors.values import KNOWN, UNKNOWNS, Truths, Values, all_of, any_of, level, negation, spread
from engine.expr.unknown import Unknown

SIZES = (0, 1, 7, 8, 63, 64, 65, 128, 131, 1000)


@pytest.mark.parametrize("rows", SIZES)
@pytest.mark.parametrize("share", [0.0, 0.01, 0.5, 1.0])
def test_bits_are_truth_values(rows: int, share: float) -> None:
    rng = np.random.default_rng(rows)
    mask = rng.random(rows) < share
    packed = bits.packed(mask)
    assert len(packed) == len(bits.nowhere(rows))
    assert (bits.truths(packed, rows) == mask).all()
    assert (bits.places(packed) == mask.nonzero()[0]).all()
    assert bits.some(packed) == mask.any()
    assert (bits.inverse(packed, rows) == bits.packed(~mask)).all()
    assert not bits.some(bits.inverse(bits.everywhere(rows), rows))
    other = rng.random(rows) < 0.5
    assert (bits.any_of_bits([packed, bits.packed(other)], rows) == bits.packed(mask | other)).all()


@pytest.mark.parametrize("rows", SIZES)
@pytest.mark.parametrize("offset", [0, 1, 8, 13, 64])
def test_bits_of_arrow(rows: int, offset: int) -> None:
    mask = np.random.default_rng(rows + offset).random(offset + rows + 5) < 0.5
    column = pa.array(mask)[offset : offset + rows]
    found = bits.from_arrow(column.buffers()[1], column.offset, rows)
    assert (found == bits.packed(mask[offset : offset + rows])).all()


@pytest.mark.parametrize("rows", SIZES)
@pytest.mark.parametrize("kinds", [1, 2, 42, 255, 256, 900])
def test_numbers_of_masks(rows: int, kinds: int) -> None:
    number = np.random.default_rng(rows).integers(0, kinds + 1, rows)
    masks = [(one, bits.packed(number == one)) for one in range(1, kinds + 1)]
    assert (bits.numbered(masks, rows) == number).all()


# ------------------------------------------------------------------------------------------------------ Kleene's logic


def any_values(rng: np.random.Generator, rows: int, waits: list[int]) -> Values:
    """Values in one of the forms in which they come: alike or not, known or not, as bits or as truth values."""
    form = rng.integers(0, 6)
    unknown = np.where(rng.random(rows) < 0.3, rng.choice(waits, rows), KNOWN).astype(np.int16)
    value = rng.random(rows) < 0.5
    match form:
        case 0:
            return Values(np.bool_(rng.random() < 0.5))
        case 1:
            return Values(value)
        case 2:
            return Truths(bits.packed(value), rows)
        case 3:
            return Values(np.bool_(False), np.full(rows, waits[0], np.int16))
        case 4:
            return Values(value & (unknown == KNOWN), unknown)
        case _:
            known = bits.packed(unknown == KNOWN)
            return Truths(bits.packed(value) & known, rows, unknown, known)


def told(value: Values, rows: int) -> list[bool | Unknown]:
    truth, unknown = spread(value.v, rows), level(value.u, rows)
    assert (bits.truths(value.bits(rows), rows) == truth).all()
    assert (bits.truths(value.known(rows), rows) == (unknown == KNOWN)).all()
    assert (bits.truths(value.false(rows), rows) == (~truth & (unknown == KNOWN))).all()
    assert not truth[unknown != KNOWN].any()
    return [UNKNOWNS.all[u] if u else bool(v) for v, u in zip(truth, unknown, strict=True)]


def joined(parts: list[bool | Unknown], settling: bool) -> bool | Unknown:
    """What the reference says: a part that settles it does, else all that is not known is waited for."""
    if any(part is settling for part in parts):
        return settling
    found: Unknown | None = None
    for part in parts:
        if isinstance(part, Unknown):
            found = part if found is None else found.and_also(part)
    return not settling if found is None else found


@pytest.mark.parametrize("seed", range(60))
def test_logic_row_by_row(seed: int) -> None:
    rng = np.random.default_rng(seed)
    rows = int(rng.choice([1, 5, 64, 70, 200]))
    UNKNOWNS.begin()
    waits = [int(UNKNOWNS.id(Unknown((name,)))) for name in ("a", "b")] + [int(UNKNOWNS.id(Unknown((), ("c",))))]
    values = [any_values(rng, rows, waits) for _ in range(rng.integers(1, 5))]
    parts = list(zip(*(told(value, rows) for value in values), strict=True))
    assert plain(told(all_of(values), rows)) == plain([joined(list(row), False) for row in parts])
    assert plain(told(any_of(values), rows)) == plain([joined(list(row), True) for row in parts])
    for value in values:
        opposite = [one if isinstance(one, Unknown) else not one for one in told(value, rows)]
        assert plain(told(negation(value), rows)) == plain(opposite)


def plain(found: list[bool | Unknown]) -> list[object]:
    return [(one.facts, one.findings) if isinstance(one, Unknown) else one for one in found]
