"""Documents out of files and byte streams. Whatever is wrong with a file becomes a diagnostic."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import NoReturn

from engine.diagnostics import InvalidDocument, Report
from engine.document import limits
from engine.document.json_reader import read_json
from engine.document.nodes import Node
from engine.source import Place, Source

_UTF8_MARK = b"\xef\xbb\xbf"
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


def read_source(path: Path, limit: int = limits.DOCUMENT_BYTES) -> Source:
    """The text of a regular file of at most `limit` bytes in UTF-8.

    Raises InvalidDocument: file/missing, file/not-regular, file/unreadable, file/too-large, file/encoding."""
    name = str(path)
    try:
        data = _read(path, limit)
    except (FileNotFoundError, NotADirectoryError):
        _refuse(name, "file/missing", "there is no such file")
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "its name cannot be used"
        _refuse(name, "file/unreadable", f"the file cannot be read: {reason.lower()}")
    return decode_source(name, data, limit)


def decode_source(name: str, data: bytes, limit: int = limits.DOCUMENT_BYTES) -> Source:
    """The text that `data` holds in UTF-8, with or without a byte order mark at the start.

    Raises InvalidDocument: file/too-large, file/encoding."""
    if len(data) > limit:
        _refuse(name, "file/too-large", f"the file is too large: it may have {limit} bytes")
    if data.startswith(_UTF16_MARKS) or b"\0" in data[:4]:
        _refuse(name, "file/encoding", "the file is in UTF-16 or UTF-32", help="save it as UTF-8")
    data = data.removeprefix(_UTF8_MARK)
    try:
        return Source(name, data.decode("utf-8"))
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        begin = data.rfind(b"\n", 0, error.start) + 1
        column = len(data[begin : error.start].decode("utf-8")) + 1
        source = Source(name, data.decode("utf-8", "replace"))
        place = Place(source, line, column, line, column + 1)
        message = f"the byte 0x{data[error.start]:02x} is not UTF-8 text"
        _refuse(name, "file/encoding", message, place=place, help="save the file as UTF-8")


def parse_document(source: Source, json: bool | None = None) -> Node:
    """The tree of a JSON (`json=True`) or YAML text. Left open, a text that begins with `{` or `[` may be either:
    it is read as JSON if it is JSON, and else as YAML. Raises InvalidDocument."""
    if json is None and source.text.lstrip()[:1] in ("{", "["):
        try:
            return read_json(source)
        except InvalidDocument as error:
            if not any(problem.code == "json/syntax" for problem in error.diagnostics):
                raise
    if json:
        return read_json(source)
    from engine.document.yaml_reader import read_yaml

    return read_yaml(source)


def read_document(path: Path, limit: int = limits.DOCUMENT_BYTES) -> Node:
    """The tree of a file: JSON if its name ends in `.json`, else YAML. Raises InvalidDocument."""
    return parse_document(read_source(path, limit), json=path.suffix.lower() == ".json")


def _read(path: Path, limit: int) -> bytes:
    descriptor = os.open(path, limits.AT_ONCE)
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            what = "a folder" if stat.S_ISDIR(status.st_mode) else "not a regular file"
            _refuse(str(path), "file/not-regular", f"this is {what}", help="name a file")
        if status.st_size > limit:
            _refuse(str(path), "file/too-large", f"the file is too large: it may have {limit} bytes")
        with open(descriptor, "rb", closefd=False) as file:
            return file.read(limit + 1)
    finally:
        os.close(descriptor)


def _refuse(name: str, code: str, message: str, *, place: Place | None = None, help: str | None = None) -> NoReturn:
    report = Report()
    report.error(code, message, place or Place(Source(name, ""), 1, 1, 1, 1), help=help)
    raise InvalidDocument(report.found)
