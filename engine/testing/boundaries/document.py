"""Tests that were made, as a document of policy tests."""

from __future__ import annotations

from collections import Counter
from typing import Any

from engine.pack import Version
from engine.testing.boundaries.every_period import Boundaries
from engine.testing.boundaries.moved import Facts


def as_document(version: Version, made: Boundaries) -> dict[str, Any]:
    """The tests as a document of policy tests: what most of them know, and none leaves out, stands once."""
    common = _common([test.data["facts"] for test in made.tests])
    tests = [{**test.data, "facts": _without(test.data["facts"], common)} for test in made.tests]
    return {
        "policy": version.policy.name,
        "about": "The last instant of every period, with the second before and the second after it.",
        "versions": [version.name],
        **({"facts": common} if common else {}),
        "tests": tests,
    }


def _common(facts: list[Facts]) -> Facts:
    """The facts that all have, each with the value that most of them give it."""
    common: Facts = {}
    for group, members in facts[0].items() if facts else ():
        for key in members:
            values = [repr(other[group][key]) for other in facts if key in other.get(group, {})]
            (most, count), *_ = Counter(values).most_common(1)
            if len(values) == len(facts) and 2 * count > len(facts):
                common.setdefault(group, {})[key] = facts[values.index(most)][group][key]
    return common


def _without(facts: Facts, common: Facts) -> Facts:
    own = {
        g: {k: v for k, v in members.items() if (k, v) not in common.get(g, {}).items()} for g, members in facts.items()
    }
    return {group: members for group, members in own.items() if members}
