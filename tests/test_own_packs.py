"""A pack below `policies` in the working folder comes before one that is shipped."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.cli import main, packs
from engine.library import find_pack
from tests.museum_pieces import BASE

SHIPPED = find_pack()
NOTE = f"note: the pack in {Path('policies', SHIPPED.name)} is taken"
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command in a folder of its own."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(packs, "_said", set())
        with pytest.raises(SystemExit) as end:
            main(arguments)
        out, err = capsys.readouterr()
        return int(end.value.code or 0), out, err

    return run


def test_without_one_it_is_the_shipped_one(run: Run, tmp_path: Path) -> None:
    assert run("versions")[1].startswith(SHIPPED.name)
    (tmp_path / "policies").mkdir()
    assert run("versions")[1].startswith(SHIPPED.name)


def test_the_only_one_below_the_working_folder_is_taken(run: Run, tmp_path: Path) -> None:
    shutil.copytree(BASE, tmp_path / "policies" / "loans")
    code, out, err = run("versions")
    assert (code, err) == (0, "") and out.startswith("loans")
    assert run("facts", "1.0.0", "--format", "json")[1].count("loan.") > 1
    assert run("versions", "--pack", SHIPPED.name)[1].startswith(SHIPPED.name)


def test_it_is_said_where_a_shipped_one_has_the_name(run: Run, tmp_path: Path) -> None:
    own = tmp_path / "policies" / SHIPPED.name
    shutil.copytree(BASE, own)
    for arguments in ((), ("--pack", SHIPPED.name)):
        code, out, err = run("versions", *arguments)
        assert code == 0 and "no version" in out and err.startswith(NOTE) and err.count("\n") == 1
    assert run("versions", "--pack", str(own.relative_to(tmp_path)))[2] == ""
    assert "published" in run("versions", "--pack", str(SHIPPED))[1]


def test_of_several_one_is_named(run: Run, tmp_path: Path) -> None:
    for name in ("loans", "books"):
        shutil.copytree(BASE, tmp_path / "policies" / name)
    code, _, err = run("versions")
    assert code == 2 and "more than one pack" in err and "books, loans" in " ".join(err.split())
    assert run("versions", "--pack", "books")[0] == 0
    assert "did you mean `loans`?" in run("versions", "--pack", "loan")[2]


def test_the_project_itself_needs_no_word(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(SHIPPED.parent.parent)
    assert run("versions")[2] == ""
