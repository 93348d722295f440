"""The page that shows every kind of change: made from the change requests, so that what it shows is what was tried.

`python -m tests.change_pages` writes it.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import fill
from typing import Any

from engine.document import place_of, plain, read_document
from engine.library import find_pack
from tests.amending import Change, place

FOLDER = Path(__file__).parent / "change_requests"
FILES = sorted(FOLDER.glob("[0-9]*.yaml"))
PACK = find_pack()
PAGE = PACK.parent / "CHANGES.md"
BASE = "1.0.0.yaml"
HEAD = """\
# Every kind of change, with before, after and a test

For people who write policy. Find the kind of change that you were asked for; each shows the request, the place, the
lines that go (`-`) and come (`+`), and a test of what it does. All of them are carried out and checked whenever the
engine is tested: this page is made from what was tried, by `python -m tests.change_pages`.

Every change begins and ends in the same way:

1. `aftersale new 1.0.1 --from 1.0.0` makes the next version. What is in force is not touched.
2. Edit `1.0.1.yaml`, and say under `changes:` what changes, in a sentence each. After a new declaration, `aftersale
   schema --write` lets the editor know it.
3. `aftersale validate` says what is wrong. `aftersale table 1.0.1` and `aftersale rules ROW 1.0.1` show how it now
   reads.
4. Write a test of what should change into a file under `tests/`, with `versions: ["1.0.1"]` at the top. `aftersale
   test` runs it, and all others. The tests below leave out the facts that are the same in every test of a file; they
   stand at its top, under `facts:`. A test that holds no longer goes into a file for the versions that it holds for.
5. `aftersale diff 1.0.0 1.0.1` shows what else changes: nothing should that is not in the request.
6. `aftersale publish 1.0.1 --from 2027-03-01 --by NAME --why TEXT` puts it in force.
"""


def page() -> str:
    """The whole page."""
    requests = [(file, plain(read_document(file))) for file in FILES]
    contents = "\n".join(f"- [{request['kind']}](#{anchor(request['kind'])})" for _, request in requests)
    return "\n".join([HEAD, contents, "", *("\n".join(_section(file, request)) for file, request in requests)])


def anchor(heading: str) -> str:
    """A heading as links name it."""
    return re.sub(r"[^a-z0-9 -]", "", heading.lower()).replace(" ", "-")


def _section(file: Path, request: Any) -> Iterator[str]:
    yield f"## {request['kind']}\n"
    yield fill(request["request"], 118, initial_indent="> ", subsequent_indent="> ") + "\n"
    yield fill(request["where"], 120, break_on_hyphens=False) + "\n"
    texts = {name: (PACK / name).read_text(encoding="utf-8") for name in (BASE, "clauses.yaml")}
    yield "```diff"
    for edit in request["edits"]:
        name = edit.get("file", BASE)
        way = place(texts[name], edit["change"], edit.get("after", ""))
        yield f"@@ {f'{name}: ' if name != BASE else ''}{' > '.join(way) or 'at the top'} @@"
        yield Change.shown(edit["change"])
    yield "```\n"
    yield "```yaml"
    yield _first_test(file)
    yield "```\n"
    yield _effect(request) + "\n"


def _first_test(file: Path) -> str:
    """The first test of a request, as it is written."""
    document = read_document(file)
    first = place_of(document, ("tests", 0))
    lines = file.read_text(encoding="utf-8").split("\n")[first.line - 1 : first.end_line]
    return "tests:\n" + "\n".join(lines)


def _effect(request: Any) -> str:
    may, rows = request["changes"], request["rows"]
    reads = "all" if rows == "all" else ", ".join(f"`{row}`" for row in rows) or "none that there was"
    changes = "; ".join(_where(row, fields) for row, fields in may.items()) or "none that was written before"
    return f"Rows that read otherwise: {reads}. Cases that are decided otherwise: {changes}."


def _where(row: str, fields: Any) -> str:
    where = "of every row" if row == "all" else f"of `{row}`"
    return where if fields == "all" else f"{where}, in {', '.join(f'`{name}`' for name in fields)}"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    sys.stdout.write(f"{PAGE} written\n")
