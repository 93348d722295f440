"""The quickest way from the start of the process to one decision: `decide CASE.json --format json`, nothing else asked.

It loads neither click nor the pack, but what an earlier command prepared from the pack. Whatever it cannot do it leaves
to the command proper, which tells what is wrong.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final, NamedTuple

from engine.cli import exits

DECIDE: Final = "decide"
OPTIONS: Final = {"--format": "form", "--as-of": "as_of", "--policy": "version", "--pack": "pack"}


class Line(NamedTuple):
    """A command line of this kind."""

    case: str
    form: str = ""
    as_of: str | None = None
    version: str | None = None
    pack: str | None = None


def read_line(arguments: Sequence[str]) -> Line | None:
    """The command line; None when it asks for anything else."""
    if len(arguments) < 2 or arguments[0] != DECIDE:
        return None
    cases: list[str] = []
    given: dict[str, str] = {}
    waiting = iter(arguments[1:])
    for argument in waiting:
        name, equals, value = argument.partition("=")
        if name in OPTIONS:
            value = value if equals else next(waiting, "")
            if not value or value.startswith("-"):
                return None
            given[OPTIONS[name]] = value
        elif argument.startswith("-"):
            return None
        else:
            cases.append(argument)
    if len(cases) != 1 or not cases[0].endswith(".json") or given.get("form") != "json":
        return None
    return Line(cases[0], **given)


def decided(line: Line) -> int | None:
    """Decide the case and write the decision. The exit code; None when that is left to the command proper."""
    from engine.cli.places import cache_folder

    entries = cache_folder()
    if entries is None or sys.stdout is None:
        return None
    from engine.cache.entries import ours, read_entry

    entry = _entry(line.pack, entries) if ours(entries) else None
    kept = None if entry is None else read_entry(f"{entry[1]}.cases")
    content = None if kept is None else _content(line.case)
    if entry is None or kept is None or content is None:
        return None
    from engine.cache.prepared import Prepared
    from engine.clock import BadTime, parse_instant

    try:
        as_of = None if line.as_of is None else parse_instant(line.as_of)
    except BadTime:
        return None
    now = datetime.now(UTC).replace(microsecond=0)
    prepared = Prepared(kept, lambda row: read_entry(f"{entry[1]}.{row}.row"))
    decision = prepared.decide(content, as_of, now, line.version)
    if decision is None:
        return None
    import json

    text = json.dumps(decision.to_dict(), ensure_ascii=False, indent=2) + "\n"
    try:
        sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace"))
        sys.stdout.buffer.flush()
    except (OSError, AttributeError):  # the command proper says what is wrong with the output
        return None
    return exits.OK if decision.determined else exits.UNDETERMINED


def prepare(arguments: Sequence[str]) -> None:
    """Prepare the pack that was decided by for the next command, if that was not done yet. It never fails."""
    from engine.cache.entries import keep, ours
    from engine.cache.packs import cached_pack
    from engine.cache.prepared import prepared
    from engine.cli.places import cache_folder
    from engine.diagnostics import InvalidDocument

    entries = cache_folder()
    if entries is None or not ours(entries):
        return
    try:
        found = _entry(_pack(arguments), entries)
        if found is not None and not os.path.exists(f"{found[1]}.cases"):
            from pathlib import Path

            cases, rows = prepared(cached_pack(Path(found[0]), None, False, entries))
            for row, content in rows.items():
                keep(content, f"{found[1]}.{row}.row")
            keep(cases, f"{found[1]}.cases")
    except (InvalidDocument, OSError):
        return


def _pack(arguments: Sequence[str]) -> str | None:
    """The pack that a command line names."""
    for argument, after in zip(arguments, [*arguments[1:], ""], strict=True):
        name, equals, value = argument.partition("=")
        if name == "--pack":
            return value if equals else after
    return None


def _entry(pack: str | None, entries: str) -> tuple[str, str] | None:
    """The folder of the pack, and what the names of the entries that were prepared of it begin with."""
    from engine.cache.entries import key_of
    from engine.cli.places import found_pack, near

    found = found_pack(pack)
    if found is None or found[1]:  # there is none, or it has to be said which it is
        return None
    folder = near(found[0])
    key = key_of(folder, None, False)
    return None if key is None else (folder, f"{entries}/{key}")


def _content(path: str) -> bytes | None:
    """The bytes of a short regular file."""
    from engine.document.json_quick import QUICK_BYTES
    from engine.document.limits import AT_ONCE

    try:
        descriptor = os.open(path, AT_ONCE)
        try:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                return None
            with open(descriptor, "rb", closefd=False) as file:
                content = file.read(QUICK_BYTES + 1)
        finally:
            os.close(descriptor)
    except (OSError, ValueError):
        return None
    return content if len(content) <= QUICK_BYTES else None
