"""The policy tests of a pack, run under the version that is to be published."""

from __future__ import annotations

from dataclasses import replace

from engine.diagnostics import Report
from engine.pack import Pack, Version
from engine.testing.check import checked_suite
from engine.testing.coverage import run_watched
from engine.testing.run import VersionRun
from engine.testing.suite import examples


def tried(pack: Pack, version: Version) -> VersionRun:
    """What became of the tests that hold for a version, and of what they say cannot happen.

    Raises InvalidDocument when a test is written wrongly.
    """
    report = Report()
    alone = replace(pack, versions={version.name: version})
    suite = checked_suite(alone, report)
    report.stop_if_wrong()
    cases = examples(pack.folder, Report()) if suite.claims else ()
    return replace(run_watched(version, suite.tests, suite.claims, cases), coverage=None)
