"""What one cold command needs of a pack to decide a case, and nothing else of it.

These are the days of its versions, the check of their cases, and their rows as code.
"""

from __future__ import annotations

import marshal
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from engine.clock import local_day, zone
from engine.document.json_quick import quick_json, standard
from engine.evaluation.moment import checked_moment

try:
    from _pickle import loads  # what `pickle` offers too, with all else
except ImportError:
    from pickle import loads

if TYPE_CHECKING:
    from engine.backends.compiled.building import Decide
    from engine.case.check import Check
    from engine.case.model import WholeCase
    from engine.decision import Decision
    from engine.pack import Pack, Version


def prepared(pack: Pack) -> tuple[bytes, dict[str, bytes]]:
    """What `Prepared` needs of the published versions of a pack: an entry for their cases, and one for each row."""
    published = {name: one for name, one in pack.versions.items() if one.publication is not None}
    days = [
        (tenure.first_day.toordinal(), tenure.next_day and tenure.next_day.toordinal(), tenure.version)
        for tenure in pack.ledger.tenures
        if tenure.version in published
    ]
    rows = {row_of(name, row): _code(one, row) for name, one in published.items() for row in one.programs}
    return marshal.dumps((days, {name: _cases(one) for name, one in published.items()})), rows


def _cases(version: Version) -> tuple[str, str, bool, bytes]:
    from engine.cache.packs import dumped
    from engine.case.check import Check

    policy = version.policy
    moves = any(program.transition for program in version.programs.values())
    return policy.filed_fact, policy.zone_fact, moves, dumped(Check(policy))


def _code(version: Version, row: str) -> bytes:
    from engine.backends.compiled.building import code_of
    from engine.backends.compiled.generating import generate
    from engine.cache.packs import dumped

    generated = generate(version.programs[row])
    return marshal.dumps((code_of(generated, row), dumped(generated.constants), generated.entry))


def row_of(version: str, scenario: str) -> str:
    """What the entry of a row is named."""
    return f"{version}.{scenario}"


def decide_of(row: bytes) -> Decide:
    """The function of a row, from its entry."""
    from engine.backends.compiled.building import function_of

    code, constants, entry = marshal.loads(row)
    found: Decide = function_of(code, loads(constants), entry)
    return found


class Prepared:
    """Decides cases in JSON as the pack would that it was made from. Where anything is wrong with a case, not known or
    unusual, it leaves the case to the pack. `row` gives the entry of a row."""

    def __init__(self, cases: bytes, row: Callable[[str], bytes | None]) -> None:
        self._row = row
        self._days: list[tuple[int, int | None, str]]
        self._versions: dict[str, tuple[str, str, bool, bytes]]
        self._days, self._versions = marshal.loads(cases)

    def decide(self, content: bytes, as_of: datetime | None, now: datetime, version: str | None) -> Decision | None:
        """The decision of a case by the version that governs it or the one named, at the moment asked for, or else at
        the case's own, or else `now`. None when it has to be made by the pack."""
        quick = quick_json(content, standard)  # a faster one takes longer to load than it saves
        name = version if version is not None else self._days[-1][2] if self._days else ""
        found = self._read(name, quick)
        if found is not None and version is None:
            governing = self._governing(name, found.case.values, found.case.assumed)
            if governing != name:
                found, name = self._read(governing, quick), governing
        if found is None or found.case.scenario is None:
            return None
        row = self._row(row_of(name, found.case.scenario))
        if row is None:
            return None
        try:
            return decide_of(row)(found.case, checked_moment(as_of or found.as_of or now))
        except (KeyError, ValueError):
            return None

    def _read(self, version: str, quick: tuple[object, int] | None) -> WholeCase | None:
        if quick is None or version not in self._versions:
            return None
        data, commas = quick
        check: Check = loads(self._versions[version][3])
        try:
            found, needed = check.read(data)
        except (KeyError, TypeError, ValueError, AttributeError):
            return None
        return found if needed == commas else None

    def _governing(self, version: str, facts: Mapping[str, Any], assumed: frozenset[str]) -> str:
        """The version in force on the local day of filing; empty where that is not so simple."""
        filed_fact, zone_fact, *_ = self._versions[version]
        filed, place = facts.get(filed_fact), facts.get(zone_fact)
        given = assumed.isdisjoint((filed_fact, zone_fact))
        if not given or not isinstance(filed, datetime) or not isinstance(place, str):
            return ""
        day = local_day(filed, zone(place)).toordinal()
        for first, after, name in self._days:
            if first <= day and (after is None or day < after):
                return "" if self._versions[name][2] else name
        return ""
