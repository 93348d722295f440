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

import yaml

from benchmarks.cases import made_up, settled, version
from benchmarks.harness import Contest, Contestant, Disagreement, Size, Target

ROOT = Path(__file__).resolve().parent.parent
BARE, CLICK, JSON, TEXT, YAML = (
    "python -I -c pass",
    "python -I -c 'import click'",
    "decide CASE.json, to JSON",
    "decide CASE.json, to text",
    "decide CASE.yaml, to text",
)
MODULES = ("yaml", "jsonschema", "simpleeval", "rich")


def contests(size: Size) -> Iterator[Contest]:
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "AFTERSALE_CACHE": folder}
        case = Path(folder) / "case.json"
        asked = next(one for one in made_up(60) if settled(version().decide(one.case, one.moment)))
        case.write_bytes(asked.text)
        written = case.with_suffix(".yaml")
        written.write_text(yaml.safe_dump(json.loads(asked.text), sort_keys=False), "utf-8")
        decide = [sys.executable, str(ROOT / "cli.py"), "decide", "--as-of", asked.as_of]
        commands = {
            BARE: [sys.executable, "-I", "-c", "pass"],
            CLICK: [sys.executable, "-I", "-c", "import click"],
            "import engine": [sys.executable, "-c", "import engine; engine.load_pack"],
            JSON: [*decide, str(case), "--format", "json"],
            TEXT: [*decide, str(case)],
            YAML: [*decide, str(written)],
        }
        for name in (JSON, TEXT, YAML):  # what is kept from the first time is there from now on
            _run(commands[name], environment)
        loaded = _loaded(commands[JSON], environment)
        says = f"Modules loaded to decide to JSON: {', '.join(loaded)}." if loaded else (
            f"None of {', '.join(MODULES)} is loaded to decide to JSON."
        )  # fmt: skip
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
                targets=[Target(JSON, BARE, 5.0), Target(TEXT, BARE, 9.0)],
                says=says,
                clock=clock,
            )


def _runs(command: Sequence[str], environment: Mapping[str, str]) -> Callable[[int], object]:
    def run(n: int) -> None:
        for _ in range(n):
            _run(command, environment)

    return run


def _run(command: Sequence[str], environment: Mapping[str, str]) -> None:
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=False)
    if done.returncode != 0:
        raise Disagreement(f"{' '.join(command)}: {done.returncode}: {done.stderr.decode()[-500:]}")


def _of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _loaded(command: Sequence[str], environment: Mapping[str, str]) -> list[str]:
    """Which of the larger modules the command loads."""
    watched = [command[0], "-X", "importtime", *command[1:]]
    done = subprocess.run(watched, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    names = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    return [name for name in MODULES if name in names]
