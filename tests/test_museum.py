"""Every way to be wrong has a piece in the museum, with the exact words; every code has a piece and a page."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.analysis.page_differences import SAID
from engine.cli.documents import Checker
from tests.museum_pieces import BASE, KEYS, MUSEUM, TIDY, Piece, pieces

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs" / "diagnostics"
CODE = re.compile(
    r"(?:yaml|json|file|document|schema|policy|expr|link|register|pack|case|test|ledger|publish|fmt|clauses|readings|page|lint|rules|mutants|columns|notice|sample)/[a-z][a-z-]*\Z"
)
MADE = {"page/": sorted(SAID)}  # codes that are put together from a part that is fixed and one that is not
PIECES = list(pieces())


def literals() -> Iterator[str]:
    """The texts of the source, of those with holes the part before the first hole."""
    for file in (ROOT / "engine").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.JoinedStr) and node.values and isinstance(node.values[0], ast.Constant):
                yield str(node.values[0].value) + "\0"
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value


def codes() -> set[str]:
    """Every code that stands in the source."""
    found = {text for text in literals() if CODE.match(text)}
    for text in literals():
        if text.endswith("/\0") and CODE.match(f"{text[:-1]}x"):
            found |= {text[:-1] + rest for rest in MADE[text[:-1]]}
    return found


CODES = codes()


@pytest.mark.parametrize("piece", PIECES, ids=str)
def test_says_exactly_this(piece: Piece) -> None:
    assert piece.said() == piece.expected
    assert piece.code in {said.get("error") or said.get("warning") for said in piece.expected}


@pytest.mark.parametrize("file", sorted(BASE.iterdir()), ids=lambda file: file.name)
def test_the_base_is_sound(file: Path) -> None:
    checker = Checker(str(BASE))
    checker.file(str(file))
    assert not checker.report.errors


def test_there_is_nothing_to_warn_of_in_the_tidy_base() -> None:
    checker = Checker(str(TIDY))
    checker.everything()
    assert not checker.found


def test_pieces_are_written_as_agreed() -> None:
    for piece in PIECES:
        assert set(piece.written) <= KEYS
        assert piece.written["about"].endswith((".", "?"))
        assert sum(key in piece.written for key in ("change", "text", "do")) == 1
    told = [(piece.code, piece.written["about"]) for piece in PIECES]
    assert len(set(told)) == len(told)


def test_every_code_has_a_piece() -> None:
    assert {piece.code for piece in PIECES} == CODES
    assert len(CODES) > 100


def test_every_code_has_a_page() -> None:
    assert {page.stem.replace("-", "/", 1) for page in DOCS.glob("*.md")} - {"README"} == CODES


def test_the_index_names_every_code_once() -> None:
    rows = re.findall(r"^\| \[`([a-z/-]+)`\]\(([a-z-]+\.md)\) \| .+ \|$", (DOCS / "README.md").read_text("utf-8"), re.M)
    assert sorted(code for code, _ in rows) == sorted(CODES)
    assert all(page == f"{code.replace('/', '-', 1)}.md" for code, page in rows)


@pytest.mark.parametrize("page", sorted(DOCS.glob("*-*.md")), ids=lambda page: page.stem)
def test_a_page_shows_what_is_said(page: Path) -> None:
    """A page tells the code, a message as the engine says it, what to avoid, what to prefer, and why."""
    text = page.read_text(encoding="utf-8")
    code = page.stem.replace("-", "/", 1)
    assert text.startswith(f"# {code}\n\n")
    assert len(text.splitlines()) <= 40
    assert "**Avoid**" in text
    assert "**Prefer**" in text
    assert "**Why:**" in text
    shown = re.search(r"^(?:error|warning)\[([a-z/-]+)\]: (.+?)^(?:   help|   note|```)", text, re.M | re.S)
    assert shown is not None
    assert shown[1] == code
    messages = {_outline(said["message"]) for piece in PIECES if piece.code == code for said in piece.expected}
    assert _outline(shown[2]) in messages


def _outline(message: str) -> str:
    """A message without what it quotes of a document, and without its numbers."""
    return re.sub(r"`[^`]*`|[0-9]+", "...", " ".join(message.split()))


def test_the_museum_has_no_empty_room() -> None:
    assert not [file.name for file in MUSEUM.glob("*.yaml") if not any(piece.file == file for piece in PIECES)]
