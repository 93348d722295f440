"""The libraries that columns need, in the versions that they need: looked at when this is imported."""

from __future__ import annotations

from importlib import import_module
from typing import Final

NEEDED: Final = {"pyarrow": 20, "numpy": 2}  # the first major version


def check_libraries() -> None:
    """Raises ImportError where one is not installed or too old: on a worker of a cluster nobody else looks."""
    for name, least in NEEDED.items():
        found = str(import_module(name).__version__)
        if int(found.partition(".")[0]) < least:
            raise ImportError(f"{name} {found} is too old: {name} {least} or later is needed", name=name)


check_libraries()
