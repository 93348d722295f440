"""The page for readers: everything of a version stands on it once and where it belongs, in both formats."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from engine import Pack, Version, load_pack
from engine.cli import main
from engine.library import Registry
from engine.link.general import general_rules
from engine.link.program import Basis
from engine.render.phrases import bare
from engine.render.reader.build import reader_page
from engine.render.reader.content import Chapter, Entries, ReaderPage
from engine.render.reader.html import reader_to_html
from engine.render.reader.html_style import STYLE
from engine.render.reader.markdown import reader_to_markdown
from tests import bikes
from tests.html_pages import BROWSER, Outline, dumped
from tests.renaming import Renamed

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def packs(tmp_path_factory: pytest.TempPathFactory) -> list[Pack]:
    """The shipped pack, an invented one, and the shipped one with every name changed and no registers."""
    shipped = load_pack()
    renamed = Renamed(shipped.version("1.0.0").policy).write(tmp_path_factory.mktemp("renamed"))
    return [shipped, load_pack(bikes.write(tmp_path_factory.mktemp("bikes"))), load_pack(renamed)]


@pytest.fixture(scope="module")
def versions(packs: list[Pack]) -> list[tuple[Pack, Version, ReaderPage, Outline]]:
    found = []
    for pack in packs:
        for version in pack.versions.values():
            page = reader_page(pack, version)
            found.append((pack, version, page, Outline(reader_to_html(page))))
    return found


def registers(pack: Pack, version: Version) -> Registry:
    """The registers of a pack as a version reads them."""
    return pack.registers.under(version.policy)


Shown = list[tuple[Pack, Version, ReaderPage, Outline]]


def cited(outline: Outline, anchor: str) -> Basis:
    """The clauses and readings that what stands at an anchor links to, or names where the pack has no register."""
    links = [link.removeprefix("#") for link in outline.inside[anchor]]
    clauses = tuple(link.removeprefix("clause-") for link in links if link.startswith("clause-"))
    return Basis(clauses, tuple(int(link.removeprefix("reading-")) for link in links if link.startswith("reading-")))


def test_every_rule_stands_once_with_its_clauses_and_readings(versions: Shown) -> None:
    for pack, version, _, outline in versions:
        for row, program in version.programs.items():
            for table in program.tables.values():
                per_row = version.policy.tables[table.name].per_row
                for rule in table.rules:
                    anchor = f"rule-{row}-{table.name}-{rule.id}" if per_row else f"rule-{table.name}-{rule.id}"
                    assert outline.ids.count(anchor) == 1
                    if per_row and pack.registers.clauses:
                        assert cited(outline, anchor) == known(rule.basis, pack)
                    elif pack.registers.clauses:
                        assert set(cited(outline, anchor).readings) >= set(known(rule.basis, pack).readings)


def known(basis: Basis, pack: Pack) -> Basis:
    clauses = tuple(clause for clause in basis.clauses if clause in pack.registers.clauses)
    return Basis(clauses, tuple(number for number in basis.readings if number in pack.registers.readings))


def test_a_rule_of_all_rows_rests_on_each_row_in_which_it_can_hold(versions: Shown) -> None:
    _, _, _, outline = versions[0]
    rows = {clause.split(".")[1] for clause in cited(outline, "rule-gates-not-delivered-yet").clauses}
    assert rows == {"inconsistent", "counterfeit", "quality", "damaged_package"}


def test_rules_are_led_in_by_the_order_in_which_they_are_read(versions: Shown) -> None:
    for _, version, _, outline in versions:
        for row, program in version.programs.items():
            for name, table in program.tables.items():
                if not version.policy.tables[name].per_row or len(table.rules) < 2 or table.hit != "first":
                    continue
                texts = [outline.text(f"rule-{row}-{name}-{rule.id}") for rule in table.rules]
                assert "First, if" in texts[0]
                assert all("Otherwise, if" in text for text in texts[1:-1])
                assert "In every other case" in texts[-1]
                places = [outline.ids.index(f"rule-{row}-{name}-{rule.id}") for rule in table.rules]
                assert places == sorted(places)


def test_a_general_rule_stands_once_with_the_rows_that_take_it(versions: Shown) -> None:
    for _, version, _, outline in versions:
        for name, general in general_rules(version.policy).items():
            assert outline.ids.count(f"general-{name}") == 1
            taking = {
                row
                for row, program in version.programs.items()
                if any(rule.general == name for table in program.tables.values() for rule in table.rules)
            }
            links = outline.inside[f"general-{name}"]
            assert {link.removeprefix("#row-") for link in links if link.startswith("#row-")} == taking
            for row, why in general.not_used.items():
                assert f"“{version.policy.rows[row].title}”: {why}" in outline.text(f"general-{name}")


def test_a_row_that_does_not_take_a_general_rule_says_why(tmp_path: Path) -> None:
    taken = "      - use: nothing-shown\n        and_when: scenario in heavy\n"
    text = bikes.POLICY.replace(taken, "      - {use: nothing-shown, not_used: Nobody has to show a thing here.}\n")
    bikes.write(tmp_path)
    (tmp_path / "1.0.0.yaml").write_text(text, encoding="utf-8")
    pack = load_pack(tmp_path)
    outline = Outline(reader_to_html(reader_page(pack, pack.version("1.0.0"))))
    told = outline.text("general-nothing-shown")
    assert "It takes no part in “Bent frame”: Nobody has to show a thing here." in told
    assert "Serves Broken | brakes ." in told or "Serves Broken | brakes." in told


def test_every_declared_word_is_explained_once(versions: Shown) -> None:
    for _, version, _, outline in versions:
        policy = version.policy
        for kind, names in (
            ("fact", policy.facts), ("proposition", policy.propositions), ("party", policy.parties),
            ("field", policy.fields), ("group", policy.groups), ("row", policy.rows),
        ):  # fmt: skip
            assert [name for name in outline.ids if name.startswith(f"{kind}-")] == [f"{kind}-{n}" for n in names]
        for fact in policy.facts.values():
            text = outline.text(f"fact-{fact.name}")
            assert " ".join(fact.meaning.split()) in text
            assert all(" ".join(meaning.split()) in text for meaning in fact.values.values() if fact.kind == "enum")
            assert "Not given" in text
        for field in policy.fields.values():
            assert all(" ".join(text.split()) in outline.text(f"field-{field.name}") for text in field.values.values())


def test_every_period_and_proposition_stands_in_its_row(versions: Shown) -> None:
    for _, version, _, outline in versions:
        for row, program in version.programs.items():
            place = outline.ids.index(f"row-{row}")
            text = " ".join(outline.texts)
            section = text[text.index(version.policy.rows[row].description, place) :]
            for window in (record.window for record in program.records if record.window):
                assert all(str(span.amount) in section for span in window.spans if span.amount)
            for record in program.records:
                assert all(bare(version.policy.propositions[owed.proposition]) in section for owed in record.owes)


def test_the_published_page_stands_clause_by_clause_with_what_rests_on_it(versions: Shown) -> None:
    from engine.analysis.citations import citations

    for pack, version, _, outline in versions:
        clauses = [name.removeprefix("clause-") for name in outline.ids if name.startswith("clause-")]
        assert clauses == list(registers(pack, version).clauses)
        found = citations(version).clauses
        for clause in registers(pack, version).clauses.values():
            text = outline.text(f"clause-{clause.id}")
            number = f"{clause.number} " if clause.number else ""
            assert text.startswith(f"{number}{clause.gist} {clause.id}")
            assert ("Rests on it" in text) == (clause.id in found)
            assert bool(outline.inside[f"clause-{clause.id}"]) == (clause.id in found)
            assert ("No rule" in text) == (clause.id not in found)
            assert clause.id in found or (clause.why or "Nothing rests on it.") in text


def test_what_rests_on_a_clause_is_where_the_link_leads(versions: Shown) -> None:
    """Each link of a clause leads to a rule, a period, a row or a table that names the clause itself."""
    pack, _, _, outline = versions[0]
    for clause in pack.registers.clauses:
        for link in outline.inside[f"clause-{clause}"]:
            anchor = link.removeprefix("#")
            if anchor.startswith(("rule-", "term-", "window-")):
                assert clause in cited(outline, anchor).clauses


def test_every_reading_stands_with_the_answer_taken(versions: Shown) -> None:
    for pack, version, _, outline in versions:
        numbers = [int(name.removeprefix("reading-")) for name in outline.ids if name.startswith("reading-")]
        assert numbers == list(registers(pack, version).readings)
        for reading in registers(pack, version).readings.values():
            text = outline.text(f"reading-{reading.number}")
            assert reading.question in text
            assert reading.because in text
            assert all(answer in text for answer in reading.readings.values())
            assert f"{reading.readings[reading.taken]} taken" in text


def test_what_a_version_amends_and_takes_stands_beside_what_it_was(tmp_path: Path) -> None:
    amending = (
        'amends:\n  general.answer: The answer is due sooner.\n  general.new: Quite new.\ntakes: {"3": b}\nfacts:\n'
    )
    bikes.write(tmp_path)
    text = bikes.POLICY.replace("facts:\n", amending, 1).replace("cites: [general.bell]", "cites: [general.new]")
    (tmp_path / "1.0.0.yaml").write_text(text, encoding="utf-8")
    pack = load_pack(tmp_path)
    outline = Outline(reader_to_html(reader_page(pack, pack.version("1.0.0"))))
    amended = outline.text("clause-general.answer")
    assert "The answer is due sooner." in amended
    assert "Until nowGist of general.answer." in amended
    assert "Until nowThe page says nothing of the kind." in outline.text("clause-general.new")
    assert "That. taken" in outline.text("reading-3")
    assert "Until nowAnswer a." in outline.text("reading-3")
    assert "Until now" not in outline.text("reading-1") + outline.text("clause-general.bell")


def test_every_term_that_a_rule_names_is_explained(versions: Shown) -> None:
    for _, version, page, outline in versions:
        named = {link.removeprefix("#term-") for link in outline.links if link.startswith("#term-")}
        assert named <= set(page.terms)
        assert [name for name in outline.ids if name.startswith("term-")] == [f"term-{name}" for name in page.terms]
        read = {name for p in version.programs.values() for t in p.tables.values() for r in t.rules
                for name in (r.when.names if r.when else ()) if name in version.policy.define}  # fmt: skip
        assert read <= set(page.terms)


# ------------------------------------------------------------------------------------------------------- as a page


def chapters(page: ReaderPage) -> Iterator[Chapter]:
    waiting = list(page.chapters)
    while waiting:
        chapter = waiting.pop(0)
        yield chapter
        waiting[:0] = chapter.chapters


def test_html_is_closed_linked_and_stands_alone(versions: Shown) -> None:
    for _, version, page, outline in versions:
        assert len(outline.ids) == len(set(outline.ids))
        assert all(link.startswith("#") and link[1:] in outline.ids for link in outline.links)
        assert not {"script", "img", "link", "iframe", "object"} & set(outline.tags)
        assert outline.headings[0] == 1
        assert outline.headings.count(1) == 1
        assert all(below - above <= 1 for above, below in pairwise(outline.headings))
        assert {"header", "nav", "main", "footer", "caption"} <= set(outline.tags)
        assert outline.links[0] == "#content"  # the way past the contents
        assert version.policy.digest in " ".join(outline.texts)
        contents = [f"#{chapter.anchor}" for chapter in chapters(page) if chapter.anchor]
        assert outline.links[1 : len(contents) + 1] == contents
    assert "url(" not in STYLE
    assert "@import" not in STYLE


def test_everything_from_outside_is_escaped(versions: Shown) -> None:
    page = next(page for _, version, page, _ in versions if version.policy.name == "bikes")
    html, markdown = reader_to_html(page), reader_to_markdown(page)
    assert "<bikes>" not in html
    assert "<h1>Hired &lt;bikes&gt; &amp; &quot;tandems&quot;</h1>" in html
    assert r"# Hired \<bikes\> \& " in markdown
    assert r"Broken \| brakes" in markdown


def test_markdown_says_the_same_as_html(versions: Shown) -> None:
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark").enable("table")
    for _, _, page, outline in versions:
        read = Outline(parser.render(reader_to_markdown(page)))
        assert set(read.ids) == set(outline.ids) - {"content"}
        assert len(read.ids) == len(set(read.ids))
        assert all(link.startswith("#") and link[1:] in read.ids for link in read.links)
        # The framework table links to the rows and to their rules in HTML only.
        assert set(read.links) == {link for link in outline.links if link != "#content"} - {
            link for link in outline.links if link.startswith("#rule-") and link not in read.links
        }
        assert read.headings[0] == 1
        assert "pre" not in read.tags
        said = " ".join("".join(read.texts).split())
        pieces = {" ".join(piece.split()) for piece in outline.words["content"]} - IN_HTML_ALONE
        assert not [piece for piece in pieces if piece not in said and piece.rstrip(":;.") not in said]


# What the framework table says in HTML alone: its caption, and the heads of its last column.
IN_HTML_ALONE = {
    "The framework table, one row per scenario. The rules in full stand below it.",
    "Who wins, who answers for it, and what follows; Who bears the risk of the return",
    "Who wins; How it went",
}


def test_an_empty_chapter_is_left_out(versions: Shown) -> None:
    _, _, page, outline = versions[-1]
    assert "clauses" not in outline.ids
    assert "readings" not in outline.ids
    for chapter in chapters(page):
        assert chapter.blocks or chapter.chapters


def luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    digits = digits if len(digits) == 6 else "".join(2 * d for d in digits)
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_every_colour_of_text_has_contrast_by_day_and_by_night() -> None:
    roots = re.findall(r":root \{(.*?)\}", STYLE, re.DOTALL)
    assert len(roots) == 2
    for root in roots:
        colours = dict(re.findall(r"--(\w+): (#[0-9a-f]+)", root))
        for text in ("ink", "soft", "accent", "lead", "good"):
            for ground in ("paper", "band", "mark"):
                light, dark = sorted((luminance(colours[text]), luminance(colours[ground])), reverse=True)
                assert (light + 0.05) / (dark + 0.05) >= 4.5, (text, ground)


# The width of a phone, which a window of a browser without a screen cannot have: the page is made as narrow by itself.
MEASURE = """<script>
const narrow = 360, root = document.documentElement;
if (innerWidth < 600) root.style.width = narrow + 'px';
const limit = innerWidth < 600 ? narrow : innerWidth;
const over = [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > limit + 0.5
  && !e.closest('.skip, thead'));
