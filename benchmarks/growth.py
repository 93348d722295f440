"""How the cost of a decision grows with the rules of a policy, with those that can apply, and with its scenarios."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from benchmarks.harness import Contest, Contestant, Disagreement, Size, Target
from benchmarks.ladder.rules import MOMENT
from engine import Case, Version
from tests.small_packs import load_data

TABLE = "ladder"
RULES = (10, 30, 100, 300, 1_000)
REST = {"id": "rest", "else": True, "winner": "maker"}
A_ROW = 10  # rules that can apply, where each scenario has its own


def contests(size: Size) -> Iterator[Contest]:
    rules = RULES[:3] if size.quick else RULES
    most = rules[-1]
    yield _contest(
        "growth_scenarios",
        "More scenarios, ten rules each",
        [(f"{n} rules, {n // A_ROW} scenarios", own_rules(n)) for n in rules],
        size,
        "Every scenario has ten rules of its own, and the first that holds lies anywhere among them. What grows are the"
        " functions that the cases need in turn, and so the misses of the processor's cache.",
        [],
    )
    yield _contest(
        "growth_rules",
        "More rules in one table",
        [
            *((f"{n} rules, all can apply", one_table(n, 1)) for n in rules),
            *((f"{n} rules, {n // 10} can apply", one_table(n, 10)) for n in rules),
        ],
        size,
        "Each rule compares a number with another limit, so that they have to be gone through one by one; the first"
        " that holds lies anywhere. Where a tenth can apply, ten scenarios share the table, and each names its own.",
        [(f"{most} rules, {most // 10} can apply", f"{most // 10} rules, all can apply")],
    )
    yield _contest(
        "growth_equal",
        "More rules in one table that ask for one value each",
        [(f"{n} rules", one_table(n, 1, "==")) for n in rules],
        size,
        "Each rule asks whether a number is the one it names: the right one can be looked up.",
        [],
    )


def _contest(
    name: str,
    title: str,
    made: Sequence[tuple[str, Version]],
    size: Size,
    says: str,
    alike: Sequence[tuple[str, str]],
) -> Contest:
    """`alike` are those that should cost the same: they have as many rules that can apply."""
    count = 100 if size.quick else 1_000
    contestants = [Contestant(label, _decides(version, cases_of(version, count))) for label, version in made]
    targets = [Target(who, against, 1.25) for who, against in alike]
    return Contest(name, title, contestants[0].name, contestants, count, targets=targets, says=says)


def _decides(version: Version, cases: Sequence[Case]) -> Callable[[int], object]:
    version.compile()
    for case in cases:
        decision = version.decide(case, MOMENT)
        if not any(reason.rule == f"r{case.values['case.code']}" for reason in decision.reasons):
            raise Disagreement(f"rule {case.values['case.code']} should decide; {decision.reasons}")
    return lambda n: [version.decide(case, MOMENT) for case in cases[:n]]


def cases_of(version: Version, count: int) -> list[Case]:
    """Random cases; their code is the number of the rule that decides."""
    rng, found = random.Random(f"growth/{len(version.programs)}"), []
    for _ in range(count):
        scenario = rng.choice(list(version.programs))
        rules = version.programs[scenario].tables[TABLE].rules
        named = [rule.id for rule in rules if _can_apply(rule.when, scenario)]
        code = int(rng.choice(named).removeprefix("r"))
        found.append(version.read_case({"scenario": scenario, "facts": {"case": {"code": code, "open": True}}}))
    return found


def _can_apply(condition: Any, scenario: str) -> bool:
    return condition is not None and (
        "scenario ==" not in condition.text or f"scenario == {scenario} " in condition.text
    )


def own_rules(count: int) -> Version:
    """So many rules, ten in each scenario's own part of the table."""
    scenarios = {
        f"s{row}": {TABLE: [*(_rule(row * A_ROW + number, "", "==") for number in range(A_ROW)), REST]}
        for row in range(count // A_ROW)
    }
    return _policy(scenarios, {"per": "scenario"})


def one_table(count: int, scenarios: int, compare: str = "<=") -> Version:
    """So many rules in one table, shared out among the scenarios in turn. `compare` is how a rule compares the code of
    the case with its own number."""
    rules = [
        _rule(number, f"scenario == s{number % scenarios} and " if scenarios > 1 else "", compare)
        for number in range(count)
    ]
    return _policy({f"s{row}": {} for row in range(scenarios)}, {"rules": [*rules, REST]})


def _rule(number: int, condition: str, compare: str) -> dict[str, Any]:
    winner = ("buyer", "maker")[number % 2]
    when = f"{condition}case.code {compare} {number} and case.open"
    return {"id": f"r{number}", "when": when, "winner": winner}


def _policy(scenarios: dict[str, Any], table: dict[str, Any]) -> Version:
    event = {"type": "event", "if_absent": None}
    policy = {
        "policy": "growth",
        "version": "1.0.0",
        "title": "Many rules",
        "time_zone": "case.zone",
        "filed_at": "case.filed_at",
        "facts": {
            "case.zone": {"type": "zone", "if_absent": "UTC"},
            "case.filed_at": event,
            "case.code": "integer",
            "case.open": "bool",
        },
        "decision": {
            "stage": {"one_of": ["waiting", "settled"], "if_unknown": "waiting"},
            "winner": {"one_of": ["buyer", "maker"], "otherwise": "nobody", "must_be_known": True},
        },
        "parties": {"desk": {"title": "Desk"}},
        "evidence": {"periods": "periods", "owed": "must_show"},
        "tables": {
            TABLE: {"title": "Who wins", "hit": "first", "every_rule_says": ["winner"], **table},
            "stages": {
                "title": "Where it stands",
                "hit": "first",
                "every_rule_says": ["stage"],
                "rules": [{"id": "done", "else": True, "stage": "settled"}],
            },
        },
        "scenarios": scenarios,
    }
    made = load_data(policy).version("1.0.0")
    made.compile()
    return made
