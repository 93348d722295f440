"""Cases on a real Spark session: the same decisions as on one machine, however they are spread and whatever dies."""

from __future__ import annotations

import json
import os
import pickle
import re
import signal
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from engine import InvalidDocument, Pack
from tests.strategies import dispute

pytest.importorskip("pyspark", reason="Spark is not installed: pip install -e '.[spark]'")

import pyarrow as pa
import pyarrow.parquet as pq
import pyspark
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.functions import col

from engine.analysis.backtest.run import Asked
from engine.analysis.backtest.run import backtest as backtest_of_a_table
from engine.analysis.backtest.tally import NotTold
from engine.cli.app import app
from engine.columns import decide_batches, input_schema, open_table
from engine.columns.cells import cells
from engine.columns.layout import AS_OF, SAID, SCENARIO, TYPES
from engine.spark import backtest, decide
from engine.spark.deciding import Deciding, planned
from engine.spark.parcel import packed
from engine.spark.session import SparkMissing, session
from tests.test_backtest_parts import ASKED, VERSIONS, check_samples, made_up, without_samples

ROWS = 600
MASTER = os.environ.get("SPARK_TEST_MASTER", "local[2,3]")
AS_IT_IS: Any = {"as_of": None, "version": None, "empty": "unknown"}


@pytest.fixture(scope="module")
def spark() -> Iterator[SparkSession]:
    """Two threads and three tries for each task, or what SPARK_TEST_MASTER says. Skipped only where there is no Java,
    and never in the checks."""
    os.environ.setdefault("SPARK_HOME", str(Path(pyspark.__file__).parent))
    settings = {"spark.driver.memory": "512m", "spark.executor.memory": "600m", "spark.sql.shuffle.partitions": "2"}
    try:
        with session(MASTER, settings) as started:
            yield started
    except SparkMissing as problem:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(problem))


