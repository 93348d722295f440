"""What authors see in an editor, asked of the language server that editors run.

The documents are the shipped ones, each under the schema that its first line names. `views.yaml` holds what is typed
and what must then be offered, explained or underlined.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.document import plain, read_document
from engine.library import find_pack
from tests.editor.server import Server, installed

PACK = find_pack()
FILES = sorted(path.relative_to(PACK).as_posix() for path in PACK.rglob("*.yaml"))
VIEWS: list[dict[str, Any]] = plain(read_document(Path(__file__).with_name("views.yaml")))  # type: ignore[assignment]
CURSOR = "¦"


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Path]]:
    """A server, and a copy of the shipped pack for it to look at."""
    script = installed()
    if not isinstance(script, Path):
        pytest.skip(f"no language server: {script}")
    pack = tmp_path_factory.mktemp("editor") / PACK.name
    shutil.copytree(PACK, pack)
    with Server(script, pack) as running:
        yield running, pack


@pytest.mark.parametrize("name", FILES)
def test_the_first_line_names_a_schema_of_the_pack(name: str) -> None:
    first = (PACK / name).read_text(encoding="utf-8").partition("\n")[0]
    named = re.fullmatch(r"# yaml-language-server: \$schema=((?:\.\./)*schemas/[a-z0-9.]+\.schema\.json)", first)
    assert named is not None, first
    assert ((PACK / name).parent / named[1]).resolve().parent == (PACK / "schemas").resolve()
    assert ((PACK / name).parent / named[1]).is_file()


@pytest.mark.parametrize("name", FILES)
def test_nothing_is_underlined_in_a_shipped_document(name: str, server: tuple[Server, Path]) -> None:
    running, pack = server
    assert running.diagnostics(pack / name) == []
    # The schema was found at all: the help over the first key of the document comes from it.
    lines = (pack / name).read_text(encoding="utf-8").split("\n")
    number = next(n for n, line in enumerate(lines, 1) if re.match("[a-z]", line))
    assert running.hover(pack / name, None, number, 2).startswith("#### ")


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view["says"])
def test_view(view: dict[str, Any], server: tuple[Server, Path]) -> None:
    running, pack = server
    file = pack / view["file"]
    text, line, column = typed(file, view)
    if "underlined" in view:
        found = running.diagnostics(file, text)
        assert len(found) == len(view["underlined"]), found
        for one, wanted in zip(found, view["underlined"], strict=True):
            assert one["message"].startswith(wanted["message"]), one
            assert "words" not in wanted or one["words"] == wanted["words"], one
    if "helps" in view:
        help_ = plainly(running.hover(file, text, line, column))
        for words in view["helps"]:
            assert words in help_
    if "offers" in view:
        items = running.completions(file, text, line, column)
        assert not set(view["offers"]) - set(items), list(items)
        assert not set(view.get("offers_not", ())) & set(items)
        for label, words in view.get("says_of", {}).items():
            assert documentation(items[label]) == words
        for label, parts in view.get("inserts", {}).items():
            for part in parts:
                assert part in items[label]["insertText"]


def typed(file: Path, view: dict[str, Any]) -> tuple[str, int, int]:
    """The document as the view has it, and the line and column of the cursor (1, 1 without one)."""
    text = view.get("text") or file.read_text(encoding="utf-8")
    if "instead_of" in view:
        start = text.index(view["after"]) if "after" in view else 0
        start = text.index(view["instead_of"], start)
        text = text[:start] + view["write"] + text[start + len(view["instead_of"]) :]
    if CURSOR not in text:
        return text, 1, 1
    before, _, rest = text.partition(CURSOR)
    return before + rest, before.count("\n") + 1, len(before) - before.rfind("\n")


def documentation(item: dict[str, Any]) -> str:
    said = item.get("documentation", "")
    return str(said["value"] if isinstance(said, dict) else said)


def plainly(markdown: str) -> str:
    """Markdown without the backslashes that keep signs from being read as its own."""
    return re.sub(r"\\(.)", r"\1", markdown)
