"""A pack on its way to other machines: what arrives is what was sent, or nothing is decided."""

from __future__ import annotations

import pickle
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import pytest

from engine import Pack, load_pack
from engine.spark.parcel import ParcelRefused, packed, unpacked
from engine.spark.session import SparkMissing, check_installed
from tests.strategies import dispute

ROOT = Path(__file__).resolve().parent.parent


def test_what_arrives_decides_as_what_was_sent(pack: Pack) -> None:
    """By the version that governs each case, and by the one that is named."""
    for only in (None, *pack.versions):
        there = unpacked(pickle.loads(pickle.dumps(packed(pack, *([only] if only else [])))))
        assert there.name == pack.name
        assert set(there.versions) == ({only} if only else {one.version for one in pack.ledger.tenures})
        for number in range(12):
            found = dispute(number)
            there_decided = there.decide(found.document, found.as_of, only)
            assert there_decided == pack.decide(found.document, found.as_of, only)


def test_it_is_loaded_once_in_a_process(pack: Pack) -> None:
    first, again = packed(pack), packed(pack)
    assert first == again and unpacked(first) is unpacked(again)


def test_a_file_that_was_changed_after_the_pack_was_loaded_is_refused(pack: Pack, tmp_path: Path) -> None:
    folder = shutil.copytree(pack.folder, tmp_path / pack.name)
    loaded = load_pack(folder, only="1.1.0")
    file = folder / "1.1.0.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("48 hours", "49 hours", 1), encoding="utf-8")
    with pytest.raises(ParcelRefused, match=r"version 1\.1\.0 .* its file was changed"):
        unpacked(packed(loaded, "1.1.0"))


def test_another_engine_is_refused(pack: Pack) -> None:
    with pytest.raises(ParcelRefused, match=r"sent by aftersale 0\.0\.1, and this worker has"):
        unpacked(replace(packed(pack), engine_version="0.0.1"))


def test_a_worker_may_have_the_engine_as_a_zip(pack: Pack, tmp_path: Path) -> None:
    """As `spark-submit --py-files` ships it: no folder of the engine is there, and no pack."""
    with ZipFile(tmp_path / "aftersale.zip", "w") as zipped:
        for file in (ROOT / "engine").rglob("*.py"):
            zipped.write(file, file.relative_to(ROOT))
        for file in (ROOT / "schemas").glob("*.json"):
            zipped.write(file, Path("engine") / file.relative_to(ROOT))
    (tmp_path / "parcel").write_bytes(pickle.dumps(packed(pack, "1.0.0")))
    program = (
        "import pickle, sys; sys.path.insert(0, 'aftersale.zip'); from engine.spark.parcel import unpacked; "
        "import engine; print(engine.__file__, unpacked(pickle.load(open('parcel', 'rb'))))"
    )
    done = subprocess.run([sys.executable, "-I", "-c", program], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"aftersale.zip/engine/__init__.py <Pack {pack.name}: 1.0.0>\n"


def test_what_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: object())
    monkeypatch.setattr("shutil.which", lambda name: None)
    with pytest.raises(SparkMissing, match="Spark needs Java 17"):
        check_installed()
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(SparkMissing, match=r"pip install 'aftersale\[spark\]'"):
        check_installed()
