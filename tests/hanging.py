"""What must not hang: a guard far beyond the time of a slow machine, so that it tells a blow-up and no bad day."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

PATIENCE: Final = 60  # seconds; what it guards takes less than one


@contextmanager
def no_hang(seconds: int = PATIENCE) -> Iterator[None]:
    """Fail when what is done inside has not ended by then."""

    def end(number: int, frame: FrameType | None) -> None:
        raise AssertionError(f"not done after {seconds} s")

    before = signal.signal(signal.SIGALRM, end)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
