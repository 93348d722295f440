"""The words of a version: all of them are there, and every example is right in that very version."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from engine import Pack, Version, load_pack
from engine.analysis.vocabulary.build import only, vocabulary
from engine.analysis.vocabulary.model import Section, Vocabulary, Word
from engine.backends.interpreter import Interpreter
from engine.cli import main
from engine.clock import parse_instant
from engine.document import Mapping, plain, read_yaml
from engine.expr.unknown import Unknown
from engine.link.compile import Citable, Compiler
from engine.link.findings import Findings
from engine.policy.schemas import shipped, version_schema
from engine.render.page import shown
from engine.render.vocabulary import vocabulary_to_data, vocabulary_to_markdown, vocabulary_to_page
from engine.source import Source
from tests import bikes
from tests.html_pages import Outline
from tests.renaming import Renamed

CONDITIONS = {"when", "and_when", "asked_if"}
INSTANTS = {"after", "met_by", "counts_from"}
NAMES = ("facts", "names", "party_names", "record_names", "window_names", "table_names")
# Values that are words of the language, and facts that may be null: examples have to be written otherwise.
ODD = (
    bikes.POLICY.replace("bike.kind == cargo or claim.urgent", "bike.kind == 'in' or claim.urgent")
    .replace("bike.kind in [cargo, tandem]", "bike.kind in ['in', 'true', tandem]")
    .replace("{road: A bike for roads., cargo: A bike for loads.", "{in: A bike for indoors., 'true': A fast bike.")
    .replace("claim.price: {type: decimal,", "claim.price: {type: decimal, nullable: true,")
    .replace("claim.rides: {type: integer,", "claim.day: {type: date, meaning: A day., ask: Which day?}\n"
             "  claim.other_day: {type: date, nullable: true, meaning: A day., ask: Which day?}\n"
             "  claim.found: {type: bool, nullable: true, finding: true, meaning: It is so., ask: Is it so?}\n"
             "  claim.rides: {type: integer,")
)  # fmt: skip


@pytest.fixture(scope="module")
def packs(tmp_path_factory: pytest.TempPathFactory) -> list[Pack]:
    shipped_pack = load_pack()
    renamed = Renamed(shipped_pack.version("1.0.0").policy).write(tmp_path_factory.mktemp("renamed"))
    odd = bikes.write(tmp_path_factory.mktemp("odd"))
    (odd / "1.0.0.yaml").write_text(ODD, encoding="utf-8")
    return [shipped_pack, load_pack(bikes.write(tmp_path_factory.mktemp("bikes"))), load_pack(renamed), load_pack(odd)]


@pytest.fixture(scope="module")
def vocabularies(packs: list[Pack]) -> list[tuple[Pack, Version, Vocabulary]]:
    return [
        (pack, version, vocabulary(version, pack.registers)) for pack in packs for version in pack.versions.values()
    ]


Said = list[tuple[Pack, Version, Vocabulary]]


def compiler_of(version: Version) -> Compiler:
    return Compiler(version.policy, Citable(), Findings())


def section(said: Vocabulary, name: str) -> Section:
    return next(s for s in said.sections if s.name == name)


def names(said: Vocabulary, name: str) -> list[str]:
    return [word.name for word in section(said, name).words]


def test_every_name_that_a_formula_may_use_is_there(vocabularies: Said) -> None:
    for _, version, said in vocabularies:
        listed = [name for kind in NAMES for name in names(said, kind)] + ["scenario"]
        assert len(listed) == len(set(listed))
        assert set(listed) == compiler_of(version).names.all()


def test_everything_that_documents_name_is_there(vocabularies: Said) -> None:
    for pack, version, said in vocabularies:
        policy = version.policy
        assert names(said, "propositions") == list(policy.propositions)
        assert names(said, "parties") == list(policy.parties)
        assert names(said, "general_rules") == list(policy.general_rules)
        assert names(said, "tables") == list(policy.tables)
        assert names(said, "scenarios") == ["scenario", *policy.groups]
        assert [value.name for value in section(said, "scenarios").words[0].values] == list(policy.rows)
        outcomes = [(word.name, word.type) for word in section(said, "outcomes").words]
        for field in policy.fields.values():
            assert any(name == field.name and kind.startswith(("a list", "one value")) for name, kind in outcomes)
            assert all((value, f"a value of {field.name}") in outcomes for value in field.values)
        for fact in (f for f in policy.facts.values() if f.kind == "enum"):
            word = next(word for word in section(said, "facts").words if word.name == fact.name)
            assert {value.name: value.text for value in word.values} == dict(fact.values)
        registers = pack.registers.under(policy)
        for register, kind in ((registers.clauses, "clauses"), (registers.readings, "readings")):
            if register:
                assert names(said, kind) == [str(name) for name in register]
            else:
                assert kind not in {s.name for s in said.sections}


def test_every_key_is_there(vocabularies: Said) -> None:
    for _, _, said in vocabularies:
        for kind in ("rule", "general_rule", "window", "alternative", "owed", "choice", "transition"):
            keys = shipped("policy")["$defs"][kind]["properties"]
            assert names(said, f"{kind}_keys") == list(keys)


# ---------------------------------------------------------------------------------------------------------- examples


def schema_of(key: str, kind: str, version: Version) -> dict[str, Any]:
    """What the version's own schema says of a key, where a part of some kind has it."""
    schema = version_schema(version.policy)
    kinds = [kind.removesuffix("_keys")] if kind.endswith("_keys") else ["rule", "window", "table", "party"]
    found = next(schema["$defs"][k]["properties"][key] for k in kinds if key in schema["$defs"][k]["properties"])
    return {"$defs": schema["$defs"], **found}


