"""`backtest`: what a version would have made of a table of cases that another one decided."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from engine.cli import exits, on_spark, packs
from engine.cli.extras import need_columns
from engine.cli.forms import output_option
from engine.cli.output import opened
from engine.cli.progress import Progress

if TYPE_CHECKING:
    from engine.analysis.backtest.model import Backtest
    from engine.analysis.backtest.run import Asked
    from engine.pack import Pack
    from engine.render.backtest.words import Report

FORMATS = ("text", "html", "json")


@click.command(short_help="Show what a version would have made of last year's cases.")
@click.argument("cases")
@click.option(
    "--against", metavar="VERSION", shell_complete=packs.complete_version,
    help="The version to compare with. Default: the one in force today.",
)  # fmt: skip
@click.option(
    "--candidate", metavar="VERSION", shell_complete=packs.complete_version,
    help="The version to try. Default: the last draft.",
)  # fmt: skip
@packs.pack_option
@click.option(
    "--as-of", callback=packs.instant, metavar="INSTANT",
    help="Decide all cases as of this moment. Default: each as of its own `as_of`.",
)  # fmt: skip
@click.option(
    "--empty", type=click.Choice(["unknown", "null"]), default="unknown",
    help="What an empty cell means of a fact that may be null. Default: unknown.",
)  # fmt: skip
@click.option(
    "--by", multiple=True, metavar="FIELD",
    help="Tell changes apart by these fields. Default: single values, and lists that must be known.",
)  # fmt: skip
@click.option("--amount", default="", metavar="COLUMN", help="Add up this column: a number, such as what was paid.")
@click.option(
    "--samples", type=click.Path(path_type=Path, file_okay=False), metavar="FOLDER",
    help="Write cases of what is told one by one to this new folder, ready for `decide`.",
)  # fmt: skip
@click.option(
    "--per-cell", type=click.IntRange(min=0, max=1000), default=3, metavar="N",
    help="So many cases of each. Default: 3.",
)  # fmt: skip
@click.option(
    "--limit", type=click.IntRange(min=0), default=20, metavar="N",
    help="Tell at most N changes one by one; 0 for all. Default: 20. json has all.",
)  # fmt: skip
@click.option(
    "--format", "form", type=click.Choice(FORMATS), default="text",
    help="text for a terminal, html for a page with pictures, json for programs.",
)  # fmt: skip
@output_option
@click.option(
    "--jobs", type=click.IntRange(min=1), metavar="NUMBER",
    help="Processes for a large table in Parquet. Default: one per processor.",
)  # fmt: skip
@click.option(
    "--spark", is_flag=False, flag_value=on_spark.HERE, callback=on_spark.master, metavar="[MASTER]",
    help="Decide on Apache Spark: on this master (`local[4]`, `yarn`, `spark://host:7077`), or, at the end of the line "
         "without one, on that of `spark-submit`, or else on this machine. CASES is Parquet, wherever Spark reads it.",
)  # fmt: skip
@click.option("--fail-if-changed", is_flag=True, help="Exit with 1 when any decision or deadline changes.")
def command(
    cases: str,
    against: str | None,
    candidate: str | None,
    pack: str | None,
    as_of: datetime | None,
    empty: str,
    by: tuple[str, ...],
    amount: str,
    samples: Path | None,
    per_cell: int,
    limit: int,
    form: str,
    output: Path | None,
    jobs: int | None,
    spark: str | None,
    fail_if_changed: bool,
) -> int:
    """Show what a version would have made of last year's cases.

    CASES is a table of cases (Parquet, CSV, JSON Lines, Arrow; a row is a case). Each is decided by both versions at
    its own moment: how many decisions change, from what to what, in which scenarios, by which rules and periods, and
    for how much money where a column has it. A row that is wrong is counted and told; it ends nothing.

    \b
    Examples:
      aftersale backtest year.parquet
      aftersale backtest year.parquet --samples changed --format html --output year.html
      aftersale backtest year.csv --amount refund_usd --by status --by liable
      aftersale backtest hdfs:///disputes/2025 --spark yarn --format html --output year.html

    Exits with 0, whether or not anything changes; with --fail-if-changed, with 1 when something does.
    """
    need_columns()
    from engine.analysis.backtest.run import Asked

    if samples is not None and samples.exists() and any(samples.iterdir()):
        raise click.UsageError(f"the folder {samples} is not empty; name a new one with `--samples`")
    loaded, before, after = _versions(pack, against, candidate)
    asked = Asked(by, amount, per_cell, as_of, empty)  # type: ignore[arg-type] # checked by click
    if spark is None:
        result = _run(loaded, before, after, Path(cases), asked, jobs or packs.processors(), output)
    else:
        result = on_spark.backtest(loaded, before, after, cases, asked, spark)
    report = _report(loaded, result, _written(loaded, result, samples, limit))
    with opened(output) as out:
        if form == "json":
            import json

            from engine.render.backtest.data import backtest_to_data

            out.data(json.dumps(backtest_to_data(report), ensure_ascii=False, indent=2) + "\n")
        elif form == "html":
            from engine.render.backtest.html import backtest_to_html

            out.data(backtest_to_html(report, limit))
        else:
            from engine.render.backtest.text import backtest_to_page

            out.page(backtest_to_page(report, limit))
    changed = result.total.changed
    return exits.FINDINGS if fail_if_changed and changed["decision"].cases + changed["deadline"].cases else exits.OK


def _versions(pack: str | None, against: str | None, candidate: str | None) -> tuple[Pack, str, str]:
    """The pack, and the names of the two versions. Raises UsageError when one must be named."""
    loaded = packs.load(pack)
    if against is None:
        in_force = packs.in_force(loaded, packs.today())
        if in_force is None:
            raise click.UsageError("no version is in force today; name one with `--against`")
        against = in_force.name
    if candidate is None:
        drafts = [one.name for one in loaded.versions.values() if one.publication is None and one.name != against]
        if not drafts:
            raise click.UsageError("there is no draft to try; name a version with `--candidate`")
        candidate = drafts[-1]
    return loaded, loaded.version(against).name, loaded.version(candidate).name


def _run(pack: Pack, before: str, after: str, cases: Path, asked: Asked, jobs: int, output: Path | None) -> Backtest:
    import pyarrow as pa

    from engine.analysis.backtest.run import backtest
    from engine.analysis.backtest.tally import NotTold
    from engine.columns import format_of, input_schema, open_table

    known = pa.unify_schemas([input_schema(pack.version(name)) for name in (before, after)])
    table = open_table(cases, known)
    progress = Progress("cases", table.rows or 0, output)
    try:
        if jobs > 1 and format_of(cases) == "parquet":
            from engine.analysis.backtest.processes import Work, backtest_in_parts, parts_of

            parts = parts_of(cases)
            if len(parts) > 1:
                work = Work(pack.folder, before, after, cases, asked)
                return backtest_in_parts(pack, work, parts, min(jobs, len(parts)), progress.steps)
        return backtest(pack, before, after, table.schema, table.batches, asked, progress.steps)
    except NotTold as problem:
        raise click.UsageError(str(problem)) from None
    finally:
        progress.end()


def _report(pack: Pack, result: Backtest, files: Mapping[tuple[int, int], Path]) -> Report:
    from engine.analysis.backtest.responsible import responsible
    from engine.analysis.compare_versions import differences
    from engine.render.backtest.words import PolicyChange, Report
    from engine.render.changes.build import Telling

    before, after = pack.version(result.before), pack.version(result.after)
    found = differences(before, after)
    telling = Telling(found, pack.registers)
    changes = tuple(PolicyChange(telling.told(one.change), one.cases) for one in responsible(found, result))
    return Report(result, after.policy.title, telling.titles, changes, files)


def _written(pack: Pack, result: Backtest, folder: Path | None, limit: int) -> dict[tuple[int, int], Path]:
    """Write the cases of the cells that are told, and say where each is, by the number of the cell and the row."""
    if folder is None:
        return {}
    from engine.render.backtest.words import what_changes
    from engine.render.case_file import case_to_yaml

    found = {}
    policy = pack.version(result.after).policy
    for number, cell in enumerate(result.cells[: limit or None]):
        own = folder / f"{number + 1:03}-{cell.scenario}"
        for sample in cell.samples:
            own.mkdir(parents=True, exist_ok=True)
            title = f"Row {sample.row}: {what_changes(cell)}"[:1000]
            path = own / f"row-{sample.row:09}.yaml"
            with opened(path) as out:
                out.data(case_to_yaml({"policy": policy.name, "title": title, **sample.case}, policy))
            found[number, sample.row] = path
    return found
