"""The letters that are kept: what each is made from, and how. `python -m tests.notice_letters` writes them anew."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from click.testing import CliRunner, Result

from engine.cli.app import app
from engine.document import plain, read_document
from engine.render.notice import SUFFIXES
from tests.strategies import with_facts

ROOT = Path(__file__).resolve().parent.parent
KEPT = Path(__file__).with_name("notices")
EXAMPLES = ROOT / "policies" / "tiktok-shop-us" / "examples"


@dataclass(frozen=True)
class Kept:
    """A letter that is kept, as it is written down."""

    written: dict[str, Any]

    def __str__(self) -> str:
        return str(self.written["name"])

    @property
    def path(self) -> Path:
        return KEPT / f"{self}.{SUFFIXES[self.written.get('format', 'text')]}"

    def case(self) -> dict[str, Any]:
        document: Any = plain(read_document(EXAMPLES / f"{self.written['example']}.yaml"))
        return with_facts(document, self.written.get("facts", {}))

    def made(self) -> str:
        """The letter as the command writes it."""
        options = [f"--{key}={self.written[key]}" for key in ("to", "zone", "language", "policy", "as_of", "format")
                   if key in self.written]  # fmt: skip
        with tempfile.TemporaryDirectory() as folder:
            case = Path(folder) / "case.json"
            case.write_text(json.dumps(self.case(), default=str), encoding="utf-8")
            result = notice(str(case), *(option.replace("as_of", "as-of") for option in options))
        assert result.exit_code in (0, 4), result.output
        return result.stdout


def notice(*arguments: str) -> Result:
    return CliRunner(env={"COLUMNS": "80"}).invoke(app, ["notice", *arguments])


def letters() -> Iterator[Kept]:
    for written in yaml.load((KEPT / "letters.yaml").read_text(encoding="utf-8"), yaml.BaseLoader):
        yield Kept(written)


def write() -> None:
    """Write the letters anew, and take away those that are not kept any more."""
    for old in KEPT.glob("*"):
        if old.name != "letters.yaml":
            old.unlink()
    for one in letters():
        one.path.write_text(one.made(), encoding="utf-8")


if __name__ == "__main__":
    write()
