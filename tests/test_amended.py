"""A policy is amended in YAML alone: a new row, fact, party, remedy and period, from a date on."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest

from engine import Decision, Pack, load_pack
from engine.diagnostics import Report
from engine.document import plain, read_document, read_json
from engine.document.schema import check
from engine.policy.schemas import case_schema, decision_schema
from engine.source import Source

ROOT = Path(__file__).resolve().parent.parent
SHIPPED = ROOT / "policies" / "tiktok-shop-us"
FACTS: dict[str, dict[str, Any]] = {
    "dispute": {
        "time_zone": "America/New_York",
        "filed_at": "2026-03-05T10:00:00-05:00",
        "about_earlier_resolution": False,
        "request_with_seller": "unresolved",
    },
    "earlier": {"raised": 0, "closed": 0, "latest_end": "none", "judgment_notified_at": None},
    "order": {"on_platform": True, "valid_transaction": True, "delivered_at": "2026-03-01T10:00:00-05:00"},
    "product": {
        "customized": False, "wholly_damaged": False, "tested_hazardous": False, "reported_unsafe": False,
        "recall": "none",
    },
    "customer": {
        "is_buyer": True,
        "materials": [{"submitted_at": "2026-03-05T12:00:00-05:00", "proves": ["product_inconsistent"]}],
    },
    "seller": {"sells_in_us": True, "notified_at": "2026-03-05T11:00:00-05:00", "many_inferior_deliveries": False},
    "carrier": {"notified_at": None},
}  # fmt: skip


def amended(folder: Path) -> Path:
    """A copy of the shipped pack with the amended version beside 1.0.0."""
    pack = folder / "tiktok-shop-us"
    shutil.copytree(SHIPPED, pack, ignore=shutil.ignore_patterns("tests", "schemas", "examples"))
    text = (pack / "1.0.0.yaml").read_text(encoding="utf-8")
    changes: Any = plain(read_document(ROOT / "tests" / "amended" / "1.1.0.yaml"))
    for change in changes["changes"]:
        old, new = change["replace"], change["with"]
        if "\n" in old:  # blocks stand somewhere in the document: find their indentation
            depth = next(d for d in range(0, 12, 2) if "\n" + textwrap.indent(old, " " * d) in text)
            old, new = "\n" + textwrap.indent(old, " " * depth), "\n" + textwrap.indent(new, " " * depth)
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    (pack / "1.1.0.yaml").write_text(text, encoding="utf-8")
    return pack


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return amended(tmp_path_factory.mktemp("amended"))


@pytest.fixture(scope="module")
def amended_pack(folder: Path) -> Pack:
    return load_pack(folder)


def case(scenario: str, **changes: dict[str, Any]) -> dict[str, Any]:
    facts = {group: {**FACTS.get(group, {}), **changes.get(group, {})} for group in {**FACTS, **changes}}
    return {"scenario": scenario, "facts": facts}


def decide(pack: Pack, scenario: str, as_of: str, **changes: dict[str, Any]) -> Decision:
    return pack.decide(case(scenario, **changes), as_of)


def test_a_new_row_has_windows_and_evidence_of_its_own(amended_pack: Pack) -> None:
    decision = decide(amended_pack, "wrong_size", "2026-03-08T12:00:00-05:00")
    ends = {d["name"]: d["at"] for d in decision.to_dict()["deadlines"]}  # type: ignore[attr-defined]
    assert decision["status"] == "decided"
    assert ends["acceptance_ends"] == "2026-03-11T23:59:59-04:00"  # the clocks went forward on 8 March
    assert ends["seller_materials_due"] == "2026-03-06T11:00:00-05:00"
    assert decision["remedies"] == ("send_correct_or_replace_by_seller", "seller_bears_shipping_fee")


def test_a_new_party_is_awaited_and_owes(amended_pack: Pack) -> None:
    insurer = {"notified_at": "2026-03-05T11:00:00-05:00"}
    waiting = decide(amended_pack, "wrong_size", "2026-03-07T12:00:00-05:00", insurer=insurer)
    assert waiting["awaiting_from"] == ("insurer",)
    assert waiting["missing_evidence"] == ("insurer.insured_value",)
    over = decide(amended_pack, "wrong_size", "2026-03-09T00:00:00-04:00", insurer=insurer)
    assert over["status"] == "decided"


@pytest.mark.parametrize(("value", "voucher"), [(25, True), ("absent", False), (20, False)])
def test_a_new_fact_and_a_new_remedy(amended_pack: Pack, value: object, voucher: bool) -> None:
    order = {} if value == "absent" else {"value": value}
    decision = decide(amended_pack, "wrong_size", "2026-03-09T00:00:00-04:00", order=order)
    assert ("voucher" in decision["remedies"]) is voucher


@pytest.mark.parametrize(
    ("filed_at", "version", "last"),
    [
        ("2026-02-28T23:59:59-05:00", "1.0.0", "2026-03-07T23:59:59-05:00"),
        ("2026-03-01T00:00:00-05:00", "1.1.0", "2026-03-12T23:59:59-04:00"),
    ],
)
def test_the_day_of_filing_in_the_disputes_zone_picks_the_version(
    amended_pack: Pack, filed_at: str, version: str, last: str
) -> None:
    order = {"delivered_at": "2026-02-20T10:00:00-05:00", "shipping_mode": "ship_by_seller", "carrier_used": True}
    seller = {"notified_at": filed_at}
    decision = decide(
        amended_pack, "damaged_package", "2026-03-03T12:00:00-05:00",
        dispute={"filed_at": filed_at}, order=order, seller=seller,
    )  # fmt: skip
    ends = {d["name"]: d["at"] for d in decision.to_dict()["deadlines"]}  # type: ignore[attr-defined]
    assert decision.policy.version == version
    assert ends["acceptance_ends"] == last


def test_a_case_of_the_version_before_is_decided_as_before(amended_pack: Pack) -> None:
    shipped = load_pack()
    for example in sorted((SHIPPED / "examples").glob("*.yaml")):
        data: Any = plain(read_document(example))
        before = shipped.decide(data, data["as_of"], version="1.0.0").to_dict()
        after = amended_pack.decide(data, data["as_of"], version="1.0.0").to_dict()
        assert before == after


def test_the_generated_schemas_know_the_new_words(amended_pack: Pack) -> None:
    policy = amended_pack.version("1.1.0").policy
    decision = decide(amended_pack, "wrong_size", "2026-03-09T00:00:00-04:00", order={"value": 25})
    for data, schema in (
        (case("wrong_size", order={"value": 25}), case_schema(policy)),
        (decision.to_dict(), decision_schema(policy)),
    ):
        report = Report()
        check(read_json(Source("data", json.dumps(data))), schema, report)
        assert not report.found


@pytest.mark.parametrize(
    "words",
    [
        ("validate", "PACK/1.1.0.yaml"),
        ("versions", "--pack", "PACK"),
        ("rules", "wrong_size", "1.1.0", "--pack", "PACK"),
        ("table", "1.1.0", "--pack", "PACK"),
        ("facts", "1.1.0", "--pack", "PACK"),
        ("case", "wrong_size", "--policy", "1.1.0", "--pack", "PACK"),
        ("clauses", "1.1.0", "--pack", "PACK"),
        ("schema", "case", "--for", "1.1.0", "--pack", "PACK"),
    ],
    ids=lambda words: words[0],
)
def test_every_command_takes_the_amended_pack(folder: Path, words: tuple[str, ...]) -> None:
    command = [sys.executable, "cli.py", *(word.replace("PACK", str(folder)) for word in words)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