def problems(example: str, kind: str, version: Version) -> Iterator[str]:
    """What is wrong with an example, read as the line of a document of this version."""
    node = read_yaml(Source("example", f"{example}\n"))
    assert isinstance(node, Mapping)
    [(key, entry)] = node.entries.items()
    findings = Findings()
    compiler = Compiler(version.policy, Citable(), findings)
    if key in CONDITIONS:
        compiler.condition(entry.value, compiler.names.standing_scope)
    elif key in INSTANTS:
        compiler.instant(entry.value)
    elif key in version.policy.fields:
        compiler.output(key, entry.value)
    elif key == "within":
        compiler.amount(entry.value)
    elif key == "until":
        compiler.until(entry.value)
    yield from (diagnostic.message for diagnostic in findings.told(1))
    validator = Draft202012Validator(schema_of(key, kind, version))
    yield from (error.message for error in validator.iter_errors(plain(entry.value)))


def test_every_example_is_right_in_its_version(vocabularies: Said) -> None:
    for _, version, said in vocabularies:
        wrong = [
            (kind.name, word.name, word.example, found)
            for kind, word in said.words()
            if kind.name not in ("clauses", "readings")
            for found in problems(word.example, kind.name, version)
        ]
        assert not wrong


def test_examples_of_clauses_and_readings_cite_what_is_registered(vocabularies: Said) -> None:
    for pack, version, said in vocabularies:
        registers = pack.registers.under(version.policy)
        if registers.clauses:
            cited = [word.example for word in section(said, "clauses").words]
            assert cited == [f"cites: [{name}]" for name in registers.clauses]
            assert [w.example for w in section(said, "readings").words] == [
                f"readings: [{number}]" for number in registers.readings
            ]


def test_an_example_uses_its_word(vocabularies: Said) -> None:
    for _, version, said in vocabularies:
        submitted = {party.submits for party in version.policy.parties.values()}
        by_name = {*NAMES, "propositions", "outcomes", "general_rules", "deadlines"}
        for kind, word in said.words():
            if kind.name == "functions":
                assert word.name.partition("(")[0] in word.example
            elif kind.name in by_name and word.name not in submitted:
                assert word.name in word.example


def test_a_wrong_example_would_be_noticed(vocabularies: Said) -> None:
    _, version, _ = vocabularies[0]
    for example in ("when: order.shipping", "when: earlier.raised >= many", "remedies: [refund]", "use: no-such-rule",
                    "after: order.on_platform", "within: 3 days", "proposition: nothing", "hit: last"):  # fmt: skip
        assert list(problems(example, "rule_keys" if example.startswith("use") else "owed_keys" if
                             example.startswith("prop") else "", version))  # fmt: skip


# ------------------------------------------------------------------------------------------------ what is not known


def test_what_the_grid_says_is_so(packs: list[Pack]) -> None:
    version = packs[3].version("1.0.0")
    program = version.programs["brakes"]
    scope = compiler_of(version)
    as_of = parse_instant("2025-06-10T00:00:00Z")

    def truth(condition: str, **claim: object) -> object:
        data = {"scenario": "brakes", "facts": {"claim": claim}}
        expression = scope.condition(read_yaml(Source("c", f"when: {json.dumps(condition)}\n")).entries["when"].value)  # type: ignore[union-attr]
        assert expression is not None, condition
        return Interpreter(program, version.read_case(data), as_of).evaluate(expression)

    left_out = truth("claim.urgent")
    assert isinstance(left_out, Unknown)
    assert left_out.facts == ("claim.urgent",)
    assert isinstance(truth("not claim.urgent"), Unknown)
    assert isinstance(truth("claim.urgent", urgent="unknown"), Unknown)
    assert truth("contains(desk.files, broke)") is False  # it says `if_absent: []`
    assert truth("happened(claim.told_at)", told_at=None) is False
    assert truth("claim.told_at > claim.filed_at", told_at=None, filed_at="2025-06-01T00:00:00Z") is True
    assert truth("claim.found", found=None) is False
    assert truth("given(claim.words)", words=None) is False
    assert truth("claim.words == 'x'", words=None) is False
    assert truth("claim.words != 'x'", words=None) is True
    assert truth("given(claim.other_day) and claim.other_day >= date('2025-03-01')", other_day=None) is False
    not_found = truth("claim.found")
    assert isinstance(not_found, Unknown)
    assert not_found.waits_for_findings_only


