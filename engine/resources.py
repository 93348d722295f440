"""Where the files that come with the engine are: beside the package in a checkout, inside it when installed."""

from __future__ import annotations

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
