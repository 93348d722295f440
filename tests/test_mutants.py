"""Mutants: every kind is made, each has a name of its own, and what becomes of it does not hang on how it is tried."""

from __future__ import annotations

import ast
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import load_pack
from engine.document import at, plain
from engine.document.read import items
from engine.testing.mutants.formulas import changes
from engine.testing.mutants.model import LEFT_OUT, Mutant
from engine.testing.mutants.run import bench
from engine.testing.mutants.sites import mutants
from engine.testing.mutants.tree import address, changed
from engine.testing.mutants.words import Words
from engine.testing.mutants.writing import written
from tests.museum_actions import TRIED
from tests.museum_pieces import BASE
from tests.small_packs import load_text

ROOT = Path(__file__).resolve().parent.parent
SHIPPED = load_pack().version("1.0.0").policy
LOANS = load_pack(BASE).version("1.0.0").policy
# The library of the museum with more in it, so that every kind of mutant can be made.
EDITS = (
    ("  frequent: loan", "  unread: loan.reserved\n  kept: loan.due_on\n  frequent: loan"),
    (
        "    within: 21 calendar days\n",
        "    whichever: latest\n    asked_if: happened(loan.filed_at) and not loan.reserved\n    within:\n"
        "      - {when: loan.reserved, until: 2024-02-29}\n      - {when: frequent, within: 48 hours}\n"
        "      - {else: true, within: 21 calendar days}\n",
    ),
    ("awaited, when: record.awaits,", "awaited, deadlines: [due], when: record.awaits,"),
    ("    payer: library\n    fees: []\ntab", "    payer: library\n    no_longer_owed_by: [desk]\n    fees: []\ntab"),
    (
        "- use: nothing-shown\n",
        "- use: nothing-shown\n        and_when: loan.renewals in [0, 1] or not proven(paid)\n",
    ),
    ("costly: {title: Costly rows, scenarios: [lost]}", "costly: {title: Costly rows, scenarios: [lost, late]}"),
    ("    when: reader.evidence", "    required_in: costly\n    when: reader.evidence"),
    ("- {id: too-late,", "- {use: nothing-shown}\n      - {id: too-late, if_unknown: decide_without,"),
    ("    - {when: frequent, is: fine}\n", "    - {when: frequent, is: fine}\n    - {when: loan.reserved, is: fine}\n"),
)


def edited(text: str, *edits: tuple[str, str]) -> str:
    for old, new in edits:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


BARE = (BASE / "1.0.0.yaml").read_text("utf-8")
RICHER = edited(BARE, *EDITS)


def of(text: str) -> dict[tuple[str, str], Mutant]:
    return {mutant.name: mutant for mutant in mutants(load_text(text).version("1.0.0").policy)}


MADE = of(RICHER)
# What is made of the richer library, kind by kind: the place, and what stands there afterwards.
EXPECTED = {
    ("parties.reader.within", "8 calendar days"): "amount",
    ("parties.reader.within", "6 calendar days"): "amount",
    ("parties.reader.within", "168 hours"): "amount",
    ("windows.return_time.within[1].until", "2024-03-01"): "amount",
    ("windows.return_time.within[1].until", "2024-02-28"): "amount",
    ("windows.return_time.within[2].within", "2 calendar days"): "amount",
    ("windows.return_time.within[2]", LEFT_OUT): "rule",
    ("windows.return_time.within[1]", "(below 2)"): "rule",
    ("windows.return_time.whichever", "first"): "setting",
    ("windows.return_time.after", "loan.filed_at"): "anchor",
    ("windows.return_time.met_by", LEFT_OUT): "guard",
    ("windows.return_time.deadline", LEFT_OUT): "guard",
    ("windows.return_time.asked_if", LEFT_OUT): "guard",
    ("windows.return_time.asked_if", "happened(loan.filed_at) or not loan.reserved"): "guard",
    ("windows.return_time.asked_if", "happened(loan.filed_at)"): "guard",
    ("windows.return_time.asked_if", "not loan.reserved"): "guard",
    ("windows.return_time.asked_if", "happened(loan.filed_at) and loan.reserved"): "guard",
    ("windows.return_time.asked_if", "not happened(loan.filed_at) and not loan.reserved"): "guard",
    ("define.frequent", "loan.renewals < 3"): "term",
    ("define.frequent", "loan.renewals >= 2"): "term",
    ("define.frequent", "loan.renewals >= 4"): "term",
    ("define.fee[1]", "(below 2)"): "rule",
    ("define.fee[1].is", "bill"): "output",
    ("general_rules.nothing-shown.when", "desk.evidence_insufficient"): "term",
    ("general_rules.nothing-shown.payer", "reader"): "output",
    ("general_rules.nothing-shown.payer", "nobody"): "output",
    ("general_rules.nothing-shown.fees", "[bill]"): "output",
    ("general_rules.nothing-shown.no_longer_owed_by", "[]"): "owed",
    ("groups.costly.scenarios", "[late]"): "setting",
    ("tables.outcome.asked_if", LEFT_OUT): "guard",
    ("tables.outcome.hit", "all"): "setting",
    ("tables.stages.rules[awaited].deadlines", LEFT_OUT): "setting",
    ("tables.stages.rules[awaited]", LEFT_OUT): "rule",
    ("scenarios.late.outcome[nothing-shown]", "(below too-late)"): "rule",
    ("scenarios.late.outcome[too-late].if_unknown", LEFT_OUT): "setting",
    ("scenarios.late.outcome[too-late].if_unknown", "decide_without_and_list"): "setting",
    ("scenarios.late.outcome[too-late].fees", "[]"): "output",
    ("scenarios.lost.outcome[nothing-shown].and_when", LEFT_OUT): "guard",
    ("scenarios.lost.outcome[nothing-shown].and_when", "loan.renewals in [1] or not proven(paid)"): "term",
    ("scenarios.lost.outcome[nothing-shown].and_when", "loan.renewals not in [0, 1] or not proven(paid)"): "term",
    ("scenarios.lost.outcome[nothing-shown].and_when", "loan.renewals in [0, 1] or not proven(damaged)"): "term",
    ("scenarios.lost.must_show.reader[paid]", LEFT_OUT): "owed",
    ("scenarios.lost.must_show.reader[paid].proposition", "damaged"): "owed",
    ("scenarios.lost.must_show.reader[paid].when", LEFT_OUT): "owed",
    ("decision.payer.otherwise", "reader"): "setting",
    ("decision.payer.must_be_known", LEFT_OUT): "setting",
    ("facts.reader.papers.if_absent", LEFT_OUT): "setting",
    ("facts.loan.filed_at.type", "instant"): "setting",
}


