"""A page that walks through commands: what it shows is done in order, in a folder of its own.

A `console` block has commands (`$ ...`), each with what it prints; a line `...` stands for any lines. A `diff` block
whose first line names a file is an edit of it. A `yaml` block is written to the file named last before it. A `python`
block is run, with the names of those before it.
"""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.amending import changed

BLOCK = re.compile(r"^```(console|diff|yaml|python)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
SKIPPED = "..."

Run = Callable[[list[str]], str]


class Walk:
    """Walks through a page. `run` runs the command with arguments and gives what it printed."""

    def __init__(self, page: str, folder: Path, run: Run) -> None:
        self.page = page
        self.folder = folder
        self.run = run
        self.commands: list[list[str]] = []
        self.names: dict[str, Any] = {}

    def go(self) -> None:
        for block in BLOCK.finditer(self.page):
            match block.group(1):
                case "console":
                    self._console(block.group(2))
                case "diff":
                    self._edit(block.group(2))
                case "python":
                    exec(block.group(2), self.names)
                case _:
                    self._write(block.group(2), self.page[: block.start()])

    def _console(self, block: str) -> None:
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, shown = part.partition("\n")
            words = shlex.split(command)
            if words[0] == "cp":
                shutil.copytree(self.folder / words[2], self.folder / words[3])
                continue
            assert words[0] == "aftersale", command
            self.commands.append(words[1:])
            assert_printed(shown, self.run(words[1:]), command)

    def _edit(self, block: str) -> None:
        head, _, change = block.partition("\n")
        file = self.folder / head.strip("@ ")
        file.write_text(changed(file.read_text(encoding="utf-8"), change), encoding="utf-8")

    def _write(self, text: str, before: str) -> None:
        name = re.findall(r"`([\w./-]+\.yaml)`", before)[-1]
        (self.folder / name).write_text(text, encoding="utf-8")


def assert_printed(shown: str, printed: str, command: str) -> None:
    """Every stretch of lines that is shown was printed, in this order; what is between two stretches may be more."""
    lines = [line.rstrip() for line in printed.strip().splitlines()]
    at, may_skip = 0, False
    for line in (line.rstrip() for line in shown.strip().splitlines()):
        if line == SKIPPED:
            may_skip = True
            continue
        if may_skip:
            at = lines.index(line, at) if line in lines[at:] else len(lines)
        assert at < len(lines) and lines[at] == line, f"{command}\nshown:   {line}\nprinted:\n{printed}"
        at, may_skip = at + 1, False
    assert may_skip or at == len(lines), f"{command} prints more:\n{printed}"
