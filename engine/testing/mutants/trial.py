"""A mutant put to the tests: read and linked like any version, then the cases that can tell it from the original."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Final

from engine.decision import Decision
from engine.diagnostics import Report
from engine.document import Mapping as MappingNode
from engine.document.schema import check
from engine.library import Registry
from engine.link.assemble import link
from engine.pack import Version, citable
from engine.policy.from_document import read_policy
from engine.policy.schemas import version_schema
from engine.testing.compare import cited, shown
from engine.testing.model import PolicyTest
from engine.testing.mutants.model import Mutant, Seen, Trial
from engine.testing.mutants.sameness import meaning
from engine.testing.mutants.tree import changed
from engine.testing.run import Result, run_test

NAMES: Final = re.compile(r"[.\[\]]")
SHOWN: Final = 3  # cases that are told of a survivor
DIGESTS: Final = frozenset({"policy", "case_digest", "engine_version", "as_of", "scenario"})


@dataclass(frozen=True, slots=True)
class _Known:
    """A test, or an example that expects nothing, with its decision under the version as it is."""

    test: PolicyTest
    example: bool
    decision: Decision
    reasons: frozenset[str]


class Bench:
    """A version, the tests and the examples of its pack, and the mutants that are tried on them."""

    def __init__(
        self, version: Version, registers: Registry, tests: Iterable[PolicyTest], examples: Iterable[PolicyTest] = ()
    ) -> None:
        self.version = version
        self.failing: list[Result] = []
        self._citable = citable(version.policy, registers)
        self._meanings = {row: meaning(program) for row, program in version.programs.items()}
        self._cases: list[_Known] = []
        for example, cases in ((False, tests), (True, examples)):
            for test in cases:
                if test.holds_for(version.name):
                    self._keep(test, example)

    def _keep(self, test: PolicyTest, example: bool) -> None:
        result = run_test(self.version, test)
        if result.passed and result.decision is not None:
            names = frozenset(name for r in result.decision.reasons for name in (r.rule, r.general) if name)
            self._cases.append(_Known(test, example, result.decision, names))
        elif not example:
            self.failing.append(result)

    @property
    def tests(self) -> int:
        return sum(not case.example for case in self._cases)

    def mutated(self, mutant: Mutant) -> Version | str:
        """The version with the change; or the first message of the checks that refuse it.

        The schema of the version itself is enough: it refuses all that the schema of every policy refuses."""
        document = changed(self.version.policy.document, mutant.path, mutant.edit)
        assert isinstance(document, MappingNode)
        report = Report()
        policy = read_policy(document, report)
        check(document, version_schema(policy), report)
        programs = link(policy, self._citable, report, only=mutant.scenario) if not report.errors else {}
        if report.errors:
            return report.errors[0].message
        return Version(policy, MappingProxyType({**self.version.programs, **programs}))

    def try_(self, mutant: Mutant) -> Trial:
        """What becomes of a mutant."""
        version = self.mutated(mutant)
        if isinstance(version, str):
            return Trial("refused", version)
        relinked = [row for row, program in version.programs.items() if program is not self.version.programs[row]]
        cases = [c for c in self._cases if c.test.scenario in relinked or c.test.scenario not in self._meanings]
        about = frozenset(NAMES.split(mutant.at))
        seen: list[Seen] = []
        for case in sorted(cases, key=lambda case: not about & case.reasons):  # those that rest on it are quick to fail
            result = run_test(version, case.test)
            if not result.passed and not case.example:
                return Trial("killed", case.test.name)
            if result.decision is not None and len(seen) < SHOWN and not _same(case.decision, result.decision):
                changes = _changes(case.decision, result.decision)
                seen += [Seen(case.test.name, case.example, changes)] if changes else []
        if not seen and all(meaning(version.programs[row]) == self._meanings[row] for row in relinked):
            return Trial("same")
        return Trial("survived", seen=tuple(seen))


def _same(one: Decision, other: Decision) -> bool:
    """Whether two decisions of a case say the same, by whatever policy."""
    return replace(one, policy=other.policy) == other


def _changes(before: Decision, after: Decision) -> tuple[tuple[str, str], ...]:
    """The fields that change in a decision, each with what happens to it: a value for another, or values of a list."""
    old, new = _said(before), _said(after)
    found: list[tuple[str, str]] = []
    for name in dict.fromkeys((*old, *new)):
        one, other = old.get(name), new.get(name)
        if one == other:
            continue
        if isinstance(one, list) and isinstance(other, list):
            come, gone = shown([v for v in other if v not in one]), shown([v for v in one if v not in other])
            gains, loses = f"gains {come}" if come != "[]" else "", f"loses {gone}" if gone != "[]" else ""
            said = f"{gains} and {loses}" if gains and loses else gains or loses
        else:
            said = f"{_text(one)} becomes {_text(other)}"
        if said:  # in another order, a list says the same
            found.append((name, said))
    return tuple(found)


def _text(value: Any) -> str:
    return "nothing" if value is None else shown(value)


def _said(decision: Decision) -> dict[str, Any]:
    """What a test can expect of a decision."""
    data: dict[str, Any] = {k: v for k, v in decision.to_dict().items() if k not in DIGESTS}
    deadlines = {f"deadlines.{d['name']}": f"{d['at']} ({d['state']})" for d in data.pop("deadlines")}
    return {**data, **deadlines, "reasons": sorted(cited(decision))}
