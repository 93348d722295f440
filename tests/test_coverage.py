"""What tests try of a version, counted by hand; and what is said not to happen."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from engine import load_pack
from engine.diagnostics import Report
from engine.pack import Pack
from engine.testing.check import checked_suite
from engine.testing.coverage import coverage, run_watched
from engine.testing.coverage_model import MEASURES, Coverage, Figure, Measure, Point
from engine.testing.model import Suite
from engine.testing.neighbours import neighbours
from engine.testing.suite import examples
from tests import kites
from tests.test_policy_tests import HEAD

PROVEN = "owner: {papers: [{submitted_at: 2024-03-01T10:00:00Z, proves: [tore]}]}"


def pack_with(folder: Path, *tests: str, claims: str = "", policy: str = kites.POLICY) -> tuple[Pack, Suite]:
    text = HEAD.replace("tests:\n", f"{claims}tests:\n") + "".join(f"  - {test}\n" for test in tests)
    pack = load_pack(kites.write(folder / "kites", text, policy))
    report = Report()
    found = checked_suite(pack, report)
    assert not report.found, report.found
    return pack, found


def covered(folder: Path, *tests: str, claims: str = "", policy: str = kites.POLICY) -> Coverage:
    pack, found = pack_with(folder, *tests, claims=claims, policy=policy)
    return coverage(pack.version("1.0.0"), found.tests, found.claims)


def case(number: int, facts: str = "", **more: str) -> str:
    rest = "".join(f", {key}: {value}" for key, value in more.items())
    return f"{{name: Test {number}., facts: {{{facts}}}, expect: {{determined: true}}{rest}}}"


def points(found: Coverage, measure: Measure) -> dict[str, Point]:
    return {point.part: point for point in found.of(measure)}


def asked(found: Coverage) -> dict[tuple[str, str], set[bool | None]]:
    """Each term in its part, with the values that it was seen with."""
    seen: dict[tuple[str, str], set[bool | None]] = {}
    for point in found.of("conditions"):
        seen.setdefault((point.part, point.term), set()).update({point.value} if point.tried else ())
    return seen


def test_everything_counts_once_for_its_place(tmp_path: Path) -> None:
    found = covered(tmp_path, case(1))
    assert list(points(found, "rules")) == [
        *("outcome/nothing-shown", "extras/windy", "extras/slow", "extras/only-torn"),
        *("stages/papers-awaited", "stages/done", "outcome/silk", "outcome/rest"),
    ]
    assert found.figure("rules").possible == 9  # `outcome/rest` stands in two rows
    assert list(points(found, "alternatives")) == [
        "desk.files",
        "loser/loser-1",
        "loser/loser-2",
        "answer/1",
        "answer/2",
    ]
    assert list(points(found, "clauses")) == ["page.files", "page.storm", "page.papers", "page.windy", "page.tore"]
    assert list(points(found, "cells")) == ["papers.owner", "answer", "owner.tore", "outcome"]
    assert found.figure("cells").possible == 5  # the rows have an outcome each; the rest stands once


def test_one_case_tries_what_it_comes_through(tmp_path: Path) -> None:
    found = covered(tmp_path, case(1))
    tried = {
        point.part for measure in MEASURES if measure != "conditions" for point in found.of(measure) if point.tried
    }
    assert tried == {
        *("outcome/nothing-shown", "extras/slow", "stages/done", "answer/2"),
        *("page.papers", "page.tore", "reading 1", "papers.owner", "answer", "outcome", "owner.tore"),
    }
    assert asked(found) == {
        ("stormy", "kite.outside"): {True},
        ("stormy", "kite.wind >= 7"): {False},
        ("loser/loser-1", "stormy"): set(),  # the alternative is not asked for
        ("answer", "happened(kite.filed_at)"): {True},
        ("answer/1", "kite.urgent"): {False},
        ("outcome/nothing-shown", "owner.evidence_insufficient"): {True},
        ("outcome", "record.awaits"): {False},
        ("extras/windy", "stormy"): {False},
        ("extras/slow", "answer.missed"): {True},
        ("extras/only-torn", "scenario == torn"): {True},
        ("extras/only-torn", "kite.wind > 100"): {False},
        ("stages/papers-awaited", "record.awaits"): {False},
        ("owner.tore", "kite.silk"): {False},
        ("outcome/silk", "kite.silk"): set(),  # the rule before it decides
        ("outcome/silk", "stormy"): set(),
    }


def test_what_is_not_read_is_not_tried(tmp_path: Path) -> None:
    """`and` stops at what is false, `or` at what is true."""
    found = asked(covered(tmp_path, case(1, f"kite: {{outside: false, silk: true}}, {PROVEN}")))
    assert found["stormy", "kite.outside"] == {False}
    assert found["stormy", "kite.wind >= 7"] == set()
    assert found["outcome/silk", "kite.silk"] == {True}
    assert found["outcome/silk", "stormy"] == set()


def test_the_unknown_is_neither(tmp_path: Path) -> None:
    pack, found = pack_with(
        tmp_path, f"{{name: N., facts: {{kite: {{wind: unknown}}, {PROVEN}}}, expect: {{determined: false}}}}"
    )
    seen = coverage(pack.version("1.0.0"), found.tests)
    assert asked(seen)["stormy", "kite.wind >= 7"] == set()
    assert asked(seen)["outcome/silk", "stormy"] == set()
    assert not points(seen, "rules")["outcome/rest"].tried  # it holds, but what is above it is open


def test_a_general_rule_counts_once_and_is_told_for_each_row(tmp_path: Path) -> None:
    policy = kites.POLICY.replace(
        "  lost:\n    title: Lost kite\n",
        "  lost:\n    title: Lost kite\n    must_show:\n      owner: [{proposition: tore, cites: [page.tore]}]\n",
    )
    found = points(covered(tmp_path, case(1), policy=policy), "rules")["outcome/nothing-shown"]
    assert (found.general, found.rows, found.rows_untried) == (True, ("torn", "lost"), ("lost",))
    both = covered(tmp_path / "2", case(1), case(2, scenario="lost"), policy=policy)
    assert points(both, "rules")["outcome/nothing-shown"].rows_untried == ()


@pytest.mark.parametrize("change", ["and_when: not kite.urgent", "payer: maker", "id: other, and_when: kite.outside"])
def test_a_use_that_changes_the_general_rule_counts_for_itself(tmp_path: Path, change: str) -> None:
    policy = kites.POLICY.replace(
        "      - use: nothing-shown\n      - {id: silk", f"      - {{use: nothing-shown, {change}}}\n      - {{id: silk"
    )
    found = [point for point in covered(tmp_path, case(1), policy=policy).of("rules") if "outcome/" in point.part]
    assert len(found) == 5
    own = next(point for point in found if point.rows == ("torn",) and point.tests)
    assert not own.general


def test_what_the_row_settles_is_not_asked_for(tmp_path: Path) -> None:
    """In the only row, the scenario is never another one."""
    head, _, _ = kites.POLICY.partition("  lost:\n")
    found = covered(tmp_path, case(1), policy=head)
    values = [point.value for point in found.of("conditions") if point.term == "scenario == torn"]
    assert values == [True]


def test_all_is_tried_in_the_end(tmp_path: Path) -> None:
    storm = f"kite: {{wind: 9}}, {PROVEN}"
    claims = """\
