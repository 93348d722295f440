"""Cases beside a case: the same with one fact changed. They find what nobody thought of."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, Final

from engine.pack import Version
from engine.policy.model import Fact
from engine.testing.model import PolicyTest

MOST: Final = 1_000  # cases, spread evenly over all that there are


def neighbours(version: Version, tests: Iterable[PolicyTest]) -> Iterator[PolicyTest]:
    """Cases that differ from those of the tests in one fact, at most so many. They expect nothing.

    A truth is turned over, an enum takes each other value, an event has not happened, a number is one more or less,
    nobody submitted anything."""
    facts = version.policy.facts.values()
    changes = [(test, fact, value) for test in tests for fact in facts for value in _others(fact, test)]
    every = -(-len(changes) // MOST) or 1
    return (_changed(*change) for change in changes[::every])


def _others(fact: Fact, test: PolicyTest) -> Iterable[Any]:
    group, _, key = fact.name.partition(".")
    given = test.case["facts"].get(group, {}).get(key)
    match fact.kind:
        case "bool":
            return (not given,) if isinstance(given, bool) else (True, False)
        case "enum":
            return (value for value in fact.values if value != given)
        case "integer":
            return (given - 1, given + 1) if type(given) is int else (0, 1)
        case "event":
            return (None,) if given is not None else ()
        case "submissions":
            return ([],) if given else ()
        case _:
            return ()


def _changed(test: PolicyTest, fact: Fact, value: Any) -> PolicyTest:
    group, _, key = fact.name.partition(".")
    facts = {**test.case["facts"], group: {**test.case["facts"].get(group, {}), key: value}}
    name = f"{test.name} With {fact.name}: {json.dumps(value)}"
    return replace(test, name=name, case={**test.case, "facts": facts}, expect={})
