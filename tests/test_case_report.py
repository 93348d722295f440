"""The report of a case: whole, safe, and readable on a screen and a phone."""

from __future__ import annotations

import json
import re
from html import escape
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from engine import load_pack
from engine.cli.app import app
from engine.document import plain, read_document
from engine.render.moments import local
from tests import kites
from tests.html_pages import BROWSER, Outline, dumped
from tests.renaming import Renamed

PACK = load_pack()
EXAMPLES = PACK.folder / "examples"
FILES = sorted(EXAMPLES.glob("*.yaml"))
HOSTILE = "</title><script>alert(1)</script>&\"'"
# A window of a browser without a screen cannot be as narrow as a phone: the page is made narrow by itself.
MEASURE = """<script>
const narrow = 360, root = document.documentElement;
if (innerWidth < 600) root.style.width = narrow + "px";
const limit = innerWidth < 600 ? narrow : innerWidth;
const over = [...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > limit + 0.5
  && !e.closest(".skip, thead, .timeline"));
document.title = [limit, over.length, document.querySelectorAll("details[open]").length].join("/");
</script>"""


def command(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["decide", *map(str, arguments)], prog_name="aftersale")


def page(*arguments: object) -> str:
    return command(*arguments, "--format", "html").stdout


def case_file(folder: Path, **changed: Any) -> Path:
    """The lost package as JSON, with something changed."""
    data: Any = plain(read_document(EXAMPLES / "lost-package.yaml"))
    path = folder / "case.json"
    path.write_text(json.dumps({**data, **changed}), encoding="utf-8")
    return path


def whole(html: str) -> Outline:
    """The outline of a page that is in order: every id once, every link leads somewhere, nothing is fetched."""
    outline = Outline(html)
    assert len(outline.ids) == len(set(outline.ids))
    assert {link.removeprefix("#") for link in outline.links} <= set(outline.ids)
    assert not re.search(r'(src|href)="(?!#)|url\((?!#)|@import|<script', html)
    levels = outline.headings
    assert levels[0] == 1 and all(after - before <= 1 for before, after in pairwise(levels))
    return outline


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_it_says_what_the_decision_says(file: Path) -> None:
    data: Any = plain(read_document(file))
    decision = PACK.decide(data, data["as_of"])
    outline = whole(page(file))
    text = " ".join("".join(outline.texts).split())
    for deadline in decision.deadlines:
        assert local(deadline.at, decision.zone) in text
    for name in decision.missing_facts:
        fact = PACK.version(decision.policy.version).policy.facts[name]
        assert (fact.ask or fact.meaning) in text
    for reason in decision.reasons:
        if reason.state in ("held", "open") and reason.table:
            assert all(f"clause-{clause}" in outline.ids for clause in reason.clauses)
    assert data["title"] in text
    pictures = [name for name in outline.ids if name.startswith("timeline-1-")]
    assert "timeline-1-title" in pictures and "The periods of the case" in text
    for rule in decision.explain().rows[0].rules():
        assert rule.rule.replace("-", " ").replace("_", " ").lower() in text.lower()


def test_several_cases_stand_behind_a_list() -> None:
    result = command(*FILES, EXAMPLES / "disputes.jsonl", "--format", "html")
    outline = whole(result.stdout)
    articles = [name for name in outline.ids if re.fullmatch(r"case-\d+-top", name)]
    assert len(articles) > len(FILES)
    assert [f"#{name}" for name in articles] == [link for link in outline.links if link.endswith("-top")]


def test_a_wrong_case_is_told_beside_the_others(tmp_path: Path) -> None:
    wrong = case_file(tmp_path, scenario="nowhere")
    result = command(FILES[0], wrong, "--format", "html")
    assert result.exit_code == 3
    assert "case/scenario" in result.stderr and "no such scenario" in " ".join(whole(result.stdout).texts)
    assert command(wrong, "--format", "html").stdout == ""


def test_what_the_case_says_stays_text(tmp_path: Path) -> None:
    html = page(case_file(tmp_path, title=HOSTILE))
    assert escape(HOSTILE) in html and HOSTILE not in html
    whole(html)


def test_a_case_whose_row_is_not_known(tmp_path: Path) -> None:
    outline = whole(page(case_file(tmp_path, scenario="unknown"), "--policy", "1.0.0"))
    text = " ".join(outline.texts)
    assert all(row.title in text for row in PACK.version("1.0.0").policy.rows.values())


def test_other_packs_and_one_with_other_names_and_no_registers(tmp_path: Path) -> None:
    folder = kites.write(tmp_path / "kites")
    whole(page(folder / "examples" / "breeze.yaml", "--pack", folder, "--policy", "1.0.0"))
    renamed = Renamed(PACK.version("1.0.0").policy)
    (tmp_path / "renamed").mkdir()
    written = renamed.write(tmp_path / "renamed")
    data: Any = plain(read_document(EXAMPLES / "lost-package.yaml"))
    case = tmp_path / "renamed.json"
    case.write_text(json.dumps(renamed.document(data)), encoding="utf-8")
    whole(page(case, "--pack", written, "--policy", "1.0.0", "--as-of", data["as_of"]))


def test_the_same_bytes_every_time(tmp_path: Path) -> None:
    one, two = tmp_path / "1.html", tmp_path / "2.html"
    for path in (one, two):
        assert command(FILES[0], "--format", "html", "--output", path).exit_code in (0, 4)
    assert one.read_bytes() == two.read_bytes() != b""


@pytest.mark.skipif(BROWSER is None, reason="there is no browser here")
@pytest.mark.parametrize("width", [500, 1200])
def test_a_browser_shows_it_without_scrolling_sideways(tmp_path: Path, width: int) -> None:
    html = page(*FILES[:3])
    dom, said = dumped(html.replace("</body>", f"{MEASURE}</body>"), tmp_path, width)
    assert "CONSOLE" not in said
    measured = re.search(r"<title>(\d+)/(\d+)/(\d+)</title>", dom)
    assert measured is not None and measured[2] == "0" and int(measured[3]) >= 3
