"""The way from an e-mail to a published version that the page for policy staff shows: done in order, on a copy."""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

import engine.cli.packs
from engine.cli.app import app
from tests.walking import Walk, assert_printed

POLICIES = Path(__file__).resolve().parent.parent / "policies"
HEADING = "## From an e-mail to a published version\n"
LETTERS = "## Letters\n"
WHOLE_LOOP = {"new", "validate", "test", "diff", "mutate", "publish", "versions"}


def section(heading: str) -> str:
    page = (POLICIES / "README.md").read_text(encoding="utf-8")
    assert page.count(heading) == 1
    return page.partition(heading)[2].partition("\n## ")[0]


@pytest.mark.parametrize(("heading", "commands"), [(HEADING, WHOLE_LOOP), (LETTERS, {"notice", "validate"})])
def test_every_step_is_as_the_page_shows(
    heading: str, commands: set[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(POLICIES, tmp_path / "policies")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setattr(engine.cli.packs, "today", lambda: date(2027, 1, 12))
    monkeypatch.setattr(engine.cli.packs, "now", lambda: datetime(2027, 1, 12, 10, tzinfo=UTC))
    walk = Walk(section(heading), tmp_path, lambda words: CliRunner().invoke(app, words).stdout)
    walk.go()
    assert {command[0] for command in walk.commands} >= commands


@pytest.mark.parametrize(
    ("shown", "printed"),
    [
        ("one\ntwo", "one\ntwo\nthree"),
        ("one\nthree", "one\ntwo\nthree"),
        ("two\n...", "one\ntwo"),
        ("...\nthree\n...\none", "one\ntwo\nthree"),
        ("...\nfour\n...", "one\ntwo"),
    ],
)
def test_what_was_not_printed_is_noticed(shown: str, printed: str) -> None:
    with pytest.raises(AssertionError):
        assert_printed(shown, printed, "command")


def test_lines_may_be_left_out_where_the_page_says_so() -> None:
    assert_printed("one\n...\nthree", "one\ntwo\nthree\n", "command")
    assert_printed("...\ntwo\nthree", "one\ntwo\nthree\n", "command")
    assert_printed("...", "one\n", "command")
