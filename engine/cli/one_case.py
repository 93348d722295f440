"""One case, with the version that decides it and the moment it is looked at: what a command about one case needs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

import click

from engine.case.written import placed
from engine.cli import packs, sources
from engine.cli.moment import NAMED, moment_of
from engine.diagnostics import InvalidDocument

if TYPE_CHECKING:
    from engine.case.model import Case
    from engine.pack import Pack, Version

Command = TypeVar("Command", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class OneCase:
    """A case that was read. `said` tells where its moment comes from, `why` why this version decides it, `data` is the
    case as plain data."""

    pack: Pack
    version: Version
    why: str
    case: Case
    title: str
    as_of: datetime
    said: str
    data: object


def options(command: Command) -> Command:
    """The argument and the options of a command about one case."""
    for option in (
        packs.pack_option,
        click.option(
            "--policy", "version", metavar="VERSION", shell_complete=packs.complete_version,
            help="Decide by this version. Default: the one in force on the local day of filing.",
        ),
        click.option(
            "--as-of", callback=packs.instant, metavar="INSTANT",
            help="Look at it as of this moment, such as 2025-06-13T09:00:00-04:00. "
                 "Default: `as_of` of the case, or else now.",
        ),
        click.argument("case", metavar="CASE"),
    ):  # fmt: skip
        command = option(command)
    return command


def one_case(path: str, pack: str | None, version: str | None, as_of: datetime | None) -> OneCase:
    """The case in a file of YAML or JSON, or on standard input (`-`). Raises InvalidDocument, with places, and
    UsageError for JSON Lines."""
    if sources.is_lines(path):
        raise click.UsageError("this command looks at one case: name a file of YAML or JSON, or `-`")
    lines, items = sources.from_stdin(False) if path == sources.STDIN else (False, sources.from_file(path))
    if lines:
        raise click.UsageError("this command looks at one case, and standard input has several")
    found = next(items).found
    if isinstance(found, InvalidDocument):
        raise found
    loaded = packs.load(pack, version, drafts=False)
    try:
        name, why = _version(loaded, version, found.data)
        chosen = loaded.version(name)
        reading = chosen.read(found.data)
    except InvalidDocument as problem:
        raise placed(problem, found) from None
    moment, said = moment_of(as_of, reading.as_of, packs.now())
    return OneCase(loaded, chosen, why, reading.case, reading.title, moment, said, found.data)


def _version(pack: Pack, named: str | None, data: object) -> tuple[str, str]:
    if named is not None:
        return named, NAMED
    try:
        return pack.governing_with_reason(data)
    except InvalidDocument:
        if pack.versions:  # what is wrong with the case itself may be the cause
            packs.last(pack).read(data)
        raise


def head_of(one: OneCase) -> str:
    """The row and the title of a case."""
    row = one.version.policy.rows[one.case.scenario].title if one.case.scenario else "Scenario not known"
    return f"{row}: {one.title}" if one.title else row
