"""What one cold command needs of a pack to decide a case, and nothing else of it.

These are the days of its versions, the check of their cases, and their rows as code.
"""

from __future__ import annotations

import marshal
from collections.abc import Mapping
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
    from engine.case.check import Check
    from engine.case.model import WholeCase
    from engine.decision import Decision
    from engine.pack import Pack, Version


def prepared(pack: Pack) -> bytes:
    """The published versions of a pack as an entry for `Prepared`."""
    versions = {name: _version(one) for name, one in pack.versions.items() if one.publication is not None}
    days = [
        (
            tenure.first_day.toordinal(),
            tenure.next_day.toordinal() if tenure.next_day is not None else None,
            tenure.version,
        )
        for tenure in pack.ledger.tenures
        if tenure.version in versions
    ]
    return marshal.dumps((days, versions))


def _version(version: Version) -> tuple[object, ...]:
    from engine.backends.compiled.building import code_of
    from engine.backends.compiled.generating import generate
    from engine.cache.packs import dumped
    from engine.case.check import Check

    rows: dict[str, tuple[bytes, bytes, str]] = {}
    for name, program in version.programs.items():
        generated = generate(program)
        rows[name] = (marshal.dumps(code_of(generated, name)), dumped(generated.constants), generated.entry)
    policy = version.policy
    moves = any(program.transition for program in version.programs.values())
    return policy.filed_fact, policy.zone_fact, moves, dumped(Check(policy)), rows


class Prepared:
    """Decides cases in JSON as the pack would that it was made from. Where anything is wrong with a case, not known or
    unusual, it leaves the case to the pack."""

    def __init__(self, entry: bytes) -> None:
        self._days: list[tuple[int, int | None, str]]
        self._versions: dict[str, tuple[str, str, bool, bytes, dict[str, tuple[bytes, bytes, str]]]]
        self._days, self._versions = marshal.loads(entry)

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
        code, constants, entry = self._versions[name][4][found.case.scenario]
        from engine.backends.compiled.building import function_of

        try:
            moment = checked_moment(as_of or found.as_of or now)
            decision: Decision = function_of(marshal.loads(code), loads(constants), entry)(found.case, moment)
        except (KeyError, ValueError):
            return None
        return decision

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
