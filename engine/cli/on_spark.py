"""Tables of cases that a command hands to Spark, instead of reading them itself."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import TYPE_CHECKING, Final

import click

from engine.cli import exits

if TYPE_CHECKING:
    from engine.analysis.backtest.model import Backtest
    from engine.analysis.backtest.run import Asked
    from engine.pack import Pack

HERE: Final = "here"  # no master is named: that of `spark-submit`, or else this machine
MASTER: Final = re.compile(r"local(-cluster)?(\[.*\])?|yarn|(spark|k8s|mesos)://.+")
OTHERS: Final = (".csv", ".jsonl", ".ndjson", ".arrow", ".feather", ".ipc")


class GaveUp(click.ClickException):
    """A job of Spark failed."""

    exit_code = exits.INTERNAL


def master(_ctx: click.Context, _param: click.Parameter, value: str | None) -> str | None:
    """The master that the option `--spark` names. Raises BadParameter for anything else."""
    if value is None or value == HERE or MASTER.fullmatch(value):
        return value
    hint = "name one such as `local[4]`, `yarn` or `spark://host:7077`, or put `--spark` at the end of the line"
    raise click.BadParameter(f"{value!r} is no master of Spark; {hint}")


def backtest(pack: Pack, before: str, after: str, cases: str, asked: Asked, named: str) -> Backtest:
    """A backtest of a table in Parquet (a file, or a folder of them, wherever Spark can read it) on Spark.

    Raises UsageError where Spark is not installed, InvalidDocument where there is no such table."""
    if PurePath(cases).suffix.lower() in OTHERS:
        raise click.UsageError(f"Spark reads cases from Parquet; {cases!r} has another ending")
    from engine.spark import backtest
    from engine.spark.session import SparkFailed, SparkMissing, read_cases, session

    try:
        with session(None if named == HERE else named) as spark:
            return backtest(read_cases(spark, cases), pack, before, after, asked)
    except SparkMissing as missing:
        raise click.UsageError(str(missing)) from None
    except SparkFailed as problem:
        raise GaveUp(f"Spark gave up: {problem}") from problem
