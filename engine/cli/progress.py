"""How far a long run has come, told on standard error."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Final

EVERY: Final = 0.2  # seconds
BAR: Final = 30  # columns


class Progress:
    """A line that is written over and over. Silent, unless standard error is a terminal of its own."""

    def __init__(self, paths: list[str], output: Path | None) -> None:
        err = sys.stderr
        self._on = err is not None and err.isatty() and (output is not None or not sys.stdout.isatty())
        self._total = _size(paths) if self._on else 0
        self._read = self._done = self._errors = 0
        self._next = time.monotonic() + EVERY

    def step(self, size: int, error: bool) -> None:
        """One more case is done, of `size` bytes."""
        if not self._on:
            return
        self._done += 1
        self._read += size
        self._errors += error
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + EVERY
            self._show()

    def end(self) -> None:
        """Leave the line empty for what comes next."""
        if self._on:
            print("\r\033[K", end="", file=sys.stderr, flush=True)

    def _show(self) -> None:
        share = min(1.0, self._read / self._total) if self._total else 0.0
        full = int(share * BAR)
        bar = f"[{'#' * full}{'.' * (BAR - full)}] {share:4.0%}  " if self._total else ""
        errors = f", {self._errors:,} with errors" if self._errors else ""
        print(f"\r\033[K{bar}{self._done:,} cases{errors}", end="", file=sys.stderr, flush=True)


def _size(paths: list[str]) -> int:
    """The size of all files together; 0 when it cannot be known."""
    try:
        return sum(os.stat(path).st_size for path in paths)
    except OSError:
        return 0
