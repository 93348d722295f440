"""Where the command finds packs, and where it keeps what it loaded. It needs no click: a cold command begins here."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

OWN: Final = Path("policies")  # where the packs of a user stand who has the command, and not the project


def near(path: Path) -> Path:
    """The path as seen from the working folder, when it lies below it: so that messages are short."""
    try:
        return path.resolve().relative_to(Path.cwd())
    except (OSError, ValueError):
        return path


def find(pack: str | None) -> tuple[Path, bool]:
    """The folder of the pack of this name or folder, and whether it hides one that is shipped: one below `policies` in
    the working folder comes first. Raises InvalidDocument."""
    from engine.library.places import find_pack
    from engine.resources import folder

    found = find_pack(pack, OWN)
    shipped = folder("policies") / found.name
    hides = pack != str(found) and found.parent == OWN and shipped.is_dir() and not shipped.samefile(found)
    return found, hides


def cache_folder() -> Path | None:
    """Where packs that were loaded are kept: in the user's folder for such things, or where AFTERSALE_CACHE says; None
    when that is `off`, or when there is no such folder."""
    named = os.environ.get("AFTERSALE_CACHE", "")
    if named:
        return None if named == "off" else Path(named)
    for variable in ("XDG_CACHE_HOME", "LOCALAPPDATA"):
        if os.environ.get(variable):
            return Path(os.environ[variable]) / "aftersale"
    try:
        return Path.home() / ".cache" / "aftersale"
    except RuntimeError:  # nobody's home
        return None
