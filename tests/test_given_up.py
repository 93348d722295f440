"""A pack that nobody holds any more is freed, whatever it was used for: a service may load version after version."""

from __future__ import annotations

import gc
import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from engine import Pack, Version, load_notices, load_pack
from engine.analysis.backtest.run import Asked, backtest
from engine.analysis.clock_ledger import clock_ledger
from engine.analysis.forecast import forecast
from engine.analysis.missing import may_matter
from engine.columns import decide_batches
from engine.link.program import Program
from engine.policy.model import Policy
from engine.source import Source
from tests.test_backtest_parts import made_up

PACK = Path(__file__).resolve().parent.parent / "policies" / "tiktok-shop-us"
BODY = (PACK / "examples" / "disputes.jsonl").read_bytes().splitlines()[0]
CASE = json.loads(BODY)
OPEN = {"scenario": "unknown", "facts": {"dispute": CASE["facts"]["dispute"]}}
PARTS = (Pack, Version, Program, Policy, Source)


def rules(pack: Pack, _: pa.RecordBatch) -> None:
    version = pack.version("1.0.0")
    version.rules("inconsistent", "consequence")(version.read_case(CASE).values, pack.decide(CASE, CASE["as_of"]).as_of)


def letter(pack: Pack, _: pa.RecordBatch) -> None:
    notices, version = load_notices(pack), pack.version("1.0.0")
    notices.letter(version, version.read_case(CASE), pack.decide(CASE, CASE["as_of"]), "customer")


def asked(pack: Pack, _: pa.RecordBatch) -> None:
    version = pack.version("1.0.0")
    case, as_of = version.read_case(CASE), CASE["as_of"]
    clock_ledger(version, case, as_of)
    forecast(version, case, as_of)
    may_matter(version, case, as_of, budget=100)


USES: dict[str, Callable[[Pack, pa.RecordBatch], object]] = {
    "load": lambda pack, table: None,
    "decide": lambda pack, table: pack.decide(CASE, CASE["as_of"]),
    "compiled": lambda pack, table: (pack.version("1.0.0").compile(), pack.decide(CASE, CASE["as_of"])),
    "decide_json": lambda pack, table: [pack.decide_json(BODY) for _ in range(3)],
    "decide what is open": lambda pack, table: [pack.decide(OPEN, CASE["as_of"]) for _ in range(100)],
    "explain": lambda pack, table: pack.decide(CASE, CASE["as_of"]).explain().rows,
    "explained often": lambda pack, table: (
        pack.version("1.0.0").compile(),
        [pack.decide(CASE, CASE["as_of"]).explain().rows for _ in range(100)],
    ),
    "rules": rules,
    "letter": letter,
    "asked": asked,
    "decide_batches": lambda pack, table: list(decide_batches(pack, [table])),
    "one by one": lambda pack, table: list(decide_batches(pack, [table.slice(0, 20)], in_columns=False)),
    "backtest": lambda pack, table: backtest(pack, "1.0.0", "1.1.0", table.schema, [table], Asked(per_cell=1)),
}


@pytest.fixture(scope="module")
def table(pack: Pack) -> pa.RecordBatch:
    return made_up(pack)


@pytest.mark.parametrize("use", USES.values(), ids=USES)
def test_what_was_used_is_freed(use: Callable[[Pack, pa.RecordBatch], object], table: pa.RecordBatch) -> None:
    before = alive()
    pack = load_pack(PACK)
    use(pack, table)
    assert alive() > before
    del pack
    assert alive() == before


def test_what_is_held_is_noticed() -> None:
    before = alive()
    held: list[Any] = [load_pack(PACK, "1.0.0").version("1.0.0").programs["inconsistent"]]
    assert alive()["Program"] > before["Program"]
    held.clear()
    assert alive() == before


def alive() -> Counter[str]:
    """How many parts of packs there are."""
    gc.collect()
    return Counter(type(one).__name__ for one in gc.get_objects() if isinstance(one, PARTS))
