"""pytest shows each policy test: `pytest policies/` collects the documents under `tests/` of a pack.

Nothing else is collected, and nothing of the engine is imported before such a document is met.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from engine.diagnostics import Diagnostic
    from engine.pack import Pack, Version
    from engine.testing.model import Claim, PolicyTest

SUFFIXES = (".yaml", ".yml", ".json")
LOADED = pytest.StashKey[dict[Path, "Pack"]]()


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """A document under `tests/` of a pack: a folder that holds a version."""
    if file_path.suffix not in SUFFIXES or file_path.parent.name != "tests":
        return None
    from engine.library import version_files

    if not version_files(file_path.parent.parent):
        return None
    collector: pytest.Collector = PolicyTests.from_parent(parent, path=file_path)
    return collector


class PolicyTests(pytest.File):
    """A document of policy tests."""

    def collect(self) -> Iterator[pytest.Item]:
        """One item for each test under each version that it holds for, drafts too."""
        from engine.diagnostics import InvalidDocument, Report
        from engine.testing.check import checked_suite

        try:
            pack, report = _pack(self.path.parent.parent, self.config), Report()
            suite = checked_suite(pack, report, [self.path])
            report.stop_if_wrong()
        except InvalidDocument as problem:
            raise self.CollectError(_told(problem.diagnostics)) from None
        for version in pack.versions.values():
            for test in suite.tests:
                if test.holds_for(version.name):
                    name = f"{version.name}: {test.name}"
                    yield PolicyTestItem.from_parent(self, name=name, version=version, test=test)
            claims = tuple(claim for claim in suite.claims if claim.holds_for(version.name))
            if claims:
                name = f"{version.name}: what cannot happen"
                yield ClaimsItem.from_parent(self, name=name, pack=pack, version=version, claims=claims)


class _Item(pytest.Item):
    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """What differs and why, as `aftersale test` shows it."""
        if isinstance(excinfo.value, PolicyTestFailed):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def placed(self, version: Version, line: int) -> tuple[Path, int, str]:
        """A line of the document, which counts from 0 here; and a title that is not the end of the node's id: pytest
        would write its dots as colons."""
        return self.path, line - 1, f"{version.policy.name} {self.name}"


class PolicyTestItem(_Item):
    """A policy test under one version."""

    def __init__(self, *, version: Version, test: PolicyTest, **more: Any) -> None:
        super().__init__(**more)
        self.version = version
        self.test = test

    def runtest(self) -> None:
        """Decide the case. Raises PolicyTestFailed."""
        from engine.testing.run import run_test

        result = run_test(self.version, self.test)
        if not result.passed:
            from engine.render.tests_to_ci import failure_text

            place = self.test.place
            raise PolicyTestFailed(f"{place.source.name}:{place.line}\n{failure_text(self.version, result)}")

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where the test stands."""
        return self.placed(self.version, self.test.place.line)


class ClaimsItem(_Item):
    """What a document says cannot happen under one version."""

    def __init__(self, *, pack: Pack, version: Version, claims: tuple[Claim, ...], **more: Any) -> None:
        super().__init__(**more)
        self.pack = pack
        self.version = version
        self.claims = claims

    def runtest(self) -> None:
        """Look for it in all tests and examples of the pack. Raises PolicyTestFailed."""
        from engine.diagnostics import Report
        from engine.testing.coverage import run_watched
        from engine.testing.suite import examples, policy_tests

        folder, elsewhere = self.pack.folder, Report()
        cases = (policy_tests(folder, elsewhere), self.claims, examples(folder, elsewhere))
        untrue = run_watched(self.version, *cases).untrue
        if untrue:
            raise PolicyTestFailed(_told(untrue))

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where the first of it stands."""
        return self.placed(self.version, self.claims[0].place.line)


class PolicyTestFailed(Exception):
    """A decision is not as expected; str() shows what differs."""


def _pack(folder: Path, config: pytest.Config) -> Pack:
    """The pack in a folder, loaded once in a run. Raises InvalidDocument."""
    from engine.pack import load_pack

    known = config.stash.setdefault(LOADED, {})
    if folder not in known:
        known[folder] = load_pack(folder)
    return known[folder]


def _told(found: Iterable[Diagnostic]) -> str:
    from engine.render.diagnostics import diagnostics_to_page
    from engine.render.page import in_columns

    return in_columns(diagnostics_to_page(found), 100)
