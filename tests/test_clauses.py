"""What rests on which clause, and a page against its register."""

from __future__ import annotations

import hashlib
import json
import random
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import Pack, load_pack
from engine.analysis.clause_report import ClauseReport, clause_report
from engine.analysis.page_differences import Comparison, compare, findings
from engine.cli import main
from engine.document import Mapping as MappingNode
from engine.document import read_yaml
from engine.policy.registers import Clause, read_clauses
from engine.render.clauses_to_text import report_to_data, report_to_markdown
from engine.source import Source
from tests import bikes
from tests.hanging import no_hang

# ------------------------------------------------------------------------------------------- what rests on what


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    return load_pack(bikes.write(tmp_path_factory.mktemp("bikes")))


@pytest.fixture(scope="module")
def report(pack: Pack) -> ClauseReport:
    return clause_report(pack.version("1.0.0"), pack.registers)


def users(report: ClauseReport, clause: str) -> list[tuple[str, str, str, tuple[str, ...]]]:
    return [(c.kind, c.table, c.name, c.rows) for c in report.cited_by(clause)]


@pytest.mark.parametrize(
    ("clause", "expected"),
    [
        ("general.nothing", [("general rule", "outcome", "nothing-shown", ("brakes", "frame"))]),
        ("general.twice", [("rule", "outcome", "cargo-bike", ("brakes",))]),
        ("general.calm", [("rule", "extras", "usual", ("frame",))]),
        ("general.bell", [("choice", "", "gift-1", ("brakes",))]),
        ("general.answer", [("window", "", "answer", ("brakes", "frame"))]),
        ("rows.brakes.slow", [("window", "", "paper_period.shop", ("brakes",))]),
        ("rows.brakes.broke", [("evidence", "", "rider.broke", ("brakes",))]),
        ("general.files", [("proof", "", "desk.files", ("brakes", "frame"))]),
        (
            "general.papers",
            [
                ("window", "", "paper_period.rider", ("brakes", "frame")),
                ("proof", "", "must_show", ("brakes", "frame")),
            ],
        ),
        ("general.idle", []),  # by a choice that nothing reads
    ],
)
def test_who_cites_a_clause(
    report: ClauseReport, clause: str, expected: list[tuple[str, str, str, tuple[str, ...]]]
) -> None:
    assert users(report, clause) == expected


def test_who_names_a_reading(report: ClauseReport) -> None:
    named = {number: [citer.name for citer in report.named_by(number)] for number in bikes.READINGS}
    assert named == {1: ["nothing-shown"], 2: ["gift-2"], 3: ["desk.files"], 4: [], 5: []}


def test_findings_are_what_has_neither_a_user_nor_a_reason_or_both(report: ClauseReport) -> None:
    found = {(f.severity, f.code, f.message.split("`")[1] if "`" in f.message else "") for f in report.findings}
    assert found == {
        ("error", "clauses/uncited", "general.idle"),
        ("error", "clauses/uncited", "general.forgotten"),
        ("warning", "clauses/cited-with-reason", "general.twice"),
        ("warning", "readings/named-not-used", ""),
        ("error", "readings/unnamed", ""),
    }
    for finding in report.findings:
        assert finding.place is not None
        if finding.severity == "warning":  # both places
            assert finding.related[0][1].source.name.endswith("1.0.0.yaml")


def test_a_pack_without_registers_has_no_findings(tmp_path: Path) -> None:
    (tmp_path / "1.0.0.yaml").write_text(bikes.POLICY, encoding="utf-8")
    alone = load_pack(tmp_path)
    assert clause_report(alone.version("1.0.0"), alone.registers).findings == ()


def test_every_basis_of_the_shipped_pack_is_in_the_report() -> None:
    shipped = load_pack()
    for version in shipped.versions.values():
        found = clause_report(version, shipped.registers)
        for program in version.programs.values():
            for table in program.tables.values():
                for rule in table.rules:
                    for clause in rule.basis.clauses:
                        assert any(program.scenario in c.rows for c in found.cited_by(clause))
            for window in program.windows:
                assert all(found.cited_by(clause) for clause in window.basis.clauses)
        assert sum(bool(found.cited_by(c)) for c in found.clauses) > len(found.clauses) / 2


def test_the_summary_counts_every_clause_once(report: ClauseReport) -> None:
    summary = report_to_data(report, False)["summary"]
    assert isinstance(summary, dict)
    assert summary["all clauses"] == {"in_all": 17, "named": 14, "with_a_reason": 1, "neither": 2}
    assert summary["readings"] == {"in_all": 5, "named": 3, "with_a_reason": 1, "neither": 1}


