"""`diff` and the hint of `validate`, as people and programs use them."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engine import load_pack
from engine.cli import main
from tests.test_no_policy_in_engine import declared

SHIPPED = load_pack()
ROW = "description: The package, or what is in it, came badly damaged.\n    acceptance_period:\n      within: "
DRAFT = [
    ('version: "1.0.0"', 'version: "1.1.0"'),
    ("effective_from: 2024-01-01", "effective_from: 2026-03-01"),
    ("First version. Every unclear place takes the reading that readings.yaml recommends.",
     "Damaged packages may be reported for 20 days."),
]  # fmt: skip
TWENTY_DAYS = (f"{ROW}15 calendar days", f"{ROW}20 calendar days")
THREE_DAYS = (
    "within: 48 hours\n    after: dispute.filed_at", "within: 72 hours\n    after: dispute.filed_at"
)  # fmt: skip

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs the command; gives its exit code, its output and what it says beside."""

    def run(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as end:
            main(arguments)
        out, err = capsys.readouterr()
        return (end.value.code if isinstance(end.value.code, int) else 0), out, err

    return run


def with_draft(folder: Path, *edits: tuple[str, str]) -> Path:
    """A copy of the shipped pack, with its worked cases for tests, and a draft 1.1.0 that these edits make."""
    pack = folder / SHIPPED.name
    shutil.copytree(SHIPPED.folder, pack)
    for file in (*pack.glob("*.*.*.yaml"), *pack.glob("tests/*")):
        if file.name not in ("1.0.0.yaml", "worked.yaml"):
            file.unlink()
    (pack / "mutants.yaml").unlink()  # it tells of the 1.1.0 that is shipped
    text = (pack / "1.0.0.yaml").read_text(encoding="utf-8")
    for old, new in (*DRAFT, *edits):
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    (pack / "1.1.0.yaml").write_text(text, encoding="utf-8")
    return pack


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A draft in which damaged packages may be reported for 20 days."""
    return with_draft(tmp_path_factory.mktemp("draft"), TWENTY_DAYS)


def test_a_person_sees_what_changes_and_in_which_cases(run: Run, pack: Path) -> None:
    code, out, err = run("diff", "1.0.0", "1.1.0", "--pack", str(pack), "--limit", "1")
    assert (code, err) == (0, "")
    assert "1.1.0 compared with 1.0.0, for disputes filed from 2026-03-01" in out
    assert "Damaged packages may be reported for 20 days." in out
    assert "- 15 calendar days after the order status changed to Delivered" in out
    assert "+ 20 calendar days after the order status changed to Delivered" in out
    assert "status: out_of_scope → awaiting_materials" in out
    assert re.search(r"Inconsistent products +0 of \d+\n", out)
    assert "more; `--limit 0` shows all" in out
    sections = re.findall(r"^\S.*$", out, re.MULTILINE)[2:]
    assert sections == ["Damaged package", "Cases decided under both versions"]
    everything = run("diff", "1.0.0", "1.1.0", "--pack", str(pack), "--limit", "0")[1]
    assert "--limit" not in everything and everything.count("acceptance_ends") > out.count("acceptance_ends")


def test_the_same_command_gives_the_same_bytes(run: Run, pack: Path) -> None:
    for form in ("text", "json", "markdown"):
        arguments = ("diff", "1.0.0", "1.1.0", "--pack", str(pack), "--format", form)
        assert run(*arguments) == run(*arguments)


def test_nothing_differs(run: Run, pack: Path) -> None:
    code, out, _ = run("diff", "1.0.0", "1.0.0", "--pack", str(pack), "--exit-code")
    assert code == 0
    assert "Nothing differs." in out
    assert "The decision changes in 0 of" in out


def test_the_exit_code_tells_a_script_when_it_asks(run: Run, pack: Path) -> None:
    assert run("diff", "1.0.0", "1.1.0", "--pack", str(pack), "--no-behaviour")[0] == 0
    assert run("diff", "1.0.0", "1.1.0", "--pack", str(pack), "--no-behaviour", "--exit-code")[0] == 1


def test_json_has_everything(run: Run, pack: Path) -> None:
    code, out, _ = run("diff", "1.0.0", "1.1.0", "--pack", str(pack), "--format", "json", "--limit", "1")
    data = json.loads(out)
    assert code == 0
    assert (data["before"], data["after"], data["begins"], data["same"]) == ("1.0.0", "1.1.0", "2026-03-01", False)
    [change] = data["changes"]
    assert (change["scenario"], change["column"], change["what"]) == ("damaged_package", "acceptance_period", "changed")
    assert change["takes_effect_in"] == ["damaged_package"]
    assert change["differences"] == [
        {
            "key": "period",
            "label": "Period",
            "before": ["15 calendar days after the order status changed to Delivered"],
            "after": ["20 calendar days after the order status changed to Delivered"],
        }
    ]
    assert change["after"]["file"].endswith("1.1.0.yaml")
    behaviour = data["behaviour"]
    assert behaviour["decision"] == sum(one["how"] == "decision" for one in behaviour["changed"]) > 0
    assert behaviour["cases"] == sum(count["cases"] for count in behaviour["scenarios"].values())
    fields = {field["name"]: field for one in behaviour["changed"] for field in one["fields"]}
    assert set(fields["deadlines.acceptance_ends"]["after"]) == {"at", "state", "party"}
    without = json.loads(run("diff", "1.0.0", "1.1.0", "--pack", str(pack), "--format", "json", "--no-behaviour")[1])
    assert without["behaviour"] is None
    assert without["changes"] == data["changes"]


def test_an_announcement_has_no_ids_in_front(run: Run, pack: Path, tmp_path: Path) -> None:
    target = tmp_path / "announcement.md"
    assert run("diff", "1.0.0", "1.1.0", "--pack", str(pack), "--format", "markdown", "--output", str(target))[0] == 0
    text = target.read_text(encoding="utf-8")
    front, behind = text.split("## For policy staff")
    assert "For disputes filed from 1 March 2026 on." in front
    assert "are decided by version 1.0.0." in front
    assert "|  | Until now | From 1 March 2026 |" in front
    ids = [name for name in declared(SHIPPED.version("1.0.0")) if re.search("[._]", name)]
    assert not [name for name in ids if name in front.replace("\\", "")]
    assert "scenarios" not in front
    assert "acceptance\\_period" in behind and "1.1.0.yaml:" in behind


def test_what_passes_rows_by_is_told_with_the_place(run: Run, tmp_path: Path) -> None:
    pack = with_draft(tmp_path, THREE_DAYS)
    out = run("diff", "1.0.0", "1.1.0", "--pack", str(pack), "--no-behaviour")[1]
    told = " ".join(out.split())
    assert "takes effect in Inconsistent products, Delayed delivery, Lost package, Damaged package" in told
    assert "passes by Counterfeit products has its own period: 48 hours after" in told
    assert re.search(r"Quality and safety has its own period: .*otherwise 1\.1\.0\.yaml:\d+", told)
    front = run("diff", "1.0.0", "1.1.0", "--pack", str(pack), "--format", "markdown")[1].partition("## For policy")[0]
    assert "Does not reach:" in front and "## In several scenarios" in front


# -------------------------------------------------------------------------------------------------- versions and cases


def test_versions_can_be_files(run: Run, pack: Path, tmp_path: Path) -> None:
    other = tmp_path / "mine.yaml"
    shutil.copy(pack / "1.1.0.yaml", other)
    named = run("diff", "1.0.0", "1.1.0", "--pack", str(pack), "--format", "json", "--no-behaviour")[1]
    code, out, _ = run("diff", str(pack / "1.0.0.yaml"), str(other), "--format", "json", "--no-behaviour")
    assert code == 0
    assert [change["differences"] for change in json.loads(out)["changes"]] == [
        change["differences"] for change in json.loads(named)["changes"]
    ]
    assert "cases" in run("diff", str(pack / "1.0.0.yaml"), str(pack / "1.1.0.yaml"))[1]


def test_other_versions_of_the_pack_may_be_wrong(run: Run, tmp_path: Path) -> None:
    pack = with_draft(tmp_path, TWENTY_DAYS)
    (pack / "1.2.0.yaml").write_text("policy: [", encoding="utf-8")
    assert run("diff", "1.0.0", "1.1.0", "--pack", str(pack), "--no-behaviour")[0] == 0
    code, _, err = run("diff", "1.1.0", "1.2.0", "--pack", str(pack))
    assert code == 3 and "1.2.0.yaml:1" in err


def test_what_is_named_wrongly(run: Run, pack: Path, tmp_path: Path) -> None:
    code, _, err = run("diff", "1.0.0", "1.1.9", "--pack", str(pack))
    assert code == 2 and "did you mean `1.1.0`" in err
    assert run("diff", "1.0.0", "--pack", str(pack))[0] == 2
    assert run("diff", "1.0.0", "1.1.0", "--pack", str(pack), "--cases", str(tmp_path / "no.yaml"))[0] == 3
    both = run("diff", "1.0.0", "1.1.0", "--pack", str(pack), "--cases", "x.yaml", "--no-behaviour")
    assert both[0] == 2 and "exclude each other" in both[2]
    other = tmp_path / "2.0.0.yaml"
    text = (pack / "1.1.0.yaml").read_text(encoding="utf-8")
    other.write_text(
        text.replace("policy: tiktok-shop-us", "policy: other").replace('"1.1.0"', '"2.0.0"'), encoding="utf-8"
    )
    code, _, err = run("diff", "1.0.0", str(other), "--pack", str(pack))
    assert code == 2 and "two policies" in err


def case_of(pack: Path, name: str) -> dict[str, Any]:
    lines = (pack / "examples" / "disputes.jsonl").read_text(encoding="utf-8").splitlines()
    return next(case for line in lines if name in (case := json.loads(line))["title"])


def test_own_cases_are_decided_too(run: Run, pack: Path, tmp_path: Path) -> None:
    case = case_of(pack, "Wine glasses")
    late = json.loads(json.dumps(case))
    late["facts"]["order"]["delivered_at"] = "2024-12-30T12:00:00-05:00"
    without_moment = {key: value for key, value in case.items() if key != "as_of"}
    unknown = {**case, "facts": {**case["facts"], "moon": {"phase": "full"}}}
    file = tmp_path / "own.jsonl"
    lines = [json.dumps(one) for one in (case, late, without_moment, unknown)]
    file.write_text("\n".join([*lines, "{", "[]"]) + "\n", encoding="utf-8")
    base = json.loads(run("diff", "1.0.0", "1.1.0", "--pack", str(pack), "--format", "json")[1])["behaviour"]
    arguments = ("diff", "1.0.0", "1.1.0", "--pack", str(pack), "--cases", str(file), "--as-of", "2025-06-01T00:00:00Z")
    code, out, err = run(*arguments, "--format", "json")
    data = json.loads(out)["behaviour"]
    assert (code, err) == (0, "")
    assert data["cases"] == base["cases"] + 3
    assert [(one["version"], one["line"], one["diagnostics"][0]["code"]) for one in data["unreadable"]] == [
        ("both", 4, "case/unknown-fact"),
        ("both", 5, "json/syntax"),
        ("both", 6, "case/shape"),
    ]
    text = run(*arguments)[1]
    assert "Not decided under both: neither can read 3" in text


def test_a_case_that_only_the_draft_can_read(run: Run, tmp_path: Path) -> None:
    fact = "  dispute.issue_visible:\n    type: bool\n"
    gift = "  order.gift:\n    type: bool\n    if_absent: false\n    meaning: It was a gift.\n    ask: Was it a gift?\n"
    pack = with_draft(tmp_path, (fact, gift + fact))
    case = case_of(pack, "Wine glasses")
    case["facts"]["order"]["gift"] = True
    file = tmp_path / "own.json"
    file.write_text(json.dumps(case), encoding="utf-8")
    out = run("diff", "1.0.0", "1.1.0", "--pack", str(pack), "--cases", str(file))[1]
    assert "Not decided under both: 1.0.0 cannot read 1" in out
    assert "It was a gift" in out and "No effect on any decision" in out


# ---------------------------------------------------------------------------------------------------- after `validate`


def test_validate_tells_what_a_draft_changes(run: Run, pack: Path) -> None:
    for arguments in ((), (str(pack / "1.1.0.yaml"),)):
        code, out, _ = run("validate", *arguments, "--pack", str(pack))
        assert code == 0
        told = " ".join(out.split())
        assert re.search(r"1\.1\.0 compared with 1\.0\.0: the decision changes in [1-9]\d* of \d+ cases", told)
        assert re.search(r"Damaged package [1-9]\d* of \d+, a deadline alone in \d+", told)
        assert f"More: aftersale diff 1.0.0 1.1.0 --pack {pack}" in told
    assert "compared with" not in run("validate", "--pack", str(pack), "--no-behaviour")[1]
    assert "compared with" not in run("validate", str(pack / "1.0.0.yaml"), "--pack", str(pack))[1]


def test_validate_names_rows_that_an_edit_does_not_move(run: Run, tmp_path: Path) -> None:
    head = "      - id: shipping-fee\n"
    rule = (
        "      - id: both\n        when: scenario in sold_not_as_promised and "
        "contains(consequence.remedies, send_correct_or_replace_by_seller)\n        remedies: [refund_by_seller]\n"
    )
    pack = with_draft(tmp_path, (head, rule + head))
    code, out, _ = run("validate", "--pack", str(pack))
    told = " ".join(out.split())
    assert code == 0
    assert re.search(r"Inconsistent products [1-9]\d* of \d+", told)
    assert "The edit names 3 scenarios; no case changes in Counterfeit products or Quality and safety." in told
    data = json.loads(run("validate", "--pack", str(pack), "--format", "json")[1])["behaviour"]
    assert [(one["before"], one["after"]) for one in data] == [("1.0.0", "1.1.0")]
    assert data[0]["named"] == ["inconsistent", "counterfeit", "quality"]
    assert data[0]["unmoved"] == ["counterfeit", "quality"]
    assert data[0]["scenarios"]["inconsistent"]["decision"] > 0


def test_validate_says_which_change_no_case_tries(run: Run, tmp_path: Path) -> None:
    pack = with_draft(tmp_path, TWENTY_DAYS)
    shutil.rmtree(pack / "tests")
    shutil.rmtree(pack / "examples")
    code, out, _ = run("validate", "--pack", str(pack))
    told = " ".join(out.split())
    assert code == 0
    assert "no case was decided under both versions" in told
    assert "no test “Acceptance period” (Damaged package): no case is decided otherwise by it; add a test" in told


def test_a_draft_with_a_fault_gets_no_hint(run: Run, tmp_path: Path) -> None:
    pack = with_draft(tmp_path, (f"{ROW}15 calendar days", f"{ROW}20 days"))
    code, out, _ = run("validate", "--pack", str(pack))
    assert code == 3
    assert "compared with" not in out


def test_a_draft_that_says_the_same(run: Run, tmp_path: Path) -> None:
    pack = with_draft(tmp_path)
    assert "1.1.0 compared with 1.0.0: nothing differs" in run("validate", "--pack", str(pack))[1]
