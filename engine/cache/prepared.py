"""What one cold command needs of a pack to decide a case, and nothing else of it.

These are the days of its versions, the check of their cases, and their rows: as code, and for cases of which something
asked is not known as programs.
"""

from __future__ import annotations

import marshal
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from engine.cache.pickles import dumped, loads
from engine.clock import local_days
from engine.document.json_quick import quick_json, standard
from engine.evaluation.moment import checked_moment
from engine.evaluation.why import ONLY, in_force

if TYPE_CHECKING:
    from engine.backends.compiled.building import Decide
    from engine.case.check import Check
    from engine.case.model import WholeCase
    from engine.decision import Decision
    from engine.link.program import Program
    from engine.pack import Pack, Version


def prepared(pack: Pack) -> tuple[bytes, dict[str, bytes]]:
    """What `Prepared` needs of the published versions of a pack: an entry for their cases, and two for each row."""
    from engine.cache.parts import program_in_parts

    published = {name: one for name, one in pack.versions.items() if one.publication is not None}
    days = [
        (tenure.first_day.toordinal(), tenure.next_day and tenure.next_day.toordinal(), tenure.version)
        for tenure in pack.ledger.tenures
        if tenure.version in published
    ]
    rows: dict[str, bytes] = {}
    names: list[str] = []
    for name, one in published.items():
        for row, program in one.programs.items():
            rows |= {row_of(name, row): _code(program, row), program_of(name, row): program_in_parts(program)}
            names.append(words_of(name, row))
    return marshal.dumps((days, {name: _cases(one) for name, one in published.items()}, [*rows, *names])), rows


def _cases(version: Version) -> Kept:
    from engine.cache.digests import sha256
    from engine.case.check import Check

    policy = version.policy
    moves = any(program.transition for program in version.programs.values())
    return policy.filed_fact, policy.zone_fact, moves, list(version.programs), dumped(Check(policy, sha256))


def _code(program: Program, row: str) -> bytes:
    from engine.backends.compiled.building import code_of
    from engine.backends.compiled.generating import generate

    generated = generate(program)
    return marshal.dumps((code_of(generated, row), dumped(generated.constants), generated.entry))


def row_of(version: str, scenario: str) -> str:
    """How the name of the entry of a row ends."""
    return f"{version}.{scenario}.row"


def program_of(version: str, scenario: str) -> str:
    """How the name of the entry ends that has a row as a program."""
    return f"{version}.{scenario}.program"


def words_of(version: str, scenario: str) -> str:
    """How the name of the entry ends that has the words for the decisions under a row."""
    return f"{version}.{scenario}.words"


def decide_of(row: bytes) -> Decide:
    """The function of a row, from its entry."""
    from engine.backends.compiled.building import function_of

    code, constants, entry = marshal.loads(row)
    found: Decide = function_of(code, loads(constants), entry)
    return found


Tenure = tuple[int, int | None, str]  # its first day, the first day after it, and its version
# A version: the facts that say when and where a case was filed, whether a transition rule may move it, the rows, and
# the check of its cases.
Kept = tuple[str, str, bool, list[str], bytes]


class Found:
    """A case that was read, and the version that decides it. `why` says why it does; empty for one that was named."""

    __slots__ = ("as_of", "case", "title", "version", "why")

    def __init__(self, version: str, why: str, whole: WholeCase) -> None:
        self.version = version
        self.why = why
        self.case, self.as_of, self.title = whole


class Prepared:
    """Decides cases as the pack would that it was made from. Where anything is wrong with a case or unusual, it leaves
    the case to the pack. `entry` gives another entry by the end of its name."""

    def __init__(self, cases: bytes, entry: Callable[[str], bytes | None]) -> None:
        self._entry = entry
        self._days: list[Tenure]
        self._versions: dict[str, Kept]
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
        try:
            as_of = checked_moment(moment)
        except ValueError:
            return None
        scenario = found.case.scenario
        if scenario is not None:
            row = self._entry(row_of(found.version, scenario))
            if row is None:
                return None
            try:
                return decide_of(row)(found.case, as_of)
            except KeyError:  # something asked is not known
                pass
        programs = self._programs(found.version, scenario)
        if programs is None:
            return None
        if scenario is not None:
            from engine.evaluation.one_row import run

            return run(programs[scenario], found.case, as_of)
        from engine.evaluation.any_row import run_any

        return run_any(programs, found.case, as_of)

    def words(self, found: Found) -> Any:
        """What was kept as the words for decisions under the row of a case, or any row while that is not known; None
        where nothing was."""
        *_, rows, _ = self._versions[found.version]
        scenario = found.case.scenario or rows[0]
        words = self._entry(words_of(found.version, scenario))
        return None if words is None else loads(words)

    def _programs(self, version: str, scenario: str | None) -> dict[str, Program] | None:
        """The program of a row, or those of all rows; None where one was not kept."""
        *_, rows, _ = self._versions[version]
        asked = rows if scenario is None else [scenario]
        found = {row: one for row in asked if (one := self._entry(program_of(version, row))) is not None}
        return {row: loads(one) for row, one in found.items()} if len(found) == len(asked) else None

    def _read(self, version: str, data: object, commas: int | None) -> WholeCase | None:
        if version not in self._versions:
            return None
        *_, kept = self._versions[version]
        check: Check = loads(kept)
        try:
            found, needed = check.read(data)
        except (KeyError, TypeError, ValueError, AttributeError):
            return None
        return found if commas is None or needed == commas else None

    def _governing(self, version: str, facts: Mapping[str, Any], assumed: frozenset[str]) -> tuple[str, str]:
        """The version in force on the local day of filing, and why it is that one; empty where that is not so
        simple. While the day is not known, the one that it is on every day that it may be."""
        filed_fact, zone_fact, *_ = self._versions[version]
        filed, place = (None if name in assumed else facts.get(name) for name in (filed_fact, zone_fact))
        if not isinstance(filed, datetime):
            return (self._days[0][2], ONLY) if len(self._days) == 1 else ("", "")
        days = local_days(filed, place)
        tenures = {self._tenure(day.toordinal()) for day in days}
        tenure = tenures.pop()
        if tenures or tenure is None:
            return "", ""
        first, _, name = tenure
        _, _, moves, *_ = self._versions[name]
        return ("", "") if moves else (name, in_force(date.fromordinal(first), days[len(days) // 2]))

    def _tenure(self, day: int) -> Tenure | None:
        """The tenure that a day lies in; None before the first."""
        for tenure in self._days:
            first, after, _ = tenure
            if first <= day and (after is None or day < after):
                return tenure
        return None
