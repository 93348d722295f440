"""The life of versions: begun, published, superseded; which one governs, by filing and by transition rules."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import engine.cli.packs
from engine import InvalidDocument, Pack, load_pack
from engine.cli.app import app
from engine.diagnostics import Report
from engine.document import plain, read_document
from engine.library import LEDGER, Ledger, Publication, load_ledger
from engine.publishing.begin import copied
from tests.museum_pieces import BASE
from tests.small_packs import publish_all

TODAY = date(2026, 2, 10)
NOW = datetime(2026, 2, 10, 12, 30, tzinfo=UTC)
BY = ("--by", "The desk", "--why", "It is time.")

Run = Callable[..., Result]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs the command in this process, on a day that never changes."""
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setattr(engine.cli.packs, "today", lambda: TODAY)
    monkeypatch.setattr(engine.cli.packs, "now", lambda: NOW)

    def run(*arguments: object, code: int = 0, **given: Any) -> Result:
        result = CliRunner().invoke(app, [str(argument) for argument in arguments], **given)
        assert "Traceback" not in result.output
        assert result.exit_code == code, result.output
        return result

    return run


@pytest.fixture
def loans(tmp_path: Path) -> Path:
    """A pack of one version, published from 2024 on."""
    folder = tmp_path / "loans"
    shutil.copytree(BASE, folder)
    return publish_all(folder)


def changed(file: Path, *changes: tuple[str, str]) -> None:
    text = file.read_text(encoding="utf-8")
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    file.write_text(text, encoding="utf-8")


def begun(run: Run, loans: Path, version: str = "1.1.0", *changes: tuple[str, str]) -> Path:
    """A draft that gives more time."""
    run("new", version, "--from", "1.0.0", "--pack", loans)
    file = loans / f"{version}.yaml"
    changed(
        file,
        ("changes: []", "changes: [More time., And more.]"),
        ("within: 21 calendar", "within: 28 calendar"),
        *changes,
    )
    return file


def entries(folder: Path) -> list[dict[str, Any]]:
    data: Any = plain(read_document(folder / LEDGER))
    return list(data["publications"])


def case(filed_at: str, **facts: Any) -> dict[str, Any]:
    loan = {"zone": "Europe/Paris", "filed_at": filed_at, "lent_at": "2026-02-01T10:00:00+01:00", **facts}
    return {"scenario": "late", "facts": {"loan": loan, "book": {"kind": "novel"}}}


def codes(problem: InvalidDocument) -> list[str]:
    return [one.code for one in problem.diagnostics]


# ---------------------------------------------------------------------------------------------------------------- new


def test_a_copy_keeps_everything_but_its_number_its_day_and_its_changes(run: Run, loans: Path) -> None:
    old = (loans / "1.0.0.yaml").read_text(encoding="utf-8")
    shown = run("new", "1.1.0", "--from", "1.0.0", "--pack", loans).stdout
    assert f"aftersale publish 1.1.0 --from DATE --pack {loans}" in " ".join(shown.split())
    new = (loans / "1.1.0.yaml").read_text(encoding="utf-8")
    gone = [line for line in old.splitlines() if line not in new.splitlines()]
    assert gone == ['version: "1.0.0"', "effective_from: 2024-01-01", "changes: [First version.]"]
    come = [line for line in new.splitlines() if line not in old.splitlines()]
    assert come == ['version: "1.1.0"', "changes: []  # what changes against 1.0.0, one sentence each"]
    assert load_pack(loans, only="1.1.0").version("1.1.0").first_day is None
    dated = run("new", "1.2.0", "--from", "1.1.0", "--effective-from", "2026-03-01", "--pack", loans).stdout
    assert f"aftersale publish 1.2.0 --pack {loans}" in " ".join(dated.split())
    assert load_pack(loans, only="1.2.0").version("1.2.0").first_day == date(2026, 3, 1)


