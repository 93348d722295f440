"""Damage files and tell what becomes of them: `python -m tests.damage [--all] [--sample N] [--part I/N] [--json]`."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from dataclasses import asdict

from tests.damage import every, sample
from tests.damage.judge import accuracy, problems
from tests.damage.runner import tried


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.damage", description=__doc__)
    parser.add_argument("--all", action="store_true", help="every damage, through the whole pack")
    parser.add_argument("--sample", type=int, default=250, metavar="N", help="about so many, of every way some")
    parser.add_argument("--part", default="0/1", metavar="I/N", help="only this part of them, from 0")
    parser.add_argument("--json", action="store_true", help="a line of JSON for each")
    options = parser.parse_args()
    part, parts = map(int, options.part.split("/"))
    damages = (every() if options.all else sample(options.sample))[part::parts]
    found, bad = [], 0
    for damage, outcome in tried(damages, whole=options.all):
        found.append((damage, outcome))
        wrong = list(problems(damage, outcome))
        bad += bool(wrong)
        if options.json:
            about = {"way": damage.way, "kind": damage.kind, "note": damage.note, "lines": sorted(damage.lines)}
            print(json.dumps(about | {"problems": wrong, "outcome": asdict(outcome)}))
        elif wrong:
            print(f"{damage.way} {damage.kind} {damage.note!r}: {'; '.join(wrong)}")
    if not options.json:
        verdicts = Counter(outcome.verdict for _, outcome in found)
        print(f"{len(found)} damaged files:", ", ".join(f"{count} {verdict}" for verdict, count in verdicts.items()))
        print(f"line right within two lines: {accuracy(found):.1%}")
        print(f"slowest: {max(o.seconds for _, o in found):.2f} s; most: {max(o.mebibytes for _, o in found):.0f} MB")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
