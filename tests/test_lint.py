"""Warnings are right: what is said never to hold, never to be reached or always to hold is so in every case tried."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import InvalidDocument, Version, load_pack
from engine.analysis.conditions import Conditions
from engine.analysis.lint import lint, upkeep
from engine.analysis.logic import (
    All,
    Formula,
    Is,
    TooHard,
    all_of,
    any_of,
    can_hold,
    implies,
    is_in,
    negation,
    truth,
)
from engine.analysis.logic import Any as AnyOf
from engine.backends.interpreter import Interpreter
from engine.document import plain
from engine.expr.check import Expression, check
from engine.expr.parse import Text
from engine.link.compile import Citable, Compiler
from engine.link.findings import Findings
from engine.source import Place, Source
from tests.bikes import POLICY as BIKES
from tests.bikes import write
from tests.small_packs import as_yaml, load_text
from tests.strategies import SCENARIOS, Formulas, dispute, documents, modest

PACK = load_pack()
VERSION = PACK.version("1.0.0")
SMALL = load_text(BIKES).version("1.0.0")
MUSEUM = Path(__file__).with_name("museum")

# ------------------------------------------------------------------------------------------------------------- logic

VALUES: dict[str, frozenset[object]] = {
    "a": frozenset({1, 2, 3}),
    "b": frozenset({1, 2}),
    "c": frozenset({True, False}),
}


@st.composite
def atoms(draw: st.DrawFn) -> Formula:
    name = draw(st.sampled_from(sorted(VALUES)))
    return is_in(name, draw(st.frozensets(st.sampled_from(sorted(VALUES[name], key=str)))), VALUES[name])


def formulas(depth: int = 4) -> st.SearchStrategy[Formula]:
    if depth == 0:
        return atoms()
    part = formulas(depth - 1)
    some = st.lists(part, min_size=1, max_size=4)
    return st.one_of(atoms(), part.map(negation), some.map(all_of), some.map(any_of))


def so(formula: Formula, values: dict[str, object]) -> bool:
    """Whether a formula holds for these values, by its plain meaning."""
    match formula:
        case bool():
            return formula
        case Is(variable, some, _):
            return values[variable] in some
        case All(parts):
            return all(so(part, values) for part in parts)
        case AnyOf(parts):
            return any(so(part, values) for part in parts)
    raise AssertionError(formula)


def worlds() -> Iterator[dict[str, object]]:
    for chosen in product(*VALUES.values()):
        yield dict(zip(VALUES, chosen, strict=True))


@modest(200)
@given(formulas())
def test_a_formula_can_hold_exactly_when_some_values_make_it_hold(formula: Formula) -> None:
    assert can_hold(formula) == any(so(formula, world) for world in worlds())


@modest(100)
@given(formulas(3), formulas(3))
def test_building_formulas_keeps_their_meaning(one: Formula, other: Formula) -> None:
    for world in worlds():
        first, second = so(one, world), so(other, world)
        assert so(negation(one), world) is not first
        assert so(all_of((one, other)), world) is (first and second)
        assert so(any_of((one, other)), world) is (first or second)
    every = all(so(other, world) for world in worlds() if so(one, world))
    assert implies(one, other) == every


def test_a_question_that_takes_too_long_is_given_up() -> None:
    """Seven pigeons and six holes: each in one, no two in the same."""
    somewhere = [any_of(truth(f"{pigeon} in {hole}") for hole in range(6)) for pigeon in range(7)]
    alone = [
        any_of((negation(truth(f"{one} in {hole}")), negation(truth(f"{other} in {hole}"))))
        for hole in range(6)
        for one in range(7)
        for other in range(one)
    ]
    with pytest.raises(TooHard):
        can_hold(all_of((*somewhere, *alone)), most=500)


# ------------------------------------------------------------------------------------------- conditions and formulas


class Row:
    """A row of a version, with its formulas kept."""

    def __init__(self, version: Version, name: str) -> None:
        self.version = version
        self.program = version.programs[name]
        self.conditions = Conditions(self.program)
        self.scope = Compiler(version.policy, Citable(), Findings()).names.scope

    def compiled(self, text: str) -> Expression:
        place = Place(Source("test", text), 1, 1, 1, len(text) + 1)
        report = Findings()
        found = check(Text(text, place, place.shifted), self.scope, report)
        assert found is not None, report.found
        return found

    def value(self, expression: Expression, document: dict[str, Any]) -> object:
        case = self.version.read_case(document)
        return Interpreter(self.program, case, datetime(2025, 3, 12, tzinfo=UTC)).evaluate(expression)


@pytest.mark.parametrize(("version", "least"), [(VERSION, 1), (SMALL, 5)], ids=["large", "small"])
def test_what_holds_in_a_case_can_hold_as_a_formula(version: Version, least: int) -> None:
    """Of conditions about the same few facts many contradict each other: no case may be found in which they hold."""
    rows = {name: Row(version, name) for name in version.programs}
    counted = {"never": 0, "always": 0, "cases": 0}

    @modest(100)
    @given(Formulas(version.policy).formulas(3), st.lists(documents(version.policy, gaps=0), min_size=2, max_size=2))
    def holds(text: str, cases: list[dict[str, Any]]) -> None:
        for document in cases:
            row = rows[document["scenario"]]
            expression = row.compiled(text)
            formula = row.conditions.holds(expression)
            never, always = not can_hold(formula), not can_hold(negation(formula))
            found = row.value(expression, document)
            assert not (never and found is True), text
            assert not (always and found is False), text
            counted["never"] += never
            counted["always"] += always
            counted["cases"] += 1

    holds()
    assert min(counted["never"], counted["always"]) >= least
    assert counted["cases"] - counted["never"] - counted["always"] > 50


def asked(text: str, row: str) -> Formula:
    """The formula of a condition that stands in a rule of the small policy."""
    policy = BIKES.replace("{id: noisy, when: claim.urgent,", f'{{id: noisy, when: "{text}",')
    policy = policy.replace("{id: usual, else: true,", f'{{id: usual, when: "{text}",')
    program = load_text(policy).version("1.0.0").programs[row]
    return Conditions(program).holds(program.tables["extras"].rules[0].when)


CONTRADICTIONS = [
    ("bike.kind == cargo and bike.kind in [road, tandem]", "brakes"),
    ("claim.rides > 5 and claim.rides < 6", "brakes"),
    ("claim.rides >= 5 and claim.rides < 5", "brakes"),
    ("claim.price > '1.5' and claim.price <= '1.5'", "brakes"),
    ("claim.filed_at <= claim.told_at and claim.told_at < claim.filed_at", "brakes"),
    ("claim.filed_at == claim.told_at and claim.told_at != claim.filed_at", "brakes"),
    ("scenario == frame", "brakes"),
    ("scenario in heavy and scenario not in [brakes, frame]", "brakes"),
    ("hurried and not claim.urgent", "brakes"),
    ("gift == bell and not claim.urgent", "brakes"),
    ("gift == lamp and hurried", "brakes"),
    ("rider.evidence_insufficient and proven(broke)", "brakes"),
    ("rider.evidence_insufficient and claim.urgent", "brakes"),
    ("shop.silent and shop.submitted", "brakes"),
    ("shop.silent and not happened(claim.told_at)", "brakes"),
    ("shop.silent or shop.late or shop.evidence_insufficient", "frame"),
    ("record.awaits and rider.submitted", "frame"),
    ("paper_period.shop.missed and paper_period.shop.met", "brakes"),
    ("answer.missed and not answer.ended", "brakes"),
    ("answer.running and answer.ended", "brakes"),
    ("filing.paused", "brakes"),
    ("outcome.winner == rider and outcome.winner == shop", "brakes"),
    ("contains(outcome.gifts, lamp)", "frame"),
    ("given(claim.words) and claim.words == 'a' and claim.words == 'b'", "brakes"),
    ("not given(claim.words) and claim.words == 'a'", "brakes"),
    ("day(claim.filed_at) == date('2025-01-01') and day(claim.filed_at) == date('2025-01-02')", "brakes"),
]


@pytest.mark.parametrize(("text", "row"), CONTRADICTIONS)
def test_contradictions_that_a_reader_sees_are_seen(text: str, row: str) -> None:
    assert not can_hold(asked(text, row))


SENSIBLE = [
    "bike.kind == cargo and bike.kind in [road, cargo]",
    "claim.rides > 5 and claim.rides < 7",
    "claim.price > 1 and claim.price < 2",
    "claim.filed_at <= claim.told_at and claim.told_at <= claim.filed_at",
    "gift == lamp and not hurried",
    "rider.evidence_insufficient and not claim.urgent",
    "record.awaits and shop.submitted",
    "answer.missed and answer.ended and not answer.met",
    "outcome.winner == rider",
    "not given(claim.words) or claim.words == 'a'",
]


@pytest.mark.parametrize("text", SENSIBLE)
def test_what_can_hold_is_not_doubted(text: str) -> None:
    formula = asked(text, "brakes")
    assert can_hold(formula)
    assert can_hold(negation(formula))


# ------------------------------------------------------------------------------------------------ rules and decisions


def shuffled(seed: int) -> Version | None:
    """Version 1.0.0 with the rules of a row in another order and their conditions exchanged; None if it is refused."""
    chance = random.Random(f"lint/{seed}")
    document: Any = plain(VERSION.policy.document)
    row = document["scenarios"][SCENARIOS[seed % len(SCENARIOS)]]
    *rules, last = row["consequence"]
    own = [rule["when"] for rule in rules if "when" in rule]
    for rule in rules:
        if "when" in rule:
            rule["when"] = " and ".join(chance.sample([f"({one})" for one in own], chance.randint(1, min(2, len(own)))))
        elif chance.random() < 0.5:
            rule["and_when"] = f"not ({chance.choice(own)})"
    chance.shuffle(rules)
    row["consequence"] = [*rules, last]
    try:
        return load_text(as_yaml(document)).version("1.0.0")
    except InvalidDocument:
        return None


DEAD = ("lint/never-holds", "lint/covered", "lint/switched-off")


def test_a_rule_said_to_be_dead_decides_no_case() -> None:
    dead, tried = 0, 0
    for seed in range(12):
        version = shuffled(seed)
        if version is None:
            continue
        row = SCENARIOS[seed % len(SCENARIOS)]
        told = {one.place for one in lint(version, PACK.registers) if one.code in DEAD}
        rules = {rule.id for rule in version.programs[row].tables["consequence"].rules if rule.place in told}
        dead += len(rules)
        for number in range(25):
            found = dispute(number * len(SCENARIOS) + SCENARIOS.index(row))
            decision = version.decide(version.read_case(found.document), found.as_of)
            held = {r.rule for r in decision.reasons if r.state == "held" and r.table == "consequence"}
            assert not held & rules, (seed, number)
            tried += bool(held)
    assert dead >= 5
    assert tried >= 40


def test_the_shipped_pack_gives_no_reason_to_warn() -> None:
    assert lint(VERSION, PACK.registers) == []
    assert upkeep([VERSION], PACK.registers) == []


def test_an_invented_policy_is_warned_of_what_is_odd_in_it(tmp_path: Path) -> None:
    pack = load_pack(write(tmp_path))
    found = lint(pack.version("1.0.0"), pack.registers)
    assert [(one.code, one.place.line if one.place else 0) for one in found] == [
        ("lint/unused", 17),
        ("lint/unused", 18),
        ("lint/unused", 64),
        ("lint/if-unknown", 138),
        ("lint/switched-off", 146),
    ]


def test_one_version_that_uses_a_clause_is_enough() -> None:
    text = (PACK.folder / "1.0.0.yaml").read_text(encoding="utf-8")
    other = load_text(text.replace("cites: [seller_actions.shipping_fee]", "cites: []")).version("1.0.0")
    assert [one.severity for one in upkeep([other], PACK.registers)] == ["warning"]
    assert upkeep([other, VERSION], PACK.registers) == []
    assert upkeep([], PACK.registers) == []


# ------------------------------------------------------------------------------------------------ answers in comments


def test_a_comment_with_a_reason_answers_a_warning() -> None:
    text = (MUSEUM / "tidy" / "1.0.0.yaml").read_text(encoding="utf-8")
    wrong = text.replace("within: 21 calendar days", "within: 28 calendar days")
    registers = load_pack(MUSEUM / "tidy").registers

    def told(document: str) -> list[str]:
        return [one.code for one in lint(load_text(document).version("1.0.0"), registers)]

    assert told(wrong) == ["lint/other-amount"]
    reason = "# lint/other-amount: The library is generous.\n    within: 28"
    assert told(wrong.replace("within: 28", reason)) == []
    assert told(wrong.replace("within: 28", "# lint/other-amount:\n    within: 28")) == ["lint/other-amount"]
    elsewhere = wrong.replace("windows:\n", "# lint/other-amount: Too far away.\nwindows:\n")
    assert told(elsewhere) == ["lint/no-warning", "lint/other-amount"]
    assert (
        load_text(wrong.replace("within: 28", reason)).version("1.0.0").policy.digest
        == load_text(wrong).version("1.0.0").policy.digest
    )
