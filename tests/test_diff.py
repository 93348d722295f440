"""What differs between two versions: every edit told as expected, and properties that hold of every comparison."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from engine import Pack, Version, load_pack
from engine.analysis.behaviour import Behaviour, behaviour, field_changes
from engine.analysis.compare_versions import differences
from engine.analysis.differences import POSITION, Differences
from engine.analysis.draft_hint import hint
from engine.clock import Amount
from engine.diagnostics import InvalidDocument, Report
from engine.document import Mapping, Node, Scalar, Sequence, plain
from engine.document.nodes import at
from engine.expr.check import Expression
from engine.library import load_registers
from engine.link.program import Basis, Choice, Formula, Program, Rule, Span, Table
from engine.pack import load_version
from engine.testing.suite import examples, policy_tests
from tests import bikes
from tests.differing import edits, pair, put, told, version

SHIPPED = load_pack()
ONE = SHIPPED.version("1.0.0")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("edited")


@pytest.mark.parametrize("edit", edits(), ids=lambda edit: edit["name"])
def test_an_edit_is_told(edit: Any, folder: Path) -> None:
    before, after = pair(folder, edit)
    assert told(before, after) == edit["told"]


# ---------------------------------------------------------------------------------------------------------- properties


def both_ways(before: Version, after: Version) -> tuple[Differences, Differences]:
    return differences(before, after), differences(after, before)


def check_properties(before: Version, after: Version) -> None:
    """A version does not differ from itself; what is added one way is removed the other; every row of which the linked
    program says something else is named, and no other one."""
    assert differences(before, before).changes == ()
    assert differences(after, after).changes == ()
    there, back = both_ways(before, after)
    assert parts(there, "added") == parts(back, "removed")
    assert parts(there, "removed") == parts(back, "added")
    assert changed(there, True) == changed(back, False)
    named = {row for change in there.changes if change.effect != "wording" for row in change.rows}
    otherwise = {row for row in there.rows if flat(before, row) != flat(after, row)}
    declared = {c.kind for c in there.changes} & {"fact", "proposition", "field", "party", "group", "head"}
    assert otherwise <= named
    assert named <= otherwise or declared


def parts(found: Differences, what: str) -> Counter[tuple[object, ...]]:
    """The parts that one version alone has. What stands in a row is told when the row comes, not when it goes."""
    whole = {c.row for c in found.changes if c.kind == "scenario" and c.what != "changed"}
    return Counter(
        (c.kind, c.table, c.party, c.name, c.row)
        for c in found.changes
        if c.what == what and (c.kind == "scenario" or c.row not in whole)
    )


def changed(found: Differences, other_name: bool) -> list[tuple[str, ...]]:
    """The parts that both versions have, with the keys that changed; by the name before where it has `other_name`.
    Which of two rules moved is a matter of the side from which one looks."""
    changes = [(c, sorted(d.key for d in c.differences if d.key != POSITION)) for c in found.changes]
    return sorted(
        (c.kind, c.table, str(c.row), (c.was if other_name else "") or c.name, *keys)
        for c, keys in changes
        if c.what == "changed" and (keys or c.was)
    )


def flat(version: Version, row: str) -> object:
    """All that a row's program says, as texts, found without what the comparison is made of."""
    program = version.programs.get(row)
    return None if program is None else "\n".join(said(program))


def said(program: Program) -> Iterator[str]:
    for table in program.tables.values():
        rules = list(map(of_rule, table.rules))
        yield f"{table.name} {table.hit} {of(table.asked_if)} {rules if table.hit == 'first' else sorted(rules)}"
    for window in (*program.windows, *(r.window for r in program.records if r.window)):
        spans = [of_span(span) for span in window.spans]
        yield (
            f"{window.name} {window.party} {window.deadline} {of(window.asked_if)} {spans} {window.latest} "
            f"{of(window.met_by)} {window.paused_by} {of_basis(window.basis)}"
        )
    for record in program.records:
        yield f"{record.party} {[(o.proposition, of(o.when), of_basis(o.basis)) for o in record.owes]}"
    evidence = program.policy.evidence
    yield f"{[(a.fact, a.clauses, a.readings) for a in evidence.also]} {evidence.clauses} {evidence.readings}"
    for name in sorted(names_read(program)):
        match program.names[name]:
            case Formula(expression):
                yield f"{name} {of(expression)}"
            case Choice(table):
                yield f"{name} {[of_rule(rule) for rule in table.rules]}"
            case _:
                pass


