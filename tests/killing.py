"""`publish` killed at a random moment: the pack is as it was before, or as it is after, and can be published to again.

`python -m tests.killing 1000` does so a thousand times; the tests do it less often. A child process does nothing but
publish; it is stopped with SIGKILL after a random time, most often while it writes.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

from engine import load_pack
from engine.library import LEDGER
from engine.publishing.begin import begin
from engine.publishing.publish import Plan, Wish, carry_out, plan, written_ledger
from tests.museum_pieces import BASE
from tests.small_packs import publish_all

NOW = datetime(2026, 2, 10, 12, tzinfo=UTC)


def prepared(folder: Path) -> Plan:
    """A pack of one published version, and a publication that is planned. The ledger is long, so that writing takes
    time."""
    shutil.copytree(BASE, folder)
    publish_all(folder)
    with (folder / LEDGER).open("a", encoding="utf-8") as file:
        file.write("".join(f"# {number:06} {'x' * 1000}\n" for number in range(900)))
    file = begin(folder, "1.1.0", "1.0.0", None)
    file.write_text(file.read_text("utf-8").replace("changes: []", "changes: [More time.]"), encoding="utf-8")
    wish = Wish("1.1.0", date(2026, 3, 1), "The desk", "It is time.")
    return plan(load_pack(folder), written_ledger(folder), wish, NOW, NOW.date())


def killed(planned: Plan, pause: float) -> None:
    """Publish in a child process, and kill that after a pause in seconds."""
    child = os.fork()
    if child == 0:
        try:
            carry_out(planned)
        finally:
            os._exit(0)
    time.sleep(pause)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def survey(times: int, seed: int) -> Counter[str]:
    """Kill as many times, each time looking at what is left: `before`, `after`, and what lies about beside it."""
    chance, seen = random.Random(seed), Counter[str]()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "loans"
        planned = prepared(folder)
        before, after = (folder / LEDGER).read_bytes(), planned.text.encode("utf-8")
        whole = sorted(file.name for file in folder.iterdir())
        start = time.perf_counter()
        carry_out(planned)
        longest = 2 * (time.perf_counter() - start)
        for _ in range(times):
            (folder / LEDGER).write_bytes(before)
            pause = chance.uniform(0, longest)
            killed(planned, pause)
            found = (folder / LEDGER).read_bytes()
            assert found in (before, after), "the ledger is neither as before nor as after"
            seen["before" if found == before else "after"] += 1
            if (found == before) is (pause > longest / 2):  # the machine is slower now, or quicker, than it was
                longest *= 1.5 if found == before else 0.75
            left = sorted({file.name for file in folder.iterdir()} - set(whole))
            assert all(one.endswith(".part") for one in left)
            seen["left over"] += bool(left)
        (folder / LEDGER).write_bytes(before)
        carry_out(planned)
        assert sorted(file.name for file in folder.iterdir()) == whole
    return seen


if __name__ == "__main__":
    print(dict(survey(int(sys.argv[1]) if len(sys.argv) > 1 else 1000, seed=random.SystemRandom().randrange(10**9))))
