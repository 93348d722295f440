"""42 rules of which the first that holds decides: by hand, by the engine, by other engines."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from benchmarks.harness import Contest, Contestant, Size, Target, agree
from benchmarks.ladder import by_hand, ours, peers
from benchmarks.ladder.rules import MOMENT, Sample, rules, samples, version

HAND, ALONE, FULL, EXPLAINED = (
    "by hand",
    "aftersale, the rules alone",
    "aftersale, a full Decision",
    "with its explanation",
)
TEN_TIMES = ("zen-engine", "CEL", "Rego", "simpleeval, rule by rule")


def contests(size: Size) -> Iterator[Contest]:
    asked = samples(size.inputs if size.quick else 2_000)
    expected = [by_hand.decide(one.scenario, one.facts) for one in asked]
    left_out: dict[str, str] = {}
    contestants = [Contestant(HAND, _by_hand(asked), "the rule, what it says and its clauses"), *_ours(asked, expected)]
    others = list(_peers(asked, expected, False, left_out))
    targets = [Target(ALONE, HAND, 1.1)]
    for one in others:
        at_most = 0.1 if one.name.startswith(TEN_TIMES) else 1.0
        targets.append(Target(ALONE, one.name, at_most))
    yield Contest(
        "ladder",
        "A ladder of 42 rules, one case",
        HAND,
        [*contestants, *others],
        len(asked),
        targets=targets,
        left_out=left_out,
        says=(
            f"27 facts, six scenarios, 6 derived facts. Every engine gave the same rule on {len(asked)} random cases"
            " before it was timed. Facts go in as each engine takes them; making that form is not counted."
        ),
    )
    decided = version()
    cases = [one.case for one in asked]
    untold: dict[str, str] = {}

    # Decisions and explanations are dropped: who hands them on does not keep hundreds.
    def full(n: int) -> None:
        for case in cases[:n]:
            decided.decide(case, MOMENT)

    def explained(n: int) -> None:
        for case in cases[:n]:
            decided.decide(case, MOMENT).explain()

    alone, _ = _ours(asked, expected)

    yield Contest(
        "ladder_explained",
        "The ladder with an explanation",
        HAND,
        [
            Contestant(HAND, _by_hand(asked), "without any"),
            alone,
            Contestant(FULL, full, "`Version.decide`"),
            Contestant(EXPLAINED, explained, "what became of every rule, name and fact"),
            *_peers(asked, expected, True, untold),
        ],
        len(asked),
        targets=[Target(EXPLAINED, ALONE, 15.0), Target(EXPLAINED, FULL, 15.0)],
        left_out=untold,
        says="The id of the rule and its clauses cost nothing; the whole trace is made when it is asked for.",
    )


def _by_hand(asked: Sequence[Sample]) -> Callable[[int], object]:
    pairs = [(one.scenario, one.facts) for one in asked]
    return lambda n: [by_hand.decide(scenario, facts) for scenario, facts in pairs[:n]]


def _ours(asked: Sequence[Sample], expected: Sequence[by_hand.Told]) -> Iterator[Contestant]:
    decided, alone = version(), ours.rules_alone(version())
    agree(ALONE, [ours.told(alone[one.scenario](one.facts, MOMENT)) for one in asked], HAND, expected)
    pairs = [(one.scenario, one.facts) for one in asked]
    yield Contestant(
        ALONE,
        lambda n: [alone[scenario](facts, MOMENT) for scenario, facts in pairs[:n]],
        "`Version.rules`: the rule, what it says and its clauses",
    )
    full = []
    for one in asked:
        decision = decided.decide(one.case, MOMENT)
        rule = next(reason for reason in decision.reasons if reason.table == "outcome" and reason.state == "held")
        full.append((rule.rule, decision.winner, decision.payer, decision.remedy, rule.clauses))
    agree(FULL, full, HAND, expected)
    cases = [one.case for one in asked]
    yield Contestant(FULL, lambda n: [decided.decide(case, MOMENT) for case in cases[:n]], "`Version.decide`")


def _peers(
    asked: Sequence[Sample], expected: Sequence[by_hand.Told], explaining: bool, left_out: dict[str, str]
) -> Iterator[Contestant]:
    flat, wanted = [one.flat for one in asked], [answer[0] for answer in expected]
    for peer, decide in peers.made(rules(), explaining, left_out):
        agree(peer.name, [decide(facts) for facts in flat], HAND, wanted)
        yield Contestant(peer.name, _each(decide, flat), peer.version())


def _each(decide: peers.Decide, flat: Sequence[dict[str, object]]) -> Callable[[int], object]:
    return lambda n: [decide(facts) for facts in flat[:n]]
