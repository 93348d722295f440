"""A backtest in parts that know nothing of each other, put together, is the backtest of the whole."""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import pyarrow as pa
import pytest

from engine import Pack
from engine.analysis.backtest.encode import numbered, words_of
from engine.analysis.backtest.model import Backtest
from engine.analysis.backtest.run import Asked, backtest, counted, told
from engine.columns import batches
from engine.columns.table import Table, columns_of
from engine.diagnostics import Report
from engine.sampling.plan import plan
from engine.sampling.read import load_profile
from engine.sampling.to_arrow import record_batches

ROWS = 900
VERSIONS = ("1.0.0", "1.1.0")
ASKED = Asked(amount="paid", per_cell=2)


@pytest.fixture(scope="module")
def table(pack: Pack) -> pa.RecordBatch:
    """Made-up cases with an amount, three of them wrong."""
    return made_up(pack)


@pytest.fixture(scope="module")
def whole(pack: Pack, table: pa.RecordBatch) -> Backtest:
    return backtest(pack, *VERSIONS, table.schema, [table], ASKED)


def made_up(pack: Pack) -> pa.RecordBatch:
    policies = [version.policy for version in pack.versions.values()]
    made = plan(pack, pack.version(VERSIONS[0]), load_profile(pack.folder, policies, Report()))
    (batch,) = record_batches(made, 5, ROWS)
    columns = {name: batch.column(name) for name in batch.schema.names}
    scenarios = columns["scenario"].cast(pa.string()).to_pylist()
    for row in (7, 8, 700):
        scenarios[row] = "nowhere"
    columns["scenario"] = pa.array(scenarios)
    amounts = [None if row % 10 == 3 else Decimal(row) + Decimal("0.45") for row in range(ROWS)]
    columns["paid"] = pa.array(amounts, pa.decimal128(12, 2))
    columns["number"] = pa.array(range(ROWS))
    return pa.RecordBatch.from_pydict(columns)


def without_samples(found: Backtest) -> Backtest:
    return replace(found, cells=tuple(replace(cell, samples=()) for cell in found.cells))


def check_samples(pack: Pack, table: pa.RecordBatch, found: Backtest) -> None:
    """As many as are asked for, each the case of its row."""
    policies = [pack.version(name).policy for name in VERSIONS]
    facts = list({name: fact for policy in policies for name, fact in policy.facts.items()}.values())
    cases = Table(table, columns_of(table.schema, policies, None, set()), "unknown").documents(facts)
    numbers = table.column("number").to_pylist()
    for cell in found.cells:
        rows = [sample.row for sample in cell.samples]
        assert len(rows) == min(2, cell.total.cases) and rows == sorted(set(rows))
        assert [sample.kept["number"] for sample in cell.samples] == [numbers[row - 1] for row in rows]
        assert [sample.case["facts"] for sample in cell.samples] == [cases[row - 1]["facts"] for row in rows]


def check_cells(pack: Pack, table: pa.RecordBatch, found: Backtest) -> None:
    """A sample changes in the way of its cell."""
    for cell in found.cells[::12]:
        row = cell.samples[-1].row - 1
        (alone,) = backtest(pack, *VERSIONS, table.schema, [table.slice(row, 1)], ASKED).cells
        assert [alone.scenario, alone.how, alone.shifts] == [cell.scenario, cell.how, cell.shifts]


@pytest.mark.parametrize("cuts", [[0, 1], [0, 10, 10, 500], [0, *range(300, 900, 200)]], ids=str)
def test_the_parts_put_together_are_the_whole(
    pack: Pack, table: pa.RecordBatch, whole: Backtest, cuts: Sequence[int]
) -> None:
    """However they are cut, with what was counted of each sent from elsewhere."""
    together = counted(pack, *VERSIONS, table.schema, [], ASKED)
    for number, (start, end) in enumerate(zip(cuts, [*cuts[1:], ROWS], strict=True)):
        part = table.slice(start, end - start)
        found = counted(pack, *VERSIONS, table.schema, [part], ASKED, first=number * 2**40)
        together.merge(pickle.loads(pickle.dumps(found)))
    found = told(pack, *VERSIONS, ASKED, together)
    assert whole.total.changed["decision"].cases > 20 and whole.errors.both == 3
    assert without_samples(found) == without_samples(whole)
    check_samples(pack, table, found)
    if len(cuts) == 4:
        check_cells(pack, table, found)


def test_from_the_first_row_on_even_the_samples_are_those_of_the_whole(
    pack: Pack, table: pa.RecordBatch, whole: Backtest
) -> None:
    together = counted(pack, *VERSIONS, table.schema, [], ASKED)
    for start in range(0, ROWS, 128):
        together.merge(counted(pack, *VERSIONS, table.schema, [table.slice(start, 128)], ASKED, first=start))
    assert told(pack, *VERSIONS, ASKED, together) == whole


def test_batches_are_cut_as_both_versions_decide_them(
    pack: Pack, table: pa.RecordBatch, whole: Backtest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "AT_ONCE", 301)
    assert backtest(pack, *VERSIONS, table.schema, [table], ASKED) == whole


def test_lists_of_words_have_the_same_numbers_in_all_columns() -> None:
    old = pa.array([["b", "a"], None, [], ["c"], ["a", "a"]])[1:]
    new = pa.array([["a", "b"], [], None, ["c", "a"]], pa.list_(pa.dictionary(pa.int32(), pa.string())))
    (was, now), words = numbered([old, new])
    found = [[None if one is None else words_of(one, words) for one in side.to_pylist()] for side in (was, now)]
    assert found == [[None, set(), {"c"}, {"a"}], [{"a", "b"}, set(), None, {"a", "c"}]]
    assert was.to_pylist()[3] != now.to_pylist()[0] and was.to_pylist()[1] == now.to_pylist()[1]
