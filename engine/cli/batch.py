"""`batch`: a table of cases to a table of decisions, for programs."""

from __future__ import annotations

from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from engine.cli import exits, packs
from engine.cli.extras import need_columns
from engine.cli.forms import output_option
from engine.cli.output import opened
from engine.cli.progress import Progress

if TYPE_CHECKING:
    from engine.columns import Counts


@click.command(short_help="Decide a table of cases, from Parquet, CSV, JSON Lines or Arrow to any of them.")
@click.argument("cases", type=click.Path(path_type=Path), metavar="CASES")
@click.option(
    "--policy", "version", metavar="VERSION", shell_complete=packs.complete_version,
    help="Decide by this version. Default: for each row the one in force on its local day of filing.",
)  # fmt: skip
@click.option(
    "--as-of", callback=packs.instant, metavar="INSTANT",
    help="Decide as of this moment, such as 2025-06-13T09:00:00-04:00. Default: the column `as_of`, or else now.",
)  # fmt: skip
@click.option(
    "--keep", multiple=True, metavar="COLUMN",
    help="A column that the output has, too; may be repeated. Default: all that mean nothing to the policy.",
)  # fmt: skip
@click.option(
    "--only", multiple=True, metavar="COLUMN",
    help="A column of the decision that is wanted; may be repeated. Default: all. The others are not worked out.",
)  # fmt: skip
@click.option(
    "--empty", type=click.Choice(["unknown", "null"]), default="unknown",
    help="What an empty cell says of a fact that may be null: nothing (the default), or that there is no such thing.",
)  # fmt: skip
@packs.pack_option
@click.option(
    "--format", "form", type=click.Choice(["parquet", "csv", "jsonl", "arrow"]),
    help="The format of the output. Default: by the ending of --output; JSON Lines on standard output.",
)  # fmt: skip
@output_option
def command(
    cases: Path,
    version: str | None,
    as_of: datetime | None,
    keep: tuple[str, ...],
    only: tuple[str, ...],
    empty: Any,
    pack: str | None,
    form: Any,
    output: Path | None,
) -> int:
    """Decide a table of cases: Parquet, CSV, JSON Lines or Arrow in, any of them out, of any length.

    CASES is a file that ends in .parquet, .csv, .jsonl, .ndjson, .arrow or .feather. Every row is a case: a column
    `scenario`, perhaps `as_of`, and one for each fact, named as the fact is declared (`order.delivered_at`). An empty
    cell is a fact that is left out. Where it matters, a column `order.delivered_at.said` says `null` (there is no such
    thing) or `unknown`. In JSON Lines a row may also be a case as `decide` takes it.

    \b
    Examples:
      aftersale batch cases.parquet --output decisions.parquet
      aftersale batch cases.csv --policy 1.1.0 --output decisions.csv
      aftersale batch cases.parquet --keep case_id --as-of 2026-01-01T00:00:00Z --output decisions.arrow
      aftersale batch cases.jsonl | head
      aftersale batch cases.parquet --keep case_id --only determined --only reasons --output why.parquet

    The output has a row for each row, in the same order: what was kept, `version`, `scenario`, `as_of`, `determined`,
    the fields of the decision, `missing_facts`, `unassessed`, `deadlines`, `reasons` and `error`. A wrong row has an
    error and nothing else. A few rows are decided one by one, which takes longer; how many is told at the end.
    docs/columns.md says which, and describes the columns. --only COLUMN gives what is wanted, and takes less time.

    Exits with 3 when a row is wrong, else with 4 when one is undetermined, else with 0; with 5 when the program itself
    failed on one.
    """
    need_columns()
    from engine import columns

    target = form or (columns.FORMATS.get(output.suffix.lower()) if output is not None else "jsonl")
    if target is None:
        endings = ", ".join(columns.FORMATS)
        raise click.UsageError(f"say the format of {output} with --format, or give it one of the endings {endings}")
    if columns.format_of(cases) is None:
        endings = ", ".join(columns.FORMATS)
        raise click.UsageError(f"{cases} is no table: it has none of the endings {endings}")
    loaded = packs.load(pack, version, drafts=False)
    chosen = loaded.version(version) if version is not None else loaded
    known = columns.input_schema(chosen)
    try:
        columns.output_schema(chosen, only=only or None)
    except ValueError as problem:
        raise click.UsageError(f"--only: {problem}") from None
    table = columns.open_table(cases, known)
    counts = columns.Counts()
    decider = columns.Decider(
        loaded, table.schema, as_of=as_of, version=version, keep=keep or None, empty=empty, now=packs.now(),
        counts=counts, only=only or None,
    )  # fmt: skip
    progress = Progress("cases", table.rows or 0, output)
    try:
        with opened(output) as out, columns.write_table(out.stream(), target, decider.schema) as writer:
            wrong = 0
            for decided in chain.from_iterable(map(decider.decide, table.batches)):
                writer.write(decided)
                progress.steps(decided.num_rows, counts.wrong - wrong)
                wrong = counts.wrong
    finally:
        progress.end()
    click.echo(_told(counts), err=True)
    if counts.faults:
        return exits.INTERNAL
    return exits.INVALID if counts.wrong else exits.UNDETERMINED if counts.undetermined else exits.OK


def _told(counts: Counts) -> str:
    """How it went, in one line."""
    parts = [
        (counts.rows, f"{counts.rows:,} cases"),
        (counts.one_by_one, f"{counts.one_by_one:,} decided one by one"),
        (counts.undetermined, f"{counts.undetermined:,} undetermined"),
        (counts.wrong, f"{counts.wrong:,} wrong"),
    ]
    return ", ".join(text for number, text in parts if number) or "no cases"
