"""A policy with as many rules as wanted, for what is said of large tables."""

from __future__ import annotations

import random
from typing import Any

WORDS = tuple(f"kind_{number}" for number in range(50))
FLAGS = tuple(f"ask.flag_{number}" for number in range(12))
COUNTS = tuple(f"ask.count_{number}" for number in range(6))


def ladder(
    rules: int, hit: str = "first", seed: str = "ladder", wild: float = 0.0, codes: bool = False
) -> dict[str, Any]:
    """A policy with one large table, as data for `small_packs`. Most rules ask for a kind, or for a code, and for
    something besides; the share of `wild` ask for neither."""
    chance = random.Random(f"{seed}/{rules}")
    listed: list[dict[str, Any]] = []
    seen: set[str] = set()
    while len(listed) < rules:
        number = len(listed)
        terms = [_term(chance) for _ in range(chance.choice((1, 1, 2)))]
        if chance.random() >= wild:
            kind, other = WORDS[number % len(WORDS)], chance.choice(WORDS)
            asked = f"ask.kind == {kind}" if chance.random() < 0.8 else f"ask.kind in [{kind}, {other}]"
            if codes:
                asked = f"ask.code == {number % 20}" if chance.random() < 0.8 else f"ask.code in [{number % 20}, 7]"
            terms.insert(chance.randrange(len(terms) + 1), asked)
        condition = " and ".join(terms)
        if condition in seen:
            continue
        seen.add(condition)
        says = ["up", "down"][number % 2]
        listed.append({"id": f"rule-{number}", "when": condition, "way": says if hit == "first" else [says]})
    if hit == "first":
        listed.append({"id": "rest", "else": True, "way": "down"})
    way: dict[str, Any] = (
        {"one_of": ["up", "down"], "otherwise": "nowhere"} if hit == "first" else {"list_of": ["up", "down"]}
    )
    return {
        "policy": "ladder",
        "version": "1.0.0",
        "title": "A ladder of rules",
        "effective_from": "2024-01-01",
        "time_zone": "ask.zone",
        "filed_at": "ask.filed_at",
        "facts": {
            "ask.zone": {"type": "zone", "if_absent": "UTC"},
            "ask.filed_at": {"type": "event", "if_absent": None},
            "ask.kind": {"type": "enum", "one_of": list(WORDS)},
            "ask.code": {"type": "integer", "nullable": True},
            "ask.papers": {"type": "submissions", "if_absent": []},
            **dict.fromkeys(FLAGS, "bool"),
            **dict.fromkeys(COUNTS, "integer"),
        },
        "propositions": ["shown"],
        "decision": {
            "stage": {"one_of": ["done", "open"], "if_unknown": "open"},
            "way": {**way, "must_be_known": True},
        },
        "parties": {"asker": {"title": "Asker", "submits": "ask.papers"}},
        "evidence": {"periods": "papers", "owed": "must_show"},
        "define": {"busy": "ask.count_0 > 3 and ask.flag_0", "calm": "not busy and ask.count_1 < 5"},
        "tables": {
            "ways": {"title": "Which way", "hit": hit, "every_rule_says": ["way"], "rules": listed},
            "stages": {
                "title": "Where it stands",
                "hit": "first",
                "every_rule_says": ["stage"],
                "rules": [{"id": "done", "else": True, "stage": "done"}],
            },
        },
        "scenarios": {"only": {}},
    }


def _term(chance: random.Random) -> str:
    match chance.randrange(5):
        case 0:
            return f"{chance.choice(COUNTS)} {chance.choice(('>', '<=', '=='))} {chance.randrange(20)}"
        case 1:
            return f"not {chance.choice(FLAGS)}"
        case 2:
            return chance.choice(("busy", "calm"))
        case _:
            return chance.choice(FLAGS)
