"""The command line: `aftersale ...`, or `python cli.py ...` in a checkout."""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence
from typing import NoReturn


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command with these arguments, or with those of the process, and exit with its code (see `exits`)."""
    from engine.cli import exits
    from engine.cli.cold import DECIDE, decided, prepare, read_line

    given = list(sys.argv[1:] if arguments is None else arguments)
    line = read_line(given)
    if line is not None:
        gc.disable()  # what is loaded from here on stays to the end: nobody has to look through it for garbage
        try:
            code = decided(line)
        finally:
            gc.freeze()
            gc.enable()
        if code is not None:
            sys.exit(code)
    from engine.cli.app import app

    try:
        app.main(arguments)
    except SystemExit as end:
        if given[:1] == [DECIDE] and end.code in (exits.OK, exits.UNDETERMINED):
            prepare(given)
        raise
