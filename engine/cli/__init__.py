"""The command line: `aftersale ...`, or `python cli.py ...` in a checkout."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import NoReturn


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command with these arguments, or with those of the process, and exit with its code (see `exits`)."""
    from engine.cli.cold import decided, prepare, read_line

    line = read_line(sys.argv[1:] if arguments is None else arguments)
    code = decided(line) if line is not None else None
    if code is not None:
        sys.exit(code)
    from engine.cli.app import app

    try:
        app.main(arguments)
    except SystemExit as end:
        if line is not None and end.code in (0, 4):
            prepare(line)
        raise
