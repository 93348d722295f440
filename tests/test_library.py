"""What a service holds: the public names, and what they do when they are used, well or badly."""

from __future__ import annotations

import copy
import importlib.resources
import inspect
import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

import engine
from engine import Case, Decision, InvalidDocument, Pack, Submission, Version, load_pack
from engine.decision import PolicyId
from tests.small_packs import completed, load_data, merged, publish_all, write_pack
from tests.strategies import ACCEPTED, Document, dispute, wholly_known
from tests.test_interpreter import BASE

PUBLIC = {
    *(
        "Answer",
        "Case",
        "Deadline",
        "Decision",
        "Diagnostic",
        "Explanation",
        "InvalidDocument",
        "Pack",
        "Reason",
        "Submission",
    ),
    *("Version", "__version__", "load_pack", "Letter", "Notices", "load_notices"),
}
CASE: Document = next(dispute(n).document for n in range(50) if wholly_known(dispute(n)))
AS_OF = "2025-06-13T00:00:00-04:00"


def codes(problem: InvalidDocument) -> list[str]:
    return [diagnostic.code for diagnostic in problem.diagnostics]


# ------------------------------------------------------------------------------------------------- names and typing


def test_the_public_names_are_these_and_no_others() -> None:
    assert set(engine.__all__) == PUBLIC
    assert set(dir(engine)) == PUBLIC
    for name in PUBLIC:
        assert getattr(engine, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'load_packs'"):
        engine.load_packs  # noqa: B018


def test_every_public_class_and_method_says_what_it_is() -> None:
    for name in PUBLIC - {"__version__"}:
        thing = getattr(engine, name)
        assert inspect.getdoc(thing)
        for attribute, method in vars(thing).items():
            if not attribute.startswith("_") and inspect.isfunction(method):
                assert inspect.getdoc(method), f"{name}.{attribute}"


def test_the_package_is_typed() -> None:
    assert importlib.resources.files("engine").joinpath("py.typed").is_file()


def test_to_import_it_costs_nothing_that_is_not_used() -> None:
    lines = "import sys, engine; print([m for m in ('jsonschema', 'click', 'rich', 'yaml') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", lines], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


# ------------------------------------------------------------------------------------------------- the ordinary way


def test_five_lines_load_a_pack_and_decide_a_case() -> None:
    from engine import load_pack

    pack = load_pack()
    decision = pack.decide(CASE, as_of=AS_OF)
    assert json.loads(json.dumps(decision.to_dict()))["policy"]["version"] == pack.governing(CASE).name


def test_a_case_may_be_read_once_and_decided_at_many_moments(pack: Pack) -> None:
    version = pack.version("1.0.0")
    case = version.read_case(CASE)
    assert isinstance(case, Case) and case.scenario == CASE["scenario"]
    for days in range(0, 90, 7):
        moment = datetime(2025, 6, 1, tzinfo=UTC) + timedelta(days=days)
        decision = version.decide(case, moment)
        assert decision.as_of == moment
        assert decision == version.decide(case, moment.isoformat())
        assert decision == pack.decide(CASE, moment, version="1.0.0")


def test_a_decision_is_read_by_fields_and_attributes(pack: Pack) -> None:
    decision = pack.decide(CASE, AS_OF)
    assert isinstance(decision, Decision) and isinstance(decision.policy, PolicyId)
    assert decision["status"] == decision.status == decision.fields["status"]
    assert decision["return"] == decision.fields["return"]
    with pytest.raises(AttributeError, match="no field `statuss`; it has status"):
        decision.statuss  # noqa: B018
    with pytest.raises(KeyError):
        decision["statuss"]
    assert not hasattr(decision, "__wrapped__")


def test_equal_inputs_give_equal_decisions(pack: Pack) -> None:
    one, other = pack.decide(CASE, AS_OF), load_pack().decide(copy.deepcopy(CASE), AS_OF)
    assert one == other
    assert one.to_dict() == other.to_dict()


