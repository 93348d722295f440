"""Cold start: what a command costs from nothing, against a bare start of the same interpreter."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from benchmarks.cases import Asked, made_up, settled, version
from benchmarks.harness import Contest, Contestant, Disagreement, Size, Target
from engine.cli import exits

ROOT = Path(__file__).resolve().parent.parent
BARE, CLICK = "python -I -c pass", "python -I -c 'import click'"
JSON, TEXT, YAML = "decide CASE.json, to JSON", "decide CASE.json, to text", "decide CASE.yaml, to text"
OPEN_JSON, OPEN_TEXT = "decide OPEN.json, to JSON", "decide OPEN.json, to text"
OPEN_YAML, NO_ROW = "decide OPEN.yaml, to text", "decide NO-ROW.json, to JSON"
MODULES = ("yaml", "jsonschema", "simpleeval", "rich")


def contests(size: Size) -> Iterator[Contest]:
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "AFTERSALE_CACHE": folder}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)  # what is installed is compiled
        asked, lacking = _case()
        case = _written(Path(folder) / "case", asked.data)
        still_open = _written(Path(folder) / "open", lacking)
        no_row = _written(Path(folder) / "no-row", {**lacking, "scenario": "unknown"})
        decide = [sys.executable, str(ROOT / "cli.py"), "decide", "--as-of", asked.as_of]
        commands = {
            BARE: [sys.executable, "-I", "-c", "pass"],
            CLICK: [sys.executable, "-I", "-c", "import click"],
            "import engine": [sys.executable, "-c", "import engine; engine.load_pack"],
            JSON: [*decide, f"{case}.json", "--format", "json"],
            TEXT: [*decide, f"{case}.json"],
            YAML: [*decide, f"{case}.yaml"],
            OPEN_JSON: [*decide, f"{still_open}.json", "--format", "json"],
            OPEN_TEXT: [*decide, f"{still_open}.json"],
            OPEN_YAML: [*decide, f"{still_open}.yaml"],
            NO_ROW: [*decide, f"{no_row}.json", "--format", "json"],
        }
        for command in commands.values():  # what is kept from the first time is there from now on
            _run(command, environment)
        says = (
            f"Of {', '.join(MODULES)}, what is loaded to decide to JSON: {_loaded(commands[JSON], environment)}; where "
            f"a fact is missing (OPEN): {_loaded(commands[OPEN_JSON], environment)}. NO-ROW does not say its scenario, "
            "either, and is decided under each."
        )
        clocks = (
            ("start_cpu", "Cold start, time of the processor", _of_children),
            ("start", "Cold start, time on the wall", time.perf_counter),
        )
        for name, title, clock in clocks[: 1 if size.quick else 2]:
            yield Contest(
                name,
                title,
                BARE,
                [Contestant(label, _runs(command, environment)) for label, command in commands.items()],
                1,
                targets=[
                    *(Target(name, BARE, 5.0) for name in (JSON, OPEN_JSON)),
                    *(Target(name, BARE, 9.0) for name in (TEXT, OPEN_TEXT)),
                ],
                says=says,
                clock=clock,
            )


def _case() -> tuple[Asked, dict[str, Any]]:
    """A settled case, and the same without a fact, the last one without which it is undetermined."""
    for asked in made_up(60):
        if settled(version().decide(asked.case, asked.moment)):
            facts = asked.data["facts"]
            for group, name in reversed([(group, name) for group, members in facts.items() for name in members]):
                rest = {key: value for key, value in facts[group].items() if key != name}
                data = {**asked.data, "facts": {**facts, group: rest}}
                if not version().decide(version().read_case(data), asked.moment).determined:
                    return asked, data
    raise Disagreement("no case misses any fact")


def _written(file: Path, data: dict[str, Any]) -> Path:
    """Write a case as JSON and as YAML. The name of both files, without its end."""
    file.with_suffix(".json").write_text(json.dumps(data, separators=(",", ":")), "utf-8")
    file.with_suffix(".yaml").write_text(yaml.safe_dump(data, sort_keys=False), "utf-8")
    return file


def _runs(command: Sequence[str], environment: Mapping[str, str]) -> Callable[[int], object]:
    def run(n: int) -> None:
        for _ in range(n):
            _run(command, environment)

    return run


def _run(command: Sequence[str], environment: Mapping[str, str]) -> None:
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=False)
    if done.returncode not in (exits.OK, exits.UNDETERMINED):
        raise Disagreement(f"{' '.join(command)}: {done.returncode}: {done.stderr.decode()[-500:]}")


def _of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _loaded(command: Sequence[str], environment: Mapping[str, str]) -> str:
    """Which of the larger modules the command loads."""
    watched = [command[0], "-X", "importtime", *command[1:]]
    done = subprocess.run(watched, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    names = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    return ", ".join(name for name in MODULES if name in names) or "none"
