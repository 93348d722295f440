"""Where the files that come with the engine are: beside the package in a checkout, inside it when installed."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

ENGINE_VERSION: Final = "1.0.0"


def folder(name: str) -> Path:
    """The folder `policies`, `schemas` or `docs`. Raises FileNotFoundError when it is in neither place."""
    from pathlib import Path

    return Path(folder_path(name))


def folder_path(name: str) -> str:
    """As `folder`, as a plain text."""
    package = os.path.dirname(os.path.abspath(__file__))
    for parent in (package, os.path.dirname(package)):
        if os.path.isdir(os.path.join(parent, name)):
            return os.path.join(parent, name)
    raise FileNotFoundError(f"no folder `{name}` beside or inside the package `{os.path.basename(package)}`")


def file_text(name: str, file: str) -> str:
    """The text of a file in the folder `schemas`, which may also lie with the package in a zip, as a cluster ships it.

    Raises FileNotFoundError when it is in no such place."""
    try:
        return (folder(name) / file).read_text(encoding="utf-8")
    except FileNotFoundError:
        import pkgutil

        found = pkgutil.get_data(__package__, f"{name}/{file}")
        if found is None:
            raise
        return found.decode("utf-8")
