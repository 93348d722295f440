"""`mutate`: do the tests of a pack notice when its policy changes?"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from engine.cli import exits, packs
from engine.cli.forms import form_option, output_option
from engine.cli.output import opened
from engine.cli.progress import Progress

if TYPE_CHECKING:
    from engine.pack import Version
    from engine.testing.mutants.declared import Declared
    from engine.testing.mutants.model import Mutant, MutationReport
    from engine.testing.mutants.trial import Bench


@dataclass(frozen=True, slots=True)
class _Asked:
    """Which mutants, and by how many processes."""

    scenario: str | None
    below: str | None
    sample: int | None
    seed: int
    jobs: int


@click.command(short_help="Change the policy, one thing at a time, and show which changes no test notices.")
@click.argument("version", required=False, shell_complete=packs.complete_version)
@click.option("--scenario", metavar="SCENARIO", shell_complete=packs.complete_scenario,
              help="Only mutants that stand in this row.")  # fmt: skip
@click.option("--at", "below", metavar="PLACE", help="Only mutants at or below this place, such as `windows.appeal`.")
@click.option("--sample", type=click.IntRange(min=1), metavar="NUMBER", help="Try only so many, drawn by lot.")
@click.option("--seed", type=int, default=0, metavar="NUMBER", help="Draw another lot. The same seed draws the same.")
@click.option("--jobs", type=click.IntRange(min=1), metavar="NUMBER", help="Processes. Default: one per processor.")
@click.option("--threshold", type=click.IntRange(0, 100), metavar="PERCENT", help="Exit with 1 below this score.")
@packs.pack_option
@form_option("text", "json", "markdown", "yaml")
@output_option
def command(
    version: str | None,
    scenario: str | None,
    below: str | None,
    sample: int | None,
    seed: int,
    jobs: int | None,
    threshold: int | None,
    pack: str | None,
    form: str,
    output: Path | None,
) -> int:
    """Change the policy, one thing at a time, and show which changes no test notices.

    A mutant is a version with one change: a period of 31 days instead of 30, hours for calendar days, a party
    exchanged, an owed proposition dropped, a comparison flipped, a rule taken out, a remedy less. Each is checked and
    linked like any version and put to the tests of the pack. One that no test fails under shows what nobody would
    notice. Default of VERSION: the one in force today.

    \b
    Examples:
      aftersale mutate 1.0.0
      aftersale mutate 1.0.0 --scenario SCENARIO
      aftersale mutate --sample 200 --seed 7 --threshold 95

    Mutants that the checks refuse are counted apart, and so are those that leave every row as it is, and those that
    the pack's mutants.yaml declares to change no decision. Exits with 1 when a test fails under the version itself, or
    when the score is below the threshold; with 3 when a test notices a mutant that is declared to change nothing.
    """
    from engine.testing.mutants.run import bench

    loaded, chosen = packs.version_named(pack, version)
    if scenario is not None:
        packs.scenario_of(chosen, scenario)
    declared = _declared(loaded.folder, chosen)
    own = bench(loaded.folder, chosen.name)
    if own.failing:
        return _failing(own)
    asked = _Asked(scenario, below, sample, seed, jobs or packs.processors())
    report = _tried(loaded.folder, own, declared, asked, output)
    _write(report, form, output)
    if any(found.severity == "error" for found in report.findings):
        return exits.INVALID
    return exits.FINDINGS if threshold is not None and report.score < threshold else exits.OK


def _declared(folder: Path, version: Version) -> tuple[Declared, ...]:
    """What the register of the pack says of mutants of this version. Raises InvalidDocument when it is wrong."""
    from engine.diagnostics import Report
    from engine.testing.mutants.declared import check_declared, load_declared
    from engine.testing.mutants.sites import mutants

    report = Report()
    declared = load_declared(folder, report)
    own = mutants(version.policy) if declared else []
    known = {mutant.name for mutant in own}
    strange = [one for one in declared if one.versions or one.name not in known]
    if strange:
        pack = packs.load(str(folder))
        check_declared(strange, {name: mutants(v.policy) for name, v in pack.versions.items()}, report)
    report.stop_if_wrong()
    return tuple(one for one in declared if one.holds_for(version.name))


def _tried(
    folder: Path, own: Bench, declared: tuple[Declared, ...], asked: _Asked, output: Path | None
) -> MutationReport:
    """The report on the mutants that the command line asks for."""
    from engine.diagnostics import Report
    from engine.testing.mutants.declared import check_trials
    from engine.testing.mutants.model import MutationReport
    from engine.testing.mutants.run import trials
    from engine.testing.mutants.sites import mutants

    policy = own.version.policy
    found = mutants(policy)
    chosen = _chosen(found, asked)
    progress = Progress("mutants", len(chosen), output)
    tried = []
    try:
        for (_, mutant), trial in zip(chosen, trials(folder, own, chosen, asked.jobs), strict=True):
            tried.append((mutant, trial))
            progress.step()
    finally:
        progress.end()
    report = Report()
    check_trials(declared, policy.version, tried, report)
    reasons = {one.name: one.because for one in declared}
    return MutationReport(
        policy.name, policy.version, own.tests, len(found), tuple(tried), reasons, tuple(report.found)
    )


def _chosen(found: list[Mutant], asked: _Asked) -> list[tuple[int, Mutant]]:
    """The mutants that are asked for, each with its number among all. Raises UsageError when there are none."""
    import random

    chosen = [
        (number, mutant)
        for number, mutant in enumerate(found)
        if (asked.scenario is None or mutant.scenario == asked.scenario)
        and (asked.below is None or _is_below(mutant.at, asked.below))
    ]
    if not chosen:
        raise click.UsageError("no such mutants; `--format json` shows the places of all")
    if asked.sample is not None and asked.sample < len(chosen):
        chosen = sorted(random.Random(asked.seed).sample(chosen, asked.sample), key=lambda pair: pair[0])
    return chosen


def _is_below(at: str, place: str) -> bool:
    return at == place or at.startswith((f"{place}.", f"{place}["))


def _write(report: MutationReport, form: str, output: Path | None) -> None:
    from engine.render.mutants_to_text import (
        mutation_to_data,
        mutation_to_markdown,
        mutation_to_page,
        mutation_to_yaml,
    )

    with opened(output) as out:
        if form == "json":
            out.json(mutation_to_data(report))
        elif form == "markdown":
            out.data(mutation_to_markdown(report))
        elif form == "yaml":
            out.data(mutation_to_yaml(report))
        else:
            out.page(mutation_to_page(report))


def _failing(own: Bench) -> int:
    """Tell which tests fail under the version as it is: mutants say nothing then."""
    names = "\n".join(f"  {result.test}" for result in own.failing[:10])
    more = f"\n  and {len(own.failing) - 10} more" if len(own.failing) > 10 else ""
    click.echo(f"error: tests fail under version {own.version.name} itself; mend them first\n{names}{more}", err=True)
    return exits.FINDINGS