def names_read(program: Program) -> set[str]:
    from engine.analysis.reach import Reach

    return set(Reach(program).names)


def of(expression: Expression | None) -> str:
    return "" if expression is None else " ".join(re.sub(r"[()]+", " ", expression.text).split())


def of_rule(rule: Rule) -> str:
    says = {name: sorted(re.findall(r"\w+", of(value))) for name, value in rule.says.items()}
    return (
        f"{rule.id} {of(rule.when)} {says} {rule.deadlines} {rule.not_owed_by} {rule.if_unknown} {of_basis(rule.basis)}"
    )


def of_span(span: Span) -> str:
    return f"{of(span.when)} {span.amount} {of(span.until)} {of(span.after)} {of_basis(span.basis)}"


def of_basis(basis: Basis) -> str:
    return f"{sorted(basis.clauses)} {sorted(basis.readings)}"


SCENARIO_IN_CONDITION = "The condition of a general rule, for one row only."


@pytest.mark.parametrize("edit", edits(), ids=lambda edit: edit["name"])
def test_properties_of_edits(edit: Any, folder: Path) -> None:
    before, after = pair(folder, edit)
    if edit["name"] == SCENARIO_IN_CONDITION:  # its text stands in both rows and says something in one
        assert [change.rows for change in differences(before, after).changes] == [("frame",)]
        return
    check_properties(before, after)


# --------------------------------------------------------------------------------------------- single keys, one by one


def scalars(node: Node, way: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Scalar]]:
    if isinstance(node, Scalar):
        yield way, node
    elif isinstance(node, Sequence):
        for number, item in enumerate(node.items):
            yield from scalars(item, (*way, number))
    elif isinstance(node, Mapping):
        for key, entry in node.entries.items():
            yield from scalars(entry.value, (*way, key))


DOCUMENT = ONE.policy.document
PERIODS = [way for way, scalar in scalars(DOCUMENT) if way[-1] == "within"]
OUTCOMES = [
    way
    for way, scalar in scalars(DOCUMENT)
    if way[-1] == "in_favor_of" and "use" not in at(DOCUMENT, way[:-1]).entries  # type: ignore[union-attr]
]


@pytest.fixture(scope="module")
def edited_shipped(tmp_path_factory: pytest.TempPathFactory) -> Callable[[tuple[str | int, ...], str], Version]:
    """The shipped version with another value at one place."""
    where = tmp_path_factory.mktemp("single")
    text = DOCUMENT.place.source.text
    registers = load_registers(SHIPPED.folder, Report())

    def version(way: tuple[str | int, ...], value: str) -> Version:
        file = where / "1.0.0.yaml"
        file.write_text(put(text, way, value), encoding="utf-8")
        report = Report()
        found = load_version(file, registers, report)
        assert found is not None, report.found
        return found

    return version


def test_there_are_single_keys_to_change() -> None:
    assert len(PERIODS) >= 20
    assert len(OUTCOMES) >= 10


@pytest.mark.parametrize("way", PERIODS, ids=lambda way: ".".join(map(str, way)))
def test_one_period_is_one_change_where_it_stands(
    way: tuple[str | int, ...], edited_shipped: Callable[[tuple[str | int, ...], str], Version]
) -> None:
    after = edited_shipped(way, "7 hours")
    [change] = differences(ONE, after).changes
    assert change.effect == "decision"
    assert [difference.key for difference in change.differences] == ["period"]
    assert change.row == (way[1] if way[0] == "scenarios" else None)
    expected = {row for row in ONE.programs if periods_of(ONE, row) != periods_of(after, row)}
    assert set(change.rows) == expected
    assert expected
    if way[:2] == ("parties", "customer"):  # the rows in which an issue may be hidden have periods of their own
        assert {escape.row for escape in change.escapes} == {"counterfeit", "quality"}
    else:
        assert not change.escapes


def periods_of(version: Version, row: str) -> list[list[Amount | None]]:
    program = version.programs[row]
    windows = (*program.windows, *(r.window for r in program.records if r.window))
    return [[span.amount for span in window.spans] for window in windows]


