"""Where the time goes: the functions that take most of it, for a decision, from bytes to bytes, and an explanation."""

from __future__ import annotations

import cProfile
import pstats
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.cases import version
from benchmarks.decision import agreed
from benchmarks.harness import Figures, Size

ROOT = Path(__file__).resolve().parent.parent
MOST = 12


def contests(size: Size) -> Iterator[Figures]:
    asked, _, _ = agreed(size)
    chosen = version()
    few = asked[: max(20, len(asked) // 20)]
    texts = [(one.text, one.moment) for one in asked]
    made = [chosen.decide(one.case, one.moment) for one in few]
    works: dict[str, Callable[[], object]] = {
        "a decision": lambda: [chosen.decide(one.case, one.moment) for one in asked],
        "bytes to bytes": lambda: [chosen.decide_json(*one) for one in texts],
        "an explanation": lambda: [decision.explain() for decision in made],
    }
    for name, work in works.items():
        yield Figures(
            f"where_{name.replace(' ', '_')}",
            f"Where the time of {name} goes",
            ("function", "share", "calls for one"),
            tuple(_profile(work, len(few) if name == "an explanation" else len(asked))),
            "By Python's profiler, which makes small functions look larger than they are: own time, callees left out.",
        )


def _profile(work: Callable[[], object], times: int) -> Iterator[tuple[str, str, str]]:
    work()
    profile = cProfile.Profile()
    profile.runcall(work)
    found = pstats.Stats(profile).stats  # type: ignore[attr-defined]
    whole = sum(own for _, _, own, _, _ in found.values())
    for place, (_, calls, own, _, _) in sorted(found.items(), key=lambda item: -item[1][2])[:MOST]:
        yield _said(place), f"{own / whole:.0%}", f"{calls / times:.1f}"


def _said(place: tuple[str, int, str]) -> str:
    """A function by its module and its name; what is built in by its name alone."""
    file, _, name = place
    if file == "~":
        return name.strip("<>").removeprefix("built-in method ").replace("|", "\\|")
    path = Path(file.strip("<>"))  # generated code has a name in place of a file
    inside = path.is_relative_to(ROOT)
    return f"{path.relative_to(ROOT) if inside else path.name}: {name.strip('<>')}"
