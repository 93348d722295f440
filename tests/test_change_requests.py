"""Change requests as policy staff get them, answered in YAML alone: every file in `change_requests/` is one.

A request becomes a new version of a copy of the shipped pack. What it should do, its own policy tests say; that it does
nothing else, the whole pack does: every row that is not named reads as before, and of all tests, examples and made-up
disputes only those change that should, and only in what should change.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from engine import Version, load_pack
from engine.analysis.compare_versions import differences
from engine.analysis.differences import Differences
from engine.cli import main
from engine.diagnostics import Report
from engine.document import plain, read_document
from engine.render.program_to_text import program_to_page
from engine.testing.compare import mismatches
from engine.testing.suite import examples, merged, policy_tests
from tests import change_pages
from tests.agreeing import check_disputes
from tests.amending import changed
from tests.small_packs import as_yaml
from tests.strategies import dispute

FOLDER = change_pages.FOLDER
FILES = change_pages.FILES
FACTS: Any = plain(read_document(FOLDER / "facts.yaml"))
SHIPPED = load_pack()
OLD, NEW = "1.0.0", "9.0.0"
MADE_UP = 120
# Parts that `rules` shows of a row; what else is declared is told beside them.
PROGRAM = ("window", "period", "evidence", "rule", "general rule", "name", "table")
# Requests whose text stands in more rows than it takes effect in: the condition names a row or a group.
SHARPER = {
    "03-period-of-a-party-in-one-row": {"damaged_package"},
    "07-remedy": {"delayed"},
    "11-general-rule-in-a-group": {"delayed", "lost_package"},
}
APART = {"policy", "engine_version", "case_digest"}  # of a decision: what differs between any two versions


@cache
def request_in(file: Path) -> Any:
    return plain(read_document(file))


@dataclass(frozen=True)
class Answered:
    """A request with its answer: a copy of the pack with a new version, which is a draft."""

    request: Any
    folder: Path
    tests: Path
    old: Version
    new: Version


@pytest.fixture(scope="module")
def answered(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], Answered]:
    made: dict[Path, Answered] = {}

    def answer(file: Path) -> Answered:
        if file not in made:
            made[file] = _answer(request_in(file), tmp_path_factory.mktemp(file.stem) / SHIPPED.name)
        return made[file]

    return answer


def _answer(request: Any, folder: Path) -> Answered:
    shutil.copytree(SHIPPED.folder, folder)
    _run("new", NEW, "--from", OLD, "--pack", str(folder))
    version = folder / f"{NEW}.yaml"
    said = f"changes:\n  - {json.dumps(request['request'])}"
    text, times = re.subn(r"^changes:.*$", lambda _: said, version.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert times == 1
    version.write_text(text, encoding="utf-8")
    for edit in request["edits"]:
        file = folder / edit.get("file", f"{NEW}.yaml")
        text = file.read_text(encoding="utf-8")
        file.write_text(changed(text, edit["change"], edit.get("after", "")), encoding="utf-8")
    tests = folder / "tests" / "request.yaml"
    facts = merged(FACTS, request.get("facts", {}))
    document = {"policy": SHIPPED.name, "versions": [NEW], "facts": facts, "tests": request["tests"]}
    tests.write_text(as_yaml(document), encoding="utf-8")
    pack = load_pack(folder)
    return Answered(request, folder, tests, pack.version(OLD), pack.version(NEW))


def _run(*arguments: str) -> None:
    with pytest.raises(SystemExit) as end:
        main(arguments)
    assert not end.value.code, arguments


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str]]:
    def run(*arguments: str) -> tuple[int, str]:
        with pytest.raises(SystemExit) as end:
            main(arguments)
        code = end.value.code
        return (code if isinstance(code, int) else 0), capsys.readouterr().out

    return run


each = pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)


def test_there_are_at_least_fourteen() -> None:
    assert len(FILES) >= 14
    assert len({request_in(file)["kind"] for file in FILES}) == len(FILES)


@each
def test_it_does_what_was_asked_for(
    file: Path, answered: Callable[[Path], Answered], run: Callable[..., tuple[int, str]]
) -> None:
    done = answered(file)
    code, output = run("validate", "--no-behaviour", "--pack", str(done.folder))
    assert code == 0, output
    code, output = run("test", str(done.tests), "--policy", NEW, "--pack", str(done.folder))
    assert code == 0, output
    assert f"{len(done.request['tests'])} tests passed" in output


@each
def test_no_other_row_reads_otherwise(file: Path, answered: Callable[[Path], Answered]) -> None:
    done = answered(file)
    rows = list(done.old.programs)
    assert set(done.new.programs) - set(rows) == set(done.request.get("new_rows", ()))
    otherwise = [row for row in rows if _read(done.old, row) != _read(done.new, row)]
    assert otherwise == (rows if done.request["rows"] == "all" else done.request["rows"])


def _read(version: Version, row: str) -> list[str]:
    """What `rules` shows of a row, without the lines of the file and the head."""
    lines = program_to_page(version.programs[row]).lines[3:]
    return [re.sub(r"\S+\.yaml:[0-9]+", "", "".join(piece.text for piece in line.pieces)) for line in lines]


@each
def test_the_comparison_names_the_rows_in_which_it_takes_effect(
    file: Path, answered: Callable[[Path], Answered]
) -> None:
    """Every row whose cases change, and of those that read otherwise only the ones for which that means something else.
    What comes one way goes the other."""
    done = answered(file)
    there, back = differences(done.old, done.new), differences(done.new, done.old)
    rows, new = done.request["rows"], set(done.request.get("new_rows", ()))
    telling = [change for change in there.changes if change.kind in PROGRAM and change.effect != "wording"]
    named = {row for change in telling for row in change.rows} - new
    changing = set(done.request["changes"]) - {"all"}
    assert changing <= named
    assert named == SHARPER.get(file.stem, set(done.old.programs) if rows == "all" else set(rows))
    for one, other, what, opposite in ((there, back, "added", "removed"), (back, there, "removed", "added")):
        assert _parts(one, what, new) == _parts(other, opposite, new)
    assert not differences(done.new, done.new).changes


def _parts(found: Differences, what: str, apart: set[str]) -> list[tuple[str, ...]]:
    changes = (change for change in found.changes if change.what == what and change.row not in apart)
    return sorted((change.kind, change.table, change.party, change.name) for change in changes)


@each
def test_nothing_else_changes(file: Path, answered: Callable[[Path], Answered]) -> None:
    done = answered(file)
    may: Any = done.request["changes"]
    seen: dict[str, set[str]] = {}
    for name, case, as_of in _cases(done):
        before, after = (_decided(version, case, as_of) for version in (done.old, done.new))
        differing = {key for key in {**before, **after} if before.get(key) != after.get(key)} - APART
        row = case["scenario"]
        allowed = may.get(row, may.get("all", ()))
        if row not in done.old.programs:  # which one it is, nobody knows: every row is looked at
            allowed = "all"
        assert allowed == "all" or differing <= set(allowed), f"{name} ({row}): {differing}"
        if differing:
            seen.setdefault(row, set()).update(differing)
    # What may change does: else the request would name too much, and the cases would show nothing.
    assert all(row == "all" or row in seen for row in may), seen.keys()
    assert not may or seen


def _decided(version: Version, case: Any, as_of: str) -> dict[str, Any]:
    """A decision as data. That a reason asks for one fact more is no other reason."""
    data = version.decide(version.read_case(case), as_of).to_dict()
    return data | {"reasons": [reason | {"facts": None} for reason in data["reasons"]]}


def _cases(done: Answered) -> Iterator[tuple[str, Any, str]]:
    """The tests and the examples of the shipped pack that hold for the old version, and made-up disputes."""
    report = Report()
    for test in (*policy_tests(SHIPPED.folder, report), *examples(SHIPPED.folder, report)):
        if test.holds_for(OLD):
            yield str(test), test.case, test.as_of
    assert not report.found
    for number in range(MADE_UP):
        found = dispute(number)
        yield f"made-up dispute {number}", found.document, found.as_of


@each
def test_the_commands_and_the_editor_take_it(
    file: Path, answered: Callable[[Path], Answered], run: Callable[..., tuple[int, str]], tmp_path: Path
) -> None:
    done = answered(file)
    pack = ("--pack", str(done.folder))
    assert run("table", NEW, *pack)[0] == 0
    assert run("schema", "--write", *pack)[0] == 0
    version = plain(read_document(done.folder / f"{NEW}.yaml"))
    schemas = done.folder / "schemas"
    for kind, document in (("policy", version), ("tests", plain(read_document(done.tests)))):
        schema = json.loads((schemas / f"{NEW}.{kind}.schema.json").read_text(encoding="utf-8"))
        assert not [error.message for error in Draft202012Validator(schema).iter_errors(document)]
    for row in {test["scenario"] for test in done.request["tests"]}:
        code, output = run("case", row, "--policy", NEW, *pack)
        assert code == 0
        (tmp_path / "case.yaml").write_text(output, encoding="utf-8")
        code, output = run("decide", str(tmp_path / "case.yaml"), "--policy", NEW, "--format", "json", *pack)
        assert code == 4 and json.loads(output)["policy"]["version"] == NEW


@each
def test_it_governs_from_its_day(
    file: Path, answered: Callable[[Path], Answered], run: Callable[..., tuple[int, str]]
) -> None:
    done = answered(file)
    if "publish" not in done.request:
        assert done.new.publication is None
        return
    _keep_tests_for_the_old(done)
    told = ("--from", str(done.request["publish"]), "--by", "Policy team", "--why", done.request["request"], "--yes")
    code, output = run("publish", NEW, *told, "--pack", str(done.folder))
    assert code == 0, output
    pack = load_pack(done.folder)
    for filing in done.request["governs"]:
        document = {"scenario": filing["scenario"], "facts": merged(FACTS, filing["facts"])}
        decision = pack.decide(document, filing["as_of"])
        assert decision.policy.version == {"old": OLD, "new": NEW}[filing["version"]], filing["says"]
        assert not mismatches(decision, filing["expect"]), filing["says"]


def _keep_tests_for_the_old(done: Answered) -> None:
    """Let the tests that there were hold for the versions that there were; the new one has those of the request."""
    for file in sorted((SHIPPED.folder / "tests").glob("*.yaml")):
        text = (done.folder / "tests" / file.name).read_text(encoding="utf-8")
        if not re.search("^versions:", text, re.MULTILINE):
            text = re.sub(
                "^tests:", f"versions: {json.dumps(list(SHIPPED.versions))}\\ntests:", text, flags=re.MULTILINE
            )
            (done.folder / "tests" / file.name).write_text(text, encoding="utf-8")


# ------------------------------------------------------------------------------------------------- the page about them


def test_the_page_shows_what_was_tried() -> None:
    assert change_pages.PAGE.read_text(encoding="utf-8") == change_pages.page(), "run python -m tests.change_pages"


def test_every_kind_is_found_from_where_people_look() -> None:
    readme = (change_pages.PAGE.parent / "README.md").read_text(encoding="utf-8")
    linked = set(re.findall(r"\(CHANGES\.md#([^)]+)\)", readme))
    assert linked == {change_pages.anchor(request_in(file)["kind"]) for file in FILES}


@each
def test_compiled_it_decides_as_the_reference_does(file: Path, answered: Callable[[Path], Answered]) -> None:
    assert check_disputes(answered(file).new, range(18)).decided
