"""Two versions of a small pack, the second one an edit of the first, and what `diff` tells of them.

`python -m tests.differing` writes into `differences/edits.yaml` what is told now; read the change before you keep it.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from engine import Version
from engine.analysis.compare_versions import differences
from engine.diagnostics import Report
from engine.document import place_of, plain, read_document, read_yaml
from engine.library import Registry, load_registers
from engine.pack import load_version
from engine.render.changes.build import announced
from engine.render.changes.text import comparison_to_page
from engine.render.page import wrap
from engine.source import Source
from tests import bikes

FILE = Path(__file__).parent / "differences" / "edits.yaml"
WIDTH = 100


def edits() -> list[Any]:
    """The edits with what is expected of each."""
    document: Any = plain(read_document(FILE))
    return list(document["edits"])


def edited(text: str, edit: Iterable[tuple[str, str]]) -> str:
    """The text with other words in the place of some, each of which stands there once."""
    for old, new in edit:
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times"
        text = text.replace(old, new)
    return text


def pair(folder: Path, edit: Any) -> tuple[Version, Version]:
    """The versions before and after an edit."""
    before = edited(bikes.POLICY, edit.get("before", []))
    after = edited(before, edit["put"])
    if "remove" in edit:  # a row with all its lines
        start, end = (after.index(f"\n  {row}:\n") for row in edit["remove"])
        after = after[:start] + after[end:]
    return version(folder, before), version(folder, after)


def put(text: str, way: Sequence[str | int], new: str) -> str:
    """The text with another value, of one line, at a place in the document."""
    tree = read_yaml(Source("edited.yaml", text))
    place = place_of(tree, way)
    lines = text.split("\n")
    assert place.line == place.end_line, f"the value at {way} takes more than one line"
    line = lines[place.line - 1]
    lines[place.line - 1] = line[: place.column - 1] + new + line[place.end_column - 1 :]
    return "\n".join(lines)


@cache
def version(folder: Path, text: str) -> Version:
    """The version of this text. Raises InvalidDocument."""
    if not (folder / "clauses.yaml").exists():
        bikes.write(folder)
    file = folder / "1.0.0.yaml"
    file.write_text(text, encoding="utf-8")
    report = Report()
    found = load_version(file, load_registers(folder, report), report)
    report.stop_if_wrong()
    assert found is not None
    return found


def told(before: Version, after: Version, registers: Registry | None = None) -> str:
    """What `diff` tells of two versions, below the lines that name them."""
    page = comparison_to_page(announced(differences(before, after), registers or Registry({}, {})), None, 0)
    rows = ("".join(piece.text for piece in row).rstrip() for line in page.lines[2:] for row in wrap(line, WIDTH))
    return "\n".join(rows).strip("\n") + "\n"


# ------------------------------------------------------------------------------------------------------- written anew


def rewritten(folder: Path) -> str:
    """The file of edits with what is told of each now."""
    head = FILE.read_text(encoding="utf-8").partition("edits:\n")[0]
    return head + "edits:\n" + "".join(line + "\n" for edit in edits() for line in _lines(edit, folder))


def _lines(edit: Any, folder: Path) -> Iterator[str]:
    yield f"- name: {edit['name']}"
    for key in ("before", "put"):
        if key in edit:
            yield f"  {key}:"
            for old, new in edit[key]:
                yield from (f"  - - {json.dumps(old)}", f"    - {json.dumps(new)}")
    if "remove" in edit:
        yield f"  remove: [{', '.join(edit['remove'])}]"
    yield "  told: |"
    yield from (f"    {line}".rstrip() for line in told(*pair(folder, edit)).splitlines())


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        FILE.write_text(rewritten(Path(place)), encoding="utf-8")
