"""The language, defined by data: every file in `language/` is a table of cases of a small bicycle workshop's policy.

A file adds its `policy:` to that of `base.yaml`, and a case may add more. What a case says:

    facts, as_of, scenario   the input, on top of the file's own
    formulas                 what each formula is: a value, `never`, or `waits for FACT, FACT`
    expect                   fields of the decision; `missing_facts`, `unassessed` and `determined` are among them
    deadlines                every deadline that is shown: `NAME: [instant, state]`
    reasons, not_reasons     reasons that are (not) given: `STATE TABLE/RULE`, `STATE WINDOW`, `STATE PARTY.PROPOSITION`
    refused                  the code of the error with which the version is refused
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from engine import Decision, InvalidDocument, Version
from engine.backends.interpreter import Interpreter
from engine.clock import format_instant, parse_instant
from engine.document import plain, read_document
from engine.expr.unknown import Unknown
from engine.testing.suite import merged as on_top
from tests.small_packs import load_data, merged

FOLDER = Path(__file__).parent / "language"
BASE: Any = plain(read_document(FOLDER / "base.yaml"))
KEYS = {
    *("name", "policy", "facts", "as_of", "scenario"),
    *("formulas", "expect", "deadlines", "reasons", "not_reasons", "refused"),
}


def cases() -> Iterator[Any]:
    for file in sorted(FOLDER.glob("*.yaml")):
        if file.name == "base.yaml":
            continue
        table: Any = plain(read_document(file))
        policy, facts = merged(BASE["policy"], table["policy"]), on_top(BASE["facts"], table.get("facts", {}))
        for case in table["cases"]:
            assert set(case) <= KEYS, f"{file.name}: {case['name']}: {sorted(set(case) - KEYS)}"
            whole = case | {
                "policy": merged(policy, case.get("policy", {})),
                "facts": on_top(facts, case.get("facts", {})),
                "as_of": case.get("as_of", table.get("as_of", BASE["as_of"])),
            }
            yield pytest.param(whole, id=f"{file.stem}: {case['name']}")


@pytest.mark.parametrize("case", list(cases()))
def test_the_language_is_as_the_tables_say(case: dict[str, Any]) -> None:
    formulas = case.get("formulas", {})
    named = {f"formula_{number}": formula for number, formula in enumerate(formulas, 1)}
    policy = merged(case["policy"], {"define": named}) if named else case["policy"]
    if "refused" in case:
        with pytest.raises(InvalidDocument) as refusal:
            load_data(policy)
        assert case["refused"] in {problem.code for problem in refusal.value.diagnostics}, str(refusal.value)
        return
    version = load_data(policy).version("1.0.0")
    document = {"scenario": case.get("scenario", "wheel"), "facts": case["facts"]}
    if named:
        found = {formula: value_of(version, document, case["as_of"], name) for name, formula in named.items()}
        assert found == formulas
    if {"expect", "deadlines", "reasons", "not_reasons"} & set(case):
        check(version.decide(version.read_case(document), case["as_of"]), case)


def check(decision: Decision, case: dict[str, Any]) -> None:
    data = decision.to_dict()
    expect = case.get("expect", {})
    assert {name: data[name] for name in expect} == expect
    if "deadlines" in case:
        shown = {
            one.name: [format_instant(one.at, None).replace("+00:00", "Z"), one.state] for one in decision.deadlines
        }
        assert shown == case["deadlines"]
    given = {f"{one.state} {one.table}/{one.rule}".replace(" /", " ") for one in decision.reasons}
    assert set(case.get("reasons", ())) <= given
    assert not set(case.get("not_reasons", ())) & given


def value_of(version: Version, document: dict[str, Any], as_of: str, name: str) -> object:
    """What a name is in a case, as the tables write it."""
    program = version.programs[document["scenario"]]
    value = Interpreter(program, version.read_case(document), parse_instant(as_of)).value(name)
    match value:
        case Unknown():
            return "waits for " + ", ".join((*value.facts, *value.findings))
        case None:
            return "never"
        case datetime():
            return format_instant(value, None).replace("+00:00", "Z")
        case date():
            return value.isoformat()
        case tuple() | frozenset():
            return sorted(value)
        case _:
            return value
