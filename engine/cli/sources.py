"""Where cases come from: files of YAML or JSON, JSON Lines, and standard input; one after the other."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

from engine.case.written import JSON_BYTES, CaseDocument
from engine.cli.cases import Item, problem_at
from engine.diagnostics import InvalidDocument

if TYPE_CHECKING:
    from engine.source import Source

STDIN: Final = "-"
STDIN_NAME: Final = "<stdin>"
LINES: Final = frozenset({".jsonl", ".ndjson"})

ReadLine = Callable[[int], bytes]


def is_lines(path: str) -> bool:
    """Whether a file is one of JSON Lines, by its name."""
    return Path(path).suffix.lower() in LINES


def from_file(path: str) -> Iterator[Item]:
    """The case of a YAML or JSON file; of a file of JSON Lines, each of them."""
    try:
        if is_lines(path):
            with _opened(path) as stream:
                yield from from_lines(stream.readline, path)
        else:
            from engine.document import read_source

            yield Item(path, _document(read_source(Path(path)), json=Path(path).suffix.lower() == ".json"))
    except InvalidDocument as problem:
        yield Item(path, problem)


def from_stdin(lines: bool) -> tuple[bool, Iterator[Item]]:
    """The cases on standard input, and whether they are JSON Lines: as told, or because two lines begin with `{`, the
    first of which ends with `}`."""
    if sys.stdin is None:
        return lines, iter([Item(STDIN_NAME, problem_at("file/unreadable", "standard input is closed"))])
    stream = sys.stdin.buffer
    if lines:
        return True, from_lines(stream.readline, STDIN_NAME)
    head = [stream.readline(JSON_BYTES + 1)]
    if head[0].lstrip().startswith(b"{") and head[0].rstrip().endswith(b"}"):
        while head[-1] and (len(head) == 1 or not head[-1].strip()):
            head.append(stream.readline(JSON_BYTES + 1))
        if head[-1].lstrip().startswith(b"{"):
            return True, from_lines(_put_back(head, stream.readline), STDIN_NAME)
    return False, iter([_rest(b"".join(head), stream)])


def from_lines(readline: ReadLine, name: str) -> Iterator[Item]:
    """The cases of JSON Lines. Empty lines are passed over; a line that is no case is an item like the others."""
    number = 0
    while raw := readline(JSON_BYTES + 1):
        number += 1
        if len(raw) > JSON_BYTES and not raw.endswith(b"\n"):
            while raw and not raw.endswith(b"\n"):
                raw = readline(JSON_BYTES)
            message = f"the line is too long: it may have {JSON_BYTES} bytes"
            yield Item(name, problem_at("file/line-too-large", message), number)
        elif raw.strip():
            yield Item(name, raw.rstrip(b"\r\n"), number, len(raw))


def _document(source: Source, json: bool | None = None) -> CaseDocument:
    from engine.document import parse_document, plain

    tree = parse_document(source, json or None)
    return CaseDocument(plain(tree), lambda: tree)


def _rest(head: bytes, stream: IO[bytes]) -> Item:
    from engine.document import decode_source
    from engine.document.limits import DOCUMENT_BYTES

    content = head + stream.read(max(0, DOCUMENT_BYTES + 1 - len(head)))
    try:
        return Item(STDIN_NAME, _document(decode_source(STDIN_NAME, content)))
    except InvalidDocument as problem:
        return Item(STDIN_NAME, problem)


def _opened(path: str) -> IO[bytes]:
    """A regular file; a FIFO or a device must not keep us waiting. Raises InvalidDocument for anything else."""
    from engine.document.limits import AT_ONCE

    try:
        descriptor = os.open(path, AT_ONCE)
    except FileNotFoundError:
        raise problem_at("file/missing", "there is no such file") from None
    except (OSError, ValueError) as problem:
        reason = getattr(problem, "strerror", None) or "its name cannot be used"
        raise problem_at("file/unreadable", f"the file cannot be read: {reason.lower()}") from None
    if stat.S_ISREG(os.fstat(descriptor).st_mode):
        return open(descriptor, "rb")
    os.close(descriptor)
    raise problem_at("file/not-regular", "this is not a regular file", help="name a file, or `-` for standard input")


def _put_back(lines: list[bytes], readline: ReadLine) -> ReadLine:
    waiting = lines[::-1]
    return lambda size: waiting.pop() if waiting else readline(size)