cannot_happen:
  - {at: answer, term: happened(kite.filed_at), is: false, because: Nothing is asked of a claim that is not filed.}
"""
    found = covered(
        tmp_path,
        case(1),
        case(2, storm),
        case(3, f"kite: {{silk: true, outside: false}}, {PROVEN}"),
        case(4, PROVEN),
        case(5, "kite: {wind: 101}"),
        case(6, "kite: {urgent: true}", as_of="2024-03-01T10:00:00Z"),
        case(7, scenario="lost"),
        case(8, "desk: {files: [tore]}"),
        claims=claims,
    )
    assert [str(point) for point in found.untried] == []
    assert found.lowest == 100
    assert found.figure() == Figure(sum(f.possible for f in found.figures.values()), found.figure().possible)


def test_figures_are_rounded_down() -> None:
    assert Figure(9_999, 10_000).percent == 99
    assert Figure(10_000, 10_000).percent == 100
    assert Figure(0, 0).percent == 100
    assert Figure(0, 3).percent == 0


def test_the_threshold_is_for_every_figure(tmp_path: Path) -> None:
    found = covered(tmp_path, case(1))
    assert (
        found.lowest
        == min(figure.percent for figure in found.figures.values())
        == found.figure("alternatives").percent
        == 20
    )


def test_the_tests_that_read_a_place(tmp_path: Path) -> None:
    found = covered(tmp_path, case(1), case(2, PROVEN))
    rest = next(point for point in found.of("rules") if point.part == "outcome/rest" and point.rows == ("torn",))
    assert [one.name for one in found.tests_that_read(rest.place)] == ["Test 2."]


# ------------------------------------------------------------------------------------------------- what cannot happen


def test_what_cannot_happen_is_left_out(tmp_path: Path) -> None:
    claims = """\
cannot_happen:
  - {at: extras/windy, because: There is never wind.}
  - {at: stormy, term: "kite.wind  >= 7", is: true, because: There is never wind.}
  - {at: outcome/rest, scenario: lost, because: No kite is lost.}