@pytest.mark.parametrize("way", OUTCOMES, ids=lambda way: ".".join(map(str, way)))
def test_one_outcome_is_one_change_where_it_stands(
    way: tuple[str | int, ...], edited_shipped: Callable[[tuple[str | int, ...], str], Version]
) -> None:
    now = plain(at(DOCUMENT, way))
    after = edited_shipped(way, "seller" if now == "customer" else "customer")
    [change] = differences(ONE, after).changes
    assert [difference.key for difference in change.differences] == ["in_favor_of"]
    assert set(change.rows) == {row for row in ONE.programs if winners(ONE, row) != winners(after, row)}
    assert change.row == (way[1] if way[0] == "scenarios" else None)


def winners(version: Version, row: str) -> list[str]:
    table: Table = version.programs[row].tables["consequence"]
    return [rule.says["in_favor_of"].text for rule in table.rules]


def other(way: tuple[str | int, ...], scalar: Scalar) -> str | None:
    """Another value that can stand at a place as well; None where that is not easy to say."""
    keys = [part for part in way if isinstance(part, str)]
    if isinstance(scalar.value, bool):
        return str(not scalar.value).lower()
    if "readings" in keys:
        return "6" if scalar.value == 5 else "5"
    if "cites" in keys:
        return "judgment.2" if scalar.value == "judgment.1" else "judgment.1"
    if keys[-1] in ("when", "asked_if", "and_when"):
        return f"not ({scalar.value})"
    if keys[-1] in ("meaning", "ask", "title", "description") or keys[0] == "propositions":
        return "Something else"
    return None


EVERY = 45  # of the scalars of the shipped version, one in so many is changed
SINGLE = [
    (way, value)
    for way, scalar in list(scalars(DOCUMENT))[::EVERY]
    if scalar.place.line == scalar.place.end_line and (value := other(way, scalar)) is not None
]


@pytest.mark.parametrize(("way", "value"), SINGLE, ids=[".".join(map(str, way)) for way, _ in SINGLE])
def test_no_edit_goes_unnoticed(
    way: tuple[str | int, ...], value: str, edited_shipped: Callable[[tuple[str | int, ...], str], Version]
) -> None:
    try:
        after = edited_shipped(way, value)
    except AssertionError:
        pytest.skip("with this value the version cannot be used")
    [change] = differences(ONE, after).changes
    expected = way[1] if way[0] == "scenarios" else None
    assert change.row == expected


# ------------------------------------------------------------------------------------------------------------ behaviour


@pytest.fixture(scope="module")
def cases(pack: Pack) -> list[Any]:
    """The worked cases and the examples."""
    worked = [test for test in policy_tests(pack.folder, Report()) if Path(test.file).name == "worked.yaml"]
    return [*worked, *examples(pack.folder, Report())]


def decided(version: Version, case: Any) -> dict[str, Any]:
    found = version.decide(version.read_case(case.case), case.as_of).to_dict()
    for apart in ("policy", "engine_version", "case_digest"):
        del found[apart]
    return found


SHORTER = ("scenarios", "damaged_package", "acceptance_period", "within")


def test_behaviour_is_that_of_direct_decisions(
    cases: list[Any], edited_shipped: Callable[[tuple[str | int, ...], str], Version]
) -> None:
    after = edited_shipped(SHORTER, "20 calendar days")
    found = behaviour(ONE, after, cases)
    expected = {}
    for case in cases:
        old, new = decided(ONE, case), decided(after, case)
        keys = {key for key in old if old[key] != new[key]}
        if keys:
            how = "decision" if keys - {"deadlines", "reasons"} else "deadline" if "deadlines" in keys else "reasons"
            expected[str(case)] = how
    assert {str(change.case): change.how for change in found.changes} == expected
    assert set(expected.values()) == {"decision", "deadline"}
    assert found.total.cases == len(cases)
    assert {row for row, count in found.counts.items() if count.moved} == {"damaged_package"}


def test_the_parts_of_a_decision_that_change(
    cases: list[Any], edited_shipped: Callable[[tuple[str | int, ...], str], Version]
) -> None:
    after = edited_shipped(SHORTER, "20 calendar days")
    late = next(case for case in cases if "day 16" in case.name)
    old, new = (version.decide(version.read_case(late.case), late.as_of) for version in (ONE, after))
    changes = {change.name: (change.before, change.after) for change in field_changes(old, new)}
    assert changes["status"] == ("out_of_scope", "awaiting_materials")
    assert changes["awaiting_from"] == ((), ("customer", "seller"))
    assert {"acceptance_ends", "customer_materials_due", "reasons"} <= set(changes)
    assert not list(field_changes(old, old))


