"""The pages that walk through commands, above all from an e-mail to a published version: done in order, on a copy."""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

import engine.cli.packs
from engine.cli.app import app
from tests.walking import Walk, assert_printed

ROOT = Path(__file__).resolve().parent.parent
WALKS = [
    ("policies/README.md", "From an e-mail to a published version",
     {"new", "validate", "test", "diff", "mutate", "publish", "versions"}),
    ("policies/README.md", "Letters", {"notice", "validate"}),
    ("policies/README.md", "What would this draft have done to last year's cases?", {"sample", "backtest", "decide"}),
    ("docs/columns.md", "", {"sample", "batch"}),
    ("docs/backtest.md", "", {"sample", "backtest"}),
]  # fmt: skip


def section(page: str, heading: str) -> str:
    """A chapter of a page; without a heading the whole page."""
    text = (ROOT / page).read_text(encoding="utf-8")
    if not heading:
        return text
    assert text.count(f"## {heading}\n") == 1
    return text.partition(f"## {heading}\n")[2].partition("\n## ")[0]


def printed(words: list[str]) -> str:
    """All that a command prints, but for the note that the copy is taken and not the pack that is shipped."""
    told = CliRunner().invoke(app, words).output
    return "".join(line for line in told.splitlines(keepends=True) if not line.startswith("note: the pack in "))


@pytest.mark.parametrize(("page", "heading", "commands"), WALKS)
def test_every_step_is_as_the_page_shows(
    page: str, heading: str, commands: set[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(ROOT / "policies", tmp_path / "policies")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setattr(engine.cli.packs, "today", lambda: date(2027, 1, 12))
    monkeypatch.setattr(engine.cli.packs, "now", lambda: datetime(2027, 1, 12, 10, tzinfo=UTC))
    walk = Walk(section(page, heading), tmp_path, printed)
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
