"""What holds of every decision, whatever the policy says: total, repeatable, pure, faithful, and nothing made up."""

from __future__ import annotations

import copy
import json
import os
import random
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import FrozenInstanceError, fields, is_dataclass
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from engine import Decision, Pack, Version, load_pack
from engine.backends.interpreter import Interpreter
from engine.clock import parse_instant
from engine.document import parse_document, plain
from engine.link.program import Choice, Program, Rule
from engine.policy.model import Fact
from engine.policy.schemas import decision_schema
from engine.source import Source
from tests.small_packs import as_yaml
from tests.strategies import (
    Dispute,
    Document,
    accepted,
    dispute,
    disputes,
    documents,
    instants,
    modest,
    values,
    wholly_known,
)

ROOT = Path(__file__).parent.parent
VERSION = load_pack().version("1.0.0")
POLICY = VERSION.policy
SCHEMA = Draft202012Validator(decision_schema(POLICY))
ROWS = [*POLICY.rows, "unknown"]
STANDING = VERSION.programs[next(iter(POLICY.rows))].standing_field
EVENTS = [fact for fact in POLICY.facts.values() if fact.kind in ("event", "instant")]


def decide(document: Document, as_of: str | datetime, version: Version = VERSION) -> Decision:
    return version.decide(version.read_case(document), as_of)


def as_json(decision: Decision) -> str:
    return json.dumps(decision.to_dict())


# ------------------------------------------------------------------------------------------------- 1 total


def check_well_formed(decision: Decision) -> None:
    problems = [error.message[:200] for error in SCHEMA.iter_errors(decision.to_dict())]
    assert not problems
    standing = decision.fields[STANDING.written_as]
    assert standing in STANDING.values
    assert decision.determined == (standing != STANDING.if_unknown)
    if not decision.determined:
        assert decision.missing_facts
    for deadline in decision.deadlines:
        assert deadline.passed == (decision.as_of > deadline.at)


@modest(150)
@given(documents(POLICY, ROWS), instants())
def test_every_case_that_can_be_read_has_one_well_formed_decision(document: Document, as_of: str) -> None:
    check_well_formed(decide(document, as_of))


@modest(150)
@given(disputes())
def test_so_has_every_plausible_one(found: Dispute) -> None:
    check_well_formed(decide(found.document, found.as_of))


# ------------------------------------------------------------------------------------------------- 2 repeatable

DECIDE_MANY = """
import json, sys
from engine import load_pack
version = load_pack().version("1.0.0")
for line in sys.stdin:
    document, as_of = json.loads(line)
    print(json.dumps(version.decide(version.read_case(document), as_of).to_dict()))
"""
SURROUNDINGS = [
    {"PYTHONHASHSEED": "0", "TZ": "UTC", "LC_ALL": "C"},
    {"PYTHONHASHSEED": "1", "TZ": "Pacific/Auckland", "LC_ALL": "C.UTF-8"},
    {"PYTHONHASHSEED": "4711", "TZ": "America/New_York", "LC_ALL": "tr_TR.UTF-8", "PYTHONOPTIMIZE": "2"},
]


def test_the_same_bytes_in_every_process_hash_seed_zone_and_locale() -> None:
    lives = [dispute(number) for number in range(60)]
    lines = "\n".join(json.dumps([one.document, one.as_of]) for one in lives)
    command = [sys.executable, "-c", DECIDE_MANY]
    outputs = [
        subprocess.run(
            command, input=lines, env={**os.environ, **env}, capture_output=True, text=True, check=True, cwd=ROOT
        ).stdout
        for env in SURROUNDINGS
    ]
    here = "".join(as_json(decide(one.document, one.as_of)) + "\n" for one in lives)
    assert outputs == [here] * len(SURROUNDINGS)


def turned(value: Any) -> Any:
    """The same data with the keys of every mapping in the opposite order."""
    if isinstance(value, dict):
        return {key: turned(value[key]) for key in reversed(value)}
    return [turned(item) for item in value] if isinstance(value, list) else value


