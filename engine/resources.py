"""Where the files that come with the engine are: beside the package in a checkout, inside it when installed."""

from __future__ import annotations

import pkgutil
from pathlib import Path
from typing import Final

ENGINE_VERSION: Final = "1.0.0"

_PACKAGE: Final = Path(__file__).parent


def folder(name: str) -> Path:
    """The folder `policies`, `schemas` or `docs`. Raises FileNotFoundError when it is in neither place."""
    for parent in (_PACKAGE, _PACKAGE.parent):
        if (parent / name).is_dir():
            return parent / name
    raise FileNotFoundError(f"no folder `{name}` beside or inside the package `{_PACKAGE.name}`")


def file_text(name: str, file: str) -> str:
    """The text of a file in the folder `schemas`, which may also lie with the package in a zip, as a cluster ships it.

    Raises FileNotFoundError when it is in no such place."""
    try:
        return (folder(name) / file).read_text(encoding="utf-8")
    except FileNotFoundError:
        found = pkgutil.get_data(__package__, f"{name}/{file}")
        if found is None:
            raise
        return found.decode("utf-8")
