"""The command line: `aftersale ...`, or `python cli.py ...` in a checkout."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NoReturn


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command with these arguments, or with those of the process, and exit with its code (see `exits`)."""
    from engine.cli.app import app

    app.main(arguments)
