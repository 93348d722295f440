"""Where packs are, and the files of their versions."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from engine.hints import did_you_mean, quoted
from engine.resources import folder_path

if TYPE_CHECKING:
    from pathlib import Path

_YAML: Final = ".yaml"


def is_version(name: str) -> bool:
    """Whether a version has this name: three whole numbers of at most four digits, without zeros before them."""
    parts = name.split(".")
    numbers = all(p.isdecimal() and p.isascii() and len(p) <= 4 and (p == "0" or p[0] != "0") for p in parts)
    return len(parts) == 3 and numbers


def find_pack(name: str | Path | None = None, own: Path | None = None) -> Path:
    """The folder of a pack: a path, or a pack by its name, or the only one there is. Those in the folder `own` come
    before those that are shipped. Raises InvalidDocument."""
    from pathlib import Path

    found = pack_folder(None if name is None else str(name), None if own is None else str(own))
    if isinstance(found, str):
        return Path(found)
    from engine.diagnostics import InvalidDocument, Report

    report = Report()
    said = f"no pack {quoted(name)}" if name is not None else "there is more than one pack; name one"
    report.error("pack/unknown", said, help=did_you_mean(str(name), found) or "packs: " + ", ".join(found))
    raise InvalidDocument(report.found)


def pack_folder(name: str | None, own: str | None) -> str | list[str]:
    """The folder that `find_pack` finds; or the names of all packs, where it finds none."""
    if name is not None and os.path.isdir(name):
        return name
    shipped = _packs_in(folder_path("policies"))
    places = (_packs_in(own), shipped) if own is not None and os.path.isdir(own) else (shipped,)
    for packs in places:
        if name is None and len(packs) == 1:
            return next(iter(packs.values()))
        if name is not None and name in packs:
            return packs[name]
        if name is None and packs:
            break
    return list({name: path for packs in reversed(places) for name, path in packs.items()})


def _packs_in(place: str) -> dict[str, str]:
    """The packs in a folder by name, in order."""
    paths = {name: os.path.join(place, name) for name in sorted(os.listdir(place))}
    return {name: path for name, path in paths.items() if os.path.isdir(path) and any(_versions_in(path))}


def _versions_in(pack: str) -> Iterable[str]:
    return (n[: -len(_YAML)] for n in os.listdir(pack) if n.endswith(_YAML) and is_version(n[: -len(_YAML)]))


def version_key(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def version_files(pack: Path) -> dict[str, Path]:
    """The files of a pack's versions, oldest first."""
    return {name: pack / f"{name}{_YAML}" for name in sorted(_versions_in(str(pack)), key=version_key)}


def version_below(files: Iterable[str], version: str) -> str | None:
    """Of the names of versions the next lower number; None for the first."""
    below = [name for name in files if version_key(name) < version_key(version)]
    return max(below, key=version_key, default=None)
