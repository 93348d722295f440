"""Made-up cases: valid, the same for the same seed in whatever batches, and as the register says."""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet
import pytest
from click.testing import CliRunner

from engine import InvalidDocument, Pack, load_pack
from engine.cli.app import app
from engine.columns import decide_batches, open_table, write_table
from engine.columns.layout import input_schema, plain_schema
from engine.columns.table import Table, columns_of
from engine.diagnostics import Report
from engine.sampling.model import Profile
from engine.sampling.numbers import Chance
from engine.sampling.plan import Plan, plan
from engine.sampling.read import load_profile
from engine.sampling.to_arrow import record_batches
from engine.sampling.to_lines import lines
from tests import kites
from tests.museum_pieces import BASE
from tests.small_packs import load_text

SHIPPED = load_pack()
VERSION = SHIPPED.version("1.0.0")


def profile(pack: Pack, text: str | None = None, folder: Path | None = None) -> Profile:
    if text is not None:
        assert folder is not None
        (folder / "sample.yaml").write_text(text, encoding="utf-8")
    report = Report()
    found = load_profile(folder or pack.folder, [one.policy for one in pack.versions.values()], report)
    report.stop_if_wrong()
    return found


def of_pack(pack: Pack, profile_: Profile | None = None) -> Plan:
    return plan(pack, next(iter(pack.versions.values())), profile_ or Profile())


def documents(pack: Pack, made: Plan, seed: int, count: int) -> Iterator[dict[str, Any]]:
    """Cases of a plan as plain data, by way of the columns."""
    policy = made.policy
    for batch in record_batches(made, seed, count):
        table = Table(batch, columns_of(batch.schema, [policy], None, set()), "unknown")
        yield from table.documents(policy.facts.values())


PACKS = {
    "shipped": (SHIPPED, profile(SHIPPED)),
    "shipped, evenly": (SHIPPED, Profile()),
    "loans": (load_pack(BASE), Profile()),
    "kites": (load_text(kites.POLICY), Profile()),
}


@pytest.mark.parametrize("name", PACKS)
def test_every_case_is_accepted(name: str) -> None:
    pack, own = PACKS[name]
    made = of_pack(pack, own)
    version = pack.version(made.policy.version)
    for document in documents(pack, made, 5, 400):
        version.read_case(document)


def test_every_rule_and_every_standing_is_reached_by_ten_thousand_cases() -> None:
    """What a rule needs is frequent enough for a backtest to see what becomes of it."""
    made = of_pack(SHIPPED, profile(SHIPPED))
    reached: set[str] = set()
    values: dict[str, set[str]] = {}
    for batch in decide_batches(SHIPPED, record_batches(made, 1, 10_000), version="1.0.0"):
        reached |= {text.removeprefix("held ") for text in set(batch.column("reasons").flatten().to_pylist())}
        for field in made.policy.fields.values():
            column = batch.column(field.written_as)
            found = column.flatten() if field.many else column
            values.setdefault(field.name, set()).update(found.drop_null().to_pylist())
    rules = {f"{table.name}.{rule.id}" for p in VERSION.programs.values() for table in p.tables.values()
             for rule in table.rules}  # fmt: skip
    assert rules <= reached
    for field in made.policy.fields.values():
        assert set(field.values) <= values[field.name], field.name


def test_a_case_depends_on_the_seed_and_its_number_alone() -> None:
    made = of_pack(SHIPPED, profile(SHIPPED))
    whole = pa.Table.from_batches(record_batches(made, 9, 500))
    assert whole.equals(pa.Table.from_batches(record_batches(made, 9, 500, size=7)).combine_chunks())
    assert whole.slice(123, 40).equals(pa.Table.from_batches(record_batches(made, 9, 40, first=123)))
    assert not whole.equals(pa.Table.from_batches(record_batches(made, 10, 500)))


def test_the_first_cases_stay_as_they_are() -> None:
    """Whoever gives a seed in a report must find the same cases in it later."""
    words = Chance(1).words("a stream", np.arange(3)).tolist()
    assert words == [6224250453301825, 2898387985754651, 4341583688216658]


def test_json_lines_and_columns_are_the_same_cases() -> None:
    for name in PACKS:
        pack, own = PACKS[name]
        made = of_pack(pack, own)
        version = pack.version(made.policy.version)
        written = [json.loads(line, parse_float=Decimal) for batch in record_batches(made, 3, 300)
                   for line in lines(made, batch).splitlines()]  # fmt: skip
        for one, document in zip(written, documents(pack, made, 3, 300), strict=True):
            assert one["policy"] == pack.name or name != "shipped"
            assert version.read_case(one) == version.read_case(document)