def test_the_comments_at_the_top_speak_of_the_new_number() -> None:
    text = "# $schema=schemas/1.0.0.policy.schema.json\n# Version 1.0.0, not 11.0.0 or 1.0.0.1.\n" + _DOCUMENT
    new = copied(text, "1.0.0", "1.1.0", None, report := Report())
    assert not report.found
    assert new.startswith("# $schema=schemas/1.1.0.policy.schema.json\n# Version 1.1.0, not 11.0.0 or 1.0.0.1.\n")
    assert "title: It was 1.0.0  # 1.0.0 here" in new
    assert "# about the day" not in new and "- Many" not in new and new.endswith("z: 1\n")


_DOCUMENT = """\
version: '1.0.0'   # the number
title: It was 1.0.0  # 1.0.0 here
effective_from: 2024-01-01  # about the day
changes:
  - Many
  # and
  - more.
# below
z: 1
"""


def test_a_number_is_not_taken_twice_and_is_helped_with(run: Run, loans: Path) -> None:
    for arguments, said in (
        (("1.0.0", "--from", "1.0.0"), "there is a version 1.0.0 already"),
        (("0.9.0", "--from", "1.0.0"), "such as 1.1.0, or 1.0.1 for a correction"),
        (("2", "--from", "1.0.0"), "is no version number"),
        (("1.1.0", "--from", "1.0.1"), "did you mean `1.0.0`?"),
        (("1.1.0",), "Missing option '--from'"),
    ):
        assert said in run("new", *arguments, "--pack", loans, code=2).output
    assert not (loans / "1.1.0.yaml").exists()


# ------------------------------------------------------------------------------------------------------------ publish


def test_a_version_is_published_from_a_day_on(run: Run, loans: Path) -> None:
    file = begun(run, loans)
    before = (loans / LEDGER).read_bytes()
    draft = file.read_bytes()
    dry = run("publish", "1.1.0", "--from", "2026-03-01", "--dry-run", "--pack", loans).stdout
    assert (loans / LEDGER).read_bytes() == before
    shown = run("publish", "1.1.0", "--from", "2026-03-01", *BY, "--yes", "--pack", loans).stdout
    for text in (dry, shown):
        assert "Sun 1 Mar 2026, in 19 days" in text
        assert "follows   1.0.0, which governs the cases filed before, since Mon 1 Jan 2024" in text
        assert "changes   More time.\n            And more.\n" in text
    assert (loans / LEDGER).read_bytes().startswith(before)
    assert file.read_bytes() == draft
    assert entries(loans)[-1] == {
        "version": "1.1.0",
        "from": "2026-03-01",
        "digest": load_pack(loans).version("1.1.0").policy.digest,
        "at": "2026-02-10T12:30:00Z",
        "by": "The desk",
        "why": "It is time.",
    }
    pack = load_pack(loans)
    for filed, version in (("2026-02-28T23:59:59+01:00", "1.0.0"), ("2026-03-01T00:00:00+01:00", "1.1.0")):
        assert pack.governing(case(filed)).name == version
    assert "1.1.0" in run("decide", "-", "--pack", loans, input=json.dumps(case("2026-03-02T00:00:00Z"))).stdout


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("--from", "2026-01-01", "--yes", *BY), 3, "publish/past"),
        (("--from", "2024-01-01", "--yes", "--backdated", *BY), 3, "ledger/order"),
        (("--from", "2023-01-01", "--yes", "--supersedes", "1.0.0", *BY), 3, "ledger/supersedes"),
        (("--from", "2026-03-01", "--yes", "--supersedes", "1.0.1", *BY), 3, "did you mean `1.0.0`?"),
        (("--yes", *BY), 3, "publish/no-day"),
        (("--from", "2026-02-30", "--yes", *BY), 2, "names a day that does not exist"),
        (("--from", "2026-03-01", "--yes", "--why", "So."), 2, "say `--by`"),
        (("--from", "2026-03-01", "--yes", "--by", "Me", "--why", " "), 2, "printable characters"),
        (("--from", "2026-03-01", *BY), 2, "say `--yes`"),
    ],
)
def test_what_stands_in_the_way_is_told_and_nothing_changes(
    run: Run, loans: Path, arguments: tuple[str, ...], code: int, said: str
) -> None:
    begun(run, loans)
    before = (loans / LEDGER).read_bytes()
    assert said in run("publish", "1.1.0", *arguments, "--pack", loans, code=code).output
    assert (loans / LEDGER).read_bytes() == before


