"""pytest collects policy tests where they lie in a pack, shows why they fail, and pays nothing elsewhere."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from importlib import import_module
from pathlib import Path

from tests import kites

ROOT = Path(__file__).resolve().parent.parent
PLUGIN = "engine.cli.pytest_plugin"


def run(*arguments: object, plugin: str = PLUGIN) -> tuple[int, str]:
    """pytest with nothing but the plugin. Its exit code and what it says."""
    environment = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "pytest", "-p", plugin, "-p", "no:cacheprovider", "-v", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=Path(str(arguments[0])))
    return done.returncode, done.stdout + done.stderr


def test_each_test_is_an_item_for_each_version(tmp_path: Path) -> None:
    folder = kites.write(tmp_path / "kites")
    (folder / "1.1.0.yaml").write_text(kites.POLICY.replace('"1.0.0"', '"1.1.0"'))
    code, said = run(tmp_path)
    assert code == 0, said
    assert said.count("PASSED") == 4
    assert "kites/tests/kites.yaml::1.1.0: Nothing was shown. PASSED" in said


def test_a_failure_is_shown_as_the_command_shows_it(tmp_path: Path) -> None:
    kites.write(tmp_path / "kites", kites.TESTS.replace("{payer: flyer, reasons", "{payer: maker, reasons"))
    code, said = run(tmp_path, "-k", "shown")
    assert code == 1
    assert "kites.yaml:10\n  payer                 expected maker\n                        found    flyer\n" in said
    assert "outcome/nothing-shown decides" in said
    assert "Traceback" not in said


def test_documents_that_are_wrong_are_told_with_their_places(tmp_path: Path) -> None:
    kites.write(tmp_path / "kites", kites.TESTS.replace("payer: flyer", "player: flyer"))
    code, said = run(tmp_path)
    assert code == 2
    assert "kites.yaml:11:14: error[test/unknown-word]: no such field of a decision: `player`" in said
    assert "Traceback" not in said


def test_what_cannot_happen_is_an_item(tmp_path: Path) -> None:
    claim = "cannot_happen:\n  - {at: CLAIM, scenario: torn, because: So it is.}\ntests:\n"
    kites.write(tmp_path / "a" / "kites", kites.TESTS.replace("tests:\n", claim.replace("CLAIM", "extras/only-torn")))
    kites.write(tmp_path / "b" / "kites", kites.TESTS.replace("tests:\n", claim.replace("CLAIM", "outcome/rest")))
    assert "kites.yaml::1.0.0: what cannot happen PASSED" in run(tmp_path / "a")[1]
    code, said = run(tmp_path / "b")
    assert code == 1
    assert "error[test/happens]: `outcome/rest, in torn` happens" in said


def test_nothing_else_is_collected(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "data.yaml").write_text("tests: [1]\n")
    (tmp_path / "tests" / "test_own.py").write_text("def test_own(): pass\n")
    folder = kites.write(tmp_path / "kites")
    (folder / "more.yaml").write_text(kites.TESTS)
    (folder / "tests" / "notes.txt").write_text("tests")
    code, said = run(tmp_path)
    assert code == 0, said
    assert said.count("PASSED") == 3


def test_other_runs_pay_nothing() -> None:
    program = f"import {PLUGIN}, sys; print([name for name in sys.modules if name in ('yaml', 'jsonschema', 'click')])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT)
    assert (done.stdout.strip(), done.stderr) == ("[]", "")


def test_an_installed_project_brings_the_plugin() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["entry-points"]["pytest11"] == {"aftersale": PLUGIN}
    assert hasattr(import_module(PLUGIN), "pytest_collect_file")
