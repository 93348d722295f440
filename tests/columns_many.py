"""Tens of thousands of made-up disputes, decided in columns and one at a time: every difference is shown.

python -m tests.columns_many --count 50000 --first 0
"""

from __future__ import annotations

import argparse
import sys

from engine import load_pack
from engine.columns import Counts, decide_batches
from tests.case_tables import rows_of, table_of
from tests.strategies import dispute

AT_ONCE = 5_000


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--first", type=int, default=0, help="the number of the first dispute")
    options = parser.parse_args()
    pack, differences = load_pack(), 0
    for version in pack.versions.values():
        counts = Counts()
        for first in range(options.first, options.first + options.count, AT_ONCE):
            last = min(first + AT_ONCE, options.first + options.count)
            cases = [(one.document, one.as_of) for one in map(dispute, range(first, last))]
            batches = decide_batches(pack, [table_of(cases, version.policy)], version=version.name, counts=counts)
            found = [row for batch in batches for row in batch.to_pylist()]
            for number, row, alone in zip(range(first, last), found, rows_of(version, cases), strict=True):
                for name in (name for name in alone if row[name] != alone[name]):
                    differences += 1
                    print(f"{version.name} dispute {number} {name}:\n  columns {row[name]}\n  alone   {alone[name]}")
        print(f"{version.name}: {counts.rows:,} cases, {counts.one_by_one:,} one by one, {differences} differences")
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