def test_uncited_keeps_only_what_nothing_names(report: ClauseReport) -> None:
    data = report_to_data(report, True)
    assert [clause["id"] for clause in data["clauses"]] == ["general.idle", "general.title", "general.forgotten"]  # type: ignore[attr-defined]
    assert [reading["number"] for reading in data["readings"]] == [4, 5]  # type: ignore[attr-defined]


def test_markdown_has_a_row_for_every_clause(report: ClauseReport) -> None:
    from markdown_it import MarkdownIt

    page = MarkdownIt("commonmark").enable("table").render(report_to_markdown(report, False))
    for clause in bikes.CLAUSES:
        assert f"<td>{clause}</td>" in page
    assert page.count("<tr>") == len(bikes.CLAUSES) + len(bikes.READINGS) + 3 + 3


# ------------------------------------------------------------------------------------------- a page and its register


@dataclass(frozen=True)
class Sentence:
    """A sentence of an invented page: what stands before it, and its text."""

    id: str
    before: str
    text: str


WORDS = ("order", "parcel", "buyer", "refund", "label", "sound", "claim", "photo", "scale", "paper", "desk", "wheel")


def invented(seed: int, count: int = 40) -> list[Sentence]:
    """A page with headings, paragraphs, two kinds of lists, and a table whose cells run together."""
    chance = random.Random(seed)
    sentences = []
    for number in range(count):
        words = " ".join(chance.choice(WORDS) for _ in range(chance.randint(4, 14)))
        shape = "heading" if number == 0 else chance.choice(["heading", "plain", "plain", "bullet", "dash", "cell"])
        space = chance.choice(["\n", "\n\n", "\r\n   "])
        text = f"{words.capitalize()} {number}x{chance.choice(['', ' “quoted”', ', é'])}"
        before = {"heading": space, "plain": " ", "bullet": f"{space}• ", "dash": f"{space}  - ", "cell": ""}[shape]
        if shape == "plain" and not sentences[-1].text.endswith("."):
            before = space
        sentences.append(Sentence(f"s{number}", before, text + ("." if shape in ("plain", "bullet", "dash") else "")))
    return sentences


def page_of(sentences: list[Sentence]) -> Source:
    return Source("page.txt", "".join(f"{s.before}{s.text}" for s in sentences) + "\n")


def put_in(sentences: list[Sentence], at: int, text: str, name: str = "") -> list[Sentence]:
    """The sentences with one more, in a list of its own."""
    after = [replace(s, before="\n") for s in sentences[at : at + 1]] + sentences[at + 1 :]
    return [*sentences[:at], Sentence(name, "\n• ", text), *after]


def register_of(sentences: list[Sentence]) -> dict[str, Clause]:
    document = read_yaml(Source("clauses.yaml", bikes.clause_register([(s.id, s.text) for s in sentences])))
    assert isinstance(document, MappingNode)
    return read_clauses(document)


def named(comparison: Comparison) -> list[tuple[str, tuple[str, ...]]]:
    return [(d.what, d.clauses) for d in comparison.differences]


seeds = st.integers(0, 10**6)
some = st.integers(0, 39)


@given(seeds)
@settings(max_examples=60, deadline=None)
def test_an_unchanged_page(seed: int) -> None:
    sentences = invented(seed)
    assert compare(page_of(sentences), register_of(sentences)) == Comparison("page.txt", 40, 40, ())


@given(seeds, some)
@settings(max_examples=150, deadline=None)
def test_one_sentence_altered(seed: int, at: int) -> None:
    sentences = invented(seed)
    first, _, rest = sentences[at].text.partition(" ")
    altered = replace(sentences[at], text=f"{first} quite {rest}")
    comparison = compare(page_of([*sentences[:at], altered, *sentences[at + 1 :]]), register_of(sentences))
    assert named(comparison) == [("changed", (f"s{at}",))]
    assert comparison.differences[0].found == altered.text
    assert comparison.unchanged == 39


@given(seeds, some)
@settings(max_examples=150, deadline=None)
def test_one_sentence_dropped(seed: int, at: int) -> None:
    sentences = invented(seed)
    comparison = compare(page_of(sentences[:at] + sentences[at + 1 :]), register_of(sentences))
    assert named(comparison) == [("missing", (f"s{at}",))]


