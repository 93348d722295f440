"""Run the benchmarks: every contestant is checked to agree, then timed in turns with the others.

python -m benchmarks [PIECE ...] [--quick] [--seconds 4] [--write FOLDER]
"""

from __future__ import annotations

import argparse
import sys
import time
from importlib import import_module
from pathlib import Path

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.harness import Contest, Figures, Result, Size, measure
from benchmarks.report import HERE, as_text, machine, write

PIECES = {
    "decision": "decision",
    "open_cases": "open_cases",
    "ladder": "ladder.contests",
    "wire": "wire",
    "case": "case",
    "columns": "columns",
    "backtest": "backtest",
    "growth": "growth",
    "start": "start",
    "load": "load",
    "what_if": "what_if",
    "where": "where",
    "spark": "spark",
}


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("pieces", nargs="*", metavar="PIECE", help=f"some of: {', '.join(PIECES)}; all by default")
    parser.add_argument("--quick", action="store_true", help="few inputs and rounds: to see that all contestants agree")
    parser.add_argument("--seconds", type=float, help="seconds for the rounds of one contest")
    parser.add_argument("--write", type=Path, help="folder for RESULTS.md and results.json; a whole run writes here")
    options = parser.parse_args(arguments)
    if unknown := [name for name in options.pieces if name not in PIECES]:
        parser.error(f"no such piece: {', '.join(unknown)}; there are {', '.join(PIECES)}")
    size = Size(300, 0.05, True) if options.quick else Size(3_000, 3.0, False)
    if options.seconds is not None:
        size = Size(size.inputs, options.seconds, size.quick)
    results: list[Result | Figures] = []
    left_out: dict[str, str] = {}
    about, begin = machine(), time.perf_counter()
    for name in options.pieces or PIECES:
        try:
            piece = import_module(f"benchmarks.{PIECES[name]}")
            for one in piece.contests(size):
                results.append(measure(one, size) if isinstance(one, Contest) else one)
                print(as_text(results[-1]), flush=True)
        except ModuleNotFoundError as missing:
            left_out[name] = f"{missing.name} is not installed; `pip install -e '.[bench]'`"
            print(f"\n{name}: left out, {left_out[name]}", flush=True)
    print(f"\n{time.perf_counter() - begin:.0f} s")
    folder = options.write or (None if options.pieces or options.quick else HERE)
    if folder is not None:
        write(about, results, left_out, folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
