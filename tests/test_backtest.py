"""A table of cases under two versions: the counts are those of deciding one by one, and they add up."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet
import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from engine import Decision, InvalidDocument, load_pack
from engine.analysis.backtest.encode import distinct
from engine.analysis.backtest.model import HOWS, Backtest, Value
from engine.analysis.backtest.processes import Work, backtest_in_parts, parts_of
from engine.analysis.backtest.run import Asked, backtest
from engine.analysis.behaviour import field_changes
from engine.cli.app import app
from engine.columns import write_table
from engine.columns.answers import reason_text
from engine.columns.table import Table, columns_of
from engine.diagnostics import Report
from engine.policy.schemas import shipped
from engine.sampling.plan import plan
from engine.sampling.read import load_profile
from engine.sampling.to_arrow import record_batches

PACK = load_pack()
BEFORE, AFTER = "1.0.0", "1.1.0"
OLD, NEW = PACK.version(BEFORE), PACK.version(AFTER)
CASES = 700
WRONG = {5: "a scenario", 77: "a word", 300: "a moment"}
Case = tuple[int, dict[str, Any], datetime, Decimal | None]


def sampled() -> pa.RecordBatch:
    """Made-up cases with an amount and an id, three of them wrong."""
    policies = [version.policy for version in PACK.versions.values()]
    made = plan(PACK, OLD, load_profile(PACK.folder, policies, Report()))
    (batch,) = record_batches(made, 11, CASES)
    columns = {name: batch.column(name) for name in batch.schema.names}
    scenarios = columns["scenario"].cast(pa.string()).to_pylist()
    scenarios[5] = "lost_pakage"
    columns["scenario"] = pa.array(scenarios)
    modes = columns["order.shipping_mode"].cast(pa.string()).to_pylist()
    modes[77] = "ship_by_nobody"
    columns["order.shipping_mode"] = pa.array(modes)
    moments = columns["as_of"].to_pylist()
    moments[300] = None
    columns["as_of"] = pa.array(moments, pa.timestamp("us", "UTC"))
    amounts = [None if row % 10 == 3 else Decimal(row * 7 % 500) + Decimal("0.45") for row in range(CASES)]
    columns["paid"] = pa.array(amounts, pa.decimal128(12, 2))
    columns["id"] = pa.array([f"D-{row}" for row in range(CASES)])
    return pa.RecordBatch.from_pydict(columns)


TABLE = sampled()
RESULT = backtest(PACK, BEFORE, AFTER, TABLE.schema, [TABLE], Asked(amount="paid", per_cell=2))


def single(batch: pa.RecordBatch) -> Iterator[Case]:
    """The rows that are not wrong, one by one: number, case, moment, amount."""
    policies = [OLD.policy, NEW.policy]
    facts = list({**OLD.policy.facts, **NEW.policy.facts}.values())
    documents = Table(batch, columns_of(batch.schema, policies, None, set()), "unknown").documents(facts)
    moments, amounts = batch.column("as_of").to_pylist(), batch.column("paid").to_pylist()
    for row, document in enumerate(documents):
        if row not in WRONG:
            yield row, document, moments[row], amounts[row]


DECIDED: dict[int, tuple[Decision, Decision, Decimal | None]] = {
    row: (OLD.decide(OLD.read_case(case), moment), NEW.decide(NEW.read_case(case), moment), amount)
    for row, case, moment, amount in single(TABLE)
}


def how(old: Decision, new: Decision) -> str | None:
    """In what the two differ, as `diff` tells it; by their reasons, when the rules among them differ."""
    parts = {change.part for change in field_changes(old, new)}
    if parts & {"field", "missing"}:
        return "decision"
    if _windows(old, new):
        return "deadline"
    return "reasons" if {*map(reason_text, old.reasons)} != {*map(reason_text, new.reasons)} else None


def _windows(old: Decision, new: Decision) -> set[str]:
    sides = [
        {one.window: (None if one.state == "paused" else one.at, one.state, one.party) for one in decision.deadlines}
        for decision in (old, new)
    ]
    return {name for name in {**sides[0], **sides[1]} if sides[0].get(name) != sides[1].get(name)}


def _value(decision: Decision, field: str) -> Any:
    value = decision.fields[field]
    return frozenset(value) if isinstance(value, tuple) else value


def _plain(value: Value) -> Any:
    return frozenset(value) if isinstance(value, tuple) else value


def test_the_counts_are_those_of_deciding_one_by_one() -> None:
    counts: Counter[tuple[str, str | None]] = Counter()
    amounts: Counter[tuple[str, str | None]] = Counter()
    undetermined = [Counter[str](), Counter[str]()]
    for old, new, amount in DECIDED.values():
        key = (new.scenario, how(old, new))
        counts[key] += 1
        amounts[key] += amount or Decimal(0)  # type: ignore[assignment] # a Counter of decimals adds them up
        for side, decision in enumerate((old, new)):
            undetermined[side][new.scenario] += not decision.determined
    assert RESULT.rows == CASES and RESULT.total.all.cases == len(DECIDED)
    for scenario, one in RESULT.scenarios.items():
        for kind in HOWS:
            assert one.changed[kind].cases == counts[scenario, kind]
            assert one.changed[kind].amount == amounts[scenario, kind]
        assert one.same == counts[scenario, None]
        assert one.undetermined == [undetermined[0][scenario], undetermined[1][scenario]]
    assert min(RESULT.total.changed[kind].cases for kind in ("decision", "deadline")) > 50
    assert RESULT.without_amount == sum(amount is None for _, _, amount in DECIDED.values())


def test_the_matrices_are_those_of_deciding_one_by_one() -> None:
    assert {matrix.field for matrix in RESULT.matrices} == set(RESULT.by)
    for matrix in RESULT.matrices:
        pairs = Counter((_value(old, matrix.field), _value(new, matrix.field)) for old, new, _ in DECIDED.values())
        assert {(_plain(was), _plain(now)): total.cases for (was, now), total in matrix.cells.items()} == pairs
    for field, changed in RESULT.changes.items():
        assert changed == sum(_value(old, field) != _value(new, field) for old, new, _ in DECIDED.values())


def test_the_cells_tell_rules_and_windows_as_deciding_one_by_one_does() -> None:
    gone, come, parts = Counter[str](), Counter[str](), Counter[str]()
    for old, new, _ in DECIDED.values():
        if how(old, new) is not None:
            olds, news = ({*map(reason_text, decision.reasons)} for decision in (old, new))
            gone.update(olds - news)
            come.update(news - olds)
            changed = {text.partition(" ")[2] for text in olds ^ news if not text.startswith("shown ")}
            parts.update(changed | _windows(old, new))
    for key, wanted in (("gone", gone), ("come", come), ("parts", parts)):
        found = Counter[str]()
        for cell in RESULT.cells:
            found.update({one.text: one.cases for one in getattr(cell, key)})
        assert found == wanted


def test_everything_adds_up() -> None:
    decided = RESULT.total.all
    for matrix in RESULT.matrices:
        assert sum(total.cases for total in matrix.cells.values()) == decided.cases
        assert sum(total.amount for total in matrix.cells.values()) == decided.amount
        assert matrix.changed == RESULT.changes[matrix.field]
    for scenario, one in RESULT.scenarios.items():
        for kind in HOWS:
            cells = [cell.total for cell in RESULT.cells if (cell.scenario, cell.how) == (scenario, kind)]
            assert sum(total.cases for total in cells) == one.changed[kind].cases
            assert sum(total.amount for total in cells) == one.changed[kind].amount
    assert decided.cases + RESULT.errors.all == RESULT.rows
    for cell in RESULT.cells:
        assert all(1 <= one.cases <= cell.total.cases for one in (*cell.gone, *cell.come, *cell.parts))


def test_words_of_lists_come_and_go() -> None:
    (matrix,) = (matrix for matrix in RESULT.matrices if matrix.field == "remedies")
    for word in NEW.policy.fields["remedies"].values:
        sides = [(word in old["remedies"], word in new["remedies"]) for old, new, _ in DECIDED.values()]
        assert matrix.gone(word).cases == sides.count((True, False))
        assert matrix.come(word).cases == sides.count((False, True))


def test_wrong_rows_are_told_and_end_nothing() -> None:
    assert (RESULT.errors.both, RESULT.errors.before, RESULT.errors.after) == (3, 0, 0)
    told = dict(RESULT.errors.first)
    assert set(told) == {row + 1 for row in WRONG}
    assert "lost_pakage" in told[6] and "ship_by_nobody" in told[78]


@pytest.mark.parametrize("size", [1, 64, 333])
def test_batches_and_their_sizes_change_nothing(size: int) -> None:
    rows = 120 if size == 1 else CASES
    batches = [TABLE.slice(first, min(size, rows - first)) for first in range(0, rows, size)]
    asked = Asked(amount="paid", per_cell=2)
    whole = backtest(PACK, BEFORE, AFTER, TABLE.schema, [TABLE.slice(0, rows)], asked)
    assert backtest(PACK, BEFORE, AFTER, TABLE.schema, batches, asked) == whole


def test_samples_are_cases_of_their_cell() -> None:
    seen = set()
    for cell in RESULT.cells:
        assert len(cell.samples) == min(2, cell.total.cases)
        for sample in cell.samples:
            seen.add(sample.row)
            assert sample.kept["id"] == f"D-{sample.row - 1}"
            case = {key: value for key, value in sample.case.items() if key != "as_of"}
            old, new = (v.decide(v.read_case(case), sample.case["as_of"]) for v in (OLD, NEW))
            assert (old, new) == DECIDED[sample.row - 1][:2]
            shifts = {shift.field: (_plain(shift.before), _plain(shift.after)) for shift in cell.shifts}
            changed = {f: (_value(old, f), _value(new, f)) for f in RESULT.changes if _value(old, f) != _value(new, f)}
            assert shifts == {field: pair for field, pair in changed.items() if field in RESULT.by}
            assert set(cell.others) == changed.keys() - set(RESULT.by)
    assert len(seen) == sum(len(cell.samples) for cell in RESULT.cells)


def test_a_version_against_itself_changes_nothing() -> None:
    found = backtest(PACK, BEFORE, BEFORE, TABLE.schema, [TABLE.slice(0, 200)])
    assert found.total.same == found.total.all.cases == 200 - 2
    assert found.cells == () and not any(found.changes.values())
    assert all(was == now for matrix in found.matrices for was, now in matrix.cells)


def test_no_case_at_all() -> None:
    found = backtest(PACK, BEFORE, AFTER, TABLE.schema, [])
    assert (found.rows, found.cells, found.total.all.cases) == (0, (), 0)


def test_all_cases_as_of_one_moment() -> None:
    moment = "2026-06-01T00:00:00Z"
    found = backtest(PACK, BEFORE, AFTER, TABLE.schema, [TABLE], Asked(as_of=moment, by=("status",), per_cell=1))
    assert found.by == ("status",) and found.errors.all == 2  # the row without a moment has one now
    assert {sample.case["as_of"] for cell in found.cells for sample in cell.samples} == {"2026-06-01T00:00:00+00:00"}


def test_what_cannot_be_told_by_is_refused() -> None:
    for asked, said in (
        (Asked(by=("statuss",)), "did you mean `status`"),
        (Asked(amount="payed"), "did you mean `paid`"),
        (Asked(amount="id"), "can be added up"),
    ):
        with pytest.raises(ValueError, match=said):
            backtest(PACK, BEFORE, AFTER, TABLE.schema, [TABLE], asked)
    with pytest.raises(InvalidDocument, match="unknown-version"):
        backtest(PACK, BEFORE, "7.0.0", TABLE.schema, [TABLE])


# ------------------------------------------------------------------------------------------------------- the command


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("cases") / "cases.parquet"
    pyarrow.parquet.write_table(pa.Table.from_batches([TABLE]), path)
    return path


def run(*args: object) -> Any:
    return CliRunner().invoke(app, ["backtest", *map(str, args)])


def data(*args: object) -> Any:
    result = run(*args, "--format", "json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_the_data_are_as_their_schema_says(cases: Path) -> None:
    found = data(cases, "--amount", "paid")
    validator = Draft202012Validator(shipped("backtest"))
    assert not list(validator.iter_errors(found))
    assert not list(validator.iter_errors(data(cases)))
    assert (found["before"], found["after"]) == (BEFORE, AFTER)  # the one in force, and the draft
    changed = found["total"]["changed"]
    assert changed["decision"]["cases"] == RESULT.total.changed["decision"].cases
    assert Decimal(changed["decision"]["amount"]) == RESULT.total.changed["decision"].amount
    assert sum(cell["cases"] for cell in found["cells"]) == sum(total["cases"] for total in changed.values())
    # Every rule and period that the draft changes and that decides is counted for itself.
    counted = {change["name"]: change["cases"] for change in found["policy_changes"]}
    assert counted["overdue"] > 10 and counted["seller_action"] > 10


@pytest.mark.parametrize("form", ["csv", "jsonl", "arrow"])
def test_the_format_of_the_table_changes_nothing(form: Any, cases: Path, tmp_path: Path) -> None:
    path = tmp_path / f"cases.{form}"
    batch = TABLE.slice(0, 150).drop_columns(["paid"])
    with path.open("wb") as stream, write_table(stream, form, batch.schema) as table:
        table.write(batch)
    pyarrow.parquet.write_table(pa.Table.from_batches([batch]), tmp_path / "same.parquet")
    assert {**data(path), "errors": {}} == {**data(tmp_path / "same.parquet"), "errors": {}}


def test_the_text_tells_it(cases: Path) -> None:
    result = run(cases, "--amount", "paid", "--limit", 2)
    assert result.exit_code == 0
    whole = RESULT.total
    assert f"{CASES} cases decided by {AFTER} and by {BEFORE}" in result.stdout
    assert f"{whole.changed['decision'].cases} cases, paid {whole.changed['decision'].amount:,}" in result.stdout
    assert "3 cases by neither" in result.stdout and "no such scenario: `lost_pakage`" in result.stdout
    assert "more; `--limit 0` shows all" in result.stdout


def test_samples_are_written_ready_for_decide(cases: Path, tmp_path: Path) -> None:
    folder = tmp_path / "changed"
    found = data(cases, "--samples", folder, "--per-cell", 1, "--limit", 5)
    files = sorted(folder.rglob("*.yaml"))
    assert {str(file) for file in files} == {
        sample["file"] for cell in found["cells"] for sample in cell["samples"] if sample["file"] is not None
    }
    assert len(files) == 5
    for cell in found["cells"][:5]:
        (sample,) = cell["samples"]
        for side, version in (("before", BEFORE), ("after", AFTER)):
            arguments = ["decide", sample["file"], "--policy", version, "--format", "json"]
            decided = json.loads(CliRunner().invoke(app, arguments).stdout)
            for change in cell["changes"]:
                said = decided[change["field"]]
                assert (sorted(said) if isinstance(said, list) else said) == (
                    sorted(change[side]) if isinstance(change[side], list) else change[side]
                )
    assert run(cases, "--samples", folder).exit_code == 2  # another run must not mix its cases with these


def test_the_page_stands_alone(cases: Path, tmp_path: Path) -> None:
    out = tmp_path / "report.html"
    assert run(cases, "--format", "html", "--output", out, "--amount", "paid").exit_code == 0
    text = out.read_text(encoding="utf-8")
    assert text.startswith("<!doctype html>") and "<script" not in text and "http" not in text
    assert text.count("<svg") == 1 + sum(matrix.changed > 0 for matrix in RESULT.matrices)
    assert "prefers-color-scheme: dark" in text and "lost_pakage" in text


def test_what_stands_in_a_table_is_escaped(tmp_path: Path) -> None:
    ids = pa.array(['<b onclick="x">'] * CASES)
    batch = TABLE.set_column(TABLE.schema.get_field_index("id"), "id", ids)
    path = tmp_path / "cases.parquet"
    pyarrow.parquet.write_table(pa.Table.from_batches([batch]), path)
    out = tmp_path / "report.html"
    assert run(path, "--format", "html", "--output", out).exit_code == 0
    assert "<b onclick" not in out.read_text(encoding="utf-8") and "&lt;b onclick" in out.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (("--fail-if-changed",), 1),
        (("--fail-if-changed", "--candidate", BEFORE), 0),
        (("--by", "statuss"), 2),
        (("--amount", "id"), 2),
        (("--candidate", "9.9.9"), 2),
    ],
)
def test_exit_codes(args: tuple[str, ...], code: int, cases: Path) -> None:
    assert run(cases, *args).exit_code == code


def test_a_table_that_cannot_be_read(tmp_path: Path) -> None:
    assert run(tmp_path / "none.parquet").exit_code == 3
    (tmp_path / "broken.parquet").write_bytes(b"PAR1nothing")
    assert run(tmp_path / "broken.parquet").exit_code == 3
    pyarrow.parquet.write_table(pa.table({"scenaro": ["lost_package"]}), tmp_path / "other.parquet")
    result = run(tmp_path / "other.parquet")
    assert result.exit_code == 3 and "scenario" in result.stderr


def test_it_is_the_same_every_time() -> None:
    found: list[Backtest] = [
        backtest(PACK, BEFORE, AFTER, TABLE.schema, [TABLE.slice(0, 300)], Asked(per_cell=3)) for _ in range(2)
    ]
    assert found[0] == found[1]


@pytest.mark.parametrize("kinds", [1, 3, 700, 10**9])
def test_distinct_rows_are_found_however_many_kinds_there_are(kinds: int) -> None:
    lots = np.random.default_rng(kinds)
    columns = [lots.integers(-1, kinds, 500) for _ in range(3)]
    first, of, counts = distinct(columns)
    rows = list(zip(*(column.tolist() for column in columns), strict=True))
    assert [rows[place] for place in first] == sorted(set(rows))
    assert [rows.index(row) for row in sorted(set(rows))] == first.tolist()
    assert [rows[first[number]] for number in of] == rows
    assert counts.tolist() == [rows.count(row) for row in sorted(set(rows))]


def test_parts_in_several_processes_give_the_same(tmp_path: Path) -> None:
    path = tmp_path / "cases.parquet"
    pyarrow.parquet.write_table(pa.Table.from_batches([TABLE]), path, row_group_size=100)
    parts = parts_of(path, least=250)
    assert [(part.groups, part.first, part.rows) for part in parts] == [
        ((0, 1, 2), 0, 300),
        ((3, 4, 5), 300, 300),
        ((6,), 600, 100),
    ]
    done: list[tuple[int, int]] = []
    asked = Asked(amount="paid", per_cell=2)
    work = Work(PACK.folder, BEFORE, AFTER, path, asked)
    found = backtest_in_parts(PACK, work, parts, 2, lambda rows, errors: done.append((rows, errors)))
    assert found == RESULT
    assert done == [(300, 2), (300, 1), (100, 0)]