def test_a_case_that_one_version_cannot_read_is_counted_apart(
    edited_shipped: Callable[[tuple[str | int, ...], str], Version],
) -> None:
    after = edited_shipped(("facts", "review.severity", "finding"), "false")  # then it can be `unknown` in writing
    case = examples(SHIPPED.folder, Report())[0]
    facts = {**case.case["facts"], "order": {**case.case["facts"]["order"], "was_a_gift": True}}
    given = [
        case,
        replaced(case, {**case.case, "facts": facts}),
        replaced(case, {**case.case, "scenario": "elsewhere"}),
    ]
    found = behaviour(ONE, after, given)
    assert found.total.cases == 1
    assert [one.version for one in found.unreadable] == ["both", "both"]
    assert [one.problem.diagnostics[0].code for one in found.unreadable] == ["case/unknown-fact", "case/scenario"]


def replaced(case: Any, data: Any) -> Any:
    from dataclasses import replace

    return replace(case, case=data)


# ---------------------------------------------------------------------------------------------------------------- hints


def hint_of(after: Version, cases: list[Any]) -> Any:
    found: Behaviour = behaviour(ONE, after, cases)
    return hint(differences(ONE, after), found)


def test_a_hint_names_the_rows_that_do_not_change_and_those_passed_by(
    cases: list[Any], edited_shipped: Callable[[tuple[str | int, ...], str], Version]
) -> None:
    found = hint_of(edited_shipped(("parties", "customer", "within"), "72 hours"), cases)
    assert found.named == ("inconsistent", "delayed", "lost_package", "damaged_package")
    assert [escape.row for change in found.passing_by for escape in change.escapes] == ["counterfeit", "quality"]
    assert not found.unmoved


def test_a_hint_says_what_no_case_tries(
    cases: list[Any], edited_shipped: Callable[[tuple[str | int, ...], str], Version]
) -> None:
    rest = [case for case in cases if "day 16" not in case.name and "after the holiday" not in case.name]
    after = edited_shipped(SHORTER, "20 calendar days")
    assert [change.name for change in hint_of(after, rest).untried] == ["acceptance_period"]
    assert not hint_of(after, cases).untried


def test_a_hint_on_a_rule_that_no_case_reaches(
    cases: list[Any], edited_shipped: Callable[[tuple[str | int, ...], str], Version]
) -> None:
    number, rule = next(
        (number, rule)
        for number, rule in enumerate(ONE.programs["damaged_package"].tables["consequence"].rules)
        if rule.id == "seller-caused-it"
    )
    way = ("scenarios", "damaged_package", "consequence", number, "remedies")
    after = edited_shipped(way, "[compensation_by_seller]")
    rest = [
        case
        for case in cases
        if not any(rule.id == reason.rule for reason in ONE.decide(ONE.read_case(case.case), case.as_of).reasons)
    ]
    assert [change.name for change in hint_of(after, rest).untried] == ["seller-caused-it"]
    assert hint_of(after, rest).unmoved == ("damaged_package",)


def test_bikes_differ_from_nothing_of_their_own(tmp_path: Path) -> None:
    version = load_pack(bikes.write(tmp_path)).version("1.0.0")
    assert told(version, version) == "Nothing differs.\n"
    with pytest.raises(InvalidDocument):
        load_pack(tmp_path).version("2.0.0")


# ------------------------------------------------------------------------------------------------ the shipped versions


AMENDING = """\
amends:
  general.bell: Whoever hurries is given a bell.
takes:
  "2": b
"""
TOLD = """\
General parts

  The page: Part  clause of the page  1.0.0.yaml:6
    Says
      - Gist of general.bell.
      + Whoever hurries is given a bell.
    takes effect in     Broken | brakes

  Place 2  unclear place  1.0.0.yaml:8
    Taken as
      - a: This.
      + b: That.
    takes effect in     Broken | brakes
"""


def test_sentences_of_the_page_and_unclear_places_that_a_version_takes_otherwise(folder: Path) -> None:
    text = bikes.POLICY.replace("time_zone: claim.zone\n", AMENDING + "time_zone: claim.zone\n")
    before, after = version(folder, bikes.POLICY), version(folder, text)
    assert told(before, after, load_registers(folder, Report())) == TOLD
    assert not differences(after, after).changes