def test_everything_in_the_way_is_told_at_once(run: Run, loans: Path) -> None:
    changed(begun(run, loans), ("changes: [More time., And more.]", "effective_from: 2026-03-01"))
    said = run("publish", "1.1.0", "--from", "2026-01-01", "--yes", *BY, "--pack", loans, code=3).output
    assert all(code in said for code in ("publish/no-changes", "publish/other-day", "publish/past"))


def test_a_failing_test_or_a_fault_is_in_the_way_and_those_of_other_drafts_are_not(run: Run, loans: Path) -> None:
    file = begun(run, loans)
    (loans / "tests").mkdir()
    data = case("2026-02-20T00:00:00Z", returned_at="2026-02-25T00:00:00Z", renewals=0)
    test = {"name": "It is late.", **data, "as_of": "2026-03-20T00:00:00Z", "expect": {"payer": "reader"}}
    (loans / "tests" / "late.yaml").write_text(json.dumps({"tests": [test]}), encoding="utf-8")
    arguments = ("publish", "1.1.0", "--from", "2026-03-01", "--yes", *BY, "--pack", loans)
    assert "not published" in run(*arguments, code=1).output
    assert len(entries(loans)) == 1
    changed(file, ("within: 28 calendar", "within: 21 calendar"))
    assert "expected reader" not in run(*arguments, "--dry-run").output
    changed(file, ("after: loan.lent_at", "after: loan.lend_at"))
    assert "expr/unknown-name" in run(*arguments, code=3).output
    changed(file, ("after: loan.lend_at", "after: loan.lent_at"))
    (loans / "1.2.0.yaml").write_text("policy: loans\nversion: [\n", encoding="utf-8")
    assert "1 passed" in run(*arguments).output
    assert len(entries(loans)) == 2


def test_the_first_version_of_a_pack_may_begin_in_the_past(run: Run, loans: Path) -> None:
    (loans / LEDGER).unlink()
    assert (
        "no version of this policy is published"
        in run("decide", "-", "--pack", loans, input=json.dumps(case("2025-01-01T00:00:00Z")), code=3).output
    )
    said = run("publish", "1.0.0", *BY, "--yes", "--pack", loans).output
    assert "no version: earlier filings are governed by none" in said
    assert [one["from"] for one in entries(loans)] == ["2024-01-01"]
    assert load_pack(loans).governing(case("2025-01-01T00:00:00Z")).name == "1.0.0"