@pytest.mark.parametrize("form", ["parquet", "csv", "arrow"])
def test_tables_are_read_back_as_the_same_cases(form: Any, tmp_path: Path) -> None:
    made = of_pack(SHIPPED, profile(SHIPPED))
    batches = list(record_batches(made, 4, 200))
    stream = io.BytesIO()
    with write_table(stream, form, batches[0].schema, same_words=True) as table:
        for batch in batches:
            table.write(batch)
    path = tmp_path / f"cases.{form}"
    path.write_bytes(stream.getvalue())
    opened = open_table(path, input_schema(VERSION))
    again = pa.Table.from_batches(decide_batches(SHIPPED, opened.batches, version="1.0.0"))
    written = plain_schema(again.schema)
    decided = pa.Table.from_batches(decide_batches(SHIPPED, batches, version="1.0.0"))
    assert again.cast(written).equals(decided.cast(written))
    assert again.column("error").null_count == len(again)


# ------------------------------------------------------------------------------------------- as the register says

LOANS = """\
register: sample
policy: loans
days: {from: 2025-03-01, until: 2025-03-10}
scenarios: {late: 75, lost: 25}
as_of: {after: loan.filed_at, by: 5 days to 6 days}
facts:
  loan.zone: {values: {Europe/Lisbon: 1}}
  loan.lent_at: {before: loan.filed_at, by: 1 day to 2 days, chance: 60, unknown: 10}
  loan.returned_at: {after: loan.lent_at, by: 0 minutes to 20 days}
  loan.renewals: {values: {"0": 50, "3": 50}}
  loan.price: {between: [5.00, 20.00], mostly: small}
  loan.weight:
    between: [100, 200]
    absent: 30
    but:
      - {where: {scenario: costly, book.kind: novel}, between: [500, 500], absent: 0}
      - {where: {book.kind: novel}, share: 40, between: [300, 300]}
  book.kind: {values: {novel: 30, atlas: 70}}
  reader.papers:
    count: {"0": 20, "2": 80}
    after: loan.filed_at
    by: 1 hour to 10 days
    owed: 100
    not_assessed: 10
    forged: 5
    doubted: 5
    only_in: [costly]
"""


