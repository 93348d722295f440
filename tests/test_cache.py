"""Packs that were loaded before: found while nothing changed, never trusted when something did."""

from __future__ import annotations

import hashlib
import json
import os
import pickle
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from engine import Pack
from engine.cache import entries as kept
from engine.cache import packs
from engine.cache.packs import cached_pack
from engine.cache.prepared import Prepared, prepared
from engine.cli.cold import Line, read_line
from engine.clock import parse_instant
from engine.diagnostics import Report
from engine.document import plain, read_document
from engine.testing.suite import policy_tests

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "policies/tiktok-shop-us/examples/lost-package.yaml"
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
    entry.write_bytes(kept._HEAD + hashlib.sha256(content).digest() + content)
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


LOOKING = """
import sys
sys.argv = ["aftersale", *sys.argv[1:]]
from engine.cli import main
try:
    main()
except SystemExit:
    slow = ("yaml", "jsonschema", "rich", "click", "simpleeval", "engine.pack")
    print([name for name in slow if name in sys.modules], file=sys.stderr)
"""


def run(*arguments: str, entries: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "AFTERSALE_CACHE": str(entries)}
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


def test_a_cold_command_decides_from_what_was_prepared(entries: Path, tmp_path: Path) -> None:
    case = tmp_path / "case.json"
    case.write_text(json.dumps(plain(read_document(EXAMPLE))), "utf-8")
    command = ["decide", str(case), "--as-of", MOMENT, "--format", "json"]
    first = run("cli.py", *command, entries=entries)
    assert first.returncode == 0
    assert json.loads(first.stdout)["determined"] is True
    assert {path.suffix for path in entries.iterdir()} == {".pack", ".cases", ".row"}
    second = run("-c", LOOKING, *command, entries=entries)
    assert (second.stdout, second.stderr) == (first.stdout, "[]\n")


def test_a_cold_command_leaves_what_is_wrong_to_the_command_proper(entries: Path, tmp_path: Path) -> None:
    case = tmp_path / "case.json"
    case.write_text(json.dumps(plain(read_document(EXAMPLE))), "utf-8")
    assert run("cli.py", "decide", str(case), "--format", "json", entries=entries).returncode == 0
    wrong = tmp_path / "wrong.json"
    for text in ('{"scenario": "lost_packge"}', "{", "", '{"scenario": "lost_package", "facts": {"order": []}}'):
        wrong.write_text(text, "utf-8")
        told = run("cli.py", "decide", str(wrong), "--format", "json", entries=entries)
        assert told.returncode == 3
        assert json.loads(told.stdout)["error"]["diagnostics"]
    for arguments in (("--as-of", "today"), ("--policy", "9.9.9"), ("--pack", "no-such-pack")):
        told = run("cli.py", "decide", str(case), "--format", "json", *arguments, entries=entries)
        assert (told.returncode, told.stdout) == (2, "")
        assert "Error: " in told.stderr
    (tmp_path / "open.json").write_text('{"scenario": "lost_package"}', "utf-8")
    assert run("cli.py", "decide", str(tmp_path / "open.json"), "--format", "json", entries=entries).returncode == 4


def test_what_was_prepared_decides_as_the_pack_does(pack: Pack) -> None:
    cases, rows = prepared(pack)
    cold = Prepared(cases, rows.get)
    found = 0
    for test in policy_tests(pack.folder, Report()):
        content, moment = json.dumps(test.case, default=dict).encode(), parse_instant(test.as_of)
        for version in (None, "1.0.0"):
            decision = cold.decide(content, moment, moment, version)
            if decision is not None:
                found += 1
                assert decision.to_dict() == pack.decide(test.case, moment, version).to_dict(), test.name
    assert found > 500
    assert cold.decide(content, moment, moment, "9.9.9") is None


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        ("decide a.json --format json", Line("a.json", "json")),
        ("decide --format=json a.json --as-of=2025-01-01T00:00:00Z", Line("a.json", "json", "2025-01-01T00:00:00Z")),
        ("decide a.json --format json --policy 1.0.0 --pack p", Line("a.json", "json", None, "1.0.0", "p")),
        ("decide a.yaml --format json", None),
        ("decide a.json", None),
        ("decide a.json --format text", None),
        ("decide a.json b.json --format json", None),
        ("decide - --format json", None),
        ("decide a.json --format json --explain", None),
        ("decide a.json --format json --output o.json", None),
        ("decide a.json --format", None),
        ("decide a.json --format json --as-of --explain", None),
        ("clock a.json --format json", None),
        ("decide", None),
        ("", None),
    ],
)
def test_a_command_line_that_a_cold_command_knows(arguments: str, line: Line | None) -> None:
    assert read_line(arguments.split()) == line


def test_the_cache_can_be_switched_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from engine.cli.places import cache_folder

    monkeypatch.setenv("AFTERSALE_CACHE", "off")
    assert cache_folder() is None
    monkeypatch.setenv("AFTERSALE_CACHE", str(tmp_path))
    assert cache_folder() == str(tmp_path)
    monkeypatch.delenv("AFTERSALE_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == str(tmp_path / "aftersale")
