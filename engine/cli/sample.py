"""`sample`: made-up cases, for trying things with many."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from engine.cli import exits, packs
from engine.cli.extras import need_columns
from engine.cli.forms import output_option
from engine.cli.output import opened
from engine.cli.progress import Progress

if TYPE_CHECKING:
    from pyarrow import RecordBatch

    from engine.pack import Pack, Version
    from engine.sampling.plan import Plan

FORMATS = ("jsonl", "parquet", "csv", "arrow")
BINARY = ("parquet", "arrow")


@click.command(short_help="Make up cases, as many as wanted, for trying things with many.")
@click.argument("number", type=click.IntRange(min=0, max=10**12))
@click.option("--seed", type=int, default=0, metavar="NUMBER", help="Draw other cases. The same seed draws the same.")
@click.option(
    "--policy", "version", metavar="VERSION", shell_complete=packs.complete_version,
    help="Cases of this version. Default: the one in force today.",
)  # fmt: skip
@packs.pack_option
@click.option("--from", "first", callback=packs.day, metavar="DATE", help="The first day of filing.")
@click.option("--until", "last", callback=packs.day, metavar="DATE", help="The last day of filing.")
@click.option(
    "--format", "form", type=click.Choice(FORMATS),
    help="jsonl: a case file a line, for `decide`; parquet, csv, arrow: a table. Default: by the name of the output.",
)  # fmt: skip
@output_option
def command(
    number: int,
    seed: int,
    version: str | None,
    pack: str | None,
    first: date | None,
    last: date | None,
    form: str | None,
    output: Path | None,
) -> int:
    """Make up NUMBER cases, for trying things with many.

    What they look like is said in the pack's `sample.yaml`: how frequent the scenarios and the values of facts are, and
    how far apart events lie. What it does not say is drawn evenly from what the version declares. A case depends on the
    seed and on its number alone: the first thousand of a million are the same as a thousand.

    \b
    Examples:
      aftersale sample 1000 --seed 7 | aftersale decide - --format jsonl
      aftersale sample 10000000 --output year.parquet
      aftersale sample 500 --from 2025-03-01 --until 2025-03-31 --output march.csv
    """
    need_columns()
    form = form or _format_of(output)
    if form in BINARY and output is None and sys.stdout.isatty():
        raise click.UsageError(f"{form} is nothing to read on a terminal; name a file with `--output`")
    if first is not None and last is not None and first > last:
        raise click.UsageError("`--from` lies after `--until`")
    loaded, chosen = packs.version_named(pack, version)
    _write(_plan(loaded, chosen, (first, last)), seed, number, form, output)
    return exits.OK


def _format_of(output: Path | None) -> str:
    from engine.columns import format_of

    return (format_of(output) if output is not None else None) or FORMATS[0]


def _plan(pack: Pack, version: Version, days: tuple[date | None, date | None]) -> Plan:
    """What the cases are drawn from. Raises InvalidDocument when the pack's register is wrong."""
    from engine.diagnostics import Report
    from engine.sampling.plan import plan
    from engine.sampling.read import load_profile

    report = Report()
    every = packs.load(str(pack.folder)) if len(pack.versions) == 1 else pack
    policies = [one.policy for one in every.versions.values()]
    profile = load_profile(every.folder, policies, report)
    report.stop_if_wrong()
    return plan(every, version, profile, days)


def _write(plan: Plan, seed: int, number: int, form: str, output: Path | None) -> None:
    from engine.columns import write_table
    from engine.sampling.to_arrow import record_batches, sample_schema
    from engine.sampling.to_lines import lines

    progress = Progress("cases", number, output)

    def batches() -> Iterator[RecordBatch]:
        for batch in record_batches(plan, seed, number):
            yield batch
            progress.steps(batch.num_rows)

    try:
        with opened(output) as out:
            if form == "jsonl":
                for batch in batches():
                    out.raw(lines(plan, batch))
                return
            schema = sample_schema(plan)
            with write_table(out.stream(), form, schema, same_words=True) as table:  # type: ignore[arg-type] # of click
                for batch in batches():
                    table.write(batch)
    finally:
        progress.end()
