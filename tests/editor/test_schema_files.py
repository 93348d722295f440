"""The schemas that a pack keeps for editors: up to date, and written anew by one command after an edit."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from engine.cli import main
from engine.library import find_pack

PACK = find_pack()


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as end:
        main(arguments)
    return end.value.code if isinstance(end.value.code, int) else 0


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    return Path(shutil.copytree(PACK, tmp_path / PACK.name))


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_shipped_ones_are_up_to_date(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("schema", "--check") == 0, capsys.readouterr().out


def test_after_a_declaration_the_editor_knows_it(pack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit(
        pack / "1.0.0.yaml",
        "      refund_by_seller: ",
        "      apology_by_seller: The seller says sorry.\n      refund_by_seller: ",
    )
    assert run("schema", "--check", "--pack", str(pack)) == 1
    assert "1.0.0.policy.schema.json: not up to date" in capsys.readouterr().out
    assert run("schema", "--write", "--pack", str(pack)) == 0
    schema = json.loads((pack / "schemas/1.0.0.policy.schema.json").read_text(encoding="utf-8"))
    items = schema["$defs"]["rule"]["properties"]["remedies"]["items"]
    assert (
        dict(zip(items["enum"], items["enumDescriptions"], strict=True))["apology_by_seller"]
        == "The seller says sorry."
    )
    assert run("schema", "--check", "--pack", str(pack)) == 0
    capsys.readouterr()
    assert run("schema", "--write", "--pack", str(pack)) == 0
    assert capsys.readouterr().out == "all schemas are up to date\n"


def test_a_version_that_is_begun_has_its_schemas(pack: Path) -> None:
    before = {file.name: file.read_bytes() for file in (pack / "schemas").iterdir()}
    assert run("new", "9.0.0", "--from", "1.0.0", "--pack", str(pack)) == 0
    assert run("schema", "--check", "--pack", str(pack)) == 0
    first = (pack / "9.0.0.yaml").read_text(encoding="utf-8").partition("\n")[0]
    assert first == "# yaml-language-server: $schema=schemas/9.0.0.policy.schema.json"
    after = {file.name: file.read_bytes() for file in (pack / "schemas").iterdir()}
    assert {name: after[name] for name in before} == before
    assert {name.removeprefix("9.0.0.") for name in after.keys() - before.keys()} == {
        *("policy.schema.json", "case.schema.json", "decision.schema.json", "tests.schema.json")
    }


def test_a_clause_that_was_added_is_offered(pack: Path) -> None:
    edit(pack / "clauses.yaml", "clauses:\n", "clauses:\n  judgment.9:\n    place: {section: New, number: 208}\n"
         f"    kind: rule\n    gist: A new sentence.\n    digest: \"sha256:{'0' * 64}\"\n    length: 14\n")  # fmt: skip
    assert run("schema", "--write", "--pack", str(pack)) == 0
    for name in ("1.0.0.policy.schema.json", "readings.schema.json", "1.0.0.tests.schema.json"):
        assert "A new sentence." in (pack / "schemas" / name).read_text(encoding="utf-8"), name


def test_a_version_with_faults_counts_as_far_as_it_can_be_read(pack: Path) -> None:
    edit(pack / "1.0.0.yaml", "use: claim-not-shown", "use: claim-not-show")
    edit(pack / "1.0.0.yaml", "      refund_by_seller: ", "      apology_by_seller: Sorry.\n      refund_by_seller: ")
    assert run("schema", "--write", "--pack", str(pack)) == 0
    assert "apology_by_seller" in (pack / "schemas/1.0.0.policy.schema.json").read_text(encoding="utf-8")


def test_a_version_that_cannot_be_read_keeps_what_it_has(pack: Path) -> None:
    before = (pack / "schemas/1.0.0.policy.schema.json").read_bytes()
    edit(pack / "1.0.0.yaml", "facts:\n", "facts: [\n")
    assert run("schema", "--write", "--pack", str(pack)) == 0
    assert (pack / "schemas/1.0.0.policy.schema.json").read_bytes() == before


@pytest.mark.parametrize(
    "arguments", [("schema",), ("schema", "policy", "--write"), ("schema", "--write", "--check"),
                  ("schema", "--check", "--for", "1.0.0"), ("schema", "clauses", "--for", "1.0.0")],
)  # fmt: skip
def test_what_makes_no_sense_together_is_a_wrong_command_line(arguments: tuple[str, ...]) -> None:
    assert run(*arguments) == 2
