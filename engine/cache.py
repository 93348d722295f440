"""Packs that were loaded before, kept on disk: a pack whose files are as they were needs no reading and no checking.

An entry is found by what it was made from: the bytes of every file of the pack, the files of the engine, and the
Python that runs it. So an entry is never out of date, it is only not found. Its own bytes are checked before they are
used, and nothing is read that somebody else could have written.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import pickle
import stat
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from engine.pack import Pack, load_pack
from engine.resources import ENGINE_VERSION

MOST: Final = 16  # entries in a folder; the oldest make room
SUFFIX: Final = ".pack"
_HEAD: Final = b"aftersale pack\n"
_FRESH: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
_ENGINE: Final = Path(__file__).parent


def cached_pack(folder: Path, only: str | None, drafts: bool, entries: Path | None) -> Pack:
    """As `load_pack`, from the entries in a folder of its own where that is possible; there the pack is kept, too.

    A folder of entries that cannot be used is as good as none. Raises InvalidDocument as `load_pack` does.
    """
    key = _key(folder, only, drafts) if entries is not None and _ours(entries) else None
    if key is None or entries is None:
        return load_pack(folder, only, drafts)
    entry = entries / f"{key}{SUFFIX}"
    found = _read(entry)
    if found is not None:
        return found
    pack = load_pack(folder, only, drafts)
    if _key(folder, only, drafts) == key:  # nobody wrote to the pack meanwhile
        _keep(pack, entry)
    return pack


# --------------------------------------------------------------------------------------------------------- the key


def _key(folder: Path, only: str | None, drafts: bool) -> str | None:
    """What an entry is made from, as one word; None when a file cannot be read: then loading tells why."""
    digest = hashlib.sha256()
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
                digest.update(os.fsencode(path.name) + b"\0" + hashlib.sha256(path.read_bytes()).digest())
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


def _ours(entries: Path) -> bool:
    """Whether a folder belongs to this user, and nobody else may write to it; it is made when it is not there."""
    try:
        entries.mkdir(mode=0o700, parents=True, exist_ok=True)
        told = entries.stat()
    except OSError:
        return False
    mine = not hasattr(os, "getuid") or told.st_uid == os.getuid()
    return mine and stat.S_ISDIR(told.st_mode) and not told.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def _read(entry: Path) -> Pack | None:
    """The pack of an entry; None when there is none, or when it is damaged."""
    try:
        content = entry.read_bytes()
    except OSError:
        return None
    start = len(_HEAD) + 32
    if not content.startswith(_HEAD) or hashlib.sha256(content[start:]).digest() != content[len(_HEAD) : start]:
        return None
    found = pickle.loads(content[start:])
    return found if isinstance(found, Pack) else None


def _keep(pack: Pack, entry: Path) -> None:
    """Write an entry in one step. What cannot be written is not kept."""
    content = _dumped(pack)
    fresh = entry.with_name(f"{entry.name}.{os.getpid()}.part")
    with contextlib.suppress(OSError):
        try:
            with open(os.open(fresh, _FRESH, 0o600), "wb") as file:
                file.write(_HEAD + hashlib.sha256(content).digest() + content)
            fresh.replace(entry)
        finally:
            fresh.unlink(missing_ok=True)
        _make_room(entry.parent)


def _make_room(entries: Path) -> None:
    """Leave the entries that were written last, and nothing of a process that was killed."""
    by_age = sorted((path.stat().st_mtime_ns, path) for path in entries.iterdir() if SUFFIX in path.name)
    for _, path in by_age[:-MOST]:
        path.unlink(missing_ok=True)


def _frozen(content: dict[Any, Any]) -> Mapping[Any, Any]:
    return MappingProxyType(content)


def _dumped(pack: Pack) -> bytes:
    stream = io.BytesIO()
    pickler = pickle.Pickler(stream, pickle.HIGHEST_PROTOCOL)
    pickler.dispatch_table = {MappingProxyType: lambda content: (_frozen, (dict(content),))}
    pickler.dump(pack)
    return stream.getvalue()
