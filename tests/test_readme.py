"""The README says what is so: its decision, its lines of Python, and the commands it names."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from engine import Pack
from engine.document import plain, read_document

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
EXAMPLE = "policies/tiktok-shop-us/examples/lost-package.yaml"


def run(*words: str) -> str:
    command = [sys.executable, "cli.py", *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60).stdout


def test_the_decision_shown_is_what_the_command_prints() -> None:
    match = re.search(r"<!-- decide -->\n```\n(.*?)```", README, re.DOTALL)
    assert match is not None
    shown = match.group(1).rstrip().removesuffix("...").rstrip().splitlines()
    printed = run("decide", EXAMPLE).splitlines()
    assert len(shown) > 20
    assert [line.rstrip() for line in printed[: len(shown)]] == shown


def test_the_lines_for_a_service_run(pack: Pack) -> None:
    blocks = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    assert len(blocks) == 4
    case = plain(read_document(ROOT / EXAMPLE))
    names: dict[str, Any] = {"case": case, "body": json.dumps(case).encode()}
    for block in blocks:
        exec(block, names)
    assert names["decision"].fields["liable"]
    assert json.loads(names["answer"]) == names["decision"].to_dict()
    assert names["said"].rules == ("lost-on-the-way",)
    assert "La disputa se decide a su favor." in names["page"]
    names["body"] = b'{"facts": {}}'
    exec(next(block for block in blocks if "errors" in block), names)
    assert names["errors"]["diagnostics"][0]["line"] == 1


def test_every_command_named_is_there() -> None:
    listed = run("--help")
    for name in re.findall(r"^\| `([a-z]+)", README, re.MULTILINE):
        assert f"  {name} " in listed


def test_every_link_leads_somewhere() -> None:
    for page in [ROOT / "README.md", ROOT / "policies/README.md", *sorted((ROOT / "docs").rglob("*.md"))]:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page}: {target}"
