"""Which version governs each row: what `engine.evaluation.governing` says of a case, for many at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from engine.clock import BadTime
from engine.columns.table import NOTHING_SAID, Table
from engine.columns.vectors.facts import FIRST_INSTANT, LAST_INSTANT
from engine.columns.vectors.values import Array
from engine.columns.vectors.zones import DAY, EPOCH_DAY, zone_clock
from engine.library import Ledger

if TYPE_CHECKING:
    from engine.pack import Version

ONE_BY_ONE: Final = -1
NOT_KNOWN: Final = -(10**6)  # a day before all days


def governing_versions_by_row(table: Table, ledger: Ledger, versions: Sequence[Version]) -> Array:
    """The number of the version that governs each row; -1 where only the reference can say, or say why none does.

    Left to it are rows whose filing is not known, where there is more than one version, or lies outside every tenure,
    versions with transition rules, and versions that do not agree on which fact is the filing.
    """
    undecided = np.full(table.rows, ONE_BY_ONE, np.int64)
    filed = {version.policy.filed_fact for version in versions}
    zones = {version.policy.zone_fact for version in versions}
    if len(filed) > 1 or len(zones) > 1 or not versions:
        return undecided
    numbers = {version.name: number for number, version in enumerate(versions)}
    days = _days(table, versions[0], filed.pop(), zones.pop())
    if days is None:
        return undecided
    first, last = days
    found = undecided
    if len(ledger.tenures) == 1:
        found = np.where(first == NOT_KNOWN, numbers.get(ledger.tenures[0].version, ONE_BY_ONE), found)
    for tenure in ledger.tenures:
        number = numbers.get(tenure.version, ONE_BY_ONE)
        if tenure.empty or number == ONE_BY_ONE or next(iter(versions[number].programs.values())).transition:
            continue
        holds = first >= _day(tenure.first_day)
        if tenure.next_day is not None:
            holds &= last < _day(tenure.next_day)
        found = np.where(holds, number, found)
    return found


def _day(day: date) -> int:
    return day.toordinal() - EPOCH_DAY


def _days(table: Table, version: Version, filed: str, zone: str) -> tuple[Array, Array] | None:
    """The first and the last local day on which each row may have been filed; before all days where that is not known.
    None where the table does not say when."""
    column = table.cells(version.policy.facts[filed])
    if column is None or pa.types.is_null(column.array.type):
        return None
    instants = column.array.cast(pa.int64()).fill_null(0).to_numpy(zero_copy_only=False)
    known = pc.is_valid(column.array).to_numpy(zero_copy_only=False)
    known &= (instants >= FIRST_INSTANT) & (instants <= LAST_INSTANT)
    said = table.said(filed)
    if said is not None:
        known &= said == NOTHING_SAID
    middle = instants // DAY
    first, last = middle - 1, middle + 1
    zones = table.cells(version.policy.facts[zone])
    if zones is not None and not pa.types.is_null(zones.array.type):
        said_of_zone = table.said(zone)
        codes = zones.array.indices.fill_null(-1).to_numpy(zero_copy_only=False)
        for code, name in enumerate(zones.array.dictionary.to_pylist()):
            rows = np.flatnonzero(known & (codes == code) & (True if said_of_zone is None else said_of_zone == 0))
            try:
                first[rows] = last[rows] = zone_clock(str(name)).days(instants[rows])
            except BadTime:
                continue
    return np.where(known, first, NOT_KNOWN), np.where(known, last, NOT_KNOWN)
