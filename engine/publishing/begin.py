"""A new version as a copy of another: the text with its comments, under the next number, with no changes told yet."""

from __future__ import annotations

import contextlib
import re
from datetime import date
from pathlib import Path
from typing import Any, Final

from engine.diagnostics import InvalidDocument, Report, did_you_mean, quoted
from engine.document import Mapping, plain, read_source, read_yaml
from engine.library import is_version, version_files, version_key
from engine.library.writing import Changed, replace_file
from engine.source import Source

FILL_IN: Final = "# what changes against {old}, one sentence each"


def begin(pack: Path, new: str, old: str, first_day: date | None) -> Path:
    """Write a new version of a pack as a copy of an old one; returns its file.

    `first_day` is the local day of filing that it is meant for. Raises InvalidDocument when the number cannot be used
    or the old version cannot be read, OSError when the file cannot be written.
    """
    files = version_files(pack)
    report = Report()
    _check_numbers(files, new, old, report)
    report.stop_if_wrong()
    text = copied(read_source(files[old]).text, old, new, first_day, report)
    report.stop_if_wrong()
    file = pack / f"{new}.yaml"
    try:
        replace_file(file, text, before=None)
    except Changed:
        _taken(new, report)
        report.stop_if_wrong()
    return file


def _check_numbers(files: dict[str, Path], new: str, old: str, report: Report) -> None:
    if old not in files:
        hint = did_you_mean(old, files) or "versions: " + ", ".join(files)
        report.error("pack/unknown-version", f"no version {quoted(old)} in this pack", help=hint)
        return
    major, minor, patch = version_key(old)
    next_ones = f"such as {major}.{minor + 1}.0, or {major}.{minor}.{patch + 1} for a correction"
    if not is_version(new):
        report.error("publish/number", f"{quoted(new)} is no version number", help=f"three numbers, {next_ones}")
    elif new in files:
        _taken(new, report)
    elif version_key(new) <= version_key(old):
        message = f"version {new} would come before {old}, of which it is a copy"
        report.error("publish/number", message, help=f"give it a higher number, {next_ones}")


def _taken(new: str, report: Report) -> None:
    report.error("publish/number", f"there is a version {new} already", help="edit that one, or take another number")


def copied(text: str, old: str, new: str, first_day: date | None, report: Report) -> str:
    """The text of a version with another number, first day and no changes told; everything else as it is.

    In the comments at its top the old number becomes the new one. A text that cannot be copied goes to the report.
    """
    tree = read_yaml(Source(f"{old}.yaml", text))
    wanted: Any = plain(tree)
    wanted |= {"version": new, "changes": [], "effective_from": str(first_day)}
    if first_day is None:
        del wanted["effective_from"]
    lines = text.split("\n")
    for start, end, instead in _edits(tree, lines, old, new, first_day) if isinstance(tree, Mapping) else ():
        lines[start:end] = instead
    head = next((number for number, line in enumerate(lines) if line.strip() and not line.startswith("#")), 0)
    number = re.compile(rf"(?<![\w.]){re.escape(old)}(?![\w]|\.[0-9])")
    lines[:head] = [number.sub(new, line) for line in lines[:head]]
    copy = "\n".join(lines)
    with contextlib.suppress(InvalidDocument):
        if plain(read_yaml(Source(f"{new}.yaml", copy))) == wanted:
            return copy
    message = f"version {old} cannot be copied: its keys do not stand on lines of their own"
    report.error("publish/layout", message, tree.place, help=f"put it in order first: `aftersale fmt {old}.yaml`")
    return ""


Edit = tuple[int, int, list[str]]  # the lines from the first to before the second become these


def _edits(tree: Mapping, lines: list[str], old: str, new: str, first_day: date | None) -> list[Edit]:
    """The edits that make a copy of a version, the last one in the text first."""
    place = tree.entries["version"].value.place
    line = lines[place.line - 1]
    number = line[: place.column - 1] + f'"{new}"' + line[place.end_column - 1 :]
    day = [f"effective_from: {first_day}"] if first_day is not None else []
    after = max(tree.entries[key].value.place.end_line for key in ("title", "version") if key in tree.entries)
    edits = [
        _block(tree, "changes", [f"changes: []  {FILL_IN.format(old=old)}"], after),
        _block(tree, "effective_from", day, after),
        (place.line - 1, place.line, [number]),
    ]
    return sorted(edits, key=lambda edit: edit[:2], reverse=True)


def _block(tree: Mapping, key: str, instead: list[str], after: int) -> Edit:
    """The edit that puts lines in the place of a key with all that stands under it, or after a line."""
    if key not in tree.entries:
        return after, after, instead
    entry = tree.entries[key]
    return entry.key_place.line - 1, entry.value.place.end_line, instead
