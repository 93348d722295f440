"""The benchmarks run, and their contestants agree: times mean nothing otherwise. No time is asserted."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks import decision
from benchmarks.__main__ import main
from benchmarks.by_hand import Plain, decide
from benchmarks.harness import Contest, Contestant, Disagreement, Size, Target, agree, measure

QUICK = Size(150, 0.0, True)


def test_the_hand_written_function_decides_as_the_policy_does() -> None:
    found, looked_at, open_ones = decision.agreed(Size(900, 0.0, True))
    assert len(found) + open_ones == looked_at
    assert len(found) > 900


def test_a_hand_written_function_that_differs_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def other(*args: object) -> Plain:
        plain = decide(*args)  # type: ignore[arg-type]
        return plain._replace(liable=("seller",)) if plain.liable == ("carrier",) else plain

    monkeypatch.setattr("benchmarks.by_hand.public.decide", other)
    with pytest.raises(Disagreement):
        decision.agreed(QUICK)


def test_every_piece_runs_and_its_results_are_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--quick", "--write", str(tmp_path)]) == 0
    written = json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))
    assert {"decision", "explanation"} <= {result["name"] for result in written["results"]}
    for result in written["results"]:
        assert result.get("measured") or result.get("rows")
    page = (tmp_path / "RESULTS.md").read_text(encoding="utf-8")
    assert all(f"## {result['title']}" in page for result in written["results"])
    assert "One full decision" in capsys.readouterr().out


def test_answers_that_differ_are_no_contest() -> None:
    agree("one", [1, 2], "other", [1, 2])
    for answers in ([1, 3], [1]):
        with pytest.raises(Disagreement):
            agree("one", answers, "other", [1, 2])


def test_a_ratio_is_to_the_base_in_the_same_round() -> None:
    now = 0.0

    def work(seconds: float) -> Contestant:
        def run(n: int) -> None:
            nonlocal now
            now += n * seconds

        return Contestant(str(seconds), run)

    targets = [Target("5.0", "2.0", 2.0), Target("1.0", "5.0", 0.2)]
    contest = Contest("c", "C", "2.0", [work(1.0), work(2.0), work(5.0)], 10, targets=targets, clock=lambda: now)
    result = measure(contest, QUICK)
    assert [(one.seconds, one.ratio) for one in result.measured] == [(1.0, 0.5), (2.0, 1.0), (5.0, 2.5)]
    assert [(one.ratio, one.reached) for one in result.targets] == [(2.5, False), (0.2, True)]
