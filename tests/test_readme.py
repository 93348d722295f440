"""The README says what is so: its decision, its lines of Python, and the commands it names."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest

from engine.cli.app import app

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
ROOT_CONTEXT = click.Context(app)
PAGES = [ROOT / "README.md", *sorted((ROOT / "policies").glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
COMMANDS = {name: found for name in app.list_commands(ROOT_CONTEXT) if (found := app.get_command(ROOT_CONTEXT, name))}
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


def test_the_lines_for_a_service_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    blocks = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    names: dict[str, Any] = {}
    for block in blocks:
        exec(block, names)
        for line, told in re.findall(r"^(.+)  # (\(.+\))$", block, re.MULTILINE):
            assert eval(line, names) == eval(told)
    assert json.loads(names["answer"]) == names["decision"].to_dict()
    assert names["said"].rules == ("seller-silent",)
    assert "La disputa se decide a su favor." in names["page"]
    names["body"] = b'{"facts": {}}'
    exec(next(block for block in blocks if "errors" in block), names)
    assert names["errors"]["diagnostics"][0]["line"] == 1


def test_every_command_named_is_there() -> None:
    listed = run("--help")
    for name in re.findall(r"^\| `([a-z]+)", README, re.MULTILINE):
        assert f"  {name} " in listed


def test_every_link_leads_somewhere() -> None:
    for page in PAGES:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page}: {target}"


def test_every_command_that_a_page_shows_can_be_given() -> None:
    found = [(page, command) for page in PAGES for command in commands(page.read_text(encoding="utf-8"))]
    assert len(found) > 100
    for page, command in found:
        _, name, *words = shlex.split(command)
        assert name in COMMANDS, f"{page}: {command}"
        parsed(COMMANDS[name], words, f"{page}: {command}")


def test_every_example_in_a_help_can_be_given() -> None:
    for name, command in COMMANDS.items():
        shown = re.findall(r"^ *(aftersale .+?)(?: {2,}.*| [>|] .+)?$", command.help or "", re.MULTILINE)
        assert shown, name
        for example in shown:
            _, named, *words = shlex.split(example)
            parsed(COMMANDS[named], words, example)


def test_every_option_in_the_table_is_one_of_its_command() -> None:
    rows = re.findall(r"^\| `([a-z-]+)[^|]*\|(.*)$", README, re.MULTILINE)
    assert {name for name, _ in rows} >= set(COMMANDS) - {"facts", "versions", "schema"}
    for name, told in rows:
        known = {option for param in COMMANDS[name].params for option in param.opts}
        assert set(re.findall(r"`(--[a-z-]+)", told)) <= known, name


@pytest.mark.parametrize("line", ["decide case.yaml --by x", "new 1.0.1", "validate --pack", "rules one two three"])
def test_a_command_that_cannot_be_given_is_noticed(line: str) -> None:
    name, *words = shlex.split(line)
    with pytest.raises(AssertionError):
        parsed(COMMANDS[name], words, line)


def commands(page: str) -> Iterator[str]:
    """The commands in the blocks and in the lines of a page, each as one line."""
    blocks = re.findall(r"^```(?:sh|console)?\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)
    for line in "\n".join(blocks).replace("\\\n", " ").splitlines():
        if match := re.match(r"(?:\$ )?(aftersale|\S*python cli\.py) ([^#>|&]*)", line):
            yield f"aftersale {match[2]}"
    inline = re.sub(r"^```.*?^```$", "", page, flags=re.DOTALL | re.MULTILINE)
    for quoted in re.findall(r"`((?:aftersale|python cli\.py)\s[^`]+)`", inline):
        yield re.sub(r"^python cli\.py", "aftersale", " ".join(quoted.partition(" > ")[0].split()))


def parsed(command: click.Command, words: list[str], told: str) -> None:
    """The words are options and arguments of the command, and none is lacking, unless the command is only named.
    Whether what they name is there, is not asked."""
    context = click.Context(command)
    try:
        values, left, _ = command.make_parser(context).parse_args(list(words))
    except click.UsageError as problem:
        raise AssertionError(f"{told}: {problem.message}") from None
    assert not left, told
    for param in command.params:
        value = values.get(str(param.name))
        assert not (param.required and words) or (isinstance(value, str | tuple) and value), f"{told}: {param.name}"
