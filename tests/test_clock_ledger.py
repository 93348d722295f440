"""The clocks of a case: the ledger against decisions and an oracle, and its table, pictures and calendar."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from icalendar import Calendar

from engine import Version, load_pack
from engine.analysis.clock_ledger import clock_ledger
from engine.analysis.clock_model import ClockEntry, ClockLedger
from engine.cli import exits
from engine.cli.app import app
from engine.document import plain, read_document
from engine.render.clock_to_data import clock_to_data
from engine.render.page import cells
from engine.render.timeline import timeline_to_svg
from engine.render.timeline_axis import axis_of
from tests.bikes import POLICY as BIKES
from tests.conforming import conforms
from tests.oracle import clock as oracle
from tests.small_packs import load_text
from tests.strategies import Dispute, disputes, documents, instants, modest, with_facts

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / "policies" / "tiktok-shop-us" / "examples"
PACK = load_pack()
VERSION = PACK.version("1.0.0")
NEW_YORK = ZoneInfo("America/New_York")
SVG = "{http://www.w3.org/2000/svg}"
SECOND = timedelta(seconds=1)

Run = Callable[..., Result]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("COLUMNS", "80")

    def run(*arguments: object, code: int = 0, stdin: str | None = None) -> Result:
        result = CliRunner().invoke(app, ["clock", *map(str, arguments)], input=stdin)
        assert result.exit_code == code, result.output
        return result

    return run


def ledger_of(document: Any, as_of: Any, version: Version = VERSION) -> ClockLedger:
    return clock_ledger(version, version.read_case(document), as_of)


def example(name: str) -> dict[str, Any]:
    data = plain(read_document(EXAMPLES / f"{name}.yaml"))
    assert isinstance(data, dict)
    return data


def of(name: str, **changed: Any) -> dict[str, ClockEntry]:
    """The clocks of an example by window, with some facts replaced (`group__key`) or at another moment (`as_of`)."""
    data = example(name)
    as_of = changed.pop("as_of", data["as_of"])
    document = with_facts(data, {key.replace("__", "."): value for key, value in changed.items()})
    return {entry.window: entry for entry in ledger_of(document, as_of).entries}


# ------------------------------------------------------------------------------------------ against the decision


@modest(150)
@given(disputes())
def test_it_says_what_the_decision_says(found: Dispute) -> None:
    """Every deadline of the decision is a clock that counts, and the other way round; with its end and its state."""
    ledger = ledger_of(found.document, found.as_of)
    entries = {entry.window: entry for entry in ledger.entries}
    decision = ledger.decision
    assert decision == VERSION.decide(VERSION.read_case(found.document), found.as_of)
    shown = {window: e for window, e in entries.items() if e.counts and e.deadline and e.ends and e.state != "open"}
    deadlines = {
        deadline.window: deadline for deadline in decision.deadlines if entries[deadline.window].state != "open"
    }
    assert {(e.window, e.deadline, e.party, e.ends) for e in shown.values()} == {
        (d.window, d.name, d.party, d.at) for d in deadlines.values()
    }
    for window, deadline in deadlines.items():
        if entries[window].state != "not started":
            assert entries[window].state == deadline.state
        assert (entries[window].clauses, entries[window].readings) == (deadline.clauses, deadline.readings)


@modest(60)
@given(documents(VERSION.policy), instants())
def test_any_case_has_a_ledger(document: Any, as_of: str) -> None:
    """Whatever is known: each state comes with what explains it."""
    ledger = ledger_of(document, as_of)
    conforms("clock", clock_to_data(ledger, VERSION.policy), VERSION)
    for entry in ledger.entries:
        match entry.state:
            case "not asked":
                assert entry.because
            case "open":
                assert entry.missing
            case "not started":
                assert entry.starts or entry.would_start or any(span.amount is None for span in entry.spans)
            case _:
                assert entry.starts or entry.ends
        if entry.done_at and entry.ends:
            assert entry.late == (entry.done_at > entry.ends)


@modest(150)
@given(disputes())
def test_ends_agree_with_an_oracle_in_whole_seconds(found: Dispute) -> None:
    zone = ZoneInfo(found.fact("time_zone")) if found.fact("time_zone") != "unknown" else None
    for entry in ledger_of(found.document, found.as_of).entries:
        if entry.starts is None or entry.ends is None:
            continue
        (span,) = entry.spans
        assert span.amount is not None
        start = round(entry.starts.timestamp())
        if span.amount.unit == "hours":
            assert entry.ends.timestamp() == start + span.amount.count * 3600
        else:
            assert zone is not None and entry.zone == zone
            assert entry.ends.timestamp() == oracle.end_of_calendar_days(start, span.amount.count, zone)


@modest(80)
@given(disputes())
def test_what_would_start_a_clock_starts_it(found: Dispute) -> None:
    """When every event that a clock waits for happens now, it has started, or it is not asked any more."""
    before = ledger_of(found.document, found.as_of)
    for entry in before.entries:
        if entry.state != "not started" or not entry.would_start:
            continue
        changed = dict.fromkeys(entry.would_start, found.as_of)
        for name in entry.would_start:
            if VERSION.policy.facts[name].kind == "submissions":
                changed[name] = [{"submitted_at": found.as_of, "proves": []}]  # type: ignore[assignment]
        after = ledger_of(with_facts(found.document, changed), found.as_of)
        state = next(one for one in after.entries if one.window == entry.window)
        assert state.state == "not asked" or state.starts is not None or state.missing, entry


# --------------------------------------------------------------------------------------------------- what is told


def test_states_and_what_explains_them() -> None:
    lost = of("lost-package")
    assert lost["submission_period.carrier"].state == "missed"
    assert str(lost["submission_period.carrier"].zone) == "America/Los_Angeles"
    assert lost["submission_period.customer"].zone is None
    assert (lost["appeal"].state, lost["appeal"].would_start) == ("not started", ("judgment.notified_at",))
    assert lost["judgment_period"].state == "running"
    assert [e.window for e in ledger_of(example("lost-package"), "2025-06-26T12:00:00-07:00").next_deadlines] == [
        "judgment_period"
    ]
    early = of("lost-package", as_of="2025-06-10T12:00:00-07:00")
    assert early["judgment_period"].would_start == ("seller.materials", "carrier.materials")
    silent = of("lost-package", seller__materials=[{"submitted_at": "2025-06-13T09:00:00-07:00", "proves": []}])
    assert (silent["submission_period.seller"].state, silent["submission_period.seller"].late) == ("missed", True)
    unknown = of("lost-package", dispute__time_zone="unknown")
    assert unknown["submission_period.carrier"].missing == ("dispute.time_zone",)


def test_a_clock_that_is_held_up_says_by_what() -> None:
    appealed = of("deduction", seller__appealed_at="2025-10-10T12:00:00-05:00")
    assert (appealed["seller_action"].state, appealed["seller_action"].paused_by) == ("paused", "appeal")


def test_nobody_is_held_to_the_clocks_of_a_dispute_that_is_over() -> None:
    ledger = ledger_of(example("withdrawn"), example("withdrawn")["as_of"])
    assert {entry.window for entry in ledger.entries if entry.counts} == {"acceptance_period"}
    assert ledger.next_deadlines == ()


def test_a_case_without_a_row_has_the_clocks_of_all_rows() -> None:
    entries = of("lost-package", as_of="2025-06-26T12:00:00-07:00")
    document = {**example("lost-package"), "scenario": "unknown"}
    common = ledger_of(document, "2025-06-26T12:00:00-07:00").entries
    assert common and all(entries[entry.window].ends == entry.ends for entry in common)
    assert "judgment_period" not in {entry.window for entry in common}


def test_a_policy_of_another_trade() -> None:
    """Alternatives of which the last end counts are told as an extension; `until` and `never` are told, too."""
    version = load_text(BIKES).version("1.0.0")
    kinds = {span.until is not None for p in version.programs.values() for w in p.windows for span in w.spans}
    assert kinds == {True, False}
    for scenario in version.programs:
        for as_of in ("2025-03-09T12:00:00Z", "2026-03-09T12:00:00Z"):
            facts = {"claim": {"zone": "Asia/Kathmandu", "filed_at": "2025-03-08T12:00:00Z", "urgent": True}}
            ledger = ledger_of({"scenario": scenario, "facts": facts}, as_of, version)
            assert timeline_to_svg(ledger.entries, ledger.decision.as_of, ledger.decision.zone, version.policy)
            for deadline in ledger.decision.deadlines:
                entry = next(one for one in ledger.entries if one.window == deadline.window)
                assert entry.ends == deadline.at


# ------------------------------------------------------------------------------------------------------ the command


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.yaml")), ids=lambda path: path.stem)
@pytest.mark.parametrize("form", ["text", "json", "markdown", "svg"])
def test_every_example_in_every_form(run: Run, path: Path, form: str) -> None:
    output = run(path, "--format", form).stdout
    title = example(path.stem)["title"]
    if form == "text":
        assert title in " ".join(output.split())
        assert all(cells(line) <= 80 for line in output.splitlines())
    elif form == "json":
        data = conforms("clock", json.loads(output), VERSION)
        assert {clock["window"] for clock in data["clocks"]} >= set(data["next_deadlines"].values())
    elif form == "svg":
        assert title in ET.fromstring(output).findtext(f"{SVG}title", "")
    else:
        assert len({line.count(" | ") for line in output.splitlines() if line.startswith("| ")}) == 1


def test_the_text_names_what_a_reader_looks_for(run: Run) -> None:
    text = " ".join(run(EXAMPLES / "lost-package.yaml").stdout.split())
    assert "Judgment period ends Thu 26 Jun 2025 23:59:59 PDT, running, 11 hours 59 minutes left" in text
    assert (
        "15 calendar days after the notice of the dispute was sent to the carrier (days in America/Los_Angeles)" in text
    )
    assert "would start with: judgment.notified_at" in text
    assert "because “Seller” does not stand under “liable”" in text


@pytest.mark.parametrize("width", [40, 60, 120])
def test_the_picture_fits_the_terminal(run: Run, monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    output = run(EXAMPLES / "lost-package.yaml").stdout
    assert all(cells(line) <= width for line in output.splitlines())
    bars = [line for line in output.splitlines() if "xxx" in line]
    assert len({line.index("|") for line in bars}) <= 1
    assert bool(bars) == (width > 50)


def test_what_is_wrong_is_told(run: Run) -> None:
    assert "no such scenario" in run("-", stdin="scenario: lots\nfacts: {}\n", code=exits.INVALID).output
    assert "--format ics" in run(EXAMPLES / "delayed.yaml", "--alarm", 3, code=exits.USAGE).output
    assert "one case" in run(EXAMPLES / "disputes.jsonl", code=exits.USAGE).output
    nothing = "scenario: unknown\nfacts: {}\n"
    assert "no calendar" in run("-", "--policy", "1.0.0", "--format", "ics", stdin=nothing, code=1).output
    assert "No clock runs" in run("-", "--policy", "1.0.0", stdin=nothing).output


# ------------------------------------------------------------------------------------------------------- a calendar


def events(text: str) -> dict[str, Any]:
    return {str(event["UID"]): event for event in Calendar.from_ical(text).walk("VEVENT")}


def test_the_calendar_is_read_by_others(run: Run, tmp_path: Path) -> None:
    case = tmp_path / "case.yaml"
    odd = 'Ünïcode, a semi;colon, a back\\slash and " long long long long long long 日本語日本語日本語日本語 words'
    text = (EXAMPLES / "lost-package.yaml").read_text(encoding="utf-8")
    case.write_text(text.replace(example("lost-package")["title"], json.dumps(odd)), encoding="utf-8")
    output = run(case, "--format", "ics", "--alarm", 24).stdout_bytes.decode()
    assert all(len(line.encode()) <= 75 for line in output.split("\r\n"))
    assert output.count("\n") == output.count("\r\n")
    found = events(output)
    ledger = ledger_of(example("lost-package"), example("lost-package")["as_of"])
    ends = {entry.ends for entry in ledger.entries if entry.ends}
    assert {event["DTSTART"].dt for event in found.values()} == ends
    for event in found.values():
        assert odd in str(event["DESCRIPTION"])
        assert event["DTSTAMP"].dt == datetime(2025, 6, 26, 19, tzinfo=UTC)
    running = [event for event in found.values() if event.walk("VALARM")]
    assert [str(event["SUMMARY"]) for event in running] == ["Platform: Judgment period ends"]
    assert running[0].walk("VALARM")[0]["TRIGGER"].dt == timedelta(hours=-24)


def test_a_later_calendar_moves_the_events_of_an_earlier_one(run: Run, tmp_path: Path) -> None:
    early = events(
        run(EXAMPLES / "lost-package.yaml", "--format", "ics", "--as-of", "2025-06-10T12:00:00-07:00").stdout
    )
    late = events(run(EXAMPLES / "lost-package.yaml", "--format", "ics").stdout)
    assert set(early) < set(late)
    seller = next(uid for uid, event in early.items() if "seller" in event["SUMMARY"])
    assert (str(early[seller]["STATUS"]), str(late[seller]["STATUS"])) == ("CONFIRMED", "CANCELLED")
    other = events(run(EXAMPLES / "deduction.yaml", "--format", "ics").stdout)
    assert not set(other) & set(late)


# -------------------------------------------------------------------------------------------------------- the picture


def span(starts: str, ends: str, as_of: str) -> list[ClockEntry]:
    entry = of("lost-package")["judgment_period"]
    return [replace(entry, starts=datetime.fromisoformat(starts), ends=datetime.fromisoformat(ends))]


@pytest.mark.parametrize(
    ("starts", "ends", "changed", "hours"),
    [
        ("2025-03-07T12:00:00-05:00", "2025-03-12T12:00:00-04:00", "9 Mar", 23),
        ("2025-10-31T12:00:00-04:00", "2025-11-05T12:00:00-05:00", "2 Nov", 25),
    ],
)
def test_days_are_drawn_as_long_as_they_are(starts: str, ends: str, changed: str, hours: int) -> None:
    """Days begin at local midnight, the day of a clock change has its 23 or 25 hours, and the picture says so."""
    entries = span(starts, ends, starts)
    axis = axis_of(entries, datetime.fromisoformat(starts), NEW_YORK)
    assert axis is not None
    assert {day.name: day.hours for day in axis.days if day.hours != 24} == {changed: hours}
    for day in axis.days:
        assert day.starts.astimezone(NEW_YORK).strftime("%H:%M:%S") == "00:00:00"
        assert axis.share(day.ends) - axis.share(day.starts) == pytest.approx(
            day.hours * 3600 / (axis.ends - axis.starts).total_seconds()
        )
    drawn = ET.fromstring(timeline_to_svg(entries, datetime.fromisoformat(starts), NEW_YORK, VERSION.policy))
    assert any(f"{changed} has {hours} hours" in (node.text or "") for node in drawn.iter(f"{SVG}title"))
    lines = {float(node.get("x1", "0")) for node in drawn.iter(f"{SVG}line") if node.get("class") == "tl-grid"}
    assert {round(12 + axis.share(day.starts) * 936, 2) for day in axis.days} == lines


def test_the_picture_says_all_that_it_shows() -> None:
    ledger = ledger_of(example("lost-package"), example("lost-package")["as_of"])
    drawn = timeline_to_svg(ledger.entries, ledger.decision.as_of, ledger.decision.zone, VERSION.policy, "A <title>")
    root = ET.fromstring(drawn)
    assert root.get("role") == "img"
    told = root.findtext(f"{SVG}desc", "")
    for name in (
        "Judgment period (Platform)",
        "missed 12 hours ago",
        "Appeal (Seller): not started",
        "26 Jun 2025 12:00",
    ):
        assert name in told
    assert "http" not in drawn.replace("http://www.w3.org/2000/svg", "")  # it stands alone
    for rect in root.iter(f"{SVG}rect"):
        assert 0 <= float(rect.get("x", "0")) <= float(rect.get("x", "0")) + float(rect.get("width", "0")) <= 960
