"""What one cold command needs of a pack to decide a case, and nothing else of it.

These are the days of its versions, the check of their cases, and their rows as code.
"""

from __future__ import annotations

import marshal
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from engine.clock import local_day, zone
from engine.document.json_quick import quick_json, standard
from engine.evaluation.moment import checked_moment
from engine.evaluation.why import in_force

try:
    from _pickle import loads as loads  # what `pickle` offers too, with all else
except ImportError:
    from pickle import loads as loads

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
    names = [*rows, *(words_of(name, row) for name, one in published.items() for row in one.programs)]
    return marshal.dumps((days, {name: _cases(one) for name, one in published.items()}, names)), rows


def _cases(version: Version) -> tuple[str, str, bool, bytes]:
    from engine.cache.digests import sha256
    from engine.cache.packs import dumped
    from engine.case.check import Check

    policy = version.policy
    moves = any(program.transition for program in version.programs.values())
    return policy.filed_fact, policy.zone_fact, moves, dumped(Check(policy, sha256))


def _code(version: Version, row: str) -> bytes:
    from engine.backends.compiled.building import code_of
    from engine.backends.compiled.generating import generate
    from engine.cache.packs import dumped

    generated = generate(version.programs[row])
    return marshal.dumps((code_of(generated, row), dumped(generated.constants), generated.entry))


def row_of(version: str, scenario: str) -> str:
    """How the name of the entry of a row ends."""
    return f"{version}.{scenario}.row"


def words_of(version: str, scenario: str) -> str:
    """How the name of the entry ends that has the words for the decisions under a row."""
    return f"{version}.{scenario}.words"


def decide_of(row: bytes) -> Decide:
    """The function of a row, from its entry."""
    from engine.backends.compiled.building import function_of

    code, constants, entry = marshal.loads(row)
    found: Decide = function_of(code, loads(constants), entry)
    return found


class Found:
    """A case that was read, and the version that decides it. `why` says why it does; empty for one that was named."""

    __slots__ = ("as_of", "case", "title", "version", "why")

    def __init__(self, version: str, why: str, whole: WholeCase) -> None:
        self.version = version
        self.why = why
        self.case, self.as_of, self.title = whole


class Prepared:
    """Decides cases as the pack would that it was made from. Where anything is wrong with a case, not known or unusual,
    it leaves the case to the pack. `row` gives the entry of a row by the end of its name."""

    def __init__(self, cases: bytes, row: Callable[[str], bytes | None]) -> None:
        self._row = row
        self._days: list[tuple[int, int | None, str]]
        self._versions: dict[str, tuple[str, str, bool, bytes]]
        self.names: list[str]  # how the names of all other entries end
        self._days, self._versions, self.names = marshal.loads(cases)

    def read_json(self, content: bytes, version: str | None = None) -> Found | None:
        """The case in a JSON text, as `read` gives it."""
        quick = quick_json(content, standard)  # a faster one takes longer to load than it saves
        return None if quick is None else self.read(quick[0], version, quick[1])

    def read(self, data: object, version: str | None = None, commas: int | None = None) -> Found | None:
        """A case in plain data, with the version that governs it or the one named; None when it has to be read by the
        pack. `commas` is how many the text has, where a key may have stood twice in it."""
        latest = version if version is not None else self._days[-1][2] if self._days else ""
        whole = self._read(latest, data, commas)
        if whole is None:
            return None
        if version is not None:
            return Found(version, "", whole)
        name, why = self._governing(latest, whole.case.values, whole.case.assumed)
        if name != latest:
            whole = self._read(name, data, commas)
        return None if whole is None else Found(name, why, whole)

    def decide(self, found: Found, moment: datetime) -> Decision | None:
        """The decision of a case at a moment; None when it has to be made by the pack."""
        row = None if found.case.scenario is None else self._row(row_of(found.version, found.case.scenario))
        if row is None:
            return None
        try:
            return decide_of(row)(found.case, checked_moment(moment))
        except (KeyError, ValueError):
            return None

    def _read(self, version: str, data: object, commas: int | None) -> WholeCase | None:
        if version not in self._versions:
            return None
        check: Check = loads(self._versions[version][3])
        try:
            found, needed = check.read(data)
        except (KeyError, TypeError, ValueError, AttributeError):
            return None
        return found if commas is None or needed == commas else None

    def _governing(self, version: str, facts: Mapping[str, Any], assumed: frozenset[str]) -> tuple[str, str]:
        """The version in force on the local day of filing, and why it is that one; empty where that is not so
        simple."""
        filed_fact, zone_fact, *_ = self._versions[version]
        filed, place = facts.get(filed_fact), facts.get(zone_fact)
        given = assumed.isdisjoint((filed_fact, zone_fact))
        if not given or not isinstance(filed, datetime) or not isinstance(place, str):
            return "", ""
        day = local_day(filed, zone(place))
        for first, after, name in self._days:
            if first <= day.toordinal() and (after is None or day.toordinal() < after):
                return ("", "") if self._versions[name][2] else (name, in_force(date.fromordinal(first), day))
        return "", ""
