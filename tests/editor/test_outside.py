"""What other programs make of a pack: an independent validator, a linter of YAML, and hooks before a commit."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from engine.cli.app import COMMANDS
from engine.document import plain, read_document
from engine.library import find_pack

ROOT = Path(__file__).resolve().parents[2]
PACK = find_pack()
BIN = Path(sys.executable).parent
HOOKS: list[dict[str, Any]] = plain(read_document(ROOT / ".pre-commit-hooks.yaml"))  # type: ignore[assignment]


def tool(name: str) -> str:
    """A program that comes with the development extra."""
    found = shutil.which(name, path=f"{BIN}{os.pathsep}{os.environ['PATH']}")
    return found or pytest.skip(f"{name} is not installed; it comes with the extra `dev`")


def test_an_independent_validator_finds_every_shipped_document_sound() -> None:
    """Each document under the schema that its first line names, and each schema under that of its dialect."""
    check = tool("check-jsonschema")
    by_schema: dict[Path, list[str]] = {}
    for file in sorted(PACK.rglob("*.yaml")):
        first = file.read_text(encoding="utf-8").partition("\n")[0]
        by_schema.setdefault((file.parent / first.partition("$schema=")[2]).resolve(), []).append(str(file))
    assert len(by_schema) >= 5
    for schema, files in by_schema.items():
        done = subprocess.run([check, "--schemafile", str(schema), *files], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout
    schemas = [str(path) for folder in (ROOT, PACK) for path in sorted((folder / "schemas").glob("*.json"))]
    done = subprocess.run([check, "--check-metaschema", *schemas], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_an_independent_validator_refuses_a_damaged_document(tmp_path: Path) -> None:
    damaged = tmp_path / "1.0.0.yaml"
    text = (PACK / "1.0.0.yaml").read_text(encoding="utf-8")
    damaged.write_text(text.replace("proposition: handed_over", "proposition: handed_ower", 1), encoding="utf-8")
    schema = PACK / "schemas/1.0.0.policy.schema.json"
    command = [tool("check-jsonschema"), "--schemafile", str(schema), str(damaged)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1 and "handed_ower" in done.stdout


def test_the_linter_of_yaml_has_nothing_to_say() -> None:
    done = subprocess.run(
        [tool("yamllint"), "--strict", "policies", ".pre-commit-hooks.yaml"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout


# --------------------------------------------------------------------------------------------- hooks before a commit


class Repository:
    """A repository of policy staff: a pack, and the hooks as we ship them, run by this very checkout."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.pack = folder / "policies" / PACK.name
        shutil.copytree(PACK, self.pack)
        lines = ["repos:", "  - repo: local", "    hooks:"]
        for hook in HOOKS:
            words = [sys.executable, str(ROOT / "cli.py"), *hook["entry"].split()[1:]]
            if hook["id"] != "aftersale-fmt":
                words += ["--pack", f"policies/{PACK.name}"]
            said = {key: hook[key] for key in ("id", "name", "files", "pass_filenames") if key in hook}
            said |= {"language": "system", "entry": " ".join(words)}
            lines += [f"      {'- ' if n == 0 else '  '}{key}: {_scalar(said[key])}" for n, key in enumerate(said)]
        (folder / ".pre-commit-config.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
        self.run("git", "init", "-q", "-b", "main")
        self.run("git", "add", "-A")
        self.run("git", "-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "-q", "-m", "first")

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "PRE_COMMIT_HOME": str(self.folder / ".cache"), "GIT_CONFIG_GLOBAL": os.devnull}
        for name in ("GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE"):
            environment.pop(name, None)
        return subprocess.run(words, cwd=self.folder, env=environment, capture_output=True, text=True, check=False)

    def edit(self, name: str, old: str, new: str) -> None:
        text = (self.pack / name).read_text(encoding="utf-8")
        assert old in text
        (self.pack / name).write_text(text.replace(old, new, 1), encoding="utf-8")
        self.run("git", "add", "-A")

    def hook(self, name: str) -> subprocess.CompletedProcess[str]:
        return self.run(tool("pre-commit"), "run", name)


def _scalar(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else "'" + str(value).replace("'", "''") + "'"


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    tool("git")
    tool("pre-commit")
    return Repository(tmp_path_factory.mktemp("staff"))


def test_the_hooks_are_a_sound_manifest_of_commands_there_are() -> None:
    done = subprocess.run([tool("pre-commit"), "validate-manifest", str(ROOT / ".pre-commit-hooks.yaml")], check=False)
    assert done.returncode == 0
    assert {hook["entry"].split()[0] for hook in HOOKS} == {"aftersale"}
    assert {hook["entry"].split()[1] for hook in HOOKS} <= set(COMMANDS)


def test_a_commit_with_a_mistake_is_stopped_with_the_place(repository: Repository) -> None:
    repository.edit("1.0.0.yaml", "proposition: handed_over", "proposition: handed_ower")
    done = repository.hook("aftersale-validate")
    assert done.returncode == 1
    assert "1.0.0.yaml:" in done.stdout and "did you mean `handed_over`?" in done.stdout
    repository.edit("1.0.0.yaml", "proposition: handed_ower", "proposition: handed_over")


def test_a_commit_of_something_else_is_let_through(repository: Repository) -> None:
    (repository.folder / "notes.yaml").write_text("a: [\n", encoding="utf-8")
    repository.run("git", "add", "-A")
    done = repository.hook("aftersale-validate")
    assert done.returncode == 0 and "Skipped" in done.stdout


def test_what_is_committed_is_formatted_without_losing_a_comment(repository: Repository) -> None:
    repository.edit("tests/worked.yaml", "facts:\n", "facts:   # all the same\n\n\n\n")
    first = repository.hook("aftersale-fmt")
    assert first.returncode == 1 and "files were modified by this hook" in first.stdout
    text = (repository.pack / "tests/worked.yaml").read_text(encoding="utf-8")
    assert "# all the same" in text and "\n\n\n" not in text
    repository.run("git", "add", "-A")
    assert repository.hook("aftersale-fmt").returncode == 0


def test_the_schemas_are_written_before_a_commit(repository: Repository) -> None:
    repository.edit("1.0.0.yaml", "      refund_by_seller: ", "      apology: Sorry.\n      refund_by_seller: ")
    first = repository.hook("aftersale-schema")
    assert first.returncode == 1 and "files were modified by this hook" in first.stdout
    repository.run("git", "add", "-A")
    assert repository.hook("aftersale-schema").returncode == 0


# -------------------------------------------------------------------------------------------------- what docs promise


def test_the_task_of_the_editor_finds_every_problem_at_its_place(tmp_path: Path) -> None:
    """What `validate` prints, read by the pattern of the task as we ship it."""
    task = json.loads((ROOT / ".vscode/tasks.json").read_text(encoding="utf-8"))["tasks"][0]
    pattern = task["problemMatcher"]["pattern"]
    pack = Path(shutil.copytree(PACK, tmp_path / PACK.name))
    text = (pack / "1.0.0.yaml").read_text(encoding="utf-8")
    text = text.replace("proposition: handed_over", "proposition: handed_ower").replace("use: rejected", "use: reject")
    (pack / "1.0.0.yaml").write_text(text, encoding="utf-8")
    command = [sys.executable, str(ROOT / "cli.py"), *task["args"], "--pack", str(pack)]
    printed = subprocess.run([*command], cwd=tmp_path, capture_output=True, text=True, check=False).stdout
    as_data = subprocess.run([*command, "--format", "json"], cwd=tmp_path, capture_output=True, text=True, check=False)
    wanted = {(d["line"], d["column"], d["code"]) for d in json.loads(as_data.stdout)["diagnostics"]}
    found = [match for line in printed.splitlines() if (match := re.match(pattern["regexp"], line))]
    assert {(int(m[pattern["line"]]), int(m[pattern["column"]]), m[pattern["code"]]) for m in found} == wanted
    assert len(wanted) > 5


def test_the_page_about_the_editor_names_what_there_is() -> None:
    page = (ROOT / "docs/editor.md").read_text(encoding="utf-8")
    for schema in re.findall(r"\$schema=(?:\.\./)?(schemas/\S+?)`", page):
        assert (PACK / schema).is_file(), schema
    assert {hook["id"] for hook in HOOKS} == set(re.findall(r"- id: (\S+)", page))
    for lines in re.findall(r"```json\n(.*?)```", page, re.DOTALL):
        json.loads(lines if lines.startswith("{") else f"{{{lines}}}")
    for command in re.findall(r"^aftersale (.+)$", page, re.MULTILINE):
        words = [sys.executable, str(ROOT / "cli.py"), *command.split(), "--help"]
        done = subprocess.run(words, capture_output=True, check=False)
        assert done.returncode == 0, command
    shown = subprocess.run([sys.executable, str(ROOT / "cli.py"), "validate", "--help"], capture_output=True, text=True,
                           check=False).stdout  # fmt: skip
    for form in re.findall(r"--format ([a-z]+)", page):
        assert re.search(rf"[\[|]{form}[|\]]", re.sub(r"\s", "", shown)), form