const rules = document.querySelectorAll('.rule').length;
document.title = [limit, over.length, root.scrollWidth <= innerWidth, rules].join('/');
</script>"""


@pytest.mark.skipif(BROWSER is None, reason="there is no browser here")
@pytest.mark.parametrize("width", [500, 1400])
def test_a_real_browser_shows_it_without_scrolling_sideways(versions: Shown, tmp_path: Path, width: int) -> None:
    _, _, page, _ = versions[0]
    html = reader_to_html(page)
    dom, said = dumped(html.replace("</body>", f"{MEASURE}</body>"), tmp_path, width)
    assert "CONSOLE" not in said
    measured = re.search(r"<title>(.*?)</title>", dom)
    assert measured is not None
    rules = html.count('class="rule"')
    assert measured[1] == f"{360 if width < 600 else width}/0/true/{rules}"


# ------------------------------------------------------------------------------------------------------ the command


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as stopped:
        main(["render", *arguments])
    assert isinstance(stopped.value.code, int)
    return stopped.value.code


def test_the_same_bytes_whatever_the_seed_of_hashes(versions: Shown) -> None:
    command = [sys.executable, "cli.py", "render", "1.0.0"]
    pages = {
        subprocess.run(
            command, cwd=ROOT, check=True, capture_output=True, env={**os.environ, "PYTHONHASHSEED": seed}
        ).stdout
        for seed in ("1", "2")
    }
    assert pages == {reader_to_html(versions[0][2]).encode()}


def test_a_version_says_what_it_changes_against_the_one_before(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    bikes.write(tmp_path)
    later = bikes.POLICY.replace('version: "1.0.0"', 'version: "1.1.0"\nchanges: [Brakes may be reported for longer.]')
    (tmp_path / "1.1.0.yaml").write_text(later.replace("30 calendar", "40 calendar"), encoding="utf-8")
    file = tmp_path / "page.html"
    assert run("1.1.0", "--pack", str(tmp_path), "--output", str(file)) == 0
    text = " ".join(Outline(file.read_text(encoding="utf-8")).texts)
    assert "What changes against version 1.0.0" in text
    assert "Brakes may be reported for longer." in text
    end = "the estimated end of the ride"
    assert f"until now 30 calendar days after {end}; then 40 calendar days after {end}" in text
    assert run("1.1.0", "--pack", str(tmp_path), "--format", "markdown") == 0
    assert f"Period: until now 30 calendar days after {end}; then 40 calendar" in capfd.readouterr().out
    assert capfd.readouterr().out == ""
    assert run("1.0.0", "--pack", str(tmp_path), "--format", "markdown") == 0
    assert "against version" not in capfd.readouterr().out


def test_a_version_that_changes_words_alone_says_so(tmp_path: Path) -> None:
    bikes.write(tmp_path)
    later = bikes.POLICY.replace('version: "1.0.0"', 'version: "1.1.0"').replace(
        "The period for a claim.", "For claims."
    )
    (tmp_path / "1.1.0.yaml").write_text(later, encoding="utf-8")
    pack = load_pack(tmp_path)
    outline = Outline(reader_to_html(reader_page(pack, pack.version("1.1.0"), pack.version("1.0.0"))))
    assert "Nothing changes in periods, evidence or rules." in outline.texts


def test_what_was_until_now_is_never_what_is_then() -> None:
    """The draft amends sentences of the page: until now they say what the page says, and then what the draft says."""
    pack = load_pack()
    versions = [*pack.versions.values()]
    for before, version in pairwise(versions):
        page = reader_page(pack, version, before)
        changes = next(chapter for chapter in page.chapters if chapter.anchor == "changes")
        blocks = [block for part in changes.chapters for block in part.blocks if isinstance(block, Entries)]
        details = [detail for block in blocks for entry in block.entries for detail in entry.details]
        both = [re.fullmatch(r"until now (.+); then (.+)", detail.text) for detail in details]
        assert any(both)
        assert not [found[0] for found in both if found and found[1].rstrip(".") == found[2].rstrip(".")]
        for one, other in pairwise(details):
            if one.label.endswith(", until now"):
                assert one.text != other.text


def test_which_disputes_stay_with_an_earlier_version(tmp_path: Path) -> None:
    rules = """\
