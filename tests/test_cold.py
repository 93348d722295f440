"""The quickest way to one decision: the same bytes as the command proper, or nothing at all."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from engine import Decision, Pack, load_pack
from engine.cache.entries import keep
from engine.cli import cold, exits
from engine.cli.cold import Entries, Line, read_line
from engine.cli.decide import Asked
from engine.cli.sources import from_file
from engine.clock import parse_instant
from engine.diagnostics import InvalidDocument, Report
from engine.document import plain, read_document
from engine.render.decision_to_text import decision_to_page
from engine.render.page import Page, in_columns
from engine.testing.suite import policy_tests
from tests.kites import write_versions
from tests.small_packs import publish_all

ROOT = Path(__file__).parent.parent
PACK = ROOT / "policies/tiktok-shop-us"
EXAMPLES = sorted(path for path in (PACK / "examples").iterdir() if path.suffix == ".yaml")
EXAMPLE = PACK / "examples/lost-package.yaml"
MOMENT = "2025-06-20T09:00:00-04:00"
REFERENCE = "['simpleeval']\n"  # what is loaded, too, where facts are missing
KINDS = {".pack", ".cases", ".row", ".program", ".words"}
OPEN = '{"scenario": "lost_package", "title": "Hardly anything is known"}'
Told = tuple[int, str]
NOW = datetime(2025, 6, 18, 12, tzinfo=UTC)

LOOKING = """
import sys
sys.argv = ["aftersale", *sys.argv[1:]]
from engine.cli import main
try:
    main()
except SystemExit:
    slow = ("yaml", "jsonschema", "rich", "click", "simpleeval", "pathlib", "engine.pack", "engine.policy.model")
    print([name for name in slow if name in sys.modules], file=sys.stderr)
    raise
"""


def run(*arguments: str | Path, entries: Path | str, **more: str) -> tuple[int, str, str]:
    """The exit code, the output, and what was said beside it."""
    environment = {**os.environ, "AFTERSALE_CACHE": str(entries), **more}
    command = [sys.executable, *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


def proper(*arguments: str | Path, entries: Path, **more: str) -> tuple[int, str, str]:
    """The same from the command proper, which takes its time as soon as anything stands before its name."""
    return run("cli.py", "--", *arguments, entries=entries, **more)


@pytest.fixture(scope="module")
def entries(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What one command prepared."""
    folder = tmp_path_factory.mktemp("cold") / "entries"
    assert run("cli.py", "decide", EXAMPLE, entries=folder)[0] == exits.OK
    assert {path.suffix for path in folder.iterdir()} == KINDS
    return folder


@pytest.fixture
def case(tmp_path: Path) -> Path:
    file = tmp_path / "case.json"
    file.write_text(json.dumps(plain(read_document(EXAMPLE))), "utf-8")
    return file


# -------------------------------------------------------------------------------------------------- the command line


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        ("decide a.json --format json", Line("a.json", "json")),
        ("decide --format=json a.json --as-of=2025-01-01T00:00:00Z", Line("a.json", "json", "2025-01-01T00:00:00Z")),
        ("decide a.json --format json --policy 1.0.0 --pack p", Line("a.json", "json", None, "1.0.0", "p")),
        ("decide a.yaml --format json", Line("a.yaml", "json")),
        ("decide a.yml", Line("a.yml", "text")),
        ("decide a.json --format text", Line("a.json", "text")),
        ("decide a.json --format html", None),
        ("decide a.json --format jsonl", None),
        ("decide a.jsonl", None),
        ("decide a.csv", None),
        ("decide a.json b.json --format json", None),
        ("decide - --format json", None),
        ("decide a.json --explain", None),
        ("decide a.json --what-if", None),
        ("decide a.json --format json --output o.json", None),
        ("decide a.json --format", None),
        ("decide a.json --format json --as-of --explain", None),
        ("clock a.json --format json", None),
        ("decide", None),
        ("", None),
    ],
)
def test_a_command_line_that_a_cold_command_knows(arguments: str, line: Line | None) -> None:
    assert read_line(arguments.split()) == line


def test_it_loads_neither_click_nor_the_pack(entries: Path, case: Path) -> None:
    for form in ("text", "json"):
        command = ("decide", case, "--as-of", MOMENT, "--format", form)
        code, told, loaded = run("-c", LOOKING, *command, entries=entries)
        assert (code, loaded) == (exits.OK, "[]\n")
        assert run("cli.py", *command, entries="off") == (exits.OK, told, "")
    assert run("-c", LOOKING, "decide", EXAMPLE, entries=entries)[2] == "['yaml', 'pathlib']\n"


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize("text", [OPEN, '{"scenario": "unknown"}'])
def test_neither_does_it_where_facts_are_missing(text: str, form: str, case: Path, entries: Path) -> None:
    case.write_text(text, "utf-8")
    command = ("decide", case, "--as-of", MOMENT, "--format", form)
    code, told, loaded = run("-c", LOOKING, *command, entries=entries)
    assert (code, loaded) == (exits.UNDETERMINED, REFERENCE)
    assert proper(*command, entries=entries) == (exits.UNDETERMINED, told, "")


