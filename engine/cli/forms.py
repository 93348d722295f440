"""In which form a command shows what it found, and where: options that many commands have."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])

FORMS: Final = {  # each is for somebody, in every command that has it
    "text": "for people",
    "json": "for programs",
    "markdown": "for a document",
    "html": "for a page that stands alone",
    "svg": "for a picture",
    "ics": "for a calendar",
    "yaml": "for mutants.yaml",
}


def form_option(*names: str) -> Callable[[Command], Command]:
    """The option `--format` of a command that can show these of `FORMS`; the first one is what it shows unasked."""
    told = ", ".join(f"{name} {FORMS[name]}" for name in names)
    return click.option("--format", "form", type=click.Choice(names), default=names[0], help=f"{told}.")


def output_option(command: Command) -> Command:
    """The option `--output`: a file in the place of standard output."""
    return click.option(
        "--output", type=click.Path(path_type=Path), metavar="FILE",
        help="Write to this file instead of standard output; it appears only when it is complete.",
    )(command)  # fmt: skip