transition:
  - when: claim.urgent
    counts_from: claim.told_at
    because: The shop was told under the old rules.
    cites: [general.answer]
    readings: [4]
  - {when: "not claim.urgent", counts_from: claim.ended_at, because: The ride ended before.}
facts:
"""
    bikes.write(tmp_path)
    (tmp_path / "1.0.0.yaml").write_text(bikes.POLICY.replace("facts:\n", rules, 1), encoding="utf-8")
    pack = load_pack(tmp_path)
    page = reader_page(pack, pack.version("1.0.0"))
    outline = Outline(reader_to_html(page))
    told = outline.text("transition-1")
    assert "The shop was told under the old rules" in told
    assert "First, if the claim is urgent" in told
    assert "the version in force on the day of this: the shop was told of the claim" in told
    assert cited(outline, "transition-1") == Basis(("general.answer",), (4,))
    assert "Otherwise, if it is not true that the claim is urgent" in outline.text("transition-2")
    assert "#transition-1" in outline.inside["clause-general.answer"]
    assert "#transition-1" in outline.inside["reading-4"]
    assert "First, if* the claim is urgent" in reader_to_markdown(page)


def test_a_page_says_for_which_disputes_its_version_is(tmp_path: Path) -> None:
    folder = bikes.write(tmp_path)

    def facts() -> tuple[str, ...]:
        pack = load_pack(folder)
        return reader_page(pack, pack.version("1.0.0")).facts

    assert facts() == ("Version 1.0.0", "Draft", "Meant for disputes filed from 1 January 2024")
    pack = load_pack(folder)
    entry = (
        '  - {{version: "1.0.0", from: {day}, digest: "{digest}", at: 2026-01-01T00:00:00Z, by: Policy team, '
        "why: It is time.}}\n"
    )
    ledger = "register: ledger\npolicy: bikes\npublications:\n"
    digest = pack.version("1.0.0").policy.digest
    (folder / "published.yaml").write_text(ledger + entry.format(day="2024-01-01", digest=digest), encoding="utf-8")
    assert facts() == ("Version 1.0.0", "Published", "For disputes filed from 1 January 2024")
    pack = load_pack(folder)
    assert "Published by Policy team: It is time." in reader_page(pack, pack.version("1.0.0")).foot
    later = bikes.POLICY.replace('version: "1.0.0"', 'version: "1.1.0"').replace("2024-01-01", "2025-03-01")
    (folder / "1.1.0.yaml").write_text(later, encoding="utf-8")
    digests = {name: version.policy.digest for name, version in load_pack(folder).versions.items()}
    second = entry.replace("1.0.0", "1.1.0").format(day="2025-03-01", digest=digests["1.1.0"])
    first = entry.format(day="2024-01-01", digest=digests["1.0.0"])
    (folder / "published.yaml").write_text(ledger + first + second, encoding="utf-8")
    assert facts()[2] == "For disputes filed from 1 January 2024 to before 1 March 2025"


def test_wrong_names_are_2_and_a_wrong_pack_is_3(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run("9.9.9") == 2
    assert run("--format", "pdf") == 2
    (tmp_path / "1.0.0.yaml").write_text(bikes.POLICY.replace("hit: first", "hit: last"), encoding="utf-8")
    assert run("--pack", str(tmp_path)) == 3
    assert "Traceback" not in capfd.readouterr().err
