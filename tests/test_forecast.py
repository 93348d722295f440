"""What happens if nobody acts: each step is what `decide` says then, and between two steps nothing changes."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import given

from engine import load_pack
from engine.analysis.forecast import Forecast, forecast
from engine.case.model import Case
from engine.cli import exits
from engine.cli.app import app
from engine.document import plain, read_document
from engine.render.page import cells
from tests.bikes import POLICY as BIKES
from tests.conforming import conforms
from tests.explained import made_up
from tests.explained.forecasts import holds_good
from tests.small_packs import load_text
from tests.strategies import documents, instants, modest

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / "policies" / "tiktok-shop-us" / "examples"
SILENT, LOST, DEDUCTION = (EXAMPLES / f"{n}.yaml" for n in ("seller-silent-so-far", "lost-package", "deduction"))
PACK = load_pack()
VERSION = PACK.version("1.0.0")

Run = Callable[..., Result]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("COLUMNS", "80")

    def run(*arguments: object, code: int = 0) -> Result:
        result = CliRunner().invoke(app, ["forecast", *map(str, arguments)])
        assert result.exit_code == code, result.output
        return result

    return run


@modest(30)
@given(documents(VERSION.policy), instants())
def test_so_it_is_for_any_case(document: Any, as_of: str) -> None:
    case, moment = VERSION.read_case(document), datetime.fromisoformat(as_of).astimezone(UTC)
    holds_good(VERSION, case, moment, forecast(VERSION, case, moment))


def test_a_period_that_rows_do_not_have_in_common_ends_all_the_same() -> None:
    """The row is not known; the period for the judgment ends at an instant of its own in each, and then all agree."""
    found = made_up(210, 5)
    case, moment = VERSION.read_case(found.document), datetime.fromisoformat(found.as_of).astimezone(UTC)
    coming = forecast(VERSION, case, moment)
    holds_good(VERSION, case, moment, coming)
    assert case.scenario is None
    assert [change.name for step in coming.steps for change in step.fields] == ["notes"]


BIKE_SHOP = load_text(BIKES).version("1.0.0")


@modest(30)
@given(documents(BIKE_SHOP.policy), instants())
def test_so_it_is_for_a_policy_of_another_trade(document: Any, as_of: str) -> None:
    case, moment = BIKE_SHOP.read_case(document), datetime.fromisoformat(as_of).astimezone(UTC)
    holds_good(BIKE_SHOP, case, moment, forecast(BIKE_SHOP, case, moment))


def of(path: Path, **given: Any) -> tuple[Forecast, Case]:
    data = plain(read_document(path))
    assert isinstance(data, dict)
    case = VERSION.read_case(data)
    return forecast(VERSION, case, given.pop("as_of", data["as_of"]), **given), case


# ------------------------------------------------------------------------------------------- the story of a dispute


def test_the_end_of_a_period_turns_the_case() -> None:
    found, _ = of(SILENT)
    first, second = found.steps
    assert first.last_instant == datetime(2025, 6, 12, 14, tzinfo=UTC)
    assert first.ledger.decision.in_favor_of == "customer"
    assert "seller-silent" in {reason.rule for reason in first.decides}
    assert [entry.window for entry in first.ledger.next_deadlines] == ["judgment_period"]
    assert second.last_instant == datetime(2025, 6, 14, 14, tzinfo=UTC)
    assert {reason.rule for reason in second.decides} == {"overdue"}
    assert found.waits_for == ("judgment.notified_at",)
    assert found.next_moment("judgment.notified_at") == datetime(2025, 6, 12, 14, 0, 1, tzinfo=UTC)


def test_what_is_supposed_goes_on_from_there() -> None:
    """The judgment is notified on Friday: the action is due on Sunday, the appeal and the request until midnight."""
    notified = datetime(2025, 6, 13, 14, tzinfo=UTC)
    found, _ = of(SILENT, suppose={"judgment.notified_at": notified})
    told = [
        (step.last_instant or step.at, {change.after.window: change.after.state for change in step.clocks})
        for step in found.steps
    ]
    assert [moment for moment, _ in told] == [
        datetime(2025, 6, 12, 14, tzinfo=UTC),
        notified,
        datetime(2025, 6, 15, 14, tzinfo=UTC),
        datetime(2025, 6, 16, 3, 59, 59, tzinfo=UTC),
    ]
    assert told[1][1] == {
        "judgment_period": "met", "next_request": "running", "appeal": "running", "seller_action": "running"
    }  # fmt: skip
    assert told[2][1] == {"seller_action": "missed"}
    assert "automatic_deduction" in found.steps[2].ledger.decision.remedies
    assert found.waits_for == ()


def test_an_event_of_the_case_lies_ahead() -> None:
    found, _ = of(DEDUCTION, as_of="2025-10-08T12:00:00-05:00")
    assert any(step.events == ("judgment.notified_at",) and step.last_instant is None for step in found.steps)
    assert "automatic_deduction" in found.ledgers[-1].decision.remedies


def test_a_dispute_that_is_over_waits_for_nothing() -> None:
    """Version 1.0.0 still remarks that the judgment is overdue; nothing else changes any more."""
    found, _ = of(EXAMPLES / "withdrawn.yaml")
    assert {change.name for step in found.steps for change in step.fields} == {"notes"}
    assert found.waits_for == () and all(step.last_instant for step in found.steps)


def test_it_stops_at_the_end_of_time_and_says_so(run: Run, tmp_path: Path) -> None:
    text = SILENT.read_text(encoding="utf-8").replace("2025-06-", "2100-12-")
    moved = re.sub(r"2100-12-(\d\d)T", lambda day: f"2100-12-{int(day[1]) + 19}T", text)
    case = tmp_path / "case.yaml"
    case.write_text(moved, encoding="utf-8")
    assert "Then it goes on beyond the time that can be decided" in run(case).stdout
    data = json.loads(run(case, "--format", "json").stdout)
    assert data["reaches"] and len(data["steps"]) == 1


# ------------------------------------------------------------------------------------------------------ the command


def test_it_reads_as_a_person_would_tell_it(run: Run) -> None:
    output = run(SILENT).stdout
    assert all(cells(line) <= 80 for line in output.splitlines())
    text = " ".join(output.split())
    for told in (
        "After Thu 12 Jun 2025 10:00 EDT, in 1 day 1 hour",
        "Submission period of the seller (Seller) ends and is missed.",
        "In favor of: none becomes customer (The customer).",
        "Next: Judgment period (Platform) ends Sat 14 Jun 2025 10:00 EDT.",
        "Then nothing more runs until judgment.notified_at:",
    ):
        assert told in text


def test_next_is_the_moment_when_it_is_due(run: Run) -> None:
    given = ["--suppose", "judgment.notified_at=next", "--format", "json"]
    data = json.loads(run(SILENT, *given).stdout)
    assert data["steps"][1]["events"] == ["judgment.notified_at"]
    assert data["steps"][1]["at"] == "2025-06-12T10:00:01-04:00"
    assert "automatic_deduction" in data["steps"][2]["fields"]["remedies"]["after"]
    acted = json.loads(run(SILENT, *given, "--suppose", "seller.acted_at=next").stdout)
    assert acted["steps"][-1]["fields"]["status"]["after"] == "closed"


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_example_in_every_form(run: Run, path: Path) -> None:
    data = conforms("forecast", json.loads(run(path, "--format", "json").stdout), VERSION)
    for step in data["steps"]:
        decided = VERSION.decide(VERSION.read_case(plain(read_document(path))), step["at"])
        assert all(decided.to_dict()[name] == value["after"] for name, value in step["fields"].items())
    markdown = run(path, "--format", "markdown").stdout
    assert markdown.count("\n## ") == len(data["steps"]) + 1
    ET.fromstring(run(path, "--format", "svg").stdout)


@pytest.mark.parametrize(
    ("supposed", "told"),
    [
        ("judgement.notified_at=next", "did you mean `judgment.notified_at`?"),
        ("judgment.notified_at", "write `--suppose judgment.notified_at=VALUE`"),
        ("judgment.notified_at=tomorrow", "is not an instant"),
        ("order.shipping_mode=by_boat", "it can be ship_by_seller, ship_by_tiktok"),
        ("order.shipping_mode=[", "--suppose order.shipping_mode"),
    ],
)
def test_what_cannot_be_supposed(run: Run, supposed: str, told: str) -> None:
    assert told in " ".join(run(SILENT, "--suppose", supposed, code=exits.USAGE).output.split())