@modest(60)
@given(documents(POLICY, ROWS), instants())
def test_key_order_and_yaml_or_json_change_nothing(document: Document, as_of: str) -> None:
    decision = decide(document, as_of)
    assert as_json(decide(turned(document), as_of)) == as_json(decision)
    from_yaml = plain(parse_document(Source("case.yaml", as_yaml(document)), json=False))
    from_json = plain(parse_document(Source("case.json", json.dumps(document)), json=True))
    for read in (from_yaml, from_json):
        assert isinstance(read, dict)
        assert as_json(decide(read, as_of)) == as_json(decision)


# ------------------------------------------------------------------------------------------------- 4 pure


@modest(60)
@given(disputes())
def test_a_decision_changes_neither_case_nor_policy(found: Dispute) -> None:
    document = copy.deepcopy(found.document)
    case, digest, policy = VERSION.read_case(document), POLICY.digest, repr(POLICY.document)[:200_000]
    before = repr(case)
    first = VERSION.decide(case, found.as_of)
    assert document == found.document
    assert repr(case) == before
    assert VERSION.read_case(found.document).digest == case.digest == first.case_digest
    assert POLICY.digest == digest == first.policy.digest
    assert repr(POLICY.document)[:200_000] == policy
    assert VERSION.decide(case, found.as_of) == first


def test_what_is_shared_cannot_be_changed(version: Version) -> None:
    case = version.read_case(dispute(0).document)
    decision = version.decide(case, dispute(0).as_of)
    shared = [version, version.policy, *version.programs.values(), case, decision, *decision.reasons]
    shared += [*decision.deadlines, *version.policy.facts.values(), *version.policy.fields.values()]
    for one in shared:
        assert is_dataclass(one)
        for field in fields(one):
            with pytest.raises(FrozenInstanceError):
                setattr(one, field.name, None)
            value = getattr(one, field.name)
            assert not isinstance(value, dict | list | set) or field.name == "if_absent", f"{type(one)}.{field.name}"
            if isinstance(value, Mapping):
                with pytest.raises(TypeError):
                    value["x"] = None  # type: ignore[index]


# ------------------------------------------------------------------------------------------------- 7 zones


def rewritten(document: Document, rewrite: Any) -> Document:
    """The case with every instant written anew."""

    def text(value: Any) -> Any:
        return rewrite(value) if isinstance(value, str) and value != "unknown" else value

    facts = copy.deepcopy(document["facts"])
    for fact in POLICY.facts.values():
        group, _, name = fact.name.partition(".")
        if name not in facts.get(group, {}):
            continue
        if fact.kind in ("event", "instant"):
            facts[group][name] = text(facts[group][name])
        elif fact.kind == "submissions" and isinstance(facts[group][name], list):
            facts[group][name] = [
                {**one, "submitted_at": text(one["submitted_at"])} for one in facts[group][name]
            ]  # fmt: skip
    return {**document, "facts": facts}


@modest(60)
@given(disputes(), st.integers(-12 * 60, 14 * 60))
def test_the_offset_that_an_instant_is_written_in_means_nothing(found: Dispute, minutes: int) -> None:
    offset = timezone(timedelta(minutes=minutes))

    def elsewhere(text: str) -> str:
        return datetime.fromisoformat(text).astimezone(offset).isoformat()

    same = decide(rewritten(found.document, elsewhere), elsewhere(found.as_of))
    assert as_json(same) == as_json(decide(found.document, found.as_of))