def test_every_kind_is_made() -> None:
    assert {name: MADE[name].kind for name in EXPECTED if name in MADE} == EXPECTED
    assert {mutant.kind for mutant in MADE.values()} == set(EXPECTED.values())


@pytest.mark.parametrize("policy", [SHIPPED, LOANS], ids=lambda policy: policy.name)
def test_a_mutant_is_one_change_with_a_name(policy: object) -> None:
    found = mutants(policy)  # type: ignore[arg-type]
    document = policy.document  # type: ignore[attr-defined]
    assert len({mutant.name for mutant in found}) == len(found)
    assert [mutant.place.line for mutant in found] == sorted(mutant.place.line for mutant in found)
    before = plain(document)
    results = set()
    for mutant in found:
        after = changed(document, mutant.path, mutant.edit)
        assert plain(after) != before, mutant.name
        assert plain(document) == before
        results.add(json.dumps(plain(after), default=str))
        assert address(document, mutant.path) == mutant.at
        assert mutant.said and mutant.needs and mutant.becomes
        assert mutant.scenario is None or mutant.at.startswith(f"scenarios.{mutant.scenario}.")
    assert len(results) == len(found)  # no two of them are the same change


def test_a_name_survives_when_lines_move() -> None:
    """Comments, and a rule put before another, leave the names of all that was there as they are."""
    rule = "      - {id: odd, when: loan.weight == 5, stage: waiting}\n      - {id: awaited,"
    more = edited(RICHER, ("define:\n", "# A comment.\n\ndefine:\n"), ("      - {id: awaited,", rule))
    assert set(of(more)) >= set(MADE)


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("loan.lent_at < loan.filed_at", {"loan.lent_at <= loan.filed_at", "loan.lent_at >= loan.filed_at"}),
        ("loan.lent_at >= loan.filed_at", {"loan.lent_at > loan.filed_at", "loan.lent_at < loan.filed_at"}),
        ("book.kind == atlas", {"book.kind != atlas", "book.kind == novel"}),
        ("frequent", {"not frequent"}),
        ("not frequent", {"frequent"}),
        ("not (frequent or loan.reserved)",
         {"frequent or loan.reserved", "not (frequent and loan.reserved)", "not frequent", "not loan.reserved",
          "not (not frequent or loan.reserved)", "not (frequent or not loan.reserved)"}),
        ("latest(loan.lent_at, loan.filed_at)",
         {"earliest(loan.lent_at, loan.filed_at)", "loan.lent_at", "loan.filed_at"}),
        ("scenario == late", {"scenario != late", "scenario == lost"}),
        ("scenario in costly", {"scenario not in costly"}),
        ("contains(outcome.fees, bill)", {"not contains(outcome.fees, bill)", "contains(outcome.fees, fine)"}),
        ("record.awaited", set()),
    ],
)  # fmt: skip
def test_what_becomes_of_a_formula(formula: str, expected: set[str]) -> None:
    found = list(changes(formula, Words(LOANS)))
    assert {change.formula for change in found} == expected
    assert len(found) == len(expected)
    assert all(change.said and change.needs for change in found)


