"""How far a long run has come, told on standard error."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Final

EVERY: Final = 0.2  # seconds
BAR: Final = 30  # columns


class Progress:
    """A line that is written over and over. Silent, unless standard error is a terminal of its own.

    `things` is what is counted, `total` how much there is of it in the measure of `step`; 0 when that is not known.
    """

    def __init__(self, things: str, total: int, output: Path | None) -> None:
        err = sys.stderr
        self._on = err is not None and err.isatty() and (output is not None or not sys.stdout.isatty())
        self._things, self._total = things, total
        self._come = self._done = self._errors = 0
        self._next = time.monotonic() + EVERY

    def step(self, size: int = 1, error: bool = False) -> None:
        """One more is done, of this size."""
        if not self._on:
            return
        self._done += 1
        self._come += size
        self._errors += error
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + EVERY
            self._show()

    def steps(self, number: int, errors: int = 0) -> None:
        """So many more of size 1 are done, some of them with errors."""
        if not self._on:
            return
        self._done += number
        self._come += number
        self._errors += errors
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + EVERY
            self._show()

    def end(self) -> None:
        """Leave the line empty for what comes next."""
        if self._on:
            print("\r\033[K", end="", file=sys.stderr, flush=True)

    def _show(self) -> None:
        share = min(1.0, self._come / self._total) if self._total else 0.0
        full = int(share * BAR)
        bar = f"[{'#' * full}{'.' * (BAR - full)}] {share:4.0%}  " if self._total else ""
        errors = f", {self._errors:,} with errors" if self._errors else ""
        print(f"\r\033[K{bar}{self._done:,} {self._things}{errors}", end="", file=sys.stderr, flush=True)


def size_of(paths: Iterable[str]) -> int:
    """The size of all files together, in bytes; 0 when it cannot be known."""
    try:
        return sum(os.stat(path).st_size for path in paths)
    except OSError:
        return 0
