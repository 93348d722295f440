"""Where packs are, and the files of their versions."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from engine.diagnostics import InvalidDocument, Report, did_you_mean, quoted
from engine.resources import folder

VERSION_FILE: Final = re.compile(r"(0|[1-9][0-9]{0,3})\.(0|[1-9][0-9]{0,3})\.(0|[1-9][0-9]{0,3})\.yaml\Z")


def find_pack(name: str | Path | None = None, own: Path | None = None) -> Path:
    """The folder of a pack: a path, or a pack by its name, or the only one there is. Those in the folder `own` come
    before those that are shipped. Raises InvalidDocument."""
    if name is not None and Path(name).is_dir():
        return Path(name)
    shipped = packs_in(folder("policies"))
    places = (packs_in(own), shipped) if own is not None and own.is_dir() else (shipped,)
    for packs in places:
        if name is None and len(packs) == 1:
            return next(iter(packs.values()))
        if name is not None and str(name) in packs:
            return packs[str(name)]
        if name is None and packs:
            break
    report, known = Report(), {name: path for packs in reversed(places) for name, path in packs.items()}
    said = f"no pack {quoted(name)}" if name is not None else "there is more than one pack; name one"
    report.error("pack/unknown", said, help=did_you_mean(str(name), known) or "packs: " + ", ".join(known))
    raise InvalidDocument(report.found)


def packs_in(place: Path) -> dict[str, Path]:
    """The packs in a folder by name, in order."""
    return {p.name: p for p in sorted(place.iterdir()) if p.is_dir() and version_files(p)}


def version_key(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def version_files(pack: Path) -> dict[str, Path]:
    """The files of a pack's versions, oldest first."""
    found = {p.name.removesuffix(".yaml"): p for p in pack.iterdir() if VERSION_FILE.match(p.name)}
    return {name: found[name] for name in sorted(found, key=version_key)}


def version_below(files: Iterable[str], version: str) -> str | None:
    """Of the names of versions the next lower number; None for the first."""
    below = [name for name in files if version_key(name) < version_key(version)]
    return max(below, key=version_key, default=None)