@given(seeds, st.integers(0, 40))
@settings(max_examples=150, deadline=None)
def test_one_sentence_inserted(seed: int, at: int) -> None:
    sentences = invented(seed)
    added = "Nobody has seen this before."
    source = page_of(put_in(sentences, at, added))
    comparison = compare(source, register_of(sentences))
    assert named(comparison) == [("new", ())]
    difference = comparison.differences[0]
    assert difference.found == added
    assert source.line(difference.place.line)[difference.place.column - 1 :].startswith("Nobody")
    assert comparison.unchanged == 40


@given(seeds, some, some)
@settings(max_examples=150, deadline=None)
def test_one_sentence_moved(seed: int, start: int, end: int) -> None:
    sentences = invented(seed)
    rest = sentences[:start] + sentences[start + 1 :]
    comparison = compare(page_of(put_in(rest, end, sentences[start].text)), register_of(sentences))
    if start == end:
        assert named(comparison) == []
    elif abs(start - end) == 1:  # one of the two has moved
        assert named(comparison) in ([("moved", (f"s{start}",))], [("moved", (f"s{end}",))])
    else:
        assert named(comparison) == [("moved", (f"s{start}",))]


@given(seeds, some, st.integers(0, 40))
@settings(max_examples=150, deadline=None)
def test_one_sentence_duplicated(seed: int, what: int, at: int) -> None:
    sentences = invented(seed)
    comparison = compare(page_of(put_in(sentences, at, sentences[what].text)), register_of(sentences))
    assert named(comparison) == [("repeated", (f"s{what}",))]
    assert comparison.unchanged == 40


def test_sentences_that_are_alike_are_told_apart_by_their_place() -> None:
    texts = [
        "Heading",
        "Customer:",
        "Within two days.",
        "Seller:",
        "Within two days.",
        "Customer:",
        "Within three days.",
    ]
    sentences = [Sentence(f"s{n}", "\n", text) for n, text in enumerate(texts)]
    register = register_of(sentences)
    assert named(compare(page_of(sentences[:3] + sentences[5:]), register)) == [
        ("missing", ("s3",)),
        ("missing", ("s4",)),
    ]
    altered = [*sentences[:4], replace(sentences[4], text="Within five days."), *sentences[5:]]
    assert named(compare(page_of(altered), register)) == [("changed", ("s4",))]


def test_a_page_that_is_all_new_or_empty() -> None:
    sentences = invented(1)
    register = register_of(sentences)
    assert named(compare(Source("empty", ""), register)) == [("missing", (s.id,)) for s in sentences]
    other = compare(Source("other", "Nothing here is known.\n"), register)
    assert named(other) == [("changed", tuple(register))]
    assert len(findings(other, register)[0].message) < 600


def test_a_heading_inside_an_altered_sentence_is_no_repetition() -> None:
    texts = ["The rules for hired bikes", "These are the rules for tandems.", "See the rules."]
    sentences = [Sentence(f"s{n}", "\n", text) for n, text in enumerate(texts)]
    altered = replace(sentences[1], text="Now The rules for hired bikes say this.")
    comparison = compare(page_of([sentences[0], altered, sentences[2]]), register_of(sentences))
    assert named(comparison) == [("changed", ("s1",))]


def test_neighbours_that_changed_are_named_one_by_one() -> None:
    sentences = [Sentence(f"s{n}", "\n- ", f"Sentence number {n} is here.") for n in range(6)]
    altered = [replace(s, text=s.text.replace("is", "was")) if 1 < n < 5 else s for n, s in enumerate(sentences)]
    comparison = compare(page_of(altered), register_of(sentences))
    assert named(comparison) == [("changed", ("s2",)), ("changed", ("s3",)), ("changed", ("s4",))]
    assert [d.place.line for d in comparison.differences] == [4, 5, 6]


@pytest.mark.parametrize("kind", ["altered", "twice", "backwards", "alike"])
def test_a_page_of_20_kilobytes_that_is_much_changed_is_compared(kind: str) -> None:
    sentences = invented(7, 240)
    if kind == "alike":
        sentences = [
            replace(s, before="\n", text="This sentence stands here again and again, and says very little.")
            for s in sentences
        ]
    changed = {
        "altered": [replace(s, text=s.text.replace(" ", " very ", 1)) for s in sentences],
        "twice": sentences + sentences,
        "backwards": [replace(s, before="\n") for s in reversed(sentences)],
        "alike": [replace(s, text=s.text + "!") if n % 3 == 0 else s for n, s in enumerate(sentences)],
    }[kind]  # fmt: skip
    source, register = page_of(changed), register_of(sentences)
    assert len(source.text) > 14_000
    with no_hang():
        comparison = compare(source, register)
    assert comparison.differences