@pytest.fixture(scope="module")
def cases(pack: Pack, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Parquet file of made-up disputes with facts that are not known, each with its number, a day and its own moment;
    every hundredth is of a scenario that there is not."""
    folder = tmp_path_factory.mktemp("cases")
    with (folder / "cases.jsonl").open("w", encoding="utf-8") as lines:
        for number in range(ROWS):
            found = dispute(number)
            document = {**found.document, "as_of": found.as_of}
            if number % 100 == 99:
                document["scenario"] = "nowhere"
            lines.write(json.dumps(document) + "\n")
    read = open_table(folder / "cases.jsonl", input_schema(pack.version("1.0.0")))
    table = pa.Table.from_batches(list(read.batches)).combine_chunks()
    columns = {name: table[name].combine_chunks() for name in table.column_names if name.endswith((SCENARIO, SAID))}
    columns[AS_OF] = cells(table[AS_OF].combine_chunks(), "event").array
    for name, fact in pack.version("1.0.0").policy.facts.items():
        columns[name] = cells(table[name].combine_chunks(), fact.kind).array.cast(TYPES[fact.kind])
    columns["number"] = pa.array(range(ROWS), pa.int64())
    columns["day"] = pa.array([number % 7 for number in range(ROWS)], pa.int32()).cast(pa.date32())
    pq.write_table(pa.table(columns), folder / "cases.parquet")
    return folder / "cases.parquet"


@pytest.fixture(scope="module")
def alone(pack: Pack, cases: Path) -> list[dict[str, Any]]:
    """What one machine decides."""
    return by_number(pa.Table.from_batches(decide_batches(pack, open_table(cases).batches, keep=["number", "day"])))


def by_number(table: pa.Table) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = table.sort_by("number").to_pylist()
    return rows


def in_arrow(df: DataFrame) -> pa.Table:
    """The rows of a DataFrame, without the way through the zone of the session."""
    return df.toArrow() if hasattr(df, "toArrow") else pa.Table.from_batches(df._collect_as_arrow())  # Spark 3.5


def decided(df: DataFrame) -> list[dict[str, Any]]:
    return by_number(in_arrow(df))


def test_there_is_something_to_decide(alone: list[dict[str, Any]]) -> None:
    assert len(alone) == ROWS
    assert ROWS / 100 <= sum(row["error"] is not None for row in alone) < ROWS / 20
    assert sum(row["determined"] is False for row in alone) > 20
    assert sum(bool(row["deadlines"]) for row in alone) > 300


@pytest.mark.parametrize(("parts", "rows", "zone"), [(1, 10_000, "UTC"), (7, 13, "Australia/Lord_Howe")])
def test_however_the_cases_are_spread_they_are_decided_as_on_one_machine(
    spark: SparkSession, pack: Pack, cases: Path, alone: list[dict[str, Any]], parts: int, rows: int, zone: str
) -> None:
    """Whatever the partitions, the size of the batches and the time zone of the session."""
    spark.conf.set("spark.sql.execution.arrow.maxRecordsPerBatch", rows)
    spark.conf.set("spark.sql.session.timeZone", zone)
    df = spark.read.parquet(str(cases)).repartition(parts)
    assert decided(decide(df, pack, keep=["number", "day"])) == alone


def test_a_task_that_dies_half_way_is_tried_again(
    spark: SparkSession, pack: Pack, cases: Path, alone: list[dict[str, Any]], tmp_path: Path
) -> None:
    """The process is killed after it has handed over decisions; nothing of them is lost or there twice."""
    spark.conf.set("spark.sql.execution.arrow.maxRecordsPerBatch", 50)
    plan = planned(spark.read.parquet(str(cases)).coalesce(1), pack, keep=["number", "day"], **AS_IT_IS)
    work, died = replace(plan.work, at_once=50), tmp_path / "died"

    def dying(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for number, batch in enumerate(work(batches)):
            if number == 3 and not died.exists():
                died.touch()
                if not MASTER.startswith("local["):  # with the executor that has started it
                    status = Path(f"/proc/{os.getppid()}/stat").read_text()
                    os.kill(int(status.rpartition(")")[2].split()[1]), signal.SIGKILL)
                os.kill(os.getpid(), signal.SIGKILL)
            yield batch

    assert decided(plan.cases.mapInArrow(dying, plan.schema)) == alone
    assert died.exists()


def test_two_tries_of_a_partition_give_the_same(pack: Pack, cases: Path) -> None:
    """In whatever batches it comes, in whatever process: so it does no harm when Spark tries one twice at once."""
    batches = [batch.slice(0, 40) for batch in open_table(cases).batches]
    names, kept = tuple(batches[0].schema.names), ("number",)
    work = Deciding(packed(pack), names, None, kept, None, "unknown")
    small = [batch.slice(at, 7) for batch in batches for at in range(0, 40, 7)]
    first = pa.Table.from_batches(work(iter(batches))).combine_chunks()
    again = pa.Table.from_batches(pickle.loads(pickle.dumps(work))(iter(small))).combine_chunks()
    assert first.num_rows == 40 and first.equals(again)


def test_what_does_not_fit_is_said_before_any_job_begins(spark: SparkSession, pack: Pack, cases: Path) -> None:
    df = spark.read.parquet(str(cases))
    with pytest.raises(InvalidDocument, match=r"no version `9\.9\.9`"):
        decide(df, pack, version="9.9.9")
    with pytest.raises(InvalidDocument, match="no column `scenario`"):
        decide(df.drop("scenario"), pack)
    with pytest.raises(InvalidDocument, match="no column `numbr` to keep"):
        decide(df, pack, keep=["numbr"])
    with pytest.raises(InvalidDocument, match=r"no such fact: `order\.deliverd_at`"):
        decide(df.withColumnRenamed("order.delivered_at", "order.deliverd_at"), pack)
    naive = df.withColumn("order.delivered_at", col("`order.delivered_at`").cast("timestamp_ntz"))
    with pytest.raises(InvalidDocument, match="these timestamps have no time zone"):
        decide(naive, pack)
    with pytest.raises(ValueError, match="no offset from UTC"):
        decide(df, pack, as_of="2025-06-01T00:00:00")


def test_only_the_columns_that_matter_are_read(spark: SparkSession, pack: Pack, cases: Path) -> None:
    df = spark.read.parquet(str(cases))
    plan = decide(df, pack, keep=["number"])._jdf.queryExecution().executedPlan().toString()
    assert "number#" in plan and "scenario#" in plan and "day#" not in plan
    assert decide(df, pack).columns[:2] == ["number", "day"]


@pytest.mark.parametrize("version", ["1.0.0", "1.1.0"])
def test_one_version_and_one_moment_for_all(spark: SparkSession, pack: Pack, cases: Path, version: str) -> None:
    moment = "2025-06-26T12:00:00-07:00"
    named: Any = {"as_of": moment, "version": version, "keep": ["number"], "empty": "null"}
    there = decided(decide(spark.read.parquet(str(cases)), pack, **named))
    assert there == by_number(pa.Table.from_batches(decide_batches(pack, open_table(cases).batches, **named)))
    assert {row["version"] for row in there} == {version, None}
    some = decide(spark.read.parquet(str(cases)), pack, **named, only=["reasons", "error"])
    assert some.columns == ["number", "reasons", "error"]
    asked = decide_batches(pack, open_table(cases).batches, **named, only=["reasons", "error"])
    assert decided(some) == by_number(pa.Table.from_batches(asked))


def test_the_script_on_the_page_decides(
    spark: SparkSession, cases: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As it stands there, in the session of these tests."""
    page = (Path(__file__).resolve().parent.parent / "docs" / "spark.md").read_text(encoding="utf-8")
    script = re.search(r"^```python\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)
    assert script is not None
    monkeypatch.setattr(sys, "argv", ["decide.py", str(cases), str(tmp_path / "decisions")])
    exec(script[1], {})
    spark.conf.unset("spark.sql.parquet.outputTimestampType")
    table = pq.read_table(tmp_path / "decisions")
    assert table.num_rows == ROWS
    assert {"number", "status", "reasons", "error"} <= set(table.column_names)


def test_a_backtest_is_that_of_one_machine(spark: SparkSession, pack: Pack, tmp_path: Path) -> None:
    """In one partition to the last sample; in many, with the samples of other cases of the same cells."""
    spark.conf.set("spark.sql.execution.arrow.maxRecordsPerBatch", 101)
    table = made_up(pack)
    pq.write_table(pa.Table.from_batches([table]), tmp_path / "cases.parquet")
    df = spark.read.parquet(str(tmp_path / "cases.parquet"))
    whole = backtest_of_a_table(pack, *VERSIONS, table.schema, [table], ASKED)
    assert backtest(df.coalesce(1), pack, *VERSIONS, ASKED) == whole
    spread = df.repartition(5)
    (order,) = in_arrow(spread).combine_chunks().to_batches()
    found = backtest(spread, pack, *VERSIONS, ASKED)
    assert without_samples(found) == without_samples(backtest_of_a_table(pack, *VERSIONS, order.schema, [order], ASKED))
    check_samples(pack, order, found)
    with pytest.raises(NotTold, match="no column `paied`"):
        backtest(df, pack, *VERSIONS, Asked(amount="paied"))


def test_the_command_tells_the_same_with_spark(spark: SparkSession, pack: Pack, tmp_path: Path) -> None:
    pq.write_table(pa.Table.from_batches([made_up(pack)]), tmp_path / "cases.parquet")
    words = ["backtest", str(tmp_path / "cases.parquet"), "--against", VERSIONS[0], "--candidate", VERSIONS[1]]
    words += ["--per-cell", "0", "--amount", "paid", "--format", "json"]
    there, here = (CliRunner().invoke(app, [*words, *more]) for more in (["--spark"], []))
    assert there.exit_code == here.exit_code == 0, there.stderr
    assert json.loads(there.stdout) == json.loads(here.stdout)


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--spark", "cases.parquet"], 2, "is no master of Spark; name one such as"),
        (["cases.csv", "--spark"], 2, "Spark reads cases from Parquet"),
        (["nowhere.parquet", "--spark"], 3, "columns/unreadable"),
        (["text.parquet", "--spark"], 3, "columns/unreadable"),
    ],
)
def test_the_command_says_what_is_wrong(
    spark: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], code: int, said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "text.parquet").write_text("These are no cases.", encoding="utf-8")
    places = [str(tmp_path / word) if word.startswith(("nowhere", "text")) else word for word in words]
    done = CliRunner().invoke(app, ["backtest", *places])
    assert (done.exit_code, done.stdout) == (code, "")
    assert said in done.stderr and "Traceback" not in done.stderr