@pytest.fixture(scope="module")
def loans(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    pack = load_pack(BASE)
    made = of_pack(pack, profile(pack, LOANS, tmp_path_factory.mktemp("loans")))
    return [row for batch in record_batches(made, 2, 20_000) for row in batch.to_pylist()]


def share(rows: list[Any]) -> float:
    return sum(map(bool, rows)) / len(rows)


def test_frequencies_are_as_the_register_says(loans: list[dict[str, Any]]) -> None:
    assert share([row["scenario"] == "late" for row in loans]) == pytest.approx(0.75, abs=0.02)
    late = [row for row in loans if row["scenario"] == "late"]  # the only row in which the renewals are asked for
    assert share([row["loan.renewals"] == 3 for row in late]) == pytest.approx(0.5, abs=0.02)
    atlases = [row for row in loans if row["book.kind"] == "atlas"]
    assert share([row["loan.weight"] is None for row in atlases]) == pytest.approx(0.3, abs=0.02)
    assert {row["loan.weight.said"] for row in loans if row["loan.weight"] is None} == {"null"}
    lent = Counter(row["loan.lent_at.said"] if row["loan.lent_at"] is None else "given" for row in loans)
    assert lent["given"] / len(loans) == pytest.approx(0.6 * 0.9, abs=0.02)
    assert lent[None] / len(loans) == pytest.approx(0.1, abs=0.02)  # unknown is said by leaving it out


def test_times_lie_where_the_register_says(loans: list[dict[str, Any]]) -> None:
    day = timedelta(days=1)
    for row in loans:
        filed = row["loan.filed_at"]
        assert date(2025, 3, 1) <= filed.astimezone(UTC).date() <= date(2025, 3, 10)
        assert 5 * day <= row["as_of"] - filed <= 6 * day
        if row["loan.lent_at"] is not None:
            assert day <= filed - row["loan.lent_at"] <= 2 * day
        returned = row["loan.returned_at"]
        if row["loan.lent_at.said"] == "null":
            assert returned is None and row["loan.returned_at.said"] == "null"  # nothing comes back that was never lent
        assert returned is None or returned <= row["as_of"]  # what comes later is not known yet
        for paper in row["reader.papers"] or ():
            assert filed < paper["submitted_at"] <= row["as_of"]
    days = Counter(row["loan.filed_at"].date() for row in loans)
    assert len(days) == 10 and min(days.values()) > 0.8 * len(loans) / 10


def test_small_numbers_are_frequent_where_it_says_so(loans: list[dict[str, Any]]) -> None:
    prices = [row["loan.price"] for row in loans]
    assert min(prices) >= Decimal("5.00") and max(prices) <= Decimal("20.00")
    assert share([price < Decimal("5.00") + 15 * Decimal("0.125") for price in prices]) == pytest.approx(0.5, abs=0.02)


def test_the_first_exception_that_fits_holds(loans: list[dict[str, Any]]) -> None:
    """What an exception does not say stays as it is."""

    def weights(kind: str, scenario: str) -> list[Any]:
        return [row["loan.weight"] for row in loans if (row["book.kind"], row["scenario"]) == (kind, scenario)]

    assert set(weights("novel", "lost")) == {500}
    heavy = share([weight == 300 for weight in weights("novel", "late")])
    assert heavy == pytest.approx(0.4 * 0.7, abs=0.03)
    assert {weight is None or 100 <= weight <= 200 for weight in weights("atlas", "lost")} == {True}
    assert None in weights("novel", "late")


def test_evidence_is_as_the_register_says(loans: list[dict[str, Any]]) -> None:
    assert all(row["reader.papers"] is None for row in loans if row["scenario"] == "late")  # only in costly rows
    papers = [paper for row in loans if row["scenario"] == "lost" for paper in row["reader.papers"]]
    assert share([paper["proves"] is None for paper in papers]) == pytest.approx(0.1, abs=0.02)
    assert share([paper["authentic"] is False for paper in papers]) == pytest.approx(0.05, abs=0.015)
    assert share([paper["authentic"] is None for paper in papers]) == pytest.approx(0.05, abs=0.015)
    program = load_pack(BASE).version("1.0.0").programs["lost"]
    owed = {owed.proposition for record in program.records if record.fact == "reader.papers" for owed in record.owes}
    assert owed
    assert all(set(paper["proves"]) == owed for paper in papers if paper["proves"] is not None)


def test_numbers_by_lot_are_even_and_have_nothing_to_do_with_each_other() -> None:
    cases = np.arange(50_000)
    streams = np.array([Chance(7).words(f"stream {number}", cases) for number in range(8)]) / 2.0**53
    assert abs(streams.mean(axis=1) - 0.5).max() < 0.01
    apart = np.corrcoef(np.concatenate([streams, streams[:, np.roll(cases, 1)], streams[:, np.roll(cases, 128)]]))
    np.fill_diagonal(apart, 0)
    assert abs(apart).max() < 0.03


# ------------------------------------------------------------------------------------------------------ the command


def run(*args: object) -> Any:
    return CliRunner().invoke(app, [str(arg) for arg in args])


def test_the_command_writes_cases_that_decide_reads(tmp_path: Path) -> None:
    result = run("sample", 40, "--seed", 3)
    assert result.exit_code == 0, result.output
    assert len(result.stdout.splitlines()) == 40
    path = tmp_path / "cases.jsonl"
    path.write_text(result.stdout, encoding="utf-8")
    decided = run("decide", path, "--policy", "1.0.0", "--format", "jsonl")
    assert [json.loads(line)["index"] for line in decided.stdout.splitlines()] == list(range(40))
    assert not [line for line in decided.stdout.splitlines() if '"error"' in line]


def test_the_command_writes_what_the_name_of_the_output_says(tmp_path: Path) -> None:
    out = tmp_path / "march.parquet"
    assert run("sample", 50, "--from", "2025-03-01", "--until", "2025-03-02", "--output", out).exit_code == 0
    table = pyarrow.parquet.read_table(out)
    assert len(table) == 50
    filed = [at for at in table.column("dispute.filed_at").to_pylist() if at is not None]
    assert {at.date() for at in filed} == {date(2025, 3, 1), date(2025, 3, 2)}
    assert filed[0].tzinfo is not None and filed[0] > datetime(2025, 3, 1, tzinfo=UTC)
    assert run("sample", 0, "--output", tmp_path / "none.csv").exit_code == 0


def test_a_wrong_register_is_told_and_nothing_is_written(tmp_path: Path) -> None:
    folder = tmp_path / "loans"
    folder.mkdir()
    (folder / "1.0.0.yaml").write_bytes((BASE / "1.0.0.yaml").read_bytes())
    (folder / "sample.yaml").write_text("register: sample\npolicy: loans\nfacts: {no.such: {}}\n")
    out = tmp_path / "cases.parquet"
    result = run("sample", 10, "--pack", folder, "--output", out)
    assert result.exit_code == 3 and "sample/unknown-name" in result.stderr
    assert not out.exists()


def test_a_version_whose_filing_is_counted_from_something_else_can_be_drawn(tmp_path: Path) -> None:
    pack = load_pack(BASE)
    text = "register: sample\npolicy: loans\nfacts: {loan.filed_at: {after: loan.lent_at, by: 1 day to 2 days}}\n"
    made = of_pack(pack, profile(pack, text, tmp_path))
    rows = [row for batch in record_batches(made, 1, 50) for row in batch.to_pylist()]
    assert all(row["loan.filed_at"] > row["loan.lent_at"] for row in rows)


def test_days_may_be_asked_for_on_one_side_alone() -> None:
    own = profile(SHIPPED)
    later = plan(SHIPPED, VERSION, own, (date(2025, 6, 1), None))
    assert later.days == (date(2025, 6, 1), date(2025, 12, 31))
    assert plan(SHIPPED, VERSION, own, (None, date(2024, 6, 1))).days == (date(2024, 6, 1), date(2024, 6, 1))


def test_a_register_of_another_policy_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidDocument, match="other-policy"):
        profile(load_pack(BASE), "register: sample\npolicy: lents\n", tmp_path)