# ------------------------------------------------------------------------------------------- as the command proper


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_is_told_as_the_command_proper_tells_it(example: Path, entries: Path) -> None:
    assert run("cli.py", "decide", example, entries=entries) == proper("decide", example, entries=entries)


@pytest.mark.parametrize(
    ("options", "settings"),
    [
        ("--policy 1.0.0 --as-of 2025-06-18T12:00:00Z", {}),
        ("--format json --policy=1.0.0", {}),
        ("--pack tiktok-shop-us", {"COLUMNS": "50"}),
        ("--pack policies/tiktok-shop-us", {"COLUMNS": "300"}),
        ("", {"PYTHONIOENCODING": "ascii", "FORCE_COLOR": "1"}),
    ],
)
def test_so_it_is_with_options_and_settings(options: str, settings: dict[str, str], case: Path, entries: Path) -> None:
    command = ("decide", case, *options.split())
    told = run("cli.py", *command, entries=entries, **settings)
    assert told == proper(*command, entries=entries, **settings)
    assert told[0] == exits.OK


def test_so_it_is_on_a_terminal(case: Path, entries: Path) -> None:
    def on_terminal(*before: str) -> bytes:
        ours, theirs = pty.openpty()
        environment = {**os.environ, "AFTERSALE_CACHE": str(entries), "TERM": "xterm-256color"}
        command = [sys.executable, "cli.py", *before, "decide", str(case)]
        with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=theirs), open(ours, "rb", 0) as shown:
            os.close(theirs)
            parts = []
            with contextlib.suppress(OSError):  # as a terminal ends
                while part := shown.read(4096):
                    parts.append(part)
        return b"".join(parts)

    assert b"\x1b[36m" in on_terminal()
    assert on_terminal() == on_terminal("--")


WRONG = [
    ('{"scenario": "lost_packge"}', (), exits.INVALID),
    ("{", (), exits.INVALID),
    ("", (), exits.INVALID),
    ('{"scenario": "lost_package", "facts": {"order": []}}', (), exits.INVALID),
    (None, ("--as-of", "today"), exits.USAGE),
    (None, ("--policy", "9.9.9"), exits.USAGE),
    (None, ("--pack", "no-such-pack"), exits.USAGE),
]


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize(("text", "options", "code"), WRONG)
def test_what_is_wrong_is_left_to_it(
    text: str | None, options: tuple[str, ...], code: int, form: str, case: Path, entries: Path
) -> None:
    if text is not None:
        case.write_text(text, "utf-8")
    command = ("decide", case, "--as-of", MOMENT, *options, "--format", form)
    told = run("cli.py", *command, entries=entries)
    assert told == proper(*command, entries=entries)
    assert told[0] == code


def test_so_is_a_yaml_file_that_is_wrong(entries: Path, tmp_path: Path) -> None:
    case = tmp_path / "case.yaml"
    for text in ("scenario: lost_packge\n", "scenario: [\n", "a: 1\na: 1\n", ""):
        case.write_text(text, "utf-8")
        told = run("cli.py", "decide", case, entries=entries)
        assert told == proper("decide", case, entries=entries)
        assert (told[0], told[1]) == (exits.INVALID, "")


def test_so_is_output_that_cannot_be_written(case: Path, entries: Path) -> None:
    environment = {**os.environ, "AFTERSALE_CACHE": str(entries)}
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [sys.executable, "cli.py", "decide", str(case)],
            cwd=ROOT, env=environment, stdout=full, stderr=subprocess.PIPE, check=False,
        )  # fmt: skip
    assert done.returncode == exits.INTERNAL
    assert done.stderr == b"error: cannot write to standard output: no space left on device\n"


PREPARING = """
import sys
from engine.cache.entries import _files_of_the_engine
from engine.cli.cold import prepare
prepare(["decide"])
files = {name for name, *_ in _files_of_the_engine()}
made_by = {name: module.__file__ for name, module in sys.modules.items() if name.startswith("engine")}
print(sorted(name for name, file in made_by.items() if file not in files and not name.startswith("engine.cli")))
print("engine.render.words" in made_by)
"""


def test_whatever_makes_an_entry_is_in_its_key(tmp_path: Path) -> None:
    entries = tmp_path / "entries"
    assert run("-c", PREPARING, entries=entries) == (0, "[]\nTrue\n", "")
    assert {path.suffix for path in entries.iterdir()} == KINDS


