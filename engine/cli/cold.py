"""The quickest way from the start of the process to one decision: `decide CASE`, to text or JSON, nothing else asked.

It loads neither click nor the pack, but what an earlier command prepared from the pack. Whatever it cannot do it leaves
to the command proper, which tells what is wrong.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from engine.cli import exits

if TYPE_CHECKING:
    from engine.cache.prepared import Found, Prepared
    from engine.decision import Decision
    from engine.render.page import Page

DECIDE: Final = "decide"
JSON: Final = "json"
CASES: Final = "cases"  # how the name of the entry ends that is looked for first
FORMS: Final = ("text", JSON)
QUICK: Final = ".json"
NAMES: Final = (QUICK, ".yaml", ".yml")
OPTIONS: Final = {"--format": "form", "--as-of": "as_of", "--policy": "version", "--pack": "pack"}


class Line(NamedTuple):
    """A command line of this kind."""

    case: str
    form: str = "text"
    as_of: str | None = None
    version: str | None = None
    pack: str | None = None


class Entries:
    """Where the entries of a pack are: the folder of the pack, that of all entries, and how their names begin."""

    __slots__ = ("folder", "pack", "start")

    def __init__(self, pack: str, folder: str, start: str) -> None:
        self.pack = pack
        self.folder = folder
        self.start = start

    def read(self, name: str) -> bytes | None:
        """The content of the entry whose name ends so."""
        from engine.cache.entries import read_entry

        return read_entry(f"{self.start}.{name}")


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
    if len(cases) != 1 or not cases[0].endswith(NAMES) or given.get("form", FORMS[0]) not in FORMS:
        return None
    return Line(cases[0], **given)


def decided(line: Line) -> int | None:
    """Decide the case and write the decision. The exit code; None when that is left to the command proper."""
    entries = _entries(line.pack)
    cases = None if entries is None else entries.read(CASES)
    if entries is None or cases is None:
        return None
    from engine.cache.prepared import Prepared
    from engine.cli.moment import moment_of
    from engine.clock import BadTime, parse_instant

    prepared = Prepared(cases, entries.read)
    found = _found(line, prepared)
    try:
        as_of = None if line.as_of is None else parse_instant(line.as_of)
    except BadTime:
        return None
    if found is None:
        return None
    moment, said = moment_of(as_of, found.as_of, datetime.now(UTC).replace(microsecond=0))
    decision = prepared.decide(found, moment)
    if decision is None:
        return None
    page = None if line.form == JSON else _page(decision, found, said, prepared)
    if (page is None and line.form != JSON) or not _written(decision, page):
        return None
    return exits.OK if decision.determined else exits.UNDETERMINED


def _found(line: Line, prepared: Prepared) -> Found | None:
    """The case in the file."""
    if line.case.endswith(QUICK):
        content = _content(line.case)
        return None if content is None else prepared.read_json(content, line.version)
    from pathlib import Path

    from engine.diagnostics import InvalidDocument
    from engine.document import parse_document, plain, read_source

    try:
        return prepared.read(plain(parse_document(read_source(Path(line.case)))), line.version)
    except InvalidDocument:
        return None


def _page(decision: Decision, found: Found, moment: str, prepared: Prepared) -> Page | None:
    """The decision for people; None where the words for it were not kept."""
    words = prepared.words(found)
    if words is None:
        return None
    from engine.cli.moment import NAMED
    from engine.render.decision_to_text import Telling, decision_to_page

    return decision_to_page(decision, Telling(words, moment, found.why or NAMED, found.title))


def _written(decision: Decision, page: Page | None) -> bool:
    """Write the page, or else the decision as JSON. When that fails, the command proper says what is wrong with the
    output."""
    from engine.cli.output import OutputClosed, OutputFailed, opened

    try:
        with opened(None) as out:
            if page is not None:
                out.page(page)
            else:
                out.json(decision.to_dict())
    except (OutputClosed, OutputFailed, OSError, AttributeError):
        return False
    return True


def prepare(arguments: Sequence[str]) -> None:
    """Prepare the pack that was decided by for the next command, if that was not done yet. It never fails."""
    from engine.diagnostics import InvalidDocument

    try:
        found = _entries(_pack(arguments))
        if found is not None and not _whole(found):
            from engine.cache.entries import keep

            for name, content in _prepared(found):
                keep(content, f"{found.start}.{name}")
    except (InvalidDocument, OSError):
        return


def _whole(found: Entries) -> bool:
    """Whether every entry is there, and none is damaged."""
    from engine.cache.prepared import Prepared

    cases = found.read(CASES)
    return cases is not None and all(found.read(name) is not None for name in Prepared(cases, found.read).names)


def _prepared(found: Entries) -> Iterator[tuple[str, bytes]]:
    """The entries of a pack by the ends of their names; last the one that is looked for first."""
    from pathlib import Path

    from engine.cache.packs import cached_pack
    from engine.cache.pickles import dumped
    from engine.cache.prepared import prepared, words_of
    from engine.render.policy_words import wording_of

    pack = cached_pack(Path(found.pack), None, False, found.folder)
    cases, rows = prepared(pack)
    yield from rows.items()
    for name, version in pack.versions.items():
        registers = pack.registers.under(version.policy)
        for scenario, program in version.programs.items():
            yield words_of(name, scenario), dumped(wording_of(program, registers))
    yield CASES, cases


def _pack(arguments: Sequence[str]) -> str | None:
    """The pack that a command line names."""
    for argument, after in zip(arguments, [*arguments[1:], ""], strict=True):
        name, equals, value = argument.partition("=")
        if name == "--pack":
            return value if equals else after
    return None


def _entries(pack: str | None) -> Entries | None:
    """The entries that were prepared of the pack, or will be; None where they cannot be used."""
    from engine.cli.places import cache_folder, found_pack, near

    folder = cache_folder()
    if folder is None:
        return None
    from engine.cache.entries import key_of, ours

    found = found_pack(pack) if ours(folder) else None
    if found is None or found[1]:  # there is none, or it has to be said which it is
        return None
    near_by = near(found[0])
    key = key_of(near_by, None, False)
    return None if key is None else Entries(near_by, folder, f"{folder}/{key}")


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
