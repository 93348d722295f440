"""Try what is told about decisions on N disputes that are made up: `python -m tests.explained N [--seed S]`."""

from __future__ import annotations

import argparse
import sys
import time

from engine import load_pack
from tests.explained import CLAIMS, SEEDS, tried


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.explained", description=__doc__)
    parser.add_argument("count", type=int, metavar="N", help="so many disputes; the dear checks try a share of them")
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="another one makes up others")
    parser.add_argument("--claim", choices=[claim.name for claim in CLAIMS], help="only this one, on every dispute")
    parser.add_argument("--policy", default="1.0.0", metavar="VERSION", help="the version that decides")
    options = parser.parse_args()
    if not 0 < options.count <= SEEDS:
        parser.error(f"N can be 1 to {SEEDS}")
    version = load_pack().version(options.policy)
    wrong = 0
    for claim in CLAIMS:
        if options.claim not in (None, claim.name):
            continue
        numbers = range(0, options.count, 1 if options.claim else claim.every)
        looked, bad, began = 0, 0, time.process_time()
        for number in numbers:
            try:
                looked += tried(claim, version, number, options.seed)
            except AssertionError as problem:
                bad += 1
                print(f"{claim.name}, dispute {number} of seed {options.seed}: {str(problem)[:2000] or 'wrong'}")
        spent = time.process_time() - began
        print(
            f"{claim.name:10} {len(numbers):6} disputes {looked:8} looked at {bad:4} wrong {spent:6.1f} s: {claim.says}"
        )
        wrong += bad
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
