"""Where a command writes: standard output, or a file that appears only when it is complete."""

from __future__ import annotations

import contextlib
import io
import os
import stat
import sys
from collections.abc import Iterator
from typing import IO, TYPE_CHECKING, Final, TextIO, cast

if TYPE_CHECKING:
    from pathlib import Path

    from typing_extensions import Buffer

    from engine.render.page import Page

FRESH: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)


class OutputFailed(Exception):
    """The output cannot be written; str() says why."""


class OutputClosed(Exception):
    """Whoever read the output stopped reading."""


class Output:
    """A stream of bytes to one place. Every method raises OutputFailed or OutputClosed when it cannot be written."""

    def __init__(self, stream: IO[bytes], name: str, like: TextIO | None = None) -> None:
        self._stream = stream
        self._name = name
        self._like = like

    def data(self, text: str) -> None:
        """Write text for programs: always in UTF-8."""
        self._write(text.encode("utf-8", "backslashreplace"))

    def raw(self, content: bytes) -> None:
        """Write bytes as they are."""
        self._write(content)

    def stream(self) -> IO[bytes]:
        """This output for a library that writes to a stream of bytes."""
        return cast("IO[bytes]", _Sink(self))

    def json(self, data: object) -> None:
        """Write data for programs, as JSON that people can read, too."""
        import json

        self.data(json.dumps(data, ensure_ascii=False, indent=2) + "\n")

    def page(self, page: Page) -> None:
        """Write text for people: in colour on a terminal, and in its encoding."""
        from engine.render.page import shown

        encoding = self._like.encoding if self._like is not None else "utf-8"
        self._write(shown(page, self._like).encode(encoding, "backslashreplace"))

    def flush(self) -> None:
        with _failing_as(self._name):
            self._stream.flush()

    def _write(self, content: bytes) -> None:
        with _failing_as(self._name):
            self._stream.write(content)


class _Sink(io.RawIOBase):
    """A stream of bytes that ends in an output, and leaves it open."""

    def __init__(self, output: Output) -> None:
        self._output = output
        self._place = 0

    def writable(self) -> bool:
        return True

    def write(self, content: Buffer, /) -> int:
        whole = bytes(content)
        self._output.raw(whole)
        self._place += len(whole)
        return len(whole)

    def tell(self) -> int:
        return self._place


@contextlib.contextmanager
def _failing_as(name: str) -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise OutputClosed from None
    except OSError as problem:
        raise OutputFailed(f"cannot write to {name}: {(problem.strerror or str(problem)).lower()}") from problem


@contextlib.contextmanager
def opened(path: Path | None) -> Iterator[Output]:
    """Standard output, or a new file that takes the place of `path` when all went well, and else leaves no trace.

    Raises OutputFailed when it cannot be written, OutputClosed when nobody reads it any more."""
    if path is None:
        sys.stdout.flush()
        output = Output(sys.stdout.buffer, "standard output", sys.stdout)
        yield output
        output.flush()
        return
    from pathlib import Path

    target = Path(os.path.realpath(path))
    fresh = target.with_name(f".{target.name[:100]}.{os.getpid()}.part")
    with _failing_as(str(path)):
        _check_target(target, path)
        stream = open(os.open(fresh, FRESH, 0o666), "wb")  # noqa: SIM115 - closed below, with its own errors told
    try:
        yield Output(stream, str(path))
        with _failing_as(str(path)):
            stream.flush()
            os.fsync(stream.fileno())
            stream.close()
            if target.exists():
                fresh.chmod(stat.S_IMODE(target.stat().st_mode))
            fresh.replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            stream.close()
        fresh.unlink(missing_ok=True)
        raise


def _check_target(target: Path, path: Path) -> None:
    if target.exists() and not target.is_file():
        what = "a folder" if target.is_dir() else "not a regular file"
        raise OutputFailed(f"cannot write to {path}: it is {what}")


def give_up_stdout() -> None:
    """Let nothing more be written to standard output, so that the end of the process cannot fail on it."""
    with contextlib.suppress(Exception):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