def test_on_a_terminal_it_asks(run: Run, loans: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import engine.cli.publish as module

    monkeypatch.setattr(module, "_on_terminal", lambda: True)
    begun(run, loans)
    arguments = ("publish", "1.1.0", "--from", "2026-03-01", "--pack", loans)
    assert "nothing was changed" in run(*arguments, input="The desk\nIt is time.\nn\n", code=1).output
    assert len(entries(loans)) == 1
    run(*arguments, input="The desk\nIt is: #time\ny\n")
    assert entries(loans)[-1]["why"] == "It is: #time"


# ----------------------------------------------------------------------------------------------- edited and superseded


def test_a_published_version_that_was_edited_is_refused_everywhere(run: Run, loans: Path, tmp_path: Path) -> None:
    file = loans / "1.0.0.yaml"
    changed(file, ("title: Library loans", "title:   'Library loans'   # a comment"))
    load_pack(loans)
    changed(file, ("within: 21 calendar", "within: 22 calendar"))
    with pytest.raises(InvalidDocument) as refusal:
        load_pack(loans)
    assert codes(refusal.value) == ["pack/edited"]
    assert refusal.value.diagnostics[0].message.count("sha256:") == 2
    asked = tmp_path / "case.json"
    asked.write_text(json.dumps(case("2025-01-01T00:00:00Z")), encoding="utf-8")
    for arguments in (
        *(("decide", asked), ("decide", asked, "--policy", "1.0.0"), ("validate",), ("validate", file)),
        *(("table",), ("rules", "late"), ("versions",), ("facts",), ("schema", "case"), ("case", "late"), ("test",)),
    ):
        assert "pack/edited" in run(*arguments, *(() if "--pack" in arguments else ("--pack", loans)), code=3).output


def test_a_draft_with_faults_does_not_stand_in_the_way_of_what_is_in_force(run: Run, loans: Path) -> None:
    file = begun(run, loans)
    changed(file, ("policy: loans", "policy: loens"))
    pack = load_pack(loans)
    assert list(pack.versions) == ["1.0.0"] and list(pack.faults) == ["1.1.0"]
    with pytest.raises(InvalidDocument, match="pack/other-policy"):
        pack.version("1.1.0")
    file.write_text("nothing: [", encoding="utf-8")
    run("decide", "-", "--pack", loans, input=json.dumps(case("2026-03-02T00:00:00Z")))
    assert "1.1.0     draft, 1 problem" in run("versions", "--pack", loans).stdout
    assert "yaml/syntax" in run("validate", "--pack", loans, code=3).output
    assert "yaml/syntax" in run("table", "1.1.0", "--pack", loans, code=3).output


def test_a_wrong_version_is_superseded_and_the_decisions_made_meanwhile_are_told(
    run: Run, loans: Path, tmp_path: Path
) -> None:
    begun(run, loans, "1.0.1")
    late = {"lent_at": "2025-12-01T10:00:00+01:00", "returned_at": "2025-12-27T10:00:00+01:00", "renewals": 0}
    cases = [
        case("2025-12-31T23:00:00+01:00", **late),  # before the day
        case("2026-01-05T10:00:00+01:00", **late),  # decided otherwise: it came back after 26 days
        case("2026-01-06T10:00:00+01:00", **{**late, "lent_at": "unknown"}),  # decided alike
    ]
    lines = tmp_path / "decided.jsonl"
    lines.write_text(
        "".join(json.dumps({**one, "as_of": "2026-01-20T10:00:00+01:00"}) + "\n" for one in cases), encoding="utf-8"
    )
    arguments = ("publish", "1.0.1", "--supersedes", "1.0.0", "--from", "2026-01-01", "--pack", loans)
    shown = run(*arguments, *BY, "--yes", "--cases", lines).stdout
    assert "1.0.0 -> 1.0.1: the decision changes in 1 of 2 cases" in shown
    assert "decided.jsonl:2" in shown and "decided.jsonl:1" not in shown and "decided.jsonl:3" not in shown
    assert "payer: reader → library" in shown and "deadlines.due: Mon 22 Dec 2025" in shown
    assert "3 cases looked at: 2 come under another version, 1 of them decided otherwise" in shown
    assert "Thu 1 Jan 2026, 40 days ago" in shown
    pack = load_pack(loans)
    assert [pack.governing(one).name for one in cases] == ["1.0.0", "1.0.1", "1.0.1"]
    told = run("versions", "--pack", loans).stdout
    assert "1.0.0     superseded, filings from 2024-01-01 to before 2026-01-01" in told
    assert "superseded by 1.0.1 for filings from 2026-01-01: It is time." in " ".join(told.split())
    first, second = json.loads(run("versions", "--pack", loans, "--format", "json").stdout)
    assert (first["state"], first["superseded_by"], first["effective_before"]) == ("retired", "1.0.1", "2026-01-01")
    assert (second["state"], second["supersedes"], second["in_force"]) == ("published", "1.0.0", True)
    assert (second["published_by"], second["published_because"]) == ("The desk", "It is time.")


def test_states_follow_the_day(run: Run, loans: Path) -> None:
    begun(run, loans)
    assert "1.1.0     draft, no first day" in run("versions", "--pack", loans).stdout
    run("publish", "1.1.0", "--from", "2026-03-01", *BY, "--yes", "--pack", loans)
    seen = {
        day: [
            one["state"] for one in json.loads(run("versions", "--on", day, "--pack", loans, "--format", "json").stdout)
        ]
        for day in ("2026-02-28", "2026-03-01")
    }
    assert seen == {"2026-02-28": ["published", "published"], "2026-03-01": ["retired", "published"]}
    assert "in force on 2026-02-28: 1.0.0" in run("versions", "--on", "2026-02-28", "--pack", loans).stdout


# ----------------------------------------------------------------------------------------------------------- the ledger


def _publication(version: str, first_day: str, supersedes: str | None = None) -> Publication:
    return Publication(version, date.fromisoformat(first_day), "sha256:" + "0" * 64, NOW, "A", "B", supersedes)


def _ledger(*publications: Publication) -> Ledger:
    report, ledger = Report(), Ledger()
    for one in publications:
        ledger = ledger.with_publication(one, report)
    assert not report.found
    return ledger


def test_every_day_belongs_to_one_version_at_most() -> None:
    """Whatever is published and superseded in whatever order."""
    ledger = _ledger(
        _publication("1.0.0", "2024-01-01"),
        _publication("1.1.0", "2025-01-01"),
        _publication("1.0.1", "2024-06-01", "1.0.0"),
        _publication("1.0.2", "2024-06-01", "1.0.1"),
        _publication("1.1.1", "2025-01-01", "1.1.0"),
        _publication("1.2.0", "2026-01-01"),
        _publication("1.0.3", "2024-03-01", "1.0.0"),
    )
    seen: dict[str, list[str]] = {}
    for number in range(date(2023, 12, 1).toordinal(), date(2026, 3, 1).toordinal()):
        day = date.fromordinal(number)
        holding = [tenure.version for tenure in ledger.tenures if tenure.holds(day)]
        tenure = ledger.on(day)
        assert holding == ([tenure.version] if tenure is not None else [])
        if tenure is not None:
            seen.setdefault(tenure.version, []).append(day.isoformat())
    assert {version: (days[0], days[-1]) for version, days in seen.items()} == {
        "1.0.0": ("2024-01-01", "2024-02-29"),
        "1.0.3": ("2024-03-01", "2024-05-31"),
        "1.0.2": ("2024-06-01", "2024-12-31"),
        "1.1.1": ("2025-01-01", "2025-12-31"),
        "1.2.0": ("2026-01-01", "2026-02-28"),
    }
    assert ledger.state("1.0.1", date(2024, 1, 1)) == "retired" and ledger.state("9.9.9", TODAY) == "draft"


def test_the_shipped_ledger_is_sound_and_whole(pack: Pack) -> None:
    report = Report()
    ledger = load_ledger(pack.folder, report)
    assert not report.found
    assert ledger.tenures[0].version == "1.0.0" and ledger.tenures[0].first_day == date(2024, 1, 1)
    for publication in ledger.publications:
        assert publication.digest == pack.version(publication.version).policy.digest


# ----------------------------------------------------------------------------------------------------- transition rules

RESERVED = """
transition:
  - when: happened(loan.returned_at)
    counts_from: loan.returned_at
    because: A book that was back stays under the version of that day.
  - when: loan.reserved and scenario == late
    counts_from: loan.lent_at
    because: Reserved books stay.
time_zone:"""


@pytest.fixture
def kept(run: Run, loans: Path) -> Pack:
    """Two versions, the second of which has transition rules."""
    begun(run, loans, "1.1.0", ("\ntime_zone:", RESERVED))
    run("publish", "1.1.0", "--from", "2026-03-01", *BY, "--yes", "--pack", loans)
    return load_pack(loans)


EARLY, LATER = "2026-02-28T23:59:59+01:00", "2026-03-01T00:00:00+01:00"
FILED = "2026-03-10T10:00:00+01:00"


@pytest.mark.parametrize(
    ("facts", "version", "why"),
    [
        ({"returned_at": None, "reserved": False}, "1.1.0", "no transition rule holds"),
        ({"returned_at": None, "reserved": True}, "1.0.0", "Reserved books stay: loan.lent_at was on 2026-02-01"),
        (
            {"returned_at": EARLY},
            "1.0.0",
            "loan.returned_at was on 2026-02-28, when 1.0.0 was in force, and the filing",
        ),
        ({"returned_at": LATER}, "1.1.0", "on 2026-03-01, when 1.1.0 was in force"),
        # what comes after the filing has not happened
        ({"returned_at": "2026-03-11T00:00:00+01:00", "reserved": False}, "1.1.0", "no transition rule holds"),
        # long before the first version, the first version
        ({"returned_at": "2020-01-01T00:00:00Z"}, "1.0.0", "2020-01-01, when 1.0.0"),
        # not known whether it is reserved, and it does not matter
        ({"returned_at": None, "lent_at": "2026-03-05T10:00:00+01:00"}, "1.1.0", ""),
    ],
)
def test_a_transition_rule_keeps_a_case_with_an_earlier_version(
    kept: Pack, facts: dict[str, Any], version: str, why: str
) -> None:
    name, said = kept.governing_with_reason(case(FILED, **facts))
    assert name == version
    assert why in said


def test_rules_of_a_version_count_only_for_filings_in_its_days(kept: Pack) -> None:
    assert kept.governing_with_reason(case(EARLY, returned_at=LATER)) == (
        "1.0.0",
        "in force since 2024-01-01, the dispute was filed on 2026-02-28",
    )


@pytest.mark.parametrize(
    ("facts", "fact"),
    [
        ({"reserved": True}, "loan.returned_at"),
        ({"returned_at": None}, "loan.reserved"),
        ({"returned_at": None, "reserved": True, "lent_at": "unknown"}, "loan.lent_at"),
    ],
)
def test_what_must_be_known_first_is_asked(kept: Pack, facts: dict[str, Any], fact: str) -> None:
    with pytest.raises(InvalidDocument) as refusal:
        kept.governing(case(FILED, **facts))
    (found,) = refusal.value.diagnostics
    assert found.code == "pack/version-unclear"
    assert fact in str(found.help)


def test_a_rule_that_hangs_on_the_row_asks_for_it_only_where_it_matters(kept: Pack) -> None:
    unknown = {**case(FILED, returned_at=None, reserved=True), "scenario": "unknown"}
    with pytest.raises(InvalidDocument, match="pack/version-unclear"):
        kept.governing(unknown)
    unknown["facts"]["loan"]["reserved"] = False
    assert kept.governing(unknown).name == "1.1.0"


def test_the_decision_tells_why_and_versions_tells_the_rules(run: Run, kept: Pack) -> None:
    data = {**case(FILED, returned_at=EARLY), "as_of": FILED}
    shown = " ".join(run("decide", "-", "--pack", kept.folder, input=json.dumps(data)).stdout.split())
    assert "A book that was back stays under the version of that day: loan.returned_at was on 2026-02-28" in shown
    told = " ".join(run("versions", "--pack", kept.folder).stdout.split())
    assert "transition: Reserved books stay. (when loan.reserved and scenario == late: the version of the day" in told


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("happened(loan.returned_at)", "happened(loan.retruned_at)", "expr/unknown-name"),
        ("happened(loan.returned_at)", "return_time.missed", "expr/unknown-name"),
        ("happened(loan.returned_at)", "proven(paid)", "expr/unknown-value"),
        ("counts_from: loan.lent_at", "counts_from: loan.due_on", "expr/type"),
        ("loan.reserved and scenario == late", "loan.renewals", "expr/type"),
        ("because: Reserved books stay.", "cites: [fines.latr]\n    because: So.", "link/unknown-clause"),
        ("because: Reserved books stay.", "readings: [9]\n    because: So.", "link/unknown-reading"),
        ("    because: Reserved books stay.\n", "", "schema/missing-key"),
        ("because: Reserved books stay.", "becuase: So.", "schema/unknown-key"),
    ],
)
def test_transition_rules_are_checked(run: Run, loans: Path, old: str, new: str, code: str) -> None:
    file = begun(run, loans, "1.1.0", ("\ntime_zone:", RESERVED))
    changed(file, (old, new))
    found = json.loads(run("validate", file, "--pack", loans, "--format", "json", code=3).stdout)["diagnostics"]
    assert code in {one["code"] for one in found}, found