def test_instants_may_be_datetimes(pack: Pack) -> None:
    def as_objects(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: as_objects(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [as_objects(item) for item in value]
        if isinstance(value, str) and value[:2] == "20":
            return datetime.fromisoformat(value).astimezone(ZoneInfo("Asia/Kathmandu"))
        return value

    at = datetime.fromisoformat(AS_OF)
    assert pack.decide(as_objects(CASE), at).to_dict() == pack.decide(CASE, AS_OF).to_dict()


def test_a_pack_is_found_by_folder_by_name_or_because_it_is_the_only_one(pack: Pack) -> None:
    digest = pack.version("1.0.0").policy.digest
    for name in (None, pack.name, pack.folder, str(pack.folder)):
        assert load_pack(name).version("1.0.0").policy.digest == digest
    assert list(load_pack(only="1.0.0").versions) == ["1.0.0"]


def test_threads_may_share_everything(pack: Pack) -> None:
    def all_of_it(number: int) -> tuple[str, str]:
        found = dispute(number % 12)
        version = pack.version("1.0.0")
        return version.name, json.dumps(version.decide(version.read_case(found.document), found.as_of).to_dict())

    alone = [all_of_it(number) for number in range(12)]
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(all_of_it, range(240))) == alone * 20


# ------------------------------------------------------------------------------------------------- mistakes


def test_a_version_that_is_not_there(pack: Pack) -> None:
    for asked in (lambda: pack.version("1.0.1"), lambda: pack.decide(CASE, AS_OF, version="1.0.1")):
        with pytest.raises(InvalidDocument) as refusal:
            asked()
        assert codes(refusal.value) == ["pack/unknown-version"]
        assert refusal.value.diagnostics[0].help == "did you mean `1.0.0`?"
    with pytest.raises(InvalidDocument, match="pack/unknown-version"):
        load_pack(only="9.9.9")


def test_a_pack_that_is_not_there() -> None:
    with pytest.raises(InvalidDocument) as refusal:
        load_pack("tiktok-shop-uk")
    assert codes(refusal.value) == ["pack/unknown"]
    assert refusal.value.diagnostics[0].help == "did you mean `tiktok-shop-us`?"


def test_a_moment_without_an_offset_or_far_away(version: Version) -> None:
    case = version.read_case(CASE)
    naive = datetime(2025, 6, 13)
    for moment in (naive, "2025-06-13T00:00:00", "2025-06-13", "yesterday", "1999-12-31T23:59:59Z"):
        with pytest.raises(ValueError, match=r"."):
            version.decide(case, moment)
    for year in (1999, 2101):
        with pytest.raises(ValueError, match="2000 to 2100"):
            version.decide(case, datetime(year, 6, 1, tzinfo=UTC))


def test_a_row_that_is_not_there(pack: Pack) -> None:
    with pytest.raises(InvalidDocument) as refusal:
        pack.decide({**CASE, "scenario": "lost_packages"}, AS_OF)
    assert codes(refusal.value) == ["case/scenario"]
    assert refusal.value.diagnostics[0].help == "did you mean `lost_package`?"
    assert refusal.value.diagnostics[0].path == ("scenario",)


def test_a_case_of_another_version(version: Version) -> None:
    with pytest.raises(ValueError, match="no scenario `wheel`"):
        version.decide(Case("wheel", {}, "sha256:" + "0" * 64), AS_OF)


def test_everything_that_is_wrong_with_a_case_is_said_at_once(pack: Pack) -> None:
    wrong: dict[str, Any] = {
        "scenario": "quality",
        "policy": "some-other-pack",
        "titel": "A typo",
        "facts": {
            "dispute": {"time_zone": "America/New York", "filed_at": "2025-06-10T09:00:00", "issue_visibel": True},
            "order": {"on_platform": "yes", "delivered_at": None, "valid_transaction": None},
            "earlier": {"raised": 1.0, "latest_end": "judgement"},
            "seller": {"materials": [{"submitted_at": "2025-06-10T09:00:00Z", "proofs": []}]},
            "customer": {"materials": [{"proves": []}]},
            "carriers": [],
        },
    }
    with pytest.raises(InvalidDocument) as refusal:
        pack.decide(wrong, AS_OF, version="1.0.0")
    found = {problem.path: problem.code for problem in refusal.value.diagnostics}
    assert found == {
        ("policy",): "case/other-policy",
        ("titel",): "case/unknown-key",
        ("facts", "dispute", "time_zone"): "case/time",
        ("facts", "dispute", "filed_at"): "case/time",
        ("facts", "dispute", "issue_visibel"): "case/unknown-fact",
        ("facts", "order", "on_platform"): "case/type",
        ("facts", "order", "valid_transaction"): "case/null",
        ("facts", "earlier", "raised"): "case/type",
        ("facts", "earlier", "latest_end"): "case/value",
        ("facts", "seller", "materials", 0, "proofs"): "case/unknown-key",
        ("facts", "customer", "materials", 0): "case/missing-key",
        ("facts", "carriers"): "case/unknown-fact",
    }
    assert all(problem.help for problem in refusal.value.diagnostics if problem.code in ("case/value", "case/null"))


@pytest.mark.parametrize("data", [None, [], "quality", 5, {"scenario": None}, {"scenario": "quality", "facts": []}, {}])
def test_what_is_no_case_at_all(pack: Pack, data: object) -> None:
    with pytest.raises(InvalidDocument):
        pack.version("1.0.0").read_case(data)


def test_a_naive_datetime_in_a_case(version: Version) -> None:
    naive = datetime(2025, 6, 10, 9)
    with pytest.raises(InvalidDocument) as refusal:
        version.read_case({"scenario": "quality", "facts": {"dispute": {"filed_at": naive}}})
    assert codes(refusal.value) == ["case/time"]


# ------------------------------------------------------------------------------------------------- numbers and dates

PRICED: Any = merged(
    BASE["policy"],
    {
        "facts": {"bike.price": {"type": "decimal", "nullable": True}, "bike.sold_on": "date", "bike.gears": "integer"},
        "decision": {"payer": {"one_of": ["rider", "shop"], "otherwise": "nobody", "must_be_known": True}},
        "tables": {
            "bill": {
                "hit": "first",
                "rules": [
                    {"when": "given(bike.price) and bike.price >= '0.30'", "payer": "shop"},
                    {"else": True, "payer": "rider"},
                ],
            }
        },
    },
)


@pytest.mark.parametrize(
    ("price", "payer"),
    [(Decimal("0.1") + Decimal("0.2"), "shop"), (Decimal("0.29"), "rider"), (1, "shop"), (None, "rider")],
)
def test_decimals_are_exact(price: object, payer: str) -> None:
    version = load_data(PRICED).version("1.0.0")
    decision = version.decide(version.read_case({"scenario": "wheel", "facts": {"bike": {"price": price}}}), AS_OF)
    assert decision.payer == payer


@pytest.mark.parametrize("price", [0.3, float("nan"), True, "0.30", Decimal("NaN"), Decimal("1e30"), []])
def test_a_binary_fraction_is_no_decimal(price: object) -> None:
    version = load_data(PRICED).version("1.0.0")
    with pytest.raises(InvalidDocument) as refusal:
        version.read_case({"scenario": "wheel", "facts": {"bike": {"price": price}}})
    assert codes(refusal.value) == ["case/type"]
    if price == 0.3:
        assert "binary fraction" in str(refusal.value)


@pytest.mark.parametrize("gears", [True, 3.0, Decimal(3), "3", 10**10])
def test_a_whole_number_is_one(gears: object) -> None:
    version = load_data(PRICED).version("1.0.0")
    with pytest.raises(InvalidDocument) as refusal:
        version.read_case({"scenario": "wheel", "facts": {"bike": {"gears": gears}}})
    assert codes(refusal.value) == ["case/type"]


def test_equal_numbers_written_otherwise_are_the_same_case() -> None:
    version = load_data(PRICED).version("1.0.0")
    digests = {
        version.read_case({"scenario": "wheel", "facts": {"bike": {"price": price}}}).digest
        for price in (Decimal("2.5"), Decimal("2.50"), Decimal("25e-1"))
    }
    assert len(digests) == 1


# ------------------------------------------------------------------------------------------------- versions


@pytest.fixture
def grown(tmp_path: Path) -> Pack:
    """A pack with three published versions and a draft."""
    first = completed(PRICED)
    versions = [
        {**first, "effective_from": "2020-01-01"},
        {**first, "version": "1.1.0", "effective_from": "2025-03-10"},
        {**first, "version": "2.0.0", "effective_from": "2026-01-01"},
        {**first, "version": "2.1.0", "effective_from": "2025-06-01"},
    ]
    return load_pack(publish_all(write_pack(tmp_path / "workshop", versions), drafts=["2.1.0"]))


def filed(at: str | datetime, zone: str | None = "Europe/Lisbon") -> Document:
    claim: dict[str, Any] = {"made_at": at}
    return {"scenario": "wheel", "facts": {"claim": claim | ({"zone": zone} if zone else {}), "bike": {"price": 1}}}


def test_the_version_in_force_on_the_day_of_filing_governs(grown: Pack) -> None:
    assert list(grown.versions) == ["1.0.0", "1.1.0", "2.0.0", "2.1.0"]
    for at, name in (
        ("2025-03-09T23:59:59Z", "1.0.0"),
        ("2025-03-10T00:00:00Z", "1.1.0"),
        ("2025-06-15T00:00:00Z", "1.1.0"),
        ("2026-01-01T00:00:00Z", "2.0.0"),
    ):
        assert grown.governing(filed(at)).name == name
        assert grown.decide(filed(at), AS_OF).policy.version == name
    assert grown.governing(filed(datetime(2025, 3, 10, tzinfo=UTC))).name == "1.1.0"


def test_the_day_is_that_of_the_dispute_s_own_zone(grown: Pack) -> None:
    at = "2025-03-10T03:00:00Z"
    assert grown.governing(filed(at, "America/New_York")).name == "1.0.0"
    assert grown.governing(filed(at, "Asia/Kathmandu")).name == "1.1.0"
    name, why = grown.governing_with_reason(filed(at, "America/New_York"))
    assert name == "1.0.0" and "2025-03-09" in why and "2020-01-01" in why


def test_a_draft_never_governs_and_can_be_named(grown: Pack) -> None:
    assert grown.governing(filed("2025-06-02T00:00:00Z")).name == "1.1.0"
    assert grown.decide(filed("2025-06-02T00:00:00Z"), AS_OF, version="2.1.0").policy.version == "2.1.0"


def test_without_a_zone_the_version_is_clear_except_near_its_first_day(grown: Pack) -> None:
    assert grown.governing(filed("2025-04-10T03:00:00Z", None)).name == "1.1.0"
    with pytest.raises(InvalidDocument) as refusal:
        grown.governing(filed("2025-03-10T03:00:00Z", None))
    assert codes(refusal.value) == ["pack/version-unclear"]
    assert refusal.value.diagnostics[0].path == ("facts", "claim", "zone")


def test_without_a_filing_it_is_not(grown: Pack) -> None:
    for case in (filed("unknown"), {"scenario": "wheel", "facts": {}}, None):
        with pytest.raises(InvalidDocument) as refusal:
            grown.governing(case)
        assert codes(refusal.value) == ["pack/version-unclear"]
        assert refusal.value.diagnostics[0].help


def test_before_the_first_version_nothing_governs(grown: Pack) -> None:
    with pytest.raises(InvalidDocument) as refusal:
        grown.governing(filed("2019-12-31T12:00:00Z"))
    assert codes(refusal.value) == ["pack/no-version"]
    assert "2020-01-01" in str(refusal.value.diagnostics[0].help)


def test_a_file_that_is_named_for_another_version(tmp_path: Path) -> None:
    write_pack(tmp_path, [completed(PRICED)])
    (tmp_path / "1.0.0.yaml").rename(tmp_path / "1.2.0.yaml")
    with pytest.raises(InvalidDocument, match="pack/file-name"):
        load_pack(tmp_path)


# ------------------------------------------------------------------------------------------------- cannot be changed


def test_what_comes_out_cannot_be_changed(pack: Pack) -> None:
    version = pack.version("1.0.0")
    case = version.read_case(CASE)
    decision = version.decide(case, AS_OF)
    for change in (
        lambda: setattr(decision, "scenario", "other"),
        lambda: setattr(decision.reasons[0], "state", "open"),
        lambda: setattr(case, "scenario", "other"),
        lambda: setattr(version, "policy", None),
        lambda: setattr(pack, "versions", {}),
        lambda: decision.fields.update(status="closed"),  # type: ignore[attr-defined]
        lambda: case.values.clear(),  # type: ignore[attr-defined]
        lambda: pack.versions.pop("1.0.0"),  # type: ignore[attr-defined]
        lambda: version.policy.facts.clear(),  # type: ignore[attr-defined]
        lambda: version.programs.clear(),  # type: ignore[attr-defined]
    ):
        with pytest.raises((AttributeError, TypeError)):
            change()
    data = decision.to_dict()
    data.clear()
    assert decision.to_dict()


def test_the_caller_s_own_data_are_left_alone_and_not_held(version: Version) -> None:
    data = copy.deepcopy(CASE)
    case = version.read_case(data)
    data["facts"].clear()
    assert version.read_case(CASE) == case
    kept = {"scenario": "quality", "facts": ACCEPTED}
    before = copy.deepcopy(kept)
    version.decide(version.read_case(kept), AS_OF)
    assert kept == before


def test_submissions_are_plain_data(version: Version) -> None:
    materials = [{"submitted_at": "2025-06-10T12:00:00+02:00", "proves": ["handed_over"], "authentic": "unknown"}]
    case = version.read_case({"scenario": "quality", "facts": {"seller": {"materials": materials}}})
    at = datetime(2025, 6, 10, 10, tzinfo=UTC)
    assert case.values["seller.materials"] == (Submission(at, frozenset({"handed_over"}), None),)


def test_what_is_large_is_shown_shortly(pack: Pack) -> None:
    assert repr(pack) == "<Pack tiktok-shop-us: 1.0.0, 1.1.0>"
    assert repr(pack.version("1.0.0")) == "<Version 1.0.0 of tiktok-shop-us>"
    assert len(repr(pack.version("1.0.0").read_case(CASE))) < 10_000