def test_the_grid_names_a_fact_of_each_kind(vocabularies: Said) -> None:
    for _, version, said in vocabularies:
        assert [row.name for row in said.not_known] == ["not known", "declared", "known not to be", "not found yet"]
        for row in said.not_known:
            assert not row.word or row.word in version.policy.facts
    _, version, said = vocabularies[0]
    assert all(row.word for row in said.not_known)
    assert version.policy.facts[said.not_known[3].word].finding


# ---------------------------------------------------------------------------------------------------------- to find


def test_words_are_found_by_name_by_value_by_type_and_by_meaning(vocabularies: Said) -> None:
    _, _, said = vocabularies[0]

    def found(wanted: str) -> list[str]:
        return [word.name for _, word in only(said, wanted).words()]

    assert found("shipping") == ["order.shipping_mode", "seller_bears_shipping_fee", "seller_actions.shipping_fee"]
    assert found("SHIP_BY_TIKTOK")[0] == "order.shipping_mode"
    assert found("evidence_insufficient") == [f"{party}.evidence_insufficient" for party in
                                              ("customer", "seller", "carrier")]  # fmt: skip
    assert "order.delivered_at" in found("event")
    assert found("naked") == ["dispute.issue_visible"]
    assert found("no such thing") == []
    assert [row.name for row in only(said, "null").not_known] == ["known not to be"]


# -------------------------------------------------------------------------------------------------------- as a page


def test_each_format_has_every_word_and_example(vocabularies: Said) -> None:
    from markdown_it import MarkdownIt

    for _, _, said in vocabularies:
        text = " ".join(shown(vocabulary_to_page(said), None).split())
        read = Outline(MarkdownIt("commonmark").enable("table").render(vocabulary_to_markdown(said)))
        data = vocabulary_to_data(said)
        kept = {w["name"]: w for s in data["sections"] for w in s["words"]}  # type: ignore[attr-defined,index]
        rows = sum(len(s.words) + 1 for s in said.sections) + len(said.not_known) + 1
        assert read.tags.count("tr") == rows
        assert {"pre", "html"}.isdisjoint(read.tags)
        markdown = " ".join("".join(read.texts).split())
        for _, word in said.words():
            for piece in (word.name, word.meaning, word.example):
                assert " ".join(piece.split()) in text
                assert " ".join(piece.split()).replace("`", "") in markdown.replace("`", "")
            assert word.name in kept
        assert json.loads(json.dumps(data)) == data


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as stopped:
        main(["words", *arguments])
    assert isinstance(stopped.value.code, int)
    return stopped.value.code


def test_the_command_filters_and_says_what_was_meant(capfd: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert run("1.0.0", "shipping") == 0
    assert "when: order.shipping_mode == ship_by_seller" in capfd.readouterr().out
    assert run("shipping", "--format", "json") == 0
    assert json.loads(capfd.readouterr().out)["sections"][0]["words"][0]["name"] == "order.shipping_mode"
    file = tmp_path / "WORDS.md"
    assert run("1.0.0", "--format", "markdown", "--output", str(file)) == 0
    assert file.read_text(encoding="utf-8").startswith("# Words of ")
    assert run("1.0.0", "shiping") == 2
    assert "did you mean `shipping`?" in capfd.readouterr().err
    assert run("1.0.0", "zzzz") == 2
    assert run("9.9.9", "shipping") == 2
    assert "Traceback" not in capfd.readouterr().err


def word_of(said: Vocabulary, name: str) -> Word:
    return next(word for _, word in said.words() if word.name == name)


def test_odd_names_are_written_so_that_they_can_be_read(vocabularies: Said) -> None:
    _, _, said = vocabularies[-1]
    assert word_of(said, "bike.kind").example == "when: bike.kind == 'in'"
    assert word_of(said, "claim.price").example == "when: given(claim.price) and claim.price >= '2.50'"
    assert word_of(said, "claim.day").example == "when: claim.day >= date('2025-03-01')"
    assert word_of(said, "claim.found").absent == "left out: nobody has found it yet; null: counts as false"
