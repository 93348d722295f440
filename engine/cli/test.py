"""`test`: the policy tests of a pack, and what they leave untried."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from engine.cli import exits, packs
from engine.cli.forms import output_option
from engine.cli.output import opened

if TYPE_CHECKING:
    from engine.pack import Pack
    from engine.testing.model import PolicyTest, Suite
    from engine.testing.run import VersionRun

FORMATS = ("text", "json", "junit", "github", "markdown")


@click.command(short_help="Run the policy tests, and show what they leave untried.")
@click.argument("files", nargs=-1, metavar="[FILE]...")
@click.option(
    "--policy", metavar="VERSION", shell_complete=packs.complete_version,
    help="Test this version only. Default: all of them, drafts too.",
)  # fmt: skip
@packs.pack_option
@click.option(
    "--generate", type=click.Choice(["boundaries"]),
    help="Run nothing; write tests for the end of every period of a version, to be approved by reading.",
)  # fmt: skip
@click.option(
    "-k", "words", metavar="WORDS", default="",
    help="Only tests that have all these words in their name or in that of their file.",
)  # fmt: skip
@click.option("--coverage", is_flag=True, help="Show what of each version no test tries.")
@click.option(
    "--threshold", type=click.IntRange(0, 100), metavar="PERCENT",
    help="Fail when a figure of the coverage is below this.",
)  # fmt: skip
@click.option(
    "--format", "form", type=click.Choice(FORMATS), default="text",
    help="text for people, json for programs, junit and github for CI, markdown for its summary.",
)  # fmt: skip
@output_option
def command(
    files: tuple[str, ...],
    policy: str | None,
    pack: str | None,
    generate: str | None,
    words: str,
    coverage: bool,
    threshold: int | None,
    form: str,
    output: Path | None,
) -> int:
    """Run the policy tests under `tests/` of the pack, or those in each FILE, under every version that they hold for.

    \b
    Examples:
      aftersale test
      aftersale test --policy 1.1.0 -k "late evidence"
      aftersale test --coverage --threshold 100
      aftersale test --generate boundaries --policy 1.1.0 --output boundaries.yaml

    Exits with 1 when a test fails or a figure is below the threshold, with 3 when a document is wrong.
    """
    if generate is not None:
        from engine.cli.generate import write_boundaries

        if files or words or coverage or threshold is not None:
            raise click.UsageError("--generate runs no tests; leave out what says which ones")
        return write_boundaries(pack, policy, output)
    started = time.perf_counter()
    loaded = packs.load(pack, policy)
    whole = _suite(loaded, files)
    suite = replace(whole, tests=tuple(test for test in whole.tests if _named(test, words)))
    runs = list(_runs(loaded, suite, coverage or threshold is not None))
    with opened(output) as out:
        if form == "text":
            from engine.render.tests_to_text import runs_to_page

            out.page(runs_to_page(runs, threshold))
        else:
            out.data(_data(runs, threshold, form))
    click.echo(f"{time.perf_counter() - started:.1f} seconds", err=True)
    below = threshold is not None and any(run.coverage and run.coverage.lowest < threshold for run in runs)
    return exits.FINDINGS if below or not all(run.passed for run in runs) else exits.OK


def _data(runs: list[VersionRun], threshold: int | None, form: str) -> str:
    if form == "junit":
        from engine.render.tests_to_ci import runs_to_junit

        return runs_to_junit(runs, threshold)
    if form == "github":
        from engine.render.tests_to_ci import runs_to_github

        return runs_to_github(runs, threshold)
    if form == "markdown":
        from engine.render.tests_to_markdown import runs_to_markdown

        return runs_to_markdown(runs)
    from engine.render.tests_to_data import runs_to_data

    return json.dumps(runs_to_data(runs), ensure_ascii=False, indent=2) + "\n"


def _suite(pack: Pack, files: Iterable[str]) -> Suite:
    """The tests of the pack, or those in files. Raises InvalidDocument with everything that is wrong with them."""
    from engine.diagnostics import Report
    from engine.testing.check import checked_suite

    report = Report()
    suite = checked_suite(pack, report, map(Path, files))
    report.stop_if_wrong()
    return suite


def _named(test: PolicyTest, words: str) -> bool:
    where = f"{Path(test.file).stem} {test.name}".casefold()
    return all(word in where for word in words.casefold().split())


def _runs(pack: Pack, suite: Suite, coverage: bool) -> Iterable[VersionRun]:
    from engine.diagnostics import Report
    from engine.testing.coverage import run_watched
    from engine.testing.run import VersionRun, run_tests
    from engine.testing.suite import examples

    if not coverage and not suite.claims:
        yield from (VersionRun(version, tuple(run_tests(version, suite.tests))) for version in pack.versions.values())
        return
    cases = examples(pack.folder, Report()) if suite.claims else ()
    for version in pack.versions.values():
        run = run_watched(version, suite.tests, suite.claims, cases, search=coverage)
        yield run if coverage else replace(run, coverage=None)