@modest(60)
@given(disputes(), st.integers(1, 60))
def test_a_whole_number_of_weeks_later_every_deadline_is_so_much_later(found: Dispute, weeks: int) -> None:
    """In a zone without changes of clocks."""
    later = timedelta(weeks=weeks)

    def shifted(text: str) -> str:
        return (datetime.fromisoformat(text) + later).isoformat()

    here = found.with_fact(POLICY.zone_fact, "America/Phoenix")
    one = decide(here, found.as_of)
    other = decide(rewritten(here, shifted), shifted(found.as_of))
    assert other.fields == one.fields
    assert other.missing_facts == one.missing_facts
    assert [(d.name, d.at - later, d.state) for d in other.deadlines] == [
        (d.name, d.at, d.state) for d in one.deadlines
    ]


# ------------------------------------------------------------------------------------------------- 15 faithful


def mentioned(decision: Decision) -> set[str]:
    """The facts that the reasons, the deadlines shown and the lists of what is missing speak of."""
    read = {fact for reason in decision.reasons for fact in reason.facts}
    return read | set(decision.missing_facts) | set(decision.unassessed)


def outcome(decision: Decision) -> dict[str, object]:
    return {**decision.fields, "missing": decision.missing_facts}


@modest(150)
@given(disputes(), st.data())
def test_a_fact_that_changes_a_decision_is_mentioned_before_or_after(found: Dispute, data: st.DataObject) -> None:
    """Nothing decides in silence: where one fact makes the difference, one of the two explanations speaks of it.

    Of a case whose row is not known only the reasons that all rows have in common are given.
    """
    assume(found.document["scenario"] != "unknown")
    before = decide(found.document, found.as_of)
    fact = data.draw(st.sampled_from(list(POLICY.facts.values())), label="fact")
    assume(fact.name not in mentioned(before))
    changed = found.with_fact(fact.name, data.draw(values(fact), label="value"))
    after = decide(changed, found.as_of)
    if outcome(after) != outcome(before) or after.deadlines != before.deadlines:
        assert fact.name in mentioned(after)


@modest(100)
@given(disputes())
def test_every_reason_is_true(found: Dispute) -> None:
    assume(found.document["scenario"] != "unknown")
    case = VERSION.read_case(found.document)
    decision = VERSION.decide(case, found.as_of)
    program = VERSION.programs[found.document["scenario"]]
    run = Interpreter(program, case, parse_instant(found.as_of))
    rules = rules_of(program)
    for reason in decision.reasons:
        rule = rules.get((reason.table, reason.rule))
        if rule is None:
            continue
        holds = run.holds(rule.when)
        assert rule.basis.clauses == reason.clauses and rule.basis.readings == reason.readings
        if reason.state == "held":
            assert holds is True
        elif reason.state == "failed":
            assert holds is False
        else:
            assert holds is not False
    shown = {deadline.window for deadline in decision.deadlines}
    assert shown == {reason.rule for reason in decision.reasons if reason.state == "shown"}
    for written, deadline in zip(decision.to_dict()["deadlines"], decision.deadlines, strict=True):  # type: ignore[call-overload]
        assert datetime.fromisoformat(written["at"]) == deadline.at


def rules_of(program: Program) -> dict[tuple[str, str], Rule]:
    choices = [meaning.table for meaning in program.names.values() if isinstance(meaning, Choice)]
    return {(table.name, rule.id): rule for table in [*program.tables.values(), *choices] for rule in table.rules}


# ------------------------------------------------------------------------------------------------- 16 many at once


def test_many_cases_in_any_order_and_by_any_number_of_threads_are_decided_alike() -> None:
    lives = [dispute(number) for number in range(120)]
    one_by_one = [as_json(decide(one.document, one.as_of)) for one in lives]
    jobs = list(range(len(lives))) * 4
    random.Random(1).shuffle(jobs)
    with ThreadPoolExecutor(8) as threads:
        together = list(threads.map(lambda n: as_json(decide(lives[n].document, lives[n].as_of)), jobs))
    assert together == [one_by_one[number] for number in jobs]


