"""Mistakes that policy staff make, made in the shipped version: each is told where it is, in the words that help."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from engine.cli.documents import Checker

PACK = Path(__file__).resolve().parent.parent / "policies" / "tiktok-shop-us"
MISTAKES: list[dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("mistakes.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the shipped registers, and no versions."""
    folder = tmp_path_factory.mktemp("packs") / PACK.name
    folder.mkdir()
    for name in ("clauses.yaml", "readings.yaml"):
        shutil.copy(PACK / name, folder)
    return folder


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake["mistake"])
def test_a_mistake_is_told(mistake: dict[str, Any], pack: Path) -> None:
    text = (PACK / "1.0.0.yaml").read_text(encoding="utf-8")
    for old, new in (("replace", "with"), ("and_replace", "and_with")):
        if old in mistake:
            assert mistake[old] in text
            text = text.replace(mistake[old], mistake[new], 1)
    file = pack / "1.0.0.yaml"
    file.write_text(text, encoding="utf-8")
    checker = Checker(str(pack))
    checker.file(str(file))
    assert len(checker.found) <= 3, checker.found
    for said in mistake["says"]:
        (found,) = [one for one in checker.found if one.code == said["code"]]
        assert found.place is not None
        assert said["line"] in found.place.source.line(found.place.line)
        whole = f"{found.message} {found.help} {[message for message, _ in found.related]}"
        assert all(words in whole for words in said["words"]), whole