NAMES = st.sampled_from(["a.b", "c", "d.ends"]).map(lambda name: ast.parse(name, mode="eval").body)
COMPARED = st.builds(
    lambda left, op, right: ast.Compare(left, [op()], [right]),
    NAMES, st.sampled_from([ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.In, ast.NotIn]), NAMES,
)  # fmt: skip
FORMULAS = st.recursive(
    NAMES | COMPARED,
    lambda inner: (
        st.builds(lambda one: ast.UnaryOp(ast.Not(), one), inner)
        | st.builds(lambda op, terms: ast.BoolOp(op(), terms), st.sampled_from([ast.And, ast.Or]),
                    st.lists(inner, min_size=2, max_size=3))
    ),
    max_leaves=8,
)  # fmt: skip


@given(FORMULAS)
@settings(max_examples=300, deadline=None)
def test_a_formula_is_written_as_it_is_read(tree: ast.expr) -> None:
    """What is written and read back means the same: brackets stand where they are needed."""
    again = ast.parse(written(tree), mode="eval").body
    assert written(again) == written(tree)
    assert _truth(again) == _truth(tree)


def _truth(tree: ast.expr) -> list[bool]:
    """The truth of a formula for a few assignments of its leaves, which are taken by their texts."""
    leaves = sorted({written(n) for n in _leaves(tree)})
    rows = min(1 << len(leaves), 64)
    return [_value(tree, {leaf: bool(row >> n & 1) for n, leaf in enumerate(leaves)}) for row in range(rows)]


def _leaves(tree: ast.expr) -> list[ast.expr]:
    if isinstance(tree, ast.BoolOp):
        return [leaf for term in tree.values for leaf in _leaves(term)]
    return _leaves(tree.operand) if isinstance(tree, ast.UnaryOp) else [tree]


def _value(tree: ast.expr, known: dict[str, bool]) -> bool:
    if isinstance(tree, ast.BoolOp):
        return (all if isinstance(tree.op, ast.And) else any)([_value(term, known) for term in tree.values])
    return not _value(tree.operand, known) if isinstance(tree, ast.UnaryOp) else known[written(tree)]