# ----------------------------------------------------------------------------------------------------- the command


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as stopped:
        main(["clauses", *arguments])
    assert isinstance(stopped.value.code, int)
    return stopped.value.code


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "bikes").mkdir()
    return bikes.write(tmp_path / "bikes")


def test_the_command_finds_what_nothing_names(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run("--pack", str(folder)) == 1
    out = capfd.readouterr().out
    for text in ("general rule outcome: nothing-shown  in every row", "error[clauses/uncited]", "3 errors, 2 warnings"):
        assert text in out
    assert run("1.0.0", "--uncited", "--format", "json", "--pack", str(folder)) == 1
    assert json.loads(capfd.readouterr().out)["version"] == "1.0.0"


def test_warnings_alone_are_no_failure(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    register = folder / "clauses.yaml"
    text = register.read_text(encoding="utf-8")
    for clause in ("general.idle", "general.forgotten"):
        text = text.replace(f"  {clause}:\n", f"  {clause}:\n    no_rule: {{because: examples, why: So it is.}}\n")
    register.write_text(text, encoding="utf-8")
    readings = folder / "readings.yaml"
    text = readings.read_text(encoding="utf-8")
    readings.write_text(
        text.replace("    title: Place 4\n", "    title: Place 4\n    not_used: No.\n"), encoding="utf-8"
    )
    assert run("--pack", str(folder), "--format", "markdown") == 0
    assert "- warning:" in capfd.readouterr().out


def test_the_command_compares_a_page(folder: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "page.txt"
    page.write_text("\n".join(f"• About {name}." for name in bikes.CLAUSES), encoding="utf-8")
    assert run("--source", str(page), "--pack", str(folder)) == 0
    assert "17 of 17 sentences unchanged" in capfd.readouterr().out
    page.write_text(page.read_text(encoding="utf-8").replace("About general.bell", "Of general.bell"), encoding="utf-8")
    assert run("--source", str(page), "--pack", str(folder)) == 1
    out = capfd.readouterr().out
    assert f"{page}:3:3: error[page/changed]: the page says something else than `general.bell`" in out
    assert "16 of 17 sentences unchanged, 1 changed" in out
    assert run("--source", str(page), "--pack", str(folder), "--format", "json") == 1
    differences = json.loads(capfd.readouterr().out)["differences"]
    digest = "sha256:" + hashlib.sha256(b"Of general.bell.").hexdigest()
    assert differences == [
        {
            "what": "changed",
            "clauses": ["general.bell"],
            "line": 3,
            "column": 3,
            "found": "Of general.bell.",
            "digest": digest,
            "length": 16,
        }
    ]
    register = folder / "clauses.yaml"
    old = hashlib.sha256(b"About general.bell.").hexdigest()
    text = register.read_text(encoding="utf-8").replace(
        f'"sha256:{old}"\n    length: 19', f'"{digest}"\n    length: 16'
    )
    register.write_text(text, encoding="utf-8")
    assert run("--source", str(page), "--pack", str(folder)) == 0
    page.write_text(page.read_text(encoding="utf-8") + "\nMore.", encoding="utf-8")
    capfd.readouterr()
    assert (
        run("--source", str(page), "--pack", str(folder), "--format", "markdown", "--output", str(tmp_path / "o")) == 1
    )
    assert "| 18 | new |  | More. |" in (tmp_path / "o").read_text(encoding="utf-8")


@pytest.mark.parametrize("damage", ["no page", "a folder", "not text", "no register", "bad register"])
def test_what_cannot_be_read_is_3(folder: Path, tmp_path: Path, damage: str, capfd: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "page.txt"
    page.write_bytes(b"\xff\xfeA" if damage == "not text" else b"A page.")
    if damage == "no page":
        page.unlink()
    if damage == "no register":
        (folder / "clauses.yaml").unlink()
    if damage == "bad register":
        (folder / "clauses.yaml").write_text("register: clauses\n", encoding="utf-8")
    assert run("--source", str(tmp_path if damage == "a folder" else page), "--pack", str(folder)) == 3
    assert "error[" in capfd.readouterr().err


def test_a_page_is_compared_with_the_register_alone(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run("1.0.0", "--source", "x", "--pack", str(folder)) == 2
    assert "leave out VERSION" in capfd.readouterr().err