@pytest.mark.parametrize(
    ("ending", "text"),
    [(".cases", None), (".row", None), (".words", None), (".program", OPEN), (".row", OPEN), (".words", OPEN)],
)
def test_an_entry_that_is_damaged_or_gone_is_not_missed_and_made_anew(
    ending: str, text: str | None, case: Path, entries: Path, tmp_path: Path
) -> None:
    if text is not None:
        case.write_text(text, "utf-8")
    command = ("decide", case, "--as-of", MOMENT)
    folder = Path(shutil.copytree(entries, tmp_path / "entries"))
    whole = {entry.name for entry in folder.iterdir()}
    told = run("-c", LOOKING, *command, entries=entries)
    assert told[2] == ("[]\n" if text is None else REFERENCE)
    for damaged in (True, False):
        for entry in [entry for entry in folder.iterdir() if entry.suffix == ending]:
            content = entry.read_bytes()
            entry.write_bytes(content[:-1] + bytes([content[-1] ^ 1])) if damaged else entry.unlink()
        assert run("cli.py", *command, entries=folder) == (*told[:2], "")
        assert run("-c", LOOKING, *command, entries=folder) == told
    assert {entry.name for entry in folder.iterdir()} == whole


# --------------------------------------------------------------------------------------------------- many cases

Telling = Callable[[Line], Told | None]


@pytest.fixture
def telling(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], Telling]:
    """From the folder of a pack to what decides its cases by what was prepared, in this process: the exit code, and
    what would be written."""
    kept: list[str] = []

    def written(decision: Decision, page: Page | None) -> bool:
        kept.append(json.dumps(decision.to_dict()) if page is None else in_columns(page, 80))
        return True

    def told(line: Line) -> Told | None:
        code = cold.decided(line)
        return None if code is None else (code, kept.pop())

    def prepared(pack: Path) -> Telling:
        found = Entries(str(pack), str(tmp_path), str(tmp_path / "entry"))
        for name, content in cold._prepared(found):
            keep(content, f"{found.start}.{name}")
        monkeypatch.setattr(cold, "_entries", lambda pack: found)
        monkeypatch.setattr(cold, "_written", written)
        return told

    return prepared


def told_properly(pack: Pack, line: Line) -> Told | None:
    """The same by the command proper; None for what it refuses."""
    try:
        moment = None if line.as_of is None else parse_instant(line.as_of)
        decided = Asked(pack, line.version, moment, NOW).decide(next(from_file(line.case)))
    except InvalidDocument:
        return None
    page = in_columns(decision_to_page(decided.decision, decided.telling), 80)
    told = page if line.form == "text" else json.dumps(decided.decision.to_dict())
    return exits.OK if decided.decision.determined else exits.UNDETERMINED, told


def forgetful(cases: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Cases, of some of which one fact is forgotten, now this one, now that, and of some the row as well."""
    for number, case in enumerate(cases):
        if number % 3 == 0:
            yield case
            continue
        facts = {group: dict(members) for group, members in case["facts"].items()}
        given = [(group, name) for group, members in facts.items() for name in members]
        if given:
            group, name = given[number % len(given)]
            facts[group].pop(name)
        yield {**case, "facts": facts, **({} if number % 10 else {"scenario": "unknown"})}


def test_every_case_of_the_pack_is_told_as_the_command_proper_tells_it(
    telling: Callable[[Path], Telling], pack: Pack, tmp_path: Path
) -> None:
    told, file = telling(pack.folder), str(tmp_path / "case.json")
    codes: Counter[int] = Counter()
    tests = policy_tests(pack.folder, Report())
    cases = forgetful({"title": test.name, "facts": {}, **test.case, "as_of": test.as_of} for test in tests)
    for number, case in enumerate(cases):
        as_of = MOMENT if number % 7 == 0 else None
        Path(file).write_text(json.dumps(case, default=dict, ensure_ascii=False), "utf-8")
        line = Line(file, "text" if number % 4 else "json", as_of, "1.0.0" if number % 3 else None)
        quickly = told(line)
        assert quickly is not None, case["title"]
        assert quickly == told_properly(pack, line), case["title"]
        codes[quickly[0]] += 1
    assert codes[exits.UNDETERMINED] > 100
    assert told(Line(file, "text", None, "9.9.9")) is None


def test_the_version_that_governs_is_told_as_far_as_it_is_certain(
    telling: Callable[[Path], Telling], tmp_path: Path
) -> None:
    folder = tmp_path / "kites"
    folder.mkdir()
    pack = load_pack(publish_all(write_versions(folder)))
    told, file = telling(folder), str(tmp_path / "case.json")
    governed: Counter[str] = Counter()
    days = ("2023-12-30", "2024-02-28", "2024-02-29", "2024-04-30", "2024-05-02")
    for filed in (None, "unknown", *(f"{day}T12:30:00-12:00" for day in days)):
        for zone in ({}, {"zone": "unknown"}, {"zone": "UTC"}, {"zone": "Pacific/Kiritimati"}):
            for scenario in ("torn", "unknown"):
                case = {"scenario": scenario, "facts": {"kite": {"filed_at": filed, **zone}}}
                Path(file).write_text(json.dumps(case), "utf-8")
                line = Line(file, "text", MOMENT)
                quickly, properly = told(line), told_properly(pack, line)
                version = properly[1].rpartition("kites ")[2][:5] if properly else "refused"
                assert quickly == (None if version == "1.1.0" else properly)  # which has transition rules
                governed[version] += 1
    assert governed.keys() == {"refused", "1.0.0", "1.1.0", "1.2.0"}
