"""From the bytes of a case to the bytes of its decision, with the check of the case; and what the steps cost."""

from __future__ import annotations

import json
from collections.abc import Iterator

from benchmarks.by_hand.wire import Wire
from benchmarks.cases import version
from benchmarks.decision import agreed
from benchmarks.harness import Contest, Contestant, Size, Target, agree

HAND, OURS = "by hand, nothing checked", "aftersale, checked"


def contests(size: Size) -> Iterator[Contest]:
    asked, _, _ = agreed(size)
    chosen, wire = version(), Wire(version())
    texts = [(one.text, one.moment) for one in asked]
    found = [chosen.decide_json(text, moment) for text, moment in texts]
    agree(HAND, [json.loads(wire.decide(*one)) for one in texts], OURS, [json.loads(one) for one in found])
    yield Contest(
        "wire",
        "From the bytes of a case to the bytes of its decision",
        HAND,
        [
            Contestant(
                HAND,
                lambda n: [wire.decide(text, moment) for text, moment in texts[:n]],
                "orjson, the hand-written function, orjson; the constant parts written before",
            ),
            Contestant(
                OURS,
                lambda n: [chosen.decide_json(text, moment) for text, moment in texts[:n]],
                "`Version.decide_json`",
            ),
        ],
        len(texts),
        targets=[Target(OURS, HAND, 1.3)],
        says="The hand-written path has no check: it believes every key and value that it is given. Both write the same"
        " JSON, the digest of the case included.",
    )
    cases = [(one.case, one.moment) for one in asked]
    data = [json.loads(text) for text, _ in texts]
    decisions = [chosen.decide(*one) for one in cases]
    yield Contest(
        "steps",
        "The steps one by one",
        "decide",
        [
            Contestant("json.loads", lambda n: [json.loads(text) for text, _ in texts[:n]], "the text of the case"),
            Contestant("read_case", lambda n: [chosen.read_case(one) for one in data[:n]], "the check, and the digest"),
            Contestant("decide", lambda n: [chosen.decide(case, moment) for case, moment in cases[:n]]),
            Contestant("to_dict", lambda n: [one.to_dict() for one in decisions[:n]], "the decision as plain data"),
            Contestant(
                "json.dumps", lambda n: [json.dumps(one.to_dict()) for one in decisions[:n]], "to_dict included"
            ),
        ],
        len(texts),
        says="As a service calls them that has its own JSON library.",
    )
