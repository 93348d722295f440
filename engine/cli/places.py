"""Where the command finds packs, and keeps what it loaded. Paths are plain texts: a cold command begins here."""

from __future__ import annotations

import os
from typing import Final

OWN: Final = "policies"  # where the packs of a user stand who has the command, and not the project


def near(path: str) -> str:
    """The path as seen from the working folder, when it lies below it: so that messages are short."""
    try:
        whole, here = os.path.realpath(path), os.getcwd()
    except OSError:
        return path
    if whole == here:
        return "."
    return whole[len(here) + 1 :] if whole.startswith(here.rstrip(os.sep) + os.sep) else path


def found_pack(pack: str | None) -> tuple[str, bool] | None:
    """The folder of the pack of this name or folder, and whether it hides one that is shipped: one below `policies` in
    the working folder comes first. None where there is no such pack."""
    from engine.library.places import pack_folder
    from engine.resources import folder_path

    found = pack_folder(pack, OWN)
    if not isinstance(found, str):
        return None
    shipped = os.path.join(folder_path("policies"), os.path.basename(found))
    own = pack != found and os.path.dirname(found) == OWN and os.path.isdir(shipped)
    return found, own and not os.path.samefile(shipped, found)


def cache_folder() -> str | None:
    """Where packs that were loaded are kept: in the user's folder for such things, or where AFTERSALE_CACHE says; None
    when that is `off`, or when there is no such folder."""
    named = os.environ.get("AFTERSALE_CACHE", "")
    if named:
        return None if named == "off" else named
    for variable in ("XDG_CACHE_HOME", "LOCALAPPDATA"):
        if os.environ.get(variable):
            return os.path.join(os.environ[variable], "aftersale")
    home = os.path.expanduser("~")
    return None if home == "~" else os.path.join(home, ".cache", "aftersale")
