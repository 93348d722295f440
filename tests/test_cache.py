"""Packs that were loaded before: found while nothing changed, never trusted when something did."""

from __future__ import annotations

import os
import pickle
import shutil
from pathlib import Path

import pytest

from engine import Pack
from engine.cache import entries as kept
from engine.cache import packs
from engine.cache.packs import cached_pack

ROOT = Path(__file__).parent.parent
MOMENT = "2025-06-20T09:00:00-04:00"


@pytest.fixture
def folder(tmp_path: Path, pack: Pack) -> Path:
    return Path(shutil.copytree(pack.folder, tmp_path / pack.name, ignore=shutil.ignore_patterns("tests", "schemas")))


@pytest.fixture
def entries(tmp_path: Path) -> Path:
    return tmp_path / "entries"


def unloadable(*_: object) -> Pack:
    raise AssertionError("the pack was loaded anew")


def load(folder: Path, entries: Path) -> Pack:
    return cached_pack(folder, None, False, entries)


def test_a_pack_that_was_loaded_is_found_again_and_is_the_same(
    folder: Path, entries: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = load(folder, entries)
    monkeypatch.setattr(packs, "load_pack", unloadable)
    again = load(folder, entries)
    assert again == first
    assert again.versions["1.0.0"].programs == first.versions["1.0.0"].programs
    case = {"scenario": "unknown", "facts": {"dispute": {"filed_at": "2025-06-10T09:00:00-04:00"}}}
    decided = [pack.decide(case, MOMENT) for pack in (first, again)]
    assert decided[0].to_dict() == decided[1].to_dict()
    assert decided[0].explain().to_dict() == decided[1].explain().to_dict()


@pytest.mark.parametrize("name", ["1.0.0.yaml", "clauses.yaml", "readings.yaml", "published.yaml", "1.1.0.yaml"])
def test_an_edit_of_any_file_is_another_pack(folder: Path, entries: Path, name: str) -> None:
    load(folder, entries)
    file = folder / name
    file.write_text(file.read_text("utf-8") + "# one more line\n", "utf-8")
    load(folder, entries)
    assert len(list(entries.iterdir())) == 2


def test_a_file_that_is_wrong_is_refused_though_the_pack_was_kept_before(folder: Path, entries: Path) -> None:
    from engine import InvalidDocument

    load(folder, entries)
    file = folder / "1.0.0.yaml"
    file.write_text(file.read_text("utf-8").replace("within: 28 calendar days", "within: 27 calendar days"), "utf-8")
    with pytest.raises(InvalidDocument, match="changed after it was published"):
        load(folder, entries)
    assert len(list(entries.iterdir())) == 1


def test_an_entry_is_not_found_by_another_engine(folder: Path, entries: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    load(folder, entries)
    monkeypatch.setattr(kept, "ENGINE_VERSION", "0.0.0")
    monkeypatch.setattr(packs, "load_pack", unloadable)
    with pytest.raises(AssertionError, match="loaded anew"):
        load(folder, entries)


def test_an_entry_is_not_found_by_an_engine_whose_code_was_edited(
    folder: Path, entries: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(folder, entries)
    files = list(kept._files_of_the_engine())
    seen = {Path(name).relative_to(ROOT).as_posix() for name, *_ in files}
    assert {"engine/clock.py", "engine/link/program.py", "schemas/policy.schema.json"} <= seen
    assert not any(name.startswith("engine/cli/") for name in seen)
    name, size, changed = files[0]
    monkeypatch.setattr(kept, "_files_of_the_engine", lambda: iter([(name, size, changed + 1), *files[1:]]))
    monkeypatch.setattr(packs, "load_pack", unloadable)
    with pytest.raises(AssertionError, match="loaded anew"):
        load(folder, entries)


def damaged(content: bytes) -> list[bytes]:
    flipped = [
        content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]
        for at in (0, 15, 16, 30, 47, 48, 49, len(content) // 2, len(content) - 1)
    ]
    return [*flipped, b"", content[:20], content[: len(content) // 2], content + b"\0", b"aftersale entry\n"]


def test_a_damaged_entry_is_as_good_as_none_and_is_written_anew(folder: Path, entries: Path) -> None:
    whole = load(folder, entries)
    (entry,) = entries.iterdir()
    content = entry.read_bytes()
    for wrong in damaged(content):
        entry.write_bytes(wrong)
        assert packs._read(str(entry)) is None
    assert load(folder, entries) == whole
    assert packs._read(str(entry)) == whole


def test_an_entry_that_holds_something_else_is_not_a_pack(tmp_path: Path) -> None:
    content = pickle.dumps({"a": 1})
    entry = tmp_path / "other.pack"
    kept.keep(content, str(entry))
    assert kept.read_entry(str(entry)) == content
    assert packs._read(str(entry)) is None


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="rights of this kind are those of POSIX")
def test_a_folder_that_others_may_write_to_is_not_used(folder: Path, entries: Path) -> None:
    entries.mkdir()
    entries.chmod(0o777)
    load(folder, entries)
    assert not list(entries.iterdir())


def test_a_folder_that_cannot_be_made_does_no_harm(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert load(folder, tmp_path / "file" / "entries").name == folder.name


def test_the_entries_that_were_written_last_are_left(
    folder: Path, entries: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "MOST", 2)
    for number in range(4):
        (folder / "clauses.yaml").touch()
        (folder / "note.yaml").write_text(f"# {number}\n")
        load(folder, entries)
    assert len(list(entries.iterdir())) == 2


def test_the_cache_can_be_switched_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from engine.cli.places import cache_folder

    monkeypatch.setenv("AFTERSALE_CACHE", "off")
    assert cache_folder() is None
    monkeypatch.setenv("AFTERSALE_CACHE", str(tmp_path))
    assert cache_folder() == str(tmp_path)
    monkeypatch.delenv("AFTERSALE_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == str(tmp_path / "aftersale")
