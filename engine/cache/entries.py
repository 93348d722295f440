"""Entries on disk that are never out of date.

An entry is found by what it was made from: the bytes of every document of a pack, the files of the engine, and the Python
that runs it. After any change it is only not found. Its own bytes are checked before they are used, and nothing is read
that somebody else could have written.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Final

from engine.resources import ENGINE_VERSION

SUFFIXES: Final = (".pack", ".rows")
_PART: Final = ".part"
MOST: Final = 32  # entries in a folder; the oldest make room
_HEAD: Final = b"aftersale entry\n"
_FRESH: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
_ENGINE: Final = Path(__file__).parent.parent
_OTHERS_WRITE: Final = 0o022


# --------------------------------------------------------------------------------------------------------- the key


def key_of(folder: Path, only: str | None, drafts: bool) -> str | None:
    """What an entry is made from, as one word; None when a file cannot be read: then loading tells why."""
    digest = sha256()
    for part in (
        ENGINE_VERSION,
        sys.implementation.cache_tag,
        str(sys.hexversion),
        str(folder),
        str(only),
        str(drafts),
    ):
        digest.update(part.encode("utf-8", "surrogateescape") + b"\0")
    try:
        for name, size, changed in sorted(_files_of_the_engine()):
            digest.update(f"{name}\0{size}\0{changed}\0".encode())
        for path in sorted(folder.iterdir()):
            if path.suffix == ".yaml" and path.is_file():
                digest.update(os.fsencode(path.name) + b"\0" + sha256(path.read_bytes()).digest())
    except OSError:
        return None
    return digest.hexdigest()


def _files_of_the_engine() -> Iterator[tuple[str, int, int]]:
    """Every module of the engine with its size and the time of its last change."""
    waiting = [str(_ENGINE)]
    while waiting:
        with os.scandir(waiting.pop()) as found:
            for entry in found:
                if entry.name.endswith(".py"):
                    told = entry.stat()
                    yield entry.path[len(str(_ENGINE)) :], told.st_size, told.st_mtime_ns
                elif entry.name.isidentifier() and not entry.name.startswith("__") and entry.is_dir():
                    waiting.append(entry.path)


# ------------------------------------------------------------------------------------------------------ one entry


def ours(entries: Path) -> bool:
    """Whether a folder belongs to this user, and nobody else may write to it; it is made when it is not there."""
    try:
        entries.mkdir(mode=0o700, parents=True, exist_ok=True)
        told = entries.stat()
    except OSError:
        return False
    mine = not hasattr(os, "getuid") or told.st_uid == os.getuid()
    return mine and not told.st_mode & _OTHERS_WRITE


def read_entry(entry: Path) -> bytes | None:
    """The content of an entry; None when there is none, or when it is damaged."""
    try:
        content = entry.read_bytes()
    except OSError:
        return None
    start = len(_HEAD) + 32
    if not content.startswith(_HEAD) or sha256(content[start:]).digest() != content[len(_HEAD) : start]:
        return None
    return content[start:]


def keep(content: bytes, entry: Path) -> None:
    """Write an entry in one step. What cannot be written is not kept."""
    fresh = entry.with_name(f"{entry.name}.{os.getpid()}{_PART}")
    with contextlib.suppress(OSError):
        try:
            with open(os.open(fresh, _FRESH, 0o600), "wb") as file:
                file.write(_HEAD + sha256(content).digest() + content)
            fresh.replace(entry)
        finally:
            fresh.unlink(missing_ok=True)
        _make_room(entry.parent)


def _make_room(entries: Path) -> None:
    """Leave the entries that were written last, and nothing of a process that was killed."""
    own = (path for path in entries.iterdir() if path.suffix in (*SUFFIXES, _PART))
    by_age = sorted((path.stat().st_mtime_ns, path) for path in own)
    for _, path in by_age[:-MOST]:
        path.unlink(missing_ok=True)
