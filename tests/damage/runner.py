"""What becomes of damaged files: each is tried in a process of its own, in a copy of the pack, under a watch."""

from __future__ import annotations

import json
import os
import resource
import select
import shutil
import signal
import tempfile
import time
import traceback
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from engine.analysis.lint import lint, upkeep
from engine.diagnostics import Diagnostic, InvalidDocument, Report, in_order
from engine.document import place_of, plain, read_document
from engine.pack import Version, check_pack, load_pack, load_version
from tests.damage.model import FILES, PACK, Damage

PATIENCE = 60.0  # seconds until a damaged file counts as a hang
MOMENTS = ("2025-06-10T12:00:00Z", "2025-06-13T00:00:00-04:00", "2025-07-20T00:00:00Z", "2099-01-01T00:00:00Z")
MEBIBYTE = 1024


@dataclass(frozen=True)
class Told:
    """One diagnostic as it reached the reader."""

    code: str
    message: str
    help: str
    file: str
    line: int
    column: int
    severity: str


@dataclass(frozen=True)
class Outcome:
    """What became of one damaged file: `refused`, `accepted`, `traceback`, `hang` or `died`."""

    verdict: str
    told: list[Told] = field(default_factory=list)
    seconds: float = 0.0
    mebibytes: float = 0.0
    trace: str = ""


class Bench:
    """A copy of the pack in which one damaged file after the other takes its place."""

    def __init__(self, folder: Path, whole: bool) -> None:
        self.whole = whole
        self.folder = folder / "pack"
        self.folder.mkdir()
        for kind in ("policy", "clauses", "readings"):
            shutil.copy(FILES[kind], self.folder)
        pack = load_pack(PACK)
        self.registers, self.version = pack.registers, pack.version("1.0.0")
        self.cases: list[Any] = [plain(read_document(FILES["case"])), *_worked_cases()]

    def outcome(self, damage: Damage) -> Outcome:
        """Try it in a child process, which cannot hurt this one."""
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            try:
                with open(writing, "w", encoding="utf-8") as pipe:
                    json.dump(asdict(self._tried(damage)), pipe)
            finally:
                os._exit(0)
        os.close(writing)
        data = _received(reading)
        if data is None:
            os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        if data is None:
            return Outcome("hang", seconds=PATIENCE)
        if not data:
            return Outcome("died")
        found = json.loads(data)
        return Outcome(**{**found, "told": [Told(**told) for told in found["told"]]})

    def _tried(self, damage: Damage) -> Outcome:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        start = time.process_time()
        try:
            found = self._checked(damage)
            verdict, trace = ("refused" if any(d.severity == "error" for d in found) else "accepted"), ""
        except Exception:
            found, verdict, trace = [], "traceback", traceback.format_exc()
        seconds = time.process_time() - start
        mebibytes = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / MEBIBYTE
        told = [_told(diagnostic) for diagnostic in found]
        return Outcome(verdict, told, seconds, mebibytes, trace)

    def _checked(self, damage: Damage) -> list[Diagnostic]:
        path = self.folder / FILES[damage.kind].name
        path.write_bytes(damage.data)
        if damage.kind == "case":
            return _check_case(path, self.version)
        report = Report()
        registers = self.registers
        if self.whole or damage.kind != "policy":
            pack = check_pack(self.folder, report)
            registers, version = pack.registers, pack.versions.get("1.0.0")
        else:
            version = load_version(path, self.registers, report)
        if version is not None:
            self._decide(version)
            report.found += [*lint(version, registers), *upkeep([version], registers)]
        return in_order(report.found) if damage.kind == "policy" and not self.whole else report.found

    def _decide(self, version: Version) -> None:
        """Some cases at several moments: a case may be refused, since facts may be gone; nothing else may go wrong."""
        for data in self.cases:
            try:
                case = version.read_case(data)
            except InvalidDocument:
                continue
            for moment in MOMENTS:
                version.decide(case, moment).to_dict()

    def restore(self, damage: Damage) -> None:
        if damage.kind != "case":
            shutil.copy(FILES[damage.kind], self.folder)


def _worked_cases() -> list[Any]:
    document: Any = plain(read_document(PACK / "tests" / "worked.yaml"))
    common = document["facts"]
    chosen = document["tests"][:: max(1, len(document["tests"]) // 6)]
    return [
        {
            "scenario": test["scenario"],
            "facts": {g: {**common.get(g, {}), **test["facts"].get(g, {})} for g in {**common, **test["facts"]}},
        }
        for test in chosen
    ]


def _check_case(path: Path, version: Version) -> list[Diagnostic]:
    """A case as a command would check it: what is wrong, with places in the file."""
    try:
        node = read_document(path)
        case = version.read_case(plain(node))
    except InvalidDocument as problem:
        return [d if d.place else _placed(d, node) for d in problem.diagnostics]
    for moment in MOMENTS:
        version.decide(case, moment).to_dict()
    return []


def _placed(diagnostic: Diagnostic, node: Any) -> Diagnostic:
    place = place_of(node, diagnostic.path)
    return Diagnostic(diagnostic.code, diagnostic.message, place, diagnostic.help, path=diagnostic.path)


def _told(diagnostic: Diagnostic) -> Told:
    place = diagnostic.place
    return Told(
        diagnostic.code,
        diagnostic.message,
        diagnostic.help or "",
        Path(place.source.name).name if place else "",
        place.line if place else 0,
        place.column if place else 0,
        diagnostic.severity,
    )


def _received(descriptor: int) -> bytes | None:
    """All that comes out of a pipe; None when it takes too long."""
    parts: list[bytes] = []
    end = time.monotonic() + PATIENCE
    with open(descriptor, "rb", buffering=0) as pipe:
        while (left := end - time.monotonic()) > 0:
            if select.select([pipe], [], [], left)[0]:
                part = pipe.read(65536)
                if not part:
                    return b"".join(parts)
                parts.append(part)
    return None


def tried(damages: Iterable[Damage], whole: bool = False) -> Iterator[tuple[Damage, Outcome]]:
    """Every damage with what became of it. `whole`: for a damaged version, too, the registers are read anew."""
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder), whole)
        for damage in damages:
            yield damage, bench.outcome(damage)
            bench.restore(damage)
