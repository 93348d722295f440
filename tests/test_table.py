"""The framework table: its words, its rows and columns, and the three ways to show it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine import Pack, Version, load_pack
from engine.cli import main
from engine.diagnostics import Report
from engine.document import Scalar
from engine.expr.check import Expression
from engine.link.compile import Citable, Compiler
from engine.link.program import Choice, Formula, Program
from engine.render.page import cells, shown
from engine.render.table.build import framework_table
from engine.render.table.html import table_to_html
from engine.render.table.markdown import table_to_markdown
from engine.render.table.sheet import Sheet
from engine.render.table.text import table_to_page
from engine.render.words import condition, in_words
from engine.source import Place, Source
from tests import bikes
from tests.html_pages import BROWSER, Outline, dumped


@pytest.fixture(scope="module")
def bike_pack(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    return load_pack(bikes.write(tmp_path_factory.mktemp("bikes")))


@pytest.fixture(scope="module")
def bike(bike_pack: Pack) -> Version:
    return bike_pack.version("1.0.0")


@pytest.fixture(scope="module")
def bike_sheet(bike_pack: Pack, bike: Version) -> Sheet:
    return framework_table(bike, bike_pack.registers)


@pytest.fixture(scope="module")
def shipped() -> Pack:
    return load_pack()


@pytest.fixture(scope="module")
def sheets(shipped: Pack) -> list[Sheet]:
    return [framework_table(version, shipped.registers) for version in shipped.versions.values()]


def expressions(program: Program) -> Iterator[Expression]:
    """Every condition, instant and value of a program."""
    choices = [m.table for m in program.names.values() if isinstance(m, Choice)]
    found: list[Expression | None] = [m.expression for m in program.names.values() if isinstance(m, Formula)]
    for table in (*program.tables.values(), *choices):
        found.append(table.asked_if)
        found += [part for rule in table.rules for part in (rule.when, *rule.says.values())]
    windows = [*program.windows, *(r.window for r in program.records if r.window)]
    for window in windows:
        found += [window.asked_if, window.met_by]
        found += [part for span in window.spans for part in (span.when, span.after, span.until)]
    found += [owed.when for record in program.records for owed in record.owes]
    return (expression for expression in found if expression is not None)


# ------------------------------------------------------------------------------------------------------------ words


def compiled(version: Version, text: str) -> Expression:
    report = Report()
    compiler = Compiler(version.policy, Citable(), report)
    node = Scalar(text, Place(Source("test", text), 1, 1, 1, len(text) + 1), True, '"')
    expression = compiler.expression(node, compiler.names.standing_scope)
    assert expression is not None, report.found
    return expression


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("claim.urgent", "the claim is urgent"),
        ("not claim.urgent", "it is not true that the claim is urgent"),
        ("not not claim.urgent", "the claim is urgent"),
        ("claim.urgent == true", "the claim is urgent"),
        ("claim.urgent != true", "it is not true that the claim is urgent"),
        ("hurried", "hurried"),
        ("not hurried", "not “hurried”"),
        ("gift == bell", "“bell” (gift)"),
        ("happened(claim.told_at)", "the shop was told of the claim"),
        ("not happened(claim.told_at)", "it has not happened that the shop was told of the claim"),
        ("happened(claim.ended_at)", "there is a value: “The estimated end of the ride”"),
        ("given(claim.words)", "there is a value: “What was said, or written”"),
        ("not given(claim.words)", "there is no value: “What was said, or written”"),
        ("proven(broke)", "it is proven that the bike broke"),
        ("not proven(broke)", "it is not proven that the bike broke"),
        ("bike.kind == cargo", "“A bike for loads” (what kind of bike it is)"),
        ("cargo == bike.kind", "“A bike for loads” (what kind of bike it is)"),
        ("bike.kind != cargo", "not “A bike for loads” (what kind of bike it is)"),
        ("not (bike.kind != cargo)", "“A bike for loads” (what kind of bike it is)"),
        ("bike.kind in [cargo, road]", "“A bike for loads” or “A bike for roads” (what kind of bike it is)"),
        ("bike.kind not in [cargo]", "not “A bike for loads” (what kind of bike it is)"),
        ("claim.rides == 3", "how many rides were there: 3"),
        ("claim.rides >= 3", "how many rides were there: at least 3"),
        ("not claim.rides >= 3", "how many rides were there: less than 3"),
        ("3 >= claim.rides", "how many rides were there: at most 3"),
        ("claim.price < '2.50'", "what is the price: less than 2.50"),
        ("claim.filed_at <= filing.ends", "“The claim came in” is not later than the end of “Filing”"),
        ("not (claim.filed_at <= filing.ends)", "“The claim came in” is later than the end of “Filing”"),
        (
            "claim.filed_at > latest(claim.told_at, answer.starts)",
            "“The claim came in” is later than the latest of “The shop was told of the claim” and the start of "
            "“Answer”",
        ),
        ("day(claim.filed_at) == date('2025-01-31')", "the day of “The claim came in”: 2025-01-31"),
        (
            "given(claim.filed_at) and day(claim.filed_at) >= date('2025-01-31')",
            "the claim came in and the day of “The claim came in” is not earlier than 2025-01-31",
        ),
        ("claim.words == 'so, so'", "“so, so” (what was said, or written)"),
        ("scenario == brakes", "the scenario is Broken | brakes"),
        ("scenario in heavy", "the scenario is Broken | brakes or Bent frame"),
        ("scenario not in [frame]", "the scenario is not Bent frame"),
        ("answer.running", "“Answer” is still running"),
        ("not answer.missed", "“Answer” is not missed"),
        ("paper_period.shop.ended", "“Paper period of Bike Shop” has ended"),
        ("rider.silent", "the rider is silent (nothing came in time)"),
        ("not rider.evidence_insufficient", "the rider has proven all that it owes"),
        ("record.awaits", "materials are still awaited"),
        ("not record.awaits", "no materials are awaited any more"),
        ("contains(outcome.payers, shop)", "“Bike Shop” stands under “payers”"),
        ("not contains(outcome.payers, shop)", "“Bike Shop” does not stand under “payers”"),
        ("contains(desk.files, broke)", "“The bike broke” stands under “what the desk's files prove”"),
        ("outcome.winner == rider", "“The rider wins” (winner)"),
        ("outcome.winner == nobody_yet", "“nobody yet” (winner)"),
        ("outcome.any", "a rule of “Who wins” holds"),
        ("unsettled(outcome)", "“Who wins” is still open for a finding"),
        ("true", "always"),
        ("claim.urgent and proven(broke)", "the claim is urgent and it is proven that “The bike broke”"),
        (
            "not (claim.urgent and proven(broke))",
            "it is not true that “The claim is urgent” or it is not proven that “The bike broke”",
        ),
        (
            "claim.urgent and (proven(broke) or hurried) and not (hurried or claim.urgent)",
            "the claim is urgent and (it is proven that “The bike broke” or hurried) and not “hurried” and it is not "
            "true that “The claim is urgent”",
        ),
    ],
)
def test_conditions_in_words(bike: Version, text: str, words: str) -> None:
    assert in_words(compiled(bike, text), bike.policy) == words


def test_every_part_of_the_language_has_words() -> None:
    from engine.policy.words import PARTY_PARTS, RECORD_PARTS, WINDOW_PARTS
    from engine.render.words import PARTY_STATES, RECORD_STATES, RECORD_VALUES, WINDOW_MOMENTS, WINDOW_STATES

    assert set(PARTY_STATES) == set(PARTY_PARTS)
    assert {*WINDOW_STATES, *WINDOW_MOMENTS} == set(WINDOW_PARTS)
    assert {*RECORD_STATES, *RECORD_VALUES} == set(RECORD_PARTS)


def test_words_that_could_be_taken_for_the_joint_stand_in_quotes(shipped: Pack) -> None:
    for version in shipped.versions.values():
        for program in version.programs.values():
            for expression in expressions(program):
                if expression.type.kind == "bool":
                    outside = re.sub(r"“[^”]*”|\([^()]*\)", "", in_words(expression, version.policy))
                    joints = sum(expression.text.count(f" {word} ") for word in ("and", "or"))
                    assert len(re.findall(r"\b(?:and|or)\b", outside)) <= joints + 2, expression.text


def test_every_expression_of_the_shipped_pack_has_words_without_ids(shipped: Pack) -> None:
    for version in shipped.versions.values():
        for program in version.programs.values():
            for expression in expressions(program):
                words = in_words(expression, version.policy)
                assert words
                if expression.type.kind in ("bool", "instant"):
                    assert "_" not in words, (expression.text, words)
                if expression.type.kind == "bool":
                    denied = ast.UnaryOp(ast.Not(), expression.tree)
                    opposite = Expression("", expression.place, denied, expression.type, expression.names)
                    assert str(condition(opposite, version.policy)) != words


# ------------------------------------------------------------------------------------------------ what it is made of


def test_columns_are_in_the_order_of_the_rows_and_shared_periods_are_no_columns(bike_sheet: Sheet) -> None:
    assert [(c.key, c.title, c.by_party) for c in bike_sheet.columns] == [
        ("filing", "Filing", False),
        ("paper_period", "Paper period", True),
        ("must_show", "Must show", True),
    ]
    assert bike_sheet.columns[0].note == "The period for a claim."
    assert [line.label for line in bike_sheet.same] == ["Answer"]
    assert [table.title for table in bike_sheet.tables] == ["Who wins", "How it went"]


def test_a_row_has_default_periods_alternatives_and_guards(bike_sheet: Sheet) -> None:
    brakes, frame = bike_sheet.rows
    rider, shop = brakes.cells["paper_period"]
    assert (rider.label, str(rider.said[0])) == ("Rider", "24 hours after the claim came in")
    assert (shop.label, shop.guard, str(shop.when)) == ("Bike Shop", "only if", "the shop was told of the claim")
    assert [(line.guard, str(line.said[0])) for line in shop.lines] == [
        ("if", "48 hours after the shop was told of the claim"),
        ("otherwise", "5 calendar days after the shop was told of the claim"),
    ]
    assert [line.label for line in frame.cells["paper_period"]] == ["Rider"]
    assert str(frame.cells["filing"][0].said[0]) == "until the end of 2030-12-31"
    assert frame.cells["must_show"] == ()


def test_rules_are_in_order_with_meanings_and_say_where_they_come_from(bike_sheet: Sheet) -> None:
    outcome, extras = bike_sheet.rows[0].rules
    assert [(r.id, r.guard, r.general) for r in outcome.rules] == [
        ("nothing-shown", "if", "nothing-shown"),
        ("cargo-bike", "if", None),
        ("rest", "otherwise", None),
    ]
    says = {line.label: [str(p) for p in line.said] for line in outcome.rules[0].says}
    assert says == {"Winner": ["The shop wins"], "Payers": ["nobody"], "Gifts": ["nothing"]}
    assert [str(p) for p in outcome.rules[2].says[2].said] == ["A bell; a loud one", "A lamp"]
    assert outcome.rules[1].says[2].said[0].term == "gift"
    assert outcome.rules[0].remarks == ("What Bike Shop did not prove no longer matters.",)
    assert extras.own
    assert not bike_sheet.rows[1].rules[1].own


def test_terms_are_those_that_conditions_name_and_their_own(bike_sheet: Sheet) -> None:
    assert list(bike_sheet.terms) == ["hurried", "gift"]
    assert [(line.guard, [str(p) for p in line.said]) for line in bike_sheet.terms["gift"].lines] == [
        ("if", ["A bell; a loud one"]),
        ("otherwise", ["A lamp"]),
    ]


def test_the_shipped_table_has_every_row_period_rule_and_proposition(shipped: Pack, sheets: list[Sheet]) -> None:
    for version, sheet in zip(shipped.versions.values(), sheets, strict=True):
        assert [row.name for row in sheet.rows] == list(version.policy.rows)
        for row in sheet.rows:
            program = version.programs[row.name]
            shown_rules = [rule.id for rules in row.rules for rule in rules.rules]
            per_row = [head.name for head in version.policy.tables.values() if head.per_row]
            assert shown_rules == [rule.id for name in per_row for rule in program.tables[name].rules]
            text = str(row.cells) + str(sheet.same)
            for window in (*program.windows, *(r.window for r in program.records if r.window)):
                assert all(str(span.amount) in text for span in window.spans if span.amount)
            for record in program.records:
                assert all(version.policy.propositions[owed.proposition] in text for owed in record.owes)


# --------------------------------------------------------------------------------------------------- in a terminal


@pytest.mark.parametrize("width", [40, 80, 99, 100, 120, 149, 150, 200])
def test_text_fits_its_width_and_loses_nothing(sheets: list[Sheet], bike_sheet: Sheet, width: int) -> None:
    for sheet in (*sheets, bike_sheet):
        text = shown(table_to_page(sheet, width), None)
        assert max(cells(line) for line in text.splitlines()) <= width
        assert "…" not in text
        squeezed = re.sub(r"[\s─]+", "", text)
        for row in sheet.rows:
            assert re.sub(r"\s", "", row.title)[:6] in squeezed
        for rule in (rule for row in sheet.rows for rules in row.rules if len(rules.rules) > 1 for rule in rules.rules):
            assert rule.title.split()[0] in text


def test_a_narrow_terminal_gets_blocks_and_a_wide_one_tables(bike_sheet: Sheet) -> None:
    narrow, wide, widest = (shown(table_to_page(bike_sheet, width), None) for width in (80, 120, 200))
    assert "─" not in narrow
    assert "\nPaper period         Rider: 24 hours after the claim came in\n" in narrow
    assert "  2. Cargo bike\n     If all of these:\n       - “A bike for loads” or “A bike for two”" in narrow
    assert re.search(r"Scenario +Filing +Paper period +Must show", wide)
    assert re.search(r"Rule +Holds +Winner +Payers +Gifts +Rests on", widest)
    assert not re.search(r"Rule +Holds", wide)


# ------------------------------------------------------------------------------------------------------ as Markdown


def test_markdown_is_a_valid_table_with_the_rules_below(bike_sheet: Sheet, sheets: list[Sheet]) -> None:
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark").enable("table")
    for sheet in (bike_sheet, *sheets):
        markdown = table_to_markdown(sheet)
        page = parser.render(markdown)
        assert page.count("<tr>") == 1 + len(sheet.rows)
        assert page.count("<td>") == len(sheet.rows) * (1 + len(sheet.columns))
        assert page.count("<th>") == 1 + len(sheet.columns)
        assert "<pre>" not in page
        for row in sheet.rows:
            assert f"\n### {row.title}\n".replace("|", r"\|") in markdown
    page = parser.render(table_to_markdown(bike_sheet))
    assert "<h1>Hired &lt;bikes&gt; &amp; &quot;tandems&quot;</h1>" in page
    assert "Broken | brakes" in page
    assert "The brakes *failed*." in page


# ---------------------------------------------------------------------------------------------------------- as HTML


def test_html_is_closed_linked_and_stands_alone(bike_sheet: Sheet, sheets: list[Sheet]) -> None:
    for sheet in (bike_sheet, *sheets):
        outline = Outline(table_to_html(sheet))
        assert len(outline.ids) == len(set(outline.ids))
        assert all(link.startswith("#") and link[1:] in outline.ids for link in outline.links)
        assert not {"script", "img", "link", "iframe", "object"} & set(outline.tags)
        assert outline.headings[0] == 1
        assert all(below - above <= 1 for above, below in zip(outline.headings, outline.headings[1:], strict=False))
        assert "caption" in outline.tags
        for gist in (*sheet.gists.values(), *sheet.readings.values()):
            assert gist in outline.titles


def test_html_escapes_what_comes_from_the_policy(bike_sheet: Sheet) -> None:
    page = table_to_html(bike_sheet)
    assert "<bikes>" not in page
    assert "<h1>Hired &lt;bikes&gt; &amp; &quot;tandems&quot;</h1>" in page


MEASURE = "<script>document.title = [document.documentElement.scrollWidth, innerWidth].join('/')</script>"


@pytest.mark.skipif(BROWSER is None, reason="there is no browser here")
@pytest.mark.parametrize("width", [500, 1400])
def test_a_real_browser_shows_the_page_without_complaint(sheets: list[Sheet], tmp_path: Path, width: int) -> None:
    page = table_to_html(sheets[-1])
    shown_page, said = dumped(page.replace("</body>", f"{MEASURE}</body>"), tmp_path, width)
    assert "CONSOLE" not in said
    widths = re.search(r"<title>(\d+)/(\d+)</title>", shown_page)
    assert widths is not None
    assert int(widths[1]) <= int(widths[2])  # nothing has to be scrolled sideways
    for row in sheets[-1].rows:
        assert row.title in shown_page
    assert shown_page.count("<tr") == page.count("<tr")


# ------------------------------------------------------------------------------------------------------ the command


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as stopped:
        main(["table", *arguments])
    assert isinstance(stopped.value.code, int)
    return stopped.value.code


def test_the_command_shows_the_version_in_force_or_the_one_named(
    capfd: pytest.CaptureFixture[str], shipped: Pack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert run() == 0
    text = capfd.readouterr().out
    name = next(iter(shipped.versions))
    assert run(name, "--format", "markdown") == 0
    assert capfd.readouterr().out.startswith("# ")
    for row in shipped.version(name).policy.rows.values():
        assert f"\n{row.title}\n" in text


def test_the_command_writes_a_file(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "bikes"
    folder.mkdir()
    file = tmp_path / "table.html"
    assert run("--pack", str(bikes.write(folder)), "--format", "html", "--output", str(file)) == 0
    assert file.read_text(encoding="utf-8").startswith("<!doctype html>\n")
    assert capfd.readouterr().out == ""


def test_wrong_names_are_2_and_a_wrong_pack_is_3(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run("9.9.9") == 2
    assert run("--format", "pdf") == 2
    (tmp_path / "1.0.0.yaml").write_text(bikes.POLICY.replace("hit: first", "hit: last"), encoding="utf-8")
    assert run("--pack", str(tmp_path)) == 3
    assert "Traceback" not in capfd.readouterr().err