# ------------------------------------------------------------------------------------------------------ what becomes


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The library, a name in it that nothing reads, with one test and one example."""
    pack = tmp_path / "loans"
    for below in ("tests", "examples"):
        (pack / below).mkdir(parents=True)
    for name in ("clauses.yaml", "readings.yaml"):
        shutil.copy(BASE / name, pack)
    (pack / "1.0.0.yaml").write_text(edited(BARE, ("define:\n", "define:\n  unread: loan.reserved\n")))
    (pack / "tests" / "late.yaml").write_text(TRIED)
    shutil.copy(BASE / "case.yaml", pack / "examples")
    return pack


def test_four_things_can_become_of_a_mutant(folder: Path) -> None:
    own = bench(folder, "1.0.0")
    found = {mutant.name: mutant for mutant in mutants(own.version.policy)}
    tried = {name: own.try_(found[name]) for name in [
        ("define.frequent", "loan.renewals >= 4"), ("define.frequent", "loan.renewals >= 2"),
        ("tables.outcome.hit", "all"), ("define.unread", "not loan.reserved"),
        ("scenarios.late.outcome[too-late].payer", "library"),
    ]}  # fmt: skip
    assert [trial.state for trial in tried.values()] == ["killed", "survived", "refused", "same", "survived"]
    assert tried["define.frequent", "loan.renewals >= 4"].by == "A late book, renewed three times."
    assert "has one value" in tried["tables.outcome.hit", "all"].by
    (seen,) = tried["scenarios.late.outcome[too-late].payer", "library"].seen
    assert (seen.case, seen.example) == ("A late book, renewed three times.", False)
    assert ("payer", "reader becomes library") in seen.changes


def test_a_row_that_must_use_a_rule_may_lose_it(folder: Path) -> None:
    """The mutant says `not_used`, so that the checks let it through."""
    found = MADE["scenarios.late.outcome[nothing-shown]", LEFT_OUT]
    document = changed(load_text(RICHER).version("1.0.0").policy.document, found.path, found.edit)
    rule = items(at(document, found.path[:-1]))[0]
    assert set(plain(rule)) == {"use", "not_used"}  # type: ignore[call-overload]


# --------------------------------------------------------------------------------------------------------- the command

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def mutate(folder: Path) -> Run:
    def run(*arguments: object) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, str(ROOT / "cli.py"), "mutate", "--pack", str(folder), *map(str, arguments)]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    return run


def test_shows_the_line_the_change_and_what_a_test_needs(mutate: Run) -> None:
    result = mutate("--at", "define.frequent")
    assert result.returncode == 0
    assert "1.0.0.yaml:47  define.frequent\n" in result.stdout
    assert "`loan.renewals >= 3` becomes `loan.renewals >= 2`" in result.stdout
    assert "a test needs  a case in which `loan.renewals` is 2" in result.stdout
    assert "2  noticed by a test" in result.stdout
    assert "66%  score" in result.stdout


def test_two_processes_find_the_same(mutate: Run) -> None:
    one, two = mutate("--jobs", 1, "--format", "json"), mutate("--jobs", 2, "--format", "json")
    assert one.stdout == two.stdout
    data = json.loads(one.stdout)
    states = [trial["state"] for trial in data["trials"]]
    assert {name: states.count(name) for name in ("killed", "survived", "same", "refused")} == {
        name: data[name] for name in ("killed", "survived", "same", "refused")
    }
    assert data["score"] == 100 * data["killed"] // (data["killed"] + data["survived"])


def test_a_lot_is_drawn_by_its_seed(mutate: Run) -> None:
    first, again, other = (mutate("--sample", 9, "--seed", seed, "--format", "json").stdout for seed in (1, 1, 2))
    assert first == again
    assert [t["at"] for t in json.loads(first)["trials"]] != [t["at"] for t in json.loads(other)["trials"]]
    assert json.loads(first)["tried"] == 9


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("--at", "define.frequent", "--threshold", 66), 0, "66%"),
        (("--at", "define.frequent", "--threshold", 67), 1, "66%"),
        (("--at", "define.nothing"), 2, "no such mutants"),
        (("--scenario", "lots"), 2, "no scenario"),
        (("9.9.9",), 2, "no version"),
        (("--threshold", 101), 2, "101"),
    ],
)
def test_exit_codes(mutate: Run, arguments: tuple[object, ...], code: int, said: str) -> None:
    result = mutate(*arguments)
    assert result.returncode == code
    assert said in result.stdout + result.stderr


def test_only_a_row(mutate: Run) -> None:
    data = json.loads(mutate("--scenario", "late", "--format", "json").stdout)
    assert {trial["scenario"] for trial in data["trials"]} == {"late"}


def test_tests_that_fail_come_first(mutate: Run, folder: Path) -> None:
    (folder / "tests" / "late.yaml").write_text(TRIED.replace("[fine]", "[bill]"))
    result = mutate()
    assert result.returncode == 1
    assert "tests fail under version 1.0.0 itself" in result.stderr
    assert "A late book, renewed three times." in result.stderr


DECLARED = """\
register: mutants
policy: loans
equivalent:
  - at: define.frequent
    becomes: loan.renewals >= 2
    because: Nobody renews twice.
"""


def test_what_is_declared_is_counted_apart(mutate: Run, folder: Path) -> None:
    (folder / "mutants.yaml").write_text(DECLARED)
    result = mutate("--at", "define.frequent", "--threshold", 100)
    assert result.returncode == 0, result.stdout
    assert "1  declared to change no decision, with a reason" in result.stdout
    assert "100%  score" in result.stdout
    data = json.loads(mutate("--at", "define.frequent", "--format", "json").stdout)
    assert [t["why"] for t in data["trials"] if t["state"] == "declared"] == ["Nobody renews twice."]


def test_a_wrong_declaration_is_an_error(mutate: Run, folder: Path) -> None:
    (folder / "mutants.yaml").write_text(DECLARED.replace("= 2", "= 4"))
    result = mutate("--at", "define.frequent")
    assert result.returncode == 3
    assert "error[mutants/noticed]" in result.stdout
    (folder / "mutants.yaml").write_text(DECLARED.replace("frequent", "frequnet"))
    result = mutate()
    assert result.returncode == 3
    assert "did you mean `define.frequent`?" in result.stderr


def test_markdown_is_a_table(mutate: Run) -> None:
    text = mutate("--at", "define.frequent", "--format", "markdown").stdout
    assert text.startswith("# Mutants of loans 1.0.0\n")
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert "| 47 | `define.frequent` |" in text
    assert all(row.endswith("|") for row in rows)
    assert "| `loan.renewals >= 3` becomes `loan.renewals >= 2` | a case in which `loan.renewals` is 2 |" in text


def test_survivors_are_written_for_the_register(mutate: Run, folder: Path) -> None:
    """Each entry names its mutant; the reason is left for a person to write, and asked for."""
    text = mutate("--at", "define", "--format", "yaml").stdout
    (folder / "mutants.yaml").write_text(text)
    assert "mutants.yaml" in mutate().stderr  # no reason yet
    (folder / "mutants.yaml").write_text(text.replace('because: ""', "because: Nobody can see it."))
    result = mutate("--at", "define")
    assert result.returncode == 0, result.stderr
    assert "100%  score" in result.stdout