"""
    plain, less = covered(tmp_path, case(1)), covered(tmp_path / "2", case(1), claims=claims)
    assert less.figure("rules").possible == plain.figure("rules").possible - 2
    assert less.figure("conditions").possible == plain.figure("conditions").possible - 1
    assert less.figure("clauses").possible == plain.figure("clauses").possible - 1  # only that rule rests on it
    assert {p.part: p.impossible for p in less.points if p.impossible is not None and not p.term} == {
        "extras/windy": "There is never wind.",
        "outcome/rest": "No kite is lost.",
        "page.windy": "nothing that rests on it can happen",
    }


def test_a_term_without_a_value_is_never_asked(tmp_path: Path) -> None:
    claims = "cannot_happen:\n  - {at: outcome/silk, term: stormy, because: All kites are of silk.}\n"
    found = covered(tmp_path, case(1), claims=claims)
    assert [p.value for p in found.points if p.part == "outcome/silk" and p.impossible is not None] == [True, False]


def test_a_claim_for_one_row_leaves_the_others(tmp_path: Path) -> None:
    claims = "cannot_happen:\n  - {at: extras/slow, scenario: lost, because: Lost kites are quick.}\n"
    found = points(covered(tmp_path, case(1), claims=claims), "rules")["extras/slow"]
    assert (found.impossible, found.rows, found.rows_untried) == (None, ("torn",), ())


@pytest.mark.parametrize(
    ("claim", "untrue"),
    [
        ("at: outcome/nothing-shown", True),
        ("at: outcome/nothing-shown, scenario: torn", True),
        ("at: outcome/nothing-shown, scenario: lost", False),
        ("at: outcome/rest, scenario: torn", True),  # in the example
        ("at: outcome/silk", True),  # in the example, were it of silk
        ("at: answer/1", True),
        ("at: extras/only-torn", False),
        ("at: outcome, term: record.awaits, is: false", True),
        ("at: loser/loser-2, scenario: torn", True),
        ("at: answer", True),
        ("at: owner.tore", True),
        ("at: desk.files", False),
    ],
)
def test_what_happens_all_the_same_is_told(tmp_path: Path, claim: str, untrue: bool) -> None:
    claims = f"cannot_happen:\n  - {{{claim}, because: So it is.}}\n"
    pack, found = pack_with(tmp_path, case(1), claims=claims)
    run = run_watched(pack.version("1.0.0"), found.tests, found.claims, examples(pack.folder, Report()))
    assert [one.code for one in run.untrue] == (["test/happens"] if untrue else [])
    assert run.passed is not untrue
    assert all(one.place and one.place.line == 7 and one.related for one in run.untrue)


def test_a_changed_case_that_shows_it_is_named(tmp_path: Path) -> None:
    claims = "cannot_happen:\n  - {at: outcome/silk, because: So it is.}\n"
    pack, found = pack_with(tmp_path, case(1), claims=claims)
    known = examples(pack.folder, Report())
    (untrue,) = run_watched(pack.version("1.0.0"), found.tests, found.claims, known).untrue
    assert untrue.related[0][0] == "it happens in this case: Test 1. With kite.silk: true"
    assert not run_watched(pack.version("1.0.0"), found.tests, found.claims, known, search=False).untrue


def test_cases_beside_a_case_differ_in_one_fact(tmp_path: Path) -> None:
    pack, found = pack_with(tmp_path, case(1))
    beside = list(neighbours(pack.version("1.0.0"), found.tests))
    assert {one.name.partition(" With ")[2] for one in beside} == {
        *("kite.filed_at: null", "kite.wind: 2", "kite.wind: 4", "kite.outside: false", "kite.silk: true"),
        *("kite.urgent: true", "kite.urgent: false"),
    }
    assert len({str(one.case) for one in beside}) == len(beside)


# ----------------------------------------------------------------------------------------------------- the shipped pack


def test_every_term_of_the_shipped_pack_stands_where_it_is_written() -> None:
    """The place of each term quotes it, however it is folded over lines."""
    version = load_pack().version("1.0.0")
    for point in coverage(version, ()).of("conditions"):
        line = point.place.source.line(point.place.line)
        quoted = line[point.place.column - 1 :]
        if point.place.end_line == point.place.line:
            quoted = line[point.place.column - 1 : point.place.end_column - 1]
            assert quoted == point.term, point
        assert point.term.startswith(quoted.strip().split()[0]), point
        ast.parse(point.term.replace("\n", " "), mode="eval")


def test_coverage_does_not_change_what_is_decided() -> None:
    pack, report = load_pack(), Report()
    version, found = pack.version("1.0.0"), checked_suite(pack, report)
    assert not report.found
    run = run_watched(version, found.tests, found.claims, examples(pack.folder, Report()))
    assert run.passed
    for result in run.results[::7]:
        assert result.decision == version.decide(version.read_case(result.test.case), result.test.as_of)
