"""Tables of cases: what is decided column by column is what each case alone is decided to be."""

from __future__ import annotations

from engine import load_pack
from engine.columns import Counts, decide_batches
from tests.case_tables import rows_of, table_of
from tests.strategies import dispute

PACK = load_pack()


def test_a_row_is_decided_as_its_case_is() -> None:
    version = PACK.version("1.0.0")
    cases = [(one.document, one.as_of) for one in map(dispute, range(300))]
    counts = Counts()
    (out,) = decide_batches(PACK, [table_of(cases, version.policy)], version="1.0.0", counts=counts)
    assert out.to_pylist() == rows_of(version, cases)
    assert counts.rows == len(cases) and not counts.wrong
