"""Files of a pack written whole: at every moment, even when the process is killed, a file is as before or as after."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

_FRESH: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
_PART: Final = ".part"


class Changed(Exception):
    """The file is not what it was when it was read."""


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Nobody else who asks for it writes to this folder meanwhile. The lock ends with the process, however it ends."""
    try:
        import fcntl
    except ImportError:  # a system without such locks: what is read is compared before it is replaced, all the same
        yield
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def replace_file(path: Path, text: str, before: bytes | None) -> None:
    """Put a text in the place of a file's content, in one step. `before` is the content that is replaced, None for
    none: the file must not exist.

    Raises Changed when the file is not as it was, OSError when it cannot be written; then it stays as it is.
    """
    target = Path(os.path.realpath(path))
    with locked(target.parent):
        if _content(target) != before:
            raise Changed(str(path))
        for left in target.parent.glob(f".{target.name}.*{_PART}"):  # by somebody who was killed
            left.unlink(missing_ok=True)
        fresh = target.with_name(f".{target.name}.{os.getpid()}{_PART}")
        try:
            _write(fresh, text.encode("utf-8"), stat.S_IMODE(target.stat().st_mode) if before is not None else None)
            fresh.replace(target)
        except BaseException:
            fresh.unlink(missing_ok=True)
            raise
        _sync(target.parent)


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _write(path: Path, data: bytes, mode: int | None) -> None:
    with open(os.open(path, _FRESH, 0o666), "wb") as file:
        file.write(data)
        if mode is not None:
            path.chmod(mode)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    """The new name of the file is on the disk, too, as far as the system can say so."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
