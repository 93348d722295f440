"""What is told about a decision is true: a sample of `python -m tests.explained`, and that its checks can fail."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from engine import Explanation, Version, load_pack
from engine.analysis.missing import Matter
from tests.explained import CLAIMS, Claim, changes, forecasts, made_up, matters, mentioned, quoted, tried

VERSION = load_pack().version("1.0.0")
SEED = 4
SAMPLE = {"mentioned": 600, "quoted": 500, "forecast": 60, "changes": 8, "matters": 16}  # disputes
PARTS = 4  # that can run side by side
BY_NAME: Mapping[str, Claim] = {claim.name: claim for claim in CLAIMS}


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("name", BY_NAME)
def test_what_is_told_is_true(name: str, part: int) -> None:
    looked = sum(tried(BY_NAME[name], VERSION, number, SEED) for number in range(part, SAMPLE[name], PARTS))
    assert looked > SAMPLE[name] // PARTS


# ------------------------------------------------------------------------------------- each check notices what is wrong


def fails(check: Any, numbers: range) -> bool:
    """Whether a check notices something in one of some disputes."""
    for number in numbers:
        try:
            check(VERSION, made_up(number, SEED), random.Random(number))
        except AssertionError:
            return True
    return False


def test_a_fact_that_is_kept_quiet_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    told = Explanation.facts.fget  # type: ignore[attr-defined]
    monkeypatch.setattr(Explanation, "facts", property(lambda self: tuple(told(self))[:-4]))
    assert fails(mentioned.check, range(20))


def test_a_rule_that_did_not_hold_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    decide = Version.decide

    def boasting(version: Version, case: Any, as_of: Any) -> Any:
        decision = decide(version, case, as_of)
        reasons = tuple(replace(one, state="held") if one.state == "failed" else one for one in decision.reasons)
        return replace(decision, reasons=reasons).made(decision._made_by, decision._case)

    monkeypatch.setattr(Version, "decide", boasting)
    assert fails(quoted.check, range(60))


def test_a_step_that_is_left_out_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    real = forecasts.forecast
    monkeypatch.setattr(forecasts, "forecast", lambda *a: replace(found := real(*a), steps=found.steps[1:]))
    assert fails(forecasts.check, range(10))


def test_a_way_that_does_nothing_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    real = changes.what_would_change

    def boasting(*arguments: Any, **named: Any) -> Any:
        found = real(*arguments, **named)
        return replace(found, ways=tuple(replace(way, changes=way.changes[:1]) for way in found.ways))

    def silent(*arguments: Any, **named: Any) -> Any:
        found = real(*arguments, **named)
        return replace(found, ways=found.ways[1:])

    for wrong in (boasting, silent):
        monkeypatch.setattr(changes, "what_would_change", wrong)
        assert fails(changes.check, range(12)), wrong


def test_a_fact_that_is_not_named_or_named_in_vain_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    real = matters.may_matter

    def silent(*arguments: Any) -> Any:
        return replace(real(*arguments), facts=(), findings=())

    def boasting(version: Version, case: Any, as_of: Any) -> Any:
        found = real(version, case, as_of)
        named = {*found.may_matter, *case.values}
        idle = [Matter(name, "outcome", ()) for name in version.policy.facts if name not in named]
        return replace(found, facts=(*found.facts, *idle))

    for wrong in (silent, boasting):
        monkeypatch.setattr(matters, "may_matter", wrong)
        assert fails(matters.check, range(12)), wrong
