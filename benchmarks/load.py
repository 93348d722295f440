"""Loading a policy, and what a process with it takes of memory."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import yaml

from benchmarks.cases import pack
from benchmarks.harness import Contest, Contestant, Figures, Size
from benchmarks.ladder import peers
from benchmarks.ladder.rules import rules
from engine import load_pack
from engine.cache.packs import cached_pack

ROOT = Path(__file__).resolve().parent.parent
LADDER = Path(__file__).resolve().parent / "ladder" / "pack"
YAML = "PyYAML, its C parser"
PEAK = "print(next(line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')))"
MEMORY = {
    "python": "pass",
    "import engine.pack": "import engine.pack",
    "the ladder": f"from engine import load_pack; load_pack({str(LADDER)!r})",
    "the shipped pack, all versions": "from engine import load_pack; pack = load_pack(); pack.versions",
    "... and 2,000 decisions": (
        "from benchmarks.cases import made_up, version\n"
        "for one in made_up(2000):\n    one.case.scenario and version().decide(one.case, one.moment)"
    ),
}


def contests(size: Size) -> Iterator[Contest | Figures]:
    with tempfile.TemporaryDirectory() as kept:
        yield _loading(Path(kept), size)
    if not size.quick:
        yield _loading_the_ladder()
    if Path("/proc/self/status").exists():
        yield _memory(size)


def _loading(kept: Path, size: Size) -> Contest:
    folder = pack().folder
    texts = [file.read_text(encoding="utf-8") for file in sorted(folder.glob("*.yaml"))]
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    whole = [
        Contestant("load_pack", _each(load_pack), "all versions and registers, checked to the last key and linked"),
        Contestant("load_pack, published", _each(lambda: load_pack(drafts=False)), "what may govern a case"),
    ]
    return Contest(
        "load",
        "Loading a pack",
        YAML,
        [
            Contestant(YAML, _each(lambda: [yaml.load(text, loader) for text in texts]), "nothing checked"),
            *(() if size.quick else whole),
            Contestant("cached_pack", _each(lambda: cached_pack(folder, None, True, kept)), "kept from before"),
            Contestant("load_pack of the ladder", _each(lambda: load_pack(LADDER)), "42 rules"),
        ],
        1,
        says="The shipped pack: two versions of some 1,300 lines, clauses and readings of 1,400 lines each.",
    )


def _loading_the_ladder() -> Contest:
    left_out: dict[str, str] = {}
    others = [
        Contestant(peer.name, _each(lambda peer=peer: peer.make(rules())), peer.version())  # type: ignore[misc]
        for peer, _ in peers.made(rules(), False, left_out)
    ]
    return Contest(
        "load_ladder",
        "Loading the ladder",
        "load_pack",
        [Contestant("load_pack", _each(lambda: load_pack(LADDER)), "from YAML, checked and linked"), *others],
        1,
        left_out=left_out,
        says="The others take rules that are translated already, and check less of them.",
    )


def _memory(size: Size) -> Figures:
    rows = []
    for name, code in list(MEMORY.items())[: 3 if size.quick else None]:
        command = [sys.executable, "-c", f"{code}\n{PEAK}"]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        rows.append((name, f"{json.loads(done.stdout) / 1024:.0f} MiB"))
    return Figures("memory", "Memory of a process", ("process", "peak"), tuple(rows), "The largest resident set.")


def _each(work: Callable[[], object]) -> Callable[[int], object]:
    return lambda n: [work() for _ in range(n)]
