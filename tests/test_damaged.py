"""Files damaged in many ways are refused where they are damaged, in words for their writer, quickly; or harmless.

A sample of every way runs here; `python -m tests.damage --all` tries them all.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.damage import WAYS, every, sample
from tests.damage.judge import NEAR
from tests.damage.model import FILES

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = 250
PARTS = 4  # each in a process of its own, so that they can run side by side
RIGHT = 0.95  # of the damages with a definite line, those whose line is told


def _tried(part: int) -> list[dict[str, Any]]:
    command = [sys.executable, "-m", "tests.damage", "--sample", str(SAMPLE), "--part", f"{part}/{PARTS}", "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert not done.stderr, done.stderr[-2000:]
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.parametrize("part", range(PARTS))
def test_damaged_files_are_refused_well_or_harmless(part: int) -> None:
    tried = _tried(part)
    assert len(tried) >= SAMPLE // PARTS - 5
    wrong = [f"{t['way']} {t['kind']} {t['note']}: {'; '.join(t['problems'])}" for t in tried if t["problems"]]
    assert not wrong, "\n".join(wrong)
    refused = [t for t in tried if t["outcome"]["verdict"] == "refused" and t["lines"]]
    assert sum(map(_near, refused)) >= RIGHT * len(refused), [t["note"] for t in refused if not _near(t)]


def _near(tried: dict[str, Any]) -> bool:
    """Whether a diagnostic points to the damage, or to a line very near."""
    name = FILES[tried["kind"]].name
    told = [d["line"] for d in tried["outcome"]["told"] if d["file"] == name and d["severity"] == "error"]
    return any(abs(line - own) <= NEAR for line in told for own in tried["lines"])


def test_there_are_many_ways_and_many_files() -> None:
    damages = every()
    assert len(WAYS) >= 40
    assert len(damages) >= 1_200
    assert set(Counter(damage.way for damage in damages)) == set(WAYS)
    assert Counter(damage.kind for damage in damages).keys() == FILES.keys()


def test_the_sample_shows_every_way_and_is_always_the_same() -> None:
    chosen = sample(SAMPLE)
    assert {(d.way, d.kind) for d in chosen} == {(d.way, d.kind) for d in every()}
    assert [d.data for d in chosen] == [d.data for d in sample(SAMPLE)]
