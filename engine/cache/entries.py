"""Entries on disk that are never out of date.

An entry is found by what it was made from: the bytes of every document of a pack, the files of the engine, and the
Python that runs it. After any change it is only not found. Its own bytes are checked before they are used, and nothing
is read that somebody else could have written. Paths are plain texts here: a cold command has no time for more.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from typing import Final

from engine.cache.digests import blake2b
from engine.resources import ENGINE_VERSION

MOST: Final = 256  # entries in a folder; the oldest make room
SUFFIXES: Final = (".pack", ".cases", ".row", ".program", ".words")
# Rooms that no entry comes from. What `render` says of a policy is in one.
_APART: Final = frozenset({"cli", "spark", "notices", "publishing", "analysis", "sampling", "testing", "columns"})
_PART: Final = ".part"
_HEAD: Final = b"aftersale entry\n"
_DIGEST: Final = 32  # bytes
_FRESH: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
_ENGINE: Final = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
_OTHERS_WRITE: Final = 0o022


def key_of(folder: str, only: str | None, drafts: bool) -> str | None:
    """What an entry is made from, as one word; None when a file cannot be read: then loading tells why."""
    digest = blake2b(digest_size=_DIGEST)
    for part in (ENGINE_VERSION, sys.version, folder, str(only), str(drafts)):
        digest.update(os.fsencode(part) + b"\0")
    try:
        for name, size, changed in sorted(_files_of_the_engine()):
            digest.update(f"{name}\0{size}\0{changed}\0".encode())
        for name in sorted(os.listdir(folder)):
            path = os.path.join(folder, name)
            if name.endswith(".yaml") and os.path.isfile(path):
                with open(path, "rb") as file:
                    digest.update(os.fsencode(name) + b"\0" + _digest(file.read()))
    except OSError:
        return None
    return digest.hexdigest()


def _files_of_the_engine() -> Iterator[tuple[str, int, int]]:
    """Every module of the engine that an entry may come from, and every schema that it ships, with its size and the
    time of its last change."""
    beside = os.path.join(os.path.dirname(_ENGINE), "schemas")
    waiting = [_ENGINE, *([beside] if os.path.isdir(beside) else [])]
    while waiting:
        with os.scandir(waiting.pop()) as found:
            for entry in found:
                name = entry.name
                if name.endswith((".py", ".json")):
                    told = entry.stat()
                    yield entry.path, told.st_size, told.st_mtime_ns
                elif name.isidentifier() and name[:2] != "__" and name not in _APART and entry.is_dir():
                    waiting.append(entry.path)


# ------------------------------------------------------------------------------------------------------ one entry


def ours(entries: str) -> bool:
    """Whether a folder belongs to this user, and nobody else may write to it; it is made when it is not there."""
    try:
        os.makedirs(entries, mode=0o700, exist_ok=True)
        told = os.stat(entries)
    except OSError:
        return False
    mine = not hasattr(os, "getuid") or told.st_uid == os.getuid()
    return mine and not told.st_mode & _OTHERS_WRITE


def read_entry(entry: str) -> bytes | None:
    """The content of an entry; None when there is none, or when it is damaged."""
    try:
        with open(entry, "rb") as file:
            content = file.read()
    except OSError:
        return None
    start = len(_HEAD) + _DIGEST
    if not content.startswith(_HEAD) or _digest(content[start:]) != content[len(_HEAD) : start]:
        return None
    return content[start:]


def keep(content: bytes, entry: str) -> None:
    """Write an entry in one step. What cannot be written is not kept."""
    fresh = f"{entry}.{os.getpid()}{_PART}"
    try:
        with open(os.open(fresh, _FRESH, 0o600), "wb") as file:
            file.write(_HEAD + _digest(content) + content)
        os.replace(fresh, entry)
        _make_room(os.path.dirname(entry))
    except OSError:
        _remove(fresh)


def _digest(content: bytes) -> bytes:
    return blake2b(content, digest_size=_DIGEST).digest()


def _make_room(entries: str) -> None:
    """Leave the entries that were written last, and nothing of a process that was killed."""
    with os.scandir(entries) as found:
        own = [(one.stat().st_mtime_ns, one.path) for one in found if one.name.endswith((*SUFFIXES, _PART))]
    for _, path in sorted(own)[:-MOST]:
        _remove(path)


def _remove(path: str) -> None:
    try:
        os.unlink(path)
    except OSError:
        return
