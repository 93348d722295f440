"""Publishing is one step: killed, failing or done twice at once, the pack is as before or as after."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from engine import InvalidDocument, load_pack
from engine.library import LEDGER, writing
from engine.publishing.publish import Plan, carry_out, plan, written_ledger
from tests.killing import NOW, prepared, survey


@pytest.fixture
def planned(tmp_path: Path) -> Plan:
    return prepared(tmp_path / "loans")


def test_killed_at_any_moment_it_was_published_or_was_not() -> None:
    seen = survey(60, seed=3)
    assert seen["before"] and seen["after"]


@pytest.mark.parametrize("broken", ["open", "fsync", "write", "rename"])
def test_what_cannot_be_written_changes_nothing(planned: Plan, broken: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> Any:
        raise OSError(28, "No space left on device")

    folder = planned.pack.folder
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    with monkeypatch.context() as patch:
        if broken == "open":
            patch.setattr(writing, "_write", fail)
        elif broken == "rename":
            patch.setattr(Path, "replace", fail)
        else:
            patch.setattr(os, "fsync", fail) if broken == "fsync" else patch.setattr(
                writing, "open", fail, raising=False
            )
        with pytest.raises(OSError, match="No space"):
            carry_out(planned)
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before
    carry_out(planned)
    assert load_pack(folder).ledger.tenures[-1].version == "1.1.0"


def test_of_many_who_publish_at_once_one_does_and_no_entry_is_lost(planned: Plan) -> None:
    children = []
    for _ in range(8):
        child = os.fork()
        if child == 0:
            code = 1
            try:
                carry_out(planned)
                code = 0
            except InvalidDocument as problem:
                code = 3 if problem.diagnostics[0].code == "publish/changed-meanwhile" else 4
            finally:
                os._exit(code)
        children.append(child)
    codes = sorted(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children)
    assert codes == [0, *[3] * 7]
    assert (planned.pack.folder / LEDGER).read_text(encoding="utf-8") == planned.text


def test_permissions_stay_and_a_link_is_followed(planned: Plan, tmp_path: Path) -> None:
    ledger = planned.pack.folder / LEDGER
    real = tmp_path / "kept.yaml"
    ledger.rename(real)
    real.chmod(0o640)
    ledger.symlink_to(real)
    carry_out(planned)
    assert ledger.is_symlink()
    assert real.read_text(encoding="utf-8") == planned.text
    assert real.stat().st_mode & 0o777 == 0o640


def test_a_new_ledger_is_written_where_there_was_none(tmp_path: Path) -> None:
    first = prepared(tmp_path / "loans")
    folder = first.pack.folder
    (folder / LEDGER).unlink()
    from datetime import date

    from engine.publishing.publish import Wish

    wish = Wish("1.1.0", date(2026, 3, 1), "The desk: the late one", "It is time, 'now' # or \"never\".")
    again = plan(load_pack(folder), written_ledger(folder), wish, NOW, NOW.date())
    carry_out(again)
    (entry,) = load_pack(folder).ledger.publications
    assert (entry.by, entry.why, entry.at) == (wish.by, wish.why, NOW)
