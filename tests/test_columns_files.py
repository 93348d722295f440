"""Tables of cases in files: formats, what cells mean, wrong rows, versions, and the command."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet
import pytest
from click.testing import CliRunner, Result

from engine import InvalidDocument, Pack, load_pack
from engine.cli.app import app
from engine.columns import (
    FORMATS,
    Counts,
    Decider,
    decide_batches,
    format_of,
    input_schema,
    open_table,
    output_schema,
    write_table,
)
from engine.columns.layout import plain_schema
from engine.columns.needed import NEEDED
from tests.case_tables import rows_of, table_of
from tests.small_packs import load_data, merged, publish_all, write_pack
from tests.strategies import dispute
from tests.test_expressions import WORKSHOP

PACK = load_pack()
VERSION = PACK.version("1.0.0")
CASES = [(one.document, one.as_of) for one in map(dispute, range(90))]
Run = Callable[..., Result]


@pytest.fixture(scope="module")
def table() -> pa.RecordBatch:
    found = table_of(CASES, VERSION.policy)
    return found.append_column("case_id", pa.array([f"c-{number}" for number in range(len(CASES))]))


@pytest.fixture
def run() -> Run:
    def invoke(*arguments: object) -> Result:
        return CliRunner().invoke(app, [str(one) for one in arguments])

    return invoke


def written(path: Path, table: pa.RecordBatch) -> Path:
    form = format_of(path)
    assert form is not None
    with path.open("wb") as stream, write_table(stream, form, table.schema) as writer:
        writer.write(table)
    return path


def read(path: Path) -> list[dict[str, Any]]:
    return pa.Table.from_batches(open_table(path).batches).to_pylist()


def decided(
    table: pa.RecordBatch, pack: Pack = PACK, version: str | None = "1.0.0", **more: Any
) -> list[dict[str, Any]]:
    return [
        row
        for batch in decide_batches(pack, [table], version=version, in_columns=True, **more)
        for row in batch.to_pylist()
    ]


# ------------------------------------------------------------------------------------------------------------ formats


@pytest.mark.parametrize("ending", [".parquet", ".csv", ".jsonl", ".arrow"])
def test_every_format_gives_the_same(run: Run, tmp_path: Path, table: pa.RecordBatch, ending: str) -> None:
    cases, out = written(tmp_path / f"cases{ending}", table), tmp_path / "decisions.parquet"
    result = run("batch", cases, "--policy", "1.0.0", "--output", out)
    assert result.exit_code == 4, result.stderr
    assert result.stderr.startswith("90 cases, ")
    found = pyarrow.parquet.read_table(out)
    assert found.schema == output_schema(VERSION, [pa.field("case_id", pa.string())])
    expected = [{"case_id": f"c-{n}", **row} for n, row in enumerate(rows_of(VERSION, CASES))]
    assert found.to_pylist() == expected


@pytest.mark.parametrize("ending", FORMATS)
def test_every_format_is_written(run: Run, tmp_path: Path, table: pa.RecordBatch, ending: str) -> None:
    cases, out = written(tmp_path / "cases.parquet", table), tmp_path / f"decisions{ending}"
    assert run("batch", cases, "--policy", "1.0.0", "--output", out).exit_code == 4
    expected = rows_of(VERSION, CASES)
    for row, whole in zip(read(out), expected, strict=True):
        for name in ("status", "reasons", "deadlines", "as_of"):
            assert as_plain(row[name]) == as_plain(whole[name])


def as_plain(value: Any) -> Any:
    """A value without the differences of formats: lists as JSON, instants as texts."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, str) and value.startswith("["):
        value = json.loads(value)
    return json.dumps(value, default=as_plain) if isinstance(value, list) else value


def test_decisions_are_written_to_arrow_as_their_words_come_up(tmp_path: Path, table: pa.RecordBatch) -> None:
    """Such a file has one dictionary for a column, and the second batch says words that the first does not."""
    decider = Decider(PACK, table.schema, version="1.0.0")
    batches = [one for first in (0, 7) for one in decider.decide(table.slice(first, 7 if first == 0 else 83))]
    assert len(batches[0].column("reasons").values.dictionary) < len(batches[1].column("reasons").values.dictionary)
    path = tmp_path / "decisions.arrow"
    with path.open("wb") as stream, write_table(stream, "arrow", decider.schema) as writer:
        for batch in batches:
            writer.write(batch)
    found = read(path)
    assert found == [row for batch in batches for row in batch.to_pylist()]


def test_json_lines_may_be_cases(run: Run, tmp_path: Path) -> None:
    lines = [json.dumps({**document, "as_of": as_of}) for document, as_of in CASES]
    cases = tmp_path / "cases.jsonl"
    cases.write_text("\n".join([*lines, "{", "[]", '{"scenario": "quality"}']), encoding="utf-8")
    result = run("batch", cases, "--policy", "1.0.0")
    assert result.exit_code == 3
    found = [json.loads(line) for line in result.stdout.splitlines()]
    assert [row["status"] for row in found[:-3]] == [row["status"] for row in rows_of(VERSION, CASES)]
    assert [row["reasons"] for row in found[:-3]] == [row["reasons"] for row in rows_of(VERSION, CASES)]
    assert "the line is no JSON" in found[-3]["error"]
    assert "the line is no object" in found[-2]["error"]
    assert found[-1]["status"] == "undetermined"


@pytest.mark.parametrize("block", [1 << 20, 30])
def test_lines_of_csv_with_too_many_cells_or_too_few(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: int
) -> None:
    monkeypatch.setattr("engine.columns.files.BLOCK", block)
    lines = [
        "scenario,bike.gears,id",
        "wheel,1,a",
        "wheel,2",
        'wheel,3,"c\nd"',
        "",
        "wheel,4,e,5",
        "wheel,6,f",
        "wheel",
    ]
    cases = tmp_path / "cases.csv"
    cases.write_text("\n".join(lines), encoding="utf-8")
    table = open_table(cases)
    found = [row for batch in decide_batches(WORKSHOP_PACK, table.batches, version="1.0.0",
                                             as_of="2025-06-01T00:00:00Z") for row in batch.to_pylist()]  # fmt: skip
    assert [row["id"] for row in found] == ["a", None, "c\nd", None, "f", None]
    errors = [row["error"] for row in found]
    assert [error is None for error in errors] == [True, False, True, False, True, False]
    assert "the line has 4 cells, and the table 3 columns" in errors[3]


def test_no_rows_no_decisions(run: Run, tmp_path: Path, table: pa.RecordBatch) -> None:
    for ending in (".parquet", ".csv", ".arrow", ".jsonl"):
        cases, out = written(tmp_path / f"none{ending}", table.slice(0, 0)), tmp_path / "none-decided.parquet"
        result = run("batch", cases, "--policy", "1.0.0", "--output", out)
        assert result.exit_code == 0, result.stderr
        assert pyarrow.parquet.read_table(out).num_rows == 0


def test_batches_of_any_size(table: pa.RecordBatch) -> None:
    whole = decided(table)
    for size in (1, 7):
        batches = [table.slice(first, size) for first in range(0, table.num_rows, size)]
        found = [
            row
            for batch in decide_batches(PACK, batches, version="1.0.0", in_columns=True)
            for row in batch.to_pylist()
        ]
        assert found == whole
    assert [row for first in range(0, 90, 30) for row in decided(table.slice(first, 30))] == whole


def test_rows_in_any_order(table: pa.RecordBatch) -> None:
    order = [(31 * number) % table.num_rows for number in range(table.num_rows)]
    assert len(set(order)) == table.num_rows
    found = decided(table.take(pa.array(order)))
    whole = decided(table)
    assert found == [whole[number] for number in order]


def test_all_at_once_and_one_by_one_give_the_same_bytes(table: pa.RecordBatch) -> None:
    (fast,) = Decider(PACK, table.schema, version="1.0.0", in_columns=True).decide(table)
    (slow,) = Decider(PACK, table.schema, version="1.0.0", in_columns=False).decide(table)
    written = plain_schema(fast.schema)
    assert fast.cast(written).equals(slow.cast(written))


# ------------------------------------------------------------------------------------------------- only some columns


@pytest.mark.parametrize("in_columns", [True, False])
def test_only_what_is_asked_for(table: pa.RecordBatch, in_columns: bool) -> None:
    (whole,) = Decider(PACK, table.schema, version="1.0.0").decide(table)
    names = output_schema(VERSION).names
    for only in (*([name] for name in names), names[::-3], ["unassessed", "reasons", "unassessed"], []):
        counts = Counts()
        decider = Decider(PACK, table.schema, version="1.0.0", in_columns=in_columns, only=only, counts=counts)
        (found,) = decider.decide(table)
        assert found.schema == decider.schema == output_schema(VERSION, [pa.field("case_id", pa.string())], only)
        assert found.schema.names == ["case_id", *dict.fromkeys(only)]
        assert found.to_pylist() == whole.select(found.schema.names).to_pylist()
        assert counts.undetermined == sum(row["determined"] is False for row in whole.to_pylist())


def test_only_columns_that_there_are(run: Run, tmp_path: Path, table: pa.RecordBatch) -> None:
    with pytest.raises(ValueError, match=r"`reason` \(did you mean `reasons`\?\); no such column .*`winner`"):
        Decider(PACK, table.schema, version="1.0.0", only=["reason", "status", "winner"])
    cases, out = written(tmp_path / "cases.parquet", table), tmp_path / "out.csv"
    refused = run("batch", cases, "--policy", "1.0.0", "--only", "reason", "--output", out)
    assert refused.exit_code == 2
    assert "did you mean `reasons`?" in refused.stderr
    assert not out.exists()
    result = run("batch", cases, "--policy", "1.0.0", "--only", "status", "--only", "error", "--output", out)
    assert result.exit_code == 4, result.stderr
    lines = out.read_text(encoding="utf-8").splitlines()
    assert lines[0] == '"case_id","status","error"'
    assert lines[1:] == [f'"c-{n}","{row["status"]}",' for n, row in enumerate(rows_of(VERSION, CASES))]


# --------------------------------------------------------------------------------------------------- what cells mean


def bikes(**columns: Sequence[Any]) -> pa.RecordBatch:
    """A table of the invented workshop; `__` in names is a dot."""
    names = {name.replace("__", "."): values for name, values in columns.items()}
    return pa.RecordBatch.from_pydict(names)


RULES = [
    {"id": "cheap", "when": "given(bike.price) and bike.price < '12.5'", "stage": "done"},
    {"id": "many", "when": "bike.gears >= 7 and bike.loud", "stage": "done"},
    {"id": "none", "when": "not given(bike.brake)", "stage": "done"},
    {"id": "old", "when": "bike.made_on < date('2020-01-01')", "stage": "done"},
    {"id": "rest", "else": True, "stage": "done"},
]
PARTY = {"facts": {"rider.papers": {"type": "submissions", "if_absent": []}},
         "parties": {"rider": {"submits": "rider.papers"}}}  # fmt: skip
WORKSHOP_PACK = load_data(merged(WORKSHOP, {"tables": {"stages": {"rules": RULES}}, **PARTY}))


def reasons(table: pa.RecordBatch, **more: Any) -> list[Any]:
    found = decided(table, WORKSHOP_PACK, "1.0.0", as_of="2025-06-01T00:00:00Z", **more)
    return [row["error"] or (row["reasons"][0] if row["determined"] else row["missing_facts"]) for row in found]


def test_an_empty_cell_and_what_is_said_of_it() -> None:
    table = bikes(
        scenario=["wheel"] * 4,
        bike__price=pa.array([Decimal("12.40"), None, None, None], pa.decimal128(8, 2)),
        bike__gears=[1, 1, 1, 1],
        bike__brake=pa.array([None, None, None, "disc"]),
        bike__brake__said=["unknown", "null", "", None],
        bike__made_on=pa.array([None, None, date(2019, 5, 1), date(2019, 5, 1)], pa.date32()),
    )
    table = table.rename_columns([name.replace("brake.said", "brake.said") for name in table.schema.names])
    found = reasons(table.append_column("bike.price.said", pa.array([None, "null", "null", "null"])))
    assert found == [
        "held stages.cheap",
        "held stages.none",
        ["bike.brake"],
        "held stages.old",
    ]
    assert reasons(table)[3] == ["bike.price"]
    assert reasons(table.drop_columns(["bike.brake.said"]), empty="null")[1:] == [
        "held stages.none",
        "held stages.none",
        "held stages.old",
    ]


WRONG = {
    "no such scenario": ({"scenario": ["wheels"]}, "no such scenario"),
    "no scenario": ({"scenario": pa.array([None], pa.string())}, "a case names its scenario"),
    "no value of an enum": ({"bike__kind": ["tank"]}, "`tank` is no value of `bike.kind`"),
    "null for a fact that cannot be": ({"bike__kind": [None], "bike__kind__said": ["null"]}, "cannot be null"),
    "a value beside what is said": ({"bike__gears": [3], "bike__gears__said": ["unknown"]}, "says null or unknown"),
    "another word": ({"bike__gears__said": ["later"]}, "says null or unknown"),
    "a number too large": ({"bike__gears": [10**10]}, "at most 1,000,000,000"),
    "a decimal too large": ({"bike__weight": pa.array([Decimal(10**10)], pa.decimal128(20, 0))}, "at most"),
    "no number": ({"bike__gears": ["many"]}, "is a whole number"),
    "no truth": ({"bike__wet": ["damp"]}, "is true or false"),
    "no date": ({"bike__made_on": ["2025-02-30"]}, "names a day that does not exist"),
    "an instant long ago": ({"shop__told_at": pa.array([datetime(1999, 1, 1, tzinfo=UTC)])}, "outside the years"),
    "no instant": ({"shop__told_at": ["2025-06-01T10:00:00"]}, "has no offset"),
    "no zone": ({"claim__zone": ["Mars/Olympus"]}, "is not a time zone"),
    "no proposition": ({"bike__shown": [["cracked", "melted"]]}, "no such proposition"),
    "no list": ({"bike__shown": ["cracked"]}, "a list of propositions"),
    "a submission without a moment": (
        {"rider__papers": pa.array([[{"submitted_at": None, "proves": None, "authentic": True}]],
                                   input_schema(WORKSHOP_PACK.version("1.0.0")).field("rider.papers").type)},
        "is an instant",
    ),
    "no such submission": ({"rider__papers": ['[{"at": "x"}]']}, "a list of submissions"),
    "text that is not printed": ({"bike__frame_number": ["a\nb"]}, "printable"),
}  # fmt: skip


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_row_has_an_error_and_the_others_their_decision(wrong: str) -> None:
    columns, message = WRONG[wrong]
    table = bikes(**{"scenario": ["wheel"], **columns})
    names = [name.replace("__", ".") for name in table.schema.names]
    table = table.rename_columns(names)
    counts = Counts()
    (row,) = decided(table, WORKSHOP_PACK, "1.0.0", as_of="2025-06-01T00:00:00Z", counts=counts)
    assert message in row["error"]
    assert counts.wrong == counts.one_by_one == 1
    assert row["version"] is None and row["reasons"] is None and row["stage"] is None
    sound = pa.RecordBatch.from_pydict({"scenario": ["wheel"]})
    both = pa.Table.from_batches([table.append_column("n", pa.array([0]))]).to_batches()[0]
    rows = decided(concatenated(both, sound), WORKSHOP_PACK, "1.0.0", as_of="2025-06-01T00:00:00Z")
    assert [one["error"] is None for one in rows] == [False, True]


def concatenated(one: pa.RecordBatch, other: pa.RecordBatch) -> pa.RecordBatch:
    tables = [pa.Table.from_batches([one]), pa.Table.from_batches([other])]
    return pa.concat_tables(tables, promote_options="default").combine_chunks().to_batches()[0]


def test_a_row_without_a_moment() -> None:
    table = pa.RecordBatch.from_pydict({"scenario": ["wheel", "wheel"], "as_of": ["2025-06-01T00:00:00Z", None]})
    found = decided(table, WORKSHOP_PACK, "1.0.0")
    assert [row["error"] is None for row in found] == [True, False]
    assert "names no moment" in found[1]["error"]
    later = decided(table, WORKSHOP_PACK, "1.0.0", now=datetime(2025, 7, 1, tzinfo=UTC))
    assert [row["as_of"].month for row in later] == [6, 7]
    far = decided(table, WORKSHOP_PACK, "1.0.0", as_of=datetime(2200, 1, 1, tzinfo=UTC))
    assert all("outside the years" in row["error"] for row in far)
    with pytest.raises(ValueError, match="offset"):
        decided(table, WORKSHOP_PACK, "1.0.0", as_of=datetime(2025, 7, 1))


# ------------------------------------------------------------------------------------------------- columns and versions


def test_what_is_kept(table: pa.RecordBatch) -> None:
    assert next(iter(decided(table)[0])) == "case_id"
    assert list(decided(table, keep=["order.shipping_mode"])[0])[:2] == ["order.shipping_mode", "version"]
    assert next(iter(decided(table, keep=[])[0])) == "version"
    with pytest.raises(InvalidDocument, match="there is no column `case`"):
        decided(table, keep=["case"])
    with pytest.raises(InvalidDocument, match="cannot be kept"):
        decided(table.append_column("status", table.column("case_id")))


def test_columns_that_do_not_fit_are_told_at_once(table: pa.RecordBatch) -> None:
    odd = table.append_column("order.shiping_mode", table.column("case_id"))
    at = odd.schema.get_field_index("order.delivered_at")
    odd = odd.set_column(at, "order.delivered_at", odd.column(at).cast(pa.timestamp("us")))
    with pytest.raises(InvalidDocument) as refused:
        decided(odd.drop_columns(["scenario"]))
    assert {problem.code for problem in refused.value.diagnostics} == {"columns/layout"}
    assert len(refused.value.diagnostics) == 3


@pytest.fixture(scope="module")
def two_versions(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    """Two published versions of the workshop, the second with one more fact and a field that is a list."""
    from tests.small_packs import completed

    first = merged(WORKSHOP, {"effective_from": "2025-01-01"})
    second = merged(first, {"version": "1.1.0", "effective_from": "2025-06-01", "facts": {"bike.colour": "text"}})
    folder = write_pack(tmp_path_factory.mktemp("two") / "workshop", [completed(first), completed(second)])
    return load_pack(publish_all(folder))


def test_each_row_has_its_version(two_versions: Pack) -> None:
    filed = ["2024-12-31T23:00:00Z", "2025-05-31T23:30:00Z", "2025-06-01T00:30:00Z", None, "2025-06-01T08:00:00Z"]
    zones = ["UTC", "Europe/Lisbon", "America/New_York", "UTC", None]
    table = pa.RecordBatch.from_pydict(
        {
            "scenario": ["wheel"] * 5,
            "claim.made_at": pa.array(filed).cast(pa.timestamp("us", "UTC")),
            "claim.zone": zones,
        }
    )
    found = decided(table, two_versions, None, as_of="2025-07-01T00:00:00Z")
    assert [row["version"] for row in found] == [None, "1.1.0", "1.0.0", None, None]
    assert [row["error"] is None for row in found] == [False, True, True, False, False]
    for row, at, zone in zip(found, filed, zones, strict=True):
        facts = {"claim": {key: value for key, value in (("made_at", at), ("zone", zone)) if value}}
        case = {"scenario": "wheel", "facts": facts}
        if row["error"] is None:
            assert row["version"] == two_versions.governing(case).name
        else:
            with pytest.raises(InvalidDocument):
                two_versions.governing(case)


def test_a_fact_of_the_other_version_is_none(two_versions: Pack) -> None:
    table = pa.RecordBatch.from_pydict(
        {"scenario": ["wheel"] * 3, "bike.colour": ["red", None, "red"],
         "claim.made_at": ["2025-05-01T00:00:00Z"] * 2 + ["2025-06-02T00:00:00Z"], "claim.zone": ["UTC"] * 3}
    )  # fmt: skip
    found = decided(table, two_versions, None, as_of="2025-07-01T00:00:00Z")
    assert "no such fact: `bike.colour`" in found[0]["error"]
    assert [row["version"] for row in found[1:]] == ["1.0.0", "1.1.0"]


# --------------------------------------------------------------------------------------------------------- the command


def test_the_command_says_what_it_cannot_do(run: Run, tmp_path: Path, table: pa.RecordBatch) -> None:
    cases = written(tmp_path / "cases.parquet", table)
    result = run("decide", cases)
    assert result.exit_code == 2
    assert "aftersale batch" in result.stderr
    assert run("batch", cases, "--output", tmp_path / "out.txt").exit_code == 2
    assert run("batch", tmp_path / "cases.xlsx").exit_code == 2
    missing = run("batch", tmp_path / "none.parquet")
    assert missing.exit_code == 3
    assert "file/missing" in missing.stderr
    damaged = tmp_path / "damaged.parquet"
    damaged.write_bytes(cases.read_bytes()[:-100])
    out = tmp_path / "out.parquet"
    result = run("batch", damaged, "--output", out)
    assert result.exit_code == 3
    assert "columns/unreadable" in result.stderr
    assert not out.exists()


def test_the_command_decides_as_of_a_moment_by_the_governing_version(
    run: Run, tmp_path: Path, table: pa.RecordBatch
) -> None:
    cases, out = written(tmp_path / "cases.parquet", table), tmp_path / "out.jsonl"
    result = run("batch", cases, "--as-of", "2027-01-01T00:00:00Z", "--keep", "case_id", "--output", out)
    assert result.exit_code in (3, 4)
    rows = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert len(rows) == len(CASES)
    assert {row["as_of"] for row in rows} == {"2027-01-01T00:00:00Z"}
    for row, (document, _) in zip(rows, CASES, strict=True):
        if row["error"] is None:
            decision = PACK.decide(document, "2027-01-01T00:00:00Z")
            assert (row["version"], row["status"]) == (decision.policy.version, decision["status"])


# ---------------------------------------------------------------------------------------------------------- libraries


@pytest.mark.parametrize("name", NEEDED)
def test_a_library_that_is_too_old_is_refused(name: str) -> None:
    """By any program that imports the columns, and by the command with exit code 2."""
    pretend = f"import numpy, pyarrow; {name}.__version__ = '{NEEDED[name] - 1}.9.9'"
    told = f"{name} {NEEDED[name] - 1}.9.9 is too old: {name} {NEEDED[name]} or later is needed"
    for program, code in (("import engine.columns", 1), ("from engine.cli import main; main(['sample', '3'])", 2)):
        result = subprocess.run(
            [sys.executable, "-c", f"{pretend}; {program}"], capture_output=True, text=True, check=False
        )
        assert (result.returncode, told in " ".join(result.stderr.split())) == (code, True), result.stderr


def test_what_is_installed_is_what_is_looked_for() -> None:
    project = tomllib.loads((Path(__file__).resolve().parent.parent / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["optional-dependencies"]["columns"] == [f"{name}>={least}.0" for name, least in NEEDED.items()]
