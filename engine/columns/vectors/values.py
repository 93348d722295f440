"""Values of many cases: an array, and where they are not known what they wait for. Kleene's logic on such values."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Final, Literal

import numpy as np

from engine.columns.vectors.bits import Array as Array
from engine.columns.vectors.bits import Bits, everywhere, inverse, nowhere, packed, places, truths
from engine.expr.unknown import Unknown

Kind = Literal["bool", "integer", "decimal", "instant", "date", "word", "set", "tuple"]


class NotInColumns(Exception):
    """Something that the arrays have no form for; its rows are decided one by one."""


KNOWN: Final = np.int16(0)
NOTHING: Final = np.int64(2**63 - 1)  # what never happens comes after everything
NO_WORD: Final = np.int32(-1)
SCALE: Final = 10**9  # decimals are whole numbers of this part of one


class Values:
    """`v` are the values by row: truth values (false where not known), instants in microseconds (UTC), days since
    1970, numbers, decimals in billionths, codes of words, or ids of lists. `u` says where they are not known and what
    they wait for, by the numbers of `Unknowns`; None: all are known. Of a list that is not known, `v` is what is told
    so far, and `sure` the part of it that is known of the value itself.

    Truth values may be held as bits (`Truths`), words as codes of their own (`Coded`); `v` is then made when it is
    asked for.
    """

    __slots__ = ("_bits", "_known", "_v", "kind", "single", "sure", "u")

    def __init__(self, v: Array, u: Array | None = None, kind: Kind = "bool", sure: Array | None = None) -> None:
        self._v = v
        self.single = getattr(v, "ndim", 1) == 0  # whether all rows have the same value, as far as it is known
        self._bits: Bits | None = None
        self._known: Bits | None = None
        self.u = u
        self.kind: Kind = kind
        self.sure = sure

    @property
    def v(self) -> Array:
        return self._v

    def waiting_for(self, unknown: Array | None) -> Values:
        """The same values, where they wait for something else."""
        return Values(self.v, unknown, self.kind, self.sure)

    def bits(self, rows: int) -> Bits:
        """Where it is true, of so many rows."""
        if self._bits is None:
            if self.single:  # perhaps one for runs of any number of rows
                return everywhere(rows) if self._v else nowhere(rows)
            self._bits = packed(self.v)
        return self._bits

    def known(self, rows: int) -> Bits:
        """Where it is known."""
        if self.u is None:
            return everywhere(rows)
        if self._known is None:
            self._known = packed(spread(self.u, rows) == KNOWN)
        return self._known

    def false(self, rows: int) -> Bits:
        """Where it is known that it is not true."""
        return inverse(self.bits(rows), rows) if self.u is None else self.known(rows) & ~self.bits(rows)

    def taken(self, rows: Array | slice) -> Values:
        """The values of some rows."""
        if self.single:
            return Values(self._v, self.waiting(rows), self.kind)
        values = self.v[rows] if isinstance(rows, slice) else self.v.take(rows)
        return Values(values, self.waiting(rows), self.kind)

    def waiting(self, rows: Array | slice) -> Array | None:
        """What some rows wait for."""
        if self.u is None:
            return None
        unknown = self.u[rows] if isinstance(rows, slice) else self.u.take(rows)
        return unknown if np.count_nonzero(unknown) else None


class Truths(Values):
    """Truth values as bits."""

    __slots__ = ("rows",)

    def __init__(self, bits: Bits, rows: int, u: Array | None = None, known: Bits | None = None) -> None:
        super().__init__(None, u)
        self._bits, self._known, self.rows = bits, known, rows

    @property
    def v(self) -> Array:
        if self._v is None:
            assert self._bits is not None
            self._v = truths(self._bits, self.rows)
        return self._v


class Coded(Values):
    """Words by the places that they have in a short list; `codes` are those of the words there."""

    __slots__ = ("_place", "codes", "places")

    def __init__(self, codes: Array, places: Array, u: Array | None = None) -> None:
        super().__init__(None, u, "word")
        self.codes, self.places = codes, places
        self._place: dict[int, int | None] | None = None

    def place(self, code: int) -> int | None:
        """The place of a word, -1 where it has none; None where it has several."""
        if self._place is None:
            self._place = {}
            for place, own in enumerate(self.codes.tolist()):
                self._place[own] = None if own in self._place else place
        return self._place.get(code, -1)

    @property
    def v(self) -> Array:
        if self._v is None:
            self._v = self.codes.take(self.places)
        return self._v

    def taken(self, rows: Array | slice) -> Values:
        places = self.places[rows] if isinstance(rows, slice) else self.places.take(rows)
        return Coded(self.codes, places, self.waiting(rows))


class Given(Values):
    """Instants as they lie in a column: those of the rows in which one is `there`; nothing in the others."""

    __slots__ = ("_raw", "_there")

    def __init__(self, raw: Array, there: Array, u: Array | None = None) -> None:
        super().__init__(None, u, "instant")
        self._raw, self._there = raw, there

    @property
    def v(self) -> Array:
        if self._v is None:
            self._v = hidden(self._raw, ~self._there)
        return self._v

    def known_at(self, as_of: Array, rows: Array | None) -> Values:
        """The instants of some rows (None: all) that are not behind the moments of all rows."""
        known = Values(hidden(self._raw, ~self._there | (self._raw > as_of)), self.u, "instant")
        return known if rows is None else known.taken(rows)


def hidden(instants: Array, rows: Array) -> Array:
    """Instants, with nothing in some rows."""
    nothing = np.multiply(rows, NOTHING, dtype=np.int64)
    return np.maximum(instants, nothing, out=nothing)  # takes less time than to choose by row


class Unknowns(threading.local):
    """All that is waited for, numbered as it comes, in each thread for itself; 0 is: it is known."""

    MOST: Final = 32_000

    def __init__(self) -> None:
        self.begin_anew()

    def begin(self) -> None:
        """Begin with a batch: the numbers of the last one mean nothing any more, when there are many."""
        if len(self.all) > self.MOST // 8:
            self.begin_anew()

    def begin_anew(self) -> None:
        self.all: list[Unknown] = [Unknown()]
        self._ids: dict[tuple[tuple[str, ...], tuple[str, ...]], int] = {}
        self._pairs: dict[tuple[int, int], int] = {}
        self._findings_only = np.zeros(1, np.bool_)

    def id(self, unknown: Unknown) -> Array:
        """The number of what is waited for. Raises NotInColumns when there is too much of it."""
        key = (unknown.facts, unknown.findings)
        found = self._ids.get(key)
        if found is None:
            found = self._ids[key] = len(self.all)
            self.all.append(unknown)
            if found > self.MOST:
                raise NotInColumns("more different gaps than can be numbered")
        return np.int16(found)

    def both(self, first: Array, then: Array) -> Array:
        """The first and the other, row by row."""
        found = np.maximum(first, then)
        rows = ((first != KNOWN) & (then != KNOWN)).nonzero()[0]
        if len(rows):
            a = first[rows] if np.shape(first) else np.full(len(rows), first)
            b = then[rows] if np.shape(then) else np.full(len(rows), then)
            found[rows] = self._joined(a, b)
        return found

    def _joined(self, a: Array, b: Array) -> Array:
        if len(a) < 8:
            return np.array([self._pair(*pair) for pair in zip(a.tolist(), b.tolist(), strict=True)], np.int16)
        keys, places = np.unique(a.astype(np.int32) << 16 | b, return_inverse=True)
        return np.array([self._pair(key >> 16, key & 0xFFFF) for key in keys.tolist()], np.int16)[places]

    def _pair(self, first: int, then: int) -> int:
        found = self._pairs.get((first, then))
        if found is None:
            found = self._pairs[first, then] = int(self.id(self.all[first].and_also(self.all[then])))
        return found

    def findings_only(self, unknown: Array) -> Array:
        """Where something is not known, and findings are all that it waits for."""
        if len(self._findings_only) < len(self.all):
            own = [not one.facts for one in self.all]
            self._findings_only = np.array([False, *own[1:]])
        return self._findings_only[unknown]


UNKNOWNS: Final = Unknowns()


TRUE: Final = Values(np.bool_(True))
FALSE: Final = Values(np.bool_(False))


def same(value: Values, truth: bool) -> bool:
    """Whether a condition is this for all rows alike."""
    return value.u is None and value.single and bool(value.v) is truth


def waiting(*parts: Array | None) -> Array | None:
    """What several values wait for together."""
    found = None
    for part in parts:
        if part is not None:
            found = part if found is None else UNKNOWNS.both(found, part)
    return found


def first_of(first: Array | None, then: Array | None) -> Array | None:
    """What the first waits for, and where it is known, what the other does."""
    if first is None or then is None:
        return then if first is None else first
    return np.where(first != KNOWN, first, then)


def settled(value: Array, unknown: Array | None) -> Values:
    """A truth value; where it is not known, it is no truth."""
    if unknown is None or not np.count_nonzero(unknown):
        return Values(value)
    return Values(value & (unknown == KNOWN), unknown)


def truth(bits: Bits, rows: int, unknown: Array | None) -> Values:
    """A truth value of bits; where it is not known, it is no truth."""
    if unknown is None or not np.count_nonzero(unknown):
        return Truths(bits, rows)
    known = packed(unknown == KNOWN)
    return Truths(bits & known, rows, unknown, known)


def _combined(bits: Bits, parts: Sequence[Values], rows: int, settles: bool) -> Values:
    """The value of parts joined by `and` or `or`. Where one is this, it settles the whole; else what is not known is
    waited for. The rows with something unknown are few, so only they are looked at again."""
    known = settling = None
    for part in parts:
        if part.u is not None:
            known = part.known(rows) if known is None else known & part.known(rows)
        if settles:
            settling = bits
        else:
            false = part.false(rows)
            settling = false if settling is None else settling | false
    assert known is not None and settling is not None
    still_open = inverse(known | settling, rows)
    at = places(still_open)
    if not len(at):
        return Truths(bits, rows)
    unknown: Array = np.zeros(rows, np.int16)
    unknown[at] = waiting(*(part.u if part.u is None or np.ndim(part.u) == 0 else part.u[at] for part in parts))
    return Truths(bits, rows, unknown, inverse(still_open, rows))


def _rows_of(parts: Sequence[Values]) -> int:
    """How many rows values have that are not all the same."""
    for part in parts:
        if isinstance(part, Truths):
            return part.rows
        if not part.single:
            return len(part.v)
    return next(len(part.u) for part in parts if part.u is not None)


def _joined(parts: Sequence[Values], verb: Callable[..., Bits], settles: bool) -> Values:
    """Parts joined by `and` or `or`. One that is the same in all rows settles the whole, or says nothing."""
    known, kept = True, []
    for part in parts:
        if part.u is not None:
            known = False
        elif part.single:
            if bool(part.v) is settles:
                return TRUE if settles else FALSE
            continue
        kept.append(part)
    if len(kept) < 2:
        return kept[0] if kept else FALSE if settles else TRUE
    rows = _rows_of(kept)
    bits = verb(kept[0].bits(rows), kept[1].bits(rows))
    for part in kept[2:]:
        verb(bits, part.bits(rows), out=bits)
    return Truths(bits, rows) if known else _combined(bits, kept, rows, settles)


def all_of(parts: Sequence[Values]) -> Values:
    """Whether all hold."""
    return _joined(parts, np.bitwise_and, settles=False)


def any_of(parts: Sequence[Values]) -> Values:
    """Whether any holds."""
    return _joined(parts, np.bitwise_or, settles=True)


def negation(value: Values) -> Values:
    if value.u is None and value.single:
        return Values(~value.v)
    rows = _rows_of([value])
    return Truths(value.false(rows), rows, value.u, None if value.u is None else value.known(rows))


def compared(left: Values, right: Values, verb: Callable[..., Array]) -> Values:
    """A comparison by a verb of NumPy; numbers of both kinds are brought to one."""
    if isinstance(left, Coded) and verb in (np.equal, np.not_equal) and right.u is None and right.single:
        place = left.place(int(right.v))
        if place is not None:
            return _compact(left.places, place, verb, left.u)
    a, b = left.v, right.v
    if {left.kind, right.kind} == {"integer", "decimal"}:
        a, b = (_scaled(one) if side.kind == "integer" else one for one, side in ((a, left), (b, right)))
    return _compact(a, _short(b, a), verb, waiting(left.u, right.u))


def _short(number: Array, others: Array) -> Array:
    """A whole number as short as those that it is compared with, if it can be."""
    if np.ndim(number) or not np.ndim(others) or others.dtype.kind != "i":
        return number
    limits = np.iinfo(others.dtype)
    return others.dtype.type(number) if limits.min <= number <= limits.max else number


def _compact(a: Array, b: Array, verb: Callable[..., Array], unknown: Array | None) -> Values:
    """A comparison, as bits at once: the memory of the bytes is used again."""
    rows = max(np.size(a), np.size(b))
    if unknown is not None or np.ndim(a) == np.ndim(b) == 0:
        return settled(verb(a, b), unknown)
    return Truths(packed(verb(a, b)), rows)


def _scaled(numbers: Array) -> Array:
    numbers = numbers.astype(np.int64)
    there = numbers != NOTHING
    return np.where(there, np.where(there, numbers, 0) * SCALE, NOTHING)


def within(unknown: Array, mask: Bits, rows: int) -> Array:
    """What is waited for in these rows, and nothing in the others."""
    found = np.zeros(rows, np.int16)
    there = places(mask)
    found[there] = spread(unknown, rows)[there]
    return found


def level(unknown: Array | None, rows: int) -> Array:
    """What values wait for, as an array."""
    return np.zeros(rows, np.int16) if unknown is None else spread(unknown, rows)


def spread(value: Array, rows: int) -> Array:
    """An array over all rows."""
    return value if isinstance(value, np.ndarray) and value.shape == (rows,) else np.broadcast_to(value, rows)
