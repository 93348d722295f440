"""Mutants tried in several processes. What comes out does not hang on how many there are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Final

from engine.diagnostics import Report
from engine.pack import load_pack
from engine.testing.mutants.model import Mutant, Trial
from engine.testing.mutants.sites import mutants
from engine.testing.mutants.trial import Bench
from engine.testing.suite import examples, policy_tests

AT_ONCE: Final = 8  # mutants that a process is given at a time


def bench(folder: Path, version: str) -> Bench:
    """The version of a pack's folder with its tests and examples. Raises InvalidDocument when any of it is wrong."""
    pack = load_pack(folder, version)
    report = Report()
    tests, cases = policy_tests(folder, report), examples(folder, report)
    report.stop_if_wrong()
    return Bench(pack.version(version), pack.registers, tests, cases)


def trials(folder: Path, own: Bench, chosen: Sequence[tuple[int, Mutant]], jobs: int) -> Iterator[Trial]:
    """What becomes of mutants, each given with its number among all of the version, in their order.

    `jobs` processes try them, each with a bench of its own from the same folder; one process needs no other."""
    if jobs <= 1 or len(chosen) <= AT_ONCE:
        yield from (own.try_(mutant) for _, mutant in chosen)
        return
    numbers = [number for number, _ in chosen]
    with ProcessPoolExecutor(jobs, initializer=_prepare, initargs=(folder, own.version.name)) as pool:
        try:
            yield from pool.map(_try, numbers, chunksize=AT_ONCE)
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


_ready: tuple[Bench, list[Mutant]] | None = None  # of this process


def _prepare(folder: Path, version: str) -> None:
    global _ready
    own = bench(folder, version)
    _ready = own, mutants(own.version.policy)


def _try(number: int) -> Trial:
    assert _ready is not None
    own, found = _ready
    return own.try_(found[number])