def test_one_case_shared_by_threads_is_decided_alike(pack: Pack) -> None:
    life = next(dispute(n) for n in range(20) if wholly_known(dispute(n)))
    case = VERSION.read_case(life.document)
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda _: as_json(VERSION.decide(case, life.as_of)), range(200)))
        governed = list(threads.map(lambda _: as_json(pack.decide(life.document, life.as_of)), range(50)))
    assert len({*found, *governed}) == 1


# ------------------------------------------------------------------------------------------------- 19 nothing made up


def some_values(fact: Fact) -> list[Any]:
    """Values that a fact may turn out to have."""
    nothing = [None] if fact.nullable else []
    match fact.kind:
        case "bool":
            return [True, False]
        case "enum":
            return [*fact.values, *nothing]
        case "integer":
            return [0, 1, 2, 3]
        case "zone":
            return ["America/New_York", "Pacific/Honolulu", "UTC"]
        case "event" | "instant":
            moments = (datetime(2023, 1, 1, tzinfo=UTC), datetime(2025, 6, 1, 12, tzinfo=UTC))
            return [*(moment.isoformat() for moment in moments), *nothing]
        case "propositions":
            return [[], *([word] for word in fact.values), [*fact.values]]
        case _:
            return [[]]


def passed_over(program: Program) -> set[str]:
    """The facts that some rule of a row decides without while they are not known."""
    return {fact for rule in rules_of(program).values() if rule.if_unknown == "leave_out" for fact in rule.facts}


FIRM = [field.written_as for field in POLICY.fields.values() if field.must_be_known or field is STANDING]
OPEN = [field.written_as for field in POLICY.fields.values() if field.if_unknown not in (None, "left_out")]
SETTLED = {"decided", "appeal_pending", "closed", "out_of_scope", "intervention_stopped", "awaiting_materials"}


DISPUTES = st.one_of(disputes(), accepted(POLICY))


@modest(300)
@given(DISPUTES, st.data())
def test_what_is_decided_without_a_fact_is_decided_alike_whatever_the_fact(found: Dispute, data: st.DataObject) -> None:
    """Kleene's monotonicity: an answer given while a fact is unknown stands for every value of it.

    Not for what the policy decides without the fact on purpose, nor while a finding is awaited.
    """
    fact = data.draw(st.sampled_from(list(POLICY.facts.values())), label="fact")
    group, _, name = fact.name.partition(".")
    without = decide(found.with_fact(fact.name, "unknown"), found.as_of)
    listed = fact.name in (*without.missing_facts, *without.unassessed)
    if without.status not in SETTLED:
        return
    known = found.document["facts"].get(group, {}).get(name, "unknown")
    exempt = found.document["scenario"] == "unknown" or any(
        fact.name in passed_over(p) for p in VERSION.programs.values()
    )
    for value in [*some_values(fact), *([] if known == "unknown" else [known])]:
        with_it = decide(found.with_fact(fact.name, value), found.as_of)
        for field in FIRM:
            same = with_it.fields[field] == without.fields[field]
            assert same or listed or exempt, f"{field} at {value}: {without.fields[field]}, {with_it.fields[field]}"
        if with_it.status == without.status:
            shown = {(deadline.name, deadline.at) for deadline in with_it.deadlines}
            assert {(deadline.name, deadline.at) for deadline in without.deadlines} <= shown


@modest(200)
@given(DISPUTES, st.data())
def test_forgetting_a_fact_changes_nothing_or_is_told(found: Dispute, data: st.DataObject) -> None:
    fact = data.draw(st.sampled_from(list(POLICY.facts.values())), label="fact")
    before = decide(found.document, found.as_of)
    after = decide(found.with_fact(fact.name, "unknown"), found.as_of)
    told = fact.name in (*after.missing_facts, *after.unassessed)
    if after.status in SETTLED and not told and not any(fact.name in passed_over(p) for p in VERSION.programs.values()):
        compared = FIRM if fact.finding else [*FIRM, *OPEN]
        assert {name: after.fields[name] for name in compared} == {name: before.fields[name] for name in compared}
